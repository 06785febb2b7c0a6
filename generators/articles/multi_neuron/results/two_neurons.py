"""Two neurons that read one input, and two that read two."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TwoNeurons:
    """The weights and biases of two neurons, and what they give for one input of each kind."""

    line_weight: np.ndarray
    """float64[2, 1], of the neurons that read one input."""
    line_bias: np.ndarray
    """float64[2]"""
    plane_weight: np.ndarray
    """float64[2, 2], of those that read two: a row for each neuron."""
    plane_bias: np.ndarray
    """float64[2]"""
    reach: float
    """Inputs are shown from ``-reach`` to ``reach``."""
    line_input: np.ndarray
    """float64[1]"""
    line_outputs: np.ndarray
    """float64[2], what the first pair gives for ``line_input``."""
    plane_input: np.ndarray
    """float64[2]"""
    plane_outputs: np.ndarray
    """float64[2], what the second pair gives for ``plane_input``."""
    line_zeros: np.ndarray
    """float64[2], the input for which each neuron of the first pair gives 0."""
