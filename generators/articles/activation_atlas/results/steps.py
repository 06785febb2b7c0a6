"""How an atlas is made: one picture, ten, a thousand, all; then a grid, the means of its cells, and icons of them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Steps:
    """Everything that the steps show, of one layer."""

    network: str
    path: str
    n_units: int
    field: tuple[int, int]
    """Rows and columns of positions that the layer has."""
    receptive_px: int
    """The side of the square of input pixels that one position sees."""
    pictures: np.ndarray
    """uint8 (e, height, width, 1 or 3), the first few."""
    places: np.ndarray
    """int16 (e, 2), row and column of the position chosen in each."""
    squares: np.ndarray
    """float32 (e, 4), what that position sees: left, top, right and bottom, as shares of the picture."""
    vectors: np.ndarray
    """float32 (e, n_units), the activations there."""
    points: np.ndarray
    """float32 (m, 2), x and y in [0, 1), of those first pictures and then of others; at most some thousand."""
    point_class: np.ndarray
    """int16 (m,)"""
    named: tuple[int, ...]
    """Classes that a drawing tells apart, those that lie most closely together on the map."""
    labels: tuple[str, ...]
    """Of all classes."""
    knows_truth: bool
    """Whether classes are true ones; else they are the network's own answers."""
    n_images: int
    """Pictures in all."""
    n_placed: int
    """Of their activations, on the map."""
    grid: int
    columns: np.ndarray
    """int16 (c,), 0 at the left."""
    rows: np.ndarray
    """int16 (c,), 0 at the top."""
    counts: np.ndarray
    """int32 (c,)"""
    means: np.ndarray
    """float32 (c, n_units), the mean activation of each cell."""
    icons: np.ndarray
    """uint8 (c, px, px, 1 or 3)"""
