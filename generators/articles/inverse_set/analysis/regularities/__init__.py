"""Regularities: in which directions of code space the members of a set differ from the prior's draws, with controls.

Directions are found on one half of the members and measured on the other, beside what chance gives as many draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis import choosing
from generators.articles.inverse_set.analysis.intervals import intervals
from generators.articles.inverse_set.analysis.problem import Problem
from generators.articles.inverse_set.analysis.regularities import chance, directions
from generators.articles.inverse_set.analysis.regularities.strips import Moved
from generators.articles.inverse_set.analysis.truth.factors import places
from generators.articles.inverse_set.results.regularities import Regularities, Regularity
from generators.errors import UsageError
from generators.networks import Network, generative
from generators.progress import report

TOP = 0.97
"""The quantile of the prior above which the class is taken that is most frequent there."""
DEEP = (0.9, 0.999)
"""Quantiles of that class's draws between which the set lies."""
FEWEST = 8
GRADIENTS = 100
"""Members at which gradients are taken, at most, and as many other draws."""


@dataclass(frozen=True, eq=False)
class Found:
    """A set of one neuron in one class, and draws around it."""

    points: Tensor
    """(n, k), every draw of the class."""
    values: Tensor
    """float64 (n,)"""
    inside: Tensor
    """bool (n,)"""
    low: float
    high: float


def find_regularities(
    network: Network, draws: int, class_draws: int, neurons: int | list[str], steps: int, seed: int
) -> Regularities:
    """Find what the sets of neurons have in common, each in its most frequent class among ``draws`` of the prior.

    ``class_draws`` are looked at in each class. A generator is fitted in ``steps`` steps where the network has none.
    UsageError when no neuron has anything to show, or the generator cannot be differentiated.
    """
    generator = generative.load(network, steps)[0]
    problem = Problem(network, generator, choosing.chosen(network, neurons))
    random = problem.random.manual_seed(seed)
    prior = problem.measure.draw(draws, random)
    values = problem.see(prior).values
    found, refused = [], []
    for column in range(len(problem.neurons)):
        report(column, len(problem.neurons), "neurons")
        try:
            kind = _kind(problem, column, prior, values[:, column])
            found.append(_regularity(problem, column, kind, _look(problem, column, kind, class_draws, random), random))
        except UsageError as error:
            refused.append(str(error))
    if not found:
        raise UsageError(f"no inverse set of network {network.name!r} has a regularity to show: {refused[0]}")
    return Regularities(
        network=network.name,
        generator=generator.name,
        classes=generator.classes,
        code_size=generator.code_size,
        n_draws=class_draws,
        found=tuple(found),
        refused=tuple(refused),
    )


def _kind(problem: Problem, column: int, prior: Tensor, values: Tensor) -> int:
    """The most frequent class among the strongest draws; -1 where there are none. UsageError for a dead neuron."""
    intervals(problem.neurons[column], values)
    _, kinds = problem.split(prior[values >= values.double().quantile(TOP)])
    return -1 if kinds is None else int(torch.bincount(kinds).argmax())


def _look(problem: Problem, column: int, kind: int, n: int, random: torch.Generator) -> Found:
    points = problem.measure.draw(n, random)
    if kind >= 0:
        points[:, -1] = kind
    values = problem.see(points).values[:, column].double()
    low, high = (float(values.quantile(share)) for share in DEEP)
    inside = (values >= low) & (values <= high)
    if int(inside.sum()) < FEWEST or not low < high:
        raise UsageError(
            f"{int(inside.sum())} of {n:,} draws drive neuron {problem.neurons[column].name!r} to "
            f"[{low:.4g}, {high:.4g}]: expected at least {FEWEST} in an interval that has a width"
        )
    return Found(points, values, inside, low, high)


def _regularity(problem: Problem, column: int, kind: int, found: Found, random: torch.Generator) -> Regularity:
    codes = problem.split(found.points)[0].double()
    members = codes[found.inside]
    first, second = members[::2], members[1::2]
    space = directions.active(_gradients(problem, column, found), len(first))
    ways = {"mean": directions.towards_mean(first, space.basis)}
    for k, way in enumerate(directions.kept(first, space.basis, 2), start=1):
        ways[f"direction {k}"] = way
    ways["random direction"] = directions.by_lot(codes.shape[1], torch.Generator().manual_seed(random.initial_seed()))
    inside = members @ space.basis
    shown = found.points[found.inside][int((inside - inside.mean(0)).norm(dim=1).argmin())]
    names = places(problem.generator.classes[kind]) if problem.generator.origin == "exact" else {}
    moved = Moved(problem, column, shown, second, codes, found.values, names)
    return Regularity(
        neuron=problem.neurons[column],
        low=found.low,
        high=found.high,
        kind=kind,
        n=len(members),
        mean_length=float(members.mean(0).norm()),
        mean_length_chance=chance.mean_length(len(members), codes.shape[1]),
        n_active=space.basis.shape[1],
        active_share=space.share,
        strips=tuple(moved.along(name, way.to(codes)) for name, way in ways.items()),
    )


def _gradients(problem: Problem, column: int, found: Found) -> Tensor:
    """Of the activation at members of the first half, and at as many draws outside: (n, d)."""
    members = found.points[found.inside][::2][:GRADIENTS]
    points = torch.cat([members, found.points[~found.inside][: len(members)]])
    try:
        slopes = problem.constraints([column], [found.low], [found.high]).linearised(points)[1]
    except RuntimeError as error:
        if "does not require grad" not in str(error):
            raise
        raise UsageError(
            f"network {problem.network.name!r} and its generator cannot be differentiated from the code to "
            f"{problem.neurons[column].name!r}: expected steps that torch can follow"
        ) from error
    return problem.split(slopes[:, 0])[0]
