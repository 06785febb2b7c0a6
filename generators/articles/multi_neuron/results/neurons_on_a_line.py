"""Some neurons that read one input, and the interval of inputs cut where they switch."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cut:
    """An interval of inputs, cut where the output of a neuron passes the neuron's threshold."""

    low: float
    high: float
    quantile: float | None
    """The share of the interval on which each neuron stays at or below its threshold; None where thresholds are 0."""
    thresholds: np.ndarray
    """float64[n]"""
    crossings: np.ndarray
    """float64[n], the input at which a neuron passes its threshold, inside the interval or not; inf where nowhere."""
    breakpoints: np.ndarray
    """float64[k], ascending: the distinct crossings strictly inside the interval."""
    codes: np.ndarray
    """bool[k + 1, n], which neurons are above their threshold in each piece of the interval."""

    @property
    def n_intervals(self) -> int:
        return len(self.codes)

    @property
    def ends(self) -> np.ndarray:
        """float64[k + 2]: piece i runs from ``ends[i]`` to ``ends[i + 1]``."""
        return np.concatenate([[self.low], self.breakpoints, [self.high]])

    @property
    def inside(self) -> np.ndarray:
        """bool[n], which neurons pass their threshold strictly inside the interval."""
        return (self.low < self.crossings) & (self.crossings < self.high)


@dataclass(frozen=True)
class NeuronsOnALine:
    """A layer with one input, drawn at random until one chosen neuron alone turns off between two inputs."""

    weight: np.ndarray
    """float64[n, 1]"""
    bias: np.ndarray
    """float64[n]"""
    seed: int
    """Of the draw that is kept."""
    turning: int
    """The neuron that turns off, counted from 0."""
    first: float
    second: float
    apart: float
    """What is marked on the line lies at least this far apart."""
    n_draws: int
    """How many draws were looked at to say how rare such a one is."""
    n_turning: int
    """In how many of them that neuron, and no other, turns off between the inputs."""
    n_legible: int
    """How many of these can also be drawn legibly."""
    probability: float
    """Of ``n_turning`` in one draw, in closed form."""
    whole: Cut
    """All inputs, cut at 0."""
    positive: Cut
    """Their half from 0 on, cut at 0."""
    whole_quantile: Cut
    positive_quantile: Cut
