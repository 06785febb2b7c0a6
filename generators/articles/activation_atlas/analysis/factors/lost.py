"""What a map loses of factors: cells that have one in common, and where they lie."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label

TOUCHING = np.ones((3, 3), int)
"""Cells that meet at a corner touch too."""
DEALS = 20
NAN = float("nan")


def needed(shares: np.ndarray, most_of: float) -> np.ndarray:
    """The fewest factors that make up ``most_of`` each row of shares (c, k): int (c,)."""
    together = np.cumsum(-np.sort(-shares, 1), 1)
    return np.minimum((together < most_of - 1e-6).sum(1) + 1, shares.shape[1])


def distances(shares: np.ndarray, places: np.ndarray, strong: float) -> tuple[float, float, float]:
    """Mean distances between two cells, at places (c, 2): with the same largest factor; that share another; of any two.

    They share one that makes up ``strong`` of both.
    """
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    main, has = shares.argmax(1), (shares >= strong).astype(np.float32)
    pair = ~np.eye(len(shares), dtype=bool)
    same = (main[:, None] == main[None]) & pair
    common = (has @ has.T > 0) & pair & ~same
    return _mean(apart[same]), _mean(apart[common]), _mean(apart[pair])


def islands(columns: np.ndarray, rows: np.ndarray) -> int:
    """Into how many separate places cells fall, each given by its column and row."""
    if not len(columns):
        return 0
    ground = np.zeros((int(rows.max()) + 1, int(columns.max()) + 1), bool)
    ground[rows, columns] = True
    return int(label(ground, TOUCHING)[1])


def islands_by_chance(columns: np.ndarray, rows: np.ndarray, n: int, seed: int) -> float:
    """The same for n of these cells chosen at random, in the mean over some deals."""
    random = np.random.default_rng(seed)
    deals = (random.choice(len(columns), n, replace=False) for _ in range(DEALS))
    return float(np.mean([islands(columns[deal], rows[deal]) for deal in deals]))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else NAN
