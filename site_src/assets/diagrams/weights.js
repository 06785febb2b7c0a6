/**
 * How a weight, an activation and a synapse look in a live drawing, as `drawing/weights.py` draws them still, and how a
 * reader walks among them. A drawing may be on the page twice, wide and narrow: every function acts on both.
 */

import { output } from '../controls.js'

export const colour = value => (value < 0 ? 'var(--nf-negative)' : 'var(--nf-positive)')

/** Write a number with a true minus sign. */
export const signed = (value, digits = 2) =>
  (Number(value.toFixed(digits)) === 0 ? 0 : value).toFixed(digits).replace('-', '−')

/** Every element of the figure that matches, in the wide and in the narrow drawing. */
export const all = (root, selector) => [...root.querySelectorAll(selector)]

/** Say a sentence to readers who listen, once the reader's hand rests: what a drawing's own text shows to those who look. */
export function speaker(container) {
  const { element, set: say } = output(container)
  element.style.cssText = 'position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0'
  let resting
  return sentence => {
    clearTimeout(resting)
    resting = setTimeout(() => say(sentence), 300)
  }
}

export function set(elements, attributes) {
  for (const element of elements)
    for (const [name, value] of Object.entries(attributes))
      if (value === null) element.removeAttribute(name)
      else element.setAttribute(name, value)
}

export function write(root, selector, text) {
  for (const element of all(root, selector)) if (element.textContent !== text) element.textContent = text
}

/** Colour a cell by its value: square when positive, round when negative. */
export function paint(cells, value, largest, strongest = 0.9) {
  for (const cell of cells) {
    const side = Math.min(cell.width.baseVal.value, cell.height.baseVal.value)
    set([cell], {
      fill: colour(value),
      'fill-opacity': (strongest * Math.min(1, Math.abs(value) / largest)).toFixed(3),
      rx: value < 0 ? side / 2 : 0,
    })
  }
}

const SVG = 'http://www.w3.org/2000/svg'
const TONES = 12

/** Redraw pictures (`drawing/weights.py: picture`) with other pixels, from 0 to 1. */
export function develop(pictures, pixels) {
  for (const picture of pictures) {
    const tones = gather(picture, pixels, 1, (row, column) => `M${column} ${row}h1v1h-1z`)
    const paths = tones.map(([tone, d]) => made('path', { d, 'fill-opacity': (tone / TONES).toFixed(2) }))
    picture.replaceChildren(picture.firstElementChild, ...paths) // the plate stays
  }
}

/** Redraw mosaics (`drawing/weights.py: mosaic`) with other numbers. */
export function tile(mosaics, values, largest, strongest = 0.9) {
  for (const mosaic of mosaics) {
    const tones = gather(mosaic, values, strongest / largest, dot)
    const signs = [-1, 1].map(sign => {
      const group = made('g', dots(sign))
      for (const [tone, d] of tones)
        if (tone * sign > 0) group.append(made('path', { d, 'stroke-opacity': (Math.abs(tone) / TONES).toFixed(2) }))
      return group
    })
    mosaic.replaceChildren(mosaic.firstElementChild, ...signs)
  }
}

/** One cell of a path of dots: a stroke so short that only its ends are seen. */
export const dot = (row, column) => `M${column}.5 ${row}.5h.01`

/** How a path of dots looks: square when positive, round when negative. */
export const dots = sign => ({ stroke: colour(sign), 'stroke-linecap': sign < 0 ? 'round' : 'square' })

/** Put cells of equal strength into one path each. */
function gather(group, values, gain, shape) {
  const columns = Number(group.dataset.columns)
  const tones = new Map()
  values.forEach((value, k) => {
    const tone = Math.sign(value) * Math.round(TONES * Math.min(1, Math.abs(value) * gain))
    if (tone) tones.set(tone, (tones.get(tone) ?? '') + shape(Math.floor(k / columns), k % columns))
  })
  return [...tones]
}

function made(tag, attributes) {
  const element = document.createElementNS(SVG, tag)
  set([element], attributes)
  return element
}

/**
 * Let a reader point at, or walk with the arrow keys over, a plate of `rows` by `columns` cells.
 * `at(plate)` gives the cell now chosen, `choose(plate, row, column, meant)` is called on each visit, where only pointing is
 * not `meant` to last.
 */
export function scan(root, selector, { rows, columns, describe, at, choose }) {
  const plates = all(root, selector)
  const point = event => {
    const box = event.currentTarget.getBoundingClientRect()
    const within = (share, size) => Math.min(size - 1, Math.max(0, Math.floor(share * size)))
    const row = within((event.clientY - box.top) / box.height, rows)
    choose(
      event.currentTarget,
      row,
      within((event.clientX - box.left) / box.width, columns),
      event.type === 'pointerdown',
    )
  }
  const press = event => {
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
    if (!way) return
    event.preventDefault()
    const [row, column] = at(event.currentTarget)
    choose(event.currentTarget, (row + way[0] + rows) % rows, (column + way[1] + columns) % columns, true)
  }
  for (const plate of plates) {
    set([plate], { tabindex: '0', role: 'group', 'aria-label': describe(plate) })
    plate.style.cursor = 'crosshair'
    for (const kind of ['pointermove', 'pointerdown']) plate.addEventListener(kind, point)
    plate.addEventListener('keydown', press)
  }
  return {
    destroy() {
      for (const plate of plates) {
        set([plate], { tabindex: null, role: null, 'aria-label': null })
        for (const kind of ['pointermove', 'pointerdown']) plate.removeEventListener(kind, point)
        plate.removeEventListener('keydown', press)
      }
    },
  }
}

/**
 * Let a reader point at, tap, or walk with the arrow keys among the parts that match. One tab stop: the chosen part.
 * `describe(part)` is its spoken name, `choose(part, meant)` is called on each visit, where only pointing is not `meant` to
 * last, `step(part, way)` gives the part an arrow key leads to, or null. Call `rename()` when the names have changed.
 */
export function walk(root, selector, { describe, choose, step }) {
  const parts = all(root, selector)
  const rename = () => parts.forEach(part => part.setAttribute('aria-label', describe(part)))
  for (const part of parts) {
    set([part], { tabindex: '-1', role: 'button' })
    part.style.cursor = 'pointer'
    part.style.outlineOffset = '2px'
  }
  rename()
  const visit = event => {
    const part = event.target.closest?.(selector)
    if (!part || !root.contains(part)) return
    if (event.type !== 'pointerover') stop(part)
    choose(part, event.type !== 'pointerover')
  }
  const press = event => {
    const part = event.target.closest?.(selector)
    if (!part || !root.contains(part) || !event.key.startsWith('Arrow')) return
    const next = step(part, event.key.slice(5).toLowerCase())
    if (!next) return
    event.preventDefault()
    stop(next)
    next.focus({ preventScroll: true })
  }
  const stage = root.querySelector('.nf-stage') ?? root
  for (const kind of ['pointerover', 'pointerdown', 'focusin']) stage.addEventListener(kind, visit)
  stage.addEventListener('keydown', press)
  const stop = chosen => {
    const svg = chosen.closest('svg')
    for (const part of parts)
      if (part.closest('svg') === svg) part.setAttribute('tabindex', part === chosen ? '0' : '-1')
  }
  for (const svg of new Set(parts.map(part => part.closest('svg')))) stop(svg.querySelector(selector))
  return {
    rename,
    destroy() {
      for (const part of parts) set([part], { tabindex: null, role: null, 'aria-label': null })
      for (const kind of ['pointerover', 'pointerdown', 'focusin']) stage.removeEventListener(kind, visit)
      stage.removeEventListener('keydown', press)
    },
  }
}
