// The codes of one state: which bits each cell has, each written beside a neighbour's.

import { starts, unpack } from './numbers.js'

export async function fetchCodes(url, told, cells) {
  const bits = told.layers.map(layer => layer.bits)
  const [corner, counts, differing, ...neurons] = await unpack(url, [told.cells, told.cells, told.differing, ...bits])
  return new Codes(cells, told.layers, corner, starts(counts), differing, neurons)
}

class Codes {
  constructor(cells, layers, corner, start, differing, neurons) {
    Object.assign(this, { cells, layers, corner, start, differing, neurons })
    this.firsts = starts(layers.map(layer => layer.bits))
    this.nBits = this.firsts.at(-1)
  }

  /** The bits of a cell. */
  of(cell) {
    const bits = new Uint8Array(this.nBits)
    for (let here = cell; ; here = this.cells.neighbours[this.cells.start[here] + this.corner[here] - 1]) {
      for (let i = this.start[here]; i < this.start[here + 1]; i++) bits[this.differing[i]] ^= 1
      if (!this.corner[here]) return bits
    }
  }

  /** The bits in which two cells differ, ascending. */
  difference(one, other) {
    const [a, b] = [this.of(one), this.of(other)]
    return Array.from(a.keys()).filter(bit => a[bit] !== b[bit])
  }

  /** How many neurons of each layer are on, with those that always are. */
  on(cell) {
    const bits = this.of(cell)
    return this.layers.map((layer, k) => bits.subarray(this.firsts[k], this.firsts[k + 1]).reduce((sum, bit) => sum + bit, layer.always_on))
  }

  /** Layer and neuron, counted from 1, of a bit. */
  neuron(bit) {
    const k = this.firsts.findLastIndex(first => first <= bit)
    return { layer: k, number: this.neurons[k][bit - this.firsts[k]] + 1 }
  }
}
