"""``Slab``: the points of the unit cube with low ≤ w·x ≤ high, the inverse set of a linear neuron."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from generators.articles.inverse_set.analysis.linear_neuron.law import Law
from generators.articles.inverse_set.analysis.sampling import Constraints
from generators.errors import UsageError

SLACK = 1e-9
"""A point counts as in the set that misses a bound by this share of Σ|wᵢ|: w·x is rounded."""
RAREST = 1e-6
"""The least share of the cube from which members are drawn by throwing away."""
AT_ONCE = 1 << 20
"""Numbers drawn at once."""


@dataclass(frozen=True, eq=False)
class Slab:
    """The set, by its weights and bounds."""

    w: np.ndarray
    """float64[d]"""
    low: float
    """May be infinite, as ``high``."""
    high: float

    @classmethod
    def of_neuron(cls, w: np.ndarray, b: float, z1: float, z2: float) -> Slab:
        """Give the inputs whose activation σ(w·x + b) lies in [z1, z2], 0 ≤ z1 < z2 ≤ 1."""
        if not 0 <= z1 < z2 <= 1:
            raise UsageError(
                f"the interval of a logistic neuron is [z1, z2] with 0 <= z1 < z2 <= 1, but got [{z1:g}, {z2:g}]; its "
                "activations lie between 0 and 1"
            )
        return cls(np.asarray(w, float), logit(z1) - b, logit(z2) - b)

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest w·x on the cube."""
        return float(self.w[self.w < 0].sum()), float(self.w[self.w > 0].sum())

    @cached_property
    def law(self) -> Law:
        """How w·x is distributed for x uniform on the set."""
        return Law(self.w, self.low, self.high)

    @property
    def share(self) -> float:
        """Exact share of the cube that the set fills."""
        return self.law.share

    @property
    def constraints(self) -> Constraints:
        """The set as samplers know it, on points float64 (n, d)."""
        w = torch.from_numpy(self.w)
        return Constraints(
            lambda x: (x @ w)[:, None], torch.tensor([self.low]).double(), torch.tensor([self.high]).double()
        )

    def inside(self, x: np.ndarray) -> np.ndarray:
        """Say which points (n, d) lie in the set: bool (n,)."""
        slack, values = SLACK * np.abs(self.w).sum(), x @ self.w
        in_slab = (values >= self.low - slack) & (values <= self.high + slack)
        return in_slab & ((x >= -SLACK) & (x <= 1 + SLACK)).all(1)

    def members(self, n: int, random: np.random.Generator) -> np.ndarray:
        """Draw independent points (n, d), uniform on the set: points of the cube, those outside thrown away."""
        if self.share < RAREST:
            least, most = self.range
            raise UsageError(
                f"the points with w·x between {self.low:.4g} and {self.high:.4g} fill {self.share:.2g} of the cube: "
                f"expected {RAREST:g} at least, so that drawing finds some; w·x lies between {least:.4g} and {most:.4g}"
            )
        d, found, missing = len(self.w), [], n
        while missing > 0:
            x = random.random((min(math.ceil(1.2 * missing / self.share) + 10, AT_ONCE // d), d))
            values = x @ self.w
            found.append(x[(values >= self.low) & (values <= self.high)])
            missing -= len(found[-1])
        return np.concatenate(found)[:n]


def logit(z: float) -> float:
    """σ⁻¹: infinite at 0 and 1."""
    return -math.inf if z == 0 else math.inf if z == 1 else math.log(z) - math.log1p(-z)
