// What an atlas says of its cells.

/** Name a cell and where it is: "honeycomb, row 3, column 5, mean of 132 activations". */
export function cell(level, at, { labels, holds }) {
  const { part, grid } = level
  const [first] = part.top[at]
  const name = first >= 0 ? `${labels[first]}, ` : ''
  return `${name}row ${part.rows[at] + 1}, column ${part.columns[at] + 1} of ${grid}, ${held(holds, part.counts[at])}`
}

/** Say how many a cell holds; `holds` has {} for the number and ends with what is counted. */
export function held(holds, count) {
  return holds.replace('{}', count.toLocaleString('en')).replace(/s$/, count === 1 ? '' : 's')
}
