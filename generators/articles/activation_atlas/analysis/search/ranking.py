"""Ranking: what the cells of a map promise for a pair of classes, from mean attributions alone.

Where all after the layer is a mean over positions and a linear map, a logit is the sum of the attributions of all
positions. A patch that covers the share f of a picture of the source then moves the margin of source over target from
M to (1 − f) M − f D, in the mean: M is the source's own margin a position, D what the cell moves. So it turns the
picture where f exceeds M / (M + D), which is what ``needs`` gives. Of other layers this is a first approximation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.analysis.labels import labelled, shown
from generators.articles.activation_atlas.analysis.view import View
from generators.errors import UsageError
from generators.networks import Network

SECOND = 0.5
"""A cell speaks for two classes where its second largest attribution is at least this share of the largest."""
STRANGER = 0.1
"""A cell is of a third class where fewer of its members than this are of the pair's classes."""


@dataclass(frozen=True, eq=False)
class Promises:
    """What each cell says of each class."""

    classes: np.ndarray
    """int64 (k,), those whose attributions are kept."""
    cells: np.ndarray
    """float32 (c, k), the mean attribution of each cell, in logits a position."""
    own: np.ndarray
    """float32 (labels, k), the mean attribution at positions of pictures of each class that the network gets right;
    nan where there are none."""
    truth: np.ndarray
    """float32 (c, labels), the shares of true classes among a cell's members."""

    def column(self, label: int) -> int:
        return int(np.flatnonzero(self.classes == label)[0])

    def moves(self, source: int, target: int) -> np.ndarray:
        """By how much each cell speaks more for the target: float32 (c,)."""
        return self.cells[:, self.column(target)] - self.cells[:, self.column(source)]

    def needs(self, source: int, target: int) -> np.ndarray:
        """The share of a picture of the source that each cell would have to cover: (c,), inf where it never turns."""
        own = self.own[source]
        margin = max(float(own[self.column(source)] - own[self.column(target)]), 0.0)
        moves = self.moves(source, target)
        return np.where(moves > 0, margin / (margin + np.maximum(moves, 1e-12)), np.inf)

    def strangers(self, source: int, target: int) -> np.ndarray:
        """Cells with hardly a member of either class: bool (c,)."""
        return (self.truth[:, source] < STRANGER) & (self.truth[:, target] < STRANGER)

    def two_classes(self) -> np.ndarray:
        """Cells that speak for two classes: bool (c,)."""
        if self.cells.shape[1] < 2:
            return np.zeros(len(self.cells), bool)
        second, first = np.sort(self.cells, axis=1)[:, -2:].T
        return (second > 0) & (second >= SECOND * first)

    def other_class(self) -> np.ndarray:
        """Cells that speak most for another class than most of their members are of: bool (c,)."""
        return self.classes[self.cells.argmax(1)] != self.truth.argmax(1)


def promises(view: View, n_labels: int) -> Promises:
    """Read a map's cells for all pairs at once."""
    found, cells = view.found, view.cells
    truth, answers = np.asarray(found.truth)[view.kept], np.asarray(found.answers)[view.kept]
    attribution = np.asarray(view.gathered.attribution, np.float32)[view.kept]
    right = (truth >= 0) & (truth == answers)
    own = np.stack([_mean(attribution[right & (truth == label)]) for label in range(n_labels)])
    known = (cells.member >= 0) & (truth >= 0)
    shares = np.zeros((len(cells.counts), n_labels), np.float32)
    np.add.at(shares, (cells.member[known], truth[known]), 1)
    return Promises(np.asarray(found.classes, np.int64), view.attribution, own, shares / cells.counts[:, None])


def _mean(rows: np.ndarray) -> np.ndarray:
    return rows.mean(0) if len(rows) else np.full(rows.shape[1], np.nan, np.float32)


def pair(network: Network, view: View, source: str, target: str) -> tuple[int, int]:
    """Look up a pair of classes; UsageError where it is none, or the data have no example of the source."""
    first, second = shown(network, view.found, source), labelled(network, view.found, target)
    if first == second:
        raise UsageError(f"a patch turns one class into another, but source and target are both {source!r}: name two")
    return first, second
