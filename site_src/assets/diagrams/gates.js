/** RNN, GRU and LSTM beside one another: the reader sets inputs and hidden neurons; see `figures/recurrent.py`. */

import { slider } from '../controls.js'
import { all, set, speaker, write } from './weights.js'

/** Count a cell's gate neurons, and their synapses from the input and from the cell's own output. */
export function count(gates, inputs, hidden) {
  return { neurons: gates * hidden, synapses: gates * hidden * (inputs + hidden) }
}

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const number = new Intl.NumberFormat('en')
  const pick = (value, otherwise) => (Number.isInteger(value) && value >= 1 && value <= data.most ? value : otherwise)
  const size = {
    inputs: pick(Number(state?.inputs ?? NaN), data.n_inputs),
    hidden: pick(Number(state?.hidden ?? NaN), data.n_hidden),
  }

  for (const [name, label] of [
    ['inputs', 'Inputs I'],
    ['hidden', 'Hidden neurons H'],
  ])
    slider(controls, { label, min: 1, max: data.most, value: size[name] }, value => {
      size[name] = value
      draw()
      changed({ ...size })
    })
  const say = speaker(controls)

  function draw() {
    const counts = data.cells.map(cell => {
      const { neurons, synapses } = count(cell.gates.length, size.inputs, size.hidden)
      const sentence = `${number.format(neurons)} neurons, ${number.format(synapses)} synapses`
      for (const drawing of all(figure, `[data-cell="${cell.name}"]`)) arrange(drawing, cell, sentence)
      return `${cell.name}: ${sentence}`
    })
    say(counts.join('; '))
  }

  function arrange(drawing, cell, sentence) {
    const { inputs, hidden } = size
    const [x, y, widest, tallest] = drawing.dataset.place.split(' ').map(Number)
    const unit = Math.min(widest / (inputs + hidden), tallest / hidden, data.unit)
    const rows = cell.gates.length * hidden
    const columns = inputs + hidden
    write(drawing, '[data-count]', sentence)
    write(drawing, '[data-inputs]', inputs === 1 ? '1 input' : `${inputs} inputs`)
    write(drawing, '[data-hidden]', ` + ${hidden} own output${hidden === 1 ? '' : 's'}`)
    cell.gates.forEach((_, k) => {
      const block = { y: y + k * hidden * unit, height: hidden * unit }
      set(all(drawing, `[data-in="${k}"]`), { x, width: inputs * unit, ...block })
      set(all(drawing, `[data-again="${k}"]`), { x: x + inputs * unit, width: hidden * unit, ...block })
      set(all(drawing, `[data-gate="${k}"]`), { x: x + columns * unit + 9, y: block.y + block.height / 2 + 4.5 })
    })
    const count = (size, line) => Array.from({ length: size - 1 }, (_, k) => line(k + 1)).join('')
    const transform = `translate(${x} ${y}) scale(${unit})`
    const lines = count(rows, r => `M0 ${r}h${columns}`) + count(columns, c => `M${c} 0v${rows}`)
    set(all(drawing, '[data-lines]'), { d: lines, transform })
    const blocks = count(cell.gates.length, k => `M0 ${k * hidden}h${columns}`) + `M${inputs} 0v${rows}`
    set(all(drawing, '[data-blocks]'), { d: blocks, transform, 'stroke-width': Math.min(0.5, 2 / unit) })
  }

  draw()
}
