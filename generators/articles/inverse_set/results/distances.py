"""How far apart pictures are, pixel by pixel and as the encoder sees them."""

from dataclasses import dataclass

import numpy as np

SAME, OTHER, NOISE = 0, 1, 2


@dataclass(frozen=True)
class Distances:
    """Pairs of pictures of the data, and of pictures of noise."""

    network: str
    pixel: np.ndarray
    """float64[p], root mean square difference of two pictures, as a share of white."""
    encoder: np.ndarray
    """float64[p], Euclidean distance of what the encoder makes of them."""
    kind: np.ndarray
    """int64[p]: 0 two pictures of one class, 1 of two classes, 2 two pictures of white noise."""
    auc_pixel: float
    """Chance that two pictures of different classes are farther apart in pixels than two of one class."""
    auc_encoder: float
    """The same as the encoder sees them."""
    beyond_pixel: float
    """Share of the pairs of real pictures that are nearer to one another in pixels than the nearest two of noise."""
    beyond_encoder: float
    """Share of the pairs of two classes that the encoder sees farther apart than the farthest two of noise."""
    n_pictures: int
