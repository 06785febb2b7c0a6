// What an atlas says of its cells.

/** Name a cell and where it is: "honeycomb, row 3, column 5, mean of 132 activations". */
export function cell(level, at, labels) {
  const { part, grid } = level
  const [first] = part.top[at]
  const name = first >= 0 ? `${labels[first]}, ` : ''
  return `${name}row ${part.rows[at] + 1}, column ${part.columns[at] + 1} of ${grid}, ${mean(part.counts[at])}`
}

export function mean(count) {
  return `mean of ${number(count)} activation${count === 1 ? '' : 's'}`
}

export function number(value) {
  return value.toLocaleString('en')
}
