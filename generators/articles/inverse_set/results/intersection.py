"""What lies in the inverse sets of two neurons at once."""

from dataclasses import dataclass

import numpy as np

from generators.articles.inverse_set.results.gallery import Neuron


@dataclass(frozen=True)
class Meeting:
    """Two neurons at one pair of intervals; arrays ``[p]`` have an entry for each picture shown, in three shelves."""

    level: str
    low: tuple[float, float]
    high: tuple[float, float]
    first_share: float
    """Share of the generator's draws in the first neuron's interval."""
    second_share: float
    both_share: float
    product: float
    """What ``both_share`` would be if the two had nothing to do with one another."""
    data_count: int
    """How many pictures of the data lie in both."""
    starts: str
    """``rejection``, ``projection``, or ``empty``: nothing was found."""
    tried: int
    """How many starts were moved towards both intervals; 0 where draws sufficed."""
    reached: int
    """How many arrived."""
    pictures: np.ndarray
    """uint8[p, height, width, c]"""
    activation: np.ndarray
    """float64[p, 2]"""
    kind: np.ndarray
    """int64[p], the generator's class; -1 where there is none."""
    shelf: np.ndarray
    """int64[p]: 0 in the first's set, 1 in the second's, 2 in both."""


@dataclass(frozen=True)
class Pair:
    """Two neurons and what they share, interval by interval."""

    first: Neuron
    second: Neuron
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True)
class Intersection:
    """Every pair of some neurons, one of them with pictures."""

    network: str
    generator: str
    classes: tuple[str, ...]
    n_draws: int
    n_data: int
    n: int
    shown: Pair
    others: tuple[Pair, ...]
    """The same counts for the other pairs, without pictures."""
