"""How much of a map is the layer, and how much the setting: the same activations laid out in many ways."""

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.results.fidelity import LayoutQuality

UNSTABLE = 0.7
"""A point is called unstable that keeps a smaller share of its neighbours from seed to seed."""


@dataclass(frozen=True)
class Agreement:
    """How alike two layouts of the same points are."""

    disparity: float
    """Share of the variance that is left between the two, once one is turned, mirrored and scaled onto the other."""
    cells: float
    """Adjusted Rand index of which points share a cell, a grid of 20: 1 the same, 0 by chance."""
    neighbors: float
    """Mean share of a point's nearest 1 %, at least 15, that are the same on both maps."""


@dataclass(frozen=True)
class Variation:
    """One layout, which differs from the reference in one thing."""

    kind: str
    """What differs: ``reference``, ``neighbors``, ``min_dist``, ``metric``, ``method``, ``sample``, ``published``,
    ``seed``, ``start``, ``shuffled`` or ``dealt``."""
    method: str
    neighbors: int
    min_dist: float
    metric: str
    seed: int
    points: np.ndarray
    """float32 (n, 2) in [0, 1), turned to lie as the reference does; nan where a point is not on the map."""
    n_placed: int
    quality: LayoutQuality
    agreement: Agreement
    """With the reference; of ``shuffled`` activations, between two seeds."""


@dataclass(frozen=True)
class Sensitivity:
    """Layouts of one layer: the reference first, ``dealt`` last, which has its places in an order of chance."""

    path: str
    n: int
    """Activations laid out."""
    labels: tuple[str, ...]
    classes: np.ndarray
    """int16 (n,), of each picture."""
    knows_truth: bool
    """Whether these are the true classes, not what the network answered."""
    shown: np.ndarray
    """int16 (at most 4,), classes to look for: two whose points keep their neighbours best, then two that do worst."""
    variations: tuple[Variation, ...]
    stability: np.ndarray
    """float32 (n,), the share of its neighbours on the map that a point keeps from seed to seed."""
    stability_chance: float

    def of(self, kind: str) -> tuple[Variation, ...]:
        """The variations of one kind, in order."""
        return tuple(each for each in self.variations if each.kind == kind)
