/** Values as arrows in the plane of outputs, for an input that the reader moves, added in two ways; see `figures/direction_wise.py`. */

import { select } from '../controls.js'
import { dials, flow, index, outcome, point } from './dials.js'
import { phrase } from './signs.js'
import { all, colour, set, signed, speaker, walk, write } from './weights.js'

const PALE = 0.45 // how much is seen of the value of a silent key
const INVITATION = 'Point at a value to follow it.'

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const n = data.w_key.length
  let chosen = index(state?.key, n)
  let view = Object.hasOwn(data.views, state?.view ?? '') ? state.view : 'direction'
  const told = () => changed({ x: [...inputs.x], view, ...(chosen === null ? {} : { key: chosen }) })
  const names = { direction: 'direction by direction', neuron: 'neuron by neuron' }
  const options = Object.entries(names).map(([value, label]) => ({ value, label }))
  select(controls, { label: 'Add', options, value: view }, value => {
    view = value
    show()
    told()
  })
  const inputs = dials(figure, controls, data, state?.x, () => {
    show()
    values.rename()
    told()
  })
  let now = flow(data, inputs.x)
  const say = speaker(controls)

  function show() {
    now = flow(data, inputs.x)
    for (const plane of all(figure, '[data-plane]')) draw(plane)
    now.a.forEach((a, i) => {
      const fires = a > 0
      set(all(figure, `[data-row="${i}"]`), { opacity: fires ? 1 : 0.5 })
      write(figure, `[data-a-text="${i}"]`, fires ? signed(a) : '0')
      now.contributions.forEach((row, j) => {
        write(figure, `[data-row="${i}"] [data-adds="${j}"]`, fires ? signed(row[i]) : '–')
      })
      const boxed = view === 'direction' && fires
      set(all(figure, `[data-row="${i}"] [data-boxes]`), { opacity: boxed ? 1 : 0 })
    })
    now.y.forEach((y, j) => write(figure, `[data-y-text="${j}"]`, signed(y)))
    set(all(figure, '[data-boxes="neuron"]'), { opacity: view === 'neuron' ? 1 : 0 })
    for (const group of all(figure, '[data-of]')) set([group], { opacity: group.dataset.of === view ? 1 : data.faint })
    phrase(figure, '[data-view]', data.views[view])
    phrase(figure, '[data-outcome]', outcome(now))
    light()
  }

  function draw(plane) {
    const [x0, y0, unit, left, bottom, lane] = plane.dataset.plane.split(' ').map(Number)
    const places = now.path.map(([across, up]) => [x0 + unit * across, y0 - unit * up])
    const corners = places.filter((_, k) => k === 0 || now.a[k - 1] > 0)
    const middle = [0, 1].map(j => corners.reduce((sum, corner) => sum + corner[j], 0) / corners.length)
    now.a.forEach((a, i) => {
      const [start, end] = [places[i], places[i + 1]]
      set(all(plane, `[data-shaft="${i}"]`), { opacity: a > 0 ? 1 : PALE })
      set(all(plane, `[data-link="${i}"]`), { d: arrow(start, end) })
      const [x, y] = aside(start, end, middle)
      set(all(plane, `[data-link-text="${i}"]`), { x: x.toFixed(1), y: y.toFixed(1) })
      write(plane, `[data-link-text="${i}"]`, a > 0 ? `${signed(a)} v${'₁₂₃₄₅₆₇₈'[i]}` : '')
      lay(i, [start, end], [now.contributions[0][i], now.contributions[1][i]])
    })
    const [x, y] = places.at(-1)
    lay(n, [[x0, y0], [x, y]], now.y)
    set(all(plane, '[data-output]'), { d: arrow([x0, y0], [x, y]) })
    set(all(plane, '[data-end]'), { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` })
    for (const led of all(plane, '[data-led]')) {
      const far = Number(led.dataset.led)
      const from = `M${x.toFixed(1)} ${y.toFixed(1)}`
      set([led], { d: `${from}V${bottom + far}${from}H${left - far}` })
    }

    /** Lay the bars of one synapse of each output, or of the outputs themselves, along the axes. */
    function lay(i, [start, end], values) {
      const thick = i < n ? lane - 1 : lane + 2
      const away = 6 + i * lane
      values.forEach((value, j) => {
        const low = Math.min(start[j], end[j]).toFixed(1)
        const length = Math.abs(end[j] - start[j]).toFixed(1)
        const bar = j === 0 ? { x: low, width: length } : { y: low, height: length, x: left - away - thick }
        const rx = value < 0 ? thick / 2 : null
        set(all(plane, `[data-bar="${i} ${j}"]`), { ...bar, rx, fill: colour(value) })
      })
    }
  }

  function light() {
    const mark = (selector, other) => {
      for (const [kind, elements] of Object.entries(selector))
        for (const element of elements) set([element], { stroke: kind === 'chosen' ? 'var(--nf-accent)' : other })
    }
    for (let i = 0; i < n; i += 1) {
      const kind = i === chosen ? 'chosen' : 'other'
      mark({ [kind]: all(figure, `[data-shaft="${i}"]`) }, 'var(--nf-muted)')
      mark({ [kind]: all(figure, `[data-link="${i}"]`) }, 'var(--nf-ink)')
      mark({ [kind]: all(figure, `[data-row="${i}"] [data-plate]`) }, 'none')
    }
    const one = chosen === null ? INVITATION : about(chosen)
    write(figure, '[data-one]', one)
    say(chosen === null ? outcome(now) : `${one} ${outcome(now)}`)
  }

  function about(i) {
    const value = point(data.w_value.map(row => row[i]), 1)
    return now.a[i] > 0
      ? `${signed(now.a[i])} · ${value} = ${point(now.contributions.map(row => row[i]))}`
      : `Key ${i + 1} is silent: its value ${value} adds nothing.`
  }

  const kindOf = part => ('row' in part.dataset ? 'row' : 'arrow')
  const values = walk(figure, '[data-row], [data-arrow]', {
    describe: part => `Value ${Number(part.dataset[kindOf(part)]) + 1}: ${about(Number(part.dataset[kindOf(part)]))}`,
    choose: (part, meant) => {
      chosen = Number(part.dataset[kindOf(part)])
      light()
      if (meant) told()
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
      values.destroy()
      inputs.destroy()
    },
  }
}

/** Draw a shaft and an open head, whose size is at most a third of the shaft. */
function arrow(start, end) {
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]]
  const length = Math.hypot(dx, dy)
  if (length < 0.5) return 'M0 0'
  const head = Math.min(9, length / 3) / length
  const corner = side => [end[0] - head * (dx - side * 0.5 * dy), end[1] - head * (dy + side * 0.5 * dx)]
  const at = place => place.map(each => each.toFixed(1)).join(' ')
  return `M${at(start)}L${at(end)}M${at(corner(-1))}L${at(end)}L${at(corner(1))}`
}

/** Stand beside an arrow, on the side that looks away from `middle`. */
function aside(start, end, middle) {
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]]
  const length = Math.hypot(dx, dy) || 1
  const [x, y] = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]
  const side = (x - middle[0]) * dy - (y - middle[1]) * dx >= 0 ? 1 : -1
  return [x + (side * 30 * dy) / length, y - (side * 19 * dx) / length + 4]
}
