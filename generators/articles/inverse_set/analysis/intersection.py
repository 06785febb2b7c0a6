"""Intersections: what drives two neurons at once, by the share of draws that do and by moving draws into both sets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import torch

from generators.articles.inverse_set.analysis import choosing, readings
from generators.articles.inverse_set.analysis.drawing import draw
from generators.articles.inverse_set.analysis.intervals import LEVELS, intervals
from generators.articles.inverse_set.analysis.members import Members, Work, find, nobody
from generators.articles.inverse_set.analysis.problem import Problem, Target, Views
from generators.articles.inverse_set.analysis.sampling.selections import as_numbers, representative
from generators.articles.inverse_set.analysis.showing import shown
from generators.articles.inverse_set.results.intersection import Intersection, Meeting, Pair
from generators.errors import UsageError
from generators.networks import Network, generative

FIRST, SECOND, BOTH = 0, 1, 2


def intersect(
    network: Network,
    draws: int,
    data: int,
    n: int,
    starts: int,
    moves: int,
    neurons: int | list[str],
    steps: int,
    seed: int,
) -> Intersection:
    """Count what lies in the sets of every two of a network's neurons at matched quantiles; show the first two's.

    UsageError where fewer than two of them have intervals.
    """
    generator = generative.load(network, steps)[0]
    problem = Problem(network, generator, choosing.chosen(network, neurons))
    random = problem.random.manual_seed(seed)
    drawn = draw(problem, draws, random)
    real = _values_of_data(problem, data)
    alive = [column for column in range(len(problem.neurons)) if _levels(problem, column, drawn)]
    if len(alive) < 2:
        names = ", ".join(neuron.name for neuron in problem.neurons)
        raise UsageError(
            f"an intersection takes two neurons that change, but of {names} in network {network.name!r} only "
            f"{len(alive)} does: name others in its entry"
        )
    pairs = list(combinations(alive, 2))
    work = Work(4 * n, starts, moves)
    return Intersection(
        network=network.name,
        generator=generator.name,
        classes=generator.classes,
        n_draws=len(drawn),
        n_data=len(real),
        n=n,
        shown=_pair(problem, pairs[0], drawn, real, n, work, random),
        others=tuple(_pair(problem, pair, drawn, real, 0, work, random) for pair in pairs[1:]),
    )


def _values_of_data(problem: Problem, most: int) -> torch.Tensor:
    """Activations (n, m) of pictures of the data."""
    parts = []
    for x, _ in choosing.pictures(problem.network, most):
        with torch.no_grad():
            seen = problem.in_parts(
                lambda part: readings.read(problem.network, problem.neurons, part), x.to(problem.network.device)
            )
        parts += [each.values for each in seen]
    return torch.cat(parts)


def _levels(problem: Problem, column: int, drawn: Views) -> dict[str, tuple[float, float]]:
    """A neuron's intervals between quantiles, by name; none for a dead one."""
    try:
        found = intervals(problem.neurons[column], drawn.values[:, column])
    except UsageError:
        return {}
    return {each.name: (each.low, each.high) for each in found if each.name in LEVELS}


def _pair(
    problem: Problem,
    pair: tuple[int, int],
    drawn: Views,
    real: torch.Tensor,
    n: int,
    work: Work,
    random: torch.Generator,
) -> Pair:
    """Two neurons at each interval that both have; with ``n`` pictures of each set, or only counts where it is 0."""
    first, second = (_levels(problem, column, drawn) for column in pair)
    meetings = []
    for name in (name for name in first if name in second):
        (low_a, high_a), (low_b, high_b) = first[name], second[name]
        target = Target(problem, pair, (low_a, low_b), (high_a, high_b))
        meetings.append(_meeting(target, name, drawn, real, n, work, random))
    return Pair(problem.neurons[pair[0]], problem.neurons[pair[1]], tuple(meetings))


def _meeting(
    target: Target, level: str, drawn: Views, real: torch.Tensor, n: int, work: Work, random: torch.Generator
) -> Meeting:
    alone = [
        Target(target.problem, (column,), (low,), (high,))
        for column, low, high in zip(target.columns, target.low, target.high, strict=True)
    ]
    inside = [each.holds(each.values(drawn)) for each in alone]
    shares = [float(each.double().mean()) for each in inside]
    members = _find(target, drawn, n, work, random) if n else None
    shelves = [_some(drawn[each.constraints.holds(each.values(drawn))], n) for each in alone] if n else []
    if members is not None:
        shelves.append(_some(members.pool, n))
    return Meeting(
        level=level,
        low=(target.low[0], target.low[1]),
        high=(target.high[0], target.high[1]),
        first_share=shares[0],
        second_share=shares[1],
        both_share=float((inside[0] & inside[1]).double().mean()),
        product=shares[0] * shares[1],
        data_count=int(target.holds(real[:, list(target.columns)]).sum()),
        starts=_starts(members, bool((inside[0] & inside[1]).any())),
        tried=members.outside if members else 0,
        reached=members.reached if members else 0,
        **_shown(target, shelves),
    )


def _find(target: Target, drawn: Views, n: int, work: Work, random: torch.Generator) -> Members:
    """Find members; none where no draw is one and none can be moved."""
    try:
        return find(target, drawn, n, work, random)
    except UsageError:
        return nobody(drawn)


def _starts(members: Members | None, is_met: bool) -> str:
    """How members were found; of a pair without pictures, whether a draw lies in both."""
    if members is None:
        return "rejection" if is_met else "empty"
    return members.starts if len(members.pool) else "empty"


def _some(views: Views, n: int) -> Views:
    return views[representative(views.embedding, n).to(views.points.device)]


def _shown(target: Target, shelves: list[Views]) -> dict[str, np.ndarray]:
    """Paint the shelves one after the other: the arrays of a ``Meeting``."""
    points = [each.points for each in shelves]
    if not points or not sum(map(len, points)):
        none = np.zeros(0, np.int64)
        return {
            "pictures": np.zeros((0, 1, 1, 1), np.uint8),
            "activation": np.zeros((0, 2)),
            "kind": none,
            "shelf": none,
        }
    x = torch.cat(points)
    painted, kind = target.problem.pictures(x), target.problem.split(x)[1]
    return {
        "pictures": shown(painted),
        "activation": target.problem.measured(painted)[:, list(target.columns)].double().cpu().numpy(),
        "kind": as_numbers(torch.full((len(x),), -1) if kind is None else kind),
        "shelf": np.repeat(np.arange(len(points)), [len(each) for each in points]),
    }
