"""What is measured of a multi-layer perceptron, and what flows through it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Passage:
    """One input on its way through the network."""

    name: str
    """What a reader picks it by."""
    label: str
    """Its true class."""
    raw: np.ndarray
    """The input in its own units, float64[features]."""
    preactivations: tuple[np.ndarray, ...]
    """Per layer, W times what came in plus the bias, float64[neurons]."""
    activations: tuple[np.ndarray, ...]
    """The standardised input, then per layer what its modifier passes on; the last layer has no modifier."""
    probabilities: np.ndarray
    """Softmax of the last preactivations, float64[classes]."""


@dataclass(frozen=True)
class Perceptron:
    """Layers of neurons, each followed by ReLU but the last."""

    weights: tuple[np.ndarray, ...]
    """Per layer, one row a neuron, float64[out, in]."""
    biases: tuple[np.ndarray, ...]
    """Per layer, float64[out]; zeros where a layer has none."""
    features: tuple[str, ...]
    """Names of the inputs."""
    units: tuple[str, ...]
    """Of the raw inputs; empty where there is none."""
    labels: tuple[str, ...]
    """Names of the classes, in the order of the last layer's neurons."""
    mean: np.ndarray
    """Subtracted from a raw input, float64[features]."""
    scale: np.ndarray
    """What a raw input is then divided by, float64[features]."""
    lowest: np.ndarray
    """Smallest raw value in the data, float64[features]."""
    highest: np.ndarray
    """Largest raw value in the data, float64[features]."""
    passages: tuple[Passage, ...]
    """Real held-out inputs: the surest and the least sure of each class."""
    shown: int
    """Index of the passage that the still shows."""
    largest_weight: float
    largest_activation: float
    """Largest absolute activation over the held-out inputs."""
    check_raw: np.ndarray
    """Every held-out input, float64[n, features]."""
    check_logits: np.ndarray
    """What torch makes of them in float32, float64[n, classes]: the reader's browser is tested on these."""
    accuracy: float
    """Share of held-out inputs classified rightly."""
    chance: float
    """The same for always answering the commonest class."""
