/** The input axis cut at breakpoints: the reader picks the half, the threshold and an interval; see `figures/input_boundary.py`. */

import { select, slider, toggle } from '../controls.js'
import { axes, listed, phrase, sign, trace } from './signs.js'
import { all, set, signed, speaker, walk } from './weights.js'

const [LABEL_STEP, LABEL_APART, LABEL_ASIDE] = [15, 13, 7]
const PICKED = 0.12

/** Cut the inputs from `low` to `high` where neurons pass 0, or the quantile of their outputs on them. */
export function cut({ weight, bias }, low, high, quantile = null) {
  const share = weight.map(w => (w > 0 ? quantile : 1 - quantile))
  const crossings = weight.map((w, k) => {
    if (w === 0) return Infinity
    return quantile === null ? -bias[k] / w : low + share[k] * (high - low)
  })
  const thresholds = weight.map((w, k) => (quantile === null ? 0 : w * (low + share[k] * (high - low)) + bias[k]))
  const inside = crossings.map(at => low < at && at < high)
  const breakpoints = [...new Set(crossings.filter((_, k) => inside[k]))].sort((a, b) => a - b)
  const ends = [low, ...breakpoints, high]
  const codes = ends.slice(1).map((end, i) => weight.map((w, k) => (w * (ends[i] + end)) / 2 + bias[k] > thresholds[k]))
  return { low, high, quantile, thresholds, crossings, inside, breakpoints, ends, codes }
}

/** Where an interval lies, its code, and which neurons are on in it, or above their quantile. */
export function sentence({ ends, codes, quantile }, interval) {
  const code = codes[interval]
  const found = code.flatMap((on, k) => (on ? [k + 1] : []))
  const state = quantile === null ? 'on' : found.length > 1 ? 'above their quantile' : 'above its quantile'
  const each = quantile === null ? 'every neuron is on' : 'every neuron is above its quantile'
  const said = !found.length ? `no neuron is ${state}` : found.length === code.length ? each : `${state}: ${listed(found)}`
  const where = `${signed(ends[interval])} to ${signed(ends[interval + 1])}`
  return `Interval ${interval + 1} of ${codes.length}, ${where}: code ${code.map(Number).join('')}, ${said}.`
}

/** Stack labels, from left to right: each on the lowest level on which nothing stands too near. */
function levels(places) {
  const last = []
  const found = []
  for (const k of places.map((_, index) => index).sort((a, b) => places[a] - places[b] || a - b)) {
    const free = last.findIndex(place => places[k] - place >= LABEL_APART)
    found[k] = free < 0 ? last.length : free
    last[found[k]] = places[k]
  }
  return found
}

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const [least, most] = data.quantiles
  const percent = Number(state?.percent ?? NaN)
  const now = {
    at: state?.at === 'quantile' ? 'quantile' : 'zero',
    percent: percent >= least && percent <= most ? percent : 100 * data.quantile,
    positive: Boolean(state?.positive),
    guides: state?.guides ?? true,
    interval: Number.isInteger(state?.interval) && state.interval >= 0 ? state.interval : data.picked,
  }
  let shown = null

  select(
    controls,
    {
      label: 'Cut where a neuron passes',
      options: [{ value: 'zero', label: 'zero' }, { value: 'quantile', label: 'its quantile' }],
      value: now.at,
    },
    at => change({ at }),
  )
  const quantile = slider(
    controls,
    { label: 'Quantile', min: least, max: most, value: now.percent, format: value => `${value}%` },
    value => change({ percent: value }),
  )
  toggle(controls, { label: 'Only inputs from 0', value: now.positive }, positive => change({ positive }))
  toggle(controls, { label: 'Lines of the neurons', value: now.guides }, guides => change({ guides }))
  const say = speaker(controls)

  function change(changes) {
    Object.assign(now, changes)
    draw()
    intervals.rename()
    changed({ ...now, interval: picked() })
  }

  const picked = () => Math.min(now.interval, shown.codes.length - 1)

  function draw() {
    const low = now.positive ? 0 : data.low
    shown = cut(data, low, data.high, now.at === 'zero' ? null : now.percent / 100)
    quantile.element.style.display = now.at === 'zero' ? 'none' : ''
    set(all(figure, '[data-guides]'), { opacity: now.guides ? 1 : 0 })
    for (const legend of all(figure, '[data-legend]')) legend.textContent = legend.dataset[now.at]
    for (const group of all(figure, '[data-axes]')) arrange(group, axes(group.dataset.axes).over(low, data.high))
    pick()
  }

  function pick() {
    const interval = picked()
    for (const band of all(figure, '[data-band]'))
      set([band], { 'fill-opacity': Number(band.dataset.band) === interval ? PICKED : 0 })
    const said = sentence(shown, interval)
    phrase(figure, '[data-sentence]', said)
    say(said)
  }

  function arrange(group, frame) {
    const [first, step] = group.dataset.rows.split(' ').map(Number)
    const { crossings, inside, ends, codes, thresholds } = shown
    const x = value => frame.x(value).toFixed(1)
    scale(group, frame)
    for (const band of all(group, '[data-band], [data-interval]')) {
      const k = Number(band.dataset.band ?? band.dataset.interval)
      const here = k < codes.length
      const [left, right] = here ? [x(ends[k]), x(ends[k + 1])] : [0, 0]
      set([band], { x: left, width: (right - left).toFixed(1), display: here ? null : 'none' })
    }
    const within = crossings.flatMap((_, k) => (inside[k] ? [k] : []))
    const aside = within.map(k => frame.x(crossings[k]) + Math.sign(data.weight[k]) * LABEL_ASIDE)
    const stacked = Object.fromEntries(levels(aside).map((level, k) => [within[k], level]))
    data.weight.forEach((weight, k) => {
      const [bias, threshold, y] = [data.bias[k], thresholds[k], first + k * step]
      all(group, `[data-neuron="${k}"]`).forEach(each => trace(each, frame.line(weight, bias, threshold)))
      const boundary = all(group, `[data-boundary="${k}"]`)
      set(boundary, {
        transform: inside[k] ? `translate(${x(crossings[k])} 0)` : 'translate(0 0)',
        display: inside[k] ? null : 'none',
      })
      boundary.forEach(each => {
        set(all(each, 'circle'), { cy: frame.y(threshold).toFixed(1) })
        set(all(each, '[data-label]'), { y: (frame.top - 17 - (stacked[k] ?? 0) * LABEL_STEP).toFixed(1) })
      })
      const [on, off] = reach(weight, k)
      set(all(group, `[data-on-row="${k}"]`), { d: `M${x(on[0])} ${y}H${x(on[1])}` })
      set(all(group, `[data-off-row="${k}"]`), { d: `M${x(off[0])} ${y}H${x(off[1])}` })
      for (const mark of all(group, `[data-sign$=" ${k}"]`)) {
        const j = Number.parseInt(mark.dataset.sign)
        set([mark], { display: j < codes.length ? null : 'none' })
        if (j < codes.length) sign([mark], codes[j][k], frame.x((ends[j] + ends[j + 1]) / 2), y)
      }
    })
  }

  /** Where a neuron is on and where it is off. */
  function reach(weight, k) {
    const { low, high, inside, crossings, codes } = shown
    if (!inside[k]) return codes[0][k] ? [[low, high], [low, low]] : [[low, low], [low, high]]
    const [below, above] = [[low, crossings[k]], [crossings[k], high]]
    return weight > 0 ? [above, below] : [below, above]
  }

  function scale(group, frame) {
    const ticks = all(group, '[data-ticks] > path')
    const numbers = all(group, '[data-ticks] > text')
    ticks.forEach((tick, k) => {
      const share = k / (ticks.length - 1)
      const value = frame.low + share * (frame.high - frame.low)
      set([tick], { d: `M${frame.x(value).toFixed(1)} ${frame.bottom}v5` })
      numbers[k].textContent = Number.isInteger(value) ? signed(value, 0) : signed(value, Number.isInteger(10 * value) ? 1 : 2)
    })
    const zero = frame.x(Math.max(frame.low, 0))
    set(all(group, '[data-positive]'), { x: zero, width: frame.right - zero })
  }

  const intervals = walk(figure, '[data-interval]', {
    describe: part => (Number(part.dataset.interval) < (shown?.codes.length ?? 0) ? sentence(shown, Number(part.dataset.interval)) : ''),
    choose: (part, meant) => {
      now.interval = Number(part.dataset.interval)
      pick()
      if (meant) changed({ ...now })
    },
    step: (part, way) => {
      const count = shown.codes.length
      const next = (Number(part.dataset.interval) + (way === 'right' || way === 'down' ? 1 : count - 1)) % count
      return part.closest('svg').querySelector(`[data-interval="${next}"]`)
    },
  })

  draw()
  intervals.rename()
  return { destroy: intervals.destroy }
}
