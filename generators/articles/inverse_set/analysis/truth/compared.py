"""Two sets at one interval, the exact and the learned generator's: by class, and by what the encoder sees."""

from __future__ import annotations

import numpy as np
import torch

from generators.articles.inverse_set.analysis.intervals import Interval
from generators.articles.inverse_set.analysis.sampling.selections import nearest
from generators.articles.inverse_set.analysis.truth.draws import Draws
from generators.articles.inverse_set.results.truth import Compared

OWN = 0.95
"""Share of the exact set's members that are near enough to its others."""
LIKELY = 0.95
REPEATS = 1000
MOST = 2000
"""Members of either half, and of the learned set, between which distances are measured."""
FEWEST = 8
"""Members on either side without which distances say nothing."""


def compare(interval: Interval, exact: Draws, learned: Draws | None, n_classes: int, seed: int) -> Compared:
    """Compare two sets; ``learned`` is ``None`` without a second generator, and may be empty."""
    shares = class_shares(exact, n_classes)
    others = class_shares(learned, n_classes) if learned is not None and len(learned) else np.zeros(0)
    apart = chance = strange = missed = float("nan")
    if learned is not None and len(learned):
        apart = total_variation(shares, others)
        chance = chance_variation(shares, len(exact), len(learned), seed)
        strange, missed = strangers(exact, learned)
    return Compared(
        name=interval.name,
        low=interval.low,
        high=interval.high,
        n=len(exact),
        learned_n=len(learned) if learned is not None else 0,
        classes=shares,
        learned_classes=others,
        total_variation=apart,
        total_variation_chance=chance,
        strange=strange,
        missed=missed,
    )


def class_shares(draws: Draws, n_classes: int) -> np.ndarray:
    """Share of at least one draw in each class: float64[classes]."""
    return torch.bincount(draws.kinds, minlength=n_classes).double().numpy() / len(draws)


def total_variation(first: np.ndarray, second: np.ndarray) -> float:
    """Half the sum of differences between two laws: the largest by which they differ on any event."""
    return float(np.abs(first - second).sum() / 2)


def chance_variation(shares: np.ndarray, n: int, m: int, seed: int) -> float:
    """What the shares of n and of m draws of one law of classes differ by at most in 95 of 100."""
    random = np.random.default_rng(seed)
    first, second = random.multinomial(n, shares, REPEATS) / n, random.multinomial(m, shares, REPEATS) / m
    return float(np.quantile(np.abs(first - second).sum(1) / 2, LIKELY))


def strangers(exact: Draws, learned: Draws) -> tuple[float, float]:
    """Share of the learned set that is strange to the exact one, and of the exact set that the learned one misses.

    Near is what 95 in 100 of one half of the exact set are to the nearest of the other half. (After T. Kynkäänniemi and
    others, "Improved precision and recall metric", 2019, with a radius that the exact set itself gives.)
    """
    half, other = exact.embedding[::2][:MOST], exact.embedding[1::2][:MOST]
    if min(len(other), len(learned)) < FEWEST:
        return float("nan"), float("nan")
    radius = nearest(other, half)[1].quantile(OWN)
    strange = nearest(learned.embedding[:MOST], half)[1] > radius
    missed = nearest(other, learned.embedding[: len(half)])[1] > radius
    return float(strange.double().mean()), float(missed.double().mean())
