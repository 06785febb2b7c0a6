/** The inverse set of σ(w·x + b) on the unit square, exactly: a convex polygon, and the law of activations on it. */

const SQUARE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
]
const NOTHING = 1e-12

export const activation = ({ w, b }, x) => 1 / (1 + Math.exp(-(w[0] * x[0] + w[1] * x[1] + b)))

/** What w·x must be for an activation. */
export function bound(z, b) {
  if (z <= 0 || z >= 1) return z <= 0 ? -Infinity : Infinity
  return Math.log(z / (1 - z)) - b
}

/** All that is known of the set: its corners, none where it is empty, and what a point must satisfy to lie in it. */
export function inverseSet({ w, b, z1, z2 }) {
  const [low, high] = [bound(z1, b), bound(z2, b)]
  const minus = w.map(value => -value)
  const found = clip(clip(SQUARE, w, high), minus, -low)
  const polygon = found.length > 2 && area(found) > NOTHING ? found : []
  return {
    ...{ w, b, z1, z2, low, high, polygon },
    sides: [[[1, 0], 1], [[-1, 0], 0], [[0, 1], 1], [[0, -1], 0], [w, high], [minus, -low]],
  }
}

/** The least and the greatest activation of the square. */
export function range(neuron) {
  const all = SQUARE.map(corner => activation(neuron, corner))
  return [Math.min(...all), Math.max(...all)]
}

/** What of a convex polygon lies where w·x is at most `most`. */
export function clip(polygon, w, most) {
  const kept = []
  const heights = polygon.map(([x, y]) => most - (w[0] * x + w[1] * y))
  polygon.forEach((here, k) => {
    const next = (k + 1) % polygon.length
    const [a, b, there] = [heights[k], heights[next], polygon[next]]
    if (a >= -NOTHING) kept.push(here)
    if (Math.min(a, b) < -NOTHING && Math.max(a, b) > NOTHING)
      kept.push(here.map((value, axis) => value + (a / (a - b)) * (there[axis] - value)))
  })
  return kept
}

export const area = polygon =>
  polygon.reduce((sum, [x, y], k) => {
    const [u, v] = polygon[(k + 1) % polygon.length]
    return sum + x * v - u * y
  }, 0) / 2

/** The exact share of the set with w·x at most `most`. */
export const shareBelow = ({ polygon, w }, most) => area(clip(polygon, w, most)) / area(polygon)

/** Where w·x is `at`: both ends on the border, the one farther up and to the right last; or nothing. */
export function levelLine(w, at) {
  const heights = SQUARE.map(([x, y]) => w[0] * x + w[1] * y - at)
  return SQUARE.flatMap((here, k) => {
    const [a, b, there] = [heights[k], heights[(k + 1) % 4], SQUARE[(k + 1) % 4]]
    return a > 0 === b > 0 ? [] : [here.map((value, axis) => value + (a / (a - b)) * (there[axis] - value))]
  }).sort((one, other) => one[0] + one[1] - other[0] - other[1])
}

/** A few round activations between the least and the greatest of the square. */
export function levels(neuron) {
  const [low, high] = range(neuron)
  if (high - low < 1e-3) return []
  const rough = (high - low) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(each => each * power).find(each => each >= rough)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, k) => (first + k) * step)
}

export const isInside = ({ sides }, x) => sides.every(([w, most]) => w[0] * x[0] + w[1] * x[1] <= most + 1e-9)

/** The point of the set nearest to x. */
export function nearest(set, x) {
  if (isInside(set, x)) return x
  let [best, least] = [x, Infinity]
  set.polygon.forEach((here, k) => {
    const there = set.polygon[(k + 1) % set.polygon.length]
    const edge = [there[0] - here[0], there[1] - here[1]]
    const along = ((x[0] - here[0]) * edge[0] + (x[1] - here[1]) * edge[1]) / (edge[0] ** 2 + edge[1] ** 2 || 1)
    const share = Math.min(1, Math.max(0, along))
    const at = [here[0] + share * edge[0], here[1] + share * edge[1]]
    const far = Math.hypot(at[0] - x[0], at[1] - x[1])
    if (far < least) [best, least] = [at, far]
  })
  return best
}
