// Sortable tables: every heading becomes a button; the order is told by aria-sort and kept in the address.

export function mount(figure, _data, state, changed) {
  const table = figure.querySelector('table')
  const headings = [...table.tHead.rows[0].cells]
  const rows = [...table.tBodies[0].rows]

  headings.forEach((heading, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'nf-sort'
    button.append(...heading.childNodes)
    heading.append(button)
    button.addEventListener('click', () => {
      const next = heading.ariaSort === 'descending' ? 'ascending'
        : heading.ariaSort === 'ascending' ? 'descending'
        : numeric(column) ? 'descending' : 'ascending'
      sort(column, next)
      changed({ sort: column, order: next })
    })
  })
  if (headings[state?.sort] && ['ascending', 'descending'].includes(state.order)) sort(state.sort, state.order)

  function numeric(column) {
    return headings[column].classList.contains('nf-numeric')
  }

  function sort(column, order) {
    headings.forEach((heading, index) => {
      if (index === column) heading.setAttribute('aria-sort', order)
      else heading.removeAttribute('aria-sort')
    })
    const sign = order === 'ascending' ? 1 : -1
    const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent
    const compare = numeric(column) ? (a, b) => a - b : (a, b) => a.localeCompare(b, 'en', { numeric: true })
    const known = rows.filter(row => key(row) !== '')
    const unknown = rows.filter(row => key(row) === '')
    known.sort((a, b) => sign * compare(key(a), key(b)))
    table.tBodies[0].append(...known, ...unknown)
  }
}
