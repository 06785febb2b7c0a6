"""Between: two classes on one map, what speaks for one at the left, for the other at the right.

x is the difference of the two attributions, with zero in the middle, scaled by the 99th percentile of its size and
clipped; y is a t-SNE of one dimension, stretched by ranks. Carter et al., 2019, with their perplexity.
"""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.class_atlases.choosing import Layer, by_magnitude, enough
from generators.articles.activation_atlas.analysis.class_atlases.mapped import mapped
from generators.articles.activation_atlas.analysis.labels import shown
from generators.articles.activation_atlas.analysis.layout import equalised, neighbours
from generators.articles.activation_atlas.analysis.layout.methods import PERPLEXITIES, components
from generators.articles.activation_atlas.results.classes import PairMap
from generators.errors import UsageError
from generators.networks import Network

GRID = 10
PERPLEXITY = 50
PERCENTILE = 99


def pair_map(network: Network, of: Layer, names: tuple[str, str], most: int, steps: int, seed: int) -> PairMap:
    """Map the activations that add most to either of two classes; see the module."""
    left, right = (shown(network, of.found, name) for name in names)
    if left == right:
        raise UsageError(f"a map between two classes was asked for, but both are {names[0]!r}: name two")
    chosen = [
        enough(network, by_magnitude(of, label, most), name, "speak for")
        for label, name in zip((left, right), names, strict=True)
    ]
    rows = np.union1d(*chosen)
    across, scale = placed_across(of.of(right)[rows] - of.of(left)[rows])
    points = np.stack([across, placed_down(of.vectors[rows], seed)], 1).astype(np.float32)
    truth = of.truth(rows)
    of_pair = (truth == left) | (truth == right)
    return PairMap(
        left,
        right,
        scale,
        _correlation(across[of_pair], truth[of_pair] == right),
        ordered(across[truth == left], across[truth == right]),
        int((truth == left).sum()),
        int((truth == right).sum()),
        *_columns(across, truth, np.asarray(of.found.answers)[of.kept[rows]], left, right),
        mapped(network, of, rows, points, GRID, steps, seed),
    )


def placed_across(difference: np.ndarray) -> tuple[np.ndarray, float]:
    """Differences (n,) as places in [0, 1), zero at the middle: float32 (n,), and what the right edge stands for."""
    scale = float(np.percentile(np.abs(difference), PERCENTILE)) or 1.0
    across = (np.clip(difference / scale, -1, 1) + 1) / 2
    return np.minimum(across, np.nextafter(np.float32(1), np.float32(0))).astype(np.float32), scale


def placed_down(vectors: np.ndarray, seed: int) -> np.ndarray:
    """Places from top to bottom so that like vectors (n, d) are near one another: float32 (n,) in [0, 1)."""
    from openTSNE import TSNE
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    k = min(PERPLEXITIES * PERPLEXITY, len(vectors) - 1)
    graph = neighbours(vectors, k, "cosine", seed)
    known = PrecomputedNeighbors(graph.index, graph.distances)
    affinities = PerplexityBasedNN(perplexity=k / PERPLEXITIES, knn_index=known)
    start = components(vectors, "cosine", seed)[:, :1]
    small = 1e-4 * start / start.std()
    layout = TSNE(1, random_state=seed).fit(affinities=affinities, initialization=small)
    return equalised(np.asarray(layout, np.float32))[:, 0]


def _correlation(x: np.ndarray, is_right: np.ndarray) -> float:
    if not is_right.any() or is_right.all() or np.ptp(x) == 0:
        return float("nan")
    return float(np.corrcoef(x, is_right)[0, 1])


def ordered(left: np.ndarray, right: np.ndarray) -> float:
    """The chance that one of ``right`` is larger than one of ``left``; ties count half (Mann and Whitney, 1947)."""
    if not len(left) or not len(right):
        return float("nan")
    below = np.searchsorted(np.sort(left), right, "left") + np.searchsorted(np.sort(left), right, "right")
    return float(below.mean() / (2 * len(left)))


def _columns(
    across: np.ndarray, truth: np.ndarray, answers: np.ndarray, left: int, right: int
) -> tuple[np.ndarray, np.ndarray]:
    """How many of each column are of left, of right and of other true classes (GRID, 3), and are answered wrongly."""
    column = np.minimum((across * GRID).astype(int), GRID - 1)

    def tally(which: np.ndarray) -> np.ndarray:
        return np.bincount(column[which], minlength=GRID).astype(np.int32)

    kinds = (truth == left, truth == right, (truth != left) & (truth != right))
    return np.stack([tally(kind) for kind in kinds], 1), tally(truth != answers)
