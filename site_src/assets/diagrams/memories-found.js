/** The list of the memory browser: every memory in a line, the clearest first, or those that a token finds. */

import { html } from './memories-drawn.js'
import { alone } from './memories-said.js'

const number = new Intl.NumberFormat('en')

/** Every memory that is shown, the clearest first; `number` is its place in the layer, counted from 1. */
export function index({ layers }) {
  const entries = layers.flatMap(({ index, order, fired, promoted }, layer) =>
    index.map((place, row) => {
      const [ends, starts] = [fired[row], promoted[row]]
      return { layer, row, number: place + 1, order: order[row], fired: ends, promoted: starts }
    }),
  )
  return entries.sort((a, b) => a.order - b.order)
}

/** The memories that a token fires, and those that promote it: a token that is what was typed, or else contains it. */
export function find({ tokens, has_head }, entries, typed, layer) {
  const there = layer === 'all' ? entries : entries.filter(entry => entry.layer === layer - 1)
  const wanted = typed.trim().toLowerCase()
  if (!wanted) return [{ title: '', entries: there }]
  const forms = tokens.map(token => [alone(token).toLowerCase(), token.trim().toLowerCase()])
  const those = test => new Set(forms.flatMap((form, k) => (form.some(test) ? [k] : [])))
  const exact = those(text => text === wanted)
  const asked = exact.size ? exact : those(text => text.includes(wanted))
  const group = (side, title) => {
    const found = there.filter(entry => entry[side].some(token => asked.has(token)))
    return { title: `${number.format(found.length)} ${title}`, entries: found, side, asked }
  }
  return [group('fired', 'fired by it'), ...(has_head ? [group('promoted', 'that promote it')] : [])]
}

/** What the list holds, in words. */
export function counted({ has_head }, n_listed, typed) {
  if (typed && n_listed) return `Memories for “${typed}”`
  if (typed) return `No memory that is shown is fired by “${typed}”${has_head ? ' or promotes it' : ''}.`
  const columns = has_head ? 'a token that fires it → the token it promotes' : 'a token that fires it'
  return `${number.format(n_listed)} memories, the clearest first: layer, place, ${columns}`
}

/** One memory in a few words. */
export function shortly({ tokens }, { layer, number, fired, promoted }) {
  const fires = fired.length ? `fired by “${alone(tokens[fired[0]])}”` : 'never fires'
  const promotes = promoted.length ? `, promotes “${alone(tokens[promoted[0]])}”` : ''
  return `Layer ${layer + 1}, memory ${number}: ${fires}${promotes}`
}

/** A listbox walked with arrow keys: `pick(entry)` when one is clicked, `step(place)` when a key leads to it. */
export function list(data, id, { pick, step }) {
  const element = html('div', 'nf-list')
  Object.assign(element, { role: 'listbox', tabIndex: 0, ariaLabel: 'Memories' })
  let entries = []
  let marked = -1

  element.addEventListener('click', event => {
    const option = event.target.closest('[role=option]')
    if (option) pick(entries[option.dataset.place])
  })
  element.addEventListener('keydown', event => {
    const [page, all] = [8, entries.length]
    const ways = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -all, End: all }
    if (!(event.key in ways)) return
    event.preventDefault()
    step(marked + ways[event.key])
  })

  function fill(groups) {
    entries = groups.flatMap(group => group.entries)
    let place = 0
    const filled = groups.map(group => {
      const box = html('div', '', group.title ? html('div', 'nf-group', group.title) : '')
      Object.assign(box, { role: 'group', ariaLabel: group.title || 'all' })
      box.append(...group.entries.map(entry => option(data, entry, `${id}-${place}`, place++, group)))
      return box
    })
    element.replaceChildren(...filled)
  }

  function mark(place) {
    element.querySelector('[aria-selected=true]')?.removeAttribute('aria-selected')
    marked = place
    const option = element.querySelector(`[data-place="${place}"]`)
    if (!option) return element.removeAttribute('aria-activedescendant')
    option.ariaSelected = 'true'
    element.setAttribute('aria-activedescendant', option.id)
    const above = option.parentElement.firstElementChild.offsetHeight // the group's title stays in sight
    if (option.offsetTop - above < element.scrollTop) element.scrollTop = option.offsetTop - above
    const over = option.offsetTop + option.offsetHeight - element.scrollTop - element.clientHeight
    if (over > 0) element.scrollTop += over
  }

  return { element, fill, mark }
}

function option({ tokens, has_head }, entry, id, place, { side, asked }) {
  const token = which => {
    const chosen = entry[which].find(index => which !== side || asked.has(index))
    const name = html('bdi', '', chosen === undefined ? '' : alone(tokens[chosen]))
    return html('span', which === side ? 'nf-token nf-asked' : 'nf-token', name)
  }
  const where = [entry.layer + 1, entry.number].map(number => html('span', 'nf-place', String(number)))
  const made = html('div', '', ...where, token('fired'))
  if (has_head) made.append(html('span', 'nf-arrow', '→'), token('promoted'))
  Object.assign(made, { id, role: 'option' })
  made.dataset.place = place
  return made
}
