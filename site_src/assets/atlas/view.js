// Which part of a map is seen. A map is a square from 0 to 1, row 0 at the top; parts of the view go from 0 to 1 too.

const DIGITS = 4

export class View {
  x = 0.5 // the middle
  y = 0.5
  scale = 1 // how often the map is as wide as the shorter side of the view
  width = 1 // CSS pixels
  height = 1

  constructor(deepest) {
    this.deepest = deepest
  }

  /** CSS pixels of the whole map's side. */
  get side() { return Math.min(this.width, this.height) * this.scale }
  get isWhole() { return this.scale === 1 }

  resize(width, height) {
    Object.assign(this, { width, height })
    this.look(this)
  }

  /** Where a place of the map is, in CSS pixels of the view. */
  pixel(u, v) {
    return [(u - this.x) * this.side + this.width / 2, (v - this.y) * this.side + this.height / 2]
  }

  /** The place of the map at a part of the view. */
  place(x, y) {
    return [this.x + ((x - 0.5) * this.width) / this.side, this.y + ((y - 0.5) * this.height) / this.side]
  }

  /** Show a place in the middle, as near to it as the map's edge allows. */
  look({ x = this.x, y = this.y, scale = this.scale }) {
    this.scale = clamp(scale, 1, this.deepest)
    this.x = inside(x, this.width / this.side)
    this.y = inside(y, this.height / this.side)
  }

  /** Enlarge, keeping what is at one part of the view where it is. */
  enlarge(factor, x = 0.5, y = 0.5) {
    const [u, v] = this.place(x, y)
    const scale = clamp(this.scale * factor, 1, this.deepest)
    const side = Math.min(this.width, this.height) * scale
    this.look({ x: u - ((x - 0.5) * this.width) / side, y: v - ((y - 0.5) * this.height) / side, scale })
  }

  move(x, y) {
    this.look({ x: this.x + (x * this.width) / this.side, y: this.y + (y * this.height) / this.side })
  }

  /** Move as little as brings a place into sight. */
  reveal(u, v, around) {
    const [halfX, halfY] = [this.width, this.height].map(size => Math.max(0, size / this.side / 2 - around))
    this.look({ x: clamp(this.x, u - halfX, u + halfX), y: clamp(this.y, v - halfY, v + halfY) })
  }

  copy() {
    return Object.assign(new View(this.deepest), this)
  }

  /** Be a view between two others, so that enlarging looks even. */
  between(from, to, share) {
    const scale = from.scale * (to.scale / from.scale) ** share
    const weight = from.scale === to.scale ? share : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale)
    this.look({ x: from.x + weight * (to.x - from.x), y: from.y + weight * (to.y - from.y), scale: share === 1 ? to.scale : scale })
  }

  /** What the address keeps; nothing of the whole map. */
  get kept() {
    const round = value => Number(value.toFixed(DIGITS))
    return this.isWhole ? {} : { x: round(this.x), y: round(this.y), z: round(this.scale) }
  }

  /** Take from an address, which anyone may have written, what makes sense. */
  set kept({ x, y, z }) {
    if ([x, y, z].every(Number.isFinite)) this.look({ x, y, scale: z })
  }
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value))
}

function inside(middle, seen) {
  return seen >= 1 ? 0.5 : clamp(middle, seen / 2, 1 - seen / 2)
}
