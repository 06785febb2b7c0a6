"""What is measured of convolutions: neurons whose synapses slide over a picture."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Response:
    """One held-out picture, and what every out neuron makes of it at every place."""

    name: str
    """What a reader picks it by."""
    pixels: np.ndarray
    """What the layer is given, float64[height, width]."""
    ink: np.ndarray
    """The same to look at, from 0 (paper) to 1 (ink)."""
    maps: np.ndarray
    """Preactivations, as torch computes them, float64[out, height, width]."""


@dataclass(frozen=True)
class Kernels:
    """Out neurons with in · k · k synapses each, over a picture of one channel."""

    path: str
    """The layer's module path."""
    weight: np.ndarray
    """float64[out, in, k, k]"""
    bias: np.ndarray
    """float64[out]; zeros where the layer has none."""
    padding: int
    """Rows and columns of zeros around the picture."""
    stride: int
    """Pixels from one place to the next."""
    dilation: int
    """Pixels from one weight of a kernel to the next."""
    responses: tuple[Response, ...]
    """Held-out pictures that a reader may choose from."""
    shown: int
    """Index of the response that the still shows."""
    neuron: int
    """The out neuron that the still picks out."""
    row: int
    column: int
    """Where its map is largest: the place that the still explains."""
    patch: np.ndarray
    """What its synapses see there, zeros outside the picture, float64[k, k]."""
    largest_weight: float
    largest_preactivation: float
    positions: int
    """Places where each neuron is evaluated."""
    largest_sum_error: float
    """Greatest difference between the sum over each patch in float64 and torch, over the pictures to choose from."""


@dataclass(frozen=True)
class OneByOne:
    """A 1 × 1 convolution beside the linear layer with the same weights, applied at every place."""

    path: str
    neurons: int
    synapses: int
    comparisons: int
    """Activations compared: held-out pictures × neurons × places."""
    difference_float32: float
    """Greatest absolute difference between the two."""
    difference_float64: float
    largest_activation: float
    """Greatest absolute activation compared, to judge the differences by."""


@dataclass(frozen=True)
class UnrolledConvolution:
    """A convolution written as one matrix: a row for each neuron at each place, a column for each pixel."""

    path: str
    weight: np.ndarray
    """float64[out, in, k, k]"""
    bias: np.ndarray
    """float64[out]"""
    sources: np.ndarray
    """Which of a neuron's weights, counted flat, joins which pixel to which place; -1 where there is no synapse. The
    same for every neuron, int64[units, pixels]."""
    height: int
    width: int
    responses: tuple[Response, ...]
    shown: int
    neuron: int
    """The out neuron that the still shows."""
    unit: int
    """The row of the matrix that the still picks out."""
    largest_preactivation: float
    rows: int
    """Of the whole matrix: units of all out neurons."""
    columns: int
    synapses: int
    """Weights stored."""
    connections: int
    """Entries of the whole matrix that a weight stands in."""
    difference_float32: float
    """Greatest difference between convolution and matrix over the held-out pictures."""
    difference_float64: float
