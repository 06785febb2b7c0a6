// Ways through the atlas: views that the text speaks of, as buttons, and paths that are followed cell by cell.

import { element } from '../gallery/elements.js'

export class Trail {
  element = element('div', 'nf-atlas-trail')
  #data
  #told
  #points
  #walk
  #said
  #back
  #on
  #path = null
  #at = 0

  /** `told` has point(point), step(path, at) and leave(). */
  constructor(data, told) {
    this.#data = data
    this.#told = told
    this.#points = data.points.map(point => element('span', '', {}, this.#button(point.words, () => told.point(point))))
    const paths = data.paths.map(path => element('span', '', {}, this.#button(`Follow: ${path.words}`, () => this.follow(path))))
    this.element.append(...this.#points, ...paths)
    this.#back = this.#button('←', () => this.go(this.#at - 1), 'Previous cell of the path')
    this.#on = this.#button('→', () => this.go(this.#at + 1), 'Next cell of the path')
    this.#said = element('span', '', { role: 'status' })
    this.#walk = element('div', 'nf-atlas-walk', { role: 'group', 'aria-label': 'Path' }, this.#back, this.#said, this.#on, this.#button('×', () => this.leave(), 'Leave the path'))
    this.#walk.hidden = true
    if (paths.length) this.element.append(this.#walk)
    this.element.hidden = !data.points.length && !paths.length
  }

  /** Offer the points of the maps that are shown. */
  show(maps) {
    this.#points.forEach((span, at) => { span.hidden = !maps.includes(this.#data.points[at].map) })
  }

  #button(text, act, label) {
    const made = element('button', '', { type: 'button', ...(label && { 'aria-label': label, title: label }) }, text)
    made.addEventListener('click', act)
    return made
  }

  /** The number of the path that is followed, and of its cell; none where none is. */
  get walk() { return this.#path && [this.#data.paths.indexOf(this.#path), this.#at] }

  /** Be where somebody was who followed a path. */
  resume(path, at) {
    this.#path = this.#data.paths[path]
    this.go(at)
  }

  follow(path) {
    this.#path = path
    this.go(0)
    this.#on.focus({ preventScroll: true })
  }

  go(at) {
    if (!this.#path?.cells[at] && this.#path?.cells[at] !== 0) return
    this.#at = at
    this.#walk.hidden = false
    this.#said.textContent = `${this.#path.words}: ${at + 1} of ${this.#path.cells.length}`
    for (const [button, isEnd] of [[this.#back, at === 0], [this.#on, at === this.#path.cells.length - 1]]) button.setAttribute('aria-disabled', isEnd)
    this.#told.step(this.#path, at)
  }

  leave() {
    this.#path = null
    this.#walk.hidden = true
    this.#told.leave()
  }

  named(name) {
    return this.#data.points.find(point => point.name === name)
  }
}
