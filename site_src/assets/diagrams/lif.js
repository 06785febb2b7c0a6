// A leaky integrate-and-fire neuron solved exactly between events: generators/articles/neuron/analysis/spiking.py says how.
// A membrane is {membrane_ms, synapse_ms, refractory_ms}; voltages are in units of threshold minus rest.

export function voltageAt(piece, elapsed, membrane) {
  return (
    piece.slow * Math.exp(-elapsed / membrane.membrane_ms) + piece.fast * Math.exp(-elapsed / membrane.synapse_ms)
  );
}

function peakOf(piece, membrane) {
  if (piece.slow / membrane.membrane_ms + piece.fast / membrane.synapse_ms >= 0) return 0;
  const ratio = piece.slow ? (-piece.fast * membrane.membrane_ms) / (piece.slow * membrane.synapse_ms) : 0;
  return ratio > 0 ? Math.log(ratio) / (1 / membrane.synapse_ms - 1 / membrane.membrane_ms) : Infinity;
}

function crossingOf(piece, membrane, threshold) {
  let low = 0;
  let high = Math.min(peakOf(piece, membrane), piece.length);
  if (voltageAt(piece, high, membrane) < threshold) return null;
  for (let step = 0; step < 52; step += 1) {
    const middle = (low + high) / 2;
    if (voltageAt(piece, middle, membrane) >= threshold) high = middle;
    else low = middle;
  }
  return high;
}

// Follow the neuron through [time, weight] arrivals; every spike ends a piece that fires.
export function* pieces(arrivals, membrane, end, threshold = 1) {
  const events = arrivals.filter(([time]) => time < end).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  events.push([end, 0]);
  const gain = membrane.synapse_ms / (membrane.synapse_ms - membrane.membrane_ms);
  let [now, voltage, current, heldUntil] = [0, 0, 0, 0];
  for (const [time, weight] of events) {
    while (now < time) {
      const held = now < heldUntil;
      let limit = held ? Math.min(time, heldUntil) : time;
      const fast = held ? 0 : gain * current;
      const piece = { start: now, length: limit - now, slow: held ? 0 : voltage - fast, fast, fires: false };
      const crossing = held ? null : crossingOf(piece, membrane, threshold);
      if (crossing !== null) {
        piece.length = crossing;
        piece.fires = true;
        limit = now + crossing;
        heldUntil = limit + membrane.refractory_ms;
      }
      yield piece;
      current *= Math.exp(-(limit - now) / membrane.synapse_ms);
      voltage = held || piece.fires ? 0 : voltageAt(piece, piece.length, membrane);
      now = limit;
    }
    current += weight;
  }
}

// Pair every spike with the weight of the synapse that it arrives at.
export function merge(trains, weights) {
  return trains.flatMap((train, index) => train.map((time) => [time, weights[index]]));
}

export function countSpikes(arrivals, membrane, end) {
  let count = 0;
  for (const piece of pieces(arrivals, membrane, end)) count += piece.fires;
  return count;
}

// Simulate: {spikes, points}, points being [time, voltage] every `sample` ms and at both ends of every piece.
export function run(trains, weights, membrane, end, sample) {
  const points = [];
  const spikes = [];
  for (const piece of pieces(merge(trains, weights), membrane, end)) {
    points.push([piece.start, voltageAt(piece, 0, membrane)]);
    for (let step = Math.floor(piece.start / sample) + 1; step * sample < piece.start + piece.length; step += 1) {
      points.push([step * sample, voltageAt(piece, step * sample - piece.start, membrane)]);
    }
    points.push([piece.start + piece.length, voltageAt(piece, piece.length, membrane)]);
    if (piece.fires) spikes.push(piece.start + piece.length);
  }
  return { spikes, points };
}

export function spread(count, [start, stop], shift = 0) {
  return Array.from({ length: count }, (_, index) => start + ((stop - start) * (index + 0.5 + shift)) / count);
}

// Spike times of the two inputs under a pattern of the Python table.
export function trainsOf(pattern, count, seed) {
  if (!pattern.random) {
    return [spread(count, pattern.first_ms), spread(count, pattern.second_ms, pattern.shift)];
  }
  const draw = mulberry32(seed);
  return [pattern.first_ms, pattern.second_ms].map(([start, stop]) =>
    Array.from({ length: count }, () => start + (stop - start) * draw()).sort((a, b) => a - b),
  );
}

export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
