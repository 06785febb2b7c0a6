"""A problem: a network, a generator of its pictures and the neurons to drive, as functions of one tensor of points.

A point is a code, and behind it its class where the generator has classes. Without gradients everything is measured on
pictures rounded to 8 bits, as they are published; so a point that lies in the set there is a picture that does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis import readings
from generators.articles.inverse_set.analysis.sampling import Classed, Constraints, Measure, Normal
from generators.articles.inverse_set.results.gallery import Neuron
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.generative import Generator

AT_ONCE = {"cpu": 64, "cuda": 2048}
"""Pictures in one forward pass, at first; halved where memory does not suffice."""
LEVELS = 255
HAIR = 1e-4
"""The share of an interval at either end that a sampler leaves free."""


@dataclass(frozen=True, eq=False)
class Views:
    """Points and what is seen of them; the pictures are left to ``Problem.pictures``."""

    points: Tensor
    """(n, k)"""
    values: Tensor
    """(n, m), activations."""
    embedding: Tensor
    """(n, d)"""

    def __getitem__(self, rows: Tensor) -> Views:
        return Views(self.points[rows], self.values[rows], self.embedding[rows])

    def __len__(self) -> int:
        return len(self.points)


class Problem:
    """What a sampler asks: activations and embeddings of points."""

    def __init__(self, network: Network, generator: Generator, neurons: Sequence[Neuron]) -> None:
        self.network, self.generator, self.neurons = network, generator, tuple(neurons)
        self.at_once = AT_ONCE.get(network.device.split(":")[0], 64)

    @property
    def measure(self) -> Measure:
        """The generator's prior."""
        numbers = Normal(self.generator.code_size)
        return Classed(numbers, len(self.generator.classes)) if self.generator.classes else numbers

    @property
    def random(self) -> torch.Generator:
        return torch.Generator(self.network.device)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """A point's code (n, k) and, where there are classes, its class (n,)."""
        if self.generator.classes:
            return x[:, :-1], x[:, -1].detach().round().long()
        return x, None

    def paint(self, x: Tensor) -> Tensor:
        """Make the pictures of points, 0 to 1 (n, c, h, w): rounded to 8 bits unless a gradient is asked for."""
        pictures = self.generator(*self.split(x))
        if torch.is_grad_enabled() and x.requires_grad:
            return pictures
        return (pictures * LEVELS).round().clamp(0, LEVELS) / LEVELS

    def look(self, x: Tensor) -> readings.Seen:
        """Activations (n, m) and embeddings (n, d) of points; gradients flow to them."""
        return readings.read(self.network, self.neurons, self.generator.prepare(self.paint(x)))

    @torch.no_grad()
    def see(self, x: Tensor) -> Views:
        """The same of any number of points, in flat memory, without gradients."""
        parts = self.in_parts(self.look, x) or [self.nothing(x)]
        seen = Views(x, torch.cat([part.values for part in parts]), torch.cat([part.embedding for part in parts]))
        if bool(seen.embedding.isnan().any()):
            raise UsageError(
                f"the encoder of network {self.network.name!r} gives no number (NaN) for pictures of the generator "
                f"{self.generator.name!r}: expected finite features, the input of its last linear layer"
            )
        return seen

    def nothing(self, x: Tensor) -> readings.Seen:
        return readings.Seen(x.new_zeros(0, len(self.neurons)), x.new_zeros(0, 1))

    def constraints(self, columns: Sequence[int], low: Sequence[float], high: Sequence[float]) -> Constraints:
        """Want the activations of some neurons in intervals."""
        which, device = list(columns), self.network.device
        return Constraints(
            lambda x: self.look(x).values[:, which],
            torch.tensor(low, device=device),
            torch.tensor(high, device=device),
            self.in_parts,
        )

    @torch.no_grad()
    def pictures(self, x: Tensor) -> Tensor:
        """The pictures of points as they are published: uint8 (n, c, h, w), on the CPU."""
        parts = self.in_parts(lambda part: (self.paint(part) * LEVELS).round().byte().cpu(), x)
        return torch.cat(parts) if parts else torch.zeros(0, *(self.network.example_shape or ()), dtype=torch.uint8)

    @torch.no_grad()
    def measured(self, pictures: Tensor) -> Tensor:
        """Activations (n, m) of pictures uint8 (n, c, h, w): what whoever downloads them would find."""
        levels = pictures.to(self.network.device).float() / LEVELS
        seen = self.in_parts(lambda x: readings.read(self.network, self.neurons, self.generator.prepare(x)), levels)
        return torch.cat([part.values for part in seen]) if seen else levels.new_zeros(0, len(self.neurons))

    def in_parts(self, make: Callable[[Tensor], Any], x: Tensor) -> list[Any]:
        """Run over parts that fit into memory: smaller ones when it runs out, and a sentence when one is too large."""
        while True:
            try:
                return [make(part) for part in x.split(self.at_once)] if len(x) else []
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                if not _is_memory(error):
                    raise
                if self.at_once == 1:
                    raise UsageError(
                        f"network {self.network.name!r} and its generator have no room for one picture on "
                        f"{self.network.device}: expected memory for a forward and a backward pass; a CPU has more"
                    ) from error
                self.at_once //= 2


@contextmanager
def differentiated(target: Target) -> Iterator[None]:
    """UsageError where torch finds no way back from a target's neurons to the code."""
    try:
        yield
    except RuntimeError as error:
        if not re.search("requires? grad", str(error)):
            raise
        problem = target.problem
        names = " and ".join(repr(problem.neurons[column].name) for column in target.columns)
        raise UsageError(
            f"network {problem.network.name!r} and its generator cannot be differentiated from the code to {names}, "
            "and no draw lies in the interval: expected steps that torch can follow, or an interval that draws reach"
        ) from error


@dataclass(frozen=True, eq=False)
class Target:
    """What is wanted: the activations of some of a problem's neurons, each in an interval."""

    problem: Problem
    columns: tuple[int, ...]
    """Which neurons."""
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def constraints(self) -> Constraints:
        """The same as a sampler takes it, a hair narrower: rounding differs with what else is in a batch."""
        pairs = list(zip(self.low, self.high, strict=True))
        low = [low + HAIR * (high - low) for low, high in pairs]
        high = [high - HAIR * (high - low) for low, high in pairs]
        return self.problem.constraints(self.columns, low, high)

    def holds(self, values: Tensor) -> Tensor:
        """Say of activations (n, m), a column for each of the neurons in question, which rows are wanted: bool (n,)."""
        low, high = (torch.tensor(each, dtype=values.dtype, device=values.device) for each in (self.low, self.high))
        return ((values >= low) & (values <= high)).all(1)

    def values(self, views: Views) -> Tensor:
        """The activations in question: (n, m)."""
        return views.values[:, list(self.columns)]


def _is_memory(error: BaseException) -> bool:
    return not isinstance(error, RuntimeError) or "memory" in str(error).lower()
