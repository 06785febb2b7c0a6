"""Choosing n of a pool: so that they stand for it, so that they differ, or so that the published objective is largest.

Every function takes embeddings (p, d) of the pool and returns n indices into it, each once; fewer where the pool is
smaller.
"""

from __future__ import annotations

import warnings

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from torch import Tensor

RIDGE = 1e-3
"""Added to the kernel's diagonal, without which a pool of more points than dimensions has no logarithm."""
ROUNDS = 20
"""How often ``farthest`` centres."""
EXCHANGES = 2000
"""The most swaps that ``as_published`` makes; it ends long before."""


def representative(e: Tensor, n: int, seed: int = 0) -> Tensor:
    """The member nearest to the mean of each of n clusters (k-means): dense parts get more than sparse ones."""
    if len(e) <= n:
        return torch.arange(len(e))
    numbers = e.double().cpu().numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # of a pool with copies: fewer clusters than n are left
        means = torch.from_numpy(KMeans(n, n_init=1, random_state=seed).fit(numbers).cluster_centers_)
    return _each_once(torch.cdist(means, torch.from_numpy(numbers)))


def _each_once(distances: Tensor) -> Tensor:
    """For each row of (n, p) its nearest column that no row before it has."""
    chosen: list[int] = []
    for row in distances:
        order = row.argsort()
        chosen.append(next(int(index) for index in order if int(index) not in chosen))
    return torch.tensor(chosen)


def farthest(e: Tensor, n: int) -> Tensor:
    """Leave no large hole: add the one farthest from all chosen, again and again (T. Gonzalez, 1985), then centre them.

    The largest hole that is left in the pool is at most twice the smallest that n points can leave. Centring, each
    chosen one gives way to the middle of those that are nearest to it, is repeated and the smallest hole kept.
    """
    e = e.double()
    chosen = _one_after_another(e, min(n, len(e)))
    best, hole = chosen, torch.inf
    for _ in range(ROUNDS):
        distance, owner = torch.cdist(e, e[chosen]).min(1)
        if float(distance.max()) < hole:
            best, hole = chosen, float(distance.max())
        groups = [(owner == k).nonzero()[:, 0] for k in range(len(chosen))]
        if not all(map(len, groups)):  # a copy of another chosen one is nearest to none
            break
        chosen = torch.stack([_middle(e, group) for group in groups])
    return best


def _one_after_another(e: Tensor, n: int) -> Tensor:
    chosen = [int((e - e.mean(0)).norm(dim=1).argmin())]
    gap = (e - e[chosen[0]]).norm(dim=1)
    for _ in range(n - 1):
        gap[chosen[-1]] = -1
        chosen.append(int(gap.argmax()))
        gap = torch.minimum(gap, (e - e[chosen[-1]]).norm(dim=1))
    return torch.tensor(chosen)


def _middle(e: Tensor, group: Tensor) -> Tensor:
    """The one of a group whose farthest other is nearest."""
    return group[torch.cdist(e[group], e[group]).amax(1).argmin()]


def bandwidth(e: Tensor, most: int = 2000) -> float:
    """Half the median distance between different points of a set (n, d), the width of the Gaussian kernel on it."""
    distance = torch.pdist(e[:most].double())
    distance = distance[distance > 0]
    return float(distance.median()) / 2 if len(distance) else 1.0


def kernel(e: Tensor, width: float) -> Tensor:
    """exp(−|eᵢ − eⱼ|² / 2 width²), float64 (n, n)."""
    return torch.exp(-torch.cdist(e.double(), e.double()).square() / (2 * width**2))


def diverse(e: Tensor, n: int, width: float | None = None) -> Tensor:
    """Add, again and again, the one that raises the kernel's determinant most: the mode of a determinantal process.

    By the update of one Cholesky row for each (L. Chen and others, 2018): n² p steps.
    """
    e = e.double()
    width = width or bandwidth(e)
    n = min(n, len(e))
    rows = torch.zeros(n, len(e), dtype=torch.float64, device=e.device)
    left = torch.full((len(e),), 1 + RIDGE, dtype=torch.float64, device=e.device)
    chosen: list[int] = [int((e - e.mean(0)).norm(dim=1).argmax())]
    for k in range(n - 1):
        last = chosen[-1]
        row = torch.exp(-(e - e[last]).square().sum(1) / (2 * width**2))
        rows[k] = (row - rows[:k].T @ rows[:k, last]) / left[last].sqrt()
        left = left - rows[k].square()
        left[chosen] = -torch.inf
        chosen.append(int(left.argmax()))
    return torch.tensor(chosen)


def as_published(e: Tensor, n: int) -> Tensor:
    """The n with the largest sum of squared distances that swapping one for another finds."""
    e = e.double() - e.double().mean(0)
    inside = torch.zeros(len(e), dtype=torch.bool, device=e.device)
    inside[e.norm(dim=1).topk(min(n, len(e))).indices] = True
    for _ in range(EXCHANGES):
        ins, outs = inside.nonzero()[:, 0], (~inside).nonzero()[:, 0]
        if not len(outs):
            break
        total, square = e[ins].sum(0), e.square().sum(1)
        # n Σ|e|² − |Σe|² after member i has made way for candidate j, less what it is now
        gain = n * (square[outs][None] - square[ins][:, None])
        along = e @ total
        gain = gain - 2 * (along[outs][None] - along[ins][:, None]) - torch.cdist(e[ins], e[outs]).square()
        best = int(gain.argmax())
        if float(gain.flatten()[best]) <= 1e-9 * float(square.mean()):
            break
        inside[ins[best // len(outs)]], inside[outs[best % len(outs)]] = False, True
    return inside.nonzero()[:, 0]


def nearest(e: Tensor, to: Tensor) -> tuple[Tensor, Tensor]:
    """For each of ``e`` (n, d) the index and the distance of the nearest of ``to`` (m, d)."""
    distance, index = torch.cdist(e.double(), to.double()).min(1)
    return index, distance


def as_numbers(indices: Tensor) -> np.ndarray:
    """Indices as a result keeps them."""
    return indices.cpu().numpy().astype(np.int64)
