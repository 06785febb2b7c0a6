/** The inverse set of a linear neuron in the cube, turned by the reader: `figures/cube.py` drew it first. */

import { slider } from '../controls.js'
import { draggable, made } from './signs.js'
import { all, signed } from './weights.js'

const [MUTED, FAINT, PAPER, ACCENT] = ['muted', 'faint', 'paper', 'accent'].map(role => `var(--nf-${role})`)
const HALO = { stroke: PAPER, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' }
const [BEHIND, BEFORE] = [0.16, 0.1]
const RADIUS = 3.8
const NAME_AT = 1.13
const AXES = [0, 1, 2]
const CORNERS = Array.from({ length: 8 }, (_, k) => [(k >> 2) & 1, (k >> 1) & 1, k & 1])
const EDGES = CORNERS.flatMap(from =>
  AXES.filter(axis => from[axis] === 0).map(axis => [from, from.map((value, k) => (k === axis ? 1 : value))]),
)

/** A viewer of a cube that is turned about its upright middle line. */
export function view(geometry, turn) {
  const [x, y, side, elevation] = geometry.split(' ').map(Number)
  const radians = degrees => (degrees * Math.PI) / 180
  const [c, s] = [Math.cos(radians(turn)), Math.sin(radians(turn))]
  const [level, rise] = [Math.cos(radians(elevation)), Math.sin(radians(elevation))]
  const place = point => {
    const [u, v, lift] = point.map(value => value - 0.5)
    return [x + side * (u * c - v * s), y - side * ((u * s + v * c) * rise + lift * level)]
  }
  return {
    away: [s * level, c * level, -rise],
    place,
    path: points => `M${points.map(point => place(point).map(value => value.toFixed(1)).join(' ')).join('L')}`,
  }
}

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** Twice the area of a flat face as a vector that stands on it. */
export function normal(face) {
  return AXES.map(k => {
    const [i, j] = [(k + 1) % 3, (k + 2) % 3]
    return face.reduce((sum, a, at) => {
      const b = face[(at + 1) % face.length]
      return sum + a[i] * b[j] - a[j] * b[i]
    }, 0)
  })
}

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const cubes = all(figure, '[data-cube]')
  const asked = state?.turn
  let now = typeof asked === 'number' && asked >= 0 && asked <= 360 ? asked : data.turn_degrees
  const turning = slider(
    controls,
    { label: 'Turn the cubes', min: 0, max: 360, value: now, format: value => `${value}°` },
    turn => move(turn),
  )

  function move(turn) {
    now = turn
    draw()
    changed({ turn })
  }

  const hover = x => {
    const z = 1 / (1 + Math.exp(-dot(data.w, x) - data.b))
    return `x = (${x.map(value => signed(value)).join(', ')}), activation ${signed(z, 3)}`
  }

  function draw() {
    cubes.forEach((cube, k) => cube.replaceChildren(...solid(data.points[k % data.points.length], view(cube.dataset.cube, now))))
  }

  function solid(points, from) {
    const turned = data.faces.filter(face => dot(normal(face), from.away) > 0)
    const facing = data.faces.filter(face => !turned.includes(face))
    const sorted = [...points].sort((a, b) => dot(b, from.away) - dot(a, from.away))
    return [
      made('path', { d: EDGES.map(from.path).join(''), stroke: FAINT, fill: 'none' }),
      ...faces(turned, from, BEHIND),
      ...sorted.map(point => {
        const [cx, cy] = from.place(point).map(value => Number(value.toFixed(1)))
        const look = { fill: ACCENT, stroke: PAPER, 'stroke-width': 1 }
        return made('circle', { cx, cy, r: RADIUS, ...look }, made('title', {}, hover(point)))
      }),
      ...faces(facing, from, BEFORE),
      ...['x₁', 'x₂', 'x₃'].map((name, axis) => {
        const [x, y] = from.place(AXES.map(k => (k === axis ? NAME_AT : 0)))
        const style = { 'font-size': 13, fill: MUTED, 'text-anchor': 'middle', ...HALO }
        return made('text', { x: x.toFixed(1), y: (y + 4.5).toFixed(1), ...style }, name)
      }),
    ]
  }

  const faces = (some, from, opacity) =>
    some.map(face =>
      made('path', {
        d: `${from.path(face)}Z`,
        fill: ACCENT,
        'fill-opacity': opacity,
        stroke: ACCENT,
        'stroke-opacity': 0.6,
        'pointer-events': 'none',
      }),
    )

  let start = null
  const hands = all(figure, '[data-hand]')
  const letGo = draggable(
    hands,
    event => {
      start = { x: event.clientX, turn: now }
      return event.currentTarget
    },
    (_, event) => {
      const turn = Math.round(start.turn - (event.clientX - start.x) / 2)
      if (turn === start.turn && turn === now) return
      turning.set(((turn % 360) + 360) % 360)
      move(turning.value)
    },
  )
  for (const hand of hands) hand.style.cursor = 'grab'

  draw()
  return { destroy: letGo }
}
