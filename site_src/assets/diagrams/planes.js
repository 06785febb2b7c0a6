/** Planes over two inputs and their floor: one neuron or all, from any side; see `multi_neuron/figures/planes.py`. */

import { select, slider } from '../controls.js'
import { floor } from './floor.js'
import { clip, facets, height, view } from './painter.js'
import { draggable, made, phrase, pointed, sign } from './signs.js'
import { paint, sheet, strokes, words } from './space.js'
import { all, colour, set, signed, speaker } from './weights.js'

const SQUARE = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
]
const TINT = 0.34
const STEP = 0.05
const [INK, MUTED, PAPER, SURFACE] = ['ink', 'muted', 'paper', 'surface'].map(role => `var(--nf-${role})`)
const HALO = { stroke: PAPER, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' }
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }
const round = value => Number(value.toFixed(1))
const near = value => Number(Math.min(1, Math.max(-1, value)).toFixed(2))
const minus = plane => plane.map(value => -value)

/** What every neuron gives for an input, in words. */
export function reading(at, outputs) {
  const said = outputs.map(y => `${y > 0 ? '+' : ''}${signed(y)}`).join(', ')
  const code = outputs.map(y => (y > 0 ? '1' : '0')).join('')
  return `At x = (${at.map(value => signed(value)).join(', ')}) the outputs are ${said}: code ${code}.`
}

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const { planes, drop, band } = data
  const read = (value, most, otherwise) => (Math.abs(Number(value ?? NaN)) <= most ? Number(value) : otherwise)
  const names = ['all', ...planes.map((_, k) => String(k + 1))]
  const now = {
    show: names.includes(String(state?.show)) ? String(state.show) : 'all',
    turn: read(state?.turn, 360, data.turn_degrees),
    at: data.at.map((value, k) => read(state?.at?.[k], 1, value)),
  }
  const options = names.map(value => ({ value, label: value === 'all' ? 'all at once' : `neuron ${value}` }))
  select(controls, { label: 'Show', options, value: now.show }, show => move({ show }))
  const turning = slider(
    controls,
    { label: 'Turn the planes', min: 0, max: 360, step: 1, value: now.turn, format: value => `${value}°` },
    turn => move({ turn }),
  )
  const say = speaker(controls)
  const spaces = all(figure, '[data-space]')
  const plates = all(figure, '[data-plate]')

  function move(changes) {
    Object.assign(now, changes)
    draw()
    changed({ ...now })
  }

  const seen = group => {
    const [x, y, side, tall, elevation] = group.dataset.space.split(' ').map(Number)
    return view({ x, y, side, tall, elevation }, now.turn)
  }
  const shown = () => planes.map((_, k) => k).filter(k => now.show === 'all' || now.show === String(k + 1))

  function draw() {
    const indices = shown()
    const given = indices.map(k => planes[k])
    for (const group of spaces) {
      const from = seen(group)
      const replace = (selector, parts) => all(group, selector).forEach(each => each.replaceChildren(...parts))
      replace('[data-ground]', ground(given, from))
      replace('[data-axis]', axis(from))
      replace('[data-sheets]', sheets(given, from))
      replace('[data-edges]', edges(from))
      replace('[data-pin]', pin(given, from))
      planes.forEach((_, k) => name(k, indices.includes(k), from, all(group, `[data-plane="${k}"]`)))
    }
    for (const part of all(figure, '[data-show]')) {
      const here = part.dataset.show === (now.show === 'all' ? 'all' : String(Number(now.show) - 1))
      set([part], { display: here ? null : 'none' })
    }
    planes.forEach((_, k) => set(all(figure, `[data-line="${k}"]`), { display: indices.includes(k) ? null : 'none' }))
    for (const group of all(figure, '[data-floor]')) {
      const [cx, cy] = floor(group.dataset.floor).place(now.at).map(round)
      set(all(group, '[data-at]'), { cx, cy })
    }
    const said = reading(now.at, planes.map(plane => height(plane, now.at)))
    phrase(figure, '[data-says]', said)
    say(said)
  }

  const dropped = points => points.map(([u, v]) => [u, v, -drop])

  function ground(given, from) {
    const alone = given.length === 1
    const tints = given.flatMap(plane =>
      [plane, minus(plane)].flatMap((up, k) => {
        const half = clip(SQUARE, up)
        const side = alone ? half : clip(half, [-up[0], -up[1], band * Math.hypot(up[0], up[1]) - up[2]])
        return side.length ? [paint(dropped(side), colour(k ? -1 : 1), TINT, from)] : []
      }),
    )
    const lines = given.flatMap(plane => {
      const ends = zeroEnds(plane)
      const drops = ends.map(([u, v]) => [[u, v, 0], [u, v, -drop]])
      return [
        ...strokes([dropped(ends)], from, { stroke: INK, 'stroke-width': 1.8 }),
        ...strokes(drops, from, { stroke: MUTED, 'stroke-width': 0.9, 'stroke-dasharray': '2 3' }),
      ]
    })
    return [paint(dropped(SQUARE), SURFACE, 1, from), ...tints, ...lines]
  }

  const sheets = (given, from) =>
    facets(given, SQUARE, from.away)
      .filter(facet => facet.plane >= 0)
      .map(facet => made('g', {}, ...sheet(facet, given, from)))

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
    const upright = strokes([[[...left, -drop], [...left, 1]]], from, { stroke: MUTED })
    return [...upright, ...ticks, words(x - 9, y - 14, 'y', { 'text-anchor': 'end' })]
  }

  function edges(from) {
    const front = SQUARE.reduce((best, corner) => (from.place(corner)[1] > from.place(best)[1] ? corner : best))
    return ['x₁', 'x₂'].flatMap((title, axis) => {
      const place = along => (axis === 0 ? [along, front[1]] : [front[0], along])
      const right = from.place(place(0))[0] > from.x
      return [
        ...strokes([dropped([place(-1), place(1)])], from, { stroke: MUTED }),
        ...[['−1', -0.88], [title, 0], ['1', 0.88]].map(([text, along]) => {
          const [x, y] = from.place(place(along), -drop)
          return words(x + (right ? 6 : -6), y + 15, text, { 'text-anchor': right ? 'start' : 'end', ...HALO })
        }),
      ]
    })
  }

  function pin(given, from) {
    const outputs = given.map(plane => height(plane, now.at)).sort((a, b) => a - b)
    const stem = [[[...now.at, -drop], [...now.at, outputs.at(-1)]]]
    const [cx, cy] = from.place(now.at, -drop).map(round)
    const marks = outputs.map(output => {
      const mark = made('rect', { width: 10, height: 10, stroke: PAPER, 'stroke-width': 1.5 })
      sign([mark], output > 0, ...from.place(now.at, output))
      return mark
    })
    return [
      ...strokes(stem, from, { stroke: INK, 'stroke-width': 1.2 }),
      made('circle', { cx, cy, r: 3.5, fill: INK }),
      ...marks,
    ]
  }

  function name(k, here, from, texts) {
    const [x, y] = from.place(data.tops[k], height(planes[k], data.tops[k]))
    set(texts, { x: round(x), y: round(y - 8), display: here ? null : 'none' })
  }

  // On the floor a pointer moves the input; in space one that hovers does, and one that drags turns.
  const point = event => {
    const group = event.currentTarget.closest('[data-floor]')
    move({ at: floor(group.dataset.floor).input(pointed(group, event)).map(near) })
  }
  const put = (group, event) => {
    const from = seen(group)
    const [x, y] = pointed(group, event)
    const at = from.floor([x, y + from.place([0, 0])[1] - from.place([0, 0], -drop)[1]])
    if (at.every(value => Math.abs(value) <= 1)) move({ at: at.map(near) })
  }
  const hover = event => event.pointerType === 'mouse' && !event.buttons && put(event.currentTarget, event)
  const walk = event => {
    const way = KEYS[event.key]
    if (!way) return
    event.preventDefault()
    move({ at: now.at.map((value, k) => near(value + way[k] * STEP)) })
  }
  let start = null
  const letGo = draggable(
    spaces,
    event => {
      start = { x: event.clientX, turn: now.turn }
      return event.currentTarget
    },
    (_, event) => {
      if (Math.abs(event.clientX - start.x) < 3) return
      const turn = Math.round(start.turn - (event.clientX - start.x) / 2)
      turning.set(((turn % 360) + 360) % 360)
      move({ turn: turning.value })
    },
  )
  for (const part of [...spaces, ...plates]) {
    const label = part.matches('[data-space]') ? 'Arrow keys move the input of the planes' : 'Arrow keys move the input on the floor'
    set([part], { tabindex: '0', role: 'group', 'aria-label': label })
    part.addEventListener('keydown', walk)
  }
  for (const group of spaces) {
    group.style.cursor = 'grab'
    group.addEventListener('pointermove', hover)
  }
  for (const plate of plates) {
    plate.style.cursor = 'crosshair'
    for (const kind of ['pointermove', 'pointerdown']) plate.addEventListener(kind, point)
  }

  draw()
  return {
    destroy() {
      letGo()
      for (const part of [...spaces, ...plates]) {
        part.removeEventListener('keydown', walk)
        set([part], { tabindex: null, role: null, 'aria-label': null })
      }
      for (const group of spaces) group.removeEventListener('pointermove', hover)
      for (const plate of plates)
        for (const kind of ['pointermove', 'pointerdown']) plate.removeEventListener(kind, point)
    },
  }
}

/** Where a plane is 0 on the border of the square. */
function zeroEnds(plane) {
  return SQUARE.flatMap((here, k) => {
    const there = SQUARE[(k + 1) % 4]
    const [a, b] = [height(plane, here), height(plane, there)]
    return a > 0 === b > 0 ? [] : [here.map((value, axis) => value + (a / (a - b)) * (there[axis] - value))]
  })
}
