// One neuron, one synapse of each sign: the reader sets how strongly the second one inhibits.

import { output, slider } from "../controls.js";
import { run } from "./lif.js";
import { inWords, lanes, redraw, write } from "./traces.js";

const SAMPLE_MS = 0.5;

export function mount(figure, data, state, changed) {
  const { membrane, end_ms: end, arrivals_ms: trains, inhibitory_weights: weights } = data;
  const [strongest, weakest] = [Math.min(...weights), Math.max(...weights)];
  const kept = Number(state?.w ?? NaN);
  let inhibition = kept >= strongest && kept <= weakest ? kept : data.weights[1];
  const places = lanes(figure, "signs");
  const controls = figure.querySelector(".nf-controls");
  slider(
    controls,
    { label: "Inhibitory weight", min: strongest, max: weakest, step: 0.2, value: inhibition, format: signed },
    (weight) => {
      inhibition = weight;
      draw();
      changed({ w: inhibition });
    },
  );
  const heard = output(controls);

  function draw() {
    const answer = run(trains, [data.weights[0], inhibition], membrane, end, SAMPLE_MS);
    for (const place of places) redraw(place, trains, answer);
    write(figure, "inhibitory-weight", `inhibits, ${signed(inhibition)}`);
    const during = answer.spikes.filter((time) => time >= data.inhibition_ms[0]).length;
    heard.set(`${inWords(answer.spikes.length - during)} before the inhibition, ${during} during it.`);
  }
  draw();
}

export const signed = (weight) => (weight < 0 ? `−${Math.abs(weight).toFixed(1)}` : weight.toFixed(1));
