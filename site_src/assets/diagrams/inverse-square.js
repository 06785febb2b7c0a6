/** The inverse set of a linear neuron on the square: the reader turns the neuron and samples anew; see `figures/square.py`. */

import { button, select, slider } from '../controls.js'
import { bandwidth, errors } from './inverse-errors.js'
import { inverseSet } from './inverse-polygon.js'
import { sampled } from './inverse-samplers.js'
import { drawErrors, drawLaw, drawSquare, unitSquare, weights } from './inverse-square-drawn.js'
import { answer, sentence } from './inverse-square-said.js'
import { draggable, phrase, pointed } from './signs.js'
import { all, set, signed, speaker } from './weights.js'

const REFERENCE = 'independent members'
const [SEED, REFERENCE_SEED, TRUTH_SEED] = [1, 2, 3]
const TRUTH = 1000 // members of the set that a sample is held against
const APART = 0.01 // z1 and z2, at least
const WEIGHT_STEP = 0.05
const PROBE_STEP = 0.05
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }

const within = (value, low, high) => Math.min(high, Math.max(low, value))
const near = (value, step) => Number((Math.round(value / step) * step).toFixed(4))
const isNumber = (value, low, high) => typeof value === 'number' && value >= low && value <= high

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const names = data.methods.map(method => method.name)
  const bias = 2 * data.reach
  const first = { w: data.w, b: data.b, z1: data.z1, z2: data.z2 }
  const now = { ...first, method: data.shown, ...wanted(state) }
  let [found, points, probe] = [null, [], null]

  /** What of an address makes sense. */
  function wanted(state) {
    const { w, b, z1, z2, method } = state ?? {}
    const good = {}
    if (Array.isArray(w) && w.length === 2 && w.every(each => isNumber(each, -data.reach, data.reach))) good.w = w
    if (isNumber(b, -bias, bias)) good.b = b
    if (isNumber(z1, 0, 1) && isNumber(z2, 0, 1) && z2 - z1 >= APART / 2) Object.assign(good, { z1, z2 })
    if (names.includes(method)) good.method = method
    return good
  }

  const method = select(controls, { label: 'Sampled by', options: names, value: now.method }, value => move({ method: value }))
  const plain = value => signed(value, 3)
  const ends = { min: 0, max: 1, step: 0.001, format: plain }
  const z1 = slider(controls, { ...ends, label: 'Least activation z₁', value: now.z1 }, low => {
    const least = Math.min(low, 1 - APART)
    move({ z1: least, z2: Math.max(now.z2, Number((least + APART).toFixed(3))) })
  })
  const z2 = slider(controls, { ...ends, label: 'Greatest activation z₂', value: now.z2 }, high => {
    const most = Math.max(high, APART)
    move({ z2: most, z1: Math.min(now.z1, Number((most - APART).toFixed(3))) })
  })
  const b = slider(
    controls,
    { label: 'Bias b', min: -bias, max: bias, step: WEIGHT_STEP, value: now.b, format: value => signed(value) },
    value => move({ b: value }),
  )
  const back = button(controls, { label: 'Back to the first neuron' }, () => move(first))
  const say = speaker(controls)

  function move(changes) {
    Object.assign(now, changes)
    method.set(now.method)
    for (const [name, control] of [['z1', z1], ['z2', z2], ['b', b]])
      if (Math.abs(control.value - now[name]) > 1e-9) control.set(now[name])
    draw()
    changed({ ...now })
  }

  const isFirst = () => Object.keys(first).every(key => String(now[key]) === String(first[key]))

  /** The sample and its errors: the analysis' own where it made them, else as the browser makes them. */
  function sample() {
    if (!found.polygon.length) return { points: [] }
    if (isFirst()) {
      const of = name => data.methods.find(each => each.name === name)
      return { points: of(now.method).points, ours: of(now.method).errors, theirs: of(REFERENCE).errors }
    }
    const mine = sampled(now, now.method, data.n, SEED)
    const members = sampled(now, REFERENCE, TRUTH, TRUTH_SEED)
    const reference = sampled(now, REFERENCE, data.n, REFERENCE_SEED)
    const size = bandwidth(members)
    const [ours, theirs] = [mine, reference].map(each => errors(found, each, members, size))
    return { points: mine, ours, theirs }
  }

  function draw() {
    found = inverseSet(now)
    const { ours, theirs, points: drawn } = sample()
    points = drawn
    for (const group of all(figure, '[data-square]')) drawSquare(group, now, found, points, data.reach)
    for (const group of all(figure, '[data-law]')) drawLaw(group, now, found, points)
    for (const group of all(figure, '[data-errors]')) drawErrors(group, ours, theirs)
    back.element.style.visibility = isFirst() ? 'hidden' : ''
    const said = sentence(now, found, points)
    phrase(figure, '[data-says]', said)
    say(said)
    set(heads, { 'aria-label': `Arrow keys move the weights, (${now.w.map(value => signed(value)).join(', ')})` })
  }

  // The head of the arrow is dragged; on the square a pointer or the arrow keys ask what an input gives.
  const heads = all(figure, '[data-head]')
  const plates = all(figure, '[data-plate]')
  const boards = all(figure, '[data-board]')
  const boxOf = element => unitSquare(element.closest('[data-square]').dataset.square)
  const turn = w => move({ w: w.map(value => near(within(value, -data.reach, data.reach), WEIGHT_STEP)) })
  const letGo = draggable(
    heads,
    event => event.currentTarget,
    (head, event) => turn(weights(boxOf(head), pointed(head, event), data.reach)),
  )
  const steer = event => {
    const way = KEYS[event.key]
    if (!way) return
    event.preventDefault()
    turn(now.w.map((value, k) => value + 2 * way[k] * WEIGHT_STEP))
  }
  const ask = at => {
    probe = at
    const said = answer(now, found, at)
    for (const cross of all(figure, '[data-probe]')) {
      const [x, y] = boxOf(cross).place(at).map(value => value.toFixed(1))
      set([cross], { d: `M${x} ${y}m-6 0h12m-6 -6v12`, display: null })
    }
    phrase(figure, '[data-says]', said)
    say(said)
  }
  const rest = () => {
    if (!probe) return
    probe = null
    set(all(figure, '[data-probe]'), { display: 'none' })
    phrase(figure, '[data-says]', sentence(now, found, points))
  }
  const point = event => {
    const index = [...event.currentTarget.querySelectorAll('[data-members] > *')].indexOf(event.target)
    if (index >= 0) return ask(points[index])
    ask(boxOf(event.target).input(pointed(event.target, event)).map(value => near(within(value, 0, 1), 0.01)))
  }
  const walk = event => {
    const way = KEYS[event.key]
    if (!way) return
    event.preventDefault()
    const from = probe ?? [0.5, 0.5]
    ask(from.map((value, k) => near(within(value + way[k] * PROBE_STEP, 0, 1), 0.01)))
  }
  for (const head of heads) {
    set([head], { tabindex: '0', role: 'group' })
    head.style.cursor = 'grab'
    head.style.touchAction = 'none'
    head.addEventListener('keydown', steer)
  }
  for (const plate of plates) {
    set([plate], { tabindex: '0', role: 'group', 'aria-label': 'Arrow keys ask what an input of the square gives' })
    plate.addEventListener('keydown', walk)
    plate.addEventListener('blur', rest)
  }
  for (const board of boards) {
    board.style.cursor = 'crosshair'
    for (const kind of ['pointermove', 'pointerdown']) board.addEventListener(kind, point)
    board.addEventListener('pointerleave', rest)
  }

  draw()
  return {
    destroy() {
      letGo()
      for (const head of heads) head.removeEventListener('keydown', steer)
      for (const plate of plates) {
        plate.removeEventListener('keydown', walk)
        plate.removeEventListener('blur', rest)
      }
      for (const board of boards) {
        for (const kind of ['pointermove', 'pointerdown']) board.removeEventListener(kind, point)
        board.removeEventListener('pointerleave', rest)
      }
      set([...heads, ...plates], { tabindex: null, role: null, 'aria-label': null })
    },
  }
}
