// What an atlas fetches, each thing once and when it is wanted: cells of a level, sheets of icons, real examples.

import { Level } from './level.js'
import { Sheet } from './sheet.js'

export class Files {
  #address
  #data
  #arrived
  #asked = new Map() // address -> promise
  #there = new Map() // address -> what came

  /** `arrived` is called whenever a sheet has come or could not be fetched. */
  constructor(address, data, arrived) {
    this.#address = address
    this.#data = data
    this.#arrived = arrived
  }

  /** A level, if it has been fetched. */
  known(map, level) {
    return this.#there.get(`map-${map}-level-${level}`)
  }

  level(map, level) {
    const name = `map-${map}-level-${level}`
    const told = this.#data.maps[map]
    return this.#once(name, async () => {
      const part = await json(`${this.#address}.${name}.part.json`)
      return new Level(part, { map, level, grid: told.levels[level].grid, sheets: this.#sheets(name, part.sheets, told.icon) })
    })
  }

  /** The real pictures of a map: { labels, sheetOf(index) }. */
  examples(map) {
    const { px, sheets } = this.#data.maps[map].example
    const name = `map-${map}-examples`
    return this.#once(name, async () => {
      const { labels } = await json(`${this.#address}.${name}.part.json`)
      const laid = this.#sheets(name, sheets, px)
      return { labels, sheetOf: index => laid.findLast(({ first }) => first <= index) }
    })
  }

  #sheets(name, sheets, px) {
    const { margin } = this.#data
    return sheets.map((told, s) => new Sheet(`${this.#address}.${name}-${s}.sheet.webp`, { ...told, px, margin }, this.#arrived))
  }

  /** Fetch, or give what was fetched; what failed is tried again. */
  #once(name, fetched) {
    if (!this.#asked.has(name)) {
      const asked = fetched()
      asked.then(came => this.#there.set(name, came), () => this.#asked.delete(name))
      this.#asked.set(name, asked)
    }
    return this.#asked.get(name)
  }
}

async function json(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.url}`)
  return response.json()
}
