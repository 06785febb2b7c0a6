// The whole map in a corner, with what is seen of it; the frame can be drawn about.

import { element } from '../gallery/elements.js'
import { draw } from './density.js'

export class Minimap {
  #canvas = element('canvas')
  #reticle = element('span')
  element = element('div', 'nf-atlas-mini', { 'aria-hidden': 'true' }, this.#canvas, this.#reticle)

  /** `go(x, y)` is asked to show a place in the middle. */
  constructor(go) {
    const follow = event => {
      const box = this.element.getBoundingClientRect()
      go((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
    }
    this.element.addEventListener('pointerdown', event => {
      this.element.setPointerCapture(event.pointerId)
      event.preventDefault()
      follow(event)
    })
    this.element.addEventListener('pointermove', event => event.buttons && follow(event))
  }

  show(density, colours) {
    draw(this.#canvas, density, colours)
  }

  look(view) {
    this.element.hidden = view.isWhole
    const [width, height] = [view.width, view.height].map(size => Math.min(1, size / view.side))
    const percent = part => `${100 * part}%`
    Object.assign(this.#reticle.style, {
      left: percent(Math.max(0, view.x - width / 2)), top: percent(Math.max(0, view.y - height / 2)), width: percent(width), height: percent(height),
    })
  }
}
