"""The selections of one set: the pool's members that are shown, each choice scored against the members held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.members import Members
from generators.articles.inverse_set.analysis.problem import Target, Views, differentiated
from generators.articles.inverse_set.analysis.sampling import quality, selections
from generators.articles.inverse_set.analysis.sampling.feasible import nearest_starts
from generators.articles.inverse_set.analysis.sampling.objective import spread
from generators.articles.inverse_set.analysis.sampling.published import Settings, sample_as_published
from generators.articles.inverse_set.results.scores import Scores
from generators.meter import Meter, metered

Choose = Callable[[Tensor, int], Tensor]

PUBLISHED = "published algorithm"


@dataclass(frozen=True, eq=False)
class Chosen:
    """A selection before its pictures are painted."""

    name: str
    views: Views
    """Only what is in the set."""
    scores: Scores


def choose(target: Target, members: Members, n: int, made: Meter) -> list[Chosen]:
    """Choose n of the pool in five ways, the last of them by lot.

    ``made`` says what the pool took, which every one of them stands on.
    """
    width = selections.bandwidth(members.held_out.embedding)
    ways: dict[str, Choose] = {
        "representative": selections.representative,
        "diverse": lambda e, n: selections.diverse(e, n, width),
        "farthest": selections.farthest,
        "as published": selections.as_published,
        "by lot": lambda e, n: torch.arange(min(n, len(e))),
    }
    chosen = []
    for name, way in ways.items():
        with metered(target.problem.network.device) as meter:
            rows = way(members.pool.embedding, n).to(members.pool.points.device)
        meter.seconds, meter.peak_bytes = meter.seconds + made.seconds, max(meter.peak_bytes, made.peak_bytes)
        chosen.append(_scored(target, name, members.pool[rows], members.held_out, width, meter))
    return chosen


def publish(target: Target, drawn: Views, members: Members, n: int, how: Settings) -> Chosen:
    """Run the published algorithm from the draws nearest to the set, since a gradient does not change a class.

    UsageError where there is no gradient.
    """
    problem, constraints = target.problem, target.constraints
    starts = nearest_starts(constraints, drawn.points, target.values(drawn), how.k)
    scale = float(spread(members.held_out.embedding)) / len(members.held_out) ** 2

    def look(x: Tensor) -> tuple[Tensor, Tensor]:
        seen = problem.look(x)
        return seen.values[:, list(target.columns)], seen.embedding

    with metered(target.problem.network.device) as meter, differentiated(target):
        points = sample_as_published(constraints, look, starts, n, max(scale, 1e-12), how)
    width = selections.bandwidth(members.held_out.embedding)
    return _scored(target, PUBLISHED, problem.see(points), members.held_out, width, meter)


def _scored(target: Target, name: str, made: Views, held_out: Views, width: float, meter: Meter) -> Chosen:
    """Measure all that was made, feasible or not; keep what is in the set."""
    code, _ = target.problem.split(made.points)
    inside = target.constraints.holds(target.values(made))
    laws = zip(_columns(target, made), _columns(target, held_out), strict=True)
    mean, most = quality.fill(made.embedding, held_out.embedding)
    scores = Scores(
        n=len(made),
        feasible_share=float(inside.double().mean()),
        fill_mean=mean,
        fill_max=most,
        nearest_neighbour=quality.nearest_neighbour(made.embedding),
        vendi=quality.vendi(made.embedding, width),
        activation_ks=max(quality.ks(*pair) for pair in laws),
        code_norm=float(code.norm(dim=1).mean()),
        seconds=meter.seconds,
        peak_bytes=meter.peak_bytes,
    )
    return Chosen(name, made[torch.nonzero(inside)[:, 0]], scores)


def _columns(target: Target, views: Views) -> list[np.ndarray]:
    return list(target.values(views).double().cpu().numpy().T)
