// How full a map is, as a small picture: darker where more activations lie; under a filter, coloured where it shows cells.

import { bytes } from './level.js'

const COVERED = 0.16 // of the ink that stays where the filter hides cells

export function draw(canvas, { n, counts }, colours, level, look) {
  Object.assign(canvas, { width: n, height: n })
  const context = canvas.getContext('2d')
  const image = context.createImageData(n, n)
  const opacities = level && look.column >= 0 ? level.opacities(look) : null
  const hue = rgb(opacities ? (look.sign > 0 ? colours.positive : colours.negative) : colours.ink)
  const ink = rgb(colours.ink)
  bytes(counts).forEach((count, at) => {
    const cell = opacities ? level.at(((at % n) + 0.5) / n, (Math.floor(at / n) + 0.5) / n) : -1
    const shown = opacities ? (cell < 0 ? 0 : opacities[cell]) : 1
    const colour = hue.map((part, k) => shown * part + (1 - shown) * ink[k])
    image.data.set([...colour, count * (COVERED + (1 - COVERED) * shown)], 4 * at)
  })
  context.putImageData(image, 0, 0)
}

function rgb(colour) {
  return colour.trim().match(/[0-9a-f]{2}/gi).map(part => parseInt(part, 16))
}
