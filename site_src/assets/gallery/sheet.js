// A room's pictures on their sheet, each seen through a window. Its inverse is `generators/drawing/sheets.py`.

import { element } from './elements.js'

export class Sheet {
  #room
  #size

  constructor(room, { width, height, margin }) {
    this.#room = room
    this.#size = { width, height, margin }
  }

  /** Say how large the whole sheet is, in percent of one picture, to the windows in an element. */
  measure(within) {
    if (!this.#room.sheet) return
    const { width, height, margin } = this.#size
    const { columns, rows } = this.#room.sheet
    within.style.setProperty('--nf-sheet-width', `${(100 * columns * (width + 2 * margin)) / width}%`)
    within.style.setProperty('--nf-sheet-height', `${(100 * rows * (height + 2 * margin)) / height}%`)
  }

  window(index) {
    const image = element('img', '', { alt: '', src: this.#room.source, decoding: 'sync' })
    this.place(image, index)
    return element('span', 'nf-window', {}, image)
  }

  /** Put the sheet behind a window so that one of its pictures is seen. */
  place(image, index) {
    const { width, height, margin } = this.#size
    const { columns } = this.#room.sheet
    const part = (at, size) => `${(-100 * (at * (size + 2 * margin) + margin)) / size}%`
    image.style.left = part(index % columns, width)
    image.style.top = part(Math.floor(index / columns), height)
  }
}
