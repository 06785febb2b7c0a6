"""What draws of a standard normal prior show by chance, in closed form."""

from __future__ import annotations

import math

DEVIATIONS = 1.96
"""Between minus and plus so many, a normal number lies in 95 of 100."""


def variance(n: int) -> tuple[float, float]:
    """Between which the variance of ``n`` draws along any direction lies, by the law of χ² (E. Wilson and M. Hilferty,
    1931); ``n`` at least 2."""
    return _mean_square(n - 1)


def mean_length(n: int, d: int) -> tuple[float, float]:
    """Between which the norm of the mean of ``n`` draws of ``d`` numbers lies; about √(d / n)."""
    low, high = (math.sqrt(d * square / n) for square in _mean_square(d))
    return low, high


def place(n: int) -> float:
    """Within which the mean of ``n`` draws along any direction lies, on either side of 0."""
    return DEVIATIONS / math.sqrt(n)


def _mean_square(k: int) -> tuple[float, float]:
    """Between which the mean of the squares of ``k`` standard normal numbers lies."""
    share = 2 / (9 * k)
    low, high = (max(0.0, 1 - share + way * DEVIATIONS * math.sqrt(share)) ** 3 for way in (-1, 1))
    return low, high
