/** Two outputs as sums over their synapses, for an input that the reader moves; see `figures/neuron_wise.py`. */

import { dials, flow, index, outcome, summed } from './dials.js'
import { phrase } from './signs.js'
import { all, colour, paint, set, signed, speaker, walk, write } from './weights.js'

const EMPTY = 9 // height of the slot of a key that adds nothing
const INVITATION = 'Point at a synapse to read its product.'

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const n = data.w_key.length
  let chosen = index(state?.synapse, 2 * n)
  const told = () => changed({ x: [...inputs.x], ...(chosen === null ? {} : { synapse: chosen }) })
  const inputs = dials(figure, controls, data, state?.x, () => {
    show()
    synapses.rename()
    told()
  })
  let now = flow(data, inputs.x)
  const say = speaker(controls)

  function show() {
    now = flow(data, inputs.x)
    now.a.forEach((a, i) => {
      paint(all(figure, `[data-a="${i}"]`), a, data.largest_key, 0.5)
      write(figure, `[data-a-text="${i}"]`, a > 0 ? signed(a) : '0')
      set(all(figure, `[data-weight="${i}"]`), { opacity: a > 0 ? 1 : 0.3 })
      now.y.forEach((_, j) => all(figure, `[data-slot="${i} ${j}"]`).forEach(slot => step(slot, i, j)))
    })
    now.y.forEach((y, j) => {
      for (const output of all(figure, `[data-output="${j}"]`)) {
        const [, , zero, unit] = output.dataset.frame.split(' ').map(Number)
        bar(output, zero, zero - unit * y, y)
        write(output, '[data-number]', signed(y))
        set(all(output, '[data-number]'), { y: (zero - unit * y + (y < 0 ? 16 : -6)).toFixed(1) })
      }
      phrase(figure, `[data-sum="${j}"]`, sum(j))
    })
    light()
  }

  function step(slot, i, j) {
    const [, , zero, unit] = slot.dataset.frame.split(' ').map(Number)
    const [start, end] = [i, i + 1].map(k => zero - unit * now.path[k][j])
    const [value, fires] = [now.contributions[j][i], now.a[i] > 0]
    bar(slot, start, end, value)
    set(all(slot, '[data-empty]'), { y: (end - EMPTY / 2).toFixed(1), opacity: fires ? 0 : 1 })
    for (const onward of all(slot, '[data-onward]'))
      set([onward], { transform: `translate(${onward.dataset.onward} ${end.toFixed(1)})` })
    write(slot, '[data-number]', fires ? signed(value) : '')
    const y = value < 0 ? Math.max(start, end) + 14 : Math.min(start, end) - 5
    set(all(slot, '[data-number]'), { y: y.toFixed(1) })
  }

  function bar(group, start, end, value) {
    set(all(group, '[data-bar]'), {
      y: Math.min(start, end).toFixed(1),
      height: Math.abs(end - start).toFixed(1),
      rx: value < 0 ? 6 : null,
      fill: colour(value),
    })
  }

  function sum(j) {
    const name = `y${'₁₂'[j]}`
    const firing = [...now.a.keys()].filter(i => now.a[i] > 0)
    if (!firing.length) return `${name} = 0.00: no key fires.`
    const terms = summed(firing.map(i => data.w_value[j][i]), firing.map(i => now.a[i]), 2)
    return `${name} = ${terms} = ${signed(now.y[j])}`
  }

  function light() {
    for (const slot of all(figure, '[data-slot]'))
      set(all(slot, '[data-area]'), { stroke: number(slot) === chosen ? 'var(--nf-accent)' : 'none' })
    const one = chosen === null ? INVITATION : product(chosen)
    write(figure, '[data-one]', one)
    say(chosen === null ? `${outcome(now)} ${sum(0)}; ${sum(1)}` : `${one}. ${outcome(now)}`)
  }

  const number = slot => {
    const [i, j] = slot.dataset.slot.split(' ').map(Number)
    return j * n + i
  }

  function product(k) {
    const [i, j] = [k % n, Math.floor(k / n)]
    const named = `Synapse ${i + 1} of value neuron ${j + 1}: ${signed(data.w_value[j][i], 1)}`
    return now.a[i] > 0
      ? `${named}·${signed(now.a[i])} = ${signed(now.contributions[j][i])}`
      : `${named}, but key ${i + 1} is silent`
  }

  const synapses = walk(figure, '[data-slot]', {
    describe: slot => product(number(slot)),
    choose: (slot, meant) => {
      chosen = number(slot)
      light()
      if (meant) told()
    },
    step: (slot, way) => {
      const [i, j] = slot.dataset.slot.split(' ').map(Number)
      const next = way === 'up' || way === 'down' ? `${i} ${1 - j}` : `${(i + (way === 'right' ? 1 : n - 1)) % n} ${j}`
      return slot.closest('svg').querySelector(`[data-slot="${next}"]`)
    },
  })

  show()
  return {
    destroy() {
      synapses.destroy()
      inputs.destroy()
    },
  }
}
