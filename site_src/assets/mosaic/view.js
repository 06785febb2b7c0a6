// Which part of the plane is shown. Parts of the view are told from its left and from its top, from 0 to 1.

const DEEPEST = 4096

export class View {
  constructor(box) {
    this.box = box
    this.reset()
  }

  reset() {
    Object.assign(this, { zoom: 1, left: this.box[0], top: this.box[3] })
  }

  get width() { return (this.box[1] - this.box[0]) / this.zoom }
  get height() { return (this.box[3] - this.box[2]) / this.zoom }
  get isWhole() { return this.zoom === 1 }

  point(x, y) {
    return [this.left + x * this.width, this.top - y * this.height]
  }

  part([x, y]) {
    return [(x - this.left) / this.width, (this.top - y) / this.height]
  }

  /** Enlarge, keeping what is at one part of the view where it is. */
  enlarge(factor, x = 0.5, y = 0.5) {
    const [fixedX, fixedY] = this.point(x, y)
    this.zoom = Math.min(DEEPEST, Math.max(1, this.zoom * factor))
    this.#place(fixedX - x * this.width, fixedY + y * this.height)
  }

  /** Show what lies so many parts of the view further right and down. */
  move(x, y) {
    this.#place(this.left + x * this.width, this.top - y * this.height)
  }

  copy() {
    return Object.assign(new View(this.box), { zoom: this.zoom, left: this.left, top: this.top })
  }

  /** Go to a view between two others, so that enlarging looks even. */
  between(from, to, share) {
    this.zoom = from.zoom * (to.zoom / from.zoom) ** share
    const weight = from.zoom === to.zoom ? share : (1 / from.zoom - 1 / this.zoom) / (1 / from.zoom - 1 / to.zoom)
    this.#place(from.left + weight * (to.left - from.left), from.top + weight * (to.top - from.top))
  }

  /** What the address keeps: left, right, low, high; undefined for the whole plane. */
  get kept() {
    if (this.isWhole) return undefined
    return [this.left, this.left + this.width, this.top - this.height, this.top].map(value => Number(value.toPrecision(9)))
  }

  /** Take from an address, which anyone may have written, a rectangle that makes sense. */
  set kept(given) {
    if (!Array.isArray(given) || given.length !== 4 || !given.every(Number.isFinite) || !(given[1] > given[0])) return
    this.zoom = Math.min(DEEPEST, Math.max(1, (this.box[1] - this.box[0]) / (given[1] - given[0])))
    this.#place(given[0], given[3])
  }

  #place(left, top) {
    const [x0, x1, y0, y1] = this.box
    this.left = Math.min(x1 - this.width, Math.max(x0, left))
    this.top = Math.min(y1, Math.max(y0 + this.height, top))
  }
}
