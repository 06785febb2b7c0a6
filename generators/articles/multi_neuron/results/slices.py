"""A plane through a high-dimensional space of inputs, as a network cuts it."""

from dataclasses import dataclass

import numpy as np

from generators.articles.multi_neuron.results.checks import Checks
from generators.articles.multi_neuron.results.plane import PlanePartition


@dataclass(frozen=True)
class Estimate:
    """What a few short exact cuts through the plane let one expect of it."""

    density: float
    """Breakpoints on a unit of length, in the mean over chords in several directions."""
    n_regions: float
    """Regions of the box around the whole domain, if its boundaries were straight lines thrown at random."""


@dataclass(frozen=True)
class PictureSlice:
    """The plane through three pictures, or a window of it that has no more regions than can be shown."""

    partition: PlanePartition
    """Cut where the answer changes, too; one unit is the distance 1 between inputs as the network reads them."""
    anchors: np.ndarray
    """float64[3, 2], where the pictures lie."""
    anchor_labels: tuple[str, ...]
    share: float
    """The window's side, as a share of the triangle's box; 1 where the domain is the triangle with some room."""
    estimate: Estimate
    checks: Checks
    n_hidden: int
    """Regions without the decision."""
    n_inputs: int
    """Numbers in an input: dimensions of the space of which this is a plane."""
    pictures: np.ndarray
    """uint8[side, side, height, width, channels], what a grid of places of the whole plane looks like, from above."""
    picture_answers: np.ndarray
    """int64[side, side]"""
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Uncut:
    """A network through which no plane could be cut."""

    reason: str
    """One sentence."""


@dataclass(frozen=True)
class MemorySlice:
    """The keys of a language model's MLP, as lines on the plane in which its inputs vary most."""

    partition: PlanePartition
    """One unit is 1 in the residual stream after the norm."""
    layer: str
    """The MLP's path."""
    share: float
    """How much of the inputs' variance lies in the plane."""
    places: np.ndarray
    """float64[n, 2], where the inputs of some tokens come to lie."""
    tokens: tuple[str, ...]
    """What these are."""
    n_keys: int
    n_inputs: int
    always: int
    """Keys that are on in every region."""
    never: int
    """Keys that are on in none."""
    checks: Checks
