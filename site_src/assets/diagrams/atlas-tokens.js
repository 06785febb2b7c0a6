/**
 * The token atlas, live: a reader points at a cluster and sees its tokens, what follows and its contexts, looks a token up,
 * or compares the layer with the table of tokens. `figures/tokens.py` writes the data, `figures/tokens_drawn.py` the still,
 * whose map stays; the list below it gives way to what is said of one cluster.
 */

import { select } from '../controls.js'
import { html } from './memories-drawn.js'
import { alone, fired, percent, visible } from './memories-said.js'
import { all, set, signed, speaker, walk } from './weights.js'

const SVG = 'http://www.w3.org/2000/svg'
const REACH = 22 // pixels from a point at which it is still meant
const AHEAD = { right: [1, 0], left: [-1, 0], down: [0, 1], up: [0, -1] }
const DIM = '0.16'

export function mount(figure, data, state, changed) {
  const { maps } = data
  let shown = Math.max(0, maps.findIndex(({ path }) => path === state?.layer))
  let kept = clamp(Number(state?.cluster ?? 1) - 1)
  let query = state?.token ?? ''
  let walking
  const controls = html('div', 'nf-controls')
  if (maps.length > 1) {
    const called = ({ path, by_token }) => (by_token ? `${path}, no context` : path)
    const options = maps.map((map, k) => ({ value: String(k), label: called(map) }))
    select(controls, { label: 'Layer', options, value: String(shown) }, value => {
      turn(Number(value))
      tell()
    })
  }
  const numbered = () => maps[shown].clusters.map(({ name }, k) => ({ value: String(k), label: `${k + 1}  ${name}` }))
  const chooser = select(controls, { label: 'Cluster', options: [] }, value => choose(Number(value), true))
  const search = searched(controls, data, query, text => {
    query = text
    find()
    tell()
  })
  const panel = html('div', 'nf-memory')
  const found = html('p', 'nf-rest')
  const before = html('div', 'nf-memories nf-live', controls, found)
  const after = html('div', 'nf-memories nf-live', panel)
  const say = speaker(after)
  const stage = figure.querySelector('.nf-stage')
  stage.before(before)
  stage.after(after)
  const drawings = all(stage, 'svg[data-map-height]')
  const still = drawings.map(drawing => drawing.getAttribute('viewBox'))

  function clamp(cluster) {
    return Math.min(maps[shown].clusters.length - 1, Math.max(0, Number.isInteger(cluster) ? cluster : 0))
  }

  /** Show another map. */
  function turn(index) {
    shown = index
    kept = 0
    walking?.destroy()
    for (const drawing of drawings)
      for (const map of all(drawing, '[data-map]'))
        set([map], { display: Number(map.dataset.map) === shown ? null : 'none' })
    chooser.input.replaceChildren(...numbered().map(({ value, label }) => {
      const option = html('option', '', label)
      option.value = value
      return option
    }))
    walking = walk(figure, `[data-map="${shown}"] [data-cluster]`, {
      describe: part => `cluster ${Number(part.dataset.cluster) + 1}: ${maps[shown].clusters[part.dataset.cluster].name}`,
      choose: (part, meant) => choose(Number(part.dataset.cluster), meant),
      step: (part, way) => neighbour(part, AHEAD[way]),
    })
    find()
    choose(kept, false)
  }

  /** Look at one cluster: until another is pointed at, or for good. */
  function choose(cluster, meant) {
    light(cluster)
    if (meant) kept = cluster
    chooser.set(String(cluster))
    describe(maps[shown].clusters[cluster], cluster)
    if (!meant) return
    tell()
    say(`cluster ${cluster + 1}, ${maps[shown].clusters[cluster].name}, ${maps[shown].clusters[cluster].n} positions`)
  }

  function tell() {
    changed({ layer: maps[shown].path, cluster: kept + 1, ...(query && { token: query }) })
  }

  function light(cluster) {
    const quiet = query ? DIM : '0.3'
    set(all(stage, `[data-map="${shown}"] [data-dots]`), { 'stroke-opacity': quiet })
    set(all(stage, `[data-map="${shown}"] [data-dots="${cluster}"]`), { 'stroke-opacity': query ? '0.3' : '0.95' })
    set(all(stage, '[data-cluster]'), { stroke: 'var(--nf-paper)', 'stroke-width': 4 })
    const chosen = all(stage, `[data-map="${shown}"] [data-cluster="${cluster}"]`)
    set(chosen, { stroke: 'var(--nf-highlight)', 'stroke-width': 8 })
  }

  /** Light the points of the token that is looked up, with a ring around each. */
  function find() {
    const map = maps[shown]
    const wanted = matching(data.tokens, query)
    const marks = map.token.flatMap((token, k) => (wanted.has(token) ? [k] : []))
    for (const group of all(stage, '[data-found]')) {
      const holder = group.parentNode
      const d = marks.map(k => `M${at(holder, map.x[k], 'width')} ${at(holder, map.y[k], 'height')}h.01`).join('')
      const seen = Number(holder.dataset.map) === shown && d
      const round = { d, fill: 'none', 'stroke-linecap': 'round' }
      const dots = (stroke, width) => svg('path', { ...round, stroke, 'stroke-width': width })
      group.replaceChildren(...(seen ? [dots('var(--nf-ink)', 8), dots('var(--nf-highlight)', 5)] : []))
    }
    const n = map.count ? marks.reduce((sum, k) => sum + map.count[k], 0) : marks.length
    const clusters = new Set(marks.map(k => map.cluster[k])).size
    const named = [...wanted].slice(0, 4).map(token => `“${alone(data.tokens[token])}”`).join(', ')
    const none = `No position on the map reads “${query}”.`
    const many = clusters === 1 ? 'cluster' : 'clusters'
    const where = `${n.toLocaleString('en')} positions read ${named}, in ${clusters} ${many}.`
    found.textContent = query ? (n ? where : none) : map.said
    light(kept)
  }

  /** Where on a drawn map something lies, in the drawing's pixels. */
  const at = ({ dataset }, value, side) =>
    Math.round((Number(dataset.pad) + (value / data.lattice) * (dataset[side] - 2 * dataset.pad)) * 10) / 10

  function describe(cluster, index) {
    const number = html('strong', '', String(index + 1))
    number.style.color = `var(--nf-${cluster.colour})`
    const heading = html('p', 'nf-part nf-which', number, html('strong', '', cluster.name),
      html('span', 'nf-rest', `${cluster.n.toLocaleString('en')} positions`))
    const lists = html('div', '',
      listed(data, 'Tokens read', 'share of the cluster, and how many times its share of all', cluster.read, lifted),
      listed(data, 'Tokens that follow', 'in the text, likewise', cluster.following, lifted),
      listed(data, 'Predicted next', 'mean probability', cluster.predicted, ([, chance]) => percent(chance)))
    lists.style.cssText = 'display:grid;gap:.6rem 1.6rem;margin:.5rem 0 .9rem'
    lists.style.gridTemplateColumns = 'repeat(auto-fit, minmax(min(100%, 11rem), 1fr))'
    const contexts = html('ol', 'nf-texts', ...cluster.contexts.map(context => row(data, context)))
    const words = 'Nearest to its mean: the position marked, what follows it, and what the network thinks likeliest'
    panel.replaceChildren(heading, lists, html('p', 'nf-small', words), contexts)
    hold()
  }

  /** Keep the height of the tallest so far, as long as the width stays: what is below does not move. */
  function hold() {
    const held = panel.dataset.width === String(panel.clientWidth) ? panel.clientHeight : 0
    panel.dataset.width = panel.clientWidth
    panel.style.minHeight = ''
    panel.style.minHeight = `${Math.max(held, panel.clientHeight)}px`
  }

  /** The name that lies nearest that way. */
  function neighbour(part, [across, down]) {
    const [x, y] = middle(part)
    const others = all(part.closest('[data-map]'), '[data-cluster]').filter(other => other !== part)
    const far = other => {
      const [a, b] = middle(other)
      const along = (a - x) * across + (b - y) * down
      return along > 1 ? along + 2 * Math.abs((a - x) * down + (b - y) * across) : Infinity
    }
    const best = others.reduce((one, other) => (far(other) < far(one) ? other : one), others[0])
    return best && far(best) < Infinity ? best : null
  }

  /** The cluster of the point nearest to the pointer, or null. */
  function under(event) {
    const group = event.target.closest?.('[data-map]')
    if (!group) return null
    const box = group.querySelector('rect').getBoundingClientRect()
    const map = maps[shown]
    const scale = box.width / group.dataset.width
    let best = REACH ** 2
    let cluster = null
    map.x.forEach((x, k) => {
      const across = at(group, x, 'width') * scale + box.left - event.clientX
      const down = at(group, map.y[k], 'height') * scale + box.top - event.clientY
      if (across ** 2 + down ** 2 < best) [best, cluster] = [across ** 2 + down ** 2, map.cluster[k]]
    })
    return cluster
  }

  const point = event => {
    if (event.target.closest?.('[data-cluster]')) return
    const cluster = under(event)
    if (cluster !== null) choose(cluster, event.type === 'pointerdown')
  }
  const leave = () => choose(kept, false)
  const shorten = live => {
    for (const [k, drawing] of drawings.entries()) {
      const [, , width] = still[k].split(' ')
      set([drawing], { viewBox: live ? `0 0 ${width} ${drawing.dataset.mapHeight}` : still[k] })
      set(all(drawing, '[data-list]'), { display: live ? 'none' : null })
    }
  }
  const [print, screen] = [() => shorten(false), () => shorten(true)]
  stage.addEventListener('pointermove', point)
  stage.addEventListener('pointerdown', point)
  stage.addEventListener('pointerleave', leave)
  window.addEventListener('beforeprint', print)
  window.addEventListener('afterprint', screen)
  screen()
  const first = kept
  turn(shown)
  kept = first
  choose(kept, false)

  return {
    destroy() {
      walking.destroy()
      search.remove()
      before.remove()
      after.remove()
      print()
      set(all(stage, '[data-dots]'), { 'stroke-opacity': null })
      for (const group of all(stage, '[data-found]')) group.replaceChildren()
      stage.removeEventListener('pointermove', point)
      stage.removeEventListener('pointerdown', point)
      stage.removeEventListener('pointerleave', leave)
      window.removeEventListener('beforeprint', print)
      window.removeEventListener('afterprint', screen)
    },
  }
}

/** Where the middle of a name is, in pixels of the page. */
function middle(part) {
  const { left, top, width, height } = part.getBoundingClientRect()
  return [left + width / 2, top + height / 2]
}

const lifted = ([, share, lift]) => `${percent(share)}, ×${signed(lift, lift < 10 ? 1 : 0)}`

/** Which tokens a reader means: those that say it, whatever the spaces around and the case; else those that begin so. */
function matching(tokens, query) {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return new Set()
  const plain = tokens.map(token => token.trim().toLowerCase())
  const those = test => plain.flatMap((token, k) => (test(token) ? [k] : []))
  const exact = those(token => token === wanted)
  return new Set(exact.length ? exact : those(token => token.startsWith(wanted)))
}

/** A field for a token to look up. */
function searched(container, data, value, onInput) {
  const input = html('input')
  Object.assign(input, { type: 'search', value, autocomplete: 'off', spellcheck: false })
  const name = html('span', 'nf-label', 'Find a token')
  const label = html('label', 'nf-control nf-search', name, input)
  input.addEventListener('input', () => onInput(input.value))
  container.append(label)
  return label
}

function listed(data, title, rest, rows, number) {
  const items = rows.map(row => {
    const token = html('span', 'nf-token', html('bdi', '', alone(data.tokens[row[0]])))
    token.style.cssText = 'font-family:var(--nf-mono);overflow:hidden;text-overflow:ellipsis;white-space:pre'
    const item = html('li', '', token, html('span', 'nf-number-of', number(row)))
    item.style.cssText = 'display:flex;justify-content:space-between;gap:.6rem;align-items:baseline'
    return item
  })
  return html('section', '', html('p', '', html('strong', '', title)), html('p', 'nf-small', rest), html('ol', '', ...items))
}

/** One context: the position marked where all of them meet, what follows, and what was thought likeliest. */
function row(data, { text, following, predicted }) {
  const gap = data.tokens.some(token => token.includes(' ')) ? '' : ' '
  const words = text.map(token => data.tokens[token])
  const read = html('mark', '', html('bdi', '', fired(words.at(-1))))
  const before = words.slice(0, -1).flatMap(token => [html('bdi', '', visible(token)), gap])
  const likeliest = predicted[0][0] === following ? 'nf-follows nf-agrees' : 'nf-follows'
  const after = html('span', 'nf-after', read, html('span', likeliest, html('bdi', '', alone(data.tokens[following]))))
  const whole = html('span', 'nf-text', html('span', 'nf-before', html('span', '', ...before)), after)
  whole.title = words.map(visible).join(gap)
  const said = predicted.map(([token, chance]) => `${alone(data.tokens[token])} ${percent(chance)}`)
    .join('   ')
  const told = html('span', 'nf-number-of', said)
  whole.style.flex = '3 1 21rem'
  told.style.cssText = 'flex:2 1 11rem;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:pre;text-align:left'
  const item = html('li', '', whole, told)
  item.style.cssText = 'display:flex;flex-wrap:wrap'
  return item
}

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag)
  set([element], attributes)
  return element
}
