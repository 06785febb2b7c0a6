/** A perceptron whose input the reader moves: y = W_L relu(… relu(W_1 x + b_1)) + b_L; see `figures/mlp.py` for the drawing. */

import { select, slider } from '../controls.js'
import { all, colour, paint, set, signed, speaker, walk, write } from './weights.js'

/** Take one raw input through: per layer the preactivations, and every activation from the input to the output. */
export function flow(data, raw) {
  const activations = [raw.map((value, k) => (value - data.mean[k]) / data.scale[k])]
  const preactivations = data.weights.map((weight, depth) => {
    const z = weight.map((row, i) => row.reduce((sum, w, k) => sum + w * activations[depth][k], data.biases[depth][i]))
    activations.push(depth === data.weights.length - 1 ? z : z.map(each => Math.max(0, each)))
    return z
  })
  return { preactivations, activations, probabilities: softmax(preactivations.at(-1)) }
}

const isTenth = value => Math.abs(10 * value - Math.round(10 * value)) < 1e-9

function softmax(logits) {
  const largest = Math.max(...logits)
  const powers = logits.map(z => Math.exp(z - largest))
  const total = powers.reduce((sum, each) => sum + each, 0)
  return powers.map(each => each / total)
}

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const last = data.weights.length
  const read = (value, k) => {
    const number = Number.parseFloat(value)
    return Number.isFinite(number)
      ? Math.min(data.highest[k], Math.max(data.lowest[k], number))
      : data.examples[data.shown].raw[k]
  }
  let raw = data.lowest.map((_, k) => read(state?.x?.[k], k))
  let chosen = null
  let now = flow(data, raw)

  const options = data.examples.map(({ name }, k) => ({ value: String(k), label: name }))
  const example = select(
    controls,
    {
      label: 'Example',
      options: [...options, { value: '', label: 'my own' }],
      value: state?.x ? '' : String(data.shown),
    },
    value => {
      if (value === '') return
      raw = [...data.examples[Number(value)].raw]
      sliders.forEach((each, k) => each.set(raw[k]))
      move()
    },
  )
  const sliders = data.features.map((name, k) => {
    return slider(
      controls,
      {
        label: name,
        min: data.lowest[k],
        max: data.highest[k],
        step: data.check.raw.every(each => isTenth(each[k])) ? 0.1 : 'any',
        value: raw[k],
        format: value => `${value.toFixed(1)} ${data.units[k]}`.trim(),
      },
      value => {
        raw[k] = value
        example.set('')
        move()
      },
    )
  })

  const say = speaker(controls)

  function show() {
    now = flow(data, raw)
    raw.forEach((value, k) => write(figure, `[data-raw="${k}"]`, value.toFixed(1)))
    now.activations.forEach((column, k) =>
      column.forEach((a, i) => {
        const name = `${k}-${i}`
        const z = k === 0 ? a : now.preactivations[k - 1][i]
        paint(all(figure, `[data-z="${name}"]`), z, data.largest_activation, 0.5)
        write(figure, `[data-z-text="${name}"]`, signed(z))
        write(figure, `[data-a-text="${name}"]`, signed(a, 1))
        set(all(figure, `[data-a="${name}"]`), {
          fill: colour(a),
          'fill-opacity': (0.5 * Math.min(1, Math.abs(a) / data.largest_activation)).toFixed(3),
        })
        set(all(figure, `[data-gate="${name}"]`), { opacity: z > 0 ? 0 : 1 })
      }),
    )
    const likeliest = now.probabilities.indexOf(Math.max(...now.probabilities))
    now.probabilities.forEach((p, i) => {
      write(figure, `[data-probability="${i}"]`, `${Math.round(100 * p)}%`)
      set(all(figure, `[data-class="${i}"]`), { 'font-weight': i === likeliest && !tied(now.probabilities) ? 700 : 400 })
    })
    light()
  }

  function move() {
    show()
    neurons.rename()
    changed({ x: raw.map(value => Number(value.toFixed(1))) })
  }

  function light() {
    for (const line of all(figure, '[data-synapse]')) {
      const [k, i, j] = line.dataset.synapse.split('-').map(Number)
      const carries = now.activations[k - 1][j] !== 0
      const lit = chosen === null || chosen === `${k}-${i}`
      set([line], { 'stroke-opacity': lit ? (carries ? 0.85 : 0.2) : 0.08 })
    }
    set(all(figure, '[data-ring]'), { opacity: 0 })
    set(all(figure, `[data-ring="${chosen}"]`), { opacity: 1 })
    for (const row of all(figure, '[data-row]'))
      set([row], { stroke: row.dataset.row === chosen ? 'var(--nf-accent)' : 'none' })
    const sentence = describe()
    write(figure, '[data-readout]', sentence)
    const likeliest = now.probabilities.indexOf(Math.max(...now.probabilities))
    say(
      `${verdict(now.probabilities)}, ${Math.round(100 * now.probabilities[likeliest])}%. ${chosen === null ? '' : sentence}`,
    )
  }

  // Where both gates are closed every class is as likely: that is no answer.
  function tied(probabilities) {
    return probabilities.filter(p => p === Math.max(...probabilities)).length > 1
  }

  function verdict(probabilities) {
    return tied(probabilities) ? 'undecided' : data.labels[probabilities.indexOf(Math.max(...probabilities))]
  }

  function describe() {
    if (chosen === null) return 'Point at a neuron to read its sum.'
    const [k, i] = chosen.split('-').map(Number)
    const terms = data.weights[k - 1][i].map((w, j) => `${signed(w)}·${signed(now.activations[k - 1][j])}`)
    const bias = data.biases[k - 1][i]
    if (bias) terms.push(signed(bias))
    const z = now.preactivations[k - 1][i]
    const left = terms.length > 4 ? `Sum of ${terms.length} terms` : terms.join(' + ').replaceAll('+ −', '− ')
    const sum = `${left} = ${signed(z)}`
    return k === last ? sum : `${sum} → ${z > 0 ? signed(z) : '0'}`
  }

  const nameOf = part => part.dataset.row ?? part.dataset.neuron
  const neurons = walk(figure, '[data-row], [data-neuron]:not([data-neuron^="0-"])', {
    describe: part => {
      const [k, i] = nameOf(part).split('-').map(Number)
      const name = part.dataset.row ? 'Row' : 'Neuron'
      return `${name} ${i + 1} of layer ${k}${part.dataset.row ? '' : `: ${signed(now.activations[k][i], 1)}`}`
    },
    choose: part => {
      chosen = nameOf(part)
      light()
    },
    step: (part, way) => {
      const [k, i] = nameOf(part).split('-').map(Number)
      const upright = part.closest('svg').dataset.layout === 'narrow'
      const onward = { right: [1, 0], left: [-1, 0], down: [0, 1], up: [0, -1] }[way]
      const [dk, di] = upright && part.dataset.neuron ? [onward[1], onward[0]] : onward
      const kind = part.dataset.row ? 'row' : 'neuron'
      return part.closest('svg').querySelector(`[data-${kind}="${Math.max(1, k + dk)}-${i + di}"]`)
    },
  })

  show()
  return { destroy: neurons.destroy }
}
