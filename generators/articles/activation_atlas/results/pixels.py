"""The same pictures on two maps, by their colours and by what a layer makes of them; how pure neighbourhoods are."""

from dataclasses import dataclass

import numpy as np

RAW, COLOURS = "raw pixels", "colour histogram"


@dataclass(frozen=True)
class Purity:
    """How often a picture's 15 nearest share its class, in one space."""

    space: str
    """``raw pixels``, ``colour histogram``, or a layer's path."""
    dimensions: int
    full: float
    """In the space itself, by cosine."""
    on_map: float
    """On its layout in two dimensions."""


@dataclass(frozen=True)
class PictureLevel:
    """The cells of one grid that hold a picture, in the order of rows, then columns."""

    grid: int
    columns: np.ndarray
    """int16 (c,), 0 at the left."""
    rows: np.ndarray
    """int16 (c,), 0 at the top."""
    counts: np.ndarray
    """int32 (c,)"""
    shown: np.ndarray
    """int32 (c,), the picture nearest to a cell's middle, an index of ``PictureMap.pictures``."""
    others: np.ndarray
    """int32 (c, 3), the next nearest; -1 where fewer."""
    shares: np.ndarray
    """float16 (c, k), the share of a cell's pictures in each class of ``Pixels.classes``."""
    top: np.ndarray
    """int16 (c, 3), the classes most of them are of, as indices of ``Pixels.labels``; -1 where fewer."""
    top_shares: np.ndarray
    """float32 (c, 3)"""
    purity: np.ndarray
    """float32 (c,), the mean share of a picture's 15 nearest on the map that are of its class."""


@dataclass(frozen=True)
class PictureMap:
    """Pictures laid out by one of the spaces."""

    space: str
    density: np.ndarray
    """uint16 (64, 64), pictures in each cell of a grid of 64; row 0 at the top."""
    levels: tuple[PictureLevel, ...]
    """From coarse to fine."""
    pictures: np.ndarray
    """uint8 (p, px, px, 1 or 3), those that some level shows."""
    picture_class: np.ndarray
    """int16 (p,)"""


@dataclass(frozen=True)
class Pixels:
    """Semantics against pixels."""

    n: int
    """Pictures."""
    neighbors: int
    """How many of the nearest are looked at."""
    knows_truth: bool
    """Whether classes are true ones; else they are the network's own answers."""
    labels: tuple[str, ...]
    """Of all classes."""
    classes: np.ndarray
    """int16 (k,), those whose shares are kept: all, or those with the most pictures."""
    chance: float
    """The purity of pictures chosen at random."""
    purities: tuple[Purity, ...]
    """From pixels to the latest layer."""
    maps: tuple[PictureMap, ...]
    """By colours, then by the latest layer."""

    def of(self, space: str) -> Purity:
        """The purity of a space."""
        return next(each for each in self.purities if each.space == space)
