// Brings the figures of a page to life: a figure wakes when it is near the reader and the reader has shown a sign of life,
// or at once when the address asks for a state of it. Until then nothing but the page's own still is loaded.

import * as permalink from './permalink.js'
import * as tables from './tables.js'

const SIGNS = ['pointerdown', 'pointermove', 'wheel', 'touchstart', 'keydown', 'scroll']
const AT_MOST_3D = 8 // a browser keeps about 16 WebGL contexts, and drops the oldest without a word

const scripts = {
  plotly: () => import('./plots.js'),
  diagram: figure => figure.dataset.script && import(`./diagrams/${figure.dataset.script}.js`),
  table: () => tables,
  pictures: () => null,
  mosaic: () => import('./mosaic.js'),
  gallery: () => import('./gallery.js'),
  atlas: () => import('./atlas.js'),
}
const lives = new Map() // figure -> what its script returned
const near = new Set()
const observer = new IntersectionObserver(noticed, { rootMargin: '400px 0px' })
let awake = false

for (const sign of SIGNS) addEventListener(sign, stir, { once: true, passive: true, capture: true })
addEventListener('hashchange', follow)
new MutationObserver(() => lives.forEach(life => life?.recolour?.())).observe(document.body, {
  attributeFilter: ['data-md-color-scheme'],
})
for (const figure of document.querySelectorAll('.nf-figure')) {
  figure.querySelector('a.nf-link')?.addEventListener('click', copyLink)
  if (figure.dataset.kind === 'table') wake(figure)
  else observer.observe(figure)
}
follow()

function noticed(entries) {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) near.add(target)
    else near.delete(target)
  }
  if (awake) near.forEach(figure => wake(figure))
}

function stir() {
  awake = true
  near.forEach(figure => wake(figure))
}

/** Go to the figure that the address names, in the state it asks for. */
function follow() {
  const { id, state } = permalink.read()
  const figure = state && document.getElementById(id)
  if (!figure?.matches('.nf-figure')) return
  if (lives.has(figure)) sleep(figure)
  wake(figure, state)
  figure.scrollIntoView()
}

async function wake(figure, state = null) {
  if (lives.has(figure)) return
  lives.set(figure, null)
  observer.unobserve(figure)
  near.delete(figure)
  figure.nfState = state
  try {
    const script = await scripts[figure.dataset.kind](figure)
    if (!script) return
    const life = await script.mount(figure, figure.dataset.kind === 'table' ? null : await data(figure), state, state => changed(figure, state))
    lives.set(figure, life ?? {})
    if (life !== null) figure.dataset.live = 'true'
    rest()
  } catch (error) {
    figure.querySelector('.nf-controls')?.replaceChildren()
    console.error(`${figure.id} stays a still:`, error)
  }
}

function sleep(figure) {
  lives.get(figure)?.destroy?.()
  lives.delete(figure)
  delete figure.dataset.live
  if (figure.dataset.kind !== 'table') figure.querySelector('.nf-controls')?.replaceChildren()
}

/** Put the 3D figures that woke first back to sleep when there are too many. */
function rest() {
  const deep = [...lives].filter(([, life]) => life?.is3D).map(([figure]) => figure)
  for (const figure of deep.slice(0, -AT_MOST_3D)) {
    sleep(figure)
    observer.observe(figure)
  }
}

async function data(figure) {
  const response = await fetch(figure.querySelector('a.nf-json').href)
  if (!response.ok) throw new Error(`${response.status} ${response.url}`)
  return response.json()
}

function changed(figure, state) {
  figure.nfState = state
  clearTimeout(changed.timer) // browsers refuse more than about 100 addresses in 30 seconds
  changed.timer = setTimeout(() => permalink.replace(figure.id, state), 250)
}

async function copyLink(event) {
  event.preventDefault()
  event.stopPropagation()
  const link = event.currentTarget
  const figure = link.closest('.nf-figure')
  clearTimeout(changed.timer)
  permalink.replace(figure.id, figure.nfState)
  const said = await navigator.clipboard?.writeText(location.href).then(() => 'link copied', () => null)
  link.dataset.said = said ?? 'link is in the address bar'
  setTimeout(() => delete link.dataset.said, 2500)
}
