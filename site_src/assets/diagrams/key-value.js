/** Keys and values twice over, as matrices and as neurons: the reader moves the input and picks a key; see `figures/key_value.py`. */

import { dials, flow, index, outcome, point, summed } from './dials.js'
import { phrase } from './signs.js'
import { all, colour, paint, set, signed, speaker, walk, write } from './weights.js'

const BRIGHT = 3 // the output from which on its colour is full
const LIT = { chosen: 0.95, firing: 0.38, silent: 0.12 }

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const n = data.w_key.length
  let chosen = index(state?.key, n) ?? data.chosen
  const inputs = dials(figure, controls, data, state?.x, () => {
    show()
    keys.rename()
    changed({ x: [...inputs.x], key: chosen })
  })
  let now = flow(data, inputs.x)
  const say = speaker(controls)

  function show() {
    now = flow(data, inputs.x)
    inputs.x.forEach((value, j) => disc('x', j, value, data.most, 1))
    now.y.forEach((value, j) => {
      paint(all(figure, `[data-y="${j}"]`), value, BRIGHT, 0.5)
      write(figure, `[data-y-text="${j}"]`, signed(value))
      disc('y', j, value, BRIGHT, 2)
    })
    now.z.forEach((z, i) => {
      const fires = z > 0
      paint(all(figure, `[data-z="${i}"]`), z, data.largest_key, 0.5)
      write(figure, `[data-z-text="${i}"]`, signed(z))
      paint(all(figure, `[data-a="${i}"]`), now.a[i], data.largest_key, 0.5)
      write(figure, `[data-a-text="${i}"]`, fires ? signed(z) : '0')
      write(figure, `[data-fires="${i}"]`, fires ? signed(z) : '')
      shade(all(figure, `[data-a-disc="${i}"]`), now.a[i], data.largest_key)
      set(all(figure, `[data-gate="${i}"]`), { opacity: fires ? 0 : 1 })
      set(all(figure, `[data-column="${i}"]`), { opacity: fires ? 1 : 0.25 })
    })
    light()
  }

  function disc(kind, j, value, largest, digits) {
    shade(all(figure, `[data-${kind}-disc="${j}"]`), value, largest)
    write(figure, `[data-${kind}-disc-text="${j}"]`, signed(value, digits))
  }

  function light() {
    for (let i = 0; i < n; i += 1) {
      const resting = now.z[i] > 0 ? LIT.firing : LIT.silent
      set(all(figure, `[data-into="${i}"]`), { 'stroke-opacity': i === chosen ? LIT.chosen : resting })
      set(all(figure, `[data-from="${i}"]`), { 'stroke-opacity': i === chosen && now.z[i] > 0 ? LIT.chosen : resting })
      set(all(figure, `[data-ring="${i}"]`), { opacity: i === chosen ? 1 : 0 })
      set(all(figure, `[data-key="${i}"], [data-value="${i}"]`), { stroke: i === chosen ? 'var(--nf-accent)' : 'none' })
    }
    const sentence = `${outcome(now)} ${about(chosen)}`
    phrase(figure, '[data-sentence]', sentence)
    say(sentence)
  }

  function about(i) {
    const value = point(data.w_value.map(row => row[i]), 1)
    const reads = `Key ${i + 1} reads ${summed(data.w_key[i], inputs.x, 1)} = ${signed(now.z[i])}`
    return now.z[i] > 0
      ? `${reads}: ${signed(now.z[i])} times its value ${value} adds ${point(now.contributions.map(row => row[i]))}.`
      : `${reads}. Its gate is closed: its value ${value} adds nothing.`
  }

  const KINDS = { key: 'Row of key', value: 'Column of value', neuron: 'Key' }
  const kindOf = part => Object.keys(KINDS).find(kind => kind in part.dataset)
  const keys = walk(figure, '[data-key], [data-value], [data-neuron]', {
    describe: part => {
      const kind = kindOf(part)
      const i = Number(part.dataset[kind])
      return `${KINDS[kind]} ${i + 1}${now.z[i] > 0 ? `: fires with ${signed(now.z[i])}` : ': silent'}`
    },
    choose: (part, meant) => {
      chosen = Number(part.dataset[kindOf(part)])
      light()
      if (meant) changed({ x: [...inputs.x], key: chosen })
    },
    step: (part, way) => {
      const kind = kindOf(part)
      const next = (Number(part.dataset[kind]) + (way === 'down' || way === 'right' ? 1 : n - 1)) % n
      return part.closest('svg').querySelector(`[data-${kind}="${next}"]`)
    },
  })

  show()
  return {
    destroy() {
      keys.destroy()
      inputs.destroy()
    },
  }
}

function shade(discs, value, largest) {
  set(discs, { fill: colour(value), 'fill-opacity': (0.5 * Math.min(1, Math.abs(value) / largest)).toFixed(3) })
}
