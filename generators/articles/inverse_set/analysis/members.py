"""Members of an inverse set: draws of the generator that lie in it, or draws moved into it and then about in it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.problem import Problem, Target, Views, differentiated
from generators.articles.inverse_set.analysis.sampling import Sample, sample_feasible
from generators.articles.inverse_set.analysis.sampling.feasible import nearest_starts
from generators.errors import UsageError

ENOUGH = 4
"""Draws suffice when this many times the selection lie in the interval: half to choose from, half held out."""


@dataclass(frozen=True, eq=False)
class Members:
    """Some of a set, in two parts that have nothing to do with one another."""

    pool: Views
    held_out: Views
    starts: str
    """``rejection`` or ``projection``."""
    outside: int
    """How many starts lay outside the set; 0 where draws sufficed."""
    reached: int
    """How many of them were brought in."""

    @property
    def projected_share(self) -> float:
        """Share of the starts outside that were brought in; NaN where none was."""
        return self.reached / self.outside if self.outside else float("nan")


@dataclass(frozen=True)
class Work:
    """How much may be done for one set."""

    pool: int
    """Members to choose from, at most."""
    starts: int
    """Chains, where draws do not suffice."""
    moves: int
    """Between two members of one chain."""


def find(target: Target, drawn: Views, n: int, work: Work, random: torch.Generator) -> Members:
    """Find members of a set of which n are to be shown; both parts may be empty.

    ``drawn`` are draws of the prior, whose values have a column for each of the problem's neurons. UsageError where no
    draw lies in the set and none can be moved.
    """
    problem, constraints, values = target.problem, target.constraints, target.values(drawn)
    inside = constraints.holds(values)
    if int(inside.sum()) >= ENOUGH * n:
        pool, held_out = _halves(drawn[inside], work.pool)
        return Members(pool, held_out, "rejection", 0, 0)
    outside = nearest_starts(constraints, drawn.points[~inside], values[~inside], work.starts)

    def sample(starts: Tensor) -> Sample:
        return sample_feasible(constraints, starts, problem.measure, 2 * work.pool, work.moves, random)

    try:
        with differentiated(target):
            sampled = sample(torch.cat([drawn.points[inside], outside]))
    except UsageError:
        if not bool(inside.any()):
            raise
        sampled = sample(drawn.points[inside])  # moves need no gradient
    if not len(sampled.points):
        return nobody(drawn, sampled.outside)
    parts = _by_chain(problem, sampled, work.pool)
    return Members(*parts, "projection", sampled.outside, sampled.reached)


def nobody(drawn: Views, outside: int = 0) -> Members:
    """No members; so many starts did not arrive."""
    none = drawn[torch.zeros(0, dtype=torch.long, device=drawn.points.device)]
    return Members(none, none, "projection", outside, 0)


def _halves(views: Views, most: int) -> tuple[Views, Views]:
    """Every second member to choose from, the others held out."""
    places = torch.arange(len(views), device=views.points.device)
    return views[places[::2][:most]], views[places[1::2][:most]]


def _by_chain(problem: Problem, sample: Sample, most: int) -> tuple[Views, Views]:
    """Give every second chain to either part, so that neither knows the other; the two halves of a single one."""
    views = problem.see(sample.points)
    place = torch.arange(len(views), device=sample.points.device)
    second = place % sample.chains % 2 == 1 if sample.chains > 1 else place >= len(views) / 2
    return views[place[~second][:most]], views[place[second][:most]]
