"""Draws of a generator: what a network makes of them, and what is measured on their pictures, in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis import readings
from generators.articles.inverse_set.analysis.problem import Problem
from generators.articles.inverse_set.analysis.truth import attributes
from generators.progress import report

AT_ONCE = 512
"""Draws between two reports of progress."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Points and all that is known of their pictures, on the CPU."""

    points: Tensor
    """(n, k)"""
    values: Tensor
    """(n, m), activations."""
    embedding: Tensor
    """(n, d)"""
    attributes: Tensor
    """(n, attributes)"""
    kinds: Tensor
    """(n,) int64, classes; -1 where codes have none."""

    def __len__(self) -> int:
        return len(self.points)

    def within(self, column: int, low: float, high: float) -> Draws:
        """Keep those whose activation of one neuron lies in an interval."""
        rows = (self.values[:, column] >= low) & (self.values[:, column] <= high)
        return Draws(
            self.points[rows], self.values[rows], self.embedding[rows], self.attributes[rows], self.kinds[rows]
        )


@torch.no_grad()
def draw(problem: Problem, n: int, random: torch.Generator) -> Draws:
    """Draw ``n`` points of the prior; look at each picture, rounded to 8 bits, once."""
    points = problem.measure.draw(n, random)
    parts = []
    for begin in range(0, n, AT_ONCE):
        parts += problem.in_parts(lambda x: _look(problem, x), points[begin : begin + AT_ONCE])
        report(min(n, begin + AT_ONCE), n, f"draws of {problem.generator.name}")
    values, embedding, measured = (torch.cat(each) for each in zip(*parts, strict=True))
    _, kinds = problem.split(points)
    kinds = torch.full((n,), -1) if kinds is None else kinds.cpu()
    return Draws(points.cpu(), values, embedding, measured, kinds)


def _look(problem: Problem, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    pictures = problem.paint(x)
    seen = readings.read(problem.network, problem.neurons, problem.generator.prepare(pictures))
    return seen.values.cpu(), seen.embedding.cpu(), attributes.measure(pictures).cpu()
