"""Coincidence detection in the ear: delay lines and neurons that need both ears at once (L. Jeffress, 1948).

The head is a sphere: sound from azimuth ``a`` reaches the far ear ``r (a + sin a) / c`` later (R. Woodworth, 1938).
"""

from collections.abc import Sequence
from math import pi, sin

import numpy as np
from numpy.typing import NDArray

from generators.articles.neuron.analysis.spiking import count, merge, peak, run
from generators.articles.neuron.results.coincidence import CoincidenceBank
from generators.articles.neuron.results.spiking import Membrane

BRAINSTEM = Membrane(membrane_ms=0.5, synapse_ms=0.2, refractory_ms=1.0)
HEAD_RADIUS_M = 0.0875
SOUND_SPEED_M_S = 343.0
SAMPLE_MS = 0.05


def ears(
    difference_ms: float, best_ms: float, period_ms: float, n_cycles: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the spikes as they reach a neuron that delays the right ear by ``best_ms``."""
    cycles: NDArray[np.float64] = period_ms * np.arange(1.0, n_cycles + 1)
    return cycles + difference_ms / 2, cycles - difference_ms / 2 + best_ms


def delay_ms(azimuth: float) -> float:
    """Say how much later the far ear hears a sound from ``azimuth``, in radians from straight ahead."""
    return 1000 * HEAD_RADIUS_M * (azimuth + sin(azimuth)) / SOUND_SPEED_M_S


def azimuth_of(difference_ms: float) -> float:
    """Invert ``delay_ms`` by bisection, to the side when no direction is far enough."""
    low, high = -pi / 2, pi / 2
    for _ in range(52):
        middle = (low + high) / 2
        low, high = (low, middle) if delay_ms(middle) >= difference_ms else (middle, high)
    return high


def tune_bank(
    best_ms: Sequence[float] = (-0.5, -0.25, 0.0, 0.25, 0.5),
    weight: float = 2.4,
    frequency_hz: float = 250.0,
    n_cycles: int = 24,
    limit_ms: float = 0.8,
    step_ms: float = 0.01,
    shown_ms: float = -0.25,
    shown_neurons: Sequence[int] = (1, 2),
) -> CoincidenceBank:
    """Sweep the interaural time difference and count each neuron's answers."""
    period_ms = 1000 / frequency_hz
    end_ms = period_ms * (n_cycles + 2)
    steps = round(limit_ms / step_ms)
    differences = np.round(np.arange(-steps, steps + 1) * step_ms, 6)

    def answers(difference: float, best: float) -> int:
        sent = merge(ears(difference, best, period_ms, n_cycles), (weight, weight))
        return count(sent, BRAINSTEM, end_ms)

    alone, together = (merge(ears(0.0, 0.0, period_ms, n_cycles), pair) for pair in ((weight, 0.0), (weight, weight)))
    return CoincidenceBank(
        membrane=BRAINSTEM,
        weight=weight,
        period_ms=period_ms,
        n_cycles=n_cycles,
        end_ms=end_ms,
        differences_ms=differences,
        best_ms=np.array(best_ms, dtype=np.float64),
        counts=np.array([[answers(d, best) for d in differences.tolist()] for best in best_ms], dtype=np.int64),
        reach_ms=delay_ms(pi / 2),
        head_radius_m=HEAD_RADIUS_M,
        sound_speed_m_s=SOUND_SPEED_M_S,
        shown_ms=shown_ms,
        shown_azimuth=azimuth_of(shown_ms),
        shown_neurons=tuple(shown_neurons),
        runs=tuple(
            run(
                ears(shown_ms, best_ms[neuron], period_ms, n_cycles),
                (weight, weight),
                BRAINSTEM,
                period_ms * 4,
                SAMPLE_MS,
            )
            for neuron in shown_neurons
        ),
        half_width_ms=max(d for d in differences.tolist() if answers(d, 0.0) == n_cycles),
        single_peak=peak(alone, BRAINSTEM, end_ms),
        together_peak=peak(together, BRAINSTEM, end_ms),
    )
