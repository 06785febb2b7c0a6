/** Two lines and two planes: the reader moves the input, bends one line, turns the planes; see `figures/two_neurons.py`. */

import { slider } from '../controls.js'
import { height } from './painter.js'
import { axes, draggable, pointed, sign, trace } from './signs.js'
import { pin, seen, turned } from './space.js'
import { all, set, signed, speaker, write } from './weights.js'

const MOST = 1 // of the weight and the bias that the reader sets
const STEP = 0.05
const NAMES_APART = 17

const within = (value, most) => Math.min(most, Math.max(-most, value))
const near = (value, step) => Number((Math.round(value / step) * step).toFixed(4))

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const read = (value, most, otherwise) => (Math.abs(Number(value ?? NaN)) <= most ? Number(value) : otherwise)
  const now = {
    w: read(state?.w, MOST, data.weight[0]),
    b: read(state?.b, MOST, data.bias[0]),
    f: read(state?.f, 1, data.line_input),
    p: data.plane_input.map((value, k) => read(state?.p?.[k], 1, value)),
    turn: read(state?.turn, 360, data.turn_degrees),
  }
  const sliders = {}
  for (const [name, label] of [['w', 'Weight w of neuron 1'], ['b', 'Bias b of neuron 1']])
    sliders[name] = slider(
      controls,
      { label, min: -MOST, max: MOST, step: STEP, value: now[name], format: value => signed(value) },
      value => bend({ [name]: value }),
    )
  sliders.turn = slider(
    controls,
    { label: 'Turn the planes', min: 0, max: 360, step: 1, value: now.turn, format: value => `${value}°` },
    turn => move({ turn }),
  )
  const say = speaker(controls)
  const outputs = values => data.names.map((name, k) => `${name} ${values[k] > 0 ? '+' : ''}${signed(values[k])}`).join(', ')

  /** Where the reader only points, the change is not `meant` to last. */
  function move(changes, meant = true) {
    Object.assign(now, changes)
    draw()
    if (meant) changed({ ...now })
  }

  function bend(changes) {
    for (const name of Object.keys(changes)) sliders[name].set(changes[name])
    move(changes)
  }

  function draw() {
    const pairs = [[now.w, now.b], ...data.weight.slice(1).map((weight, k) => [weight, data.bias[k + 1]])]
    for (const group of all(figure, '[data-lines]')) lines(group, axes(group.dataset.lines), pairs)
    for (const group of all(figure, '[data-space]')) {
      turned(group, data.planes, now.turn)
      pin(group, data.planes, now.p, now.turn)
    }
    const line = `F = ${signed(now.f)}: ${outputs(pairs.map(([w, b]) => w * now.f + b))}`
    const plane = `F = (${now.p.map(value => signed(value)).join(', ')}): ${outputs(data.planes.map(each => height(each, now.p)))}`
    write(figure, '[data-says="line"]', line)
    write(figure, '[data-says="plane"]', plane)
    say(`${line}. ${plane}`)
  }

  function lines(group, frame, pairs) {
    const x = frame.x(now.f)
    set(all(group, '[data-at]'), { d: `M${x.toFixed(1)} ${frame.top}V${frame.bottom}` })
    pairs.forEach(([weight, bias], k) => {
      all(group, `[data-neuron="${k}"]`).forEach(each => trace(each, frame.line(weight, bias)))
      const output = weight * now.f + bias
      sign(all(group, `[data-mark="${k}"]`), output > 0, x, frame.y(output))
      set(all(group, `[data-mark="${k}"]`), { opacity: Math.abs(output) > frame.most ? 0 : 1 })
    })
    const names = pairs.map(([weight, bias]) => {
      const end = frame.y(weight * frame.high + bias) + (weight >= 0 ? -20 : 28)
      return Math.min(Math.max(end, frame.top + 16), frame.bottom - 8)
    })
    const gap = names[1] - names[0]
    if (Math.abs(gap) < NAMES_APART) names[0] = names[1] + (gap > 0 ? -NAMES_APART : NAMES_APART)
    names.forEach((y, k) => set(all(group, `[data-name="${k}"]`), { y: y.toFixed(1) }))
    for (const handle of all(group, '[data-handle]')) {
      const at = handle.dataset.handle === 'b' ? 0 : -1
      set([handle], { opacity: 1, cy: frame.y(within(now.w * at + now.b, frame.most)).toFixed(1) })
    }
  }

  const frameOf = element => axes(element.closest('[data-lines]').dataset.lines)
  const handles = all(figure, '[data-handle]')
  handles.forEach(handle => {
    handle.style.cursor = 'ns-resize'
  })
  const letGo = [
    draggable(
      handles,
      event => event.currentTarget,
      (handle, event) => {
        const output = near(within(frameOf(handle).output(pointed(handle, event)[1]), 2 * MOST), STEP)
        bend(handle.dataset.handle === 'b' ? { b: within(output, MOST) } : { w: within(now.b - output, MOST) })
      },
    ),
  ]
  handles.forEach(handle => {
    handle.style.touchAction = 'none'
  })

  const point = event => {
    const frame = frameOf(event.currentTarget)
    move({ f: near(within(frame.input(pointed(event.currentTarget, event)[0]), 1), 0.01) }, event.buttons > 0)
  }
  const plates = all(figure, '[data-plate]')
  const keys = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }
  const slide = event => {
    const way = keys[event.key]?.[0]
    if (!way) return
    event.preventDefault()
    move({ f: near(within(now.f + way * STEP, 1), 0.01) })
  }
  for (const plate of plates) {
    set([plate], { tabindex: '0', role: 'group', 'aria-label': 'Arrow keys move the input of the two lines' })
    plate.style.cursor = 'ew-resize'
    plate.style.touchAction = 'pan-y'
    for (const kind of ['pointermove', 'pointerdown']) plate.addEventListener(kind, point)
    plate.addEventListener('keydown', slide)
  }

  // A pointer that hovers moves the pin; one that drags turns the planes; a tap does the first.
  const spaces = all(figure, '[data-space]')
  const put = (group, event) => {
    const at = seen(group, now.turn).floor(pointed(group, event))
    if (at.every(value => Math.abs(value) <= 1)) move({ p: at.map(value => near(value, 0.01)) }, event.buttons > 0)
  }
  const hover = event => event.pointerType === 'mouse' && !event.buttons && put(event.currentTarget, event)
  const walk = event => {
    const way = keys[event.key]
    if (!way) return
    event.preventDefault()
    move({ p: now.p.map((value, k) => near(within(value + way[k] * STEP, 1), 0.01)) })
  }
  let start = null
  letGo.push(
    draggable(
      spaces,
      event => {
        start = { x: event.clientX, turn: now.turn }
        put(event.currentTarget, event)
        return event.currentTarget
      },
      (_, event) => {
        if (Math.abs(event.clientX - start.x) < 3) return
        const turn = Math.round(start.turn - (event.clientX - start.x) / 2)
        sliders.turn.set(((turn % 360) + 360) % 360)
        move({ turn: sliders.turn.value })
      },
    ),
  )
  for (const group of spaces) {
    set([group], { tabindex: '0', role: 'group', 'aria-label': 'Arrow keys move the input of the two planes' })
    group.style.cursor = 'grab'
    group.addEventListener('pointermove', hover)
    group.addEventListener('keydown', walk)
  }

  draw()
  return {
    destroy() {
      letGo.forEach(each => each())
      set([...plates, ...spaces], { tabindex: null, role: null, 'aria-label': null })
      for (const plate of plates) {
        for (const kind of ['pointermove', 'pointerdown']) plate.removeEventListener(kind, point)
        plate.removeEventListener('keydown', slide)
      }
      for (const group of spaces) {
        group.removeEventListener('pointermove', hover)
        group.removeEventListener('keydown', walk)
      }
      set(handles, { opacity: 0 })
    },
  }
}
