"""What is measured of recurrent layers: neurons that hear their own last output."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Recital:
    """One held-out picture, read row by row."""

    name: str
    """What a reader picks it by."""
    pixels: np.ndarray
    """The picture, from 0 (paper) to 1 (ink), float64[steps, inputs]."""
    activations: np.ndarray
    """The layer's output after every step, as torch computes it, float64[steps, hidden]."""
    probabilities: np.ndarray
    """What the head would say if the picture ended there, float64[steps, classes]."""


@dataclass(frozen=True)
class RecurrentLayer:
    """h(t) = tanh(W_ih x(t) + W_hh h(t-1) + b): one layer, unrolled in time."""

    path: str
    """The layer's module path."""
    weight_input: np.ndarray
    """Synapses from the input, float64[hidden, inputs]."""
    weight_again: np.ndarray
    """Synapses from the layer's own last output, float64[hidden, hidden]."""
    labels: tuple[str, ...]
    recitals: tuple[Recital, ...]
    """Held-out pictures that a reader may choose from."""
    shown: int
    """Index of the recital that the still shows."""
    accuracy_by_step: np.ndarray
    """Share of held-out pictures that the head would read rightly after every step, float64[steps]."""
    largest_unroll_error: float
    """Over all held-out pictures and steps: greatest difference between the formula in float64 and torch."""
    accuracy: float
    """Share of held-out pictures read rightly after the last row."""
    chance: float
    """The same for always answering the commonest class."""


@dataclass(frozen=True)
class Cell:
    """One kind of recurrent cell with ``n_inputs`` inputs and ``n_hidden`` outputs."""

    name: str
    """As torch calls it."""
    gates: tuple[str, ...]
    """What each block of rows does, in torch's order."""
    neurons: int
    """Rows of its weights."""
    synapses: int
    """Weights from the input and from its own output."""


@dataclass(frozen=True)
class Gates:
    """Recurrent cells of one size beside one another."""

    n_inputs: int
    n_hidden: int
    cells: tuple[Cell, ...]
