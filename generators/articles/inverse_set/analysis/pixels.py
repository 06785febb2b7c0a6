"""The source's first problem, pixels alone, beside a generator: one neuron, one interval, every road into it.

Pixels climb Σ|xᵢ − xⱼ|², whose gradient leads each away from the mean of all, and are brought back into the interval by
the shortest way after every step. Nothing is known of a step size of the source's; here each step makes every
difference from the mean 1.3 times as large.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis import choosing, readings
from generators.articles.inverse_set.analysis.intervals import intervals
from generators.articles.inverse_set.analysis.noise import fine_share, roughness
from generators.articles.inverse_set.analysis.problem import LEVELS, Problem
from generators.articles.inverse_set.analysis.sampling import Constraints, Uniform
from generators.articles.inverse_set.analysis.sampling.feasible import spread_values
from generators.articles.inverse_set.analysis.sampling.objective import spread
from generators.articles.inverse_set.analysis.sampling.projection import project
from generators.articles.inverse_set.analysis.showing import shown
from generators.articles.inverse_set.results import pixels as roads
from generators.articles.inverse_set.results.pixels import Pixels, Road
from generators.errors import UsageError
from generators.networks import Network, generative
from generators.progress import report

INTERVAL = "very strong"
GREY, NOISE = 0.5, 0.02
GROWTH = 1.3
MENDING = 4
"""Steps that lead back into the interval after each step up the objective."""
ATTEMPTS = 4
"""How often a picture that has not arrived is moved on."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """Pictures as points: the pixels of one in a row, 0 to 1."""

    problem: Problem
    shape: tuple[int, ...]
    """(c, h, w)"""
    low: float
    high: float

    @property
    def measure(self) -> Uniform:
        black = torch.zeros(math.prod(self.shape), device=self.problem.network.device)
        return Uniform(black, black + 1)

    @property
    def constraints(self) -> Constraints:
        low, high = (torch.tensor([each], device=self.problem.network.device) for each in (self.low, self.high))
        return Constraints(self.values, low, high, self.problem.in_parts)

    def values(self, x: Tensor) -> Tensor:
        """Activations (n, 1) of pictures (n, c · h · w)."""
        pictures = self.problem.generator.prepare(x.unflatten(1, self.shape))
        return readings.read(self.problem.network, self.problem.neurons, pictures).values


def optimise_pixels(
    network: Network,
    draws: int,
    data: int,
    m: int,
    climbs: int,
    tried: int,
    neurons: int | list[str],
    steps: int,
    seed: int,
) -> Pixels:
    """Reach one interval of the first of ``neurons``, see ``choosing``, by every road, ``m`` pictures at most on each.

    The interval lies between two high quantiles of ``draws`` draws of the generator, which is fitted in ``steps`` steps
    where there is none. ``data`` pictures are looked at, ``climbs`` steps lead up the objective, and ``tried`` single
    pixels of each picture are changed.
    """
    problem = Problem(network, generative.load(network, steps)[0], choosing.chosen(network, neurons)[:1])
    random = problem.random.manual_seed(seed)
    drawn = problem.see(problem.measure.draw(draws, random))
    canvas = _canvas(problem, drawn.values[:, 0])
    inside = canvas.constraints.holds(drawn.values).nonzero()[:m, 0]
    generated = _levels(problem.pictures(drawn.points[inside])).to(network.device)
    real_in, real_out = _data(canvas, data, m)
    grey = GREY + NOISE * torch.randn(m, math.prod(canvas.shape), generator=random, device=random.device)
    pictures: dict[str, tuple[Tensor, Tensor | None]] = {
        roads.DATA: (real_in, None),
        roads.FROM_GREY: (maximise(canvas.constraints, canvas.measure, grey, climbs, random), grey),
        roads.FROM_DATA: (maximise(canvas.constraints, canvas.measure, real_out, climbs, random), real_out),
        roads.SHORTEST: (brought_in(canvas.constraints, canvas.measure, real_out, random), real_out),
        roads.GENERATOR: (generated.flatten(1), None),
    }
    places = torch.randperm(math.prod(canvas.shape[1:]), generator=torch.Generator().manual_seed(seed))[:tried]
    made = []
    for index, (name, (x, begin)) in enumerate(pictures.items()):
        made.append(_road(canvas, name, x, begin, places))
        report(index + 1, len(pictures), "roads to the interval")
    return Pixels(
        network=network.name,
        generator=problem.generator.name,
        neuron=problem.neurons[0],
        low=canvas.low,
        high=canvas.high,
        roads=tuple(made),
        n_pixels=math.prod(canvas.shape[1:]),
        n_pixels_tried=len(places),
    )


def _canvas(problem: Problem, prior: Tensor) -> Canvas:
    """The interval that is aimed at; UsageError where the neuron has no such interval."""
    neuron, shape = problem.neurons[0], problem.network.example_shape
    assert shape is not None
    for each in intervals(neuron, prior):
        if each.name == INTERVAL:
            return Canvas(problem, shape, each.low, each.high)
    raise UsageError(
        f"neuron {neuron.name!r} of network {problem.network.name!r} has no {INTERVAL} interval: expected different "
        f"activations at the quantiles .97 and .999 of {len(prior):,} pictures of the generator"
    )


def _levels(pictures: Tensor) -> Tensor:
    """8-bit pictures as shares of white."""
    return pictures.float() / LEVELS


@torch.no_grad()
def _data(canvas: Canvas, most: int, m: int) -> tuple[Tensor, Tensor]:
    """Of so many pictures of the data, 8 bits deep, the first ``m`` in the interval and the first ``m`` below it."""
    problem, inside, outside = canvas.problem, [], []
    mean, std = (torch.tensor(each)[:, None, None] for each in (problem.generator.mean, problem.generator.std))
    for x, _ in choosing.pictures(problem.network, most):
        levels = _levels(((x * std + mean).clamp(0, 1) * LEVELS).round()).flatten(1).to(problem.network.device)
        values = torch.cat(problem.in_parts(canvas.values, levels))[:, 0]
        inside.append(levels[(values >= canvas.low) & (values <= canvas.high)][:m])
        outside.append(levels[values < canvas.low][:m])
    return torch.cat(inside)[:m], torch.cat(outside)[:m]


def maximise(constraints: Constraints, measure: Uniform, x: Tensor, steps: int, random: torch.Generator) -> Tensor:
    """Climb Σ|xᵢ − xⱼ|² with points (n, k) of a box, back in the set after each step; rounded to 8 bits."""
    wanted = spread_values(constraints, len(x), random).to(x)
    for _ in range(steps if len(x) else 0):
        away = measure.nearest(x.mean(0) + GROWTH * (x - x.mean(0)))
        x = project(constraints, measure, away, wanted, MENDING)
    return brought_in(constraints, measure, x, random)


def brought_in(constraints: Constraints, measure: Uniform, x: Tensor, random: torch.Generator) -> Tensor:
    """Bring points (n, k) to values spread over the interval, by the shortest way that is found; rounded to 8 bits."""
    wanted, x = spread_values(constraints, len(x), random).to(x), rounded(x)
    for _ in range(ATTEMPTS):
        outside = ~constraints.inside(x)
        if bool(outside.any()):
            x[outside] = rounded(project(constraints, measure, x[outside], wanted[outside]))
    return x


def rounded(x: Tensor) -> Tensor:
    return (x * LEVELS).round().clamp(0, LEVELS) / LEVELS


@torch.no_grad()
def _road(canvas: Canvas, name: str, x: Tensor, begin: Tensor | None, places: Tensor) -> Road:
    """Measure pictures (m, c · h · w), none or some, as they are published."""
    pictures = x.unflatten(1, canvas.shape).cpu()
    published = (pictures * LEVELS).round().byte()
    values = canvas.problem.measured(published)
    inside = canvas.constraints.holds(values)
    changes = torch.stack(list(_one_pixel_changes(canvas, x, values, places))) if len(x) else None
    over = changes / (canvas.high - canvas.low) if changes is not None else torch.zeros(0, 1)
    return Road(
        name=name,
        pictures=shown(published),
        activation=values[:, 0].double().cpu().numpy(),
        feasible_share=float(inside.double().mean()) if len(x) else math.nan,
        spread=float(spread(x)) / len(x) ** 2 / math.prod(canvas.shape) if len(x) else math.nan,
        changed=math.nan if begin is None or not len(x) else float((x - begin).abs().mean()),
        roughness=roughness(pictures).numpy(),
        fine_share=fine_share(pictures).numpy(),
        one_pixel=over.amax(1).double().numpy(),
        one_pixel_mean=over.double().mean(1).numpy(),
        one_level=_one_level_changes(canvas, x, values) / (canvas.high - canvas.low),
    )


def _one_pixel_changes(canvas: Canvas, x: Tensor, values: Tensor, places: Tensor) -> Iterator[Tensor]:
    """For each picture, how far the activation moves when one pixel is black or white, the larger: (places,)."""
    rows = torch.arange(len(places))
    for picture, value in zip(x, values[:, 0], strict=True):
        moved = []
        for level in (0.0, 1.0):
            pictures = picture.unflatten(0, canvas.shape).flatten(1).repeat(len(places), 1, 1)  # (places, c, h · w)
            pictures[rows, :, places] = level
            found = torch.cat(canvas.problem.in_parts(canvas.values, pictures.flatten(1)))[:, 0]
            moved.append((found - value).abs())
        yield torch.stack(moved).amax(0).cpu()


def _one_level_changes(canvas: Canvas, x: Tensor, values: Tensor) -> np.ndarray:
    """How far activations move when every number of a picture moves by one level, along the gradient's sign: (m,)."""
    if not len(x):
        return np.zeros(0)
    _, slopes = canvas.constraints.linearised(x)
    found = []
    for side in (-1, 1):
        moved = (x + side * slopes[:, 0].sign() / LEVELS).clamp(0, 1)
        found.append((torch.cat(canvas.problem.in_parts(canvas.values, moved)) - values).abs())
    return torch.cat(found, 1).amax(1).double().cpu().numpy()
