"""Icons of the same cells by several objectives, and what each keeps of the cells."""

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.results.fidelity import Fidelity


@dataclass(frozen=True)
class ByObjective:
    """One layer's icons by one objective."""

    path: str
    objective: str
    """``faithful``, ``vivid``, ``published`` or ``whitened``."""
    fidelity: Fidelity
    steps_mean: float
    """Steps an icon took, in the mean."""
    steps_most: int
    """Steps that the slowest of them took, or was allowed."""
    icons: np.ndarray
    """uint8 (n, px, px, c), of the cells of ``Objectives.cells`` for this layer."""
    cosine: np.ndarray
    """float32 (n,), centred cosine of each to its cell's mean."""


@dataclass(frozen=True)
class Cells:
    """The cells of one layer whose icons are shown."""

    path: str
    labels: tuple[str, ...]
    """The class with the largest attribution of each."""
    patches: np.ndarray
    """uint8 (n, q, q, c), the real position nearest to each cell's mean."""


@dataclass(frozen=True)
class Objectives:
    """Every objective on every layer that was asked for."""

    grid: int
    steps: int
    """Steps that a faithful icon is allowed which begins from nothing, as those of the coarsest grid do."""
    cells: tuple[Cells, ...]
    """One a layer."""
    rows: tuple[ByObjective, ...]
    """Layer by layer, the faithful objective first."""
