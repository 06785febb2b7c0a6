"""Comparing: how much of one layout another one repeats, of the same points in the same order.

Layouts have no up and no scale, so one is first turned, mirrored and scaled onto the other (Procrustes). What is left
over is the disparity; which points share a cell, and who is next to whom, say more of what a reader would see.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from generators.articles.activation_atlas.analysis.layout.quality import GRID, nearest, shared
from generators.articles.activation_atlas.analysis.layout.scaling import equalised
from generators.articles.activation_atlas.results.sensitivity import Agreement

SHARE = 0.01
"""Neighbours on the map that stability looks at, as a share of all points."""
FEWEST = 15


def aligned(points: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """Turn, mirror, scale and shift ``points`` (n, 2) to lie as near as they can to ``onto``: float32 (n, 2)."""
    here, there = points.mean(0, dtype=np.float64), onto.mean(0, dtype=np.float64)
    u, stretch, v = np.linalg.svd((points - here).T @ (onto - there))
    scale = stretch.sum() / np.square(points - here).sum()
    return (scale * (points - here) @ (u @ v) + there).astype(np.float32)


def disparity(points: np.ndarray, onto: np.ndarray) -> float:
    """Share of the variance of ``onto`` that is missed by ``points``, aligned; the same the other way round."""
    missed = np.square(aligned(points, onto) - onto).sum(dtype=np.float64)
    return float(missed / np.square(onto - onto.mean(0)).sum(dtype=np.float64))


def agreement(points: np.ndarray, onto: np.ndarray) -> Agreement:
    """Compare two layouts (n, 2) of the same points."""
    from sklearn.metrics import adjusted_rand_score

    cells = adjusted_rand_score(_places(aligned(points, onto)), _places(onto))
    return Agreement(disparity(points, onto), float(cells), float(stability([points, onto]).mean()))


def stability(layouts: list[np.ndarray]) -> np.ndarray:
    """How often each point keeps its neighbours: the share of its nearest 1 %, at least 15, that two layouts agree on.

    The mean over all pairs of ``layouts``, each (n, 2): float32 (n,) from 0 to 1. By chance it is the same 1 %.
    """
    n = len(layouts[0])
    everyone, k = np.arange(n), min(max(FEWEST, round(SHARE * n)), n - 1)
    near = [nearest(points, everyone, k) for points in layouts]
    return np.mean([shared(one, other) for one, other in combinations(near, 2)], axis=0).astype(np.float32)


def _places(points: np.ndarray) -> np.ndarray:
    """The number of the cell that each point lies in, whether or not it is full."""
    column, row = (equalised(points) * GRID).astype(int).T
    return row * GRID + column
