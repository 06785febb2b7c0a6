"""The plane as a network of two inputs cuts it, layer after layer."""

from dataclasses import dataclass

import numpy as np

from generators.articles.multi_neuron.results.checks import Checks
from generators.articles.multi_neuron.results.plane import PlanePartition


@dataclass(frozen=True)
class LayerByLayer:
    """One partition after each hidden layer, the last also with the decision."""

    partitions: tuple[PlanePartition, ...]
    """After the first hidden layer, after the second, …"""
    decided: PlanePartition
    """After all of them, also cut where the answer changes."""
    n_neurons: np.ndarray
    """int64[layers], how many neurons each hidden layer has."""
    bound: np.ndarray
    """float64[layers]: the most regions that layers of these widths can make of a plane, one in another."""
    checks: Checks
    """Of the last partition."""
    n_points: np.ndarray
    """int64[steps], how many random points were tried."""
    n_seen: np.ndarray
    """int64[steps], in how many regions of the last partition these points lie."""
    labels: tuple[str, ...]
    features: tuple[str, ...]
    """What the two inputs are, with units."""


@dataclass(frozen=True)
class ThroughTraining:
    """The partition of one network at several times of its training."""

    steps: np.ndarray
    """int64[times], after how many steps of the optimiser."""
    partitions: tuple[PlanePartition, ...]
    """Each also cut where the answer changes."""
    n_hidden: np.ndarray
    """int64[times], regions without that cut."""
    accuracy: np.ndarray
    """float64[times], the share of held-out points that are answered rightly."""
    chance: float
    labels: tuple[str, ...]
    features: tuple[str, ...]


@dataclass(frozen=True)
class Sampled:
    """How many of a network's regions random points find, for a network whose count others have confirmed."""

    partition: PlanePartition
    widths: tuple[int, ...]
    seed: int
    n_points: np.ndarray
    """int64[steps]"""
    n_seen: np.ndarray
    """int64[steps]"""
    checks: Checks
