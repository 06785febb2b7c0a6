"""``sample_feasible``: members of the set, from starts anywhere; the constraints may be any functions.

unit = Uniform(torch.zeros(2), torch.ones(2))
ring = Constraints(lambda x: (x - 0.5).norm(dim=1, keepdim=True), torch.tensor([0.3]), torch.tensor([0.4]))
sample_feasible(ring, unit.draw(50, random), unit, n=1000, moves=5, random=random).points
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.constraints import Constraints
from generators.articles.inverse_set.analysis.sampling.measures import Measure
from generators.articles.inverse_set.analysis.sampling.moves import jump, move
from generators.articles.inverse_set.analysis.sampling.projection import project
from generators.progress import report

MARGIN = 0.05
"""Wanted values keep this share of the interval away from its ends, so that rounding does not push a point out."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Members of the set, and what they cost."""

    points: Tensor
    """(n, k), every one in the set; none where no start came there."""
    chains: int
    """Point i belongs to chain i modulo this number."""
    outside: int
    """How many of the starts lay outside."""
    reached: int
    """How many of those were brought in."""
    looked_at: int
    """Points whose constraints were computed while moving."""


def sample_feasible(
    constraints: Constraints, start: Tensor, measure: Measure, n: int, moves: int, random: torch.Generator
) -> Sample:
    """Draw ``n`` members from the measure restricted to the set, ``moves`` moves between those of one chain.

    ``start`` (s, k): those inside stay, the others are moved towards values spread over the intervals. Each that
    arrives begins a chain; the first members are taken after ``moves`` moves too, so that they forget where they began.
    """
    inside = constraints.inside(start)
    arrived = bring_in(constraints, measure, start[~inside], random)
    chains = torch.cat([start[inside], arrived])
    outside = int((~inside).sum())
    if not len(chains):
        return Sample(chains, 0, outside, 0, 0)
    kept, looked_at, n_chains = [], 0, len(chains)
    rounds = -(-n // n_chains)
    for index in range(rounds):
        chains = chains[: n - index * n_chains]
        for _ in range(moves):
            chains, some = move(constraints, measure, chains, random)
            chains, more = jump(constraints, measure, chains, random)
            looked_at += some + more
        kept.append(chains)
        report(index + 1, rounds, "moves inside the set")
    return Sample(torch.cat(kept), n_chains, outside, len(arrived), looked_at)


def bring_in(constraints: Constraints, measure: Measure, start: Tensor, random: torch.Generator) -> Tensor:
    """Project points (s, k) to values spread evenly over the intervals; return those that arrived in the set."""
    if not len(start):
        return start
    arrived = project(constraints, measure, start, spread_values(constraints, len(start), random).to(start))
    return arrived[measure.inside(arrived) & constraints.inside(arrived)]


def nearest_starts(constraints: Constraints, x: Tensor, values: Tensor, n: int) -> Tensor:
    """Of draws x (d, k) outside, whose values are (d, m), one of each n-th part: the nearest to the set; (≤ n, k)."""
    if not len(x):
        return x
    low, high = constraints.low.to(values), constraints.high.to(values)
    off = (torch.maximum(low - values, values - high) / (high - low)).clamp(min=0).amax(1).nan_to_num(torch.inf)
    groups = torch.arange(len(x), device=x.device).chunk(min(n, len(x)))
    return x[torch.stack([group[off[group].argmin()] for group in groups])]


def spread_values(constraints: Constraints, n: int, random: torch.Generator) -> Tensor:
    """One value for each point in each of n equal parts of every interval, in random order: (n, m)."""
    columns = []
    for low, high in zip(constraints.low, constraints.high, strict=True):
        share = (torch.randperm(n, generator=random, device=random.device) + 0.5) / n
        columns.append(low + (high - low) * (MARGIN + (1 - 2 * MARGIN) * share.to(low)))
    return torch.stack(columns, 1)
