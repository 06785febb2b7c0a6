/** Redraw planes over a floor from another side: `multi_neuron/figures/space.py` drew them first. */

import { around, chords, clip, facets, height, view } from './painter.js'
import { made, sign } from './signs.js'
import { all, colour, set } from './weights.js'

const SQUARE = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
]
const SPACING = 0.25
const [INK, MUTED, PAPER] = ['var(--nf-ink)', 'var(--nf-muted)', 'var(--nf-paper)']
const DASHES = '5 4'
const HALO = { stroke: PAPER, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' }
const round = value => Number(value.toFixed(1))

/** How a drawing of planes is seen when its floor is turned. */
export function seen(group, turn) {
  const [x, y, side, tall, elevation] = group.dataset.space.split(' ').map(Number)
  return view({ x, y, side, tall, elevation }, turn)
}

export function turned(group, planes, turn) {
  const from = seen(group, turn)
  const replace = (selector, parts) => all(group, selector).forEach(each => each.replaceChildren(...parts))
  replace('[data-axis]', axis(from))
  replace('[data-facets]', facets(planes, SQUARE, from.away).map(facet => painted(facet, planes, from)))
  replace('[data-edges]', edges(from))
  planes.forEach((plane, k) => {
    const top = SQUARE.reduce((best, corner) => (height(plane, corner) > height(plane, best) ? corner : best))
    const [x, y] = from.place(top, height(plane, top))
    const inside = Math.min(Math.max(x, from.x - from.side), from.x + from.side)
    set(all(group, `[data-plane="${k}"]`), { x: round(inside), y: round(y - 10) })
  })
}

/** Put the pin at an input. */
export function pin(group, planes, at, turn) {
  const from = seen(group, turn)
  const heights = [0, ...planes.map(plane => height(plane, at))]
  const [x, y] = from.place(at)
  const stem = strokes([[[...at, Math.min(...heights)], [...at, Math.max(...heights)]]], from, {
    stroke: INK,
    'stroke-width': 1.4,
  })
  const marks = heights.slice(1).map(output => {
    const mark = made('rect', { width: 11, height: 11, stroke: PAPER, 'stroke-width': 1.5 })
    sign([mark], output > 0, ...from.place(at, output))
    return mark
  })
  const foot = made('circle', { cx: round(x), cy: round(y), r: 3.5, fill: INK })
  for (const each of all(group, '[data-pin]')) each.replaceChildren(...stem, foot, ...marks)
}

function painted(facet, planes, from) {
  return made('g', {}, ...(facet.plane < 0 ? floor : sheet)(facet, planes, from))
}

function floor(facet, planes, from) {
  const quarter = clip(clip(facet.floor, [1, 0, 0]), [0, 1, 0])
  const below = planes.filter(plane => height(plane, facet.middle) < 0)
  return [
    paint(facet.floor, 'var(--nf-surface)', 0.8, from),
    ...(quarter.length ? [paint(quarter, 'var(--nf-highlight)', 0.9, from)] : []),
    ...crossings(facet, below, from),
  ]
}

export function sheet(facet, planes, from) {
  const plane = planes[facet.plane]
  const lift = points => points.map(point => [...point, height(plane, point)])
  const lifted = lift(facet.floor)
  const tint = colour(facet.on ? 1 : -1)
  const thin = { stroke: tint, 'stroke-dasharray': facet.on ? null : DASHES }
  const rim = around(lifted).filter(([a, b]) => [0, 1].some(k => a[k] === b[k] && Math.abs(a[k]) === 1))
  return [
    paint(lifted, PAPER, 0.2, from),
    paint(lifted, tint, 0.26, from),
    ...strokes(chords(facet.floor, SPACING, 1).map(lift), from, {
      ...thin,
      'stroke-width': 0.9,
      'stroke-opacity': 0.8,
    }),
    ...strokes(rim, from, { ...thin, 'stroke-width': 1.7 }),
    ...crossings(facet, facet.on ? [plane] : [], from),
  ]
}

function crossings(facet, planes, from) {
  const found = planes.flatMap(plane =>
    around(facet.floor).filter(ends => ends.every(point => Math.abs(height(plane, point)) < 1e-9)),
  )
  return strokes(found, from, { stroke: INK, 'stroke-width': 2.2, 'stroke-linecap': 'round' })
}

const path = (points, from) =>
  `M${points.map(([u, v, lift]) => from.place([u, v], lift).map(value => value.toFixed(1)).join(' ')).join('L')}`

export const paint = (points, fill, opacity, from) =>
  made('path', { d: `${path(points, from)}Z`, fill, 'fill-opacity': opacity, 'shape-rendering': 'crispEdges' })

export const strokes = (parts, from, attributes) =>
  parts.length ? [made('path', { d: parts.map(part => path(part, from)).join(''), fill: 'none', ...attributes })] : []

export const words = (x, y, text, attributes) =>
  made('text', { x: round(x), y: round(y), 'font-size': 13, fill: MUTED, ...attributes }, text)

function axis(from) {
  const left = SQUARE.reduce((best, corner) => (from.place(corner)[0] < from.place(best)[0] ? corner : best))
  const ticks = [['−1', -1], ['0', 0], ['1', 1]].flatMap(([text, value]) => {
    const [x, y] = from.place(left, value)
    return [
      made('path', { d: `M${x.toFixed(1)} ${y.toFixed(1)}h-5`, stroke: MUTED }),
      words(x - 9, y + 4.5, text, { 'text-anchor': 'end' }),
    ]
  })
  const [x, y] = from.place(left, 1)
  const title = words(x - 9, y - 14, 'A', { 'text-anchor': 'end' })
  return [...strokes([[[...left, -1], [...left, 1]]], from, { stroke: MUTED }), ...ticks, title]
}

function edges(from) {
  const near = SQUARE.reduce((best, corner) => (from.place(corner)[1] > from.place(best)[1] ? corner : best))
  return ['F₁', 'F₂'].flatMap((name, axis) => {
    const at = along => (axis === 0 ? [along, near[1]] : [near[0], along])
    const right = from.place(at(0))[0] > from.x
    return [
      ...strokes([[at(-1), at(1)]], from, { stroke: MUTED }),
      ...[['−1', -0.88], [name, 0], ['1', 0.88]].map(([text, along]) => {
        const [x, y] = from.place(at(along))
        return words(x + (right ? 6 : -6), y + 15, text, { 'text-anchor': right ? 'start' : 'end', ...HALO })
      }),
    ]
  })
}
