// Redraw what figures/traces.py drew: one simulated neuron in a lane whose geometry stands in its data- attributes.

const FIRED = 1.5;

// Every lane of that name: a figure may hold a wide and a narrow drawing.
export function lanes(figure, name) {
  return [...figure.querySelectorAll(`[data-lane="${name}"]`)].map((group) => {
    const { left, right, start, stop, rest, threshold, rows, tick } = group.dataset;
    const [x0, x1, t0, t1, zero, one] = [left, right, start, stop, rest, threshold].map(Number);
    return {
      group,
      rows: rows.split(" ").map(Number),
      tick: Number(tick),
      inside: (time) => time >= t0 && time <= t1,
      x: (time) => (x0 + ((x1 - x0) * (time - t0)) / (t1 - t0)).toFixed(1),
      y: (voltage) => (zero - (zero - one) * voltage).toFixed(1),
    };
  });
}

export function redraw(place, trains, { points, spikes }) {
  const { group, rows, tick, inside, x, y } = place;
  const set = (role, path) => group.querySelector(`[data-role="${role}"]`).setAttribute("d", path || "M0 0");
  trains.forEach((train, index) => {
    set(`input-${index}`, train.filter(inside).map((time) => `M${x(time)} ${rows[index] - tick / 2}v${tick}`).join(""));
  });
  const shown = points.filter(([time]) => inside(time)).map(([time, voltage]) => `${x(time)} ${y(voltage)}`);
  set("voltage", `M${shown.filter((point, index) => point !== shown[index - 1]).join("L")}`);
  set("spikes", spikes.filter(inside).map((time) => `M${x(time)} ${y(1)}V${y(FIRED)}`).join(""));
}

export const inWords = (count) => `${count} spike${count === 1 ? "" : "s"}`;

export function write(figure, role, text) {
  for (const node of figure.querySelectorAll(`[data-role="${role}"]`)) node.textContent = text;
}
