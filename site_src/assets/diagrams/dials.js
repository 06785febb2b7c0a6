/**
 * The network 3 → 8 → 2 of three figures, and its inputs as dials that a reader turns; see `figures/dials.py` of the
 * article for the drawing.
 */

import { slider } from '../controls.js'
import { draggable, listed, pointed } from './signs.js'
import { all, paint, set, signed, write } from './weights.js'

/** Take one input through: what each key reads, how much it fires, what it adds to each output, and the running sums. */
export function flow({ w_key, w_value }, x) {
  const z = w_key.map(row => exact(row.reduce((sum, w, j) => sum + w * x[j], 0)))
  const a = z.map(value => Math.max(0, value))
  const contributions = w_value.map(row => row.map((w, i) => exact(w * a[i])))
  const path = [[0, 0]]
  for (const i of a.keys()) path.push(path[i].map((sum, j) => exact(sum + contributions[j][i])))
  return { z, a, contributions, path, y: path.at(-1) }
}

// Weights and inputs are multiples of a half, a fifth and a tenth: two decimals hold every sum of their products.
const exact = value => Math.round(100 * value) / 100 + 0

/** Write a place in the plane. */
export const point = (values, digits = 2) => `(${values.map(value => signed(value, digits)).join(', ')})`

/** Write products and their signs. */
export const summed = (weights, inputs, digits) =>
  weights.map((w, k) => `${signed(w, 1)}·${signed(inputs[k], digits)}`).join(' + ').replaceAll('+ −', '− ')

/** Say which keys fire and what comes out. */
export function outcome({ a, y }) {
  const names = a.flatMap((value, i) => (value > 0 ? [i + 1] : []))
  const alone = names.length ? `Key ${names[0]} alone fires` : 'No key fires'
  return `${names.length > 1 ? `Keys ${listed(names)} fire` : alone}, and y = ${point(y)}.`
}

/** Give the index that an address names, or null. */
export const index = (value, size) => (Number.isInteger(value) && value >= 0 && value < size ? value : null)

/** Let the reader turn the three inputs, by sliders and in the drawing; `moved(x)` is called at each change. */
export function dials(figure, controls, data, wanted, moved) {
  const near = value => {
    const within = Math.min(data.most, Math.max(-data.most, value))
    return Number((Math.round(within / data.step) * data.step).toFixed(4)) + 0
  }
  const x = data.x.map((value, j) => (Number.isFinite(wanted?.[j]) ? near(wanted[j]) : value))
  const sliders = x.map((value, j) =>
    slider(
      controls,
      { label: `Input x${'₁₂₃'[j]}`, min: -data.most, max: data.most, step: data.step, value, format: each => signed(each, 1) },
      each => turn(j, each),
    ),
  )
  const groups = all(figure, '[data-x]')

  function turn(j, value) {
    if (x[j] === near(value)) return
    x[j] = near(value)
    sliders[j].set(x[j])
    show()
    moved(x)
  }

  function show() {
    x.forEach((value, j) => {
      paint(all(figure, `[data-x="${j}"] [data-x-cell]`), value, data.most, 0.5)
      write(figure, `[data-x="${j}"] [data-x-text]`, signed(value, 1))
      for (const knob of all(figure, `[data-x="${j}"] [data-x-knob]`)) {
        const [low, high] = knob.dataset.xKnob.split(' ').map(Number)
        set([knob], { cx: ((low + high) / 2 + ((high - low) / 2) * (value / data.most)).toFixed(1) })
      }
      set(all(figure, `[data-x="${j}"]`), { 'aria-valuenow': value, 'aria-valuetext': signed(value, 1) })
    })
  }

  const drag = (group, event) => {
    const [low, high] = group.querySelector('[data-x-knob]').dataset.xKnob.split(' ').map(Number)
    const [place] = pointed(group, event)
    turn(Number(group.dataset.x), ((2 * (place - low)) / (high - low) - 1) * data.most)
  }
  const letGo = draggable(groups, event => event.currentTarget, drag)
  const press = event => {
    const j = Number(event.currentTarget.dataset.x)
    const up = event.key === 'ArrowRight' || event.key === 'ArrowUp'
    const down = event.key === 'ArrowLeft' || event.key === 'ArrowDown'
    const ends = { Home: -data.most, End: data.most }
    if (!up && !down && !(event.key in ends)) return
    event.preventDefault()
    turn(j, ends[event.key] ?? x[j] + (up ? data.step : -data.step))
  }
  for (const group of groups) {
    const j = Number(group.dataset.x)
    set([group], { tabindex: '0', role: 'slider', 'aria-label': `Input x${'₁₂₃'[j]}` })
    set([group], { 'aria-valuemin': -data.most, 'aria-valuemax': data.most })
    group.style.cursor = 'ew-resize'
    group.addEventListener('keydown', press)
  }
  show()
  return {
    x,
    destroy() {
      letGo()
      for (const group of groups) {
        group.removeEventListener('keydown', press)
        for (const name of ['tabindex', 'role', 'aria-label', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow', 'aria-valuetext'])
          group.removeAttribute(name)
      }
    },
  }
}
