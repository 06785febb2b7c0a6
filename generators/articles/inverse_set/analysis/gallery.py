"""The gallery: for each neuron and interval the set's members, what is chosen of them, and what the data have there."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis import choosing, readings
from generators.articles.inverse_set.analysis.drawing import draw
from generators.articles.inverse_set.analysis.intervals import Interval, unreached
from generators.articles.inverse_set.analysis.intervals import intervals as by_strength
from generators.articles.inverse_set.analysis.members import Members, Work, find, nobody
from generators.articles.inverse_set.analysis.problem import LEVELS, Problem, Target, Views
from generators.articles.inverse_set.analysis.sampling.published import Settings
from generators.articles.inverse_set.analysis.sampling.selections import as_numbers, nearest
from generators.articles.inverse_set.analysis.selecting import Chosen, choose, publish
from generators.articles.inverse_set.analysis.showing import shown
from generators.articles.inverse_set.results.gallery import Gallery, Inverse, Level, Selection
from generators.errors import UsageError
from generators.meter import Meter, metered
from generators.networks import Network, generative

EVEN, RARE = 99, 100
"""Quantiles in steps of a hundredth, and in equal ratios from there to the largest of all draws."""
BINS = 24


@dataclass(frozen=True, eq=False)
class Data:
    """Pictures of the network's data."""

    pictures: Tensor
    """uint8 (n, c, h, w), on the CPU."""
    values: Tensor
    """(n, m)"""
    embedding: Tensor
    """(n, d)"""
    y: Tensor
    """(n,), -1 where nothing is known."""


def sample_gallery(
    network: Network,
    draws: int,
    data: int,
    n: int,
    pool: int,
    starts: int,
    moves: int,
    neurons: int | list[str],
    published: list[int],
    steps: int,
    seed: int,
    intervals: dict[str, list[float]] | None = None,
) -> Gallery:
    """Sample the inverse sets of the neurons named, or of so many of the most selective, at five intervals each.

    ``intervals`` has some neurons' own beside those. ``published`` is K of the published algorithm and the most steps
    of its first and of its later batches.
    """
    generator = generative.load(network, steps)[0]
    problem = Problem(network, generator, choosing.chosen(network, neurons))
    random = problem.random.manual_seed(seed)
    with metered(network.device) as drawing:
        drawn = draw(problem, draws, random)
    real = _data(problem, data)
    rare = np.geomspace(1 - EVEN / 100, 1 / len(drawn), RARE)
    quantiles = np.concatenate([np.arange(EVEN) / 100, 1 - rare, [1.0]])
    work, settings = Work(pool, starts, moves), Settings(*published)
    inverses, refused = [], []
    for column in range(len(problem.neurons)):
        try:
            inverses.append(
                _inverse(problem, column, intervals, drawn, real, n, work, settings, drawing, quantiles, random)
            )
        except UsageError as error:
            refused.append(str(error))
    return Gallery(
        network=network.name,
        labels=tuple(network.labels),
        generator=generator.name,
        origin=generator.origin,
        classes=generator.classes,
        code_size=generator.code_size,
        quantiles=quantiles,
        encoder="what the last linear layer reads",
        n_draws=len(drawn),
        n_data=len(real.y),
        n=n,
        inverses=tuple(inverses),
        refused=tuple(refused),
        feasible_share=_feasible(inverses),
    )


def _data(problem: Problem, most: int) -> Data:
    """Look at pictures of the data, as they are."""
    pictures, seen, classes = [], [], []
    mean, std = (torch.tensor(each)[:, None, None] for each in (problem.generator.mean, problem.generator.std))
    for x, y in choosing.pictures(problem.network, most):
        pictures.append(((x * std + mean).clamp(0, 1) * LEVELS).round().byte())
        with torch.no_grad():
            x = x.to(problem.network.device)
            seen += problem.in_parts(lambda part: readings.read(problem.network, problem.neurons, part), x)
        classes.append(y)
    values, embedding = (torch.cat([getattr(part, name) for part in seen]) for name in ("values", "embedding"))
    return Data(torch.cat(pictures), values, embedding, torch.cat(classes))


def _inverse(
    problem: Problem,
    column: int,
    wanted: dict[str, list[float]] | None,
    drawn: Views,
    real: Data,
    n: int,
    work: Work,
    settings: Settings,
    drawing: Meter,
    quantiles: np.ndarray,
    random: torch.Generator,
) -> Inverse:
    """One neuron at every interval; UsageError where it has none."""
    neuron, prior = problem.neurons[column], drawn.values[:, column]
    levels = []
    for interval in by_strength(neuron, prior, wanted):
        target = Target(problem, (column,), (interval.low,), (interval.high,))
        with metered(problem.network.device) as finding:
            members, sentence = _find(target, drawn, n, work, random)
        share = float(target.holds(target.values(drawn)).double().mean())
        made = Meter(finding.seconds + drawing.seconds, max(finding.peak_bytes, drawing.peak_bytes))
        if len(members.pool) and len(members.held_out):
            chosen = choose(target, members, n, made)
            with suppress(UsageError):  # without gradients there is no published algorithm
                chosen.append(publish(target, drawn, members, n, settings))
        else:
            chosen = []
        levels.append(_level(target, interval, share, members, chosen, real, sentence))
    values = prior.double().cpu().numpy()
    of_data = real.values[:, column].double().cpu()
    return Inverse(
        neuron=neuron,
        selectivity=_selectivity(of_data[:, None], real.y),
        prior=np.quantile(values, quantiles),
        data=np.quantile(of_data.numpy(), quantiles),
        levels=tuple(levels),
    )


def _find(target: Target, drawn: Views, n: int, work: Work, random: torch.Generator) -> tuple[Members, str]:
    """Find members; where there are none, a sentence says so, which is empty otherwise."""
    try:
        members = find(target, drawn, n, work, random)
    except UsageError as error:
        return nobody(drawn), str(error)
    if len(members.pool) and len(members.held_out):
        return members, ""
    (column,), (low,), (high,) = target.columns, target.low, target.high
    return members, unreached(target.problem.neurons[column], low, high, drawn.values[:, column], members.outside)


def _selectivity(values: Tensor, y: Tensor) -> float:
    return float(choosing.selectivity(values, y)[0]) if bool((y >= 0).any()) else math.nan


def _level(
    target: Target, interval: Interval, share: float, members: Members, chosen: list[Chosen], real: Data, sentence: str
) -> Level:
    """Paint every member that a selection shows, once, and find what the data have that is most like it."""
    problem, (column,) = target.problem, target.columns
    shown_views, places = _merged([each.views for each in chosen], members.pool)
    index, distance = nearest(shown_views.embedding, real.embedding)
    used, nearest_used = torch.unique(index.cpu(), return_inverse=True)
    code, kind = problem.split(shown_views.points)
    in_data, painted = target.holds(real.values[:, [column]]), problem.pictures(shown_views.points)
    held_out = target.values(members.held_out)[:, 0].double().cpu().numpy()
    return Level(
        name=interval.name,
        low=interval.low,
        high=interval.high,
        prior_share=share,
        data_count=int(in_data.sum()),
        starts=members.starts,
        projected_share=members.projected_share,
        unreached=sentence,
        pictures=shown(painted),
        activation=problem.measured(painted)[:, column].double().cpu().numpy(),
        code_norm=code.double().norm(dim=1).cpu().numpy(),
        kind=as_numbers(torch.full((len(code),), -1) if kind is None else kind),
        nearest=as_numbers(nearest_used),
        distance=distance.cpu().numpy(),
        real=shown(real.pictures[used]),
        real_activation=real.values[used.to(real.values.device), column].double().cpu().numpy(),
        real_label=as_numbers(real.y[used]),
        counts=np.histogram(held_out, BINS, (interval.low, interval.high))[0].astype(np.int64),
        selections=tuple(Selection(each.name, place, each.scores) for each, place in zip(chosen, places, strict=True)),
        pool=len(members.pool),
        held_out=len(members.held_out),
    )


def _merged(parts: list[Views], empty: Views) -> tuple[Views, list[np.ndarray]]:
    """Put views together, equal points once; say for each part where its own are."""
    if not parts:
        return empty[torch.zeros(0, dtype=torch.long, device=empty.points.device)], []
    points = torch.cat([part.points for part in parts])
    _, inverse = torch.unique(points, dim=0, return_inverse=True)
    first = torch.full((int(inverse.max()) + 1,), len(points), device=points.device).scatter_reduce(
        0, inverse, torch.arange(len(points), device=points.device), "amin"
    )
    order = first.argsort()
    rank = torch.empty_like(order).scatter(0, order, torch.arange(len(order), device=order.device))
    places = rank[inverse].split([len(part) for part in parts])
    values, embedding = (torch.cat([getattr(part, name) for part in parts]) for name in ("values", "embedding"))
    rows = first[order]
    return Views(points[rows], values[rows], embedding[rows]), [as_numbers(each) for each in places]


def _feasible(inverses: list[Inverse]) -> float:
    """Share of the pictures that are shown whose activation is in their interval; 1, or it is our error."""
    levels = [level for inverse in inverses for level in inverse.levels if len(level.activation)]
    inside = [(level.activation >= level.low) & (level.activation <= level.high) for level in levels]
    share = float(np.concatenate(inside).mean()) if inside else math.nan
    assert not share < 1, f"of the pictures that are shown, {1 - share:.2%} are not in their interval"
    return share
