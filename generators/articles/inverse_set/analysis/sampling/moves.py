"""Moves inside the set: a slice along a random curve, shrunk towards the point until the set is met again.

The measure, restricted to the set, stays what it is (R. Neal, "Slice sampling", 2003): the point that is found is
uniform on the curve's part of the set, as the shrinking sees it, and giving up after as many tries leaves the point
where it was, which the way back would do as well. No step size is to be chosen.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.constraints import Constraints
from generators.articles.inverse_set.analysis.sampling.measures import Measure

TRIES = 10
"""How often a curve is shrunk before a point stays."""


@torch.no_grad()
def move(constraints: Constraints, measure: Measure, x: Tensor, random: torch.Generator) -> tuple[Tensor, int]:
    """Move every point (n, k) of the set once; return them, all still in the set, and the points looked at."""
    curves = measure.curves(x, random)
    low, high, moved = curves.low.clone(), curves.high.clone(), x.clone()
    waiting, looked_at = torch.arange(len(x), device=x.device), 0
    for _ in range(TRIES):
        t = low[waiting] + (high - low)[waiting] * torch.rand(
            len(waiting), generator=random, device=random.device, dtype=x.dtype
        )
        tried = curves.at(t, waiting)
        found = _inside(constraints, measure, tried)
        looked_at += len(tried)
        moved[waiting[found]] = tried[found]
        low[waiting], high[waiting] = torch.where(t < 0, t, low[waiting]), torch.where(t < 0, high[waiting], t)
        waiting = waiting[~found]
        if not len(waiting):
            break
    return moved, looked_at


@torch.no_grad()
def jump(constraints: Constraints, measure: Measure, x: Tensor, random: torch.Generator) -> tuple[Tensor, int]:
    """Offer every point another class, which it takes where that is in the set too (Metropolis)."""
    tried = measure.jump(x, random)
    if tried is None:
        return x, 0
    found = _inside(constraints, measure, tried)
    return torch.where(found[:, None], tried, x), len(x)


def _inside(constraints: Constraints, measure: Measure, x: Tensor) -> Tensor:
    """Ask the constraints, which cost more, only of points that the measure can give."""
    inside = measure.inside(x)
    if bool(inside.any()):
        inside[inside.clone()] = constraints.inside(x[inside])
    return inside
