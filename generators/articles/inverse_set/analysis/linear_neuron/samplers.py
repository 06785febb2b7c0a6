"""Every way to sample the set that is compared: this article's, the published one, and independent members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.linear_neuron.published import climb, k_at_a_time
from generators.articles.inverse_set.analysis.linear_neuron.slab import Slab
from generators.articles.inverse_set.analysis.sampling import Uniform, sample_feasible
from generators.articles.inverse_set.analysis.sampling.feasible import bring_in
from generators.articles.inverse_set.analysis.sampling.selections import diverse, farthest, representative
from generators.meter import watched

CHAINS = 8
"""Chains of ``hit-and-run``, where members of one chain follow one another."""
POOL_CHAINS = 100
SELECTIONS: dict[str, Callable[[Tensor, int], Tensor]] = {
    "hit-and-run, medoids": representative,
    "hit-and-run, farthest": farthest,
    "hit-and-run, log-determinant": diverse,
}


@dataclass(frozen=True)
class Settings:
    """What the samplers are asked for."""

    moves: int
    """Between two members of a chain."""
    pool: int
    """Members from which a selection is made."""
    steps: int
    """Of the published objective, to convergence."""
    step: float
    """Of each, as a share of a point's distance from the mean."""
    k: int
    """Points of ``K at a time``."""
    k_step: float
    """Its step, likewise."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A sample (n, d), and what it took."""

    points: np.ndarray
    seconds: float
    peak_bytes: int


def sample_every_way(slab: Slab, n: int, settings: Settings, seed: int) -> dict[str, Drawn]:
    """Sample the set in every way, about n points each; ``results.linear.Method`` says what the names mean."""
    ways: dict[str, Callable[[], np.ndarray]] = {
        "projected starts": lambda: projected_starts(slab, n, seed),
        "projected starts, then moves": lambda: walk(slab, n, n, settings.moves, seed),
        "published, stopped when feasible": lambda: climb(slab, anywhere(slab, n, seed), settings.step, 0),
        "published, to convergence": lambda: climb(slab, anywhere(slab, n, seed), settings.step, settings.steps),
        "K at a time": lambda: k_at_a_time(slab, anywhere(slab, settings.k, seed), settings.k_step, n),
    }
    return {
        "independent members": Drawn(*watched(lambda: slab.members(n, np.random.default_rng(seed)))),
        "hit-and-run": Drawn(*watched(lambda: walk(slab, CHAINS, n, settings.moves, seed))),
        **_selected(slab, n, settings, seed),
        **{name: Drawn(*watched(way)) for name, way in ways.items()},
    }


def walk(slab: Slab, chains: int, n: int, moves: int, seed: int) -> np.ndarray:
    """Start chains anywhere in the cube, bring them in, and move them on: (n, d)."""
    cube, random = _cube(slab), torch.Generator().manual_seed(seed)
    sample = sample_feasible(slab.constraints, cube.draw(chains, random), cube, n, moves, random)
    return sample.points.numpy()


def projected_starts(slab: Slab, n: int, seed: int) -> np.ndarray:
    """Bring points from anywhere to values spread evenly over the interval, and leave them there: (n, d)."""
    cube, random = _cube(slab), torch.Generator().manual_seed(seed)
    return bring_in(slab.constraints, cube, cube.draw(n, random), random).numpy()


def anywhere(slab: Slab, n: int, seed: int) -> np.ndarray:
    """Uniform points of the cube: (n, d)."""
    return np.random.default_rng(seed).random((n, len(slab.w)))


def _selected(slab: Slab, n: int, settings: Settings, seed: int) -> dict[str, Drawn]:
    """Select from one pool; what the pool took counts for each selection."""
    pool, seconds, peak_bytes = watched(
        lambda: torch.from_numpy(walk(slab, POOL_CHAINS, settings.pool, settings.moves, seed))
    )
    found = {}
    for name, select in SELECTIONS.items():
        chosen, more, peak = watched(partial(select, pool, n))
        found[name] = Drawn(pool[chosen].numpy(), seconds + more, max(peak_bytes, peak))
    return found


def _cube(slab: Slab) -> Uniform:
    return Uniform(torch.zeros(len(slab.w)).double(), torch.ones(len(slab.w)).double())
