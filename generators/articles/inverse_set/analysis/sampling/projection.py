"""Projection: from a point outside to where the constraints take wanted values, by Gauss and Newton's steps.

The step that changes the values by r and is the shortest is Jᵀ (J Jᵀ)⁻¹ r, J the gradients. At first every step is
taken, even one that leads away: that gets out of hollows. Then a step that does not help is halved and tried again
from the best place so far. Where gradients are stiff, as at the rims of what a renderer draws, single components are
clipped at four times the median, and no step is longer than a greatest length.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.constraints import Constraints
from generators.articles.inverse_set.analysis.sampling.measures import Measure

STEPS = 24
BOLD = 0.75
"""The share of the steps that are taken whatever comes of them."""
LONGEST = 2.0
"""The greatest length of a step, in units of the prior's deviation."""
STIFF = 4.0
DAMPING = 1e-6
CLOSE = 0.02
"""A value is where it should be when it misses by this share of its interval."""


def project(constraints: Constraints, measure: Measure, x: Tensor, wanted: Tensor, steps: int = STEPS) -> Tensor:
    """Move points (n, k) until their values are the wanted ones (n, m), or as near as ``steps`` steps come.

    Returns the nearest point that each came by; whoever asks says which of them are in the set.
    """
    width = (constraints.high - constraints.low).to(wanted)
    best = _Best(x, wanted)
    tried, going = x.clone(), torch.arange(len(x), device=x.device)
    for step in range(steps + 1):
        values, slopes = constraints.linearised(tried[going])
        best.note(going, tried[going], values, slopes, ((values - wanted[going]) / width).abs().amax(1))
        bold = step < BOLD * steps
        away = best.missed[going] > CLOSE
        going, values, slopes = going[away], values[away], slopes[away]
        if not len(going):
            break
        if bold:
            tried[going] = measure.nearest(tried[going] - _step(slopes, values - wanted[going], width))
        else:
            back = _step(best.slopes[going], best.values[going] - wanted[going], width) * best.share[going]
            tried[going] = measure.nearest(best.x[going] - back)
            best.share[going] /= 2
    return best.x


class _Best:
    """The nearest place that each point came by, and how much of a step from there is tried next."""

    def __init__(self, x: Tensor, wanted: Tensor) -> None:
        n, m = wanted.shape
        self.x, self.values = x.clone(), torch.zeros_like(wanted)
        self.slopes = x.new_zeros(n, m, x.shape[1])
        self.missed, self.share = wanted.new_full((n,), torch.inf), wanted.new_ones(n, 1)

    def note(self, rows: Tensor, x: Tensor, values: Tensor, slopes: Tensor, missed: Tensor) -> None:
        """Keep what is nearer than what was; the next step from there is a whole one."""
        nearer = missed < self.missed[rows]  # never where it is NaN
        kept = rows[nearer]
        self.x[kept], self.values[kept], self.slopes[kept] = x[nearer], values[nearer], slopes[nearer]
        self.missed[kept], self.share[kept] = missed[nearer], 1


def _step(slopes: Tensor, off: Tensor, width: Tensor) -> Tensor:
    """The shortest step (n, k) that would bring values which are off by (n, m) home, if gradients (n, m, k) held."""
    slopes, off = slopes / width[:, None], off / width
    most = STIFF * slopes.abs().median(2, keepdim=True).values
    most = torch.where(most > 0, most, torch.inf)
    slopes = torch.maximum(torch.minimum(slopes, most), -most)
    gram = slopes @ slopes.mT
    gram = gram + torch.diag_embed(gram.diagonal(dim1=1, dim2=2) * DAMPING + 1e-12)
    step = (slopes.mT @ torch.linalg.solve(gram, off[..., None]))[..., 0]
    return step * (LONGEST / step.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)
