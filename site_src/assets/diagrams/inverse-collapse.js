/** The published objective climbed on the square: the reader goes through the steps; see `figures/collapse.py`. */

import { button, slider } from '../controls.js'
import { drawMembers, unitSquare } from './inverse-square-drawn.js'
import { all, set, signed, speaker, write } from './weights.js'

const EACH_MS = 280 // of a step that is played

const when = step => `Step ${step}`
const places = distinct => `${distinct} ${distinct === 1 ? 'place' : 'places'}`
const at = point => `(${point.map(value => signed(value)).join(', ')})`

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const last = data.steps.length - 1
  const wanted = data.steps.indexOf(state?.step)
  let now = wanted < 0 ? data.shown : wanted
  let playing = null

  const step = slider(
    controls,
    { label: 'Steps', min: 0, max: last, value: now, format: k => String(data.steps[k]) },
    k => {
      stop()
      go(k)
    },
  )
  const play = button(controls, { label: 'Play' }, () => (playing ? stop() : start()))
  const say = speaker(controls)

  function go(k) {
    now = k
    step.set(k)
    draw()
    changed({ step: data.steps[k] })
  }

  function start() {
    play.set('Stop')
    if (now === last) go(0)
    playing = setInterval(() => {
      go(now + 1)
      if (now === last) stop()
    }, EACH_MS)
  }

  function stop() {
    clearInterval(playing)
    playing = null
    play.set('Play')
  }

  function draw() {
    const [points, starts] = [data.points[now], data.points[0]]
    for (const group of all(figure, '[data-now]')) {
      const box = unitSquare(group.dataset.now)
      drawMembers(group, box, points, (point, k) => `x = ${at(point)}, from ${at(starts[k])}`)
      const ways = starts.map((_, k) => box.path(data.points.slice(0, now + 1).map(each => each[k]), false))
      set(all(group, '[data-trails]'), { d: ways.join('') })
    }
    for (const group of all(figure, '[data-curve]')) mark(group)
    write(figure, '[data-when]', when(data.steps[now]))
    write(figure, '[data-places]', places(data.distinct[now]))
    say(
      `${when(data.steps[now])}: objective ${signed(data.spread[now], 3)}, mean gap ${signed(data.fill_mean[now], 3)}, ` +
        `${places(data.distinct[now])}.`,
    )
  }

  function mark(group) {
    const [left, top, width, height, steps, most] = group.dataset.geometry.split(' ').map(Number)
    const x = left + (width * Math.log1p(data.steps[now])) / Math.log1p(steps)
    const value = data[group.dataset.curve][now]
    const y = top + height * (1 - value / most)
    set(all(group, '[data-at]'), { d: `M${x.toFixed(1)} ${top - 6}V${top + height}` })
    set(all(group, '[data-dot]'), { cx: Number(x.toFixed(1)), cy: Number(y.toFixed(1)) })
  }

  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  if (!still) for (const dot of all(figure, '[data-now] circle')) dot.style.transition = `cx ${EACH_MS}ms, cy ${EACH_MS}ms`
  draw()
  return { destroy: stop }
}
