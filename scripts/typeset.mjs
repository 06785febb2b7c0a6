// Set formulas with KaTeX: a JSON list of {tex, display} on standard input, a list of {html} or {error} on standard output.

import { text } from 'node:stream/consumers'
import katex from 'katex'

const formulas = JSON.parse(await text(process.stdin))
const answers = formulas.map(({ tex, display }) => {
  try {
    return { html: katex.renderToString(tex, { displayMode: display, throwOnError: true, strict: 'ignore', trust: false }) }
  } catch (error) {
    return { error: error.message.replace(/^KaTeX parse error:\s*/, '') }
  }
})
process.stdout.write(JSON.stringify(answers))
