/** Four modifiers: the reader moves one preactivation along all of them; see `figures/activations.py`. */

import { slider } from '../controls.js'
import { all, scan, set, signed, speaker, write } from './weights.js'

export function mount(figure, data, state, changed) {
  const limit = data.grid.at(-1)
  const step = data.grid[1] - data.grid[0]
  const nearest = z => Math.min(data.grid.length - 1, Math.max(0, Math.round((z + limit) / step)))
  let k = Number.isFinite(state?.z) ? nearest(state.z) : data.shown

  const controls = figure.querySelector('.nf-controls')
  const z = slider(
    controls,
    {
      label: 'Preactivation z',
      min: 0,
      max: data.grid.length - 1,
      value: k,
      format: index => signed(data.grid[index]),
    },
    index => move(index, true),
  )
  const say = speaker(controls)

  function move(index, meant) {
    k = index
    z.set(k)
    for (const panel of all(figure, '[data-panel]')) {
      const [which, x, y, side] = panel.dataset.panel.split(' ').map(Number)
      const { values, slopes } = data.modifiers[which]
      const across = x + (side * k) / (data.grid.length - 1)
      set(all(panel, '[data-dot]'), { cx: across, cy: y + (side * (limit - values[k])) / (2 * limit) })
      for (const line of all(panel, '[data-line]')) {
        const bottom = line.getAttribute('d').split('V')[1]
        set([line], { d: `M${across} ${y}V${bottom}` })
      }
      write(panel, '[data-says]', `${signed(values[k])}, slope ${signed(slopes[k])}`)
    }
    say(data.modifiers.map(each => `${each.name} ${signed(each.values[k])}`).join(', '))
    if (meant) changed({ z: Number(data.grid[k].toFixed(3)) })
  }

  const plates = scan(figure, '[data-plate]', {
    rows: 1,
    columns: data.grid.length,
    describe: () => 'Arrow keys move the preactivation',
    at: () => [0, k],
    choose: (plate, row, column, meant) => move(column, meant),
  })
  for (const plate of all(figure, '[data-plate]')) plate.setAttribute('tabindex', '-1') // the slider is the tab stop

  move(k, false)
  return { destroy: plates.destroy }
}
