"""Cue: what a patch shows, told by the truth and not by the network, where the truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.analysis.pictures import pictures
from generators.articles.activation_atlas.analysis.search import stitches
from generators.articles.activation_atlas.analysis.search.pasting import LEVELS, Windows, cut

ENOUGH = 0.05
"""A window shows the cue where it has at least this share of it."""


@dataclass(frozen=True, eq=False)
class Cue:
    """What is looked for, in each activation on a map."""

    name: str
    of_class: np.ndarray
    """bool (m,), whether the picture is of the class that has the cue."""
    shows: np.ndarray
    """bool (m,), whether the window about the position shows it."""


def cue(windows: Windows, target: str, side: int) -> Cue | None:
    """Look for the cue of a class in windows of a size; ``None`` where the truth knows none."""
    network, view = windows.network, windows.view
    if network.dataset is None or network.dataset.name != "textures" or target != stitches.CLASS:
        return None
    of_class = np.asarray(view.found.truth)[view.kept] == network.labels.index(target)
    rows = view.kept[of_class]
    shares = cut(stitches.thread(view.found.index[rows])[:, None].numpy(), windows.middles(rows), side)
    shows = np.zeros(len(of_class), bool)
    shows[of_class] = shares.mean((1, 2, 3)) >= ENOUGH
    return Cue(stitches.NAME, of_class, shows)


def erased(windows: Windows, rows: np.ndarray, sides: tuple[int, ...]) -> list[np.ndarray]:
    """Windows at each size, about positions of pictures that have the cue, without it: uint8 (n, k, k, c) each."""
    index = windows.view.found.index[rows]
    levels = pictures(windows.network, index).float() / LEVELS
    bare = (stitches.bared(index, levels) * LEVELS).round().byte().numpy()
    return windows.squares_of(bare, rows, sides)
