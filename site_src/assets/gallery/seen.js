// The picture that is looked at, enlarged, what is known of it, and its companion.

import { element } from './elements.js'

export class Seen {
  element = element('div', 'nf-seen')
  #sheet
  #data
  #room
  #own
  #beside

  constructor(sheet, data, room) {
    this.#sheet = sheet
    this.#data = data
    this.#room = room
    if (!room.values.length) return
    this.#own = this.#one(data.headings, '')
    this.#beside = room.companions && this.#one(data.companion.headings, data.companion.title)
    this.element.append(...[this.#own, this.#beside].filter(Boolean).map(one => one.element))
  }

  /** Look at the k-th picture of a shelf, which is named where `several` hang. */
  show(shelf, k, several) {
    const index = shelf.pictures[k]
    this.#own.title.textContent = `${several && shelf.title ? `${shelf.title}, ` : ''}${k + 1} of ${shelf.pictures.length}`
    this.#fill(this.#own, index, this.#room.values[index])
    if (!this.#beside) return
    const { of, values } = this.#room.companions
    this.#fill(this.#beside, this.#room.values.length + of[index], values[of[index]])
  }

  /** Everything that is known of a picture, in one line. */
  named(shelf, k) {
    const index = shelf.pictures[k]
    const listed = (headings, values) => headings.map((heading, at) => `${heading} ${values[at]}`).join(', ')
    const own = `${k + 1} of ${shelf.pictures.length}: ${listed(this.#data.headings, this.#room.values[index])}`
    if (!this.#room.companions) return own
    const { of, values } = this.#room.companions
    return `${own}; ${this.#data.companion.title}: ${listed(this.#data.companion.headings, values[of[index]])}`
  }

  #one(headings, words) {
    const title = element('dt', '', {}, words)
    const values = headings.map(() => element('dd'))
    const lines = headings.map((heading, k) => element('div', '', {}, element('dt', '', {}, heading), values[k]))
    const window = this.#sheet.window(0)
    const list = element('dl', '', {}, element('div', 'nf-one-title', {}, title), ...lines)
    return { element: element('div', 'nf-one', {}, element('div', '', {}, window), list), image: window.firstChild, title, values }
  }

  #fill(one, index, values) {
    this.#sheet.place(one.image, index)
    one.values.forEach((value, k) => { value.textContent = values[k] })
  }
}
