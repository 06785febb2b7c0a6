"""How many pictures are enough: means of the same cells from ever larger samples, and from two that share no picture.

Regions are those of the map of all pictures, so that what changes is only how many pictures are averaged. Collecting is
random, so the first n activations are a random sample, and the next n another.
"""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.cells import FEWEST
from generators.articles.activation_atlas.analysis.view import cosine, look
from generators.articles.activation_atlas.results.enough import Enough, Layer, Sample
from generators.networks import Network
from generators.progress import report

NAN = float("nan")
TELLING = 10
"""Cells of which a mean and a percentile are taken, at least."""


def compare_sizes(
    network: Network, layers: list[str], shown: list[str], images: int, sizes: list[int], grid: int, seed: int
) -> Enough:
    """Compare atlases of the layers ``shown`` from ``sizes`` pictures with the atlas from all ``images``."""
    found, n = [], 0
    for index, path in enumerate(shown):
        report(index, len(shown), f"sample sizes compared; now {path}")
        view = look(network, tuple(layers), images, path, grid, seed)
        n = len(view.found.index)
        regions = Regions(view.vectors, view.cells.member, len(view.cells.counts), view.mean)
        wanted = [size for size in sizes if size < n]
        samples = [regions.sample(size, view.kept) for size in [*wanted, n]]
        found.append(Layer(path, tuple(samples), regions.chance(seed)))
    return Enough(grid, n, tuple(found))


class Regions:
    """The cells of the map of all pictures, and what is known of their means."""

    def __init__(self, vectors: np.ndarray, member: np.ndarray, n_cells: int, mean: np.ndarray) -> None:
        """``vectors`` (m, d) lie in cells ``member`` (m,), -1 in none; ``mean`` (d,) is of all."""
        self.vectors, self.member, self.n_cells, self.mean = vectors, member, n_cells, mean
        self.means, _ = self.averaged(slice(None))

    def averaged(self, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """Means of some rows' members, float32 (c, d), and how many each cell has, (c,)."""
        member, vectors = self.member[rows], self.vectors[rows]
        inside = member >= 0
        counts = np.bincount(member[inside], minlength=self.n_cells)
        order = np.argsort(member[inside], kind="stable")
        sums = np.zeros((self.n_cells, vectors.shape[1]))
        filled = np.flatnonzero(counts)
        starts = (np.cumsum(counts) - counts)[filled]
        if len(filled):
            sums[filled] = np.add.reduceat(vectors[inside][order], starts, axis=0, dtype=np.float64)
        return (sums / np.maximum(counts, 1)[:, None]).astype(np.float32), counts

    def sample(self, n: int, kept: np.ndarray) -> Sample:
        """Compare the first n pictures with all, and with the next n; ``kept`` says which of them are on the map."""
        first, second = (int(end) for end in np.searchsorted(kept, [n, 2 * n]))
        means, counts = self.averaged(slice(0, first))
        filled = counts >= FEWEST
        close = cosine(means[filled], self.means[filled], self.mean)
        whole = len(kept) and int(kept[-1]) + 1 >= 2 * n
        apart = self._apart(means, counts, slice(first, second)) if whole else np.empty(0)
        return Sample(
            n,
            int(filled.sum()),
            float(np.median(counts[filled])) if filled.any() else NAN,
            *_spread(close),
            *_spread(apart),
        )

    def _apart(self, means: np.ndarray, counts: np.ndarray, rows: slice) -> np.ndarray:
        others, other_counts = self.averaged(rows)
        both = (counts >= FEWEST) & (other_counts >= FEWEST)
        return cosine(means[both], others[both], self.mean)

    def chance(self, seed: int) -> float:
        """Centred cosine of each cell's mean with that of another chosen at random, in the mean."""
        if self.n_cells < 2:
            return NAN
        order = np.random.default_rng(seed).permutation(self.n_cells)
        return float(cosine(self.means[order], self.means[np.roll(order, 1)], self.mean).mean())


def _spread(values: np.ndarray) -> tuple[float, float]:
    """Mean and 10th percentile; nan of too few."""
    return (float(values.mean()), float(np.percentile(values, 10))) if len(values) >= TELLING else (NAN, NAN)
