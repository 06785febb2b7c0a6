// The cells of one state: where their corners are, who lies beside whom, and which one holds a point.
//
// Half edge h of cell c, start[c] <= h < start[c + 1], runs from corners[h] to the cell's next corner, the cell on its left.

import { named, starts, summed, unpack } from './numbers.js'

const PER_BUCKET = 2

export async function fetchCells(url, told, { box, grid }) {
  const { cells, corners, vertices, heavy } = told
  const read = await unpack(url, [cells, corners, vertices, vertices, cells, 2 * heavy])
  const [x0, x1, y0, y1] = box
  const x = Float64Array.from(summed(read[2]), step => x0 + (step / grid) * (x1 - x0))
  const y = Float64Array.from(summed(read[3]), step => y0 + (step / grid) * (y1 - y0))
  return new Cells(starts(read[0]), named(read[1]), x, y, read[4], read[5], box)
}

export class Cells {
  constructor(start, corners, x, y, shade, heavy, box) {
    Object.assign(this, { start, corners, x, y, shade, heavy, box })
    this.n = shade.length
    this.neighbours = this.#findNeighbours()
    this.#measure()
    this.#fillBuckets()
  }

  next(half, cell) {
    return half + 1 === this.start[cell + 1] ? this.start[cell] : half + 1
  }

  nCorners(cell) {
    return this.start[cell + 1] - this.start[cell]
  }

  /** The corners of a cell, counter-clockwise. */
  polygon(cell) {
    return Array.from(this.corners.subarray(this.start[cell], this.start[cell + 1]), vertex => [this.x[vertex], this.y[vertex]])
  }

  /** The cell that holds a point, or -1. */
  at(x, y) {
    const bucket = this.#bucket(x, 0) + this.#bucket(y, 2) * this.side
    for (let i = this.bucketStart[bucket]; i < this.bucketStart[bucket + 1]; i++) {
      if (this.#holds(this.buckets[i], x, y)) return this.buckets[i]
    }
    return -1
  }

  /** Call `visit` once for every cell that may reach into a rectangle. */
  within(x0, x1, y0, y1, visit) {
    const stamp = ++this.stamp
    const [left, right, low, high] = [this.#bucket(x0, 0), this.#bucket(x1, 0), this.#bucket(y0, 2), this.#bucket(y1, 2)]
    for (let row = low; row <= high; row++) {
      const last = this.bucketStart[row * this.side + right + 1]
      for (let i = this.bucketStart[row * this.side + left]; i < last; i++) {
        const cell = this.buckets[i]
        if (this.stamps[cell] === stamp) continue
        this.stamps[cell] = stamp
        visit(cell)
      }
    }
  }

  /** How far one can go from a point of a cell before leaving it, in units of the step, and into which cell. */
  way(cell, x, y, dx, dy) {
    let far = Infinity
    let into = -1
    for (let half = this.start[cell]; half < this.start[cell + 1]; half++) {
      const a = this.corners[half]
      const b = this.corners[this.next(half, cell)]
      const outX = this.y[b] - this.y[a]
      const outY = this.x[a] - this.x[b]
      const speed = outX * dx + outY * dy
      if (speed <= 0) continue
      const t = (outX * (this.x[a] - x) + outY * (this.y[a] - y)) / speed
      if (t < far) [far, into] = [t, this.neighbours[half]]
    }
    return { far, into }
  }

  /** The cells on the straight line from one point to another, from the cell of the first. */
  between([x, y], [toX, toY]) {
    const passed = [this.at(x, y)]
    const known = new Set(passed)
    for (;;) {
      const { far, into } = this.way(passed.at(-1), x, y, toX - x, toY - y)
      if (far >= 1 || into < 0 || known.has(into)) return passed
      known.add(into)
      passed.push(into)
    }
  }

  #findNeighbours() {
    const { corners } = this
    const cellOf = new Int32Array(corners.length)
    const other = new Int32Array(corners.length)
    const counts = new Int32Array(this.x.length)
    for (let cell = 0; cell < this.n; cell++) {
      for (let half = this.start[cell]; half < this.start[cell + 1]; half++) {
        const head = corners[this.next(half, cell)]
        cellOf[half] = cell
        other[half] = Math.max(corners[half], head)
        counts[Math.min(corners[half], head)]++
      }
    }
    const first = starts(counts)
    const filled = first.slice()
    const listed = new Int32Array(corners.length)
    for (let half = 0; half < corners.length; half++) {
      const cell = cellOf[half]
      listed[filled[Math.min(corners[half], corners[this.next(half, cell)])]++] = half
    }
    const neighbours = new Int32Array(corners.length).fill(-1)
    for (let vertex = 0; vertex < counts.length; vertex++) {
      for (let i = first[vertex]; i < first[vertex + 1]; i++) {
        for (let j = i + 1; j < first[vertex + 1]; j++) {
          if (other[listed[i]] !== other[listed[j]]) continue
          neighbours[listed[i]] = cellOf[listed[j]]
          neighbours[listed[j]] = cellOf[listed[i]]
        }
      }
    }
    return neighbours
  }

  /** Area, and thickness as `tiling.py` has it: four times the area over the circumference. */
  #measure() {
    this.area = new Float64Array(this.n)
    this.thickness = new Float32Array(this.n)
    this.wholeArea = 0
    for (let cell = 0; cell < this.n; cell++) {
      let area = 0
      let around = 0
      const origin = this.corners[this.start[cell]]
      for (let half = this.start[cell]; half < this.start[cell + 1]; half++) {
        const a = this.corners[half]
        const b = this.corners[this.next(half, cell)]
        area += (this.x[a] - this.x[origin]) * (this.y[b] - this.y[origin]) - (this.x[b] - this.x[origin]) * (this.y[a] - this.y[origin])
        around += Math.hypot(this.x[b] - this.x[a], this.y[b] - this.y[a])
      }
      this.area[cell] = area / 2
      this.thickness[cell] = around ? (2 * area) / around : 0
      this.wholeArea += area / 2
    }
  }

  #fillBuckets() {
    this.side = Math.min(512, Math.max(1, Math.round(Math.sqrt(this.n / PER_BUCKET))))
    this.stamps = new Uint32Array(this.n)
    this.stamp = 0
    const counts = new Int32Array(this.side * this.side)
    this.#eachBucket(bucket => counts[bucket]++)
    this.bucketStart = starts(counts)
    const filled = this.bucketStart.slice()
    this.buckets = new Int32Array(this.bucketStart.at(-1))
    this.#eachBucket((bucket, cell) => { this.buckets[filled[bucket]++] = cell })
  }

  #eachBucket(visit) {
    for (let cell = 0; cell < this.n; cell++) {
      let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity]
      for (let half = this.start[cell]; half < this.start[cell + 1]; half++) {
        const x = this.x[this.corners[half]]
        const y = this.y[this.corners[half]]
        if (x < x0) x0 = x
        if (x > x1) x1 = x
        if (y < y0) y0 = y
        if (y > y1) y1 = y
      }
      const right = this.#bucket(x1, 0)
      const high = this.#bucket(y1, 2)
      for (let row = this.#bucket(y0, 2); row <= high; row++) {
        for (let column = this.#bucket(x0, 0); column <= right; column++) visit(row * this.side + column, cell)
      }
    }
  }

  #bucket(value, axis) {
    const place = Math.floor(((value - this.box[axis]) / (this.box[axis + 1] - this.box[axis])) * this.side)
    return Math.min(this.side - 1, Math.max(0, place))
  }

  #holds(cell, x, y) {
    for (let half = this.start[cell]; half < this.start[cell + 1]; half++) {
      const a = this.corners[half]
      const b = this.corners[this.next(half, cell)]
      if ((this.x[b] - this.x[a]) * (y - this.y[a]) < (this.y[b] - this.y[a]) * (x - this.x[a])) return false
    }
    return true
  }
}
