"""The search for a patch that fools a network: cells ranked by the map alone, then pasted and counted."""

from dataclasses import dataclass

import numpy as np

CORNERS = ("upper left", "upper right", "lower left", "lower right")
BEST, THIRD, DRAWN = "best pair for its target", "through a third class", "drawn at random"
"""How a pair came to be tested."""


@dataclass(frozen=True)
class Rate:
    """A share of pictures, and the 95 % interval that covers it (E. B. Wilson, 1927)."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Effect:
    """What one kind of patch does to pictures of the source, all of which the network gets right without it."""

    turned: np.ndarray
    """int32 (sizes, corners), how many pictures it calls the target."""
    fixed: tuple[Rate, ...]
    """For each size the share turned by a patch in a fixed corner, in the mean over the corners."""
    anywhere: Rate
    """The share turned with some size in some corner."""
    probability: np.ndarray
    """float32 (sizes, corners), the mean probability of the target with the patch."""


@dataclass(frozen=True)
class TriedCell:
    """A cell of the map, and what patches from it do."""

    column: int
    row: int
    count: int
    """Activations in it."""
    moves: float
    """Its mean attribution to the target less that to the source, in logits a position."""
    need: float
    """The share of a picture that it would have to cover to turn the source, by these means; see ``ranking``."""
    top: tuple[str, ...]
    """The classes of the two largest mean attributions."""
    top_values: tuple[float, ...]
    truth: str
    """The most frequent true class of its members; empty where unknown."""
    truth_share: float
    has_two: bool
    """Whether it speaks for both: the second largest attribution is at least half the largest."""
    cue_share: float
    """The share of its members whose window shows the cue; nan where no truth is known."""
    icon: np.ndarray
    """uint8 (q, q, c), the middle of its icon, as it is pasted at the largest size."""
    patches: np.ndarray
    """uint8 (5, q, q, c) or fewer, windows about its most typical positions, at the largest size."""
    by_patch: Effect
    by_icon: Effect


@dataclass(frozen=True)
class Control:
    """A kind of patch that should do nothing."""

    name: str
    patches: np.ndarray
    """uint8 (n, q, q, c), some of them."""
    effect: Effect


@dataclass(frozen=True)
class Pasted:
    """Some pictures of the source with each kind of patch, size and corner: what the network says of each."""

    pictures: np.ndarray
    """uint8 (p, h, w, c)"""
    before: np.ndarray
    """float32 (p, 2), the probabilities of source and target."""
    kinds: tuple[str, ...]
    patches: tuple[np.ndarray, ...]
    """For each size uint8 (p, kinds, k, k, c), what is pasted into each picture."""
    after: np.ndarray
    """float32 (p, kinds, sizes, corners, 2), the probabilities of source and target."""
    answers: np.ndarray
    """int16 (p, kinds, sizes, corners), the network's answer."""

    @property
    def target_before(self) -> float:
        """The mean probability of the target without a patch."""
        return float(self.before[:, 1].mean())

    def target_after(self, kind: int, size: int) -> float:
        """The same with a patch, in the mean over pictures and corners."""
        return float(self.after[:, kind, size, :, 1].mean())


@dataclass(frozen=True)
class TriedPair:
    """Another pair of classes, tested with few pictures at the largest size."""

    why: str
    """``BEST``, ``THIRD`` or ``DRAWN``."""
    source: str
    target: str
    truth: str
    """The most frequent true class in the cell."""
    need: float
    n: int
    """Pictures."""
    cell: Rate
    """The share turned by real patches of the cell, in the mean over the corners."""
    random_cells: Rate
    white_noise: Rate
    smooth_noise: Rate

    @property
    def works(self) -> bool:
        """Whether the cell's patches turn more pictures than any control does, by intervals that do not meet."""
        return self.cell.low > max(each.high for each in (self.random_cells, self.white_noise, self.smooth_noise))


@dataclass(frozen=True)
class Search:
    """One pair of classes searched thoroughly, and many quickly."""

    source: str
    target: str
    path: str
    grid: int
    n_cells: int
    n_images: int
    labels: tuple[str, ...]
    n_pictures: int
    """Pictures of the source that patches are pasted into."""
    sizes: tuple[int, ...]
    """Sides of the patches in pixels, the largest last."""
    side: int
    """Of the pictures: the shorter one."""
    before: float
    """The mean probability of the target without a patch."""
    cells: tuple[TriedCell, ...]
    """The first of the ranking, in its order."""
    controls: tuple[Control, ...]
    cue: str
    """What truth knows how to recognise in a patch, such as ``"stitching"``; empty where it knows nothing."""
    patch_rank: int
    """The rank, from 1, of the first cell most of whose members show the cue; 0 where none of those tested does."""
    cue_share: float
    """The share of all the target's positions whose window shows the cue; nan where no truth is known."""
    n_two_classes: int
    """Cells of the map that speak for two classes; see ``TriedCell.has_two``."""
    n_other_class: int
    """Cells that speak most for another class than most of their members are of."""
    pasted: Pasted
    pairs: tuple[TriedPair, ...]
    n_pairs: int
    """Pairs that were ranked."""

    @property
    def covered(self) -> float:
        """The share of a square picture that the largest patch covers."""
        return (self.sizes[-1] / self.side) ** 2
