// Controls of a figure: labelled, reachable by keyboard, appended to its `.nf-controls`.
//
//   const controls = figure.querySelector('.nf-controls')
//   const step = slider(controls, { label: 'Time step', min: 0, max: 8, value: 3 }, value => draw(value))
//   step.value; step.set(5)          // set() shows a value and calls nobody
//
// Every function takes (container, options, onInput) and returns { element, input, value, set, remove }.

let count = 0

/** A number between min and max. `format` turns it into what is shown and spoken. */
export function slider(container, { label, min, max, step = 1, value = min, format = String }, onInput) {
  const input = element('input', { type: 'range', min, max, step, value })
  const shown = element('output', { class: 'nf-value', 'aria-live': 'off' })
  const show = () => {
    shown.textContent = format(input.valueAsNumber)
    input.setAttribute('aria-valuetext', shown.textContent)
  }
  return control(container, 'slider', label, input, [input, shown], show, onInput, {
    get: () => input.valueAsNumber,
    set: value => { input.value = value },
  })
}

/** One of several: `options` are strings, or { value, label }. */
export function select(container, { label, options, value }, onInput) {
  const choices = options.map(option => (typeof option === 'object' ? option : { value: option, label: option }))
  const input = element('select')
  input.append(...choices.map(choice => {
    const option = element('option', { value: choice.value })
    option.textContent = choice.label
    return option
  }))
  if (value !== undefined) input.value = value
  return control(container, 'select', label, input, [input], () => {}, onInput, {
    get: () => input.value,
    set: value => { input.value = value },
  })
}

/** On or off. */
export function toggle(container, { label, value = false }, onInput) {
  const input = element('input', { type: 'checkbox' })
  input.checked = value
  return control(container, 'toggle', label, input, [input], () => {}, onInput, {
    get: () => input.checked,
    set: value => { input.checked = value },
  })
}

/** Something to do. Returns { element, input, remove, set }, where set() changes its label. */
export function button(container, { label }, onClick) {
  const input = element('button', { type: 'button', class: 'nf-control nf-button' })
  input.textContent = label
  input.addEventListener('click', onClick)
  container.append(input)
  return { element: input, input, set: label => { input.textContent = label }, remove: () => input.remove() }
}

/** A result in words, spoken when it changes. Returns { element, set, remove }. */
export function output(container, { label = '', value = '' } = {}) {
  const wrapper = element('p', { class: 'nf-control nf-output' })
  const shown = element('output', { class: 'nf-value', 'aria-live': 'polite' })
  shown.textContent = value
  if (label) {
    const name = element('span', { class: 'nf-label' })
    name.textContent = label
    wrapper.append(name)
  }
  wrapper.append(shown)
  container.append(wrapper)
  return { element: wrapper, set: value => { shown.textContent = value }, remove: () => wrapper.remove() }
}

function control(container, kind, label, input, parts, show, onInput, { get, set }) {
  const name = element('label', { class: 'nf-label', for: (input.id = `nf-control-${++count}`) })
  const wrapper = element('div', { class: `nf-control nf-${kind}` })
  name.textContent = label
  wrapper.append(...(kind === 'toggle' ? [...parts, name] : [name, ...parts]))
  container.append(wrapper)
  input.addEventListener('input', () => { show(); onInput?.(get()) })
  show()
  return {
    element: wrapper,
    input,
    get value() { return get() },
    set(value) { set(value); show() },
    remove: () => wrapper.remove(),
  }
}

function element(tag, attributes = {}) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}
