"""``Verdict``: whether a sample's errors are such as independent members show, by as many samples of those.

An error is faulty in one direction only: holes can be too large, a Vendi score too small. Each is told in deviations
from its mean over independent samples, and the allowance is the one that 99 of 100 of them keep in all errors at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generators.articles.inverse_set.results.linear import Errors

FAULTY = {
    "fill_mean": 1,
    "fill_max": 1,
    "width": -1,
    "activation_ks": 1,
    "vendi": -1,
    "nearest_neighbour": -1,
    "spread": -1,
    "mmd": 1,
}
"""Error -> 1 where more of it is worse, -1 where less."""
KEPT = 0.99


@dataclass(frozen=True, eq=False)
class Verdict:
    """Mean and deviation of every error of ``FAULTY`` over independent samples, and how many deviations are allowed."""

    mean: np.ndarray
    deviation: np.ndarray
    allowed: float

    @classmethod
    def by(cls, independent: Sequence[Errors]) -> Verdict:
        """Learn from the errors of independent samples, a hundred at least."""
        found = np.array([_numbers(each) for each in independent])
        mean, deviation = found.mean(0), found.std(0)
        worst = ((found - mean) / deviation).max(1)
        return cls(mean, deviation, float(np.quantile(worst, KEPT, method="higher")))

    def failed(self, errors: Errors) -> tuple[str, ...]:
        """Name the errors that are worse than allowed; none of a sample that passes."""
        over = (_numbers(errors) - self.mean) / self.deviation > self.allowed
        outside = ("feasible_share",) if errors.feasible_share < 1 else ()
        return outside + tuple(name for name, faulty in zip(FAULTY, over, strict=True) if faulty)


def _numbers(errors: Errors) -> np.ndarray:
    """The errors, turned so that more is worse."""
    return np.array([sign * getattr(errors, name) for name, sign in FAULTY.items()])
