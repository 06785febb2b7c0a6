// What is known of one cell: its icon, the classes it pulls towards, how many activations it holds, real examples.

import { element, keepHeight } from '../gallery/elements.js'
import * as words from './words.js'

const ICON_PX = 160
const EXAMPLE_PX = 56
const RESTS_MS = 120 // a pointer that passes over a cell fetches no examples

export class Details {
  element = element('div', 'nf-atlas-details', { tabindex: -1, role: 'group', 'aria-label': 'The cell' })
  #data
  #files
  #keep = keepHeight(this.element)
  #shown = null
  #resting = null
  #draws = [] // what is drawn again when a sheet has come

  constructor(data, files) {
    this.#data = data
    this.#files = files
  }

  /** Say what a cell is; none: how to find out. `hint` is text. */
  show(level, cell, hint) {
    const key = level && cell >= 0 ? `${level.map} ${level.grid} ${cell}` : hint
    if (key === this.#shown) return
    this.#shown = key
    clearTimeout(this.#resting)
    this.#draws = []
    this.element.replaceChildren(...(level && cell >= 0 ? this.#cell(level, cell) : [element('p', 'nf-atlas-hint', {}, hint)]))
    this.#keep()
  }

  /** Draw what could not be drawn yet. */
  refresh() {
    this.#draws.forEach(draw => draw())
  }

  keep() {
    this.#keep()
  }

  #cell(level, cell) {
    const { part } = level
    const { labels, headings, holds, value } = this.#data
    const [first] = part.top[cell]
    const icon = element('div', 'nf-atlas-icon', {}, this.#picture(ICON_PX, level.sheets[level.sheetOf[cell]], cell))
    const where = `Row ${part.rows[cell] + 1}, column ${part.columns[cell] + 1} of ${level.grid}`
    const said = element('div', 'nf-atlas-about', {},
      element('p', 'nf-atlas-name', {}, first >= 0 ? labels[first] : where),
      element('p', '', {}, `${capital(words.held(holds, part.counts[cell]))}${first >= 0 ? `. ${where}` : ''}.`),
      element('dl', 'nf-atlas-said', {}, ...headings.map((heading, k) => element('div', '', {}, element('dt', '', {}, heading), element('dd', '', {}, part.said[cell][k])))))
    const made = [icon, said]
    if (first >= 0) made.push(element('div', 'nf-atlas-top', {}, element('p', '', {}, capital(value)), this.#bars(part, cell)))
    if (part.examples[cell]?.some(index => index >= 0)) made.push(this.#examples(level, part.examples[cell].filter(index => index >= 0)))
    return made
  }

  #bars({ top, top_values }, cell) {
    const listed = top[cell].map((label, k) => ({ label, text: top_values[cell][k] })).filter(({ label }) => label >= 0)
    const number = text => Number(text.replace('−', '-')) || 0
    const most = Math.max(...listed.map(({ text }) => Math.abs(number(text)))) || 1
    return element('ol', '', {}, ...listed.map(({ label, text }) => {
      const bar = element('span', `nf-bar${number(text) < 0 ? ' nf-negative' : ''}`, { style: `width:${(100 * Math.abs(number(text))) / most}%` })
      return element('li', '', {}, element('span', 'nf-atlas-class', {}, this.#data.labels[label]), element('span', 'nf-rail', { 'aria-hidden': 'true' }, bar), element('span', 'nf-number-of', {}, text))
    }))
  }

  #examples(level, indices) {
    const list = element('ol')
    const empty = () => element('li', '', {}, element('canvas', '', { 'aria-hidden': 'true', width: 1, height: 1 }))
    list.append(...indices.map(empty))
    const fetched = () => this.#files.examples(level.map).then(({ labels, sheetOf }) => {
      if (!list.isConnected) return
      list.replaceChildren(...indices.map(index => element('li', '', {}, this.#picture(EXAMPLE_PX, sheetOf(index), index), element('span', '', {}, labels[index]))))
      this.#keep()
    }, error => {
      list.replaceChildren(element('li', '', {}, 'could not be fetched'))
      console.warn('An atlas lacks its examples:', error)
    })
    this.#resting = setTimeout(fetched, RESTS_MS)
    return element('div', 'nf-atlas-examples', {}, element('p', '', {}, this.#data.example_word), list)
  }

  /** A picture of a sheet, drawn now or as soon as it is there. */
  #picture(px, sheet, index) {
    const ratio = window.devicePixelRatio || 1
    const canvas = element('canvas', '', { 'aria-hidden': 'true', width: px * ratio, height: px * ratio })
    const draw = () => {
      const context = canvas.getContext('2d')
      context.clearRect(0, 0, canvas.width, canvas.height)
      sheet.draw(context, index, 0, 0, canvas.width)
    }
    draw()
    this.#draws.push(draw)
    return canvas
  }
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
