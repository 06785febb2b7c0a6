"""Factors: what the renderer says of codes, against the prior's own law, which is known exactly.

Every factor comes from one uniform number, of which its value is a monotone function; so a member's rank under the
prior is that number, and a whole set is compared with a uniform law.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.results.truth import OF_RANGE, FactorShift
from generators.datasets import textures
from generators.datasets.textures import Factor

BINS = 8
LIKELY = 0.95
COLOUR = ("brightness", "warmth")
"""What the two numbers behind a colour change."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """One factor of n codes."""

    name: str
    unit: str
    share: np.ndarray
    """float64[n], uniform in 0..1 under the prior; of whole numbers the middle of those that give the same one."""
    edges: np.ndarray
    """float64[bins + 1], values between which the prior has even shares."""
    steps: int
    """Of a factor in whole numbers, how many there are; 0 of one that has any value."""


def shifts(kind: str, codes: Tensor) -> list[FactorShift]:
    """Compare codes (n, 128) of a class with the prior, factor by factor, the most shifted first; nothing for none."""
    if not len(codes):
        return []
    found = list(ranked(kind, codes))
    chance = chance_ks(len(codes), len(found))
    return sorted((_shift(each, chance) for each in found), key=lambda shift: shift.ks, reverse=True)


def ranked(kind: str, codes: Tensor) -> Iterator[Ranked]:
    """Rank every factor of codes (n, 128) under the prior, a colour's brightness and warmth apart."""
    uniform = torch.special.ndtr(codes.double()).numpy()
    for name, factor in textures.factors(kind, codes).items():
        if factor.values.ndim > 1:
            for k, what in enumerate(COLOUR):
                share = uniform[:, factor.place + k]
                yield Ranked(f"{name}, {what}", OF_RANGE, share, np.linspace(-1, 1, BINS + 1), 0)
        elif steps := _steps(factor):
            share = (factor.values.double().numpy() - factor.low + 0.5) / steps
            yield Ranked(name, factor.unit, share, factor.low + np.arange(steps + 1) - 0.5, steps)
        else:
            edges = factor.low + (factor.high - factor.low) * np.linspace(0, 1, BINS + 1) ** factor.steepness
            yield Ranked(name, factor.unit, uniform[:, factor.place], edges, 0)


def places(kind: str) -> dict[int, str]:
    """Say which of a class's factors each of a code's numbers drives: index -> name; its noise has none."""
    named: dict[int, str] = {}
    for name, factor in textures.factors(kind, torch.zeros(1, textures.CODE_SIZE)).items():
        if factor.values.ndim > 1:
            named |= {factor.place + k: f"{name}, {what}" for k, what in enumerate(COLOUR)}
        else:
            named[factor.place] = name
    return named


def _steps(factor: Factor) -> int:
    return int(factor.high - factor.low) + 1 if factor.unit.startswith(("whole", "0 ")) else 0


def _shift(factor: Ranked, chance: float) -> FactorShift:
    bins = factor.steps or BINS
    counts = np.bincount(np.minimum((factor.share * bins).astype(int), bins - 1), minlength=bins)
    return FactorShift(
        factor=factor.name,
        unit=factor.unit,
        edges=factor.edges,
        inside=counts,
        prior=np.full(bins, 1 / bins),
        lean=float(factor.share.mean() - 0.5),
        ks=ks_of_steps(counts) if factor.steps else ks_uniform(factor.share),
        ks_chance=chance,
    )


def ks_uniform(share: np.ndarray) -> float:
    """Kolmogorov–Smirnov distance of numbers (n,) from the uniform law on 0..1."""
    n, ordered = len(share), np.sort(share)
    return float(max((ordered - np.arange(n) / n).max(), (np.arange(1, n + 1) / n - ordered).max()))


def ks_of_steps(counts: np.ndarray) -> float:
    """The same of numbers of which each step is as likely as any other."""
    law = np.arange(1, len(counts) + 1) / len(counts)
    return float(np.abs(counts.cumsum() / counts.sum() - law).max())


def chance_ks(n: int, tries: int) -> float:
    """What the largest of ``tries`` independent distances, of n numbers of the law each, is at most in 95 of 100.

    The tail of Kolmogorov's law with M. Stephens's correction (1970) for small n; with steps it is smaller still.
    """
    tail = 1 - LIKELY ** (1 / tries)
    return min(1.0, math.sqrt(-math.log(tail / 2) / 2) / (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)))
