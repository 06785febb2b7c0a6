"""What is measured of the smallest memory: eight keys that read three numbers, and their values in a plane."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class KeyValue:
    """The network 3 -> 8 -> 2, y = W_value relu(W_key x), and what one input does in it.

    Weights and inputs are drawn from grids so coarse that every number below is exact to two decimals.
    """

    w_key: np.ndarray
    """float64[8, 3]: a row for each key, what it reads."""
    w_value: np.ndarray
    """float64[2, 8]: a row for each value neuron, a column for each value."""
    x: np.ndarray
    """float64[3], the input that is shown first."""
    preactivations: np.ndarray
    """float64[8], W_key x."""
    activations: np.ndarray
    """float64[8], what ReLU passes on: how active each key is."""
    contributions: np.ndarray
    """float64[2, 8], W_value with each column times its key: a synapse's share of an output, or a scaled value."""
    path: np.ndarray
    """float64[9, 2], the sums of no value, of the first, of the first two, and so on; its last row is y."""
    most: float
    """Inputs go from ``-most`` to ``most``."""
    step: float
    """From one input that a reader can choose to the next."""
    largest_key: float
    """Largest absolute preactivation for the input shown first: colours are full from there on."""
    low: np.ndarray
    high: np.ndarray
    """float64[2] each: the least and the largest that a path or a value reaches, over all inputs of a reader."""
    seed: int
    """Of the lot."""
    draw: int
    """The first draw, counted from 1, in which exactly the wanted keys fire, and that is legible."""
    n_draws: int
    """How many draws were looked at."""
    n_wanted: int
    """How many of them give exactly the wanted keys."""
    n_legible: int
    """How many of those are also legible."""
    n_inputs: int
    """How many random inputs were added up in both ways."""
    same_order_error: float
    """Over them, the largest difference of an output between both ways when they add in the same order, in float64."""
    identity_error: float
    """The same when they add in opposite orders."""
    identity_error_float32: float
    """The same in float32."""

    @property
    def active(self) -> tuple[int, ...]:
        """The keys that fire, from 0."""
        return tuple(np.flatnonzero(self.activations > 0).tolist())

    @property
    def strongest(self) -> int:
        """The key that fires most, from 0."""
        return int(self.activations.argmax())
