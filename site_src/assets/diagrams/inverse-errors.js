/** How far a sample of a set on the unit square is from the truth, as `results/linear.py: Errors` says it. */

import { activation, bound, isInside, shareBelow } from './inverse-polygon.js'

const DIRECTIONS = 100
const SOME = 200 // points whose distances have the median of all
const SWEEPS = 12
const DONE = 1e-14

/** Every error of a sample, against uniform members of the set and the width of a Gaussian kernel on them. */
export function errors(set, points, members, size) {
  const gaps = members.map(member => Math.sqrt(least(points, member)))
  const others = points.map((point, k) => Math.sqrt(least(points, point, k)))
  return {
    feasible_share: points.filter(point => isInside(set, point)).length / points.length,
    fill_mean: mean(gaps),
    fill_max: Math.max(...gaps),
    width: width(set, points),
    activation_ks: missed(set, points).by,
    vendi: vendi(points, size),
    spread: spread(points),
    nearest_neighbour: mean(others),
  }
}

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length
const square = ([x, y], [u, v]) => (x - u) ** 2 + (y - v) ** 2

/** Squared distance to the nearest of some points, but for the one at `except`. */
function least(points, to, except = -1) {
  let found = Infinity
  for (let k = 0; k < points.length; k += 1) if (k !== except) found = Math.min(found, square(points[k], to))
  return found
}

/** The sample's extent over the set's, mean over directions all around. */
function width({ polygon }, points) {
  return mean(
    Array.from({ length: DIRECTIONS }, (_, k) => {
      const turn = (Math.PI * (k + 0.5)) / DIRECTIONS
      const extent = all => {
        const along = all.map(([x, y]) => x * Math.cos(turn) + y * Math.sin(turn))
        return Math.max(...along) - Math.min(...along)
      }
      return extent(points) / extent(polygon)
    }),
  )
}

/** Where the sample's law of activations is farthest from the exact one, and both there. */
export function missed(set, points) {
  if (set.w.every(weight => weight === 0)) return { by: 0, z: set.z1, exact: 0, sample: 0 } // all have one activation
  const found = points.map(point => activation(set, point)).sort((a, b) => a - b)
  let worst = { by: -1 }
  found.forEach((z, k) => {
    const exact = shareBelow(set, bound(z, set.b))
    for (const sample of [k / found.length, (k + 1) / found.length])
      if (Math.abs(sample - exact) > worst.by) worst = { by: Math.abs(sample - exact), z, exact, sample }
  })
  return worst
}

/** The published objective over n². */
export function spread(points) {
  const centre = [0, 1].map(axis => mean(points.map(point => point[axis])))
  return 2 * mean(points.map(point => square(point, centre)))
}

/** Half the median distance between different points. */
export function bandwidth(points) {
  const some = points.slice(0, SOME)
  const found = some.flatMap((point, k) => some.slice(0, k).map(other => square(point, other))).filter(far => far > 0)
  if (!found.length) return 1
  found.sort((a, b) => a - b)
  return Math.sqrt(found[Math.floor((found.length - 1) / 2)]) / 2
}

/** For how many different points a sample counts: exp of the entropy of the eigenvalues of its Gaussian kernel over n. */
export function vendi(points, width) {
  const kernel = points.map(a => points.map(b => Math.exp(-square(a, b) / (2 * width ** 2)) / points.length))
  const found = eigenvalues(kernel).map(value => Math.max(value, 1e-12))
  return Math.exp(-found.reduce((sum, value) => sum + value * Math.log(value), 0))
}

/** Of a symmetric matrix, by Jacobi's rotations. */
export function eigenvalues(matrix) {
  const a = matrix.map(row => Float64Array.from(row))
  const n = a.length
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    let off = 0
    for (let p = 0; p < n; p += 1)
      for (let q = p + 1; q < n; q += 1) {
        off += a[p][q] ** 2
        if (Math.abs(a[p][q]) > 1e-12) rotate(a, p, q)
      }
    if (off < DONE) break
  }
  return a.map((row, k) => row[k])
}

function rotate(a, p, q) {
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta ** 2 + 1))
  const c = 1 / Math.sqrt(t ** 2 + 1)
  const s = t * c
  for (let k = 0; k < a.length; k += 1) {
    const [one, other] = [a[k][p], a[k][q]]
    a[k][p] = c * one - s * other
    a[k][q] = s * one + c * other
  }
  const [first, second] = [a[p], a[q]]
  for (let k = 0; k < a.length; k += 1) {
    const [one, other] = [first[k], second[k]]
    first[k] = c * one - s * other
    second[k] = s * one + c * other
  }
}
