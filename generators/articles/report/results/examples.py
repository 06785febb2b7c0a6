"""Held-out pictures of every class, some by lot and some because the network misreads them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Examples:
    """Pictures with their class and the network's answer, class after class."""

    pictures: np.ndarray
    """uint8[n, height, width, channels], from the darkest to the lightest level that any held-out picture has."""
    index: np.ndarray
    """int64[n], which of the held-out examples each is."""
    truth: np.ndarray
    """int64[n]."""
    answer: np.ndarray
    """int64[n], the label that the network finds likeliest."""
    probability: np.ndarray
    """float64[n], what it gives that answer."""
    by_lot: np.ndarray
    """bool[n], whether it was drawn by lot rather than for being a mistake."""
    labels: tuple[str, ...]
    n_classes: int
    """How many classes there are; more than are shown where they are many."""
    n_examples: int
    """Held-out examples that were looked at."""
    n_wrong: int
    """How many of them the network gets wrong."""
