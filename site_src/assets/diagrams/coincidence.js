// A sound moves round the head; the neurons whose delay undoes its time difference fire.

import { output, slider } from "../controls.js";
import { countSpikes, merge, run } from "./lif.js";
import { inWords, lanes, redraw, write } from "./traces.js";

const SAMPLE_MS = 0.05;
const NAMES = ["far left", "left", "ahead", "right", "far right"];

export function mount(figure, data, state, changed) {
  const { membrane, weight, best_ms: best, limit_ms: limit } = data;
  const kept = Number(state?.d ?? NaN);
  let difference = Math.abs(kept) <= limit ? kept : data.difference_ms;
  const places = data.neurons.map((_, index) => lanes(figure, `neuron-${index}`));
  const controls = figure.querySelector(".nf-controls");
  slider(
    controls,
    {
      label: "Time difference",
      min: -limit,
      max: limit,
      step: 0.01,
      value: difference,
      format: (d) => `${d < 0 ? "−" : ""}${Math.abs(d).toFixed(2)} ms`,
    },
    (moved) => {
      difference = moved;
      draw();
      changed({ d: difference });
    },
  );
  const heard = output(controls);

  function draw() {
    const arrivals = best.map((delay) => ears(difference, delay, data));
    const counts = arrivals.map((trains) => countSpikes(merge(trains, [weight, weight]), membrane, data.end_ms));
    data.neurons.forEach((neuron, index) => {
      const answer = run(arrivals[neuron], [weight, weight], membrane, 4 * data.period_ms, SAMPLE_MS);
      for (const place of places[index]) redraw(place, arrivals[neuron], answer);
      write(figure, `neuron-${index}-count`, inWords(counts[neuron]));
    });
    for (const group of figure.querySelectorAll("[data-neuron]")) {
      const count = counts[group.dataset.neuron];
      group.querySelector('[data-role="count"]').textContent = count;
      group.querySelector('[data-role="curve"]').setAttribute("fill-opacity", count ? 0.75 : 0.06);
    }
    for (const marker of figure.querySelectorAll('[data-role="marker"]')) {
      const [left, right] = [Number(marker.dataset.left), Number(marker.dataset.right)];
      const x = left + ((right - left) * (difference + limit)) / (2 * limit);
      marker.setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
    }
    const reachable = Math.abs(difference) <= data.reach_ms;
    move(figure, azimuthOf(difference, data), reachable);
    write(figure, "said", said(difference));
    const firing = NAMES.filter((_, index) => counts[index]);
    heard.set(reachable ? heardBy(firing) : "Wider than a head: no direction gives this difference.");
  }
  draw();
}

// The spikes as they reach a neuron that delays the right ear by `delay`.
export function ears(difference, delay, { period_ms: period, n_cycles: cycles }) {
  const times = Array.from({ length: cycles }, (_, index) => period * (index + 1));
  return [times.map((time) => time + difference / 2), times.map((time) => time - difference / 2 + delay)];
}

// Invert Woodworth's delay by bisection; the side when no direction is far enough.
export function azimuthOf(difference, { head_radius_m: radius, sound_speed_m_s: speed }) {
  let [low, high] = [-Math.PI / 2, Math.PI / 2];
  for (let step = 0; step < 52; step += 1) {
    const middle = (low + high) / 2;
    if ((1000 * radius * (middle + Math.sin(middle))) / speed >= difference) high = middle;
    else low = middle;
  }
  return high;
}

function move(figure, azimuth, reachable) {
  for (const source of figure.querySelectorAll('[data-role="source"]')) {
    const [far, skin] = [Number(source.dataset.far), Number(source.dataset.skin)];
    const at = [far * Math.sin(azimuth), -far * Math.cos(azimuth)].map((value) => value.toFixed(1));
    source.setAttribute("transform", `translate(${at.join(" ")})`);
    source.setAttribute("opacity", reachable ? 1 : 0.25);
    for (const path of source.parentNode.querySelectorAll("[data-ray]")) {
      path.setAttribute("d", ray(azimuth, far, skin, Number(path.dataset.ray)));
      path.setAttribute("opacity", reachable ? 1 : 0.25);
    }
  }
}

// Lead the sound to an ear: straight, or to where it touches the head and then round it.
export function ray(azimuth, far, skin, side) {
  const touching = azimuth + side * Math.acos(skin / far);
  const start = `M${(far * Math.sin(azimuth)).toFixed(1)} ${(-far * Math.cos(azimuth)).toFixed(1)}`;
  if (side * touching >= Math.PI / 2) return `${start}L${side * skin} 0`;
  const [x, y] = [skin * Math.sin(touching), -skin * Math.cos(touching)];
  return `${start}L${x.toFixed(1)} ${y.toFixed(1)}A${skin} ${skin} 0 0 ${side > 0 ? 1 : 0} ${side * skin} 0`;
}

function heardBy(firing) {
  if (!firing.length) return "No neuron fires.";
  return firing.length > 1 ? `The neurons tuned ${firing.join(" and ")} fire.` : `Only the neuron tuned ${firing[0]} fires.`;
}

function said(difference) {
  if (Math.abs(difference) < 0.005) return "both ears at once";
  return `${difference < 0 ? "left" : "right"} ear first, by ${Math.abs(difference).toFixed(2)} ms`;
}
