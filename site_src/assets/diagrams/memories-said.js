/** What is said of a memory, and how tokens and shares are written: see `figures/memory.py`, `drawing/tokens.py`. */

import { signed } from './weights.js'

const MANY = 5 // so many spaces are counted rather than shown
const NO_HEAD =
  'This network has no head that reads tokens out of a direction, so only the key is shown, not what the value says.'

/** Text with what cannot be seen made visible. */
export const visible = text =>
  text.replaceAll('\t', '⇥').replaceAll('\n', '↵').replace(/[\p{C}\p{Z}]/gu, letter => (letter === ' ' ? ' ' : '�'))

/** A token by itself: the spaces at its ends are dots, for they tell it from others; many are counted. */
export const alone = token =>
  visible(token).replace(/^ +| +$|(?<=↵) +/g, ({ length }) => (length < MANY ? '·'.repeat(length) : `·×${length}`))

/** The token that fires a memory: as in its text, but seen even if it is all spaces. */
export const fired = token => (/[^ ]/.test(token) ? visible(token) : alone(token))

/** A share: more digits the nearer it is to none or all, and none or all only where it is. */
export function percent(share) {
  const edge = 100 * Math.min(share, 1 - share)
  if (edge > 0 && edge < 0.005) return share < 0.5 ? '<\u20090.01%' : '>\u200999.99%'
  return `${signed(100 * share, edge >= 10 || edge === 0 ? 0 : edge >= 0.95 ? 1 : 2)}%`
}

/** How often a memory fires, and how its texts agree. */
export function ofKey({ active, n_texts, last_purity, next_purity, without_last }) {
  if (!active) return 'It never fires.'
  const [ends, next] = [last_purity, next_purity].map(share => Math.round(n_texts * share))
  const said = [`Fires for ${percent(active)} of tokens.`]
  said.push(n_texts > 1 ? `Of its ${n_texts} strongest texts ${ends} end alike and ${next} go on alike.` : 'A single text fires it.')
  if (without_last !== null) said.push(`Without their last token ${percent(without_last)} of its activation is left.`)
  return said.join(' ')
}

/** Whether the token that its value promotes most is the one that follows. */
export function ofValue({ has_head, tokens }, { n_texts, agreed, agrees, promoted }) {
  if (!has_head) return NO_HEAD
  if (agreed === null) return ''
  const strongest = agrees ? 'the strongest among them' : 'not the strongest'
  const often = agreed ? `${Math.round(n_texts * agreed)} of ${n_texts} texts, ${strongest}` : 'none of those texts'
  return `The token it promotes most, “${alone(tokens[promoted[0]])}”, follows ${often}.`
}
