"""One class in several layers: the cells that hold most of it, and how much of what lies in them is of that class."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Stage:
    """The class in one layer."""

    path: str
    icons: np.ndarray
    """uint8 (n, px, px, c), of the cells with the largest share of the class, largest first."""
    patches: np.ndarray
    """uint8 (n, q, q, c), the real position nearest to each of those cells' means."""
    attribution: np.ndarray
    """float32 (n,), in logits."""
    share: np.ndarray
    """float32 (n,), of the cell's members that are of the class."""
    share_all: float
    """The same over all those cells' members together."""
    share_spoken: float
    """The same over equally many other cells: those with the largest attribution to the class."""
    others: tuple[str, ...]
    """For each cell its most frequent true class."""


@dataclass(frozen=True)
class Through:
    """One class through all layers of an atlas, from early to late."""

    label: str
    chance: float
    """The class's share of all pictures."""
    stages: tuple[Stage, ...]
