// What lies over the icons: the cell that is pointed at, the one that is chosen, and a path that is followed.

const DOT_PX = 4

export class Marks {
  constructor(canvas) {
    this.canvas = canvas
    this.context = canvas.getContext('2d')
  }

  resize(width, height) {
    const ratio = window.devicePixelRatio || 1
    Object.assign(this, { width, height })
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) })
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.context.lineJoin = this.context.lineCap = 'round'
  }

  /** Draw anew: cells of a level, and a path as { places, at }. */
  draw({ view, level, pointed, chosen, path, colours }) {
    this.context.clearRect(0, 0, this.width, this.height)
    if (path) this.#path(view, path, colours)
    if (chosen >= 0) this.#outline(view, level, chosen, colours.accent, colours.paper, 3)
    if (pointed >= 0 && pointed !== chosen) this.#outline(view, level, pointed, colours.ink, colours.paper, 2)
  }

  #outline(view, level, cell, colour, paper, width) {
    const size = view.side / level.grid
    const [x, y] = view.pixel(level.part.columns[cell] / level.grid, level.part.rows[cell] / level.grid)
    this.context.beginPath()
    this.context.rect(x, y, size, size)
    this.#stroke(colour, paper, width)
  }

  #path(view, { places, at }, { ink, paper, accent }) {
    const { context } = this
    const points = places.map(place => view.pixel(...place))
    context.beginPath()
    points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)))
    this.#stroke(ink, paper, 2)
    points.forEach(([x, y], k) => {
      context.beginPath()
      context.arc(x, y, k === at ? 2 * DOT_PX : DOT_PX, 0, 2 * Math.PI)
      Object.assign(context, { fillStyle: k === at ? accent : ink, strokeStyle: paper, lineWidth: 2 })
      context.fill()
      context.stroke()
    })
  }

  #stroke(colour, paper, width) {
    Object.assign(this.context, { strokeStyle: paper, lineWidth: width + 2.5 })
    this.context.stroke()
    Object.assign(this.context, { strokeStyle: colour, lineWidth: width })
    this.context.stroke()
  }
}
