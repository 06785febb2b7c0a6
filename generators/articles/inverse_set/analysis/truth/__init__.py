"""Truth: with the renderer that made the data as generator, what a neuron's inverse set holds is known by name.

Members are draws of the prior that lie in the interval, so they are independent and follow the prior's law there. The
learned generator is asked for the same activations, with as many draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis import choosing
from generators.articles.inverse_set.analysis.intervals import Interval, intervals
from generators.articles.inverse_set.analysis.problem import Problem
from generators.articles.inverse_set.analysis.truth import angles, attributes
from generators.articles.inverse_set.analysis.truth.compared import compare
from generators.articles.inverse_set.analysis.truth.draws import Draws, draw
from generators.articles.inverse_set.analysis.truth.factors import shifts
from generators.articles.inverse_set.results.truth import Attribute, Told, Truth
from generators.datasets import textures
from generators.errors import UsageError
from generators.networks import Network, generative
from generators.networks.texture_gan import TextureGAN

EXACT = "textures"
"""The data set with a renderer that names every factor."""
LEVELS = ("strong", "very strong")
DEEP = (0.9, 0.999)
"""Of the main class's own draws, the quantiles between which its factors are looked at."""
QUANTILES = 21
ANGLE_CLASS = "brick"
ANGLES = 200
"""Pictures on which the measure of angles is tried."""
FEWEST = 3
"""Members without which nothing is told of a set."""


@dataclass(frozen=True, eq=False)
class Sides:
    """The exact generator's draws, and the learned one's where there is one."""

    problem: Problem
    exact: Draws
    learned: Draws | None


def tell_truth(network: Network, draws: int, class_draws: int, neurons: int | list[str], seed: int) -> Truth:
    """Compare the inverse sets of neurons with the prior, factor by factor, and with a learned generator's.

    ``draws`` of either prior are read, and ``class_draws`` more of each neuron's main class. UsageError for a network
    whose generator is not the renderer that made its data.
    """
    if network.entry.generator or network.dataset is None or network.dataset.name != EXACT:
        raise UsageError(
            f"network {network.name!r} has no generator whose pictures say what they show: expected the data set "
            f"{EXACT!r} and no generator in the entry"
        )
    exact, *others = generative.load(network, steps=0)
    problem = Problem(network, exact, choosing.chosen(network, neurons))
    learned = Problem(network, others[0], problem.neurons) if others else None
    sides = Sides(
        problem,
        draw(problem, draws, problem.random.manual_seed(seed)),
        _asked(draw(learned, draws, learned.random.manual_seed(seed + 1))) if learned else None,
    )
    told, refused = [], []
    for column in range(len(problem.neurons)):
        try:
            told.append(_tell(sides, column, class_draws, seed + 2 + column))
        except UsageError as error:
            refused.append(str(error))
    return Truth(
        network=network.name,
        classes=exact.classes,
        generator=exact.name,
        learned=others[0].name if others else "",
        n_draws=draws,
        n_class_draws=class_draws,
        told=tuple(told),
        refused=tuple(refused),
        angle_class=ANGLE_CLASS,
        angle_error_degrees=angles.error(ANGLE_CLASS, ANGLES, seed),
    )


def _asked(learned: Draws) -> Draws:
    """Give each draw of the learned generator the class that its code asks for most."""
    return replace(learned, kinds=TextureGAN.intended(learned.points))


def _tell(sides: Sides, column: int, class_draws: int, seed: int) -> Told:
    neuron = sides.problem.neurons[column]
    chosen = [each for each in intervals(neuron, sides.exact.values[:, column]) if each.name in LEVELS]
    held = [(interval, sides.exact.within(column, interval.low, interval.high)) for interval in chosen]
    held = [(interval, members) for interval, members in held if len(members) >= FEWEST]
    if not held:
        raise UsageError(
            f"fewer than {FEWEST} of {len(sides.exact):,} draws lie in any interval of neuron {neuron.name!r}: "
            "expected more draws, or a neuron that is not silent"
        )
    learned = [sides.learned.within(column, *_ends(interval)) if sides.learned else None for interval, _ in held]
    sets = [
        compare(interval, members, other, len(sides.problem.generator.classes), seed)
        for (interval, members), other in zip(held, learned, strict=True)
    ]
    inside, main = held[-1][1], int(sets[-1].classes.argmax())
    low, high, codes = _deep(sides.problem, column, main, class_draws, seed)
    return Told(
        neuron=neuron,
        sets=tuple(sets),
        attributes=tuple(_attributes(sides, inside, learned[-1])),
        main_class=main,
        low=low,
        high=high,
        n=len(codes),
        shifts=tuple(shifts(textures.CLASSES[main], codes)),
    )


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _deep(problem: Problem, column: int, main: int, n: int, seed: int) -> tuple[float, float, Tensor]:
    """The interval that the upper tenth of a class's draws reach, and the codes of those in it (m, 128)."""
    points = problem.measure.draw(n, problem.random.manual_seed(seed))
    points[:, -1] = main
    values = problem.see(points).values[:, column].double()
    low, high = (float(values.quantile(share)) for share in DEEP)
    return low, high, problem.split(points[(values >= low) & (values <= high)])[0].cpu()


def _attributes(sides: Sides, inside: Draws, learned: Draws | None) -> Iterator[Attribute]:
    for k, (name, unit) in enumerate(attributes.UNITS.items()):
        columns = [
            each.attributes[:, k].double() if each is not None else torch.zeros(0)
            for each in (sides.exact, inside, sides.learned, learned)
        ]
        yield Attribute(name, unit, *(_quantiles(values) for values in columns))


def _quantiles(values: Tensor) -> np.ndarray:
    at = torch.linspace(0, 1, QUANTILES, dtype=torch.float64)
    return values.double().quantile(at).numpy() if len(values) else values.double().numpy()
