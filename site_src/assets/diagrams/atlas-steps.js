/** How an atlas is made, step by step: the reader goes from panel to panel; see `figures/steps.py`. */

import { button, output } from '../controls.js'
import { all } from './weights.js'

const MOVE_MS = 450
const REST = 0.25 // opacity of panels that are not looked at
const ALL = -1

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const last = data.titles.length - 1
  const whole = new Map(all(figure, 'svg[data-layout]').map(svg => [svg, svg.getAttribute('viewBox')]))
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  let now = Number.isInteger(state?.step) && state.step >= 1 && state.step <= last + 1 ? state.step - 1 : ALL
  let moving = 0

  const bar = document.createElement('div')
  bar.className = 'nf-atlas-steps'
  bar.setAttribute('role', 'group')
  bar.setAttribute('aria-label', 'Steps; arrow keys lead on and back')
  bar.style.cssText = 'display:flex;flex-wrap:wrap;gap:.35rem'
  controls.append(bar)
  const buttons = [ALL, ...data.titles.keys()].map(k => {
    const made = button(bar, { label: k === ALL ? 'All' : String(k + 1) }, () => go(k))
    if (k !== ALL) made.input.setAttribute('aria-label', `${k + 1}: ${data.titles[k]}`)
    return [k, made.input]
  })
  const say = output(controls)
  bar.addEventListener('keydown', onKey)
  for (const group of all(figure, '[data-step]')) {
    group.style.cursor = 'pointer'
    group.addEventListener('click', onClick)
  }

  function onKey(event) {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const to = event.key === 'Home' ? ALL : event.key === 'End' ? last : way && Math.min(last, Math.max(ALL, now + way))
    if (to === undefined) return
    event.preventDefault()
    go(to)
    buttons.find(([k]) => k === to)[1].focus()
  }

  function onClick(event) {
    const k = Number(event.currentTarget.dataset.step)
    go(k === now ? ALL : k)
  }

  function go(k) {
    now = k
    draw(!still)
    changed(k === ALL ? null : { step: k + 1 })
  }

  function draw(moves) {
    for (const [k, input] of buttons) {
      input.setAttribute('aria-pressed', String(k === now))
      input.style.fontWeight = k === now ? '700' : ''
    }
    say.set(now === ALL ? `${data.titles.length} steps from pictures to an atlas.` : `${now + 1}: ${data.said[now]}`)
    for (const group of all(figure, '[data-step]'))
      group.style.opacity = now === ALL || Number(group.dataset.step) === now ? '' : REST
    cancelAnimationFrame(moving)
    const ways = [...whole].map(([svg, box]) => {
      const panel = svg.querySelector(`[data-step="${now}"]`)
      return [svg, numbers(svg.getAttribute('viewBox')), numbers(panel?.dataset.view ?? box)]
    })
    if (moves) move(ways, performance.now())
    else for (const [svg, , to] of ways) svg.setAttribute('viewBox', to.join(' '))
  }

  function move(ways, began) {
    moving = requestAnimationFrame(time => {
      const share = Math.min(1, Math.max(0, (time - began) / MOVE_MS))
      const eased = share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2
      for (const [svg, from, to] of ways)
        svg.setAttribute('viewBox', from.map((value, k) => (value + eased * (to[k] - value)).toFixed(2)).join(' '))
      if (share < 1) move(ways, began)
    })
  }

  draw(false)
  return {
    destroy() {
      cancelAnimationFrame(moving)
      for (const [svg, box] of whole) svg.setAttribute('viewBox', box)
      for (const group of all(figure, '[data-step]')) {
        group.removeEventListener('click', onClick)
        group.style.opacity = group.style.cursor = ''
      }
    },
  }
}

const numbers = box => box.split(' ').map(Number)
