"""Networks whose lines meet where those of random ones never would: their regions, and what a careless count gives."""

from dataclasses import dataclass

import numpy as np

from generators.articles.multi_neuron.results.plane import PlanePartition


@dataclass(frozen=True)
class Case:
    """One network made by hand."""

    slug: str
    title: str
    partition: PlanePartition
    careless: int
    """Regions by ``1 + lines + crossings``, every crossing of two lines a point of its own."""
    marked: np.ndarray
    """float64[n, 3], neurons a·x + b·y + c that the drawing points out: the one that occurs twice, or on the border."""


@dataclass(frozen=True)
class Degenerate:
    """Some such networks; the first is a star of lines through the origin, at which one looks closer."""

    cases: tuple[Case, ...]
    star: np.ndarray
    """float64[lines, 2], the weights of the star; every bias is 0."""
    crossings: np.ndarray
    """float64[lines · (lines − 1) / 2, 2], where float64 puts the crossings of the star's lines, all truly at 0."""

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """float64[n, 2], the crossings that differ, and int64[n], how many crossings each is."""
        return np.unique(self.crossings, axis=0, return_counts=True)

    @property
    def spread(self) -> float:
        """How far from the origin a crossing is at most."""
        return float(np.hypot(*self.crossings.T).max())
