"""A leaky integrate-and-fire neuron, solved exactly between events rather than stepped.

Between two events the voltage obeys ``tau_m dV/dt = -V + I`` with ``I`` fading at ``tau_s``, so it is a sum of two
exponentials with at most one peak: whether it reaches the threshold before the next event is a closed form, and the
moment is found by bisection on the rising part (R. Brette, "Exact simulation of integrate-and-fire models with
exponential currents", Neural Computation 19, 2007). The browser runs the same lines (``assets/diagrams/lif.js``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray

from generators.articles.neuron.results.spiking import (
    Case,
    Membrane,
    Pattern,
    Run,
    SpikeCode,
    SpikeMap,
    SynapseSigns,
)

CORTICAL = Membrane(membrane_ms=10.0, synapse_ms=2.0, refractory_ms=2.0)
TRAIN_MS = 100.0
END_MS = 200.0
SAMPLE_MS = 0.5

FIRST, WHOLE, LAST = (0.0, 20.0), (0.0, TRAIN_MS), (80.0, TRAIN_MS)
PATTERNS = (
    Pattern("uniform", "evenly spaced", WHOLE, WHOLE, 0.0, False),
    Pattern("interleaved", "evenly, taking turns", WHOLE, WHOLE, 0.5, False),
    Pattern("random", "at random", WHOLE, WHOLE, 0.0, True),
    Pattern("bunched", "one first, one last 20 ms", FIRST, LAST, 0.0, False),
    Pattern("first", "both in the first 20 ms", FIRST, FIRST, 0.0, False),
    Pattern("last", "both in the last 20 ms", LAST, LAST, 0.0, False),
)
UNIFORM, BUNCHED = PATTERNS[0], PATTERNS[3]


@dataclass(frozen=True)
class Piece:
    """The voltage from one event to the next, in closed form."""

    start_ms: float
    length_ms: float
    slow: float
    """Amplitude of the part that fades with the membrane."""
    fast: float
    """Amplitude of the part that fades with the synapse."""
    fires: bool
    """Whether it ends because the threshold was reached."""

    def at(self, elapsed_ms: float, membrane: Membrane) -> float:
        """Read the voltage ``elapsed_ms`` after the start."""
        return self.slow * exp(-elapsed_ms / membrane.membrane_ms) + self.fast * exp(-elapsed_ms / membrane.synapse_ms)

    def peak_ms(self, membrane: Membrane) -> float:
        """Find when the voltage stops rising: 0 if it only falls, infinity if it never does."""
        if self.slow / membrane.membrane_ms + self.fast / membrane.synapse_ms >= 0:
            return 0.0
        ratio = -self.fast * membrane.membrane_ms / (self.slow * membrane.synapse_ms) if self.slow else 0.0
        return log(ratio) / (1 / membrane.synapse_ms - 1 / membrane.membrane_ms) if ratio > 0 else inf


def pieces(
    arrivals: Sequence[tuple[float, float]], membrane: Membrane, end_ms: float, threshold: float = 1.0
) -> Iterator[Piece]:
    """Follow the neuron through ``(time, weight)`` arrivals; every spike ends a piece that ``fires``."""
    events = [*sorted((time, weight) for time, weight in arrivals if time < end_ms), (end_ms, 0.0)]
    gain = membrane.synapse_ms / (membrane.synapse_ms - membrane.membrane_ms)
    now, voltage, current, held_until = 0.0, 0.0, 0.0, 0.0
    for time, weight in events:
        while now < time:
            held = now < held_until
            limit = min(time, held_until) if held else time
            fast = 0.0 if held else gain * current
            piece = Piece(now, limit - now, 0.0 if held else voltage - fast, fast, False)
            if not held and (crossing := _crossing_ms(piece, membrane, threshold)) is not None:
                piece = Piece(now, crossing, piece.slow, piece.fast, True)
                limit = now + crossing
                held_until = limit + membrane.refractory_ms
            yield piece
            current *= exp(-(limit - now) / membrane.synapse_ms)
            voltage = 0.0 if held or piece.fires else piece.at(piece.length_ms, membrane)
            now = limit
        current += weight


def _crossing_ms(piece: Piece, membrane: Membrane, threshold: float) -> float | None:
    """Bisect the rising part for the threshold; ``None`` when it is not reached."""
    low, high = 0.0, min(piece.peak_ms(membrane), piece.length_ms)
    if piece.at(high, membrane) < threshold:
        return None
    for _ in range(52):
        middle = (low + high) / 2
        low, high = (low, middle) if piece.at(middle, membrane) >= threshold else (middle, high)
    return high


def count(arrivals: Sequence[tuple[float, float]], membrane: Membrane, end_ms: float) -> int:
    """Count the output spikes."""
    return sum(piece.fires for piece in pieces(arrivals, membrane, end_ms))


def peak(arrivals: Sequence[tuple[float, float]], membrane: Membrane, end_ms: float) -> float:
    """Find the highest voltage of the same neuron without a threshold."""
    return max(
        piece.at(min(piece.peak_ms(membrane), piece.length_ms), membrane)
        for piece in pieces(arrivals, membrane, end_ms, threshold=inf)
    )


def run(
    trains: Sequence[NDArray[np.float64]], weights: Sequence[float], membrane: Membrane, end_ms: float, sample_ms: float
) -> Run:
    """Simulate and read the voltage every ``sample_ms`` and at both ends of every piece."""
    times, voltages, spikes = [], [], []
    for piece in pieces(merge(trains, weights), membrane, end_ms):
        inside = np.arange(np.floor(piece.start_ms / sample_ms) + 1, (piece.start_ms + piece.length_ms) / sample_ms)
        for elapsed in (0.0, *(inside * sample_ms - piece.start_ms), piece.length_ms):
            times.append(piece.start_ms + elapsed)
            voltages.append(piece.at(elapsed, membrane))
        if piece.fires:
            spikes.append(piece.start_ms + piece.length_ms)
    return Run(tuple(trains), tuple(weights), np.array(times), np.array(voltages), np.array(spikes))


def merge(trains: Sequence[NDArray[np.float64]], weights: Sequence[float]) -> list[tuple[float, float]]:
    """Pair every spike with the weight of the synapse that it arrives at."""
    return [(float(time), weight) for train, weight in zip(trains, weights, strict=True) for time in train]


def spread(n_spikes: int, window_ms: tuple[float, float], shift: float = 0.0) -> NDArray[np.float64]:
    """Place ``n_spikes`` evenly in a window, each in the middle of its share."""
    start, stop = window_ms
    return start + (stop - start) * (np.arange(n_spikes) + 0.5 + shift) / n_spikes


def trains(pattern: Pattern, n_spikes: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give each of the two inputs its spike times."""
    if not pattern.random:
        return spread(n_spikes, pattern.first_ms), spread(n_spikes, pattern.second_ms, pattern.shift)
    draws = mulberry32(seed)
    first, second = (
        np.sort([start + (stop - start) * next(draws) for _ in range(n_spikes)])
        for start, stop in (pattern.first_ms, pattern.second_ms)
    )
    return first, second


def mulberry32(seed: int) -> Iterator[float]:
    """Draw from [0, 1) with 32-bit integers only, so that a browser draws the same (T. Ettinger, public domain)."""
    state, mask = seed & 0xFFFFFFFF, 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & mask
        mixed = ((state ^ state >> 15) * (state | 1)) & mask
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) & mask
        yield (mixed ^ mixed >> 14) / 2**32


def case(name: str, n_spikes: int, weight: float, seed: int) -> Case:
    """Send every pattern at one count and weight."""
    sent = [merge(trains(pattern, n_spikes, seed), (weight, weight)) for pattern in PATTERNS]
    return Case(
        name,
        n_spikes,
        weight,
        tuple(count(arrivals, CORTICAL, END_MS) for arrivals in sent),
        tuple(peak(arrivals, CORTICAL, END_MS) for arrivals in sent),
    )


def compare_codes(cases: Mapping[str, tuple[int, float]], shown: str, seed: int = 0) -> SpikeCode:
    """Send as many spikes at different times, for each named ``(count, weight)``; show one of them in full."""
    n_spikes, weight = cases[shown]
    return SpikeCode(
        membrane=CORTICAL,
        end_ms=END_MS,
        patterns=PATTERNS,
        cases=tuple(case(name, n, w, seed) for name, (n, w) in cases.items()),
        shown=case(shown, n_spikes, weight, seed),
        runs=tuple(
            run(trains(pattern, n_spikes, seed), (weight, weight), CORTICAL, END_MS, SAMPLE_MS) for pattern in PATTERNS
        ),
        single_lift=peak([(0.0, 1.0)], CORTICAL, END_MS),
        seed=seed,
    )


def map_codes(n_spikes: Sequence[int], weights: Sequence[float]) -> SpikeMap:
    """Count the output of evenly spaced and of bunched trains over a grid."""
    uniform, bunched = (
        np.array(
            [[count(merge(trains(p, n), (w, w)), CORTICAL, END_MS) for n in n_spikes] for w in weights], dtype=np.int64
        )
        for p in (UNIFORM, BUNCHED)
    )
    return SpikeMap(
        np.array(n_spikes, dtype=np.int64), np.array(weights, dtype=np.float64), uniform, bunched, bunched - uniform
    )


def oppose_signs(
    n_excitatory: int = 40, excitatory_weight: float = 3.0, n_inhibitory: int = 30, inhibitory_weight: float = -2.0
) -> SynapseSigns:
    """Excite a neuron throughout and inhibit it during the second half."""
    inhibition = (TRAIN_MS / 2, TRAIN_MS)
    sent = (spread(n_excitatory, WHOLE), spread(n_inhibitory, inhibition))
    weights = np.linspace(0.0, -4.0, 21).round(1)
    tried = [run(sent, (excitatory_weight, w), CORTICAL, END_MS, SAMPLE_MS) for w in map(float, weights)]
    return SynapseSigns(
        membrane=CORTICAL,
        end_ms=END_MS,
        inhibition_ms=inhibition,
        run=run(sent, (excitatory_weight, inhibitory_weight), CORTICAL, END_MS, SAMPLE_MS),
        excited_only=tried[0],
        inhibitory_weights=weights,
        counts=np.array([int((r.spikes_ms >= inhibition[0]).sum()) for r in tried], dtype=np.int64),
    )
