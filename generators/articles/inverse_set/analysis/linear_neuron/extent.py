"""How far the set reaches in a direction: the maximum of u·x over slab and cube, a fractional knapsack, exactly.

The best corner of the cube takes every coordinate with uᵢ > 0. Where its w·x is outside [low, high], coordinates are
moved to their other end, those first that cost least for what they bring, |uᵢ / wᵢ|, the last as far as needed.
"""

from __future__ import annotations

import numpy as np

from generators.articles.inverse_set.analysis.linear_neuron.slab import SLACK, Slab


def farthest_points(slab: Slab, directions: np.ndarray) -> np.ndarray:
    """Find for directions u (m, d) corners of the set where u·x is largest: float64 (m, d), NaN of an empty set."""
    w, u = slab.w, directions
    corner = (u > 0).astype(float)
    at = corner @ w
    needed = np.clip(at, slab.low, slab.high) - at
    room = np.maximum(w * (1 - 2 * corner) * np.sign(needed)[:, None], 0)
    price = np.divide(np.abs(u), room, out=np.full(u.shape, np.inf), where=room > 0)
    order = np.argsort(price, axis=1)
    offered = np.take_along_axis(room, order, 1)
    taken = np.clip(np.abs(needed)[:, None] - (np.cumsum(offered, 1) - offered), 0, offered)
    share = np.empty_like(room)
    np.put_along_axis(share, order, np.divide(taken, offered, out=np.zeros_like(room), where=offered > 0), 1)
    reached = taken.sum(1) >= np.abs(needed) - SLACK * np.abs(w).sum()
    return np.where(reached[:, None], corner + (1 - 2 * corner) * share, np.nan)


def support(slab: Slab, directions: np.ndarray) -> np.ndarray:
    """Maximise u·x over the set for directions u (m, d): float64 (m,), NaN of an empty set."""
    return (directions * farthest_points(slab, directions)).sum(1)


def width(slab: Slab, directions: np.ndarray) -> np.ndarray:
    """The set's extent along directions (m, d): float64 (m,)."""
    return support(slab, directions) + support(slab, -directions)
