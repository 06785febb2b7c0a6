"""Where the activations of one layer lie on its map."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Placed:
    """One layer, laid out."""

    kept: np.ndarray
    """int64 (m,), which of the collected activations are on the map: those that are not all zero."""
    points: np.ndarray
    """float32 (m, 2), x and y in [0, 1); each axis is a rank, so that activations fill the map evenly along it."""
    neighbors: int
    min_dist: float
    """The smallest of those allowed that fills the map, in units of the layout before ranks were taken."""
    seconds: float
    peak_bytes: int
    """By how much the process grew."""
