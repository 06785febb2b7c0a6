// A figure's state in the address: `#fig-layer?row=3&x=[0,1.5]` names the figure, and how the reader left it.

/** What the address says: { id, state }, where state is null if the address only names the figure. */
export function read(hash = location.hash) {
  const [id, query] = hash.slice(1).split(/\?(.*)/s)
  if (!query) return { id: decode(id), state: null }
  return { id: decode(id), state: Object.fromEntries([...new URLSearchParams(query)].map(([key, value]) => [key, parse(value)])) }
}

/** The hash that `read` understands; an empty state is left out. */
export function write(id, state) {
  const query = String(new URLSearchParams(Object.entries(state ?? {}).map(([key, value]) => [key, format(value)])))
  return `#${id}${query && `?${query}`}`
}

/** Put the state into the address without a new entry in the history. */
export function replace(id, state) {
  history.replaceState(null, '', write(id, state))
}

function format(value) {
  return typeof value === 'string' && parse(value) === value ? value : JSON.stringify(value)
}

function parse(value) {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function decode(id) {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
