"""Neurons that fire when two ears' spikes arrive together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generators.articles.neuron.results.spiking import Membrane, Run


@dataclass(frozen=True)
class CoincidenceBank:
    """A row of neurons, each delaying one ear by its own amount, hearing one tone from every direction.

    An interaural time difference is the left ear's arrival minus the right ear's: negative for a sound on the left.
    """

    membrane: Membrane
    weight: float
    """Of either ear's synapse; the threshold is 1."""
    period_ms: float
    """Of the tone; each ear sends one spike a cycle."""
    n_cycles: int
    end_ms: float
    differences_ms: NDArray[np.float64]
    """Interaural time differences tried."""
    best_ms: NDArray[np.float64]
    """The difference that each neuron's delay undoes."""
    counts: NDArray[np.int64]
    """Output spikes, [neuron, difference]."""
    reach_ms: float
    """The largest difference that a head gives, for sound straight from the side."""
    head_radius_m: float
    sound_speed_m_s: float
    shown_ms: float
    """The difference that the figure opens with."""
    shown_azimuth: float
    """Its direction in radians from straight ahead, negative on the left."""
    shown_neurons: tuple[int, ...]
    """Which neurons the figure shows at work."""
    runs: tuple[Run, ...]
    """Those neurons at ``shown_ms``."""
    half_width_ms: float
    """How far from its best difference a neuron still answers every cycle."""
    single_peak: float
    """Highest voltage when only one ear is heard."""
    together_peak: float
    """Highest voltage, without a threshold, when both arrive at once."""
