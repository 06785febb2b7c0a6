"""The exact law of w·x for x uniform on the unit cube: P(w·x ≤ t) = Σ_S (−1)^|S| (t − w_S)₊ᵈ / (d! ∏ wᵢ), w > 0.

S runs through the 2ᵈ subsets of coordinates, w_S is the sum of their weights (D. Barrow and P. Smith, 1979); a negative
weight is turned around, xᵢ → 1 − xᵢ. The terms are as large as the sum is small: in 64-bit numbers the error is 10⁻⁹
for sixteen ordinary weights, and nothing is right when some are a thousandth of the others. So weights and places are
rounded once, to 2⁻⁶⁴ of the largest weight, and all else is done in whole numbers. A probability is then wrong by
d · 2⁻⁶⁴ at most, and one on a set by as much over the set's share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

BITS = 64
GRID = 257
PASSES = 5


@dataclass(frozen=True, eq=False)
class Law:
    """The law of w·x given low ≤ w·x ≤ high; what it needs of subsets is computed once, up to the bounds."""

    w: np.ndarray
    """float64[d]"""
    low: float = -math.inf
    high: float = math.inf

    @cached_property
    def share(self) -> float:
        """P(low ≤ w·x ≤ high)."""
        below, above = self._bounds
        return (above - below) / self._whole if above > below else 0.0

    def distribution(self, t: np.ndarray) -> np.ndarray:
        """P(w·x ≤ t | low ≤ w·x ≤ high) at places t (m,): float64 (m,). NaN where the share is 0."""
        below, above = self._bounds
        if above <= below:
            return np.full(len(t), np.nan)
        volumes = self._volumes(np.clip(t, self.low, self.high))
        return np.array([(each - below) / (above - below) for each in volumes])

    @cached_property
    def _scale(self) -> int:
        """The power of two that makes weights whole numbers."""
        return BITS - math.frexp(float(np.abs(self.w).max()))[1]

    @cached_property
    def _weights(self) -> list[int]:
        return [round(math.ldexp(float(each), self._scale)) for each in self.w]

    @cached_property
    def _sizes(self) -> list[int]:
        return [abs(each) for each in self._weights if each]

    @cached_property
    def _whole(self) -> int:
        """What a volume of 1 is."""
        return math.factorial(len(self._sizes)) * math.prod(self._sizes)

    @cached_property
    def _bounds(self) -> tuple[int, int]:
        if not self._sizes:  # w·x is 0 everywhere
            return (0, 1) if self.low <= 0 <= self.high else (0, 0)
        below, above = self._volumes(np.array([self.low, self.high]))
        return below, above

    def _places(self, t: np.ndarray) -> list[int]:
        """Where t (m,) lies from the least w·x on, at most at the greatest."""
        shift = sum(each for each in self._weights if each < 0)
        within = np.clip(t, self.w[self.w < 0].sum(), self.w[self.w > 0].sum())
        places = [round(math.ldexp(float(each), self._scale)) - shift for each in within]
        return [min(max(each, 0), sum(self._sizes)) for each in places]

    def _volumes(self, t: np.ndarray) -> np.ndarray:
        """P(w·x ≤ t) times ``_whole`` at places t (m,) from ``low`` to ``high``: whole numbers, as objects."""
        if not self._sizes:
            return _objects([int(each >= 0) for each in t])
        places, top = self._places(t), sum(self._sizes)
        # the far end of the sum is like the near one, and fewer subsets lie below the nearer
        corners = self._corners(_objects([min(each, top - each) for each in places]))
        return np.where([2 * each > top for each in places], self._whole - corners, corners)

    def _corners(self, places: np.ndarray) -> np.ndarray:
        """``_whole`` times the volume of {y in the cube: sizes·y ≤ t}, for whole t (m,)."""
        sums, powers = self._subsets
        index, d = np.searchsorted(sums, places), len(self._sizes)
        terms = [(-1) ** k * math.comb(d, k) * places ** (d - k) * power[index] for k, power in enumerate(powers)]
        return np.sum(terms, axis=0)

    @cached_property
    def _subsets(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Sums of subsets, ascending, as far as places lie; for k from 0 to d the sum of (−1)^|S| w_S^k before each."""
        top, ends = sum(self._sizes), self._places(np.array([self.low, self.high]))
        most = top // 2 if 2 * ends[0] <= top <= 2 * ends[1] else max(min(each, top - each) for each in ends)
        sums, signs = _objects([0]), _objects([1])
        for size in sorted(self._sizes, reverse=True):
            added = sums + size
            fits = (added <= most).astype(bool)
            sums, signs = np.concatenate([sums, added[fits]]), np.concatenate([signs, -signs[fits]])
        order = np.argsort(sums, kind="stable")
        sums, power = sums[order], signs[order]
        powers = []
        for _ in range(len(self._sizes) + 1):
            powers.append(np.concatenate([_objects([0]), np.cumsum(power)]))
            power = power * sums
        return sums, powers


def quantile(w: np.ndarray, of: float) -> float:
    """The t with P(w·x ≤ t) = ``of``, within 10⁻¹¹ of the range of w·x."""
    law, low, high = Law(w), float(w[w < 0].sum()), float(w[w > 0].sum())
    for _ in range(PASSES):
        grid = np.linspace(low, high, GRID)
        index = int(np.searchsorted(law.distribution(grid), of).clip(1, GRID - 1))
        low, high = grid[index - 1], grid[index]
    return float((low + high) / 2)


def _objects(numbers: list[int]) -> np.ndarray:
    """Whole numbers of any length, which numpy adds and multiplies as Python does."""
    return np.array(numbers, dtype=object)
