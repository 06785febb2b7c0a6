// A plane cut into very many cells: point at one, pick two and read what changes between them, move and enlarge it all.
// Cells are fetched when a state is about to be shown, codes when a reader first points at a cell.

import { slider } from './controls.js'
import { write as writeAxes } from './mosaic/axes.js'
import { fetchCells } from './mosaic/cells.js'
import { fetchCodes } from './mosaic/codes.js'
import { listen } from './mosaic/gestures.js'
import { Overlay } from './mosaic/overlay.js'
import { Painter } from './mosaic/painter.js'
import { View } from './mosaic/view.js'
import * as words from './mosaic/words.js'

const STEP_PX = 8 // least step of the cross
const EDGE = 0.08 // part of the view at its edge into which the cross does not go
const SPOKEN_MS = 400
const GLIDE_MS = 220
const HINT = matchMedia('(hover: none)').matches
  ? 'Tap a region, then another, to compare them; two fingers enlarge.'
  : 'Point at a region; click one, then another, to compare them. After a click the wheel enlarges.'

export async function mount(figure, data, state, changed) {
  const address = figure.querySelector('a.nf-json').href.replace(/\.json$/, '')
  const view = new View(data.box)
  view.kept = state?.v
  const parts = build(figure)
  const painter = new Painter(parts.picture, view, data.lines)
  const overlay = new Overlay(parts.over, view)
  const states = data.states.map(told => ({ told, cells: null, codes: null }))
  const say = speaker(parts)
  let index = Number.isInteger(state?.s) && states[state.s] ? state.s : data.start
  let shown = null // the state whose cells are drawn
  let picks = readPicks(state?.p)
  let pointed = null // a place of the plane
  let cross = null
  let gliding = null
  let goal = null // where that leads
  let comparison = null // of the two picks, in words

  // States ------------------------------------------------------------------------------------------------------------

  async function show(chosen) {
    index = chosen
    const wanted = states[chosen]
    wanted.cells ??= await fetchCells(`${address}.cells-${chosen}.bin`, wanted.told, data)
    if (index !== chosen) return
    shown = wanted
    comparison = null
    parts.note.textContent = wanted.told.note
    painter.show(wanted.cells, colours(data))
    if (picks.length) knowCodes()
    refresh()
  }

  function knowCodes() {
    const here = shown
    here.asking ??= fetchCodes(`${address}.codes-${states.indexOf(here)}.bin`, here.told, here.cells)
      .then(codes => {
        here.codes = codes
        if (shown === here) refresh()
      })
      .catch(error => {
        here.asking = null
        console.error(`${figure.id} has no codes:`, error)
      })
  }

  function compare(picked) {
    const passed = shown.cells.between(picked[0].point, picked[1].point)
    return words.change(picked[0].cell, picked[1].cell, passed, shown.codes)
  }

  // What is seen and said -----------------------------------------------------------------------------------------------

  const refresh = oncePerFrame(() => {
    if (!shown) return
    const { cells, codes } = shown
    const at = place => (place ? cells.at(...place) : -1)
    const here = at(pointed ?? cross)
    const picked = picks.map(point => ({ point, cell: at(point) })).filter(({ cell }) => cell >= 0)
    overlay.draw({ cells, pointed: here, picks: picked, cross })
    const lines = [here >= 0 ? words.region(here, cells, codes, data.shades) : picked.length ? '' : HINT]
    if (codes && picked.length === 2) lines.push(comparison ??= compare(picked))
    else if (codes && picked.length && here >= 0 && here !== picked[0].cell) lines.push(words.unlike(picked[0].cell, here, codes))
    else if (picked.length) lines.push(picked.length === 1 ? `1 is region ${(picked[0].cell + 1).toLocaleString('en')}; pick another to compare.` : '')
    say(lines.filter(Boolean))
    parts.clear.hidden = !picks.length
  })

  const look = oncePerFrame(() => {
    writeAxes(view, parts.across, parts.along)
    for (const mark of parts.marks) {
      const [x, y] = view.part(mark.point)
      mark.element.hidden = !(x >= 0 && x <= 1 && y >= 0 && y <= 1)
      Object.assign(mark.element.style, { left: `${100 * x}%`, top: `${100 * y}%` })
      mark.element.classList.toggle('nf-leftward', x > 0.5)
    }
    parts.plate.style.touchAction = view.isWhole ? 'pan-y' : 'none'
    parts.plate.classList.toggle('nf-whole', view.isWhole)
    parts.out.disabled = parts.whole.disabled = view.isWhole
    refresh.now()
  })

  function tell() {
    const flat = picks.flat().map(value => Number(value.toPrecision(9)))
    changed({
      ...(view.kept && { v: view.kept }),
      ...(index !== data.start && { s: index }),
      ...(flat.length && { p: flat }),
    })
  }

  // What a reader does ---------------------------------------------------------------------------------------------------

  function pick(point) {
    const cell = shown.cells.at(...point)
    if (cell < 0) return
    if (picks.length === 1 && shown.cells.at(...picks[0]) === cell) picks = []
    else picks = picks.length === 1 ? [picks[0], point] : [point]
    comparison = null
    knowCodes()
    refresh()
    tell()
  }

  function enlarge(factor, x, y) {
    view.enlarge(factor, x, y)
    painter.ask(true)
    look()
    tell()
  }

  /** Go somewhere else in a moment, or at once for readers who want little motion. */
  function glide(change) {
    cancelAnimationFrame(gliding)
    const [from, to] = [view.copy(), (goal ?? view).copy()]
    change(to)
    goal = to
    const began = performance.now()
    const step = now => {
      const share = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1 : Math.min(1, Math.max(0, now - began) / GLIDE_MS)
      view.between(from, to, share * (2 - share))
      painter.ask(share < 1)
      look()
      if (share < 1) {
        gliding = requestAnimationFrame(step)
        return
      }
      goal = null
      tell()
    }
    step(began)
  }

  const before = [] // picks, as they were before the last press
  const hand = {
    get isWhole() { return view.isWhole },
    point(x, y) {
      cross = null
      pointed = view.point(x, y)
      if (shown) knowCodes()
      refresh()
    },
    leave() {
      pointed = null
      refresh()
    },
    press(x, y, twice) {
      if (!shown) return
      cross = null
      if (twice) {
        picks = before.pop() ?? []
        comparison = null
        glide(to => (view.isWhole ? to.enlarge(3, x, y) : to.reset()))
        return
      }
      before[0] = picks
      pick(view.point(x, y))
    },
    move(x, y) {
      if (view.isWhole) return
      view.move(x, y)
      painter.ask()
      look()
      tell()
    },
    enlarge,
    key(event) {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
      if (!shown) return false
      if (way) walk(...way, event.shiftKey)
      else if (event.key === '+' || event.key === '=') glide(to => to.enlarge(1.6, ...middle()))
      else if (event.key === '-') glide(to => to.enlarge(1 / 1.6, ...middle()))
      else if (event.key === '0') glide(to => to.reset())
      else if (event.key === 'Escape' && picks.length) forget()
      else if (event.key === 'Enter' || event.key === ' ') pick(cross ??= view.point(0.5, 0.5))
      else return false
      return true
    },
  }

  /** Where keys enlarge: at the cross, else in the middle. */
  function middle() {
    return cross ? view.part(cross) : [0.5, 0.5]
  }

  /** Take the cross to the next cell, or a little on where cells are small; the view comes along. */
  function walk(right, up, far) {
    pointed = null
    const start = cross ?? view.point(0.5, 0.5)
    const unit = view.width / parts.plate.clientWidth
    const { cells } = shown
    const here = cells.at(...start)
    const leave = here < 0 ? 0 : cells.way(here, ...start, right * unit, up * unit).far
    const step = far ? parts.plate.clientWidth / 4 : Math.max(STEP_PX, Math.min(leave, parts.plate.clientWidth / 4) + STEP_PX / 2)
    const next = cross || far ? [start[0] + right * step * unit, start[1] + up * step * unit] : start
    if (cells.at(...next) >= 0) cross = next
    const [x, y] = view.part(cross ?? start)
    const beyond = value => Math.min(0, value - EDGE) + Math.max(0, value - 1 + EDGE)
    view.move(beyond(x), beyond(y))
    knowCodes()
    painter.ask()
    look()
    tell()
  }

  function forget() {
    picks = []
    refresh()
    tell()
  }

  // Going live -------------------------------------------------------------------------------------------------------------

  parts.marks = data.points.map(([x, y, label]) => ({ point: [x, y], element: mark(parts.plate, label) }))
  parts.in.addEventListener('click', () => glide(to => to.enlarge(2)))
  parts.out.addEventListener('click', () => glide(to => to.enlarge(0.5)))
  parts.whole.addEventListener('click', () => glide(to => to.reset()))
  parts.clear.addEventListener('click', forget)
  parts.plate.addEventListener('blur', () => {
    cross = null
    refresh()
  })
  if (states.length > 1) {
    slider(parts.controls, { label: data.slider, min: 0, max: states.length - 1, value: index, format: k => states[k].told.label }, k => show(k).then(tell))
    parts.controls.prepend(parts.controls.lastChild)
  }
  const stop = listen(parts.plate, hand)
  const sized = new ResizeObserver(fit)
  try {
    fit()
    sized.observe(parts.plate)
    await show(index)
    await painter.done()
  } catch (error) {
    destroy()
    throw error
  }

  function fit() {
    const { clientWidth, clientHeight } = parts.plate
    if (!clientWidth) return
    painter.resize(clientWidth, clientHeight)
    overlay.resize(clientWidth, clientHeight)
    look()
  }

  function destroy() {
    stop()
    sized.disconnect()
    cancelAnimationFrame(gliding)
    look.cancel()
    refresh.cancel()
    painter.destroy()
    parts.remove()
  }

  return {
    recolour() {
      if (shown) painter.show(shown.cells, colours(data))
      refresh()
    },
    destroy,
  }
}

/** Lay what lives over what rests. */
function build(figure) {
  const rest = figure.querySelector('.nf-plate')
  const plate = make('div', 'nf-live nf-hand', { tabindex: 0, role: 'group', 'aria-label': figure.dataset.alt })
  plate.setAttribute('aria-description', 'Arrow keys walk from region to region, Enter picks one, plus and minus enlarge, 0 shows all, Escape forgets the picks.')
  const [picture, over] = [make('canvas'), make('canvas')]
  const tools = make('div', 'nf-live nf-tools')
  const buttons = { in: ['+', 'Enlarge'], out: ['−', 'Reduce'], whole: ['⤢', 'Show the whole plane'], clear: ['×', 'Forget the picks'] }
  const made = Object.fromEntries(
    Object.entries(buttons).map(([name, [sign, label]]) => {
      const button = make('button', '', { type: 'button', 'aria-label': label, title: label })
      button.textContent = sign
      return [name, button]
    }),
  )
  tools.append(...Object.values(made))
  plate.append(picture, over)
  rest.append(plate)
  figure.querySelector('.nf-above').append(tools)
  const [across, along] = ['x', 'y'].map(axis => {
    const live = make('div', `nf-live nf-ticks nf-ticks-${axis}`, { 'aria-hidden': 'true' })
    figure.querySelector(`.nf-ticks-${axis}`).after(live)
    return live
  })
  const note = make('p', 'nf-live nf-note-cells')
  figure.querySelector('.nf-note-cells').after(note)
  const controls = figure.querySelector('.nf-controls')
  const seen = make('p', 'nf-control nf-output nf-said', { 'aria-hidden': 'true' })
  const heard = make('output', 'nf-heard', { 'aria-live': 'polite' })
  controls.append(seen, heard)
  const remove = () => [plate, tools, across, along, note, seen, heard].forEach(part => part.remove())
  return { plate, picture, over, across, along, note, controls, seen, heard, remove, ...made }
}

/** Something to be done with the next frame, however often it is asked for; `now` does it at once instead. */
function oncePerFrame(act) {
  let frame = null
  const ask = () => { frame ??= requestAnimationFrame(ask.now) }
  ask.cancel = () => { cancelAnimationFrame(frame) }
  ask.now = () => {
    ask.cancel()
    frame = null
    act()
  }
  return ask
}

function mark(plate, label) {
  const element = make('span', 'nf-mark', { 'aria-hidden': 'true' })
  element.textContent = label
  plate.append(element)
  return element
}

/** Show sentences at once, and say them once the reader's hand rests. */
function speaker({ seen, heard }) {
  let resting
  let last = ''
  return lines => {
    const said = lines.join(' ')
    if (said === last) return
    last = said
    seen.replaceChildren(...lines.map(line => {
      const shown = make('span')
      shown.textContent = line
      return shown
    }))
    clearTimeout(resting)
    resting = setTimeout(() => { heard.textContent = said }, SPOKEN_MS)
  }
}

/** The page's colours: every shade over paper, [red, green, blue]. */
function colours({ shades }) {
  const style = getComputedStyle(document.body)
  const read = name => {
    const [r, g, b] = style.getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map(part => parseInt(part, 16))
    return [r, g, b]
  }
  const paper = read('--nf-paper')
  const over = (colour, opacity) => colour.map((part, k) => Math.round(opacity * part + (1 - opacity) * paper[k]))
  return { paper, ink: read('--nf-ink'), shades: shades.map(([colour, opacity]) => over(read(colour.slice(4, -1)), opacity)) }
}

/** Take from an address, which anyone may have written, one or two places. */
function readPicks(given) {
  if (!Array.isArray(given) || ![2, 4].includes(given.length) || !given.every(Number.isFinite)) return []
  return [given.slice(0, 2), given.slice(2)].filter(point => point.length)
}

function make(tag, name = '', attributes = {}) {
  const element = document.createElement(tag)
  if (name) element.className = name
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
