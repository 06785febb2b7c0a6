/** Signs, sentences and lines of the neurons of one layer, as `multi_neuron/figures/signs.py` and `axes.py` draw them. */

import { all, colour, set } from './weights.js'

const SVG = 'http://www.w3.org/2000/svg'
const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']

/** Make an SVG element, with children or a text. */
export function made(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** Move marks, and make them squares where the sign is positive and discs where it is not. */
export function sign(marks, on, x, y) {
  for (const mark of marks) {
    const side = mark.width.baseVal.value
    const place = x === undefined ? {} : { x: (x - side / 2).toFixed(2), y: (y - side / 2).toFixed(2) }
    set([mark], { ...place, rx: on ? 1 : side / 2, fill: colour(on ? 1 : -1) })
  }
}

export const listed = names =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : String(names[0])

export const counted = count => NUMBERS[count]

/** Write a sentence on the lines that the drawing has for it. */
export function phrase(root, selector, text) {
  for (const element of all(root, selector)) {
    const lines = wrapped(text, Number(element.dataset.width))
    ;[...element.children].forEach((line, k) => {
      if (line.textContent !== (lines[k] ?? '')) line.textContent = lines[k] ?? ''
    })
  }
}

function wrapped(text, width) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word
    if (longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** The frame that `Axes.geometry` describes: places of inputs and outputs, and a neuron's line in two paths. */
export function axes(geometry) {
  const [left, top, right, bottom, low, high, least, most] = geometry.split(' ').map(Number)
  return frame({ left, top, right, bottom, low, high, least, most })
}

export function frame(sides) {
  const { left, top, right, bottom, low, high, least, most } = sides
  const x = value => left + ((right - left) * (value - low)) / (high - low)
  const y = value => bottom - ((bottom - top) * (value - least)) / (most - least)
  const path = points => `M${points.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('L')}`
  return {
    ...sides,
    x,
    y,
    /** The same frame for other inputs. */
    over: (from, to) => frame({ ...sides, low: from, high: to }),
    input: place => low + ((high - low) * (place - left)) / (right - left),
    output: place => least + ((most - least) * (bottom - place)) / (bottom - top),
    line(weight, bias, threshold = 0) {
      const ends = [low, high].map(at => [at, weight * at + bias])
      const [first, last] = ends.map(([, output]) => output > threshold)
      if (first === last) return first ? { on: path(ends), off: 'M0 0' } : { on: 'M0 0', off: path(ends) }
      const middle = [(threshold - bias) / weight, threshold]
      const [one, other] = [path([ends[0], middle]), path([middle, ends[1]])]
      return first ? { on: one, off: other } : { on: other, off: one }
    },
  }
}

/** Redraw a neuron's line. */
export function trace(group, { on, off }, width) {
  set(all(group, '[data-on]'), { d: on })
  set(all(group, '[data-off]'), { d: off })
  if (width !== undefined) set([group], { 'stroke-width': width })
}

/** Where a pointer is, in the units of the drawing that holds `element`. */
export function pointed(element, event) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(element.getScreenCTM().inverse())
  return [x, y]
}

/**
 * Let the reader drag: `start(event)` gives what is dragged, or null; `move(dragged, event)` is called at once and on every
 * move. Listens on `elements`; returns a function that stops listening.
 */
export function draggable(elements, start, move) {
  let dragged = null
  const down = event => {
    dragged = event.button === 0 ? start(event) : null
    if (dragged === null) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    move(dragged, event)
  }
  const along = event => dragged !== null && move(dragged, event)
  const up = () => {
    dragged = null
  }
  const listeners = { pointerdown: down, pointermove: along, pointerup: up, pointercancel: up }
  for (const element of elements) {
    element.style.touchAction = 'pan-y'
    for (const [kind, listener] of Object.entries(listeners)) element.addEventListener(kind, listener)
  }
  return () => {
    for (const element of elements) {
      element.style.touchAction = ''
      for (const [kind, listener] of Object.entries(listeners)) element.removeEventListener(kind, listener)
    }
  }
}
