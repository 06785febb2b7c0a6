/** Kernels and their maps: the reader picks a digit, an out neuron and a place; see `figures/convolution.py`. */

import { select } from '../controls.js'
import { all, develop, paint, scan, set, signed, speaker, tile, write } from './weights.js'

/** What a kernel of `side` sees at a place, zeros outside the picture. */
export function patch({ side, padding, stride, dilation, height, width }, pixels, row, column) {
  return Array.from({ length: side * side }, (_, k) => {
    const y = row * stride - padding + Math.floor(k / side) * dilation
    const x = column * stride - padding + (k % side) * dilation
    return y >= 0 && y < height && x >= 0 && x < width ? pixels[y * width + x] : 0
  })
}

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const pick = (name, size) => {
    const value = Number(state?.[name] ?? NaN)
    return Number.isInteger(value) && value >= 0 && value < size ? value : data[name === 'digit' ? 'shown' : name]
  }
  let digit = pick('digit', data.examples.length)
  let at = {
    neuron: pick('neuron', data.weight.length),
    row: pick('row', data.rows),
    column: pick('column', data.columns),
  }

  const options = data.examples.map((example, k) => ({ value: String(k), label: example.name }))
  select(controls, { label: 'Picture', options, value: String(digit) }, value => {
    digit = Number(value)
    look()
    explain(true)
  })
  const say = speaker(controls)

  function look() {
    const { ink, maps } = data.examples[digit]
    develop(all(figure, '[data-picture]'), ink)
    maps.forEach((map, k) => tile(all(figure, `[data-map="${k}"]`), map, data.largest_preactivation))
  }

  function explain(meant) {
    const { neuron, row, column } = at
    const { pixels, maps } = data.examples[digit]
    const kernel = data.weight[neuron]
    for (const frame of all(figure, '[data-patch]')) {
      const [x, y, pixel] = frame.dataset.patch.split(' ').map(Number)
      set([frame], {
        x: x + (column * data.stride - data.padding) * pixel,
        y: y + (row * data.stride - data.padding) * pixel,
      })
    }
    for (const frame of all(figure, '[data-chosen]'))
      set([frame], { opacity: Number(frame.dataset.chosen) === neuron ? 1 : 0 })
    for (const frame of all(figure, '[data-place]')) {
      const [k, x, y, pixel] = frame.dataset.place.split(' ').map(Number)
      set([frame], { opacity: k === neuron ? 1 : 0, x: x + column * pixel, y: y + row * pixel })
    }
    const seen = patch(data, pixels, row, column)
    seen.forEach((value, k) => {
      set(all(figure, `[data-seen="${k}"]`), { 'fill-opacity': (0.35 * Math.min(1, Math.abs(value))).toFixed(3) })
      write(figure, `[data-seen-text="${k}"]`, signed(value))
      paint(all(figure, `[data-weight="${k}"]`), kernel[k], data.largest_weight, 0.5)
      write(figure, `[data-weight-text="${k}"]`, signed(kernel[k]))
    })
    const z = maps[neuron][row * data.columns + column]
    paint(all(figure, '[data-total]'), z, data.largest_preactivation, 0.5)
    write(figure, '[data-total-text]', signed(z))
    const bias = data.bias[neuron]
    const sum = seen.reduce((total, value, k) => total + value * kernel[k], 0)
    const sentence = `Neuron ${neuron + 1} at (${row + 1}, ${column + 1}): ${signed(sum)}, bias ${signed(bias)}: z = ${signed(sum + bias)}`
    write(figure, '[data-sum]', sentence)
    say(sentence)
    if (meant) changed({ digit, ...at })
  }

  const maps = scan(figure, '[data-plate]', {
    rows: data.rows,
    columns: data.columns,
    describe: plate => `Map of neuron ${Number(plate.dataset.plate) + 1}; arrow keys move the place`,
    at: plate => (Number(plate.dataset.plate) === at.neuron ? [at.row, at.column] : [0, 0]),
    choose: (plate, row, column, meant) => {
      at = { neuron: Number(plate.dataset.plate), row, column }
      explain(meant)
    },
  })

  look()
  explain(false)
  return { destroy: maps.destroy }
}
