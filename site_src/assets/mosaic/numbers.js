// Files of whole numbers, as `generators/drawing/compact.py` writes them.

/** Fetch a file and take it apart: one Int32Array for each of the lengths. */
export async function unpack(url, lengths) {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} ${response.url}`)
  const inflated = new Response(response.body.pipeThrough(new DecompressionStream('gzip')))
  const bytes = new Uint8Array(await inflated.arrayBuffer())
  const n = bytes.length / 4
  let at = 0
  return lengths.map(length => {
    const numbers = new Int32Array(length)
    for (let i = 0; i < length; i++, at++) {
      const zigzag = bytes[at] | (bytes[at + n] << 8) | (bytes[at + 2 * n] << 16) | (bytes[at + 3 * n] << 24)
      numbers[i] = (zigzag >>> 1) ^ -(zigzag & 1)
    }
    return numbers
  })
}

/** Where each group begins, from how many each has; one more at the end. */
export function starts(counts) {
  const start = new Int32Array(counts.length + 1)
  for (let i = 0; i < counts.length; i++) start[i + 1] = start[i] + counts[i]
  return start
}

/** Undo `steps`. */
export function summed(differences) {
  for (let i = 1; i < differences.length; i++) differences[i] += differences[i - 1]
  return differences
}

/** Undo `newest`. */
export function named(below) {
  let next = 0
  for (let i = 0; i < below.length; i++) {
    below[i] = next - below[i]
    if (below[i] === next) next++
  }
  return below
}
