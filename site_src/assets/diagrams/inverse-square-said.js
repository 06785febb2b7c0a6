/** What is said of a neuron on the square: of a sample of its set, of one input, of a set that is empty. */

import { activation, bound, isInside, range, shareBelow } from './inverse-polygon.js'
import { signed } from './weights.js'

const NEAR = 0.1 // the part of the interval that counts as its lower end

/** Name an input. */
export const hover = (neuron, x) =>
  `x = (${x.map(value => signed(value)).join(', ')}), activation ${signed(activation(neuron, x), 3)}`

/** Say what an input gives. */
export function answer(neuron, found, x) {
  const outside = activation(neuron, x) < neuron.z1 ? 'below z₁' : 'above z₂'
  return `${hover(neuron, x)}: ${isInside(found, x) ? 'in the set' : outside}.`
}

/** Say what a sample does at the lower end of the interval, or that there is nothing to sample. */
export function sentence(neuron, found, points) {
  const { z1, z2, b } = neuron
  if (!found.polygon.length) return unreached(neuron)
  const end = z1 + NEAR * (z2 - z1)
  const count = points.filter(point => activation(neuron, point) <= end).length
  const expected = points.length * shareBelow(found, bound(end, b))
  return (
    `${count} of ${points.length} points lie in the lowest tenth of the interval; ` +
    `of independent members ${signed(expected, 1)} would.`
  )
}

function unreached(neuron) {
  const [low, high] = range(neuron)
  const wide = Math.min(neuron.z2 - neuron.z1, high - low)
  const nearest = neuron.z1 >= high ? [high - wide, high] : [low, low + wide]
  const said = values => values.map(value => signed(value, 3)).join(' to ')
  const none = `The set is empty: no input gives ${said([neuron.z1, neuron.z2])}.`
  if (high - low < 5e-4) return `${none} All give ${signed(low, 3)}.`
  return `${none} They give ${said([low, high])}, and the nearest interval in reach is ${said(nearest)}.`
}
