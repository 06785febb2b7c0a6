"""Some neurons that read two inputs, and the signs that they have together."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Planes:
    """A layer with two inputs, and the codes that occur where both are between -1 and 1."""

    weight: np.ndarray
    """float64[n, 2]"""
    bias: np.ndarray
    """float64[n]"""
    seed: int
    n_draws: int
    """Of how many draws it is the one with most room between its lines and crossings."""
    at: np.ndarray
    """float64[2], one input, away from every zero line."""
    outputs: np.ndarray
    """float64[n], what the neurons give for it."""
    codes: np.ndarray
    """bool[regions, n], the codes that occur in the square, each once, ascending as binary numbers."""
    absent: np.ndarray
    """bool[…, n], the codes that do not."""
