"""Sampling under constraints that have nothing to do with networks: triangles of a wanted area and perimeter."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Triangles:
    """Three corners anywhere in the unit square, with area and perimeter between bounds."""

    area: tuple[float, float]
    perimeter: tuple[float, float]
    corners: np.ndarray
    """float64[n, 3, 2], the sample that is drawn."""
    sampled: np.ndarray
    """float64[m, 2], area and perimeter of all members that the sampler gave."""
    rejected: np.ndarray
    """float64[m, 2], the same of members found by drawing corners and throwing away."""
    tried: int
    """How many triangles were drawn for those."""
    evaluations: int
    """How often the sampler computed area and perimeter of a triangle, for all its members."""
    ks: float
    """Largest Kolmogorov–Smirnov distance between the two, over area, perimeter and smallest angle."""
    ks_chance: float
    """What two sets of as many independent members show at most in 95 of 100."""
