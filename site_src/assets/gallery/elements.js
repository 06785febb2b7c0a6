// Elements of a page; what they hold is text or other elements, never markup.

export function element(tag, name = '', attributes = {}, ...children) {
  const made = document.createElement(tag)
  if (name) made.className = name
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

/** Give an element the height of its highest state so far, so that what stands below does not move; another width starts anew. */
export function keepHeight(kept) {
  let [width, height] = [0, 0]
  return () => {
    if (width !== kept.clientWidth) height = 0
    width = kept.clientWidth
    kept.style.minHeight = ''
    height = Math.max(height, kept.offsetHeight)
    kept.style.minHeight = `${height}px`
  }
}
