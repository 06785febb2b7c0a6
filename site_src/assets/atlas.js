// A whole layer on one map, or several side by side: move about, enlarge, ask which cells speak for a class, read what a
// cell is. Each level of a map has its own icons; cells and icons are fetched when they are about to be seen.

import { Chooser } from './atlas/chooser.js'
import { Details } from './atlas/details.js'
import { Files } from './atlas/files.js'
import { Listing } from './atlas/listing.js'
import { Options } from './atlas/options.js'
import { Pane } from './atlas/pane.js'
import { Trail } from './atlas/trail.js'
import * as words from './atlas/words.js'
import { select } from './controls.js'
import { element } from './gallery/elements.js'

const HINT = matchMedia('(hover: none)').matches
  ? 'Tap a cell to read what it is; two fingers or two taps enlarge.'
  : 'Point at a cell to read what it is; click to keep it. After a click the wheel enlarges.'
const SPOKEN_MS = 300
const HOVERED_MS = 140
const MOST = 3 // maps side by side
const PAIRED = 2 // so many at first where there are more

export async function mount(figure, data, state, changed) {
  const stage = figure.querySelector('.nf-atlas')
  const shared = { look: { column: -1, sign: 1, intensity: 1, density: 1, labels: true, dim: false }, wheel: false, colours: colours() }
  const files = new Files(figure.querySelector('a.nf-json').href.replace(/\.json$/, ''), data, arrived)
  const start = first(data)
  const given = read(state, data)
  const panes = []
  let active = null
  let label = -1
  const timers = {}

  const status = element('p', 'nf-atlas-status', { role: 'status' })
  const heard = element('output', 'nf-heard', { 'aria-live': 'polite' })
  const maps = element('div', 'nf-atlas-maps')
  const details = new Details(data, files)
  const chooser = new Chooser(data, files, shared, map => choose(active, map))
  const listing = new Listing(data, files)
  const trail = new Trail(data, { point: visit, step, leave })

  // Panes -------------------------------------------------------------------------------------------------------------------

  const told = {
    taken(pane) {
      if (active === pane) return
      active = pane
      show()
      tell()
    },
    changed: () => tell(),
    pointed: pane => describe(pane),
    chosen(pane, spoken) {
      describe(pane)
      clearTimeout(timers.spoken)
      if (spoken && pane.cell >= 0) timers.spoken = setTimeout(() => { heard.textContent = words.cell(pane.front, pane.cell, data) }, SPOKEN_MS)
    },
    opened(pane) {
      if (pane.cell < 0) return
      details.element.focus()
    },
    full,
    troubled() { say(panes.map(pane => pane.trouble).find(Boolean) ?? '') },
  }

  function arrived() {
    panes.forEach(pane => pane.refresh())
    details.refresh()
  }

  function say(sentence) {
    status.textContent = sentence
  }

  async function add(map) {
    const pane = new Pane(data, files, shared, told)
    try {
      await pane.show(map)
    } catch (error) {
      pane.destroy()
      throw error
    }
    const choice = select(element('div'), { label: data.map_word, options: data.maps.map(({ title }, value) => ({ value, label: title })), value: map }, value => choose(pane, Number(value)))
    pane.heading = choice
    pane.element.prepend(choice.element)
    panes.push(pane)
    maps.append(pane.element)
    return pane
  }

  /** Have so many maps side by side; those that come are the ones after the last. */
  async function lay(wanted) {
    while (panes.length > wanted.length) panes.pop().destroy()
    await Promise.all(wanted.map(map => files.level(map, 0)))
    for (const map of wanted.slice(panes.length)) await add(map)
    if (!panes.includes(active)) active = panes[0]
    maps.dataset.maps = panes.length
    root.dataset.maps = panes.length
    show()
  }

  async function choose(pane, map) {
    active = pane
    try {
      if (!(await pane.show(map))) return
      say('')
    } catch (error) {
      failed(data.maps[map].title, error)
    }
    show()
    tell()
  }

  function beside(n) {
    const free = data.maps.map((_, map) => map).filter(map => !panes.some(pane => pane.map === map))
    const wanted = [...panes.map(pane => pane.map), ...free].slice(0, n)
    if (n === 1) panes.sort((a, b) => Number(b === active) - Number(a === active))
    lay(wanted).then(tell, error => {
      failed('Another map', error)
      show()
    })
  }

  function failed(what, error) {
    say(`${what} could not be fetched.`)
    console.warn(`${figure.id}:`, error)
  }

  // What is seen and said -----------------------------------------------------------------------------------------------------

  function show() {
    chooser.show(active.map)
    chooser.refresh()
    panes.forEach(pane => pane.heading.set(pane.map))
    options.show({ look: shared.look, label, pane: active, maps: panes.length })
    listing.show(active.map)
    trail.show(panes.map(pane => pane.map))
    describe(active)
  }

  function describe(pane) {
    if (!active) return
    const cell = pane.pointedCell >= 0 ? pane.pointedCell : pane.cell
    const shown = cell >= 0 ? pane : panes.find(other => other.cell >= 0)
    if (shown) details.show(shown.front, cell >= 0 ? cell : shown.cell)
    else details.show(null, -1, `${data.maps[active.map].said} ${HINT}`)
  }

  function look() {
    panes.forEach(pane => pane.ask())
    chooser.refresh()
    tell()
  }

  function filter(chosen) {
    label = chosen
    shared.look.column = data.classes.indexOf(chosen)
    if (label < 0) shared.look.sign = 1
    forget()
    show()
    look()
  }

  /** Let go of chosen cells that the filter hides. */
  function forget() {
    for (const pane of panes) if (pane.cell >= 0 && !pane.front.opacities(shared.look)[pane.cell]) pane.chosen = null
  }

  // Ways through the atlas ------------------------------------------------------------------------------------------------------

  async function visit(point) {
    const pane = panes.find(({ map }) => map === point.map) ?? active
    if (pane.map !== point.map) await choose(pane, point.map)
    active = pane
    pane.manual = null
    if (label !== point.label) filter(point.label)
    pane.go(point)
    pane.choose([point.x, point.y])
    show()
  }

  async function step(path, at) {
    const pane = panes.find(({ map }) => map === path.map) ?? active
    if (pane.map !== path.map) await choose(pane, path.map)
    const level = await files.level(path.map, path.level)
    active = pane
    follow(pane, { map: path.map, places: path.cells.map(cell => level.middle(cell)), at })
    pane.set(path.level)
    const [x, y] = level.middle(path.cells[at])
    pane.go({ x, y, scale: Math.max(1, (90 * level.grid * pane.view.scale) / pane.view.side) })
    pane.choose([x, y], true)
    show()
  }

  function follow(pane, path = null) {
    panes.forEach(each => Object.assign(each, { path: each === pane ? path : null }).mark())
  }

  function leave() {
    follow(null)
    active.set(null)
  }

  /** A link of the page leads to a point of interest: on a click, as to any place of a page, or when a mouse rests on it. */
  function led(event) {
    clearTimeout(timers.hovered)
    const leads = event.target.closest?.('[data-atlas][data-point]')
    const point = leads && `fig-${leads.dataset.atlas}` === figure.id && trail.named(leads.dataset.point)
    if (!point) return
    if (event.type === 'pointerover') {
      if (event.pointerType === 'mouse') timers.hovered = setTimeout(() => visit(point), HOVERED_MS)
      return
    }
    visit(point)
  }

  // State -----------------------------------------------------------------------------------------------------------------------

  function tell() {
    const shown = panes.map(pane => pane.map)
    const { view, manual, chosen } = active
    changed({
      ...(String(shown) !== String(start) && { map: shown.length > 1 ? shown : shown[0] }),
      ...(active !== panes[0] && { at: panes.indexOf(active) }),
      ...view.kept,
      ...(manual !== null && { level: manual }),
      ...(label >= 0 && { class: label }),
      ...(shared.look.sign < 0 && { sign: -1 }),
      ...(chosen && { cell: chosen.map(place => Number(place.toFixed(4))) }),
      ...(trail.walk && { walk: trail.walk }),
    })
  }

  function full() {
    if (document.fullscreenElement === root) document.exitFullscreen()
    else if (root.classList.contains('nf-atlas-full')) fill(false)
    else (root.requestFullscreen?.() ?? Promise.reject()).then(() => fill(true), () => fill(true))
  }

  function fill(isFull) {
    root.classList.toggle('nf-atlas-full', isFull)
    panes.forEach(({ buttons }) => buttons.full.setAttribute('aria-pressed', isFull))
  }

  const left = () => document.fullscreenElement !== root && fill(false)
  const escaped = event => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    if (details.element.contains(document.activeElement)) active.plate.focus()
    else if (root.classList.contains('nf-atlas-full') && !document.fullscreenElement) fill(false)
  }

  // Going live --------------------------------------------------------------------------------------------------------------------

  const { part } = await files.level(given.maps[0], 0)
  const options = new Options(data, shared, Boolean(part.sure), { look, filter, level: level => active.set(level), beside, wheel: isOn => { shared.wheel = isOn } })
  const root = element('div', 'nf-live nf-atlas-live', {},
    element('div', 'nf-atlas-head', {}, chooser.element, ...options.elements),
    element('div', 'nf-atlas-body', {}, maps, element('div', 'nf-atlas-cell', {}, details.element, status), trail.element),
    listing.element, heard)
  const style = element('link', '', { rel: 'stylesheet', href: new URL('./atlas.css', import.meta.url) })
  try {
    await new Promise((resolve, reject) => {
      Object.assign(style, { onload: resolve, onerror: () => reject(new Error(`${style.href} could not be fetched`)) })
      stage.append(style)
    })
    root.hidden = true
    stage.append(root)
    await lay(given.maps)
  } catch (error) {
    destroy()
    throw error
  }
  root.hidden = false
  restore()
  for (const kind of ['click', 'pointerover']) document.addEventListener(kind, led)
  document.addEventListener('fullscreenchange', left)
  root.addEventListener('keydown', escaped)

  function restore() {
    active = panes[given.at]
    active.manual = given.level
    active.view.kept = given
    active.chosen = given.cell
    label = given.label
    Object.assign(shared.look, { sign: given.sign, column: data.classes.indexOf(label) })
    show()
    if (trail.named(state?.point)) visit(trail.named(state.point))
    else if (given.walk) trail.resume(...given.walk)
  }

  function destroy() {
    Object.values(timers).forEach(clearTimeout)
    for (const kind of ['click', 'pointerover']) document.removeEventListener(kind, led)
    document.removeEventListener('fullscreenchange', left)
    panes.forEach(pane => pane.destroy())
    root.remove()
    style.remove()
  }

  return {
    recolour() {
      shared.colours = colours()
      panes.forEach(pane => pane.recolour())
      chooser.refresh()
    },
    destroy,
  }
}

/** The page's colours, by role. */
function colours() {
  const style = getComputedStyle(document.body)
  const roles = ['ink', 'paper', 'accent', 'positive', 'negative']
  return { ...Object.fromEntries(roles.map(role => [role, style.getPropertyValue(`--nf-${role}`).trim()])), font: style.getPropertyValue('--nf-sans') || 'sans-serif' }
}

/** The maps that are shown at first. */
function first({ beside, maps, start }) {
  return beside ? maps.map((_, map) => map).slice(0, maps.length > MOST ? PAIRED : MOST) : [start]
}

/** Take from an address, which anyone may have written, what makes sense. */
function read(state, data) {
  const start = first(data)
  const asked = [state?.map ?? start].flat()
  const maps = asked.length && asked.length <= MOST && asked.every(map => data.maps[map] && Number.isInteger(map)) ? asked : start
  const at = Number.isInteger(state?.at) && maps[state.at] !== undefined ? state.at : 0
  const cell = Array.isArray(state?.cell) && state.cell.length === 2 && state.cell.every(place => place >= 0 && place <= 1) ? state.cell : null
  const level = Number.isInteger(state?.level) && data.maps[maps[at]].levels[state.level] ? state.level : null
  const label = data.classes.includes(state?.class) ? state.class : -1
  const [path, step] = Array.isArray(state?.walk) && state.walk.every(Number.isInteger) ? state.walk : []
  const walk = maps.includes(data.paths[path]?.map) && data.paths[path].cells[step] !== undefined ? [path, step] : null
  return { maps, at, cell, level, label, walk, sign: state?.sign === -1 ? -1 : 1, x: state?.x, y: state?.y, z: state?.z }
}
