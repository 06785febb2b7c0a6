// Small pictures in many states: a reader answers questions, points at a picture and reads what is known of it.
// A room, which is what the answers lead to, is fetched when it is wanted; until it is there the one before stays.

import { select, slider } from './controls.js'
import { element, keepHeight } from './gallery/elements.js'
import { Hall } from './gallery/hall.js'
import { Rooms } from './gallery/rooms.js'

const RESTS_MS = 120 // a slider that is drawn past a room does not fetch it
const SLOW_MS = 300
const AHEAD_MS = 400

export async function mount(figure, data, state, changed) {
  const stage = figure.querySelector('.nf-gallery')
  const still = [...stage.childNodes]
  const { questions } = data
  const rooms = new Rooms(figure.querySelector('a.nf-json').href.replace(/\.json$/, ''), data.hung)
  const start = [...answersAt(data.start), 0]
  let shown = readAnswers(state?.at) ?? start
  let wanted = shown
  let timers = []

  const parts = {
    questions: element('div', 'nf-controls nf-questions'),
    answers: element('dl', 'nf-answers'),
    waiting: element('p', 'nf-waiting', { role: 'status' }),
    told: element('div', 'nf-told', { 'aria-live': 'polite' }),
  }
  const hall = new Hall(stage, data)
  const controls = questions.map(ask)
  const heights = [parts.told, hall.element].map(keepHeight)

  const room = await rooms.load(roomAt(shown))
  stage.replaceChildren(parts.questions, parts.answers, parts.told, parts.waiting, hall.element)
  enter(room)
  let width = null
  const sized = new ResizeObserver(([{ contentRect }]) => {
    if (width !== contentRect.width) heights.forEach(keep => keep())
    width = contentRect.width
  })
  sized.observe(stage)

  return {
    destroy() {
      sized.disconnect()
      wanted = null
      timers.forEach(clearTimeout)
      stage.replaceChildren(...still)
    },
  }

  // Rooms and answers -------------------------------------------------------------------------------------------------------

  function roomAt(answers) {
    return questions.slice(0, -1).reduce((index, { options }, k) => index * options.length + answers[k], 0)
  }

  function answersAt(index) {
    return questions.slice(0, -1).reduceRight((answers, { options }) => {
      answers.unshift(index % options.length)
      index = Math.floor(index / options.length)
      return answers
    }, [])
  }

  /** Take from an address, which anyone may have written, an answer to each question. */
  function readAnswers(given) {
    if (!Array.isArray(given) || given.length !== questions.length) return null
    const answers = questions.map(({ options }, k) => options.indexOf(given[k]))
    return answers.includes(-1) ? null : answers
  }

  function ask({ label, options, slides }, k) {
    if (options.length < 2) return null
    const answer = value => go(wanted.with(k, Number(value)))
    if (!slides) {
      const choices = options.map((option, value) => ({ value, label: option }))
      return select(parts.questions, { label, options: choices, value: shown[k] }, answer)
    }
    const made = slider(parts.questions, { label, min: 0, max: options.length - 1, value: shown[k], format: at => options[at] }, answer)
    const longest = Math.max(...options.map(option => option.length))
    made.element.querySelector('output').style.minWidth = `${longest}ch`
    return made
  }

  // What a reader sees --------------------------------------------------------------------------------------------------------

  async function go(answers) {
    wanted = answers
    const index = roomAt(answers)
    const mine = () => wanted === answers
    timers.forEach(clearTimeout)
    timers = [setTimeout(() => say(`Fetching ${named(answers)} …`, true), SLOW_MS)]
    if (!rooms.has(index)) await new Promise(resolve => setTimeout(resolve, RESTS_MS))
    if (!mine()) return
    try {
      const room = await rooms.load(index)
      if (!mine()) return
      shown = answers
      enter(room)
      changed(answers.every((answer, k) => answer === start[k]) ? {} : { at: answers.map((answer, k) => questions[k].options[answer]) })
    } catch (error) {
      if (!mine()) return
      wanted = shown
      controls.forEach((control, k) => control?.set(shown[k]))
      timers.forEach(clearTimeout)
      say(`${named(answers)} could not be fetched; this is still ${named(shown)}.`)
      console.warn(`${figure.id}:`, error)
    }
  }

  function enter(room) {
    timers.forEach(clearTimeout)
    say('')
    parts.told.replaceChildren(...room.said.map(sentence => element('p', '', {}, sentence)))
    parts.answers.replaceChildren(...questions.flatMap(({ label, options }, k) => (options.length < 2 ? [] : [
      element('div', '', {}, element('dt', '', {}, label), element('dd', '', {}, options[shown[k]])),
    ])))
    hall.show(room, shown.at(-1))
    heights.forEach(keep => keep())
    timers = [setTimeout(lookAhead, AHEAD_MS)]
  }

  /** Fetch the room beside this one along the slider, so that the reader need not wait for it. */
  function lookAhead() {
    const k = questions.findIndex(({ slides }) => slides)
    if (k < 0 || k === questions.length - 1 || navigator.connection?.saveData) return
    const next = shown[k] + 1 < questions[k].options.length ? shown[k] + 1 : shown[k] - 1
    if (next >= 0) rooms.load(roomAt(shown.with(k, next))).catch(() => {})
  }

  function named(answers) {
    return questions.slice(0, -1).map(({ options }, k) => options[answers[k]]).join(', ')
  }

  function say(sentence, busy = false) {
    parts.waiting.textContent = sentence
    hall.element.setAttribute('aria-busy', busy)
  }
}
