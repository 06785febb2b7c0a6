"""Climbing: points of the set moved, inside it, so that an objective of all their embeddings grows.

The volume that they span, the logarithm of the kernel's determinant, is what ``diverse`` chooses by; climbed on, it
leaves the pool behind.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.constraints import Constraints
from generators.articles.inverse_set.analysis.sampling.measures import Measure
from generators.articles.inverse_set.analysis.sampling.objective import AT_ONCE, pulled_back
from generators.articles.inverse_set.analysis.sampling.projection import project
from generators.articles.inverse_set.analysis.sampling.selections import RIDGE, kernel

FIRST = 0.8
"""The length of the first step, in units of the prior's deviation; the last is nearly 0."""
MENDING = 8
"""Steps of projection that bring a point back after each."""
MARGIN = 0.02


def volume(e: Tensor, width: float) -> Tensor:
    """log det of the Gaussian kernel of embeddings (n, d) and a ridge, float64; 0 at most, of points far apart."""
    return torch.logdet(kernel(e, width) + RIDGE * torch.eye(len(e), dtype=torch.float64, device=e.device))


def volume_slope(e: Tensor, width: float) -> Tensor:
    """The gradient of ``volume`` with respect to e (n, d), float64."""
    e = e.double()
    similar = kernel(e, width)
    inverse = torch.linalg.inv(similar + RIDGE * torch.eye(len(e), dtype=torch.float64, device=e.device))
    pull = inverse * similar
    return (2 / width**2) * (pull @ e - pull.sum(1, keepdim=True) * e)


def climb(
    constraints: Constraints,
    measure: Measure,
    embed: Callable[[Tensor], Tensor],
    x: Tensor,
    width: float,
    steps: int,
    at_once: int = AT_ONCE,
) -> Tensor:
    """Move points (n, k) of the set, all at once, to where their ``volume`` is larger; return the best that was met.

    ``embed`` is differentiable. A point that a step takes out of the set, and projection does not bring back, stays.
    """
    best, most = x, -torch.inf
    for step in range(steps + 1):
        e = _embedded(embed, x, at_once)
        if (size := float(volume(e, width))) > most:
            best, most = x, size
        if step == steps:
            break
        slope = volume_slope(e, width)
        way = pulled_back(embed, x, _rows_of(slope), at_once)
        length = FIRST * (1 - step / steps)
        x = _within(constraints, measure, x, x + length * way / way.norm(dim=1, keepdim=True).clamp(min=1e-12))
    return best


def _rows_of(slope: Tensor) -> Callable[[Tensor, slice], Tensor]:
    return lambda _e, rows: slope[rows]


@torch.no_grad()
def _embedded(embed: Callable[[Tensor], Tensor], x: Tensor, at_once: int) -> Tensor:
    return torch.cat([embed(part) for part in x.split(at_once)])


def _within(constraints: Constraints, measure: Measure, x: Tensor, tried: Tensor) -> Tensor:
    """Take the points that were tried where they are in the set or can be brought back, and stay elsewhere."""
    tried = measure.nearest(tried)
    inside = measure.inside(tried) & constraints.inside(tried)
    if not bool(inside.all()):
        out = tried[~inside]
        with torch.no_grad():
            values = torch.cat(constraints.in_parts(constraints.values, out))
        low, high = constraints.low.to(values), constraints.high.to(values)
        margin = MARGIN * (high - low)
        wanted = torch.minimum(torch.maximum(values, low + margin), high - margin)
        tried[~inside] = project(constraints, measure, out, wanted, MENDING)
        inside = measure.inside(tried) & constraints.inside(tried)
    return torch.where(inside[:, None], tried, x)
