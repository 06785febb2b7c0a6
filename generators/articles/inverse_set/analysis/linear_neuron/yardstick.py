"""``Yardstick``: what a sample of the set is held against, made once for a set and used for every sample of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.linear_neuron.extent import width
from generators.articles.inverse_set.analysis.linear_neuron.slab import Slab
from generators.articles.inverse_set.analysis.sampling.objective import spread
from generators.articles.inverse_set.analysis.sampling.quality import fill, nearest_neighbour, vendi
from generators.articles.inverse_set.analysis.sampling.selections import bandwidth
from generators.articles.inverse_set.results.linear import Errors


@dataclass(frozen=True, eq=False)
class Yardstick:
    """The set, and independent members of it that no sampler has seen."""

    slab: Slab
    members: Tensor
    """float64 (m, d)"""
    directions: np.ndarray
    """float64[u, d], random, of length 1."""
    widths: np.ndarray
    """float64[u], the set's exact extent along each."""
    kernel_width: float
    """Of the Gaussian kernel that ``mmd`` and ``vendi`` compare points with."""
    alike: float
    """Mean of that kernel over pairs of members."""

    @classmethod
    def of(cls, slab: Slab, n_members: int, n_directions: int, random: np.random.Generator) -> Yardstick:
        """Draw members and directions."""
        members = torch.from_numpy(slab.members(n_members, random))
        directions = random.normal(size=(n_directions, len(slab.w)))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        size = bandwidth(members)
        return cls(slab, members, directions, width(slab, directions), size, _alike(members, members, size))

    def errors(self, points: np.ndarray, seconds: float = 0.0, peak_bytes: int = 0) -> Errors:
        """Measure a sample (n, d)."""
        x = torch.from_numpy(points)
        fill_mean, fill_max = fill(x, self.members)
        return Errors(
            feasible_share=float(self.slab.inside(points).mean()),
            fill_mean=fill_mean,
            fill_max=fill_max,
            width=float((np.ptp(points @ self.directions.T, axis=0) / self.widths).mean()),
            activation_ks=ks_exact(self.slab.law.distribution(points @ self.slab.w)),
            vendi=vendi(x, self.kernel_width),
            nearest_neighbour=nearest_neighbour(x),
            spread=float(spread(x)) / len(x) ** 2,
            mmd=_alike(x, x, self.kernel_width) + self.alike - 2 * _alike(x, self.members, self.kernel_width),
            code_norm=float(x.norm(dim=1).mean()),
            seconds=seconds,
            peak_bytes=peak_bytes,
        )


def ks_exact(shares: np.ndarray) -> float:
    """Kolmogorov and Smirnov's distance of a sample from a law, by the law's distribution at its points (n,)."""
    n, shares = len(shares), np.sort(shares)
    steps = np.arange(n + 1) / n
    return float(max((steps[1:] - shares).max(), (shares - steps[:-1]).max()))


def _alike(first: Tensor, second: Tensor, size: float) -> float:
    return float(torch.exp(-torch.cdist(first, second).square() / (2 * size**2)).mean())
