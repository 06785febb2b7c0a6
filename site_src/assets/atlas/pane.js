// One map in sight: its canvas, what a reader's hand does to it, its buttons, the small map in its corner.

import { element } from '../gallery/elements.js'
import { listen } from '../mosaic/gestures.js'
import { Labels } from './labels.js'
import { Marks } from './marks.js'
import { Minimap } from './minimap.js'
import { Painter, still } from './painter.js'
import { View } from './view.js'

const ICON_PX = 66 // the side of a cell that is read with ease
const LARGEST_CELL_PX = 290
const BASE_PX = 700
const GLIDE_MS = 420
const STEP = 1.6
const AGAIN_MS = 4000 // after which what could not be fetched is asked for again
const UNFETCHED = 'A part of this map could not be fetched; move the map to try again.'
const KEYS = 'Arrow keys go from cell to cell, plus and minus enlarge, Page Up and Page Down change the grid, Home shows the whole map, Enter reads what is known of the cell, Escape lets go of it.'

export class Pane {
  map = 0
  manual = null // the level that was chosen by hand
  front = null
  pointed = null // a place of the map
  chosen = null // one as well
  path = null // { map, places, at }
  #under = null
  #entered = 0
  #complete = false
  #gliding = null
  #goal = null
  #frame = null
  #gone = false
  #asking = null
  #failed = -Infinity
  trouble = '' // what could not be done, in words

  /** `told` has changed(pane), pointed(pane), chosen(pane, spoken), opened(pane), taken(pane), troubled(), full(). */
  constructor(data, files, shared, told) {
    Object.assign(this, { data, files, shared, told })
    const grid = Math.max(...data.maps.flatMap(({ levels }) => levels.map(level => level.grid)))
    this.view = new View(Math.max(4, (grid * LARGEST_CELL_PX) / BASE_PX))
    this.labels = new Labels(data.labels)
    this.#build()
    this.stop = listen(this.plate, this.#hand())
    this.sized = new ResizeObserver(() => this.#fit())
    this.sized.observe(this.plate)
  }

  #build() {
    const [icons, marks] = [element('canvas', 'nf-atlas-icons'), element('canvas', 'nf-atlas-marks')]
    this.plate = element('div', 'nf-atlas-plate', { tabindex: 0, role: 'application', 'aria-roledescription': 'map', 'aria-description': KEYS }, icons, marks)
    this.mini = new Minimap((x, y) => this.#now({ x, y }))
    this.buttons = {
      in: this.#button('+', 'Enlarge', () => this.#step(2)),
      out: this.#button('−', 'Reduce', () => this.#step(0.5)),
      home: this.#button('⌂', 'Show the whole map', () => this.go({ x: 0.5, y: 0.5, scale: 1 })),
      full: this.#button('⤢', 'Full screen', () => this.told.full()),
    }
    this.tools = element('div', 'nf-atlas-tools', {}, ...Object.values(this.buttons))
    this.sight = element('span')
    this.place = element('span', 'nf-atlas-place')
    const readout = element('p', 'nf-atlas-readout', { 'aria-hidden': 'true' }, this.sight, this.place)
    const frame = element('div', 'nf-atlas-frame', {}, this.plate, this.mini.element)
    this.element = element('div', 'nf-atlas-pane', {}, frame, element('div', 'nf-atlas-foot', {}, this.tools, readout))
    this.element.addEventListener('pointerdown', () => this.told.taken(this))
    this.element.addEventListener('focusin', () => this.told.taken(this))
    this.plate.addEventListener('wheel', () => this.shared.wheel && this.plate.focus({ preventScroll: true }), { capture: true, passive: true })
    this.painter = new Painter(icons)
    this.marks = new Marks(marks)
  }

  #button(sign, label, act) {
    const made = element('button', '', { type: 'button', 'aria-label': label, title: label }, sign)
    made.addEventListener('click', act)
    return made
  }

  // Maps and levels ---------------------------------------------------------------------------------------------------------

  /** Show another map; its coarsest level is awaited, so that there is something to see. */
  async show(map) {
    this.wanted = map
    await this.files.level(map, 0)
    if (this.wanted !== map || this.#gone) return false
    if (map !== this.map) this.chosen = this.pointed = null
    this.map = map
    this.plate.setAttribute('aria-label', `${this.data.map_word} ${this.data.maps[map].title}, an atlas`)
    this.recolour()
    return true
  }

  get levels() { return this.data.maps[this.map].levels }

  /** The level whose icons have nearly the best size, or the one chosen by hand. */
  get level() {
    if (this.manual !== null) return Math.min(this.manual, this.levels.length - 1)
    const apart = ({ grid }) => Math.abs(Math.log(this.view.side / grid / ICON_PX))
    return this.levels.reduce((best, level, k) => (apart(level) < apart(this.levels[best]) ? k : best), 0)
  }

  /** The chosen cell of the level in sight. */
  get cell() { return this.chosen && this.front ? this.front.nearest(...this.chosen) : -1 }
  get pointedCell() { return this.pointed && this.front ? this.front.at(...this.pointed) : -1 }

  #choose() {
    const known = this.files.known(this.map, this.level)
    if (!known) this.#fetch(this.map, this.level)
    const next = known ?? (this.front?.map === this.map ? this.front : this.files.known(this.map, 0))
    if (next === this.front) return
    if (this.#complete || !this.#under) this.#under = this.front
    this.#complete = false
    this.#entered = this.front && !still() ? performance.now() : 0
    this.front = next
  }

  async #fetch(map, level) {
    const name = `${map} ${level}`
    if (this.#asking === name || performance.now() - this.#failed < AGAIN_MS) return
    this.#asking = name
    try {
      await this.files.level(map, level)
      this.ask()
    } catch (error) {
      this.#failed = performance.now()
      this.#say(UNFETCHED)
      console.warn('An atlas lacks a level:', error)
      this.#await(false)
    }
    this.#asking = null
  }

  /** Tell who cannot see it whether something is still on its way. */
  #await(waits) {
    this.plate.setAttribute('aria-busy', waits)
  }

  // What is seen ------------------------------------------------------------------------------------------------------------

  /** Paint with the next frame, however often it is asked for. */
  ask() {
    if (!this.#gone) this.#frame ??= requestAnimationFrame(() => this.paint())
  }

  paint() {
    cancelAnimationFrame(this.#frame)
    this.#frame = null
    const { view, shared: { look, colours } } = this
    if (this.#gone || !this.files.known(this.map, 0) || view.width < 2) return
    const before = this.front
    this.#choose()
    const { front } = this
    const coarsest = this.files.known(this.map, 0)
    const under = this.#under ?? (front === coarsest ? null : coarsest)
    const { waits, fades, lacks } = this.painter.paint({ view, front, entered: this.#entered, under, look })
    if (!waits && !fades) [this.#under, this.#complete] = [null, true]
    this.#await(this.#asking !== null || (waits && !lacks))
    if (look.labels) this.labels.draw(this.painter.context, front, view, look, colours)
    this.mark()
    this.#tell()
    if (front !== before) this.told.chosen(this, false)
    if (fades) this.ask()
    this.#say(lacks ? UNFETCHED : this.front === this.files.known(this.map, this.level) ? '' : this.trouble)
  }

  #say(trouble) {
    if (trouble === this.trouble) return
    this.trouble = trouble
    this.told.troubled()
  }

  /** Paint anew: a sheet has come. */
  refresh() {
    this.painter.forget()
    this.ask()
  }

  mark() {
    if (!this.front) return
    const path = this.path?.map === this.map ? this.path : null
    this.marks.draw({ view: this.view, level: this.front, pointed: this.pointedCell, chosen: this.cell, path, colours: this.shared.colours })
  }

  #tell() {
    const { view, front } = this
    this.sight.textContent = `${front.grid} × ${front.grid}  ·  ${view.scale.toFixed(1)}×`
    this.place.textContent = `  ·  x ${view.x.toFixed(2)}  y ${view.y.toFixed(2)}`
    this.plate.style.touchAction = view.isWhole ? 'pan-y' : 'none'
    this.plate.classList.toggle('nf-whole', view.isWhole)
    this.plate.dataset.grid = front.grid
    this.buttons.out.disabled = this.buttons.home.disabled = view.isWhole
    this.buttons.in.disabled = view.scale >= view.deepest
    this.mini.look(view)
  }

  recolour() {
    this.mini.show(this.data.maps[this.map].density, this.shared.colours)
    this.ask()
  }

  #fit() {
    const { clientWidth, clientHeight } = this.plate
    if (!clientWidth) return
    this.view.resize(clientWidth, clientHeight)
    this.painter.resize(clientWidth, clientHeight)
    this.marks.resize(clientWidth, clientHeight)
    this.paint()
  }

  // What a reader does ------------------------------------------------------------------------------------------------------

  /** Go to a view in a moment, or at once for readers who want little motion. */
  go(target) {
    cancelAnimationFrame(this.#gliding)
    const from = this.view.copy()
    const to = this.view.copy()
    to.look(target)
    this.#goal = to
    const began = performance.now()
    const step = now => {
      const share = still() ? 1 : Math.min(1, Math.max(0, now - began) / GLIDE_MS)
      this.view.between(from, to, share * share * (3 - 2 * share))
      this.paint()
      if (share < 1) this.#gliding = requestAnimationFrame(step)
      else this.#halt()
    }
    step(began)
  }

  #halt() {
    cancelAnimationFrame(this.#gliding)
    this.#goal = null
    this.told.changed(this)
  }

  #now(target) {
    this.view.look(target)
    this.ask()
    this.#halt()
  }

  /** Enlarge about a part of the view, from where it is going to. */
  #step(factor, x = 0.5, y = 0.5) {
    const to = (this.#goal ?? this.view).copy()
    to.enlarge(factor, x, y)
    this.go(to)
  }

  #hand() {
    const pane = this
    const about = () => (this.chosen ? this.view.pixel(...this.chosen).map((at, k) => at / [this.view.width, this.view.height][k]) : [0.5, 0.5])
    return {
      get isWhole() { return pane.view.isWhole },
      point(x, y) { pane.point(pane.view.place(x, y)) },
      leave() { pane.point(null) },
      press(x, y, twice) {
        if (twice) pane.#step(2.5, x, y)
        else pane.pick(pane.view.place(x, y))
      },
      move(x, y) {
        pane.view.move(x, y)
        pane.ask()
        pane.#halt()
      },
      enlarge(factor, x, y) {
        pane.view.enlarge(factor, x, y)
        pane.ask()
        pane.#halt()
      },
      key({ key }) {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key]
        if (way) pane.#walk(...way)
        else if (key === '+' || key === '=') pane.#step(STEP, ...about())
        else if (key === '-') pane.#step(1 / STEP, ...about())
        else if (key === 'Home') pane.go({ x: 0.5, y: 0.5, scale: 1 })
        else if (key === 'PageUp') pane.set(pane.level - 1)
        else if (key === 'PageDown') pane.set(pane.level + 1)
        else if (key === 'Enter' || key === ' ') pane.told.opened(pane)
        else if (key === 'Escape' && pane.chosen) pane.choose(null)
        else if (key === 'Escape') pane.plate.blur()
        else return false
        return true
      },
    }
  }

  point(place) {
    this.pointed = place
    this.mark()
    this.told.pointed(this)
  }

  /** A press chooses a cell, a second one lets go of it, one beside the cells too. */
  pick(place) {
    const cell = this.front?.at(...place) ?? -1
    this.choose(cell < 0 || cell === this.cell ? null : this.front.middle(cell))
  }

  choose(place, spoken = false) {
    this.chosen = place
    this.mark()
    this.told.chosen(this, spoken)
    this.told.changed(this)
  }

  /** Choose a level by hand; the arrow keys then go along its cells. */
  set(level) {
    if (level !== null && !this.levels[level]) return
    this.manual = level
    this.ask()
    this.told.changed(this)
  }

  #walk(right, down) {
    if (!this.front) return
    this.pointed = null
    const start = this.cell
    const next = start < 0 ? this.front.nearest(this.view.x, this.view.y) : this.front.next(start, right, down)
    if (next < 0) return
    const place = this.front.middle(next)
    this.view.reveal(...place, 0.75 / this.front.grid)
    this.choose(place, true)
    this.ask()
  }

  destroy() {
    this.#gone = true
    this.stop()
    this.sized.disconnect()
    cancelAnimationFrame(this.#gliding)
    cancelAnimationFrame(this.#frame)
    this.element.remove()
  }
}
