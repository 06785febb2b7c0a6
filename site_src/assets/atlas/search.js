// A class to filter by, found by its name: an input with a list, as in https://www.w3.org/WAI/ARIA/apg/patterns/combobox/.

import { element } from '../gallery/elements.js'

const LISTED = 50

let count = 0

export class Search {
  #names
  #list
  #input
  #clear
  #choose
  #found = []
  #at = -1
  #label = -1

  /** `classes` are the indices of `labels` that can be chosen; `choose(label)` is called with one of them, or -1. */
  constructor(labels, classes, choose) {
    const id = `nf-atlas-search-${++count}`
    this.#choose = choose
    this.#names = classes.map(label => ({ label, name: labels[label], folded: labels[label].toLowerCase() }))
    this.#list = element('ul', '', { id: `${id}-list`, role: 'listbox', 'aria-label': 'Classes' })
    this.#input = element('input', '', {
      id, type: 'text', role: 'combobox', placeholder: 'all classes', autocomplete: 'off', spellcheck: 'false',
      'aria-expanded': 'false', 'aria-controls': `${id}-list`, 'aria-autocomplete': 'list',
    })
    this.#clear = element('button', '', { type: 'button', 'aria-label': 'Show all classes', title: 'Show all classes' }, '×')
    this.element = element('div', 'nf-control nf-search nf-atlas-search', {},
      element('label', 'nf-label', { for: id }, 'Filter by class'), element('div', '', {}, this.#input, this.#clear), this.#list)
    this.#list.hidden = this.#clear.hidden = true
    this.#listen()
  }

  #listen() {
    this.#input.addEventListener('input', () => this.#open(this.#input.value))
    this.#input.addEventListener('click', () => this.#list.hidden && this.#open(''))
    this.#input.addEventListener('keydown', event => this.#key(event))
    this.#input.addEventListener('blur', () => this.show(this.#label))
    this.#list.addEventListener('pointerdown', event => event.preventDefault())
    this.#list.addEventListener('click', event => {
      const option = event.target.closest('[role="option"]')
      if (option) this.#take(Number(option.dataset.label))
    })
    this.#clear.addEventListener('click', () => {
      this.#take(-1)
      this.#input.focus()
      this.#close()
    })
  }

  /** Show which class is chosen, and call nobody. */
  show(label) {
    this.#label = label
    this.#input.value = this.#names.find(each => each.label === label)?.name ?? ''
    this.#clear.hidden = label < 0
    this.#close()
  }

  #take(label) {
    this.show(label)
    this.#choose(label)
  }

  #open(typed) {
    const asked = typed.trim().toLowerCase()
    const begins = ({ folded }) => folded.startsWith(asked)
    const found = this.#names.filter(({ folded }) => folded.includes(asked))
    this.#found = [...found.filter(begins), ...found.filter(each => !begins(each))].slice(0, LISTED)
    const option = ({ label, name }, k) => element('li', '', { id: `${this.#list.id}-${k}`, role: 'option', 'data-label': label, 'aria-selected': 'false' }, name)
    const none = element('li', 'nf-none', { role: 'option', 'aria-disabled': 'true' }, 'no such class')
    this.#list.replaceChildren(...(this.#found.length ? this.#found.map(option) : [none]))
    this.#list.hidden = false
    this.#input.setAttribute('aria-expanded', 'true')
    this.#mark(asked && this.#found.length ? 0 : -1)
  }

  #close() {
    this.#list.hidden = true
    this.#input.setAttribute('aria-expanded', 'false')
    this.#input.removeAttribute('aria-activedescendant')
  }

  #mark(at) {
    const options = [...this.#list.children]
    options[this.#at]?.setAttribute('aria-selected', 'false')
    this.#at = at
    options[at]?.setAttribute('aria-selected', 'true')
    const marked = at < 0 ? null : options[at]
    if (!marked) return this.#input.removeAttribute('aria-activedescendant')
    this.#input.setAttribute('aria-activedescendant', marked.id)
    this.#list.scrollTop = Math.min(marked.offsetTop, Math.max(this.#list.scrollTop, marked.offsetTop + marked.offsetHeight - this.#list.clientHeight))
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && this.#list.hidden) this.#open('')
    else if (step && this.#found.length) this.#mark((this.#at + step + this.#found.length + (this.#at < 0 && step < 0 ? 1 : 0)) % this.#found.length)
    else if (event.key === 'Enter' && !this.#list.hidden && this.#found[this.#at]) this.#take(this.#found[this.#at].label)
    else if (event.key === 'Enter' && !this.#input.value.trim()) this.#take(-1)
    else if (event.key === 'Escape' && !this.#list.hidden) this.show(this.#label)
    else if (event.key === 'Escape' && this.#label >= 0) this.#take(-1)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}
