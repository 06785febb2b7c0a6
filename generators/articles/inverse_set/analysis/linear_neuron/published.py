"""The published objective climbed on the set, where every step can be taken exactly.

The gradient of Σ|xᵢ − xⱼ|² points away from the mean of the points. A step moves each by a share of its distance from
that mean, then to the nearest point of the set; since the objective is convex and the way back exact, it never falls.
The slides do not say which optimiser they use.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from generators.articles.inverse_set.analysis.linear_neuron.nearest import nearest
from generators.articles.inverse_set.analysis.linear_neuron.slab import Slab


def climb(slab: Slab, start: np.ndarray, step: float, steps: int) -> np.ndarray:
    """Climb from points (n, d) anywhere, which enter the set where it is nearest."""
    *_, last = climbing(slab, start, step, steps)
    return last


def climbing(slab: Slab, start: np.ndarray, step: float, steps: int) -> Iterator[np.ndarray]:
    """The points (n, d) as they enter the set, then after each of ``steps`` steps."""
    x = nearest(slab, start)
    yield x
    for _ in range(steps):
        x = nearest(slab, x + step * (x - x.mean(0)))
        yield x


def k_at_a_time(slab: Slab, start: np.ndarray, step: float, n: int) -> np.ndarray:
    """Find n points from K starts (K, d): K enter the set and are fixed, each next K is one step from the last K.

    That step moves away from the mean of the K, and half as much from the mean of the fixed ones, as the gradient does.
    """
    seeds = nearest(slab, start)
    found = [seeds]
    for _ in range(-(-n // len(seeds)) - 1):
        x = found[-1]
        away = 2 / 3 * (x - x.mean(0)) + 1 / 3 * (x - seeds.mean(0))
        found.append(nearest(slab, x + step * away))
    return np.concatenate(found)[:n]
