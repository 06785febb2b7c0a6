"""A network's answer everywhere on a square of the plane, and what is known of points there."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Decisions:
    """Answers on a grid, and held-out points with theirs."""

    x: np.ndarray
    """float64[side], where the grid's columns stand, in the units that the points were measured in."""
    y: np.ndarray
    """float64[side], where its rows stand."""
    answer: np.ndarray
    """int64[side, side], the likeliest label at each place; row by y."""
    probability: np.ndarray
    """float32[side, side], what the network gives it."""
    points: np.ndarray
    """float64[n, 2], held-out examples in the same units."""
    truth: np.ndarray
    """int64[n]."""
    given: np.ndarray
    """int64[n], the network's answer to each point."""
    labels: tuple[str, ...]
    features: tuple[str, ...]
    """What the two coordinates are."""
