// The rooms of a gallery: what is said there, and the sheet of pictures, fetched together and once.

export class Rooms {
  #address
  #hung
  #asked = new Map() // room -> promise of it
  #there = new Set()

  /** `hung` says how many pictures each room has, companions included: an empty one has no sheet. */
  constructor(address, hung) {
    this.#address = address
    this.#hung = hung
  }

  has(index) {
    return this.#there.has(index)
  }

  /** Fetch a room, or give what was fetched; one that failed is tried again. */
  load(index) {
    if (!this.#asked.has(index)) {
      const asked = this.#fetch(index)
      asked.then(() => this.#there.add(index), () => this.#asked.delete(index))
      this.#asked.set(index, asked)
    }
    return this.#asked.get(index)
  }

  async #fetch(index) {
    const address = `${this.#address}.room-${index}`
    const [told, image] = await Promise.all([json(`${address}.part.json`), this.#hung[index] && decoded(`${address}.sheet.webp`)])
    return { ...told, image, source: image?.src }
  }
}

async function json(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.url}`)
  return response.json()
}

async function decoded(address) {
  const image = new Image()
  image.src = address
  await image.decode()
  return image
}
