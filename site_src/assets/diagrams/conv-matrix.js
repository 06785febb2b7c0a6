/** A convolution as one sparse matrix: the reader picks a digit, a neuron, a row and a weight; see `figures/convolution.py`. */

import { select } from '../controls.js'
import { all, develop, dot, dots, paint, scan, set, signed, speaker, tile, walk, write } from './weights.js'

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const units = data.sources.length
  const pixels = data.sources[0].length
  const pick = (value, size, otherwise) => {
    const number = Number(value ?? NaN)
    return Number.isInteger(number) && number >= 0 && number < size ? number : otherwise
  }
  let digit = pick(state?.digit, data.examples.length, data.shown)
  let neuron = pick(state?.neuron, data.weight.length, data.neuron)
  let unit = pick(state?.unit, units, data.unit)
  let shared = null
  const places = data.weight[0].map((_, source) =>
    data.sources.flatMap((row, i) => row.flatMap((each, j) => (each === source ? [[i, j]] : []))),
  )

  const numbered = (items, name) => items.map((item, k) => ({ value: String(k), label: name(item, k) }))
  select(controls, { label: 'Picture', options: numbered(data.examples, e => e.name), value: String(digit) }, value => {
    digit = Number(value)
    draw()
    explain(true)
  })
  select(
    controls,
    { label: 'Out neuron', options: numbered(data.weight, (_, k) => String(k + 1)), value: String(neuron) },
    value => {
      neuron = Number(value)
      draw()
      explain(true)
    },
  )
  const say = speaker(controls)

  function draw() {
    const { ink, maps } = data.examples[digit]
    develop(all(figure, '[data-picture], [data-x]'), ink)
    tile(all(figure, '[data-map], [data-z]'), maps[neuron], data.largest_preactivation)
    data.weight[neuron].forEach((weight, source) => {
      const d = places[source].map(([i, j]) => dot(i, j)).join('')
      const opacity = ((0.9 * Math.abs(weight)) / data.largest_weight).toFixed(3)
      set(all(figure, `[data-shared="${source}"]`), { d, 'stroke-opacity': opacity, ...dots(weight) })
      paint(all(figure, `[data-weight="${source}"]`), weight, data.largest_weight, 0.5)
      write(figure, `[data-weight-text="${source}"]`, signed(weight))
    })
  }

  function explain(meant) {
    for (const frame of all(figure, '[data-unit]')) {
      const [top, side] = frame.dataset.unit.split(' ').map(Number)
      set([frame], { y: top + unit * side })
    }
    const row = Math.floor(unit / data.columns)
    const column = unit % data.columns
    for (const frame of all(figure, '[data-place]')) {
      const [x, y, pixel] = frame.dataset.place.split(' ').map(Number)
      set([frame], { x: x + column * pixel, y: y + row * pixel })
    }
    const synapses = data.sources[unit].flatMap((source, p) => (source < 0 ? [] : [p]))
    const d = synapses.map(p => `M${p % data.pixel_columns} ${Math.floor(p / data.pixel_columns)}h1v1h-1z`).join('')
    set(all(figure, '[data-seen]'), { d })
    for (const group of all(figure, '[data-shared]'))
      set([group], { opacity: shared === null || Number(group.dataset.shared) === shared ? 1 : 0.12 })
    const z = data.examples[digit].maps[neuron][unit]
    const sum = `Place (${row + 1}, ${column + 1}): z = ${signed(z)}`
    const one =
      shared === null
        ? `${synapses.length} of ${pixels} pixels`
        : `weight ${signed(data.weight[neuron][shared])} stands ${places[shared].length} times`
    write(figure, '[data-sum]', sum)
    write(figure, '[data-one]', one)
    say(`${sum}, ${one}`)
    if (meant) changed({ digit, neuron, unit })
  }

  const rows = scan(figure, '[data-plate]', {
    rows: units,
    columns: pixels,
    describe: () => 'Rows of the matrix; arrow keys move the row',
    at: () => [unit, 0],
    choose: (plate, row, column, meant) => {
      unit = row
      const source = data.sources[row][column]
      shared = source >= 0 ? source : null
      explain(meant)
    },
  })
  const weights = walk(figure, '[data-source]', {
    describe: cell => `Weight ${signed(data.weight[neuron][cell.dataset.source])}`,
    choose: cell => {
      shared = Number(cell.dataset.source)
      explain(false)
    },
    step: (cell, way) => {
      const next = Number(cell.dataset.source) + { right: 1, left: -1, down: data.side, up: -data.side }[way]
      return cell.closest('svg').querySelector(`[data-source="${next}"]`)
    },
  })

  draw()
  explain(false)
  return { destroy: () => [rows, weights].forEach(each => each.destroy()) }
}
