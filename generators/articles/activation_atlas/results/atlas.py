"""The atlas of a network: of some of its layers, a map of cells at several grids, with icons and real examples."""

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.results.fidelity import Fidelity, LayoutQuality

FAITHFUL = "faithful"
"""The objective of icons, unless another is asked for."""


@dataclass(frozen=True)
class Level:
    """The cells of one grid that hold enough activations, in the order of rows, then columns."""

    grid: int
    """How many cells a side has."""
    columns: np.ndarray
    """int16 (c,), 0 at the left."""
    rows: np.ndarray
    """int16 (c,), 0 at the top."""
    counts: np.ndarray
    """int32 (c,), how many activations a cell holds."""
    spread: np.ndarray
    """float32 (c,), the mean centred cosine of a cell's members to their mean: 1 where all agree."""
    attribution: np.ndarray
    """float16 (c, k), the mean attribution to each class of ``Atlas.classes``, in logits."""
    top: np.ndarray
    """int16 (c, 5), the classes with the largest mean attribution, as indices of ``Atlas.labels``; -1 where fewer."""
    top_values: np.ndarray
    """float32 (c, 5), those attributions."""
    truth: np.ndarray
    """int16 (c, 3), the most frequent true classes of the members' pictures; -1 where fewer, or unknown."""
    truth_shares: np.ndarray
    """float32 (c, 3), their shares of the members."""
    icons: np.ndarray
    """uint8 (c, px, px, 1 or 3)"""
    icon_cosine: np.ndarray
    """float32 (c,), the centred cosine between the activation that an icon gives and its cell's mean."""
    nearest: np.ndarray
    """int32 (c, 5), the members nearest to a cell's mean, as indices of ``MappedLayer.patches``; -1 where fewer."""


@dataclass(frozen=True)
class MadeLevel:
    """A level as it is made, before what its layers share is put together."""

    level: Level
    """Its ``nearest`` are rows of what was collected."""
    means: np.ndarray
    """float32 (c, d), the mean activation of each cell."""
    fidelity: Fidelity
    steps: np.ndarray
    """int (c,), steps until an icon gained no more."""
    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Landmark:
    """Where on a map a class is strongest."""

    layer: int
    label: int
    column: int
    row: int
    grid: int


@dataclass(frozen=True)
class Path:
    """From one landmark to another by the filled cells of a grid, neighbour to neighbour, with the least change."""

    layer: int
    level: int
    start: int
    """The class it begins at, as an index of ``Atlas.labels``."""
    end: int
    cells: np.ndarray
    """int32 (k,)"""
    cosine_least: float
    """The least centred cosine between two cells that follow one another."""
    cosine_chance: float
    """Centred cosine between two cells of this level, in the mean."""


@dataclass(frozen=True)
class MappedLayer:
    """One layer on one map."""

    path: str
    objective: str
    """What its icons aim at."""
    n_units: int
    n_images: int
    """Activations collected, one a picture."""
    n_placed: int
    """Of these, on the map: not all zero."""
    receptive_px: int
    """The side of the square of input pixels that one position sees."""
    fills: bool
    """Whether icons are made for all positions at once, not for the middle one."""
    density: np.ndarray
    """uint16 (64, 64), activations in each cell of a grid of 64; row 0 at the top."""
    levels: tuple[Level, ...]
    """From coarse to fine."""
    patches: np.ndarray
    """uint8 (p, q, q, 1 or 3), what positions of real pictures see, all that ``Level.nearest`` names."""
    patch_truth: np.ndarray
    """int16 (p,), the true class of the picture each is cut from; -1 where unknown."""
    fidelity: tuple[Fidelity, ...]
    """One a level: what the icons keep of the cells."""
    layout: LayoutQuality
    """What the map keeps of the activations."""
    seconds: float
    """All the work on this layer, of one process."""
    peak_bytes: int

    @property
    def title(self) -> str:
        """Its path, and what its icons aim at where they are not faithful."""
        return self.path if self.objective == FAITHFUL else f"{self.path}, {self.objective}"


@dataclass(frozen=True)
class Atlas:
    """Maps of a network's layers, from early to late."""

    layers: tuple[MappedLayer, ...]
    vivid: MappedLayer
    """The last of them again, but for its finest grids, with icons that aim at vividness."""
    labels: tuple[str, ...]
    """Of all classes."""
    classes: np.ndarray
    """int16 (k,), the classes whose attributions are kept for every cell: all, or those most often answered."""
    landmarks: tuple[Landmark, ...]
    """For each layer the classes that label a cell, by their largest attribution, 30 at most."""
    paths: tuple[Path, ...]
    """Through the last layer, between two landmarks: the one whose roughest step is the gentlest."""
    refused: tuple[str, ...]
    """Why other layers that were asked for have no map."""
