/**
 * The contexts that bring a neuron of a language model into an interval: a reader chooses neuron and interval. What is
 * said comes with the data, see `figures/texts.py`; `figures/texts_drawn.py` is the still.
 */

import { select, slider } from '../controls.js'
import { html } from './memories-drawn.js'
import { alone, fired, visible } from './memories-said.js'
import { colour, signed, speaker } from './weights.js'

const SVG = 'http://www.w3.org/2000/svg'
const TALL = 64 // pixels of the histogram
const COLUMNS = 'the token at which it is read marked, what follows it, and where in the interval its activation lies'

export function mount(figure, data, state, changed) {
  const { inverses } = data
  const controls = html('div', 'nf-controls')
  const names = inverses[0].levels.map(({ name }) => name)
  let neuron = Math.max(0, inverses.findIndex(({ name }) => name === state?.neuron))
  let level = names.indexOf(state?.interval)
  if (level < 0) level = startOf(inverses[neuron])
  const options = inverses.map(({ name }, k) => ({ value: String(k), label: name }))
  select(controls, { label: 'Neuron', options, value: String(neuron) }, value => show(Number(value), level))
  const interval = { label: 'Interval', min: 0, max: names.length - 1, value: level, format: k => names[k] }
  slider(controls, interval, value => show(neuron, value))
  const shown = html('div', 'nf-memory')
  const live = html('div', 'nf-memories nf-live', controls, shown)
  const say = speaker(live)

  function show(...chosen) {
    ;[neuron, level] = chosen
    draw()
    changed({ neuron: inverses[neuron].name, interval: names[level] })
    say(`${inverses[neuron].name}, ${names[level]}: ${inverses[neuron].levels[level].said}`)
  }

  function draw() {
    const inverse = inverses[neuron]
    const at = inverse.levels[level]
    const title = html('strong', '', inverse.name)
    const heading = html('p', 'nf-part nf-which', title, ' ', html('span', 'nf-rest', at.name))
    const said = html('p', 'nf-rest', `${inverse.said} ${at.said}`)
    const contexts = at.texts.map((_, k) => row(data, at, k))
    const list = contexts.length ? [html('p', 'nf-small', COLUMNS), html('ol', 'nf-texts', ...contexts)] : []
    shown.replaceChildren(heading, said, histogram(inverse, at), ...list, ...refused(data))
    hold()
  }

  /** Keep the height of the tallest so far, as long as the width stays: what is below does not move. */
  function hold() {
    const held = shown.dataset.width === String(shown.clientWidth) ? shown.clientHeight : 0
    shown.dataset.width = shown.clientWidth
    shown.style.minHeight = ''
    shown.style.minHeight = `${Math.max(held, shown.clientHeight)}px`
  }

  figure.querySelector('.nf-stage').append(live)
  draw()
  return { destroy: () => live.remove() }
}

/** The strongest interval that has contexts, as on the still. */
const startOf = ({ levels }) => Math.max(0, levels.findLastIndex(({ texts }) => texts.length))

/** One context, the token at which the neuron is read where all of them meet, and where in the interval it lies. */
function row(data, { texts, following, activation, low, high, digits }, k) {
  const gap = data.tokens.some(token => token.includes(' ')) ? '' : ' '
  const text = texts[k].map(token => data.tokens[token])
  const read = html('mark', '', html('bdi', '', fired(text.at(-1))))
  const before = text.slice(0, -1).flatMap(token => [html('bdi', '', visible(token)), gap])
  const after = html('span', 'nf-after', read)
  if (following[k] >= 0) after.append(html('span', 'nf-follows', html('bdi', '', alone(data.tokens[following[k]]))))
  const whole = html('span', 'nf-text', html('span', 'nf-before', html('span', '', ...before)), after)
  whole.title = text.map(visible).join(gap)
  const rail = html('span', 'nf-rail', place(activation[k], low, high))
  const number = html('span', 'nf-number-of', signed(activation[k], digits))
  return html('li', '', whole, html('span', 'nf-measured', rail, number))
}

/** A mark between the ends of the interval, square when positive and round when negative. */
function place(value, low, high) {
  const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5
  const x = `${100 * share}%`
  const drawn = svg('svg', { width: '100%', height: 8, overflow: 'visible', 'aria-hidden': 'true' })
  drawn.style.display = 'block'
  drawn.append(
    svg('line', { x1: 0, x2: '100%', y1: 4, y2: 4, stroke: 'var(--nf-faint)', 'stroke-width': 2 }),
    svg('rect', { x, y: 0, width: 8, height: 8, rx: value < 0 ? 4 : 0, fill: colour(value), transform: 'translate(-4 0)' }),
  )
  return drawn
}

/** How many tokens give which activation, heights as square roots, and the interval over it. */
function histogram({ histogram, low, high, digits }, level) {
  const drawn = svg('svg', { width: '100%', height: TALL + 6, 'aria-hidden': 'true' })
  drawn.style.cssText = 'display:block;margin-top:.5rem;height:auto;border:0'
  const tallest = Math.max(1, ...histogram)
  const step = 100 / histogram.length
  const [first, last] = [level.low, level.high].map(each => 100 * Math.min(1, Math.max(0, (each - low) / (high - low))))
  const band = { x: `${first}%`, y: 0, width: `${Math.max(0.3, last - first)}%`, height: TALL, fill: 'var(--nf-highlight)' }
  drawn.append(svg('rect', { class: 'nf-interval', ...band }))
  histogram.forEach((count, k) => {
    if (!count) return
    const height = TALL * Math.sqrt(count / tallest)
    const centre = low + ((high - low) / histogram.length) * (k + 0.5)
    const bar = { x: `${k * step + 0.07}%`, y: TALL - height, width: `${step - 0.14}%`, height, fill: colour(centre) }
    drawn.append(svg('rect', { ...bar, rx: centre < 0 ? 3 : 0, 'fill-opacity': 0.75 }))
  })
  drawn.append(svg('line', { x1: 0, x2: '100%', y1: TALL, y2: TALL, stroke: 'var(--nf-muted)' }))
  for (const x of [first, last]) {
    drawn.append(svg('line', { x1: `${x}%`, x2: `${x}%`, y1: 0, y2: TALL + 6, stroke: 'var(--nf-ink)' }))
  }
  const words = html('span', '', 'tokens (√) by activation')
  const ends = html('span', 'nf-ends nf-small', signed(low, digits), words, signed(high, digits))
  return html('div', '', drawn, ends)
}

/** Why neurons that were named are not here. */
const refused = data => data.refused.map(sentence => html('p', 'nf-small', sentence))

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}
