"""A segment of inputs, cut exactly where a piecewise-linear network changes from one affine map to another."""

from dataclasses import dataclass

import numpy as np

from generators.articles.multi_neuron.results.plane import SwitchLayer


@dataclass(frozen=True)
class LinePartition:
    """The intervals of a segment; positions run from 0 at its start to 1 at its end."""

    ends: np.ndarray
    """float64[2, d], the inputs at the start and at the end."""
    breakpoints: np.ndarray
    """float64[n], ascending, strictly between 0 and 1: where at least one switch is 0 and changes its sign."""
    switch_start: np.ndarray
    """int64[n + 1]: ``switches[switch_start[k] : switch_start[k + 1]]`` change their sign at breakpoint k."""
    switches: np.ndarray
    """int64[…]"""
    turns_on: np.ndarray
    """bool[…], beside ``switches``: whether it becomes positive there, as one goes from the start to the end."""
    layers: tuple[SwitchLayer, ...]
    codes: np.ndarray
    """uint8[n + 1, ⌈n_switches / 8⌉], the code of each interval, packed, the first switch in the lowest bit."""

    @property
    def n_regions(self) -> int:
        return len(self.breakpoints) + 1
