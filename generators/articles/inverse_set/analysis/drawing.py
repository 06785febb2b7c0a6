"""Draws of a generator's prior, looked at once and kept for every neuron and interval."""

from __future__ import annotations

import torch

from generators.articles.inverse_set.analysis.problem import Problem, Views
from generators.progress import report

AT_ONCE = 1000


def draw(problem: Problem, n: int, random: torch.Generator, what: str = "draws of the generator") -> Views:
    """Draw from the prior and look, in flat memory but for what is kept of each."""
    parts = []
    sizes = [min(AT_ONCE, n - begin) for begin in range(0, n, AT_ONCE)]
    for index, size in enumerate(sizes):
        parts.append(problem.see(problem.measure.draw(size, random)))
        report(index + 1, len(sizes), what)
    return Views(*(torch.cat([getattr(part, name) for part in parts]) for name in ("points", "values", "embedding")))
