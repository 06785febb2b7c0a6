/** Lines of some neurons, two inputs that the reader moves, and what changes sign between; see `figures/eight_neurons.py`. */

import { button, slider } from '../controls.js'
import { axes, counted, draggable, listed, phrase, pointed, sign, trace } from './signs.js'
import { all, set, signed, speaker, walk, write } from './weights.js'

const [TURNING, STEADY] = [4, 1.8]
const INVITATION = 'Point at a neuron to read its formula.'
const number = x => String(Number(x.toFixed(2)))

/** Which neurons change sign on the way from one input to the other, in words. */
export function sentence(first, second, before, after) {
  const changing = (from, to) => before.flatMap((on, k) => (on === from && after[k] === to ? [k + 1] : []))
  const [off, on] = [changing(true, false), changing(false, true)]
  const way = `From ${number(first)} to ${number(second)}`
  if (!off.length && !on.length) return `${way} no neuron changes sign.`
  const changes = [[off, 'off'], [on, 'on']].filter(([found]) => found.length).map(([found, state]) => {
    const several = found.length > 1
    return `neuron${several ? 's' : ''} ${listed(found)} turn${several ? '' : 's'} ${state}`
  })
  const kept = before.length - off.length - on.length
  const rest = kept > 1 ? `the other ${counted(kept)} keep` : kept ? 'the other one keeps' : 'none keeps'
  return `${way} ${changes.join(' and ')}; ${rest} ${kept > 1 ? 'their' : 'its'} sign.`
}

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const inside = value => Number(value ?? NaN) >= 0 && Number(value) <= 1
  const inputs = [
    inside(state?.a) ? Number(state.a) : data.first,
    inside(state?.b) ? Number(state.b) : data.second,
  ]
  let chosen = Number.isInteger(state?.neuron) && state.neuron in data.weight ? state.neuron : null
  const frames = all(figure, '[data-axes]').map(group => [group, axes(group.dataset.axes)])
  const sliders = inputs.map((value, index) =>
    slider(
      controls,
      { label: `Input ${'AB'[index]}`, min: 0, max: 1, step: 0.01, value, format: x => x.toFixed(2) },
      x => move(index, x),
    ),
  )
  const preset = `Back to ${number(data.first)} and ${number(data.second)}`
  button(controls, { label: preset }, () => [data.first, data.second].forEach((x, index) => move(index, x)))
  const say = speaker(controls)

  function move(index, x) {
    inputs[index] = x
    sliders[index].set(x)
    draw()
    keep()
  }

  function keep() {
    changed({ a: inputs[0], b: inputs[1], ...(chosen === null ? {} : { neuron: chosen }) })
  }

  function draw() {
    const outputs = inputs.map(x => data.weight.map((w, k) => w * x + data.bias[k]))
    const codes = outputs.map(values => values.map(y => y > 0))
    for (const [group, frame] of frames)
      inputs.forEach((x, index) => {
        const transform = `translate(${frame.x(x).toFixed(1)} 0)`
        set(all(group, `[data-at="${index}"], [data-handle="${index}"]`), { transform })
        outputs[index].forEach((y, k) =>
          sign(all(group, `[data-mark="${index} ${k}"]`), codes[index][k], frame.x(x), frame.y(y)),
        )
      })
    inputs.forEach((x, index) => {
      write(figure, `[data-x="${index}"]`, `x = ${x.toFixed(2)}`)
      codes[index].forEach((on, k) => sign(all(figure, `[data-sign="${index} ${k}"]`), on))
    })
    const said = sentence(...inputs, ...codes)
    phrase(figure, '[data-sentence]', said)
    data.weight.forEach((_, k) => {
      const differs = codes[0][k] !== codes[1][k]
      set(all(figure, `[data-changed="${k}"]`), { opacity: differs ? 1 : 0 })
      set(all(figure, `[data-name="${k}"]`), { 'font-weight': differs || k === chosen ? 700 : 400 })
      set(all(figure, `[data-line="${k}"]`), {
        'stroke-width': differs ? TURNING : k === chosen ? 3 : STEADY,
        opacity: chosen === null || k === chosen ? 1 : 0.3,
      })
    })
    const one = chosen === null ? INVITATION : formula(chosen)
    write(figure, '[data-one]', one)
    say(chosen === null ? said : `${one} ${said}`)
  }

  function formula(k) {
    const [w, b] = [data.weight[k], data.bias[k]]
    const line = `y = ${signed(w)} x ${b < 0 ? '−' : '+'} ${signed(Math.abs(b))}`
    return `Neuron ${k + 1}: ${line}, which is 0 at x = ${signed(-b / w)}.`
  }

  const drag = draggable(
    all(figure, '[data-plate], [data-handle], [data-at]'),
    event => {
      const { handle, at } = event.currentTarget.dataset
      if (handle ?? at) return Number(handle ?? at)
      const [x] = pointed(event.currentTarget, event)
      const { input } = axes(event.currentTarget.closest('[data-axes]').dataset.axes)
      return Math.abs(input(x) - inputs[0]) <= Math.abs(input(x) - inputs[1]) ? 0 : 1
    },
    (index, event) => {
      const group = event.currentTarget.closest('[data-axes]')
      const x = axes(group.dataset.axes).input(pointed(group, event)[0])
      move(index, Number(Math.min(1, Math.max(0, x)).toFixed(2)))
    },
  )
  for (const handle of all(figure, '[data-handle], [data-at]')) handle.style.cursor = 'ew-resize'

  const rest = () => {
    chosen = null
    draw()
  }
  const stage = figure.querySelector('.nf-stage') ?? figure
  stage.addEventListener('pointerleave', rest)
  const numberOf = part => Number(part.dataset.neuron ?? part.dataset.column)
  const neurons = walk(figure, '[data-neuron], [data-column]', {
    describe: part => formula(numberOf(part)),
    choose: (part, meant) => {
      chosen = numberOf(part)
      draw()
      if (meant) keep()
    },
    step: (part, way) => {
      const kind = part.dataset.neuron ? 'neuron' : 'column'
      const next = (numberOf(part) + (way === 'down' || way === 'right' ? 1 : data.weight.length - 1)) % data.weight.length
      return part.closest('svg').querySelector(`[data-${kind}="${next}"]`)
    },
  })

  draw()
  return {
    destroy() {
      drag()
      neurons.destroy()
      stage.removeEventListener('pointerleave', rest)
    },
  }
}
