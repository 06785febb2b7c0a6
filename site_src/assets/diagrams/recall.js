/**
 * One fact on its way through a network: the reader picks the question, and which memories are silenced or given another
 * question's activations, one more with each step; see `figures/recall/path.py`. Every answer was computed beforehand.
 */

import { select, slider } from '../controls.js'
import { listed, phrase } from './signs.js'
import { all, colour, set, signed, speaker, walk, write } from './weights.js'

const LARGEST = 18, SMALLEST = 3, ADDED = 7, GAP = 2.5 // as in `figures/recall/marks.py`

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector('.nf-controls')
  const key = [...figure.querySelector('[data-told="key"]').children].map(line => line.textContent).join(' ').trim()
  const within = (value, size, otherwise) => (Number.isInteger(value) && value >= 0 && value < size ? value : otherwise)
  let q = within(state?.question, data.facts.length, data.shown)
  let change = ['kept', 'silenced', 'swapped'].includes(state?.change) ? state.change : 'kept'
  let other = within(state?.other, data.facts[q].others.length, 0)
  let scope = within(state?.in, data.scopes.length, data.scopes.length - 1)
  let n = null // how many are changed; null is all of the trail
  let chosen = null // the place of the memory that is spoken of

  const word = token => data.words[token]
  const question = fact => `${fact.text.slice(1).map(word).join(' ').replace(/^the /, '')} …`
  const subject = () => word(data.facts[data.facts[q].others[other]].subject)
  const trail = (kind = change) => (kind === 'silenced' ? data.facts[q].silenced[scope] : data.facts[q].swapped[other][scope])
  const steps = () => (change === 'kept' ? 0 : trail().order.length)

  const asked = select(controls, { label: 'Question', options: data.facts.map((fact, k) => ({ value: String(k), label: question(fact) })), value: String(q) }, value => {
    q = Number(value)
    other = Math.min(other, data.facts[q].others.length - 1)
    offer()
    restart()
  })
  const changes = select(controls, { label: 'Its memories are', options: ['kept'] }, value => {
    const [kind, which] = value.split(' ')
    change = kind
    if (which) other = Number(which)
    restart()
  })
  select(controls, { label: 'Where', options: data.scopes.map(({ name }, k) => ({ value: String(k), label: name })), value: String(scope) }, value => {
    scope = Number(value)
    restart()
  })
  const many = slider(controls, { label: 'How many', min: 0, max: 1, format: value => `${value} of ${steps()}` }, value => {
    n = value
    draw()
    tell()
  })
  const say = speaker(controls)

  /** List what may be done to the memories of this question. */
  function offer() {
    const others = data.facts[q].others.map((k, index) => [`swapped ${index}`, `those of “${word(data.facts[k].subject)}”`])
    changes.input.replaceChildren(...[['kept', 'as they are'], ['silenced', 'silenced'], ...others].map(([value, label]) => {
      const option = document.createElement('option')
      option.value = value
      option.textContent = label
      return option
    }))
    changes.set(change === 'swapped' ? `swapped ${other}` : change)
  }

  /** Go to the end of a trail: where the answer becomes another, if it does. */
  function restart(wanted = null) {
    n = wanted === null ? steps() : Math.min(wanted, steps())
    chosen = null
    many.input.max = Math.max(1, steps())
    many.input.disabled = !steps()
    many.set(n)
    draw()
    tell()
  }

  function tell() {
    say(`${question(data.facts[q])} ${answer().join(', ')}`)
    changed({ question: q, change, other, in: scope, n })
  }

  /** What is said at the end, and how probable it is. */
  function answer() {
    const [said, p] = n ? [spoken(trail(), n), trail().p[n]] : data.facts[q].says.at(-1)
    return [word(said), percent(p)]
  }

  function draw() {
    const fact = data.facts[q]
    const { layers } = data.scopes[scope]
    const touched = n ? Math.min(...layers) : Infinity
    fact.text.forEach((token, row) => {
      write(figure, `[data-token="${row}"]`, word(token))
      const look = token === fact.subject ? ['var(--nf-accent)', 700] : row === fact.text.length - 1 ? ['var(--nf-ink)', 700] : ['var(--nf-muted)', 400]
      set(all(figure, `[data-token="${row}"]`), { fill: look[0], 'font-weight': look[1] })
      fact.firing.forEach((counts, layer) => {
        for (const element of all(figure, `[data-fire="${layer} ${row}"]`)) element.textContent = fires(counts[row])
      })
    })
    fact.says.forEach(([said, p], k) => {
      const last = k === fact.says.length - 1
      const [name, chance] = last ? answer() : [word(said), percent(p)]
      write(figure, `[data-word="${k}"]`, name)
      write(figure, `[data-chance="${k}"]`, chance)
      set(all(figure, `[data-says="${k}"]`), { opacity: !last && k > touched ? 0.25 : 1 })
      if (last) write(figure, '[data-instead]', name === word(fact.answer) ? '' : `not ${word(fact.answer)}`)
    })
    fact.writes.forEach((memories, layer) => {
      write(figure, `[data-fires="${layer}"]`, fires(memories.length))
      const moved = changedIn(layer)
      const told = moved ? `${moved} ${change}` : layer > touched ? '' : `write ${plus(fact.layers[layer])}`
      write(figure, `[data-writes="${layer}"]`, told)
      for (const plate of all(figure, `[data-plate="${layer}"]`)) lay(plate, layer)
    })
    speak()
    marks.rename()
    for (const svg of all(figure, '.nf-diagram svg'))
      if (!svg.querySelector('[data-mark][tabindex="0"]:not([display])')) set([svg.querySelector('[data-mark]')], { tabindex: 0 })
  }

  const changedIn = layer => (n ? trail().order.slice(0, n).filter(place => layerOf(place) === layer).length : 0)
  const layerOf = place => Math.floor(place / data.n_memories)

  /** The memories of a layer that have a mark: what fires, and what is swapped in. */
  function shownIn(layer) {
    const own = data.facts[q].writes[layer]
    if (change !== 'swapped' || !n) return own
    const fires = new Set(own.map(([place]) => place))
    const added = trail().order.slice(0, n).filter(place => layerOf(place) === layer && !fires.has(place))
    return [...own, ...added.map(place => [place, null])]
  }

  function lay(plate, layer) {
    const [left, top, width] = plate.dataset.place.split(' ').map(Number)
    const memories = shownIn(layer)
    const sides = memories.map(([, writes]) => (writes === null ? ADDED : side(writes, data.largest)))
    const centres = flow(sides, left, top, width)
    const moved = new Set(n ? trail().order.slice(0, n) : [])
    ;[...plate.children].forEach((mark, k) => {
      if (k >= memories.length) return set([mark], { display: 'none' })
      const [place, writes] = memories[k]
      const [x, y] = centres[k]
      mark.dataset.memory = place
      set([mark], { display: null, ...look(writes, sides[k], x, y, moved.has(place)), ...(place === spokenOf() && { stroke: 'var(--nf-ink)', 'stroke-dasharray': null }) })
    })
  }

  /** A square, a disc, hollow when silenced, a diamond when swapped. */
  function look(writes, s, x, y, moved) {
    const swapped = moved && change === 'swapped'
    const size = swapped ? Math.max(ADDED, s) * 0.8 : s
    return {
      x: x - size / 2, y: y - size / 2, width: size, height: size,
      rx: writes < 0 && !swapped ? size / 2 : 0,
      fill: swapped ? 'var(--nf-accent)' : moved ? 'var(--nf-paper)' : colour(writes),
      stroke: moved && !swapped ? 'var(--nf-muted)' : 'none',
      'stroke-dasharray': moved && !swapped ? '2 1.5' : null,
      transform: swapped ? `rotate(45 ${x} ${y})` : null,
    }
  }

  const spokenOf = () => chosen ?? data.facts[q].strongest

  function speak() {
    phrase(figure, '[data-told="memory"]', memory(spokenOf()))
    phrase(figure, '[data-told="silence"]', silence())
    phrase(figure, '[data-told="swap"]', swap())
    phrase(figure, '[data-told="key"]', !n ? key : change === 'silenced' ? 'Hollow marks are memories that are silenced.' : `Diamonds are memories that are given the activations of “${subject()}”.`)
  }

  function memory(place) {
    const fact = data.facts[q]
    const writes = fact.writes.flat().find(([each]) => each === place)?.[1]
    const name = `Memory ${(place % data.n_memories) + 1} of layer ${layerOf(place) + 1}`
    const promoted = data.promoted[place].map(token => `“${word(token)}”`)
    const promotes = `Its value promotes ${listed(promoted)}.`
    if (writes === undefined) return `${name} fires for “${subject()}” only. ${promotes}`
    const others = fact.direction ? 'countries' : 'cities'
    const most = place === fact.strongest ? 'writes most' : 'writes'
    return `${name} ${most}: ${plus(writes)} of the ${fact.margin.toFixed(2)} logits by which “${word(fact.answer)}” leads the other ${others}. ${promotes}`
  }

  function silence() {
    const fact = data.facts[q]
    const found = trail('silenced')
    const count = fact.writes.reduce((sum, layer) => sum + layer.length, 0)
    const one = `Silenced alone, ${fact.alone || 'none'} of the ${count} would change the answer`
    return found.reached
      ? `${one}; together ${found.order.length} in ${data.scopes[scope].name} would: ${ending(found)}.`
      : `${one}; together all ${found.order.length} in ${data.scopes[scope].name} would not: ${ending(found)}.`
  }

  function swap() {
    const found = trail('swapped')
    const begin = `With the activations of “${subject()}”,`
    return found.reached
      ? `${begin} ${found.order.length} in ${data.scopes[scope].name} are enough: ${ending(found)}.`
      : `${begin} all ${found.order.length} in ${data.scopes[scope].name} are not enough: ${ending(found)}.`
  }

  const ending = found => `“${word(spoken(found, found.order.length))}” (${percent(found.p.at(-1))})`

  offer()
  const marks = walk(figure, '[data-mark]', {
    describe: mark => (mark.dataset.memory === undefined ? '' : memory(Number(mark.dataset.memory))),
    choose: mark => {
      if (chosen === Number(mark.dataset.memory)) return
      chosen = Number(mark.dataset.memory)
      data.facts[q].writes.forEach((_, layer) => all(figure, `[data-plate="${layer}"]`).forEach(plate => lay(plate, layer)))
      phrase(figure, '[data-told="memory"]', memory(chosen))
    },
    step,
  })
  restart(Number.isInteger(state?.n) && state.n >= 0 ? state.n : null)

  return { destroy: () => marks.destroy() }
}

/** Where an arrow key leads: to the next mark, or to the nearest in the line above or below. */
function step(mark, way) {
  const visible = [...mark.closest('svg').querySelectorAll('[data-mark]')].filter(each => each.getAttribute('display') !== 'none')
  if (way === 'left' || way === 'right') return visible[visible.indexOf(mark) + (way === 'left' ? -1 : 1)] ?? null
  const [x, y] = centre(mark)
  const beyond = visible
    .map(each => [each, ...centre(each)])
    .filter(([, , at]) => (way === 'up' ? at < y - 1 : at > y + 1))
    .sort((a, b) => Math.hypot(a[1] - x, 3 * (a[2] - y)) - Math.hypot(b[1] - x, 3 * (b[2] - y)))
  return beyond[0]?.[0] ?? null
}

function centre(mark) {
  const { x, y, width, height } = mark
  return [x.baseVal.value + width.baseVal.value / 2, y.baseVal.value + height.baseVal.value / 2]
}

/** Set marks in lines, each as high as its largest. */
function flow(sides, left, top, width) {
  const lines = [[]]
  for (const each of sides) {
    const line = lines.at(-1)
    if (line.length && line.reduce((sum, side) => sum + side, each) + GAP * line.length > width) lines.push([])
    lines.at(-1).push(each)
  }
  const centres = []
  let y = top
  for (const line of lines) {
    const height = Math.max(0, ...line)
    let x = left
    for (const each of line) {
      centres.push([x + each / 2, y + height / 2])
      x += each + GAP
    }
    y += height + GAP
  }
  return centres
}

const side = (writes, largest) => SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.abs(writes) / largest)

/** The word that a trail has come to after n memories. */
const spoken = (found, n) => found.said.findLast(([from]) => from <= n)[1]

const percent = p => (p >= 1000 ? '> 99.9%' : p >= 990 ? `${(p / 10).toFixed(1)}%` : `${Math.round(p / 10)}%`)
const plus = value => (value > 0 ? '+' : '') + signed(value)
const fires = n => (n === 1 ? '1 fires' : `${n} fire`)
