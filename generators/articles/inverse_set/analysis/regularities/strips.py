"""Strips: what a direction of code space does to one picture, and where the members and the draws lie along it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.problem import Problem
from generators.articles.inverse_set.analysis.regularities import chance
from generators.articles.inverse_set.results.regularities import Strip

AT = (-2.5, -1.25, 0.0, 1.25, 2.5)
"""Where along a direction pictures are made, in deviations of the prior."""
NAMED = 0.3
"""The least weight of a part of a direction that is named."""


@dataclass(frozen=True, eq=False)
class Moved:
    """One neuron's picture to be moved, and what directions are measured on."""

    problem: Problem
    column: int
    """Of the neuron."""
    shown: Tensor
    """(k,), the point whose code is moved."""
    members: Tensor
    """float64 (m, d), codes of the set's members on which no direction was found."""
    codes: Tensor
    """float64 (n, d), every draw's."""
    values: Tensor
    """float64 (n,), their activations."""
    names: Mapping[int, str]
    """What the code's numbers drive, where that is known."""

    def along(self, name: str, way: Tensor) -> Strip:
        """Measure a direction (d,) of length 1, and move the picture's code along it and nowhere else."""
        place = self.members @ way
        points = self._points(way)
        return Strip(
            name=name,
            parts=tuple(self._parts(way)),
            at=np.array(AT),
            pictures=self.problem.pictures(points).permute(0, 2, 3, 1).numpy(),
            activation=self.problem.see(points).values[:, self.column].double().cpu().numpy(),
            place=float(place.mean()),
            place_chance=chance.place(len(place)),
            variance=float(place.var()),
            variance_chance=chance.variance(len(place)),
            slope=float(torch.corrcoef(torch.stack([self.codes @ way, self.values]))[0, 1].nan_to_num(0)),
        )

    def _points(self, way: Tensor) -> Tensor:
        points = self.shown.repeat(len(AT), 1)
        code = points[:, : len(way)].to(way)
        points[:, : len(way)] = (code + (way.new_tensor(AT) - code @ way)[:, None] * way).to(points)
        return points

    def _parts(self, way: Tensor) -> Iterator[tuple[str, float]]:
        for k in way.abs().argsort(descending=True).tolist():
            if k in self.names and abs(float(way[k])) >= NAMED:
                yield self.names[k], float(way[k])
