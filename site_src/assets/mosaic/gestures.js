// What a reader's hand does to a view, by mouse, fingers, wheel and keys. Places are parts of the view, from 0 to 1.

const CLICK_PX = { mouse: 4, pen: 8, touch: 10 }
const DOUBLE_MS = 350
const WHEEL = 0.002
const PINCH = 0.01 // of a touchpad, which says it as a wheel with Ctrl

/**
 * Listen to `place`. `hand` has point(x, y), leave(), press(x, y, twice), move(x, y), enlarge(factor, x, y), whether it
 * isWhole, and key(event), which says whether it had a use for it. Returns a function that stops.
 */
export function listen(place, hand) {
  const down = new Map() // pointers
  let dragged = false
  let spread = null
  let pressed = null

  const part = event => {
    const box = place.getBoundingClientRect()
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
  }
  const middle = () => {
    const points = [...down.values()]
    return [0, 1].map(axis => points.reduce((sum, { at }) => sum + at[axis], 0) / points.length)
  }
  const apart = () => {
    const [a, b] = [...down.values()]
    return Math.hypot(a.x - b.x, a.y - b.y)
  }

  const listeners = {
    pointerdown(event) {
      if (event.button > 0) return
      down.set(event.pointerId, { at: part(event), x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY })
      dragged = down.size > 1
      spread = down.size === 2 ? apart() : null
      place.setPointerCapture(event.pointerId)
    },
    pointermove(event) {
      const pointer = down.get(event.pointerId)
      if (!pointer) {
        if (event.pointerType !== 'touch') hand.point(...part(event))
        return
      }
      const before = middle()
      Object.assign(pointer, { at: part(event), x: event.clientX, y: event.clientY })
      dragged ||= Math.hypot(pointer.x - pointer.fromX, pointer.y - pointer.fromY) > CLICK_PX[event.pointerType]
      if (!dragged) return
      const after = middle()
      hand.move(before[0] - after[0], before[1] - after[1])
      if (down.size === 2) {
        const now = apart()
        hand.enlarge(now / spread, ...after)
        spread = now
      }
    },
    pointerup(event) {
      if (!down.delete(event.pointerId) || dragged) return
      const twice = pressed && event.timeStamp - pressed.time < DOUBLE_MS && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < 20
      pressed = twice ? null : { time: event.timeStamp, x: event.clientX, y: event.clientY }
      hand.press(...part(event), Boolean(twice))
    },
    pointercancel(event) { down.delete(event.pointerId) },
    pointerleave(event) { if (event.pointerType !== 'touch') hand.leave() },
    wheel(event) {
      // a wheel scrolls the page until the reader has taken hold of the figure
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== place) return
      const delta = event.deltaY * (event.deltaMode === 1 ? 16 : 1)
      const factor = Math.exp(-delta * (event.ctrlKey ? PINCH : WHEEL))
      if (factor <= 1 && hand.isWhole) return
      event.preventDefault()
      hand.enlarge(factor, ...part(event))
    },
    keydown(event) {
      if (event.target !== place || event.ctrlKey || event.metaKey || event.altKey) return
      if (hand.key(event)) event.preventDefault()
    },
  }
  for (const [kind, listener] of Object.entries(listeners)) place.addEventListener(kind, listener, { passive: false })
  return () => {
    for (const [kind, listener] of Object.entries(listeners)) place.removeEventListener(kind, listener)
  }
}
