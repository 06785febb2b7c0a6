"""Atlases of single classes, and of pairs of classes with the difference of their attributions from left to right."""

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.results.atlas import MappedLayer

RANK, MAGNITUDE = "rank", "magnitude"
"""How activations were chosen: by which class has the largest attribution, or by how large that to one class is."""


@dataclass(frozen=True)
class ClassMap:
    """The activations that speak for one class, laid out by themselves."""

    label: int
    how: str
    """``RANK`` or ``MAGNITUDE``."""
    of_class: float
    """The share of their pictures that are of the class; nan where no truth is known."""
    n_others: int
    """How many other true classes have a picture among them."""
    layer: MappedLayer


@dataclass(frozen=True)
class PairMap:
    """The activations that speak for either of two classes: difference of attributions to the right, likeness down."""

    left: int
    right: int
    scale: float
    """The difference of attributions at the right edge, in logits a position: the 99th percentile of its size."""
    correlation: float
    """Between place from left to right and true class, over pictures of either class; nan where one is missing."""
    ordered: float
    """The chance that a picture of the right class lies to the right of one of the left class; .5 says nothing."""
    n_left: int
    """Pictures of the left class."""
    n_right: int
    columns: np.ndarray
    """int32 (grid, 3), how many pictures of the left class, of the right class and of others each column has."""
    wrong: np.ndarray
    """int32 (grid,), how many of each column's pictures the network gets wrong."""
    layer: MappedLayer


@dataclass(frozen=True)
class ClassAtlases:
    """What one layer holds of some classes, and between some pairs."""

    path: str
    labels: tuple[str, ...]
    classes: np.ndarray
    """int16 (k,), the classes whose attributions are kept for every cell."""
    maps: tuple[ClassMap, ...]
    """Of each class two, by rank and by magnitude."""
    pairs: tuple[PairMap, ...]
