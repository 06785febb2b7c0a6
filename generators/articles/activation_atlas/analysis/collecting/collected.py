"""Collected: what was gathered, as arrays of files that are read only where they are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Gathered:
    """One layer at one position of each picture; rows are pictures."""

    path: str
    shape: tuple[int, int, int]
    """What the layer gives of one picture: channels, height, width."""
    vectors: np.ndarray
    """float16 (n, channels), the activations at the position."""
    places: np.ndarray
    """int32 (n, 2), its row and column; never on the edge of the map."""
    attribution: np.ndarray
    """float16 (n, k), what the activations there add to the logits of ``Collected.classes``, to first order."""
    top: np.ndarray
    """int32 (n, 5), of all classes those with the largest attribution, the largest first; -1 where there are fewer."""
    top_values: np.ndarray
    """float16 (n, 5), those attributions; 0 where there are fewer."""


@dataclass(frozen=True, eq=False)
class Collected:
    """Some layers for the same pictures, in random order, and at the same place in them as far as maps allow."""

    index: np.ndarray
    """int64 (n,), which examples of the data set; see ``pictures.readable``."""
    truth: np.ndarray
    """int64 (n,), the true class of each; -1 where it is unknown."""
    answers: np.ndarray
    """int64 (n,), what the network answers."""
    classes: np.ndarray
    """int64 (k,), the classes whose attributions are kept, ascending: all, or those most often answered."""
    layers: dict[str, Gathered]
