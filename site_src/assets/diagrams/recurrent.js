/** A recurrent layer reading a digit row by row: the reader picks digit and step; see `figures/recurrent.py`. */

import { select, slider } from '../controls.js'
import { all, develop, set, speaker, tile, write } from './weights.js'

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const steps = data.examples[0].activations.length
  const columns = data.examples[0].pixels.length / steps
  const pick = (value, size, otherwise) => (Number.isInteger(value) && value >= 0 && value < size ? value : otherwise)
  let digit = pick(Number(state?.digit ?? NaN), data.examples.length, data.shown)
  let step = pick(Number(state?.step ?? NaN) - 1, steps, steps - 1)

  const options = data.examples.map((example, k) => ({ value: String(k), label: example.name }))
  select(controls, { label: 'Picture', options, value: String(digit) }, value => {
    digit = Number(value)
    read()
    stand(true)
  })
  const rows = slider(controls, { label: 'Rows read', min: 1, max: steps, value: step + 1 }, value => {
    step = value - 1
    stand(true)
  })
  const say = speaker(controls)

  function read() {
    const { pixels, activations, probabilities } = data.examples[digit]
    for (let t = 0; t < steps; t += 1) {
      develop(all(figure, `[data-row="${t}"]`), pixels.slice(t * columns, (t + 1) * columns))
      tile(all(figure, `[data-hidden="${t}"]`), activations[t], 1)
      for (const bars of all(figure, `[data-bars="${t}"]`)) {
        const [x, y, width, cell] = bars.dataset.place.split(' ').map(Number)
        const d = probabilities[t].map((p, k) => `M${x} ${y + (k + 0.5) * cell}h${(width * p).toFixed(3)}`)
        set([bars], { d: d.join('') })
      }
      write(figure, `[data-says="${t}"]`, data.short[likeliest(t)])
    }
  }

  function stand(meant) {
    const { pixels, activations, probabilities } = data.examples[digit]
    for (const frame of all(figure, '[data-frame]')) {
      const [x, width] = frame.dataset.frame.split(' ').map(Number)
      set([frame], { x: x + step * width })
    }
    const soFar = pixels.map((ink, p) => (p < (step + 1) * columns ? ink : 0))
    develop(all(figure, '[data-picture]'), soFar)
    tile(all(figure, '[data-now]'), activations[step], 1)
    const best = likeliest(step)
    say(`After ${step + 1} of ${steps} rows: ${data.labels[best]}, ${Math.round(100 * probabilities[step][best])}%`)
    if (meant) changed({ digit, step: step + 1 })
  }

  function likeliest(t) {
    const p = data.examples[digit].probabilities[t]
    return p.indexOf(Math.max(...p))
  }

  const point = event => {
    const column = event.target.closest?.('[data-step]')
    if (!column) return
    step = Number(column.dataset.step)
    rows.set(step + 1)
    stand(event.type === 'pointerdown')
  }
  const stage = figure.querySelector('.nf-stage')
  for (const kind of ['pointerover', 'pointerdown']) stage.addEventListener(kind, point)

  read()
  stand(false)
  return {
    destroy() {
      for (const kind of ['pointerover', 'pointerdown']) stage.removeEventListener(kind, point)
    },
  }
}
