/** One memory as a reader sees it live, in elements with text; `figures/memory_drawn.py` is its still. */

import { alone, fired, ofKey, ofValue, percent, visible } from './memories-said.js'
import { colour, signed, tile } from './weights.js'

const SVG = 'http://www.w3.org/2000/svg'
const MOST_ROWS = 12

/** Make an HTML element that holds text or other elements; nothing is ever read as markup. */
export function html(tag, name, ...inside) {
  const element = document.createElement(tag)
  if (name) element.className = name
  element.append(...inside)
  return element
}

/** What fires it: sentences, the histogram, and its texts with the token that fires it where all of them meet. */
export function key(data, memory) {
  const gap = data.tokens.some(token => token.includes(' ')) ? '' : ' '
  const largest = Math.max(...memory.activation.map(Math.abs)) || 1
  const rows = memory.texts.flatMap((text, k) => (text.length ? [row(data, memory, k, gap, largest)] : []))
  const said = html('div', 'nf-words', html('p', '', ofKey(memory)))
  if (memory.active) said.append(histogram(memory))
  return section('Key: what fires it', '', said, rows.length ? html('ol', 'nf-texts', ...rows) : '')
}

function row(data, memory, k, gap, largest) {
  const text = memory.texts[k].slice(0, -1).map(token => visible(data.tokens[token]))
  const fires = html('mark', '', isolated(fired(data.tokens[memory.texts[k].at(-1)])))
  const after = html('span', 'nf-after', fires)
  const follows = memory.following[k]
  const name = follows === memory.promoted[0] ? 'nf-follows nf-agrees' : 'nf-follows'
  if (follows >= 0) after.append(html('span', name, token(data, follows)))
  const before = html('span', 'nf-before', html('span', '', ...text.flatMap(token => [isolated(token), gap])))
  const whole = html('span', 'nf-text', before, after)
  whole.title = before.textContent + fires.textContent
  return html('li', '', whole, measured(memory.activation[k], largest))
}

const isolated = text => html('bdi', '', text)

/** A token by itself; one that is too long for its place says itself whole when pointed at. */
function token(data, index) {
  const shown = isolated(alone(data.tokens[index]))
  shown.className = 'nf-token'
  if (shown.textContent.length > 16) shown.title = shown.textContent
  return shown
}

/** A bar as long as the number, square when positive and round when negative, and the number. */
function measured(value, largest) {
  const bar = html('span', value < 0 ? 'nf-bar nf-negative' : 'nf-bar')
  bar.style.width = `${(100 * Math.abs(value)) / largest}%`
  return html('span', 'nf-measured', html('span', 'nf-rail', bar), html('span', 'nf-number-of', signed(value)))
}

/** How many tokens give it which activation, up to the last bin that is not empty. */
function histogram({ histogram, low, high }) {
  const bins = histogram.slice(0, 1 + histogram.findLastIndex(count => count > 0))
  const step = (high - low) / histogram.length
  const end = low + step * bins.length
  const box = `0 0 ${bins.length * 10} 60`
  const drawn = svg('svg', { viewBox: box, preserveAspectRatio: 'none', 'aria-hidden': 'true' })
  const tallest = Math.max(...bins)
  bins.forEach((count, k) => {
    if (!count) return
    const height = Math.max(1, (60 * count) / tallest)
    const centre = low + step * (k + 0.5)
    const rx = centre < 0 ? 4 : 0
    drawn.append(svg('rect', { x: k * 10 + 0.5, y: 60 - height, width: 9, height, rx, fill: colour(centre) }))
  })
  const ends = html('span', 'nf-ends', html('span', '', signed(low)), html('span', '', signed(end)))
  return html('div', 'nf-histogram', html('span', 'nf-small', 'tokens by activation'), drawn, ends)
}

/** What it writes: its numbers as cells, and the tokens in whose directions it points, and in whose it does not. */
export function value(data, memory, norm, width) {
  const sentence = ofValue(data, memory)
  const said = sentence ? html('p', '', sentence) : ''
  if (!data.has_head) return html('section', 'nf-half', said)
  const numbers = Int8Array.from(atob(memory.value), letter => letter.charCodeAt(0))
  const rest = `${numbers.length} numbers: red square +, blue round −`
  const follows = new Set(memory.following)
  const promoted = norm ? memory.promoted_norm : memory.promoted
  const largest = Math.max(...memory.promoted_score.map(Math.abs)) || 1
  const first = promoted.map((index, k) => {
    const name = html('span', follows.has(index) ? 'nf-agrees' : '', token(data, index))
    return html('li', '', name, norm ? '' : measured(memory.promoted_score[k], largest))
  })
  const last = memory.suppressed.map(index => html('li', '', html('span', '', token(data, index))))
  const lists = html(
    'div',
    'nf-lists',
    html('div', '', html('p', 'nf-small', html('span', '', 'promotes')), html('ol', 'nf-promoted', ...first)),
    html('div', '', html('p', 'nf-small', 'suppresses'), html('ol', 'nf-suppressed', ...last)),
  )
  return section('Value: what it writes', rest, strip(numbers, width), said, lists)
}

/** A direction as cells, in as many rows as keep them large enough to be seen. */
function strip(numbers, width) {
  const usual = width < 500 ? 32 : 64
  const columns = Math.min(Math.max(usual, Math.ceil(numbers.length / MOST_ROWS)), Math.max(numbers.length, usual / 2))
  const rows = Math.ceil(numbers.length / columns)
  const viewBox = `0 0 ${Math.max(columns, usual)} ${rows}`
  const drawn = svg('svg', { class: 'nf-strip-of-value', viewBox, 'aria-hidden': 'true' })
  const cells = svg('g', { 'data-columns': columns, 'stroke-width': 0.94 })
  cells.append(svg('path', { d: `M0 0h${columns}v${rows}h-${columns}z`, fill: 'var(--nf-surface)' }))
  tile([cells], numbers, 127)
  drawn.append(cells)
  return drawn
}

/** What the network says of its strongest texts with it and without it. */
export function without(data, memory) {
  const rows = memory.before.flatMap((before, k) => (before === null ? [] : [odds(data, memory, k)]))
  if (!rows.length) return ''
  const rest = 'the probability of what follows, with the memory ● and without ○'
  return section('Without it', rest, html('ol', 'nf-without', ...rows))
}

function odds(data, memory, k) {
  const [before, after] = [memory.before[k], memory.after[k]]
  const drawn = svg('svg', { height: 14, 'aria-hidden': 'true' })
  const at = share => `${100 * share}%`
  const way = { stroke: colour(after - before), 'stroke-width': 3, 'stroke-dasharray': after < before ? '3 2' : 'none' }
  drawn.append(
    svg('line', { x1: 0, x2: '100%', y1: 7, y2: 7, stroke: 'var(--nf-faint)', 'stroke-width': 2 }),
    svg('line', { x1: at(before), x2: at(after), y1: 7, y2: 7, ...way }),
    svg('circle', { cx: at(before), cy: 7, r: 4, fill: 'var(--nf-ink)' }),
    svg('circle', { cx: at(after), cy: 7, r: 4.5, fill: 'var(--nf-paper)', stroke: 'var(--nf-ink)' }),
  )
  const quoted = index => html('span', 'nf-quoted', '“', token(data, index), '”')
  const [said, then] = [memory.said[k], memory.said_without[k]]
  const words = said === then ? ['still says ', quoted(said)] : ['says ', quoted(said), ', then ', quoted(then)]
  return html(
    'li',
    '',
    token(data, memory.following[k]),
    html('span', 'nf-odds', drawn),
    html('span', 'nf-change', `${percent(before)} → ${percent(after)}`),
    html('span', said === then ? 'nf-says' : 'nf-says nf-other', ...words),
  )
}

function section(title, rest, ...inside) {
  const heading = html('p', 'nf-part', html('strong', '', title), ' ', html('span', 'nf-rest', rest))
  return html('section', 'nf-half', heading, ...inside)
}

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}
