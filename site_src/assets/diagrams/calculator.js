// Count any decoder: choose a published one, change its numbers, read neurons, synapses and parameters to the unit.

import { output, select, toggle } from "../controls.js";
import { FIELDS, LARGEST, change, complaint, count } from "./decoder.js";
import { write } from "./traces.js";

const GRID = "flex: 1 0 100%; display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: .5rem 1rem";
const CELL = "display: flex; flex-direction: column; gap: .15rem; color: var(--nf-muted)";
const FIELD =
  "font: inherit; font-variant-numeric: tabular-nums; min-height: 2.25rem; padding: .2rem .6rem; box-sizing: border-box; " +
  "width: 100%; color: var(--nf-ink); background: var(--nf-surface); border: 1px solid var(--nf-muted); border-radius: .3rem";
let made = 0;

export function mount(figure, data, state, changed) {
  const controls = figure.querySelector(".nf-controls");
  const published = new Map(data.presets.map((preset) => [preset.name, preset]));
  let name = published.has(state?.p) ? state.p : data.shown;
  let shape = { ...published.get(name).shape, ...read(state) };

  const chooser = select(
    controls,
    { label: "Start from", options: data.presets.map((preset) => ({ value: preset.name, label: preset.title })), value: name },
    (chosen) => {
      name = chosen;
      shape = { ...published.get(chosen).shape };
      show();
    },
  );
  const grid = controls.appendChild(document.createElement("div"));
  grid.style.cssText = GRID;
  const inputs = FIELDS.map(([field, label, smallest]) => [
    field,
    whole(grid, label, smallest, (value) => {
      shape = change(shape, field, value);
      show(field);
    }),
  ]);
  const gate = toggle(controls, { label: "gated feed-forward", value: Boolean(shape.gated) }, (on) => {
    shape = { ...shape, gated: Number(on) };
    show();
  });
  const heard = output(controls);

  function show(typed) {
    draw(typed);
    const { shape: before } = published.get(name);
    const own = Object.entries(shape).filter(([field, value]) => value !== before[field]);
    if (!complaint(shape)) changed({ p: name, ...Object.fromEntries(own) });
  }

  function draw(typed) {
    for (const [field, input] of inputs) if (field !== typed) input.value = shape[field];
    gate.set(Boolean(shape.gated));
    const wrong = complaint(shape);
    for (const [field, input] of inputs) {
      const isValid = valid(field, shape[field]);
      input.setAttribute("aria-invalid", !isValid);
      input.style.borderColor = `var(--nf-${isValid ? "muted" : "positive"})`;
    }
    heard.set(wrong);
    if (wrong) return;
    const counted = count(shape);
    const { title, shape: before } = published.get(name);
    const own = Object.keys(before).some((field) => before[field] !== shape[field]);
    write(figure, "title", own ? `Your own, begun from ${title}` : title);
    for (const role of ["neurons", "synapses", "parameters"]) fit(figure, role, grouped(counted[role]));
    write(figure, "each", grouped(Number(counted.synapses) / Number(counted.neurons), 1));
    write(figure, "active", inUse(counted));
    for (const row of figure.querySelectorAll("[data-group]")) {
      const part = counted.groups[row.dataset.group];
      const share = Number(part) / Number(counted.parameters);
      const bar = row.querySelector('[data-role="bar"]');
      bar.setAttribute("width", (bar.dataset.full * share).toFixed(2));
      row.querySelector('[data-role="count"]').textContent = grouped(part);
      row.querySelector('[data-role="share"]').textContent = percent(share);
    }
    const [neurons, synapses] = [counted.neurons, counted.synapses].map((value) => grouped(value));
    if (announced) heard.set(`${neurons} neurons, ${synapses} synapses`);
    announced = true;
  }
  let announced = false;
  draw();
  return { chooser };
}

const valid = (field, value) => {
  const [, , smallest] = FIELDS.find(([name]) => name === field);
  return Number.isInteger(value) && value >= smallest && value <= LARGEST;
};

// Write a number, smaller when it is longer than any published one.
function fit(figure, role, text) {
  write(figure, role, text);
  for (const node of figure.querySelectorAll(`[data-role="${role}"]`)) {
    node.dataset.size ??= node.getAttribute("font-size");
    node.setAttribute("font-size", node.dataset.size * Math.min(1, 15 / text.length));
  }
}

export const grouped = (value, digits = 0) =>
  value.toLocaleString("en", digits ? { minimumFractionDigits: digits, maximumFractionDigits: digits } : {});

export const percent = (share) => (share > 0 && share < 0.0005 ? "< 0.1%" : `${(100 * share).toFixed(1)}%`);

export const inUse = ({ synapses, active_synapses: active }) =>
  active === synapses ? "every token uses them all" : `a token uses ${grouped(active)}`;

// A whole number that is typed; what does not parse is NaN and named by `complaint`.
function whole(container, label, smallest, onInput) {
  const wrapper = document.createElement("div");
  wrapper.style.cssText = CELL;
  const name = document.createElement("label");
  name.textContent = label;
  const input = document.createElement("input");
  const id = `nf-whole-${++made}`;
  Object.assign(input, { type: "number", min: smallest, max: LARGEST, step: 1, id, inputMode: "numeric" });
  input.style.cssText = FIELD;
  name.htmlFor = input.id;
  wrapper.append(name, input);
  container.append(wrapper);
  input.addEventListener("input", () => onInput(input.valueAsNumber));
  return input;
}

// Accept from the address only numbers that the fields could hold.
function read(state) {
  const kept = {};
  for (const [field] of FIELDS) if (valid(field, state?.[field])) kept[field] = state[field];
  if (state?.gated === 0 || state?.gated === 1) kept.gated = state.gated;
  return complaint({ ...Object.fromEntries(FIELDS.map(([field]) => [field, 1])), ...kept }) && kept.n_experts > 0 ? {} : kept;
}
