// Icons on a sheet, decoded when they are first drawn, and once more at half or a quarter of their size where they are
// drawn small. The sheet's inverse is `generators/drawing/sheets.py`.

const SMALLEST = 2 // halvings
const AGAIN_MS = 4000 // after which a sheet that could not be fetched is asked for again
const KEPT_BYTES = 160e6 // of decoded sheets, of all figures of a page

const decoded = new Set() // what was drawn last is last: [sheet, halvings]

export class Sheet {
  since = Infinity // when its pictures first came
  failed = -Infinity
  #address
  #arrived
  #blob = null
  #pictures = [] // of each halving: bitmap, or the promise of one

  /** Of `columns` × `rows` pictures of `px` pixels, each with a margin, from picture `first` on. */
  constructor(address, { first, columns, rows, px, margin }, arrived) {
    const pitch = px + 2 * margin
    Object.assign(this, { first, columns, px, margin, pitch, width: columns * pitch, height: rows * pitch })
    this.#address = address
    this.#arrived = arrived
  }

  /** A picture of the sheet for icons of so many device pixels, or a better or worse one until it is there, or null. */
  picture(px, asks = true) {
    const halvings = Math.min(SMALLEST, Math.max(0, Math.floor(Math.log2(this.px / px))))
    if (asks && !this.#pictures[halvings]) this.#ask(halvings)
    const there = k => this.#pictures[k] instanceof ImageBitmap
    const best = there(halvings) ? halvings : [0, 1, 2].find(there)
    if (best === undefined) return null
    this.#pictures[best].use()
    return this.#pictures[best]
  }

  /** Where a picture stands on the whole sheet. */
  corner(index) {
    const at = index - this.first
    return [at % this.columns, Math.floor(at / this.columns)].map(place => place * this.pitch + this.margin)
  }

  /** Draw one picture into a square; whether it could. */
  draw(context, index, x, y, side, ratio = 1) {
    const picture = this.picture(side * ratio)
    if (!picture) return false
    const share = picture.width / this.width
    const [left, top] = this.corner(index)
    context.drawImage(picture, left * share, top * share, this.px * share, this.px * share, x, y, side, side)
    return true
  }

  async #ask(halvings) {
    if (performance.now() - this.failed < AGAIN_MS) return
    try {
      this.#blob ??= fetched(this.#address)
      const size = { resizeWidth: this.width >> halvings, resizeHeight: this.height >> halvings, resizeQuality: 'medium' }
      this.#pictures[halvings] = this.#blob.then(blob => createImageBitmap(blob, halvings ? size : {}))
      this.#keep(halvings, await this.#pictures[halvings])
    } catch (error) {
      this.failed = performance.now()
      this.#blob = null
      this.#pictures[halvings] = null
      console.warn('An atlas lacks a sheet:', error)
    }
    this.#arrived(this)
  }

  #keep(halvings, bitmap) {
    const entry = [this, halvings, 4 * bitmap.width * bitmap.height]
    this.#pictures[halvings] = bitmap
    bitmap.use = () => {
      decoded.delete(entry)
      decoded.add(entry)
    }
    bitmap.use()
    this.since = Math.min(this.since, performance.now())
    let kept = [...decoded].reduce((sum, [, , size]) => sum + size, 0)
    for (const old of decoded) {
      if (kept <= KEPT_BYTES || old === entry) break
      kept -= old[2]
      old[0].forget(old[1])
      decoded.delete(old)
    }
  }

  forget(halvings) {
    this.#pictures[halvings].close()
    this.#pictures[halvings] = null
  }
}

async function fetched(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status} ${response.url}`)
  return response.blob()
}
