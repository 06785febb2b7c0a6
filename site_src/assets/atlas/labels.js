// Names of cells over their icons: few enough to be read, the fullest cells first, a name not twice in one place.

const APART_PX = [60, 34]
const SAME_APART_PX = 150
const FONT_PX = 11.5
const LONGEST = 24
const FAINT = 0.3 // a cell less visible than this is not named
const STEPS = 4 // in a doubling of the scale: the choice changes no more often

export class Labels {
  #names
  #widths = new Map()
  #chosen = { key: '', cells: [] }

  constructor(names) {
    this.#names = names.map(name => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name))
  }

  draw(context, level, view, look, colours) {
    context.font = `600 ${FONT_PX}px ${colours.font}`
    Object.assign(context, { textAlign: 'center', textBaseline: 'alphabetic', lineJoin: 'round', lineWidth: 3.5 })
    const size = view.side / level.grid
    for (const cell of this.#choose(context, level, view, look)) {
      const [x, y] = view.pixel(...level.middle(cell))
      if (x < -60 || y < -20 || x > view.width + 60 || y > view.height + 40) continue
      const name = this.#names[level.part.top[cell][0]]
      const foot = y + (size * level.share(cell, look.density)) / 2 - 2
      const middle = Math.min(view.width - this.#width(context, name) / 2 - 3, Math.max(this.#width(context, name) / 2 + 3, x))
      Object.assign(context, { strokeStyle: colours.paper, fillStyle: colours.ink, globalAlpha: 0.88 })
      context.strokeText(name, middle, foot)
      context.globalAlpha = 1
      context.fillText(name, middle, foot)
    }
  }

  /** Which cells of the whole level are named at this scale, so that moving about changes nothing. */
  #choose(context, level, view, look) {
    const side = 2 ** (Math.floor(STEPS * Math.log2(view.side)) / STEPS)
    const key = [level.map, level.grid, side, ...Object.values(look)].join()
    if (key === this.#chosen.key) return this.#chosen.cells
    const opacities = level.opacities(look)
    const order = look.column < 0 ? level.byCount : level.byCount.toSorted((a, b) => opacities[b] - opacities[a])
    const placed = new Map() // square of the screen -> names there
    const cells = order.filter(cell => level.part.top[cell][0] >= 0 && opacities[cell] >= FAINT && this.#fits(context, level, cell, side, placed))
    this.#chosen = { key, cells }
    return cells
  }

  #fits(context, level, cell, side, placed) {
    const name = this.#names[level.part.top[cell][0]]
    const [x, y] = level.middle(cell).map(part => part * side)
    const width = this.#width(context, name)
    const [column, row] = [x, y].map(at => Math.floor(at / SAME_APART_PX))
    for (let i = column - 1; i <= column + 1; i++) {
      for (let j = row - 1; j <= row + 1; j++) {
        for (const other of placed.get(`${i} ${j}`) ?? []) {
          const [dx, dy] = [Math.abs(other.x - x), Math.abs(other.y - y)]
          if (dx < Math.max(APART_PX[0], (width + other.width) / 2 + 8) && dy < APART_PX[1]) return false
          if (other.name === name && Math.hypot(dx, dy) < SAME_APART_PX) return false
        }
      }
    }
    const here = `${column} ${row}`
    placed.set(here, [...(placed.get(here) ?? []), { name, x, y, width }])
    return true
  }

  #width(context, name) {
    if (!this.#widths.has(name)) this.#widths.set(name, context.measureText(name).width)
    return this.#widths.get(name)
  }
}
