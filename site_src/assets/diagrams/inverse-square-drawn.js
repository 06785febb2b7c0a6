/** Redraw what `figures/square.py` drew: the square, the law of activations, and the errors. */

import { missed } from './inverse-errors.js'
import { activation, bound, levelLine, levels, shareBelow } from './inverse-polygon.js'
import { hover } from './inverse-square-said.js'
import { made } from './signs.js'
import { all, set, signed, write } from './weights.js'

const [INK, MUTED, FAINT, PAPER, ACCENT] = ['ink', 'muted', 'faint', 'paper', 'accent'].map(role => `var(--nf-${role})`)
const HALO = { stroke: PAPER, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' }
const SEEN = 0.75
const ARM = 0.46
const NAMES_APART = 24
const STEPS = 40
const MOST_RATIO = 8
const NONE = 'M0 0'

/** The frame that `UnitSquare.geometry` describes. */
export function unitSquare(geometry) {
  const [left, top, side, radius, x0, y0, extent] = geometry.split(' ').map(Number)
  const place = ([x, y]) => [left + (side * (x - x0)) / extent, top + side - (side * (y - y0)) / extent]
  return {
    radius,
    place,
    input: ([x, y]) => [x0 + (extent * (x - left)) / side, y0 + (extent * (top + side - y)) / side],
    path: (points, close = true) => (points.length ? `${joined(points.map(place))}${close ? 'Z' : ''}` : NONE),
  }
}

const joined = points => `M${points.map(point => point.map(value => value.toFixed(1)).join(' ')).join('L')}`

const short = value => signed(value, 3).replace(/0+$/, '')

export function drawSquare(group, neuron, found, points, most) {
  const box = unitSquare(group.dataset.square)
  set(all(group, '[data-set]'), { d: box.path(found.polygon) })
  const ends = ['z1', 'z2'].map(end => level(box, levelLine(neuron.w, bound(neuron[end], neuron.b))))
  replace(group, '[data-levels]', named(neuron, box, ends))
  replace(
    group,
    '[data-bounds]',
    ends.flatMap((at, k) => (at ? [name(at, 'z₁ z₂'.split(' ')[k], { 'font-weight': 600, fill: ACCENT })] : [])),
  )
  replace(group, '[data-arrow]', arrow(neuron.w, most, box))
  const [cx, cy] = head(neuron.w, most, box)
  set(all(group, '[data-head]'), { cx: cx.toFixed(1), cy: cy.toFixed(1) })
  drawMembers(group, box, points, point => hover(neuron, point))
}

/** Move the points of a sample, and make what is missing. */
export function drawMembers(group, box, points, describe) {
  for (const marks of all(group, '[data-members]')) {
    while (marks.children.length > points.length) marks.lastElementChild.remove()
    points.forEach((point, k) => {
      const mark = marks.children[k] ?? marks.appendChild(member(box.radius))
      const [cx, cy] = box.place(point).map(value => Number(value.toFixed(1)))
      set([mark], { cx, cy })
      mark.firstElementChild.textContent = describe(point, k)
    })
  }
}

const member = r => made('circle', { r, fill: ACCENT, 'fill-opacity': SEEN, stroke: PAPER, 'stroke-width': 1 }, made('title', {}))

const replace = (group, selector, parts) => all(group, selector).forEach(each => each.replaceChildren(...parts))

/** Where the name of a level stands: beyond the border where its line leaves the square. */
function level(box, ends) {
  if (ends.length < 2) return null
  const [u, v] = ends[1]
  const rims = [[12, 0, 1 - u], [0, -11, 1 - v], [-12, 0, u], [0, 11, v]]
  const [right, down] = rims.reduce((best, rim) => (Math.abs(rim[2]) < Math.abs(best[2]) ? rim : best))
  const [x, y] = box.place([u, v])
  return [x + right, y + down]
}

/** Where numbers stand along the sides. */
const sides = box => [0, 0.5, 1].flatMap(share => {
  const [x, y] = box.place([share, share])
  const [left, bottom] = box.place([0, 0])
  return [[left - 12, y], [x, bottom + 11]]
})

function named(neuron, box, ends) {
  const taken = [...ends, ...sides(box)]
  return levels(neuron).flatMap(value => {
    const along = levelLine(neuron.w, bound(value, neuron.b))
    const place = level(box, along)
    if (!place) return []
    const line = made('path', { d: box.path(along, false), stroke: FAINT, fill: 'none' })
    const free = taken.every(at => !at || Math.hypot(place[0] - at[0], place[1] - at[1]) > NAMES_APART)
    return free ? [line, name(place, short(value), { 'font-size': 12, fill: MUTED })] : [line]
  })
}

const name = ([x, y], text, attributes) =>
  made('text', { x: x.toFixed(1), y: (y + 4.5).toFixed(1), 'text-anchor': 'middle', ...HALO, ...attributes }, text)

const head = (w, most, box) => box.place(w.map(value => 0.5 + (ARM * value) / most))

/** The weights whose arrow ends at a place of the picture. */
export const weights = (box, place, most) => box.input(place).map(value => ((value - 0.5) * most) / ARM)

function arrow(w, most, box) {
  const [middle, tip] = [box.place([0.5, 0.5]), head(w, most, box)]
  const long = Math.hypot(tip[0] - middle[0], tip[1] - middle[1]) || 1
  const [right, down] = [(tip[0] - middle[0]) / long, (tip[1] - middle[1]) / long]
  const corners = [[0, 0], [-11, 5], [-11, -5]].map(([a, c]) => [tip[0] + a * right - c * down, tip[1] + a * down + c * right])
  const letter = [(middle[0] + tip[0]) / 2 + 13 * down, (middle[1] + tip[1]) / 2 - 13 * right]
  const shaft = { d: joined([middle, tip]), fill: 'none' }
  return [
    made('path', { ...shaft, stroke: PAPER, 'stroke-width': 5 }),
    made('path', { ...shaft, stroke: INK, 'stroke-width': 2 }),
    made('path', { d: `${joined(corners)}Z`, fill: INK, stroke: PAPER, 'stroke-width': 1.5, 'paint-order': 'stroke' }),
    made('circle', { cx: middle[0].toFixed(1), cy: middle[1].toFixed(1), r: 3, fill: INK }),
    name(letter, 'w', { 'font-weight': 600, 'font-style': 'italic' }),
  ]
}

/** Redraw the sample's law beside the exact one; neither where the set is empty. */
export function drawLaw(group, neuron, found, points) {
  const { z1, z2, b } = neuron
  const [left, top, right, bottom] = group.dataset.law.split(' ').map(Number)
  const place = ([z, share]) => {
    const along = Math.min(1.02, Math.max(-0.02, (z - z1) / (z2 - z1)))
    return [left + (right - left) * along, bottom - (bottom - top) * share]
  }
  const draw = (selector, pairs) => set(all(group, selector), { d: pairs.length ? joined(pairs.map(place)) : NONE })
  write(group, '[data-end="z₁"]', `z₁ = ${signed(z1, 3)}`)
  write(group, '[data-end="z₂"]', `z₂ = ${signed(z2, 3)}`)
  if (!points.length) return ['[data-exact]', '[data-stairs]', '[data-gap]'].forEach(each => draw(each, []))
  const steps = Array.from({ length: STEPS + 1 }, (_, k) => z1 + ((z2 - z1) * k) / STEPS)
  const sorted = points.map(point => activation(neuron, point)).sort((one, other) => one - other)
  const stairs = sorted.flatMap((z, k) => [[z, k / sorted.length], [z, (k + 1) / sorted.length]])
  const { z, exact, sample } = missed(found, points)
  draw('[data-exact]', steps.map(at => [at, shareBelow(found, bound(at, b))]))
  draw('[data-stairs]', [[z1, 0], ...stairs, [z2, 1]])
  draw('[data-gap]', [[z, exact], [z, sample]])
}

/** Write an error. */
function number(name, value) {
  if (name === 'feasible_share') return `${signed(100 * value, 0)}%`
  return signed(value, name === 'vendi' ? 1 : 3)
}

function ratio(value, reference) {
  if (value <= 0 || reference <= 0) return Math.sign(value - reference)
  return Math.min(1, Math.max(-1, Math.log2(value / reference) / Math.log2(MOST_RATIO)))
}

/** Rewrite the errors of a sample and of independent members; dashes where there is none. */
export function drawErrors(group, ours, theirs) {
  for (const row of all(group, '[data-error]')) {
    const name = row.dataset.error
    const [middle, half, y] = row.dataset.scale.split(' ').map(Number)
    const x = ours ? middle + half * ratio(ours[name], theirs[name]) : middle
    write(row, '[data-ours]', ours ? number(name, ours[name]) : '–')
    write(row, '[data-theirs]', theirs ? number(name, theirs[name]) : '–')
    set(all(row, '[data-bar]'), { d: `M${middle.toFixed(1)} ${y}H${x.toFixed(1)}` })
    set(all(row, '[data-dot]'), { cx: Number(x.toFixed(1)), display: ours ? null : 'none' })
  }
}
