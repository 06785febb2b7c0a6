/**
 * Ways to sample a set on the unit square, by the names that `analysis/linear.py` gives them: `(set, n, random) -> points`,
 * where `random` gives numbers from 0 to 1. The analysis has them in every dimension; here a polygon makes them short.
 */

import { inverseSet, nearest } from './inverse-polygon.js'
import { bandwidth } from './inverse-errors.js'

const THIN = 20 // moves between members that are kept
const POOL = 1500
const POOL_THIN = 5
const ROUNDS = 15 // of k-means
const RIDGE = 1e-3
const STEPS = 300
const STEP = 0.05 // as a share of a point's distance from the mean
const AT_A_TIME = 8
const STEP_AT_A_TIME = 0.2

export const SAMPLERS = {
  'independent members': independent,
  'hit-and-run': (set, n, random) => walked(set, n, THIN, random),
  'hit-and-run, medoids': (set, n, random) => medoids(walked(set, POOL, POOL_THIN, random), n, random),
  'hit-and-run, farthest': (set, n, random) => farthest(walked(set, POOL, POOL_THIN, random), n),
  'hit-and-run, log-determinant': (set, n, random) => diverse(walked(set, POOL, POOL_THIN, random), n),
  'published, stopped when feasible': (set, n, random) => climbed(set, anywhere(n, random), 0),
  'published, to convergence': (set, n, random) => climbed(set, anywhere(n, random), STEPS),
  'K at a time': (set, n, random) => atATime(set, anywhere(AT_A_TIME, random), n),
}

/** A stream of numbers from 0 to 1 that is the same for the same seed (mulberry32). */
export function stream(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const square = ([x, y], [u, v]) => (x - u) ** 2 + (y - v) ** 2
const anywhere = (n, random) => Array.from({ length: n }, () => [random(), random()])
const middle = points => [0, 1].map(axis => points.reduce((sum, point) => sum + point[axis], 0) / points.length)

/** Uniform members, each by itself: a triangle of the polygon by its area, and a place in it. */
function independent({ polygon }, n, random) {
  const [first, ...rest] = polygon
  const triangles = rest.slice(1).map((corner, k) => [first, rest[k], corner])
  const areas = triangles.map(([a, b, c]) => (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))
  const total = areas.reduce((sum, each) => sum + each, 0)
  return Array.from({ length: n }, () => {
    let left = random() * total
    const index = Math.max(0, areas.findIndex(each => (left -= each) <= 0))
    const [root, share] = [Math.sqrt(random()), random()]
    const [a, b, c] = triangles[index]
    return [0, 1].map(axis => a[axis] + root * (b[axis] - a[axis] + share * (c[axis] - b[axis])))
  })
}

/** Hit-and-run: again and again to a uniform place on the set's part of a line in a random direction. */
function walked(set, n, thin, random) {
  let [x, y] = independent(set, 1, random)[0]
  return Array.from({ length: n }, () => {
    for (let k = 0; k < thin; k += 1) {
      const turn = 2 * Math.PI * random()
      const [u, v] = [Math.cos(turn), Math.sin(turn)]
      let [from, to] = [-2, 2]
      for (const [w, most] of set.sides) {
        const [slope, room] = [w[0] * u + w[1] * v, most - w[0] * x - w[1] * y]
        if (slope > 1e-12) to = Math.min(to, room / slope)
        if (slope < -1e-12) from = Math.max(from, room / slope)
      }
      const t = from + (to - from) * random()
      if (to > from) [x, y] = [x + t * u, y + t * v]
    }
    return [x, y]
  })
}

/** The member of the pool nearest to the mean of each of n clusters. */
function medoids(pool, n, random) {
  let means = Array.from({ length: n }, () => pool[Math.floor(random() * pool.length)])
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = means.map(() => [0, 0, 0])
    for (const point of pool) {
      const sum = sums[closest(means, point)]
      sum[0] += point[0]
      sum[1] += point[1]
      sum[2] += 1
    }
    means = sums.map(([x, y, count], k) => (count ? [x / count, y / count] : means[k]))
  }
  const free = [...pool]
  return means.map(mean => free.splice(closest(free, mean), 1)[0])
}

function closest(points, to) {
  let best = 0
  let least = Infinity
  for (let k = 0; k < points.length; k += 1) {
    const far = (points[k][0] - to[0]) ** 2 + (points[k][1] - to[1]) ** 2
    if (far < least) {
      best = k
      least = far
    }
  }
  return best
}

/** Begin in the middle; add, again and again, the one farthest from all chosen. */
function farthest(pool, n) {
  const chosen = [pool[closest(pool, middle(pool))]]
  const gaps = pool.map(point => square(point, chosen[0]))
  while (chosen.length < n) {
    const next = pool[largest(gaps)]
    chosen.push(next)
    pool.forEach((point, k) => {
      gaps[k] = Math.min(gaps[k], square(point, next))
    })
  }
  return chosen
}

/** Add, again and again, the one that raises the determinant of a Gaussian kernel most. */
function diverse(pool, n) {
  const scale = 2 * bandwidth(pool) ** 2
  const centre = middle(pool)
  const left = pool.map(() => 1 + RIDGE)
  const rows = []
  const chosen = [largest(pool.map(point => square(point, centre)))]
  while (chosen.length < n) {
    const last = chosen.at(-1)
    const root = Math.sqrt(left[last])
    const row = pool.map((point, k) => {
      const known = rows.reduce((sum, each) => sum + each[k] * each[last], 0)
      return (Math.exp(-square(point, pool[last]) / scale) + (k === last ? RIDGE : 0) - known) / root
    })
    rows.push(row)
    row.forEach((value, k) => {
      left[k] -= value ** 2
    })
    for (const k of chosen) left[k] = -Infinity
    chosen.push(largest(left))
  }
  return chosen.map(k => pool[k])
}

const largest = values => values.reduce((best, value, k) => (value > values[best] ? k : best), 0)

/** The published objective, Σ|xᵢ − xⱼ|² over all pairs, climbed in the set: its gradient leads away from the mean. */
export function climbed(set, start, steps) {
  let points = start.map(point => nearest(set, point))
  for (let step = 0; step < steps; step += 1) {
    const from = middle(points)
    points = points.map(point => nearest(set, point.map((value, axis) => value + STEP * (value - from[axis]))))
  }
  return points
}

/** A few at a time: the next few are the last, one step away from one another and from the first. */
export function atATime(set, start, n) {
  const seeds = climbed(set, start, 0)
  const seed = middle(seeds)
  const found = [...seeds]
  while (found.length < n) {
    const last = found.slice(-seeds.length)
    const from = middle(last).map((value, axis) => (2 * value + seed[axis]) / 3)
    const moved = point => point.map((value, axis) => value + STEP_AT_A_TIME * (value - from[axis]))
    found.push(...last.map(point => nearest(set, moved(point))))
  }
  return found.slice(0, n)
}

/** The sample of a neuron's set, the same each time. */
export const sampled = (neuron, name, n, seed) => SAMPLERS[name](inverseSet(neuron), n, stream(seed))
