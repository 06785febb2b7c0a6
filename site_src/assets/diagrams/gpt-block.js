// Matrices that open to their neurons: by pointer, touch, or Tab and Enter.

import { write } from "./traces.js";

const TEXTS = ["title", "first", "second", "inputs", "neurons", "each", "synapses", "everywhere"];

export function mount(figure, data, state, changed) {
  const names = data.parts.map(({ name }) => name);
  let open = state?.part === "none" ? null : names.includes(state?.part) ? state.part : data.shown;
  const listening = new AbortController();
  const matrices = [...figure.querySelectorAll("[data-part]")];
  for (const panel of figure.querySelectorAll('[data-role="panel"]')) {
    panel.setAttribute("role", "status");
    panel.setAttribute("aria-live", "polite");
  }
  for (const matrix of matrices) {
    const part = data.parts[names.indexOf(matrix.dataset.part)];
    const frame = matrix.querySelector('[data-role="frame"]'); // the numbers around it are in its name
    frame.setAttribute("role", "button");
    frame.setAttribute("tabindex", "0");
    frame.setAttribute("aria-label", `${part.title}: ${part.neurons}, ${part.each.replace("× ", "")}`);
    matrix.style.cursor = "pointer";
    matrix.addEventListener("click", () => turn(part.name), listening);
    matrix.addEventListener("keydown", (event) => pressed(event, part.name), listening);
  }

  function pressed(event, name) {
    if (event.key === "Escape") turn(open);
    else if (event.key === "Enter" || event.key === " ") turn(name);
    else return;
    event.preventDefault();
  }

  function turn(name) {
    open = open === name ? null : name;
    draw();
    changed({ part: open ?? "none" });
  }

  function draw() {
    const said = data.parts[names.indexOf(open)] ?? data.closed;
    for (const role of TEXTS) write(figure, role, said[role]);
    for (const matrix of matrices) {
      const isOpen = matrix.dataset.part === open;
      const frame = matrix.querySelector('[data-role="frame"]');
      frame.setAttribute("aria-expanded", isOpen);
      frame.setAttribute("stroke", isOpen ? "var(--nf-accent)" : "var(--nf-ink)");
      frame.setAttribute("stroke-width", isOpen ? 3 : 1.4);
    }
  }
  draw();
  return { destroy: () => listening.abort() };
}
