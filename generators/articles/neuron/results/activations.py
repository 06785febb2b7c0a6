"""What is measured of activation functions, as modifiers of the preactivations that a real layer has."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Modifier:
    """One activation function."""

    name: str
    formula: str
    values: np.ndarray
    """f(z) on the grid, float64[grid]."""
    slopes: np.ndarray
    """f'(z) on the grid, as autograd gives it, float64[grid]."""
    passed: np.ndarray
    """Mean of |f'(z)| over the preactivations in each bin, 0 where there are none, float64[bins]."""
    mean_slope: float
    """Mean of f'(z) over the preactivations: how much of a small change comes through."""
    flat_share: float
    """Share of preactivations where less than a tenth of a small change comes through, |f'(z)| < 0.1."""


@dataclass(frozen=True)
class Modified:
    """A layer's preactivations on held-out inputs, and what each modifier makes of them."""

    path: str
    """The layer's module path."""
    n_preactivations: int
    negative_share: float
    """Share of preactivations that are at most 0: what ReLU gates."""
    lowest: float
    highest: float
    """Extremes of the preactivations."""
    grid: np.ndarray
    """Values of z at which the modifiers are drawn, float64[grid]."""
    edges: np.ndarray
    """Of the bins, float64[bins + 1]."""
    shares: np.ndarray
    """Share of the preactivations in each bin, float64[bins]."""
    modifiers: tuple[Modifier, ...]
