"""The plane cut by one layer of neurons, and the way from one region to another."""

from dataclasses import dataclass
from math import comb

import numpy as np

from generators.articles.multi_neuron.results.plane import PlanePartition


@dataclass(frozen=True)
class Regions:
    """The partition of a box by the first layer of a network, or by a layer drawn at random."""

    weight: np.ndarray
    """float64[n, 2], for inputs in the units of the plane."""
    bias: np.ndarray
    """float64[n]"""
    partition: PlanePartition
    codes: np.ndarray
    """bool[n_regions, n], the sign of every neuron, constant ones included."""
    centres: np.ndarray
    """float64[n_regions, 2], the centroid of each region."""
    first: int
    """The region that is called A."""
    second: int
    """The region that is called B."""
    axes: tuple[str, str]
    """What the inputs are."""
    seed: int | None = None
    """Of the draw; None for a network."""
    n_draws: int = 0
    """Of how many draws it is the one with most room between its lines and crossings."""
    mean_crossings: float = 0.0
    """How many crossings such a draw has in the square on average."""

    @property
    def n_neurons(self) -> int:
        return len(self.bias)

    @property
    def n_regions(self) -> int:
        return self.partition.n_regions

    @property
    def n_codes(self) -> int:
        """The codes that bits can form."""
        return 2**self.n_neurons

    @property
    def bound(self) -> int:
        """The most regions that n lines can cut a plane into (Zaslavsky 1975, for two dimensions Steiner 1826)."""
        return 1 + self.n_neurons + comb(self.n_neurons, 2)

    @property
    def n_lines(self) -> int:
        """Neurons whose zero line passes through the box."""
        return len(np.unique(self.partition.edge_switch[self.partition.edge_switch >= 0]))

    @property
    def crossings(self) -> np.ndarray:
        """float64[…, 2], the vertices inside the box: where zero lines cross."""
        border = self.partition.edges[(self.partition.edge_regions < 0).any(1)]
        return np.delete(self.partition.vertices, np.unique(border), axis=0)

    def route(self, first: int, second: int) -> tuple[np.ndarray, np.ndarray]:
        """The straight way between two centres: the neurons that it passes, in order, and at which share of it."""
        start, stop = (self.weight @ self.centres[r] + self.bias for r in (first, second))
        changing = np.flatnonzero(self.codes[first] != self.codes[second])
        shares = start[changing] / (start[changing] - stop[changing])
        order = np.argsort(shares, kind="stable")
        return changing[order], shares[order]
