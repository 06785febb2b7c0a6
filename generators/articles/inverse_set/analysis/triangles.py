"""Triangles of a wanted area and perimeter: the same sampler where there is no network, against throwing away."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling import Constraints, Uniform, sample_feasible
from generators.articles.inverse_set.analysis.sampling.quality import ks
from generators.articles.inverse_set.results.feasible import Triangles
from generators.errors import UsageError

AT_ONCE = 100_000
MOST = 50_000_000
"""How many triangles are drawn at most before an interval counts as empty."""
REPEATS = 400


def sample_triangles(
    n: int, members: int, area: tuple[float, float], perimeter: tuple[float, float], moves: int, starts: int, seed: int
) -> Triangles:
    """Sample ``members`` triangles from ``starts`` random ones, ``moves`` moves between two of a chain; show ``n``.

    ``area`` and ``perimeter`` are intervals, in a square of edge 1. Raises a ``UsageError`` where nothing is found.
    """
    random = torch.Generator().manual_seed(seed)
    square = Uniform(torch.zeros(6).double(), torch.ones(6).double())
    low, high = (torch.tensor(ends).double() for ends in zip(area, perimeter, strict=True))
    wanted, looked_at = Constraints(measures, low, high), 0
    rejected, tried = _rejected(wanted, square, members, random)
    others, _ = _rejected(wanted, square, members, random)

    def values(x: Tensor) -> Tensor:
        nonlocal looked_at
        looked_at += len(x)
        return measures(x)

    sample = sample_feasible(
        Constraints(values, low, high), square.draw(starts, random), square, members, moves, random
    )
    if len(sample.points) < members:
        raise UsageError(
            f"none of {starts:,} random triangles could be brought to an area from {area[0]:g} to {area[1]:g} and a "
            f"perimeter from {perimeter[0]:g} to {perimeter[1]:g}: ask for more starts, or for wider bounds"
        )
    sampled, drawn = _looks(sample.points), _looks(rejected)
    return Triangles(
        area=(area[0], area[1]),
        perimeter=(perimeter[0], perimeter[1]),
        corners=sample.points[-n:].reshape(-1, 3, 2).numpy(),
        sampled=sampled[:, :2],
        rejected=drawn[:, :2],
        tried=tried,
        evaluations=looked_at,
        ks=_most(sampled, drawn),
        ks_chance=_chance(np.concatenate([drawn, _looks(others)]), np.random.default_rng(seed)),
    )


def measures(x: Tensor) -> Tensor:
    """Area and perimeter of triangles (n, 6): (n, 2)."""
    corners = x.reshape(-1, 3, 2)
    sides = corners.roll(-1, 1) - corners
    doubled = sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0]
    return torch.stack([doubled.abs() / 2, sides.norm(dim=2).sum(1)], 1)


def smallest_angle(x: Tensor) -> Tensor:
    """The smallest angle of triangles (n, 6), in radians: (n,)."""
    corners = x.reshape(-1, 3, 2)
    ahead, back = corners.roll(-1, 1) - corners, corners.roll(1, 1) - corners
    cosine = (ahead * back).sum(2) / (ahead.norm(dim=2) * back.norm(dim=2))
    return cosine.clamp(-1, 1).arccos().amin(1)


def _looks(x: Tensor) -> np.ndarray:
    """Area, perimeter and smallest angle: float64 (n, 3)."""
    return torch.cat([measures(x), smallest_angle(x)[:, None]], 1).numpy()


def _most(first: np.ndarray, second: np.ndarray) -> float:
    return max(ks(*columns) for columns in zip(first.T, second.T, strict=True))


def _chance(looks: np.ndarray, random: np.random.Generator) -> float:
    """What two halves of independent members (2m, 3) differ by at most in 95 of 100 ways to halve them."""
    half = len(looks) // 2
    halves = (random.permutation(looks) for _ in range(REPEATS))
    return float(np.quantile([_most(each[:half], each[half:]) for each in halves], 0.95))


def _rejected(wanted: Constraints, square: Uniform, members: int, random: torch.Generator) -> tuple[Tensor, int]:
    """Draw until ``members`` triangles are wanted ones; return them and how many were drawn for them."""
    found: list[Tensor] = []
    missing, tried = members, 0
    while missing > 0:
        if tried >= MOST:
            raise UsageError(
                f"{members - missing:,} of {tried:,} random triangles have an area and a perimeter within the bounds: "
                f"expected {members:,}; ask for wider bounds (an area is at most 0.5, a perimeter at most 3.42)"
            )
        x = square.draw(AT_ONCE, random)
        inside = wanted.inside(x).nonzero()[:missing, 0]
        found.append(x[inside])
        tried += AT_ONCE if len(inside) < missing else int(inside[-1]) + 1
        missing -= len(inside)
    return torch.cat(found), tried
