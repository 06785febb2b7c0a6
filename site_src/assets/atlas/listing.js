// The coarsest cells of a map as a table, for readers who would rather read; made when it is opened.

import { element } from '../gallery/elements.js'

export class Listing {
  #data
  #files
  #summary = element('summary', '', {}, 'Cells as a table')
  #place = element('div', 'nf-scroll', { tabindex: 0, role: 'group' })
  element = element('details', 'nf-atlas-listing', {}, this.#summary, this.#place)
  #map = 0
  #shown = null

  constructor(data, files) {
    this.#data = data
    this.#files = files
    this.element.addEventListener('toggle', () => this.show(this.#map))
  }

  show(map) {
    this.#map = map
    const level = this.#files.known(map, 0)
    if (!this.element.open || !level || this.#shown === map) return
    this.#shown = map
    const { title } = this.#data.maps[map]
    this.#place.setAttribute('aria-label', `Cells of ${title}`)
    this.#place.replaceChildren(this.#table(level, title))
  }

  #table(level, title) {
    const { part, grid } = level
    const { labels, headings, holds, value } = this.#data
    const rows = Array.from(part.columns.keys()).sort((a, b) => part.rows[a] - part.rows[b] || part.columns[a] - part.columns[b])
    const line = (tag, texts) => element('tr', '', {}, ...texts.map(text => element(tag, '', tag === 'th' ? { scope: 'col' } : {}, String(text))))
    const listed = cell => part.top[cell].map((label, k) => (label < 0 ? '' : `${labels[label]} ${part.top_values[cell][k]}`)).filter(Boolean).join(', ')
    const cells = cell => [part.rows[cell] + 1, part.columns[cell] + 1, part.counts[cell], listed(cell), ...part.said[cell]]
    return element('table', 'nf-table', {},
      element('caption', '', {}, `${this.#data.map_word} ${title}: the cells of a grid of ${grid} × ${grid}`),
      element('thead', '', {}, line('th', ['row', 'column', holds.split(' ').pop(), value, ...headings])),
      element('tbody', '', {}, ...rows.map(cell => line('td', cells(cell)))))
  }
}
