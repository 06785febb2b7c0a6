// What a mosaic says of its regions, in sentences.

const NAMED = 16 // neurons that are all named
const CROSSED = 10 // of those on a path

/** Describe one region; `codes` may not be there yet. */
export function region(cell, cells, codes, shades) {
  const is = shades[cells.shade[cell]][2]
  const size = `${count(cells.nCorners(cell), 'corner')}, ${percent(cells.area[cell] / cells.wholeArea)} of the plane`
  const said = `Region ${number(cell + 1)}: ${is ? `${is}; ` : ''}${size}.`
  if (!codes?.layers.length) return said
  const on = codes.on(cell)
  const layers = codes.layers.map((layer, k) => `${number(on[k])} of ${number(layer.neurons)} in ${layer.name}`)
  return `${said} On: ${layers.join(', ')}.`
}

/** Say which neurons change sign between two regions, and which boundaries lie on the straight way from one to the other. */
export function change(one, other, passed, codes) {
  if (one === other) return 'Both are in the same region.'
  const bits = codes.difference(one, other)
  const noun = codes.layers[0]?.noun ?? 'neuron'
  const said = `From 1, region ${number(one + 1)}, to 2, region ${number(other + 1)}: ${
    bits.length ? `${count(bits.length, noun)} of ${number(total(codes))} change${bits.length === 1 ? 's' : ''} sign: ${named(bits, codes)}.` : 'no neuron changes sign.'}`
  return passed.at(-1) === other && passed.length > 2 ? `${said} ${way(passed, codes)}` : said
}

/** Say how a region differs from the one that is picked. */
export function unlike(one, other, codes) {
  const bits = codes.difference(one, other)
  return `Unlike 1, region ${number(one + 1)}: ${bits.length ? named(bits, codes) : 'no neuron'}.`
}

function way(passed, codes) {
  const crossed = passed.slice(1).map((cell, k) => codes.difference(passed[k], cell))
  const first = crossed.slice(0, CROSSED).map(bits => bits.map(bit => label(bit, codes)).join(' with ') || 'only the answer')
  const more = crossed.length > CROSSED ? ` → … ${number(crossed.length - CROSSED)} more` : ''
  return `The straight line crosses ${count(crossed.length, 'boundary', 'boundaries')}: ${first.join(' → ')}${more}.`
}

/** Name bits layer by layer; where they are many, count them. */
function named(bits, codes) {
  const layers = codes.layers.map(() => [])
  for (const bit of bits) {
    const { layer, number } = codes.neuron(bit)
    layers[layer].push(number)
  }
  return layers
    .map((numbers, k) => ({ numbers, layer: codes.layers[k] }))
    .filter(({ numbers }) => numbers.length)
    .map(({ numbers, layer }) => {
      if (bits.length > NAMED) return `${count(numbers.length, layer.noun)} of ${layer.name}`
      return `${layer.name} ${layer.noun}${numbers.length > 1 ? 's' : ''} ${listed(numbers)}`
    })
    .join('; ')
}

function label(bit, codes) {
  const { layer, number } = codes.neuron(bit)
  return `${codes.layers[layer].name} ${number}`
}

function listed(numbers) {
  return numbers.length > 1 ? `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}` : String(numbers[0])
}

function total(codes) {
  return codes.layers.reduce((sum, layer) => sum + layer.neurons, 0)
}

function count(n, one, many = `${one}s`) {
  return `${number(n)} ${n === 1 ? one : many}`
}

function number(n) {
  return n.toLocaleString('en')
}

/** A share with two digits that say something. */
export function percent(share) {
  const value = 100 * share
  if (value < 1e-6) return 'less than 0.000001%'
  const digits = value >= 10 ? 0 : Math.min(8, 1 - Math.floor(Math.log10(value)))
  return `${value.toFixed(digits)}%`
}
