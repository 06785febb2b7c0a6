/** One linear layer: the reader picks a digit, a neuron and a synapse; see `figures/linear.py` for the drawing. */

import { select } from '../controls.js'
import { all, colour, develop, paint, set, signed, speaker, walk, write } from './weights.js'

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const neurons = data.weight.length
  const synapses = data.weight[0].length
  const within = (value, size, otherwise) => (Number.isInteger(value) && value >= 0 && value < size ? value : otherwise)
  const largestOf = values => values.indexOf(Math.max(...values))
  let digit = within(Number(state?.digit ?? data.shown), data.examples.length, data.shown)
  let i = within(Number(state?.neuron ?? NaN), neurons, largestOf(data.examples[digit].preactivations))
  let j = within(Number(state?.synapse ?? NaN), synapses, null)

  select(
    controls,
    {
      label: 'Picture',
      options: data.examples.map((example, k) => ({ value: String(k), label: example.name })),
      value: String(digit),
    },
    value => {
      digit = Number(value)
      i = largestOf(data.examples[digit].preactivations)
      j = null
      read()
      choose(i, j, true)
    },
  )
  const say = speaker(controls)

  function read() {
    const { pixels, inputs, preactivations } = data.examples[digit]
    develop(all(figure, '[data-picture]'), pixels)
    inputs.forEach((x, k) => {
      paint(all(figure, `[data-x="${k}"]`), x, data.largest_input)
      fill(all(figure, `[data-input="${k}"]`), x, data.largest_input)
    })
    preactivations.forEach((z, k) => {
      fill(all(figure, `[data-output="${k}"]`), z, data.largest_preactivation)
      for (const label of all(figure, `[data-value="${k}"]`))
        label.textContent = signed(z, Number(label.dataset.digits))
    })
  }

  function choose(neuron, synapse, meant) {
    ;[i, j] = [neuron, synapse]
    const { inputs } = data.examples[digit]
    const contributions = data.weight[i].map((w, k) => w * inputs[k])
    for (let k = 0; k < neurons; k += 1) {
      set(all(figure, `[data-ring="${k}"]`), { opacity: k === i ? 1 : 0 })
      set(all(figure, `[data-dendrites="${k}"]`), { opacity: k === i ? 1 : 0.13 })
      set(all(figure, `[data-label="${k}"]`), { 'font-weight': k === i ? 700 : 400 })
    }
    for (const frame of all(figure, '[data-frame]')) {
      const [top, height] = frame.dataset.frame.split(' ').map(Number)
      set([frame], { y: top + i * height })
    }
    for (const bar of all(figure, '[data-bar]')) {
      const [k, zero, reach] = bar.dataset.bar.split(' ').map(Number)
      const height = (reach * Math.abs(contributions[k])) / data.largest_contribution
      set([bar], {
        y: contributions[k] < 0 ? zero : zero - height,
        height,
        fill: colour(contributions[k]),
        opacity: j === null || j === k ? 1 : 0.25,
      })
    }
    for (const line of all(figure, `[data-dendrites="${i}"] > path`))
      set([line], { opacity: j === null || Number(line.dataset.j) === j ? 1 : 0.15 })
    for (const cell of all(figure, '[data-heat] [data-i]')) {
      const chosen = Number(cell.dataset.i) === i && Number(cell.dataset.j) === j
      set([cell], { stroke: chosen ? 'var(--nf-ink)' : null, 'stroke-width': chosen ? 2 : null })
    }
    const total = contributions.reduce((sum, each) => sum + each, 0)
    const sum = `Neuron “${data.labels[i]}”: sum of w·x ${signed(total)}, bias ${signed(data.bias[i])}: z = ${signed(total + data.bias[i])}`
    const one =
      j === null
        ? 'Point at a neuron or at a cell.'
        : `Synapse ${j + 1}: w ${signed(data.weight[i][j])} · x ${signed(inputs[j])} = ${signed(contributions[j])}`
    write(figure, '[data-sum]', sum)
    write(figure, '[data-one]', one)
    say(j === null ? sum : `${one}. ${sum}`)
    if (meant) changed({ digit, neuron: i, ...(j === null ? {} : { synapse: j }) })
  }

  const cellAt = (part, row, column) =>
    part
      .closest('svg')
      .querySelector(`[data-heat] [data-i="${(row + neurons) % neurons}"][data-j="${(column + synapses) % synapses}"]`)
  const cells = walk(figure, '[data-heat] [data-i]', {
    describe: cell =>
      `Neuron ${data.labels[cell.dataset.i]}, synapse ${Number(cell.dataset.j) + 1}: weight ${signed(data.weight[cell.dataset.i][cell.dataset.j])}`,
    choose: (cell, meant) => choose(Number(cell.dataset.i), Number(cell.dataset.j), meant),
    step: (cell, way) => {
      const [row, column] = [Number(cell.dataset.i), Number(cell.dataset.j)]
      return cellAt(cell, row + (way === 'down') - (way === 'up'), column + (way === 'right') - (way === 'left'))
    },
  })
  const nodes = walk(figure, '[data-neuron]', {
    describe: node => `Neuron ${data.labels[node.dataset.neuron]}`,
    choose: (node, meant) => choose(Number(node.dataset.neuron), null, meant),
    step: (node, way) => {
      const next = (Number(node.dataset.neuron) + (way === 'down' || way === 'right' ? 1 : neurons - 1)) % neurons
      return node.closest('svg').querySelector(`[data-neuron="${next}"]`)
    },
  })

  read()
  choose(i, j, false)
  return { destroy: () => [cells, nodes].forEach(each => each.destroy()) }
}

function fill(discs, value, largest) {
  set(discs, { fill: colour(value), 'fill-opacity': (0.6 * Math.min(1, Math.abs(value) / largest)).toFixed(3) })
}
