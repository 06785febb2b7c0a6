// Which map: small pictures of how full each is, one of which is chosen; arrow keys go along them.

import { element } from '../gallery/elements.js'
import { draw } from './density.js'

let count = 0

export class Chooser {
  #maps
  #files
  #shared
  #inputs
  #canvases

  constructor(data, files, shared, choose) {
    this.#maps = data.maps
    this.#files = files
    this.#shared = shared
    const name = `nf-atlas-map-${++count}`
    this.#canvases = data.maps.map(() => element('canvas', '', { 'aria-hidden': 'true' }))
    this.#inputs = data.maps.map((_, map) => element('input', '', { type: 'radio', name, value: map }))
    this.#inputs.forEach((input, map) => input.addEventListener('change', () => choose(map)))
    const labels = data.maps.map(({ title }, map) => element('label', '', { title }, this.#inputs[map], this.#canvases[map], element('span', '', {}, title)))
    this.element = element('div', 'nf-atlas-chooser', { role: 'radiogroup', 'aria-label': data.map_word }, ...labels)
    this.element.hidden = data.maps.length < 2
  }

  /** Draw every map's thumbnail, under the filter where its cells are known. */
  refresh() {
    const { look, colours } = this.#shared
    this.#canvases.forEach((canvas, map) => {
      const levels = this.#maps[map].levels.map((_, level) => this.#files.known(map, level))
      draw(canvas, this.#maps[map].density, colours, levels.findLast(Boolean), look)
    })
  }

  show(map) {
    this.#inputs[map].checked = true
  }
}
