/** Planes over a square floor in a painter's order: `multi_neuron/figures/painter.py` says how and why it is exact. */

const FLOOR = [0, 0, 0]
const NOTHING = 1e-9

export const height = ([w1, w2, b], [u, v]) => w1 * u + w2 * v + b

/** A viewer who looks down at `elevation` degrees at a floor that is turned by `turn` degrees. */
export function view({ x, y, side, tall, elevation }, turn) {
  const radians = degrees => (degrees * Math.PI) / 180
  const away = [Math.sin(radians(turn)), Math.cos(radians(turn))]
  const rise = [Math.sin(radians(elevation)), Math.cos(radians(elevation))]
  return {
    x,
    side,
    away,
    place([u, v], lift = 0) {
      const deep = u * away[0] + v * away[1]
      const across = u * away[1] - v * away[0]
      return [x + side * across, y - side * (deep * rise[0] + tall * lift * rise[1])]
    },
    /** The point of the floor at a place in the picture. */
    floor([left, top]) {
      const across = (left - x) / side
      const deep = (y - top) / side / rise[0]
      return [deep * away[0] + across * away[1], deep * away[1] - across * away[0]]
    },
  }
}

/** Every piece of the planes and the floor (plane -1), the first to be painted first. */
export function facets(planes, square, away) {
  const surfaces = [FLOOR, ...planes]
  const creases = surfaces.flatMap((a, k) => surfaces.slice(0, k).map(b => a.map((value, axis) => value - b[axis])))
  return ordered(square, creases, away).flatMap(floor => {
    const middle = [0, 1].map(axis => floor.reduce((sum, corner) => sum + corner[axis], 0) / floor.length)
    const heights = surfaces.map(plane => height(plane, middle))
    return surfaces
      .map((_, index) => index)
      .sort((a, b) => heights[a] - heights[b])
      .map(index => ({ plane: index - 1, on: heights[index] > 0, floor, middle }))
  })
}

function ordered(cell, [crease, ...others], away) {
  if (!crease) return [cell]
  const heights = cell.map(corner => height(crease, corner))
  if (Math.min(...heights) >= -NOTHING || Math.max(...heights) <= NOTHING) return ordered(cell, others, away)
  const far = crease[0] * away[0] + crease[1] * away[1] < 0 ? crease.map(value => -value) : crease
  return [far, far.map(value => -value)].flatMap(side => {
    const piece = clip(cell, side)
    return piece.length ? ordered(piece, others, away) : []
  })
}

/** What of a convex polygon lies where the plane is above 0; empty where that has no area. */
export function clip(polygon, plane) {
  const kept = []
  for (const [here, there] of around(polygon)) {
    const [a, b] = [height(plane, here), height(plane, there)]
    if (a >= -NOTHING) kept.push(here)
    if (Math.min(a, b) < -NOTHING && Math.max(a, b) > NOTHING) kept.push(between(here, there, a / (a - b)))
  }
  return kept.length > 2 && Math.abs(area(kept)) > NOTHING ? kept : []
}

export const around = corners => corners.map((corner, k) => [corner, corners[(k + 1) % corners.length]])

const between = (a, b, t) => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]

const area = polygon => around(polygon).reduce((sum, [a, b]) => sum + a[0] * b[1] - a[1] * b[0], 0) / 2

/** The lines of a square grid where they cross a convex polygon. */
export function chords(polygon, spacing, reach) {
  const steps = Math.round(reach / spacing)
  const found = []
  for (const axis of [0, 1])
    for (let k = -steps; k <= steps; k += 1) {
      const at = k * spacing
      const ends = around(polygon)
        .filter(([a, b]) => a[axis] < at !== b[axis] < at)
        .map(([a, b]) => between(a, b, (at - a[axis]) / (b[axis] - a[axis])))
      if (ends.length === 2) found.push(ends)
    }
  return found
}
