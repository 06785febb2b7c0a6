// Numbers along the axes, as `generators/drawing/mosaic_files.py: ticks` chooses them.

const TICKS = 5

/** Round numbers from low to high, with what is written there. */
export function ticks(low, high) {
  const rough = (high - low) / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find(each => each * power >= rough * 0.999) * power
  const digits = Math.max(0, -Math.floor(Math.log10(step * 1.001)))
  const made = []
  for (let count = Math.ceil(low / step - 1e-6); count <= Math.floor(high / step + 1e-6); count++) {
    const value = count * step
    made.push({ value, label: (count ? value : 0).toFixed(digits).replace('-', '−') })
  }
  return made
}

/** Write both axes of a view into their places. */
export function write(view, across, along) {
  const [left, right, low, high] = [view.left, view.left + view.width, view.top - view.height, view.top]
  fill(across, ticks(left, right), value => ['left', (value - left) / view.width])
  fill(along, ticks(low, high), value => ['top', (high - value) / view.height])
}

function fill(place, numbers, at) {
  while (place.children.length > numbers.length) place.lastChild.remove()
  while (place.children.length < numbers.length) place.append(document.createElement('span'))
  numbers.forEach(({ value, label }, index) => {
    const [side, part] = at(value)
    const tick = place.children[index]
    if (tick.textContent !== label) tick.textContent = label
    tick.style[side] = `${100 * part}%`
  })
}
