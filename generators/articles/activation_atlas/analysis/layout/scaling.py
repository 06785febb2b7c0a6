"""Scaling: from where a layout puts points, in whatever units, to a map: points (n, 2) in [0, 1)."""

from __future__ import annotations

import numpy as np

BELOW_ONE = np.float32(1 - 2**-24)
"""The largest number below 1."""
PERCENTILES = 1, 99
MARGIN = 0.1
"""Of the distance between the percentiles, on either side (Carter et al., 2019)."""


def equalised(points: np.ndarray) -> np.ndarray:
    """Replace each axis by its rank, so that all columns of a grid hold equally many, and all rows: float32 (n, 2)."""
    ranks = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0)
    return np.minimum(((ranks + 0.5) / len(points)).astype(np.float32), BELOW_ONE)


def clipped(points: np.ndarray) -> np.ndarray:
    """Scale each axis as published, from its 1st to its 99th percentile and a margin: float32 (n, 2).

    What lies beyond the margin is nan, off the map; published atlases pile it up on the border.
    """
    low, high = np.percentile(points, PERCENTILES, axis=0)
    margin = MARGIN * (high - low)
    scaled = (points - low + margin) / np.where(high > low, high - low + 2 * margin, 1)
    scaled = np.where(high > low, scaled, 0.5).astype(np.float32)
    return np.where(((scaled >= 0) & (scaled < 1)).all(1, keepdims=True), scaled, np.float32(np.nan))
