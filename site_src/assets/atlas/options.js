// What a reader may set: at rest the class that is filtered by, behind "Options" the rest.

import { select, slider, toggle } from '../controls.js'
import { element } from '../gallery/elements.js'
import { Search } from './search.js'

const DENSITIES = [0.2, 8]
const STEPS = 40 // of the slider for these, which is logarithmic

export class Options {
  #influence
  #intensity
  #level
  #maps

  /** `told` has look(), filter(label), level(index or null), beside(n), wheel(isOn). */
  constructor(data, shared, hasSureness, told) {
    const { look } = shared
    const first = element('div', 'nf-controls nf-atlas-first')
    const rest = element('div', 'nf-controls')
    const more = element('details', 'nf-atlas-more', {}, element('summary', '', {}, 'Options'), rest)
    this.search = new Search(data.labels, data.classes, told.filter)
    if (data.classes.length) first.append(this.search.element)
    const set = name => value => {
      look[name] = value
      told.look()
    }
    this.#influence = select(first, {
      label: 'Influence', options: [{ value: 1, label: 'positive' }, { value: -1, label: 'negative' }],
    }, value => set('sign')(Number(value)))
    this.#intensity = slider(first, { label: 'Intensity', min: 0.5, max: 2, step: 0.1, value: 1, format: value => `${value.toFixed(1)}×` }, set('intensity'))
    this.#level = select(rest, { label: 'Grid', options: ['automatic'] }, value => told.level(value === 'automatic' ? null : Number(value)))
    const density = step => DENSITIES[0] * (DENSITIES[1] / DENSITIES[0]) ** (step / STEPS)
    const step = Math.round((STEPS * Math.log(1 / DENSITIES[0])) / Math.log(DENSITIES[1] / DENSITIES[0]))
    slider(rest, { label: 'Size of icons', min: 0, max: STEPS, value: step, format: at => (at === step ? '1.0' : density(at).toFixed(1)) }, at => set('density')(at === step ? 1 : density(at)))
    if (data.maps.length > 1) {
      const most = Math.min(3, data.maps.length)
      this.#maps = select(rest, { label: 'Side by side', options: Array.from({ length: most }, (_, k) => ({ value: k + 1, label: k ? `${k + 1} maps` : '1 map' })) }, value => told.beside(Number(value)))
    }
    toggle(rest, { label: 'Labels', value: look.labels }, set('labels'))
    if (hasSureness) toggle(rest, { label: 'Dim what is unsure', value: look.dim }, set('dim'))
    if (!matchMedia('(hover: none)').matches) toggle(rest, { label: 'Scroll to zoom' }, told.wheel)
    this.elements = [first, more]
  }

  /** Show the state, and call nobody. */
  show({ look, label, pane, maps }) {
    this.search.show(label)
    this.#influence.set(look.sign)
    for (const control of [this.#influence, this.#intensity]) control.element.hidden = label < 0
    const grids = pane.levels.map(({ grid }, value) => ({ value, label: `${grid} × ${grid}` }))
    this.#level.input.replaceChildren(...[{ value: 'automatic', label: 'automatic' }, ...grids].map(({ value, label }) => element('option', '', { value }, label)))
    this.#level.set(pane.manual ?? 'automatic')
    this.#maps?.set(maps)
  }
}
