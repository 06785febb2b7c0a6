// What lies over the cells: the one pointed at, the two picked with the straight way between them, the keyboard's cross.

const PICKS = ['--nf-1', '--nf-2']
const PIN_PX = 9
const SMALL_PX = 9 // a cell no larger has a ring around it, since its outline would not be seen

export class Overlay {
  constructor(canvas, view) {
    Object.assign(this, { canvas, view })
    this.context = canvas.getContext('2d')
  }

  resize(width, height) {
    const ratio = window.devicePixelRatio || 1
    Object.assign(this, { width, height })
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) })
    this.context.setTransform(this.canvas.width / width, 0, 0, this.canvas.height / height, 0, 0)
  }

  /** Draw anew: { cells, pointed, picks: [{ point, cell }], cross }. */
  draw({ cells, pointed, picks, cross }) {
    const { context, view } = this
    const style = getComputedStyle(document.body)
    const [ink, paper, ...colours] = ['--nf-ink', '--nf-paper', ...PICKS].map(name => style.getPropertyValue(name))
    context.clearRect(0, 0, this.width, this.height)
    context.lineJoin = 'round'
    picks.forEach(({ cell }, k) => cell >= 0 && this.#outline(cells.polygon(cell), colours[k], paper, 2.5, 0.45))
    if (pointed >= 0) this.#outline(cells.polygon(pointed), ink, paper, 2, 0)
    if (picks.length === 2) this.#way(picks.map(({ point }) => this.#place(point)), ink, paper)
    picks.forEach(({ point }, k) => this.#pin(this.#place(point), String(k + 1), colours[k], paper))
    if (cross) this.#cross(this.#place(cross), ink, paper)
  }

  #place(point) {
    const [x, y] = this.view.part(point)
    return [x * this.width, y * this.height]
  }

  #outline(polygon, colour, paper, width, opacity) {
    const { context } = this
    const corners = polygon.map(corner => this.#place(corner))
    const [xs, ys] = [0, 1].map(axis => corners.map(corner => corner[axis]))
    const size = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys))
    context.beginPath()
    if (size < SMALL_PX) context.arc((Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2, SMALL_PX, 0, 2 * Math.PI)
    else {
      corners.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)))
      context.closePath()
      if (opacity) this.#with({ fillStyle: colour, globalAlpha: opacity }, () => context.fill())
    }
    this.#stroke(colour, paper, width)
  }

  #stroke(colour, paper, width) {
    this.#with({ strokeStyle: paper, lineWidth: width + 2.5, globalAlpha: 0.85 }, () => this.context.stroke())
    this.#with({ strokeStyle: colour, lineWidth: width }, () => this.context.stroke())
  }

  #way([[x0, y0], [x1, y1]], ink, paper) {
    const { context } = this
    context.beginPath()
    context.moveTo(x0, y0)
    context.lineTo(x1, y1)
    this.#with({ strokeStyle: paper, lineWidth: 4, globalAlpha: 0.85 }, () => context.stroke())
    context.setLineDash([5, 4])
    this.#with({ strokeStyle: ink, lineWidth: 1.5 }, () => context.stroke())
    context.setLineDash([])
  }

  /** A numbered head on a needle that ends where the reader picked, so that the cell stays in sight. */
  #pin([x, y], text, colour, paper) {
    const { context } = this
    const head = y > 3 * PIN_PX ? y - 2.6 * PIN_PX : y + 2.6 * PIN_PX
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x, head)
    this.#stroke(colour, paper, 2)
    context.beginPath()
    context.arc(x, head, PIN_PX, 0, 2 * Math.PI)
    this.#with({ strokeStyle: paper, lineWidth: 3 }, () => context.stroke())
    this.#with({ fillStyle: colour }, () => context.fill())
    const font = `700 12px ${getComputedStyle(this.canvas).fontFamily}`
    this.#with({ fillStyle: paper, font, textAlign: 'center', textBaseline: 'middle' }, () => context.fillText(text, x, head + 1))
  }

  #cross([x, y], ink, paper) {
    const { context } = this
    context.beginPath()
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 4 * dx, y + 4 * dy)
      context.lineTo(x + 12 * dx, y + 12 * dy)
    }
    this.#stroke(ink, paper, 1.5)
  }

  #with(settings, draw) {
    this.context.save()
    Object.assign(this.context, settings)
    draw()
    this.context.restore()
  }
}
