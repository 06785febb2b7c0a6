"""Inverse sets of some neurons at some intervals, as pictures: what a page shows and what it says of them.

Arrays called ``[p]`` have an entry for each picture of a set, ``[r]`` for each of the data that is shown beside it.
"""

from dataclasses import dataclass

import numpy as np

from generators.articles.inverse_set.results.scores import Scores


@dataclass(frozen=True)
class Neuron:
    """What is read of a network: one number for each input."""

    name: str
    """As a page calls it: a class for a logit, else the layer and the index."""
    layer: str
    """Dotted path of the module whose output is read."""
    index: int
    reading: str
    """``value`` where it is one number; of a map ``mean`` over places, ``largest`` of them, or the place's number."""
    direction: tuple[float, ...] = ()
    """Where a direction is read instead of one neuron: a weight for each of the layer's neurons."""


@dataclass(frozen=True)
class Selection:
    """Some of a set, chosen one way."""

    name: str
    """``representative``, ``diverse``, ``farthest``, ``as published``, ``published algorithm`` or ``by lot``."""
    members: np.ndarray
    """int64[n], which of the set's pictures."""
    scores: Scores


@dataclass(frozen=True)
class Level:
    """An interval of activations and the inputs that lead there."""

    name: str
    """``weak`` to ``strongest``."""
    low: float
    high: float
    prior_share: float
    """Share of the generator's draws that lie in it."""
    data_count: int
    """How many pictures of the data lie in it."""
    starts: str
    """``rejection`` where enough draws lay in it, ``projection`` where they had to be moved there."""
    projected_share: float
    """Share of the starts outside the interval that projection brought into it; NaN where none was tried."""
    unreached: str
    """One sentence where nothing was found in it; then every array is empty and there are no selections."""
    pictures: np.ndarray
    """uint8[p, height, width, c], exactly what was measured."""
    activation: np.ndarray
    """float64[p], of the picture as it is published."""
    code_norm: np.ndarray
    """float64[p]"""
    kind: np.ndarray
    """int64[p], the generator's class, an index into ``Gallery.classes``; -1 where its codes have none."""
    nearest: np.ndarray
    """int64[p], the picture of the data that the encoder sees nearest, an index into ``real``."""
    distance: np.ndarray
    """float64[p], how far that is."""
    real: np.ndarray
    """uint8[r, height, width, c]"""
    real_activation: np.ndarray
    """float64[r]"""
    real_label: np.ndarray
    """int64[r], an index into ``Gallery.labels``; -1 where the data have none."""
    counts: np.ndarray
    """int64[bins], how many of the held-out members of the set have an activation in each of equal parts of it."""
    selections: tuple[Selection, ...]
    pool: int
    """Of how many members the selections were chosen."""
    held_out: int
    """Against how many others they were scored."""


@dataclass(frozen=True)
class Inverse:
    """One neuron's inverse sets."""

    neuron: Neuron
    selectivity: float
    """Share of the variance of its activation over the data that the class explains; NaN without classes."""
    prior: np.ndarray
    """float64[k], its activations for the generator's draws at the quantiles ``Gallery.quantiles``, ascending."""
    data: np.ndarray
    """float64[k], the same for the pictures of the data."""
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Gallery:
    """The inverse sets of a network's neurons."""

    network: str
    labels: tuple[str, ...]
    generator: str
    origin: str
    """``exact``, ``given``, ``bundled`` or ``fitted``."""
    classes: tuple[str, ...]
    """The generator's own, where its codes have one."""
    code_size: int
    encoder: str
    """What distances are measured in, in words."""
    n_draws: int
    """How many draws of the generator were read."""
    n_data: int
    n: int
    """Pictures in a selection."""
    quantiles: np.ndarray
    """float64[k], ascending from 0 to 1, dense where hardly any activation is larger."""
    inverses: tuple[Inverse, ...]
    refused: tuple[str, ...]
    """One sentence for each neuron that has no inverse set to show: dead ones, and what cannot be differentiated."""
    feasible_share: float
    """Share of all pictures shown whose activation, measured anew from the 8-bit picture, lies in its interval."""
