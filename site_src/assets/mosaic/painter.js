// Paints the cells that are in view, block by block, so that moving paints only what comes in, and a frame never takes long.
//
// A block is a square of the plane at one enlargement. Its cells are filled sample by sample, each sample by the one cell
// that holds its centre, as `generators/drawing/rasters.py` does; its lines are the canvas's own.

const BLOCK = 256 // device pixels
const KEPT = 140 // blocks
const FRAME_MS = 9
const WHILE_ENLARGING = 6000 // cells in view, up to which they are painted anew in every frame
const FAINTEST = 0.04 // share of a hair line's strength below which it is left out
const FINEST = 3 // device pixels of a CSS pixel

export class Painter {
  constructor(canvas, view, lines) {
    Object.assign(this, { canvas, view, lines })
    this.context = canvas.getContext('2d', { alpha: false })
    this.blocks = new Map()
    this.spare = []
    this.behind = null
    this.first = null
    this.rest = () => {}
    this.rows = { left: new Int32Array(BLOCK), right: new Int32Array(BLOCK) }
    this.image = new ImageData(BLOCK, BLOCK)
    this.pixels = new Uint32Array(this.image.data.buffer)
  }

  /** Show these cells in these colours: { shades: [[r, g, b]], paper, ink }. */
  show(cells, colours) {
    this.cells = cells
    this.colours = colours
    this.words = Uint32Array.from(colours.shades, word)
    this.paperWord = word(colours.paper)
    this.inkWord = word(colours.ink)
    this.keep()
    this.first = null
    this.forget()
    this.ask()
  }

  /** Take the size that the page now gives the canvas, in CSS pixels. */
  resize(width, height) {
    this.ratio = Math.min(FINEST, Math.max(2, window.devicePixelRatio || 1))
    const [across, down] = [width, height].map(length => Math.max(1, Math.round(length * this.ratio)))
    if (this.canvas.width === across && this.canvas.height === down) return
    this.keep()
    Object.assign(this.canvas, { width: across, height: down })
    this.forget()
    this.ask()
  }

  /** Paint with the next frame; `enlarging` while the enlargement is about to change again. */
  ask(enlarging = false) {
    if (enlarging) this.enlargedAt = performance.now()
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.paint()
    })
  }

  /** Resolve once all that is in view is painted. */
  done() {
    return new Promise(resolve => {
      this.rest = resolve
      this.ask()
    })
  }

  destroy() {
    cancelAnimationFrame(this.frame)
    this.forget()
    this.spare = []
  }

  paint() {
    if (!this.cells) return
    const began = performance.now()
    const scale = this.scale
    if (this.blockScale !== scale) {
      this.keep()
      this.forget()
      this.blockScale = scale
    }
    const [left, top] = this.corner
    const needed = this.#needed(left, top)
    const waits = began - (this.enlargedAt ?? -Infinity) < 120 && this.cells.n / this.view.zoom ** 2 > WHILE_ENLARGING
    const missing = needed.filter(({ key }) => !this.blocks.has(key))
    if (!waits) {
      for (const block of missing.filter(({ seen }) => seen)) {
        this.#make(block)
        if (performance.now() - began > FRAME_MS) break
      }
    }
    const complete = needed.every(({ seen, key }) => !seen || this.blocks.has(key))
    if (!complete) this.#paintBehind()
    for (const { key, column, row, seen } of needed) {
      const block = seen && this.blocks.get(key)
      if (block) this.context.drawImage(block, column * BLOCK - left, row * BLOCK - top)
    }
    this.shown = this.view.copy()
    if (complete && this.view.isWhole && !this.first) this.first = this.#copied()
    if (complete) this.rest()
    const later = complete && !waits && performance.now() - began < FRAME_MS / 2 && missing.find(({ seen }) => !seen)
    if (later) this.#make(later)
    if (!complete || later) this.ask()
  }

  /** Device pixels per unit. */
  get scale() { return this.canvas.width / this.view.width }

  /** What stands in the canvas's corner, in device pixels from the plane's own. */
  get corner() {
    const [x0, , , y1] = this.view.box
    return [Math.round((this.view.left - x0) * this.scale), Math.round((y1 - this.view.top) * this.scale)]
  }

  /** Blocks in view and around it, those in the middle first. */
  #needed(left, top) {
    const { width, height } = this.canvas
    const [x0, x1, y0, y1] = this.view.box
    const across = Math.ceil(((x1 - x0) * this.scale) / BLOCK)
    const down = Math.ceil(((y1 - y0) * this.scale) / BLOCK)
    const found = []
    for (let row = Math.floor(top / BLOCK) - 1; row <= Math.floor((top + height - 1) / BLOCK) + 1; row++) {
      for (let column = Math.floor(left / BLOCK) - 1; column <= Math.floor((left + width - 1) / BLOCK) + 1; column++) {
        if (row < 0 || column < 0 || row >= down || column >= across) continue
        const [x, y] = [column * BLOCK - left, row * BLOCK - top]
        const seen = x < width && y < height && x + BLOCK > 0 && y + BLOCK > 0
        const far = Math.hypot(x + BLOCK / 2 - width / 2, y + BLOCK / 2 - height / 2)
        found.push({ row, column, key: `${row} ${column}`, seen, far })
      }
    }
    return found.sort((a, b) => a.far - b.far)
  }

  /** Show what was painted before, moved and stretched to where it belongs now. */
  #paintBehind() {
    const { width, height } = this.canvas
    this.context.fillStyle = css(this.colours.paper)
    this.context.fillRect(0, 0, width, height)
    for (const old of [this.first, this.behind]) {
      if (!old) continue
      const [x, y] = this.view.part([old.view.left, old.view.top])
      const larger = this.view.zoom / old.view.zoom
      this.context.drawImage(old.canvas, x * width, y * height, width * larger, height * larger)
    }
  }

  /** Keep the picture, to be shown while the next is painted. */
  keep() {
    if (this.blocks.size) this.behind = this.#copied(this.behind?.canvas)
  }

  #copied(canvas) {
    canvas ??= document.createElement('canvas')
    Object.assign(canvas, { width: this.canvas.width, height: this.canvas.height })
    canvas.getContext('2d').drawImage(this.canvas, 0, 0)
    return { canvas, view: this.shown }
  }

  forget() {
    this.spare.push(...this.blocks.values())
    this.spare.length = Math.min(this.spare.length, KEPT)
    this.blocks.clear()
  }

  #make({ key, column, row }) {
    const block = this.#blank()
    const context = block.getContext('2d')
    const { box } = this.view
    const scale = this.scale
    const place = { x: box[0] + (column * BLOCK) / scale, y: box[3] - (row * BLOCK) / scale, scale }
    const around = 3 / scale
    const found = []
    this.cells.within(place.x - around, place.x + BLOCK / scale + around, place.y - BLOCK / scale - around, place.y + around, cell => found.push(cell))
    this.pixels.fill(this.paperWord)
    for (const cell of found) this.#fill(cell, place)
    const side = Math.sqrt(this.cells.wholeArea / this.cells.n) * (scale / this.ratio)
    const room = share(side, this.lines.crowded, this.lines.loose)
    for (const cell of found) this.#drawHairs(cell, room, place)
    context.putImageData(this.image, 0, 0)
    this.#drawHeavy(context, place)
    this.blocks.set(key, block)
  }

  #blank() {
    if (this.blocks.size >= KEPT) {
      const [oldest] = this.blocks.keys()
      this.spare.push(this.blocks.get(oldest))
      this.blocks.delete(oldest)
    }
    return this.spare.pop() ?? Object.assign(document.createElement('canvas'), { width: BLOCK, height: BLOCK })
  }

  /** Give a cell every sample whose centre it holds. Counter-clockwise, what leads down is its left side. */
  #fill(cell, { x: originX, y: originY, scale }) {
    const { start, corners, x, y } = this.cells
    const { left, right } = this.rows
    const first = start[cell]
    const end = start[cell + 1]
    let top = BLOCK
    let bottom = 0
    let last = corners[end - 1]
    let lastX = (x[last] - originX) * scale - 0.5 // a centre is a whole number
    let lastY = (originY - y[last]) * scale - 0.5
    for (let half = first; half < end; half++) {
      const vertex = corners[half]
      const hereX = (x[vertex] - originX) * scale - 0.5
      const hereY = (originY - y[vertex]) * scale - 0.5
      if (hereY > lastY) {
        const from = Math.max(0, Math.ceil(lastY))
        const to = Math.min(BLOCK, Math.ceil(hereY))
        const slope = (hereX - lastX) / (hereY - lastY)
        for (let row = from; row < to; row++) left[row] = Math.ceil(lastX + (row - lastY) * slope)
        if (from < to) {
          if (from < top) top = from
          if (to > bottom) bottom = to
        }
      } else if (hereY < lastY) {
        const from = Math.max(0, Math.ceil(hereY))
        const to = Math.min(BLOCK, Math.ceil(lastY))
        const slope = (lastX - hereX) / (lastY - hereY)
        for (let row = from; row < to; row++) right[row] = Math.ceil(hereX + (row - hereY) * slope)
      }
      lastX = hereX
      lastY = hereY
    }
    const colour = this.words[this.cells.shade[cell]]
    const { pixels } = this
    for (let row = top; row < bottom; row++) {
      const to = row * BLOCK + Math.min(BLOCK, right[row])
      for (let at = row * BLOCK + Math.max(0, left[row]); at < to; at++) pixels[at] = colour
    }
  }

  /** Lines between cells; weaker where cells are crowded, weaker still around a thin one. The border is the strongest. */
  #drawHairs(cell, room, { x: originX, y: originY, scale }) {
    const { start, corners, x, y, neighbours, thickness } = this.cells
    const { lines } = this
    const unit = scale / this.ratio // CSS pixels
    for (let half = start[cell]; half < start[cell + 1]; half++) {
      const neighbour = neighbours[half]
      if (neighbour > cell) continue
      const strength = neighbour < 0 ? 1 : room * share(unit * Math.min(thickness[cell], thickness[neighbour]), lines.thin, lines.thick)
      if (strength < FAINTEST) continue
      const a = corners[half]
      const b = corners[this.cells.next(half, cell)]
      this.#drawHair(
        (x[a] - originX) * scale - 0.5, (originY - y[a]) * scale - 0.5,
        (x[b] - originX) * scale - 0.5, (originY - y[b]) * scale - 0.5,
        lines.strength * strength,
      )
    }
  }

  /** One line, pixel by pixel along its longer side: a canvas takes ten times as long for thousands of short ones. */
  #drawHair(ax, ay, bx, by, opacity) {
    const steep = Math.abs(by - ay) > Math.abs(bx - ax)
    let [u, v, toU, toV] = steep ? [ay, ax, by, bx] : [ax, ay, bx, by]
    if (u > toU) [u, v, toU, toV] = [toU, toV, u, v]
    const from = Math.max(0, Math.ceil(u))
    const to = Math.min(BLOCK, Math.ceil(toU))
    const slope = (toV - v) / (toU - u)
    const half = (this.lines.hair * this.ratio * Math.sqrt(1 + slope * slope)) / 2
    for (let i = from; i < to; i++) {
      const low = v + (i - u) * slope - half
      const high = low + 2 * half
      const last = Math.min(BLOCK - 1, Math.ceil(high - 0.5))
      for (let j = Math.max(0, Math.ceil(low - 0.5)); j <= last; j++) {
        const covered = Math.min(high, j + 0.5) - Math.max(low, j - 0.5)
        if (covered > 0) this.#darken(steep ? i * BLOCK + j : j * BLOCK + i, Math.round(256 * opacity * covered))
      }
    }
  }

  /** Lay ink over a pixel, so many of 256 parts; red and blue at once. */
  #darken(at, parts) {
    const pixel = this.pixels[at]
    const ink = this.inkWord
    const redBlue = (pixel & 0xff00ff) * (256 - parts) + (ink & 0xff00ff) * parts
    const green = ((pixel >>> 8) & 0xff) * (256 - parts) + ((ink >>> 8) & 0xff) * parts
    this.pixels[at] = 0xff000000 | ((redBlue >>> 8) & 0xff00ff) | (green & 0xff00)
  }

  #drawHeavy(context, { x: originX, y: originY, scale }) {
    const { x, y, heavy } = this.cells
    const size = BLOCK / scale
    const around = (4 * this.ratio) / scale
    const ends = []
    for (let i = 0; i < heavy.length; i += 2) {
      const [a, b] = [heavy[i], heavy[i + 1]]
      if (Math.max(x[a], x[b]) < originX - around || Math.min(x[a], x[b]) > originX + size + around) continue
      if (Math.max(y[a], y[b]) < originY - size - around || Math.min(y[a], y[b]) > originY + around) continue
      ends.push((x[a] - originX) * scale, (originY - y[a]) * scale, (x[b] - originX) * scale, (originY - y[b]) * scale)
    }
    context.lineCap = 'round'
    for (const [colour, width] of [[this.colours.paper, this.lines.heavy + 2 * this.lines.halo], [this.colours.ink, this.lines.heavy]]) {
      context.strokeStyle = css(colour)
      context.lineWidth = width * this.ratio
      stroke(context, ends)
    }
  }
}

function stroke(context, ends) {
  if (!ends.length) return
  context.beginPath()
  for (let i = 0; i < ends.length; i += 4) {
    context.moveTo(ends[i], ends[i + 1])
    context.lineTo(ends[i + 2], ends[i + 3])
  }
  context.stroke()
}

function share(value, low, high) {
  return Math.min(1, Math.max(0, (value - low) / (high - low)))
}

function css(colour) {
  return `rgb(${colour.join(' ')})`
}

/** A colour as the four bytes of a pixel. */
function word(colour) {
  return new Uint32Array(new Uint8ClampedArray([...colour, 255]).buffer)[0]
}
