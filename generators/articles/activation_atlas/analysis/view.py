"""A layer's map seen through one grid: its cells, what they mean on average, and who their members are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.analysis.cells import Cells, bin_cells, means
from generators.articles.activation_atlas.analysis.collecting import Collected, Gathered
from generators.articles.activation_atlas.analysis.pipeline import centre, collected, placed
from generators.errors import UsageError
from generators.networks import Network

EXAMPLES, TOP, TRUTHS = 5, 5, 3
"""Real positions, classes by attribution and true classes that are kept of a cell."""


class NoCells(UsageError):
    """A grid is too fine for what lies on a map."""


@dataclass(frozen=True, eq=False)
class View:
    """One layer through one grid."""

    found: Collected
    gathered: Gathered
    kept: np.ndarray
    """int64 (m,), rows of what was collected that are on the map."""
    points: np.ndarray
    """float32 (m, 2)"""
    vectors: np.ndarray
    """float32 (m, d)"""
    mean: np.ndarray
    """float32 (d,), of all of them."""
    cells: Cells
    means: np.ndarray
    """float32 (c, d), of each cell."""

    @property
    def attribution(self) -> np.ndarray:
        """The mean attribution of each cell to each class that is kept: float32 (c, k)."""
        return means(self.cells, np.asarray(self.gathered.attribution[self.kept], np.float32))

    def top(self, n_labels: int) -> tuple[np.ndarray, np.ndarray]:
        """Classes by mean attribution, int16 (c, 5), -1 where fewer, and those attributions, float32 (c, 5).

        Of many classes only each activation's five largest are known; the others count as 0.
        """
        classes = np.asarray(self.found.classes)
        if len(classes) == n_labels:
            return _largest(self.attribution, classes)
        member, inside = self.cells.member, self.cells.member >= 0
        sums = np.zeros((len(self.cells.counts), n_labels), np.float32)
        best = np.asarray(self.gathered.top)[self.kept][inside]
        values = np.asarray(self.gathered.top_values[self.kept][inside], np.float32)
        np.add.at(sums, (member[inside][:, None], best), values)
        return _largest(sums / self.cells.counts[:, None], np.arange(n_labels))

    def truth(self, n_labels: int) -> tuple[np.ndarray, np.ndarray]:
        """The most frequent true classes of members, int16 (c, 3), -1 where fewer, and their shares, float32 (c, 3)."""
        truth, member = np.asarray(self.found.truth)[self.kept], self.cells.member
        known = (member >= 0) & (truth >= 0)
        tally = np.zeros((len(self.cells.counts), max(n_labels, 1)), np.float32)
        np.add.at(tally, (member[known], truth[known]), 1)
        labels, shares = _largest(tally / self.cells.counts[:, None], np.arange(tally.shape[1]), TRUTHS)
        return np.where(shares > 0, labels, -1).astype(np.int16), shares

    def nearest(self, n: int = EXAMPLES) -> np.ndarray:
        """For each cell its members nearest to its mean by centred cosine: rows of what was collected, int64 (c, n).

        -1 where a cell has fewer members.
        """
        inside = np.flatnonzero(self.cells.member >= 0)
        cell = self.cells.member[inside]
        close = cosine(self.vectors[inside], self.means[cell], self.mean)
        order = np.lexsort((-close, cell))
        begins = np.cumsum(self.cells.counts) - self.cells.counts
        ranks = np.arange(len(order)) - begins[cell[order]]
        found = np.full((len(self.cells.counts), n), -1, np.int64)
        first = ranks < n
        found[cell[order][first], ranks[first]] = self.kept[inside[order][first]]
        return found


def look(network: Network, layers: tuple[str, ...], images: int, path: str, grid: int, seed: int) -> View:
    """Lay a grid over the map of one layer; NoCells where none of its cells holds enough activations."""
    found = collected(network, layers, images, seed)
    gathered = found.layers[path]
    lies = placed(network, layers, images, path, seed)
    vectors, mean = centre(gathered, lies.kept)
    cells = bin_cells(lies.points, grid)
    if not len(cells.counts):
        raise NoCells(
            f"a grid of {grid} has no cell with 5 of the {len(vectors):,} activations of layer {path!r}: "
            "expected more pictures, or a coarser grid"
        )
    return View(found, gathered, lies.kept, lies.points, vectors, mean, cells, means(cells, vectors))


def cosine(a: np.ndarray, b: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Centred cosine, row by row: float32 (n,); 0 where either is the mean itself."""
    a, b = a - mean, b - mean
    length = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.divide((a * b).sum(1), length, out=np.zeros(len(a), np.float32), where=length > 0)


def _largest(values: np.ndarray, names: np.ndarray, n: int = TOP) -> tuple[np.ndarray, np.ndarray]:
    """Names and values of the ``n`` largest of each row, -1 and 0 where there are fewer."""
    order = np.argsort(-values, 1, kind="stable")[:, :n]
    missing = ((0, 0), (0, n - order.shape[1]))
    largest = np.take_along_axis(values, order, 1).astype(np.float32)
    return np.pad(names[order].astype(np.int16), missing, constant_values=-1), np.pad(largest, missing)
