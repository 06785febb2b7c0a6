"""Objectives: how well an activation fits a cell's mean, in four forms.

``published`` and ``whitened`` are those of Carter et al. (2019), (h · v)³ / (|h| |v|)² the cosine kept above .1, raw
and with v S, S the inverse of E[a aᵀ]. The vectors of a layer share a large mean, which these reward; ``faithful`` and
``vivid`` look at what is left when it is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

FAITHFUL, VIVID, PUBLISHED, WHITENED = OBJECTIVES = ("faithful", "vivid", "published", "whitened")
LEAST_COSINE = 0.1
RIDGE = 1e-4
SAME = 1e-5
"""A target that differs from the mean by less than this share of its length has no direction."""


@dataclass(frozen=True, eq=False)
class Objective:
    """What n icons aim at."""

    origin: Tensor
    """(d,), from which directions are seen."""
    directions: Tensor
    """(n, d) of length 1; zero where a target has none."""
    angle_alone: bool

    def value(self, activations: Tensor, which: Tensor) -> Tensor:
        """How well activations (m, d) fit the targets ``which`` (m,): larger is better."""
        seen, directions = activations - self.origin, self.directions[which]
        cosine = cosine_similarity(seen, directions, dim=1)
        if self.angle_alone:
            return cosine
        return (seen * directions).sum(1) * cosine.clamp(min=LEAST_COSINE) ** 2

    @property
    def defined(self) -> Tensor:
        """bool (n,): whether there is anything to aim at."""
        return self.directions.any(1)


def objective(name: str, targets: Tensor, mean: Tensor, whitening: Tensor | None) -> Objective:
    """The objective of this name for targets (n, d); of a layer with one unit, an angle alone says too little."""
    match name:
        case "faithful" | "vivid":
            seen = targets - mean
            near = seen.norm(dim=1) <= SAME * targets.norm(dim=1)
            directions = normalize(seen.masked_fill(near[:, None], 0), dim=1)
            return Objective(mean, directions, name == FAITHFUL and targets.shape[1] > 1)
        case "published":
            return Objective(torch.zeros_like(mean), normalize(targets, dim=1), False)
        case "whitened":
            assert whitening is not None
            return Objective(torch.zeros_like(mean), normalize(targets @ whitening, dim=1), False)
    raise ValueError(f"there is no objective {name!r}; there is {', '.join(OBJECTIVES)}")


def whitening(vectors: np.ndarray | Tensor) -> Tensor:
    """The inverse of E[a aᵀ] (d, d) of activations (n, d), with a small ridge."""
    a = torch.as_tensor(vectors)
    return torch.linalg.inv(a.T @ a / len(a) + RIDGE * torch.eye(a.shape[1], device=a.device))
