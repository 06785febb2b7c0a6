"""What a network is: what it reads and answers, its layers and their sizes, and how good it is."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class LayerSize:
    """One module that has weights of its own."""

    path: str
    type: str
    weight_shape: tuple[int, ...]
    parameters: int
    """Numbers learned that are this module's own; shared ones count where they come first."""


@dataclass(frozen=True)
class Card:
    """A network in a few numbers."""

    network: str
    kind: str
    input_shape: tuple[int, ...] | None
    """One example without the batch axis; ``None`` where nothing says it."""
    n_features: int
    """How many features an input's numbers are, where they have names; else 0."""
    n_answers: int
    """Labels, or tokens of the vocabulary; 0 where nothing says it."""
    labels: tuple[str, ...]
    """The labels, where they are few enough to be read; else empty."""
    n_examples: int
    """Held-out examples that quality was measured on; of text, sequences."""
    n_in_all: int
    """Examples of the whole collection, of which those were taken; the same where it is no larger."""
    skipped: tuple[tuple[str, str], ...]
    """Files of the collection that could not be read, each with the reason."""
    parameters: int
    layers: tuple[LayerSize, ...]
    quality: Mapping[str, float]
