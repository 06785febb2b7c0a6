/** A box of two inputs seen from above, as `multi_neuron/figures/floor.py` places it. */

export function floor(geometry) {
  const [left, top, side, x0, y0, x1, y1] = geometry.split(' ').map(Number)
  const place = ([x, y]) => [left + (side * (x - x0)) / (x1 - x0), top + side - (side * (y - y0)) / (y1 - y0)]
  return {
    place,
    /** The input at a place of the picture, at most at the border. */
    input([x, y]) {
      const within = share => Math.min(1, Math.max(0, share))
      return [x0 + (x1 - x0) * within((x - left) / side), y0 + (y1 - y0) * within((top + side - y) / side)]
    },
    path: points => `M${points.map(point => place(point).map(value => value.toFixed(1)).join(' ')).join('L')}`,
  }
}
