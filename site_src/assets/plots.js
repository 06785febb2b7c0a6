// A plotly figure, live: in the reader's theme, with native controls for its sliders and menus, and its view in the address.

import { button, select, slider } from './controls.js'

const IS_3D = new Set(['mesh3d', 'scatter3d', 'surface'])
const PHONE = 600
const CONFIG = {
  displaylogo: false,
  modeBarButtonsToRemove: ['autoScale2d', 'lasso2d', 'select2d'],
  plotlyServerURL: '',
  responsive: true,
  showSendToCloud: false,
}
const templates = new Map()

export async function mount(figure, spec, state, changed) {
  const is3D = spec.data.some(trace => IS_3D.has(trace.type))
  if (is3D && !hasWebGL()) return null
  const [{ load }] = await Promise.all([import('./vendor/plotly.js'), template()])
  const Plotly = await load(spec)

  const stage = figure.querySelector('.nf-stage')
  const place = document.createElement('div')
  place.className = 'nf-plot'
  place.tabIndex = 0
  place.setAttribute('role', 'group')
  place.setAttribute('aria-label', figure.dataset.alt)
  place.setAttribute('aria-description', 'Arrow keys move the view, plus and minus zoom, 0 goes back.')
  stage.append(place)

  const phone = stage.clientWidth < PHONE
  const { sliders = [], updatemenus = [], width, height, ...layout } = spec.layout ?? {}
  let view = readView(state)
  const controls = []
  const drawn = async () => ({
    data: resolve(spec.data).map(phone ? smallerText : trace => trace).map((trace, index) => (view.hidden?.includes(index) ? { ...trace, visible: 'legendonly' } : trace)),
    layout: withView({ ...resolve(layout), ...(phone ? resolve(forPhone(layout, is3D)) : {}), autosize: true, template: await template() }, view),
    frames: resolve(spec.frames ?? []),
    config: { ...CONFIG, displayModeBar: phone ? false : 'hover' },
  })
  const first = await drawn()
  try {
    await Plotly.newPlot(place, first)
  } catch (error) {
    place.remove()
    throw error
  }
  const original = currentView(place)

  const tell = () => changed({ ...view, ...Object.fromEntries(controls.map((control, index) => [`c${index}`, control.value]).filter(([, value]) => value !== undefined)) })
  const run = ({ method = 'restyle', args = [] }) => (method === 'skip' ? null : Plotly[method](place, ...still(resolve(args), method)))
  addControls(figure.querySelector('.nf-controls'), sliders, updatemenus, controls, run, tell)
  for (const [index, control] of controls.entries()) await control.restore(state?.[`c${index}`])

  const moved = () => {
    view = difference(currentView(place), original)
    tell()
  }
  place.on('plotly_relayout', moved)
  place.on('plotly_restyle', moved)
  place.addEventListener('keydown', event => key(event, Plotly, place, first.layout))

  return {
    is3D,
    async recolour() {
      await Plotly.react(place, await drawn())
      for (const control of controls) await control.restore(control.value)
    },
    destroy() {
      Plotly.purge(place)
      place.remove()
    },
  }
}

// Colours ---------------------------------------------------------------------------------------------------------------

/** Put the page's colours where the figure names them by role. */
function resolve(value) {
  const colours = getComputedStyle(document.body)
  const walk = value => {
    if (typeof value === 'string') return value.includes('var(--nf-') ? value.replace(/var\((--nf-\w+)\)/g, (_, name) => colours.getPropertyValue(name).trim()) : value
    if (Array.isArray(value)) return value.map(walk)
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
    return value
  }
  return walk(value)
}

async function template() {
  const name = document.body.dataset.mdColorScheme === 'slate' ? 'dark' : 'light'
  if (!templates.has(name)) {
    templates.set(name, fetch(new URL(`./template-${name}.json`, import.meta.url)).then(response => response.json()))
  }
  return templates.get(name)
}

// A small screen, little motion, no WebGL ---------------------------------------------------------------------------------

/** Smaller letters, the legend under the plot, and a finger that scrolls the page instead of moving the plot. */
function forPhone(layout, is3D) {
  const axes = ['xaxis', 'yaxis', ...Object.keys(layout)].filter(name => AXIS.test(name))
  return {
    ...Object.fromEntries(axes.map(name => [name, smaller(layout[name])])),
    annotations: layout.annotations?.map(note => ({ ...note, font: { ...note.font, size: 11 } })),
    dragmode: is3D ? layout.dragmode : false,
    font: { ...layout.font, size: 12 },
    legend: { ...layout.legend, orientation: 'h', x: 0, xanchor: 'left', y: 0, yanchor: 'bottom', yref: 'container' },
    margin: { l: 8, r: 8, t: 20, b: is3D ? 0 : 8 },
  }
}

function smaller(axis = {}) {
  const title = typeof axis.title === 'string' ? { text: axis.title } : axis.title
  return {
    ...axis,
    tickfont: { ...axis.tickfont, size: 11 },
    title: { ...title, font: { ...title?.font, size: 13 }, standoff: 6 },
  }
}

function smallerText(trace) {
  if (!trace.textfont?.size) return trace
  return { ...trace, textfont: { ...trace.textfont, size: trace.type === 'heatmap' ? 9 : 11 } }
}

function still(args, method) {
  if (method !== 'animate' || !matchMedia('(prefers-reduced-motion: reduce)').matches) return args
  return [args[0], { ...args[1], frame: { ...args[1]?.frame, duration: 0 }, transition: { duration: 0 } }]
}

function hasWebGL() {
  const context = document.createElement('canvas').getContext('webgl2') ?? document.createElement('canvas').getContext('webgl')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return Boolean(context)
}

// Controls --------------------------------------------------------------------------------------------------------------

function addControls(container, sliders, menus, controls, run, tell) {
  for (const { steps = [], active = 0, currentvalue = {} } of sliders) {
    const made = slider(
      container,
      { label: (currentvalue.prefix ?? '').replace(/[:=\s]+$/, '') || 'Step', min: 0, max: steps.length - 1, value: active, format: index => steps[index].label + (currentvalue.suffix ?? '') },
      async index => { await run(steps[index]); tell() },
    )
    controls.push(restorable(made, steps, active, run, index => index))
  }
  for (const { buttons = [], active = 0, type = 'dropdown', name } of menus) {
    if (type === 'buttons') {
      for (const step of buttons) button(container, { label: step.label }, () => run(step))
      continue
    }
    const options = buttons.map(({ label }, index) => ({ value: String(index), label }))
    const made = select(container, { label: name ?? 'Show', options, value: String(Math.max(0, active)) }, async index => { await run(buttons[index]); tell() })
    controls.push(restorable(made, buttons, Math.max(0, active), run, String))
  }
}

function restorable(control, steps, first, run, shown) {
  return {
    get value() {
      const index = Number(control.value)
      return index === first ? undefined : index
    },
    async restore(index) {
      if (!steps[index]) return
      control.set(shown(index))
      await run(steps[index])
    },
  }
}

// The view: axis ranges, cameras, hidden traces -----------------------------------------------------------------------------

const AXIS = /^[xy]axis\d*$/
const SCENE = /^scene\d*$/

function currentView(place) {
  const view = {}
  for (const [name, part] of Object.entries(place.layout)) {
    if (AXIS.test(name) && part.range) view[name] = part.range.map(rounded)
    if (SCENE.test(name) && part.camera?.eye) {
      const { eye, center = {}, up = {} } = part.camera
      view[name] = [eye.x, eye.y, eye.z, center.x ?? 0, center.y ?? 0, center.z ?? 0, up.x ?? 0, up.y ?? 0, up.z ?? 1].map(rounded)
    }
  }
  const hidden = place.data.flatMap((trace, index) => (trace.visible === 'legendonly' ? [index] : []))
  if (hidden.length) view.hidden = hidden
  return view
}

function difference(view, original) {
  return Object.fromEntries(Object.entries(view).filter(([name, value]) => String(value) !== String(original[name])))
}

/** Take from an address, which anyone may have written, only lists of numbers under the names of a view. */
function readView(state) {
  const numbers = value => Array.isArray(value) && value.every(Number.isFinite)
  const length = name => (AXIS.test(name) ? 2 : SCENE.test(name) ? 9 : null)
  return Object.fromEntries(Object.entries(state ?? {}).filter(([name, value]) => numbers(value) && (name === 'hidden' || value.length === length(name))))
}

function withView(layout, view) {
  for (const [name, value] of Object.entries(view)) {
    if (AXIS.test(name)) layout[name] = { ...layout[name], range: value, autorange: false }
    if (SCENE.test(name)) layout[name] = { ...layout[name], camera: camera(value) }
  }
  return layout
}

function camera([x, y, z, cx, cy, cz, ux, uy, uz]) {
  return { eye: { x, y, z }, center: { x: cx, y: cy, z: cz }, up: { x: ux, y: uy, z: uz } }
}

function rounded(value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}

// Keys ------------------------------------------------------------------------------------------------------------------

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
const ZOOMS = { '+': 0.8, '=': 0.8, '-': 1.25 }

function key(event, Plotly, place, first) {
  if (event.target !== place || event.ctrlKey || event.metaKey || event.altKey) return
  const change = keyed(event.key, place.layout, first)
  if (!change) return
  event.preventDefault()
  Plotly.relayout(place, change)
}

function keyed(name, layout, first) {
  const [right, up] = MOVES[name] ?? [0, 0]
  const zoom = ZOOMS[name] ?? 1
  if (!MOVES[name] && !ZOOMS[name] && name !== '0') return null
  const change = {}
  for (const part of Object.keys(layout)) {
    if (AXIS.test(part) && layout[part].range && !layout[part].fixedrange) {
      const original = first[part]?.range
      if (name === '0') Object.assign(change, original ? { [`${part}.range`]: [...original] } : { [`${part}.autorange`]: true })
      else change[`${part}.range`] = moveRange(layout[part].range, part[0] === 'x' ? right : up, zoom)
    }
    if (SCENE.test(part)) change[`${part}.camera`] = name === '0' ? first[part]?.camera ?? null : turn(layout[part].camera, right, up, zoom)
  }
  return change
}

function moveRange([from, to], steps, zoom) {
  const middle = (from + to) / 2 + (steps * (to - from)) / 10
  const half = ((to - from) / 2) * zoom
  return [middle - half, middle + half]
}

function turn(camera, right, up, zoom) {
  const { x = 1.25, y = 1.25, z = 1.25 } = camera?.eye ?? {}
  const radius = Math.hypot(x, y, z) * zoom
  const around = Math.atan2(y, x) + (right * Math.PI) / 18
  const above = Math.min(1.5, Math.max(-1.5, Math.asin(z / Math.hypot(x, y, z)) + (up * Math.PI) / 18))
  const eye = { x: radius * Math.cos(above) * Math.cos(around), y: radius * Math.cos(above) * Math.sin(around), z: radius * Math.sin(above) }
  return { ...camera, eye }
}
