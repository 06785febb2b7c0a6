"""Choosing: which activations speak for a class, each at most once.

By rank, those to which no class owes more (what the network takes for the class); by magnitude, those that add most to
the class, whatever else they add to. Carter et al., 2019, show both beside one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.analysis.collecting import Collected, Gathered
from generators.articles.activation_atlas.analysis.layout import placeable
from generators.articles.activation_atlas.analysis.pipeline import centre
from generators.errors import UsageError
from generators.networks import Network

FEWEST = 10
"""Activations of which a map of a class can be made."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer's activations that are not all zero, and what they add to the classes."""

    found: Collected
    gathered: Gathered
    kept: np.ndarray
    """int64 (m,), rows of what was collected."""
    vectors: np.ndarray
    """float32 (m, d)"""
    mean: np.ndarray
    """float32 (d,)"""
    attribution: np.ndarray
    """float32 (m, k)"""

    def of(self, label: int) -> np.ndarray:
        """Attributions to a class that is kept: float32 (m,)."""
        return self.attribution[:, int(np.flatnonzero(np.asarray(self.found.classes) == label)[0])]

    def truth(self, rows: np.ndarray) -> np.ndarray:
        """True classes of some of the m activations."""
        return np.asarray(self.found.truth)[self.kept[rows]]


def layer(found: Collected, path: str) -> Layer:
    """Read a layer of what was collected."""
    gathered = found.layers[path]
    kept = np.flatnonzero(placeable(np.asarray(gathered.vectors, np.float32)))
    return Layer(found, gathered, kept, *centre(gathered, kept), np.asarray(gathered.attribution, np.float32)[kept])


def by_rank(of: Layer, label: int) -> np.ndarray:
    """The activations whose largest attribution is to the class: rows of the m, ascending."""
    return np.flatnonzero(np.asarray(of.gathered.top)[of.kept, 0] == label)


def by_magnitude(of: Layer, label: int, most: int) -> np.ndarray:
    """At most ``most`` activations with the largest attributions to the class, all positive: rows of the m."""
    values = of.of(label)
    first = np.argsort(-values, kind="stable")[:most]
    return np.sort(first[values[first] > 0])


def enough(network: Network, rows: np.ndarray, name: str, what: str) -> np.ndarray:
    """Return the rows; UsageError where there are too few for a map."""
    if len(rows) < FEWEST:
        raise UsageError(
            f"{len(rows)} activations of network {network.name!r} {what} {name!r}: expected at least {FEWEST} for a "
            "map, so more pictures, or another class"
        )
    return rows
