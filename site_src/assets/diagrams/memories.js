/**
 * The memory browser: a list of memories, the clearest first, that a reader walks through or searches by token, and
 * beside it the one that is picked. What a memory looks like is fetched when it is picked; see `figures/browser.py`.
 */

import { select, toggle } from '../controls.js'
import { html, key, value, without } from './memories-drawn.js'
import { counted, find, index, list, shortly } from './memories-found.js'
import { speaker } from './weights.js'

export async function mount(figure, data, state, changed) {
  const look = fetcher(figure.querySelector('a.nf-json').href.replace(/\.json$/, ''), data)
  const entries = index(data)
  let norm = Boolean(state?.norm)
  let listed = []
  let picked = entries.find(({ layer, number }) => layer === state?.layer - 1 && number === state?.memory) ?? entries[0]

  const finder = html('div', 'nf-controls')
  const query = searchField(finder, `${figure.id}-search`, data.has_head ? 'Fired by, or promoting' : 'Fired by')
  query.value = typeof state?.search === 'string' ? state.search : ''
  query.addEventListener('input', search)
  const named = data.layers.map(({ path }, k) => ({ value: String(k + 1), label: `${k + 1}: ${path}` }))
  const options = [{ value: 'all', label: 'all layers' }, ...named]
  const only = data.layers[state?.only - 1] ? String(state.only) : 'all'
  const layers = select(finder, { label: 'Layers', options, value: only }, search)
  const about = html('p', 'nf-small')
  const found = list(data, `${figure.id}-memory`, { pick: entry => pick(entry), step })
  const title = html('p', 'nf-part nf-which')
  const back = turn('‹', 'previous memory', -1)
  const on = turn('›', 'next memory', 1)
  const head = html('div', 'nf-head', title, html('span', 'nf-walk', back, on))
  const shown = html('div', 'nf-memory')
  const left = html('div', 'nf-found', about, found.element)
  const right = html('div', 'nf-right', head, shown)
  const live = html('div', 'nf-memories nf-live', finder, html('div', 'nf-pair', left, right))
  const say = speaker(live)

  query.addEventListener('keydown', event => {
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    found.element.focus()
  })

  function turn(label, name, by) {
    const button = html('button', '', label)
    Object.assign(button, { type: 'button', title: name, ariaLabel: name })
    button.addEventListener('click', () => step(listed.indexOf(picked) + by))
    return button
  }

  function step(to) {
    if (listed.length) pick(listed[Math.min(listed.length - 1, Math.max(0, to))])
  }

  /** List what the reader asks for, and pick its first where what was picked is not among it. */
  function search() {
    const groups = find(data, entries, query.value, layers.value).filter(group => group.entries.length)
    listed = groups.flatMap(group => group.entries)
    about.textContent = counted(data, listed.length, query.value.trim())
    found.fill(groups)
    if (listed.length && !listed.includes(picked)) pick(listed[0])
    else {
      mark()
      tell()
    }
  }

  /** Show in the list, and by the arrows, which memory is picked. */
  function mark() {
    const at = listed.indexOf(picked)
    found.mark(at)
    back.ariaDisabled = String(at <= 0)
    on.ariaDisabled = String(at === listed.length - 1)
  }

  async function pick(entry) {
    picked = entry
    mark()
    tell()
    shown.ariaBusy = 'true'
    const memory = await look(entry).catch(error => error)
    if (picked !== entry) return
    shown.ariaBusy = 'false'
    if (!(memory instanceof Error)) return draw(memory)
    shown.replaceChildren(html('p', '', `This memory could not be fetched: ${memory.message}.`))
  }

  function draw(memory) {
    const path = html('span', 'nf-rest', data.layers[picked.layer].path)
    title.replaceChildren(html('strong', '', `Layer ${picked.layer + 1}, memory ${picked.number}`), ' ', path)
    const written = value(data, memory, norm, live.clientWidth || figure.clientWidth)
    shown.replaceChildren(key(data, memory), written, data.has_head ? without(data, memory) : '')
    if (data.has_head) {
      toggle(written.querySelector('.nf-small'), { label: 'through the final norm', value: norm }, checked => {
        norm = checked
        draw(memory)
        shown.querySelector('.nf-toggle input').focus()
        tell()
      })
    }
    hold()
  }

  /** Keep the height of the tallest memory so far, as long as the width stays: walking on moves nothing below. */
  function hold() {
    const held = shown.dataset.width === String(shown.clientWidth) ? shown.clientHeight : 0
    shown.dataset.width = shown.clientWidth
    shown.style.minHeight = ''
    shown.style.minHeight = `${Math.max(held, shown.clientHeight)}px`
  }

  function tell() {
    if (!live.isConnected) return
    const kept = { layer: picked.layer + 1, memory: picked.number }
    if (query.value.trim()) kept.search = query.value
    if (layers.value !== 'all') kept.only = Number(layers.value)
    if (norm) kept.norm = true
    changed(kept)
    say(shortly(data, picked))
  }

  search()
  await pick(picked)
  figure.querySelector('.nf-stage').append(live)
  hold()
  mark()
  return { destroy: () => live.remove() }
}

/** Take one memory out of the part of its layer that holds it, each part fetched once. */
function fetcher(address, { layers }) {
  const fetched = new Map()
  return async ({ layer, row }) => {
    const { parts } = layers[layer]
    const part = parts.findLastIndex(start => start <= row)
    const url = `${address}.layer-${layer}-${part}.part.json`
    if (!fetched.has(url)) fetched.set(url, get(url))
    try {
      const lists = Object.entries(await fetched.get(url))
      return Object.fromEntries(lists.map(([name, list]) => [name, list[row - parts[part]]]))
    } catch (error) {
      fetched.delete(url)
      throw error
    }
  }
}

async function get(url) {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} ${url}`)
  return response.json()
}

function searchField(container, id, words) {
  const input = html('input', '')
  Object.assign(input, { type: 'search', id, placeholder: 'a token', autocomplete: 'off', spellcheck: false })
  const label = html('label', 'nf-label', words)
  label.htmlFor = id
  container.append(html('div', 'nf-control nf-search', label, input))
  return input
}
