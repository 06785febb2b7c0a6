"""Pixels alone against a generator: what reaches an interval, how noisy it is, and how one pixel moves a neuron."""

from dataclasses import dataclass

import numpy as np

from generators.articles.inverse_set.results.gallery import Neuron

DATA, FROM_GREY, FROM_DATA, SHORTEST, GENERATOR = ROADS = (
    "data",
    "pixels from grey",
    "pixels from data",
    "shortest way",
    "generator",
)


@dataclass(frozen=True)
class Road:
    """Pictures that reach the interval one way."""

    name: str
    """``data``: pictures of the data that lie in it. ``pixels from grey``, ``pixels from data``: pixels climb the sum
    of squared distances and are kept in the interval, from grey and a little noise or from pictures below it.
    ``shortest way``: those pictures, only brought in. ``generator``: draws of it that lie there."""
    pictures: np.ndarray
    """uint8[m, height, width, c]"""
    activation: np.ndarray
    """float64[m], of the pictures as they are published."""
    feasible_share: float
    """NaN where there is none."""
    spread: float
    """What the source's first problem maximises, Σ|xᵢ − xⱼ|² over all pairs, divided by m² and the pixels of a picture,
    from 0 to 1 / 2; NaN where there are none."""
    changed: float
    """Mean absolute change of a pixel from where it began, as a share of white; NaN where nothing was changed."""
    roughness: np.ndarray
    """float64[m], mean absolute difference of neighbouring pixels, as a share of white."""
    fine_share: np.ndarray
    """float64[m], share of a picture's variance at more than half of the highest spatial frequency."""
    one_pixel: np.ndarray
    """float64[m], the most that the activation changes when one pixel is made black or white, over the interval's
    width."""
    one_pixel_mean: np.ndarray
    """float64[m], the mean over pixels of that change."""
    one_level: np.ndarray
    """float64[m], how far the activation moves, over the interval's width, when every number of the picture changes by
    one of its 255 levels to the side that the gradient says."""


@dataclass(frozen=True)
class Pixels:
    """Every road for one neuron and interval."""

    network: str
    generator: str
    neuron: Neuron
    low: float
    high: float
    roads: tuple[Road, ...]
    n_pixels: int
    """How many pixels a picture has."""
    n_pixels_tried: int
    """How many single pixels were changed, for each picture; the same ones in all."""

    def of(self, name: str) -> Road:
        """The road of a name."""
        return next(road for road in self.roads if road.name == name)
