// The same number of spikes at other times: the reader chooses count, weight and pattern.

import { button, output, select, slider } from "../controls.js";
import { countSpikes, merge, run, trainsOf } from "./lif.js";
import { inWords, lanes, redraw, write } from "./traces.js";

const SAMPLE_MS = 0.5;

export function mount(figure, data, state, changed) {
  const { membrane, end_ms: end, patterns } = data;
  const view = { n: data.n_spikes, w: data.weight, p: data.pattern, seed: data.seed, ...read(state, data) };
  const controls = figure.querySelector(".nf-controls");
  const places = { reference: lanes(figure, "reference"), chosen: lanes(figure, "chosen") };

  const update = (change) => {
    Object.assign(view, change);
    draw();
    changed({ ...view });
  };
  slider(
    controls,
    { label: "Input spikes", min: 1, max: 30, step: 1, value: view.n, format: (n) => `${n}` },
    (n) => update({ n }),
  );
  slider(
    controls,
    { label: "Weight", min: 0.1, max: 4, step: 0.1, value: view.w, format: (w) => w.toFixed(1) },
    (w) => update({ w }),
  );
  const chooser = select(
    controls,
    { label: "When they come", options: patterns.map(({ name, label }) => ({ value: name, label })), value: view.p },
    (p) => update({ p }),
  );
  button(controls, { label: "Draw other random times" }, () => {
    chooser.set("random");
    update({ p: "random", seed: view.seed + 1 });
  });
  const heard = output(controls);

  const rows = [...figure.querySelectorAll("[data-pattern]")];
  const choose = (event) => {
    const row = event.target.closest("[data-pattern]");
    if (!row) return;
    const { name } = patterns[row.dataset.pattern];
    chooser.set(name);
    update({ p: name });
  };
  for (const row of rows) {
    row.style.cursor = "pointer";
    row.addEventListener("click", choose);
  }

  function draw() {
    const sent = patterns.map((pattern) => trainsOf(pattern, view.n, view.seed));
    const counts = sent.map((trains) => countSpikes(merge(trains, [view.w, view.w]), membrane, end));
    const chosen = patterns.findIndex(({ name }) => name === view.p);
    for (const [name, index] of [["reference", 0], ["chosen", chosen]]) {
      const answer = run(sent[index], [view.w, view.w], membrane, end, SAMPLE_MS);
      for (const place of places[name]) redraw(place, sent[index], answer);
      write(figure, `${name}-count`, inWords(counts[index]));
    }
    const { label } = patterns[chosen];
    write(figure, "chosen-title", label[0].toUpperCase() + label.slice(1));
    for (const row of rows) {
      const index = Number(row.dataset.pattern);
      const bar = row.querySelector('[data-role="bar"]');
      bar.setAttribute("width", (bar.dataset.full * Math.min(counts[index], data.most)) / data.most);
      row.querySelector('[data-role="count"]').textContent = counts[index];
      row.querySelector('[data-role="back"]').setAttribute("opacity", index === chosen ? 1 : 0);
    }
    heard.set(verdict(counts[chosen] - counts[0], label, chosen));
  }
  draw();
  return { destroy: () => rows.forEach((row) => row.removeEventListener("click", choose)) };
}

// Accept a state only where it is one that the controls can reach.
function read(state, { patterns }) {
  const kept = {};
  const [n, w, seed] = [state?.n, state?.w, state?.seed].map(Number);
  if (n >= 1 && n <= 30) kept.n = Math.round(n);
  if (w >= 0.1 && w <= 4) kept.w = Math.round(w * 10) / 10;
  if (Number.isSafeInteger(seed)) kept.seed = seed;
  if (patterns.some(({ name }) => name === state?.p)) kept.p = state.p;
  return kept;
}

export function verdict(more, label, chosen) {
  if (!chosen) return "The evenly spaced train itself: choose another pattern to compare.";
  const name = label[0].toUpperCase() + label.slice(1);
  if (!more) return `${name}: no more and no fewer spikes than evenly spaced.`;
  return `${name}: ${Math.abs(more)} ${more > 0 ? "more" : "fewer"} than evenly spaced, from the same number of input spikes.`;
}
