// Paints icons and labels on a canvas. Where a level's sheets are still on their way, the level before it shows through.
// A map that is only moved keeps what was painted: icons are drawn where the edge uncovers them, thousands or not.

const FADE_MS = 180
const FAINTEST = 0.004

export class Painter {
  #icons = blank() // without labels
  #spare = blank()
  #painted = null // what they show: { key, left, top }

  constructor(canvas) {
    this.canvas = canvas
    this.context = canvas.getContext('2d')
  }

  resize(width, height) {
    this.ratio = window.devicePixelRatio || 1
    const size = { width: Math.round(width * this.ratio), height: Math.round(height * this.ratio) }
    for (const canvas of [this.canvas, this.#icons.canvas, this.#spare.canvas]) Object.assign(canvas, size)
    this.forget()
  }

  /** Draw every icon anew with the next painting. */
  forget() {
    this.#painted = null
  }

  /**
   * Paint `front`, a level that came at `entered`, and below it, where it is not there yet, `under`, or none.
   * Returns whether it waits for sheets, still fades, and lacks sheets that could not be fetched.
   */
  paint({ view, front, entered, under, look }) {
    const now = performance.now()
    const share = since => (still() ? Number(since <= now) : Math.min(1, Math.max(0, (now - since) / FADE_MS)))
    const cells = front.within(...bounds(view))
    const used = [...new Set(cells.map(cell => front.sheetOf[cell]))]
    const side = (view.side / front.grid) * this.ratio
    const arrived = new Float32Array(front.sheets.length)
    for (const s of used) {
      front.sheets[s].picture(side)
      arrived[s] = share(Math.max(front.sheets[s].since, entered))
    }
    const least = used.reduce((low, s) => Math.min(low, arrived[s]), share(entered))
    const place = this.#place(view)
    if (least === 1) this.#move(front, view, look, place)
    else {
      const covered = cell => 1 - this.#covered(under, cell, front, arrived, least)
      this.forget()
      this.#clear()
      if (under) this.#draw(under, under.within(...bounds(view)), view, look, place, under.level === 0, covered)
      this.#draw(front, cells, view, look, place, true, cell => arrived[front.sheetOf[cell]])
    }
    this.#show()
    const missing = used.filter(s => front.sheets[s].since > now)
    return {
      waits: missing.length > 0,
      fades: used.length > missing.length && used.some(s => arrived[s] < 1 && !missing.includes(s)),
      lacks: missing.some(s => front.sheets[s].failed > 0),
    }
  }

  #show() {
    this.context.setTransform(1, 0, 0, 1, 0, 0)
    this.context.globalCompositeOperation = 'copy'
    this.context.drawImage(this.#icons.canvas, 0, 0)
    this.context.globalCompositeOperation = 'source-over'
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
  }

  /** Where the map's corner is, in whole device pixels, so that what was painted can be moved. */
  #place(view) {
    return view.pixel(0, 0).map(at => Math.round(at * this.ratio))
  }

  /** Draw a level that is all there; what the last painting has of it is moved along. */
  #move(front, view, look, place) {
    const key = [front.map, front.level, view.side, ...Object.values(look)].join()
    const { width, height } = this.canvas
    const [dx, dy] = this.#painted?.key === key ? place.map((at, k) => at - this.#painted.place[k]) : [width, height]
    const draw = (x, y, w, h) => this.#strip(front, view, look, place, x, y, w, h)
    if (Math.abs(dx) >= width || Math.abs(dy) >= height) {
      this.#clear()
      draw(0, 0, width, height)
    } else if (dx || dy) {
      this.#spare.globalCompositeOperation = 'copy'
      this.#spare.drawImage(this.#icons.canvas, dx, dy)
      this.#spare.globalCompositeOperation = 'source-over'
      ;[this.#icons, this.#spare] = [this.#spare, this.#icons]
      if (dx) draw(dx > 0 ? 0 : width + dx, 0, Math.abs(dx), height)
      if (dy) draw(Math.max(0, dx), dy > 0 ? 0 : height + dy, width - Math.abs(dx), Math.abs(dy))
    }
    this.#painted = { key, place }
  }

  #clear() {
    this.#icons.clearRect(0, 0, this.canvas.width, this.canvas.height)
  }

  /** Draw the cells of a rectangle of the canvas, nothing outside. */
  #strip(front, view, look, [left, top], x, y, width, height) {
    const whole = view.side * this.ratio
    const cells = front.within((x - left) / whole, (y - top) / whole, (x + width - left) / whole, (y + height - top) / whole)
    this.#icons.save()
    this.#icons.beginPath()
    this.#icons.rect(x, y, width, height)
    this.#icons.clip()
    this.#draw(front, cells, view, look, [left, top], true, () => 1)
    this.#icons.restore()
  }

  /** How much of the place of a cell below is covered by what arrived above it. */
  #covered(under, cell, front, arrived, least) {
    const [column, row] = [under.part.columns[cell], under.part.rows[cell]]
    const from = at => Math.floor((at / under.grid) * front.grid)
    const to = at => Math.max(from(at) + 1, Math.ceil(((at + 1) / under.grid) * front.grid))
    let covered = 2
    for (let y = from(row); y < to(row); y++) {
      for (let x = from(column); x < to(column); x++) {
        const above = front.cells[y * front.grid + x]
        if (above >= 0) covered = Math.min(covered, arrived[front.sheetOf[above]])
      }
    }
    return covered > 1 ? least : covered
  }

  /** `presence(cell)` says how far a cell has come; `asks` whether sheets that are not there are fetched. */
  #draw(level, cells, view, look, [left, top], asks, presence) {
    const context = this.#icons
    const opacities = level.opacities(look)
    const size = (view.side / level.grid) * this.ratio
    const { columns, rows } = level.part
    let sheet, picture, share, s = -1, opacity = (context.globalAlpha = 1)
    for (const cell of cells) {
      const visible = opacities[cell] * presence(cell)
      if (visible < FAINTEST) continue
      if (level.sheetOf[cell] !== s) {
        s = level.sheetOf[cell]
        sheet = level.sheets[s]
        picture = sheet.picture(size, asks)
        share = picture && picture.width / sheet.width
      }
      if (!picture) continue
      if (visible !== opacity) context.globalAlpha = opacity = visible
      const side = size * level.share(cell, look.density)
      const [x, y] = sheet.corner(cell)
      const whole = sheet.px * share
      context.drawImage(picture, x * share, y * share, whole, whole, left + (columns[cell] + 0.5) * size - side / 2, top + (rows[cell] + 0.5) * size - side / 2, side, side)
    }
    context.globalAlpha = 1
  }
}

/** The part of the map that is in sight: left, top, right, bottom. */
function bounds(view) {
  const [x, y] = [view.width, view.height].map(size => size / view.side / 2)
  return [view.x - x, view.y - y, view.x + x, view.y + y]
}

/** A canvas that nobody sees, as its context. */
function blank() {
  return document.createElement('canvas').getContext('2d')
}

/** Whether the reader wants little motion. */
export function still() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
