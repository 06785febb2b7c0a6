/** Regions of one layer: the reader picks two, A and B, and reads what changes between; see `figures/regions.py`. */

import { floor } from './floor.js'
import { counted, draggable, made, phrase, pointed, sign } from './signs.js'
import { all, set, speaker, write } from './weights.js'

const INVITATION = 'Point at a region to read its code.'
const NAMES = ['A', 'B']
const COLOURS = ['var(--nf-1)', 'var(--nf-2)']
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const MARK_APART = 21
const SIDEWAYS = 0.4 // the least share of a step that goes the way the arrow points

/** The neurons that change on the straight way between two regions' centres, in order, and where. */
export function route({ weight, bias, codes, centres }, first, second) {
  const output = (k, [x, y]) => weight[k][0] * x + weight[k][1] * y + bias[k]
  const changing = bias.flatMap((_, k) => (codes[first][k] === codes[second][k] ? [] : [k]))
  return changing
    .map(neuron => {
      const [start, stop] = [output(neuron, centres[first]), output(neuron, centres[second])]
      return { neuron, share: start / (start - stop), on: codes[second][neuron] === '1' }
    })
    .sort((a, b) => a.share - b.share)
}

/** What changes on the way from A to B, in words. */
export function sentence(n, steps) {
  if (!steps.length) return 'A and B are the same region: no neuron changes sign.'
  const turns = steps.map(({ neuron, on }, k) => `${neuron + 1}${k ? '' : ' turns'} ${on ? 'on' : 'off'}`)
  const kept = n - steps.length
  const rest = kept > 1 ? `the other ${counted(kept) ?? kept} keep` : kept ? 'the other one keeps' : 'none keeps'
  return `From A to B neuron ${turns.join(', then ')}; ${rest} ${kept > 1 ? 'their' : 'its'} sign.`
}

/** Put marks beside the way where they would cover one another: on it, left of it (1) or right of it (-1). */
export function levels(places) {
  const last = [0, 1, -1].map(side => ({ side, place: -Infinity }))
  return places.map(place => {
    const free = last.find(each => place - each.place >= MARK_APART) ?? last[0]
    free.place = place
    return free.side
  })
}

export function described(code) {
  const found = [...code].flatMap((bit, k) => (bit === '1' ? [k + 1] : []))
  if (!found.length) return `Code ${code}, no neuron is on.`
  return found.length === code.length ? `Code ${code}, every neuron is on.` : `Code ${code}, on: ${found.join(', ')}.`
}

/** The region that holds an input. */
export function regionAt({ weight, bias, codes }, [x, y]) {
  const code = bias.map((b, k) => (weight[k][0] * x + weight[k][1] * y + b > 0 ? '1' : '0')).join('')
  return codes.indexOf(code)
}

export function mount(figure, data, state, changed) {
  const { codes, centres, corners, neighbours } = data
  const known = region => Number.isInteger(region) && region in codes
  const picked = ['a', 'b'].map((name, k) => (known(state?.[name]) ? state[name] : data.picked[k]))
  const groups = all(figure, '[data-floor]').map(group => [group, floor(group.dataset.floor)])
  const say = speaker(figure.querySelector('.nf-controls'))
  let one = null

  function pick(k, region) {
    if (picked[k] === region) return
    picked[k] = region
    one = null
    draw()
    changed({ a: picked[0], b: picked[1] })
  }

  function draw() {
    const steps = route(data, ...picked)
    for (const [group, box] of groups) {
      picked.forEach((region, k) => {
        set(all(group, `[data-pick="${k}"], [data-ground="${k}"]`), { d: `${box.path(corners[region])}Z` })
        const [x, y] = box.place(centres[region]).map(value => value.toFixed(1))
        set(all(group, `[data-badge="${k}"]`), { transform: `translate(${x} ${y})` })
      })
      for (const glyph of all(group, '[data-glyph]'))
        set([glyph], { display: picked.includes(Number(glyph.dataset.glyph)) ? 'none' : null })
      for (const way of all(group, '[data-way]')) way.replaceChildren(...walked(box, steps))
    }
    const changing = steps.map(({ neuron }) => neuron)
    data.bias.forEach((_, neuron) => {
      set(all(figure, `[data-changed="${neuron}"]`), { opacity: changing.includes(neuron) ? 1 : 0 })
      picked.forEach((region, k) => sign(all(figure, `[data-sign="${k} ${neuron}"]`), codes[region][neuron] === '1'))
    })
    for (const cell of all(figure, '[data-cell]')) {
      const k = picked.indexOf(Number(cell.dataset.cell))
      set([cell], { fill: k < 0 ? 'var(--nf-muted)' : COLOURS[k] })
    }
    const said = sentence(data.bias.length, steps)
    phrase(figure, '[data-sentence]', said)
    say(said)
    for (const badge of badges) set([badge], { 'aria-label': name(Number(badge.dataset.badge)) })
    point(one)
  }

  const name = k => `Region ${NAMES[k]}: ${described(codes[picked[k]])} Arrow keys move it to a neighbouring region.`

  function walked(box, steps) {
    const [start, stop] = picked.map(region => box.place(centres[region]))
    const d = `M${[start, stop].map(place => place.map(value => value.toFixed(1)).join(' ')).join('L')}`
    const along = start.map((from, axis) => stop[axis] - from)
    const length = Math.hypot(...along) || 1
    const aside = [along[1], -along[0]].map(value => (MARK_APART * value) / length)
    const beside = levels(steps.map(({ share }) => share * length))
    const crossings = steps.map(({ neuron, share, on }, k) => {
      const at = start.map((from, axis) => from + share * along[axis])
      const [x, y] = at.map((value, axis) => Number((value + beside[k] * aside[axis]).toFixed(1)))
      const leader = `M${at.map(value => value.toFixed(1)).join(' ')}L${x} ${y}`
      const mark = made('rect', { width: 19, height: 19, stroke: 'var(--nf-paper)', 'stroke-width': 1.5 })
      set([mark], { x: x - 9.5, y: y - 9.5, rx: on ? 1 : 9.5, fill: on ? 'var(--nf-positive)' : 'var(--nf-negative)' })
      const letters = { x, y: y + 4.3, 'font-size': 12, 'font-weight': 700, 'text-anchor': 'middle', fill: 'var(--nf-paper)' }
      return made(
        'g',
        {},
        made('path', { d: leader, stroke: 'var(--nf-ink)', 'stroke-width': 1.5 }),
        mark,
        made('text', letters, String(neuron + 1)),
      )
    })
    return [
      made('path', { d, stroke: 'var(--nf-paper)', 'stroke-width': 6, 'stroke-opacity': 0.8 }),
      made('path', { d, stroke: 'var(--nf-ink)', 'stroke-width': 2.2 }),
      ...crossings,
    ]
  }

  /** Outline a region and its cell, and say its code. */
  function point(region) {
    one = region
    for (const [group, box] of groups)
      set(all(group, '[data-pointed]'), { d: region === null ? 'M0 0' : `${box.path(corners[region])}Z` })
    for (const cell of all(figure, '[data-cell]'))
      set([cell], { stroke: Number(cell.dataset.cell) === region ? 'var(--nf-accent)' : null, 'stroke-width': 2.5 })
    write(figure, '[data-one]', region === null ? INVITATION : described(codes[region]))
  }

  const under = event => {
    const group = figure.querySelector(`svg[data-layout="${event.currentTarget.closest('svg').dataset.layout}"] [data-floor]`)
    return [group, floor(group.dataset.floor)]
  }
  const tiles = all(figure, '[data-region], [data-cell]')
  const badges = all(figure, '[data-badge]')
  const over = event => {
    const { region, cell } = event.currentTarget.dataset
    point(Number(region ?? cell))
  }
  const rest = () => point(null)
  const stage = figure.querySelector('.nf-stage') ?? figure
  stage.addEventListener('pointerleave', rest)
  for (const tile of tiles) tile.addEventListener('pointerover', over)

  const letGo = draggable(
    [...all(figure, '[data-region]'), ...badges],
    event => {
      const { badge } = event.currentTarget.dataset
      if (badge) return { k: Number(badge) }
      const [group, box] = under(event)
      const [x, y] = pointed(group, event)
      const away = picked.map(region => {
        const [u, v] = box.place(centres[region])
        return Math.hypot(x - u, y - v)
      })
      return { k: away[0] < away[1] ? 0 : 1 }
    },
    ({ k }, event) => {
      const [group, box] = under(event)
      const region = regionAt(data, box.input(pointed(group, event)))
      if (region >= 0) pick(k, region)
    },
  )

  const press = event => {
    const way = WAYS[event.key]
    if (!way) return
    event.preventDefault()
    const k = Number(event.currentTarget.dataset.badge)
    const next = neighbour(groups[0][1], picked[k], way)
    if (next !== null) pick(k, next)
  }

  /** The neighbouring region that lies most nearly in a direction of the picture. */
  function neighbour(box, region, way) {
    const [x, y] = box.place(centres[region])
    const straight = neighbours[region].map(other => {
      const [u, v] = box.place(centres[other])
      return { other, along: ((u - x) * way[0] + (v - y) * way[1]) / Math.hypot(u - x, v - y) }
    })
    const best = straight.reduce((a, b) => (b.along > a.along ? b : a), { other: null, along: SIDEWAYS })
    return best.other
  }

  for (const badge of badges) {
    set([badge], { tabindex: '0', role: 'button' })
    badge.style.cursor = 'grab'
    badge.style.touchAction = 'none'
    badge.addEventListener('keydown', press)
  }
  draw()
  return {
    destroy() {
      letGo()
      stage.removeEventListener('pointerleave', rest)
      for (const tile of tiles) tile.removeEventListener('pointerover', over)
      for (const badge of badges) {
        badge.removeEventListener('keydown', press)
        set([badge], { tabindex: null, role: null, 'aria-label': null })
      }
    },
  }
}
