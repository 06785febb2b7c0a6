"""Measures: which points there are, how likely each is, and curves along which a point can move without changing that.

A measure draws points (n, k); its ``curves`` go through given points, and a point drawn uniformly on a curve through a
point that follows the measure follows it again. In a box that is a chord (R. Smith, 1984), under a normal law an
ellipse (I. Murray, R. Adams and D. MacKay, "Elliptical slice sampling", 2010).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

FARTHEST = 3.09
"""Normal deviations, the quantile .999, up to which a code's norm is one that a generator has been trained on."""


@dataclass(frozen=True, eq=False)
class Curves:
    """A curve through each of n points."""

    at: Callable[[Tensor, Tensor], Tensor]
    """(t (r,), rows (r,)) -> points (r, k); t = 0 is the point itself."""
    low: Tensor
    """(n,), where the curve begins, at most 0."""
    high: Tensor
    """(n,), where it ends, at least 0."""


class Measure(Protocol):
    """A law of points (n, k)."""

    def draw(self, n: int, random: torch.Generator) -> Tensor:
        """Draw independent points (n, k)."""
        ...

    def inside(self, x: Tensor) -> Tensor:
        """Say which points it can give: bool (n,)."""
        ...

    def nearest(self, x: Tensor) -> Tensor:
        """Bring points back to where they can be, by the shortest way that is simple."""
        ...

    def curves(self, x: Tensor, random: torch.Generator) -> Curves:
        """Put a random curve through each point (n, k)."""
        ...

    def jump(self, x: Tensor, random: torch.Generator) -> Tensor | None:
        """Propose points as likely as these, of another class; ``None`` where there are no classes."""
        ...


@dataclass(frozen=True, eq=False)
class Uniform:
    """Every point of a box as likely as any other."""

    low: Tensor
    """(k,)"""
    high: Tensor
    """(k,)"""

    def draw(self, n: int, random: torch.Generator) -> Tensor:
        """See ``Measure``."""
        share = torch.rand(n, len(self.low), generator=random, device=random.device, dtype=self.low.dtype)
        return self.low + (self.high - self.low) * share

    def inside(self, x: Tensor) -> Tensor:
        """See ``Measure``."""
        return ((x >= self.low) & (x <= self.high)).all(1)

    def nearest(self, x: Tensor) -> Tensor:
        """See ``Measure``."""
        return torch.minimum(torch.maximum(x, self.low), self.high)

    def curves(self, x: Tensor, random: torch.Generator) -> Curves:
        """Chords in uniformly random directions."""
        way = torch.randn(x.shape, generator=random, device=random.device, dtype=x.dtype)
        way = way / way.norm(dim=1, keepdim=True)
        first, second = (self.low - x) / way, (self.high - x) / way
        low, high = torch.minimum(first, second).amax(1), torch.maximum(first, second).amin(1)
        return Curves(lambda t, rows: self.nearest(x[rows] + t[:, None] * way[rows]), low.clamp(max=0), high.clamp(0))

    def jump(self, x: Tensor, random: torch.Generator) -> None:
        """See ``Measure``."""
        return None


@dataclass(frozen=True)
class Normal:
    """Independent standard normal numbers, of points whose norm a thousandth would exceed at most."""

    size: int

    @property
    def radius(self) -> float:
        """The .999 quantile of the norm, by the cube-root law of E. Wilson and M. Hilferty (1931); off by 2 % at
        most, for one number."""
        share = 2 / (9 * self.size)
        return math.sqrt(self.size * (1 - share + FARTHEST * math.sqrt(share)) ** 3)

    def draw(self, n: int, random: torch.Generator) -> Tensor:
        """See ``Measure``."""
        x = torch.randn(n, self.size, generator=random, device=random.device)
        while not bool((inside := self.inside(x)).all()):
            x[~inside] = torch.randn(int((~inside).sum()), self.size, generator=random, device=random.device)
        return x

    def inside(self, x: Tensor) -> Tensor:
        """See ``Measure``."""
        return x.norm(dim=1) <= self.radius

    def nearest(self, x: Tensor) -> Tensor:
        """See ``Measure``."""
        return x * (self.radius * (1 - 1e-6) / x.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)

    def curves(self, x: Tensor, random: torch.Generator) -> Curves:
        """Ellipses through another draw; their angle is measured from the point."""
        other = torch.randn(x.shape, generator=random, device=random.device, dtype=x.dtype)
        begin = -2 * math.pi * torch.rand(len(x), generator=random, device=random.device, dtype=x.dtype)
        return Curves(
            lambda t, rows: t.cos()[:, None] * x[rows] + t.sin()[:, None] * other[rows], begin, begin + 2 * math.pi
        )

    def jump(self, x: Tensor, random: torch.Generator) -> None:
        """See ``Measure``."""
        return None


@dataclass(frozen=True)
class Classed:
    """Normal numbers and a class, each as likely as any other: the class is the last number of a point."""

    numbers: Normal
    n_classes: int

    def draw(self, n: int, random: torch.Generator) -> Tensor:
        """See ``Measure``."""
        x = self.numbers.draw(n, random)
        return torch.cat([x, self._classes(n, random).to(x)[:, None]], 1)

    def inside(self, x: Tensor) -> Tensor:
        """See ``Measure``."""
        return self.numbers.inside(x[:, :-1])

    def nearest(self, x: Tensor) -> Tensor:
        """See ``Measure``; the class stays."""
        return torch.cat([self.numbers.nearest(x[:, :-1]), x[:, -1:]], 1)

    def curves(self, x: Tensor, random: torch.Generator) -> Curves:
        """The curves of the numbers; the class stays."""
        curves = self.numbers.curves(x[:, :-1], random)
        return Curves(lambda t, rows: torch.cat([curves.at(t, rows), x[rows, -1:]], 1), curves.low, curves.high)

    def jump(self, x: Tensor, random: torch.Generator) -> Tensor:
        """The same numbers in a class by lot."""
        return torch.cat([x[:, :-1], self._classes(len(x), random).to(x)[:, None]], 1)

    def _classes(self, n: int, random: torch.Generator) -> Tensor:
        return torch.randint(self.n_classes, (n,), generator=random, device=random.device)
