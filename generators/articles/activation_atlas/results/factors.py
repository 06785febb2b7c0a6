"""Cells of a map as sums of a few factors: what they are, and how little of them the map can show."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Factor:
    """One part that cells are made of, the strongest first."""

    share: float
    """Of all that cells add up to, by norm."""
    weights: np.ndarray
    """float32 (c,), the share of each cell that it makes up, by norm."""
    icon: np.ndarray
    """uint8 (px, px, 1 or 3)"""
    icon_share: float
    """The share of the icon's own activation that it makes up, read by the same factors."""
    patches: np.ndarray
    """uint8 (e, q, q, 1 or 3), the strongest patch of each of the classes in which it is strongest."""
    patch_class: np.ndarray
    """int16 (e,)"""
    patch_share: np.ndarray
    """float32 (e,), the share of the patch's activation that it makes up."""
    n_cells: int
    """Cells of which it makes up at least ``Factors.strong``."""
    islands: int
    """Into how many separate places of the map these fall; cells that touch, also at a corner, are one place."""
    islands_chance: float
    """The same for as many cells chosen at random."""


@dataclass(frozen=True)
class Fit:
    """What so many factors explain of cells that they were not fitted to."""

    n_factors: int
    explained: float
    """The share of variance that sums of factors explain, 1 at best."""
    clusters: float
    """The same by as many clusters, a cell being one of them (k-means)."""


@dataclass(frozen=True)
class Factors:
    """Non-negative factors of the cells of one layer (Lee and Seung, 1999)."""

    path: str
    n_units: int
    grid: int
    columns: np.ndarray
    """int16 (c,), 0 at the left."""
    rows: np.ndarray
    """int16 (c,), 0 at the top."""
    labels: tuple[str, ...]
    """Of all classes."""
    knows_truth: bool
    """Whether patches' classes are true ones; else they are the network's own answers."""
    factors: tuple[Factor, ...]
    fits: tuple[Fit, ...]
    """In order of factors; held out is every fourth cell."""
    wanted: float
    """The explained share from which on a number of factors is enough."""
    explained: float
    """By all factors, of all cells."""
    needed: np.ndarray
    """int16 (c,), the fewest factors that make up 80 % of a cell."""
    strong: float
    """The share from which on a factor counts as a part of a cell."""
    distance_main: float
    """Mean distance on the map, in sides of it, of two cells with the same largest factor."""
    distance_part: float
    """The same of two cells that share a strong factor but not the largest; NaN where there are none."""
    distance_chance: float
    """The same of any two cells."""

    @property
    def chosen(self) -> Fit:
        """The fit of the number of factors that is shown."""
        return next(fit for fit in self.fits if fit.n_factors == len(self.factors))
