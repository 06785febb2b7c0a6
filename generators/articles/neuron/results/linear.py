"""What is measured of one linear layer: its weights, and real inputs summed by each of its neurons."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reading:
    """One held-out picture, and what the layer makes of what reaches it."""

    name: str
    """What a reader picks it by."""
    label: str
    """Its true class."""
    pixels: np.ndarray
    """The picture, from 0 (paper) to 1 (ink), float64[height, width]."""
    inputs: np.ndarray
    """What arrives at the layer, float64[n]."""
    contributions: np.ndarray
    """Synapse by synapse, weight times input, float64[m, n]."""
    preactivations: np.ndarray
    """The layer's output, as torch computes it, float64[m]."""


@dataclass(frozen=True)
class LinearLayer:
    """W of m neurons (rows) with n synapses each (columns)."""

    path: str
    """The layer's module path."""
    weight: np.ndarray
    """float64[m, n]"""
    bias: np.ndarray
    """float64[m]; zeros where the layer has none."""
    labels: tuple[str, ...]
    """One name a neuron."""
    readings: tuple[Reading, ...]
    """Held-out pictures that a reader may choose from."""
    shown: int
    """Index of the reading that the still shows."""
    largest_input: float
    largest_contribution: float
    largest_preactivation: float
    """Largest absolute values over the readings: the scales of the drawing."""
    silent_inputs: tuple[int, ...]
    """The inputs, by index, that are zero for every held-out picture."""
    largest_sum_error: float
    """Over all held-out pictures: greatest difference between summing synapse by synapse in float64 and torch."""
    accuracy: float
    """Of the whole network, on held-out pictures."""
    chance: float
    """The same for always answering the commonest class."""
