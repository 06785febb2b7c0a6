// The cells of one grid of a map: where they are, how large and how visible their icons.

export class Level {
  #opacities = new Map()

  /** The `level`-th of a map, of `grid` cells a side. */
  constructor(part, { map, level, grid, sheets }) {
    Object.assign(this, { part, map, level, grid, sheets })
    this.n = part.columns.length
    this.values = new Int8Array(bytes(part.values).buffer)
    this.k = this.n ? this.values.length / this.n : 0
    this.cells = new Int32Array(grid * grid).fill(-1)
    part.columns.forEach((column, cell) => { this.cells[part.rows[cell] * grid + column] = cell })
    const mean = part.counts.reduce((sum, count) => sum + count, 0) / this.n
    this.crowds = Float32Array.from(part.counts, count => Math.sqrt(count / mean))
    this.sheetOf = new Uint16Array(this.n)
    part.sheets.forEach(({ first, count }, s) => this.sheetOf.fill(s, first, first + count))
    this.byCount = Int32Array.from(part.counts.keys()).sort((a, b) => part.counts[b] - part.counts[a] || a - b)
  }

  /** The cell at a place of the map, -1 where it is empty. */
  at(u, v) {
    const [column, row] = [Math.floor(u * this.grid), Math.floor(v * this.grid)]
    const isInside = column >= 0 && row >= 0 && column < this.grid && row < this.grid
    return isInside ? this.cells[row * this.grid + column] : -1
  }

  /** The filled cell whose middle is nearest to a place. */
  nearest(u, v) {
    return this.#best(cell => {
      const [x, y] = this.middle(cell)
      return Math.hypot(x - u, y - v)
    })
  }

  middle(cell) {
    return [(this.part.columns[cell] + 0.5) / this.grid, (this.part.rows[cell] + 0.5) / this.grid]
  }

  /** The filled cells of a rectangle of the map, in the order of their sheets. */
  within(left, top, right, bottom) {
    const { grid } = this
    const [from, to] = [left, right].map(place => Math.min(grid - 1, Math.max(0, Math.floor(place * grid))))
    const [first, last] = [top, bottom].map(place => Math.min(grid - 1, Math.max(0, Math.floor(place * grid))))
    const found = []
    for (let row = first; row <= last; row++) {
      for (let at = row * grid + from; at <= row * grid + to; at++) if (this.cells[at] >= 0) found.push(this.cells[at])
    }
    return Int32Array.from(found).sort()
  }

  /** Where an arrow leads: along the row to the next cell, or to the next row that has any. -1 where there is none. */
  next(cell, right, down) {
    const { columns, rows } = this.part
    const far = other => [columns[other] - columns[cell], rows[other] - rows[cell]]
    const ahead = other => far(other)[0] * right + far(other)[1] * down > 0
    if (down) return this.#best(other => (ahead(other) ? Math.abs(far(other)[1]) * this.grid + Math.abs(far(other)[0]) : Infinity))
    const along = this.#best(other => (ahead(other) && rows[other] === rows[cell] ? Math.abs(far(other)[0]) : Infinity))
    return along >= 0 ? along : this.#best(other => (ahead(other) ? Math.hypot(...far(other)) : Infinity))
  }

  #best(cost) {
    let [best, least] = [-1, Infinity]
    for (let cell = 0; cell < this.n; cell++) {
      const its = cost(cell)
      if (its < least) [best, least] = [cell, its]
    }
    return best
  }

  /** The side of an icon as a share of its cell's: as much area as there are activations, as far as the cell reaches. */
  share(cell, density) {
    return Math.min(1, this.crowds[cell] * Math.sqrt(density))
  }

  /**
   * How visible each cell is, float32 (c,): its value of the class that is filtered by, over the largest such value of
   * this level, each of the sign that is asked for. `look` has column (of the values, or -1), sign, intensity, dim.
   */
  opacities({ column, sign, intensity, dim }) {
    const key = `${column} ${sign} ${intensity} ${dim}`
    if (!this.#opacities.has(key)) {
      this.#opacities.clear()
      this.#opacities.set(key, this.#opacity(column, sign, intensity, dim && this.part.sure))
    }
    return this.#opacities.get(key)
  }

  #opacity(column, sign, intensity, sure) {
    const visible = new Float32Array(this.n).fill(1)
    if (column >= 0) {
      const value = cell => sign * this.values[cell * this.k + column]
      const largest = visible.reduce((most, _, cell) => Math.max(most, value(cell)), 1)
      for (let cell = 0; cell < this.n; cell++) visible[cell] = Math.min(1, (intensity * Math.max(0, value(cell))) / largest)
    }
    if (sure) for (let cell = 0; cell < this.n; cell++) visible[cell] *= sure[cell]
    return visible
  }
}

/** Read base64. */
export function bytes(text) {
  return Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
}
