"""The five intervals of a neuron's activation, weak to strongest: quantiles of what a sample of text gives.

Where more than ``MANY`` tokens give one and the same least activation, as after a ReLU, the neuron is silent for them,
and quantiles are of the others.
"""

from dataclasses import dataclass

import numpy as np

LEVELS = {
    "weak": (0.30, 0.50),
    "middling": (0.70, 0.85),
    "strong": (0.85, 0.97),
    "very strong": (0.97, 0.999),
    "strongest": (0.999, None),
}
"""Between which quantiles each lies; the strongest has no upper bound."""
MANY = 0.01
"""The share of tokens from which on one least activation is silence."""
SAME = 1e-6
"""What is smaller, as a share of a neuron's largest activation, is rounding."""


@dataclass(frozen=True)
class Intervals:
    """Bounds that are activations which occurred, so that no interval is empty."""

    low: np.ndarray
    """float32[5]"""
    high: np.ndarray
    """float32[5], infinite for the last."""
    silence: float
    """What it gives where it is silent; minus infinity where it never is."""


def choose(activation: np.ndarray) -> Intervals:
    """Choose the intervals of one neuron from a sample (s,) of its activations, of which some differ."""
    silence = float(activation.min()) if silent_share(activation) else -np.inf
    heard = np.sort(activation[activation > silence])
    low, high = ([_quantile(heard, each[end]) for each in LEVELS.values()] for end in (0, 1))
    return Intervals(np.array(low, np.float32), np.array(high, np.float32), silence)


def _quantile(ordered: np.ndarray, share: float | None) -> float:
    """The nearest of the values; infinity for no share."""
    return float("inf") if share is None else float(ordered[round(share * (len(ordered) - 1))])


def silent_share(activation: np.ndarray) -> float:
    """The share of tokens (s,) that give the least activation, where it is more than ``MANY``, else 0."""
    share = float((activation == activation.min()).mean())
    return share if share > MANY else 0.0


def is_dead(activation: np.ndarray) -> bool:
    """Whether a neuron gives the same for every token (s,)."""
    return bool(np.ptp(activation) <= SAME * np.abs(activation).max())
