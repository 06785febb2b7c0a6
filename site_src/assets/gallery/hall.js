// Where the pictures of a room hang: shelves side by side, with how their numbers are spread and what they score.

import { element } from './elements.js'
import { Seen } from './seen.js'
import { Sheet } from './sheet.js'

export class Hall {
  element = element('div', 'nf-hall')
  #stage
  #data
  #room
  #sheet
  #seen
  #walls = [] // of each shelf: { shelf, tiles, ticks }
  #marked = [] // what belongs to the picture that is looked at

  constructor(stage, data) {
    this.#stage = stage
    this.#data = data
    this.element.addEventListener('pointerover', event => event.pointerType === 'mouse' && this.#at(event))
    for (const kind of ['focusin', 'click']) this.element.addEventListener(kind, event => this.#at(event))
    this.element.addEventListener('keydown', event => this.#key(event))
  }

  /** Hang one view of a room, and look at its first picture. */
  show(room, view) {
    const shelves = room.views[view]
    this.#room = room
    this.#sheet = new Sheet(room, this.#data)
    this.#sheet.measure(this.#stage)
    this.#seen = new Seen(this.#sheet, this.#data, room)
    this.#walls = []
    this.element.dataset.shelves = shelves.length
    this.element.replaceChildren(...shelves.map(shelf => this.#hung(shelf)))
    const first = shelves.findIndex(({ pictures }) => pictures.length)
    if (first < 0) return
    this.element.append(this.#seen.element)
    this.#look(first, 0)
  }

  #hung(shelf) {
    const place = this.#walls.length
    const { scale } = this.#room
    const tiles = shelf.pictures.map((index, k) => element('button', 'nf-tile', {
      type: 'button',
      'aria-label': this.#seen.named(shelf, k),
      'data-shelf': place,
      'data-place': k,
      tabindex: k ? -1 : 0,
    }, this.#sheet.window(index)))
    const ticks = scale ? shelf.pictures.map(index => element('span', '', { style: `left:${scale.at[index]}%` })) : []
    this.#walls.push({ shelf, tiles, ticks })
    const hung = element('div', 'nf-hung')
    if (shelf.title) hung.append(element('p', 'nf-hung-title', {}, shelf.title))
    if (!tiles.length) hung.append(element('p', 'nf-wall nf-empty', {}, shelf.empty))
    else hung.append(wall(shelf, tiles))
    if (scale && tiles.length) hung.append(spread(scale, ticks))
    if (shelf.notes.length) hung.append(element('dl', 'nf-measures', {}, ...shelf.notes.map(measure)))
    return hung
  }

  #at(event) {
    const tile = event.target.closest('.nf-tile')
    if (tile) this.#look(Number(tile.dataset.shelf), Number(tile.dataset.place))
  }

  /** Enlarge a picture, and mark it wherever it hangs. */
  #look(place, k) {
    const { shelf, tiles } = this.#walls[place]
    const index = shelf.pictures[k]
    this.#marked.forEach(each => each.classList.remove('nf-looked-at'))
    this.#marked = this.#walls.flatMap(wall => wall.shelf.pictures.flatMap((other, at) =>
      other === index ? [wall.tiles[at], wall.ticks[at]].filter(Boolean) : []))
    this.#marked.forEach(each => each.classList.add('nf-looked-at'))
    tiles.forEach((tile, at) => { tile.tabIndex = at === k ? 0 : -1 })
    this.#seen.show(shelf, k, this.#walls.length > 1)
  }

  /** Arrow keys go from picture to picture of a wall, as it hangs on this screen. */
  #key(event) {
    const tile = event.target.closest('.nf-tile')
    if (!tile) return
    const { tiles } = this.#walls[Number(tile.dataset.shelf)]
    const k = Number(tile.dataset.place)
    const columns = tiles.filter(each => each.offsetTop === tiles[0].offsetTop).length
    const next = { ArrowLeft: k - 1, ArrowRight: k + 1, ArrowUp: k - columns, ArrowDown: k + columns, Home: 0, End: tiles.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    tiles[next]?.focus()
  }
}

function wall({ title, columns }, tiles) {
  return element('div', 'nf-wall', { role: 'group', 'aria-label': title || 'Pictures', style: `--nf-columns:${columns}` }, ...tiles)
}

/** How a number is spread among others, and where the pictures of a shelf stand. */
function spread({ words, low, high, bars }, ticks) {
  const columns = bars.map(height => element('span', '', { style: `height:${height}%` }))
  return element('div', 'nf-spread', {},
    element('p', '', {}, words),
    element('div', 'nf-columns', { 'aria-hidden': 'true' }, ...columns),
    element('div', 'nf-rug', { 'aria-hidden': 'true' }, ...ticks),
    element('p', 'nf-ends', {}, element('span', '', {}, low), element('span', '', {}, high)))
}

function measure({ label, value, best }) {
  const shown = element('dd', '', {}, value)
  if (best) shown.append(' ', element('span', 'nf-best', {}, 'best'))
  return element('div', '', {}, element('dt', '', {}, label), shown)
}
