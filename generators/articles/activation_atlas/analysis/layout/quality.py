"""Quality: what a layout keeps of who is next to whom, in numbers that say little until chance stands beside them.

Trustworthiness and continuity (Venna and Kaski, 2001) count ranks and are near 1 for nearly every layout of clustered
activations; recall, the share of true neighbours that remain neighbours, is the harsher judge.
"""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.cells import bin_cells
from generators.articles.activation_atlas.results.fidelity import LayoutQuality

NEIGHBORS = 15
SAMPLE = 3_000
"""Points between which ranks are counted: all pairs of them are compared."""
QUERIES = 1_000
"""Points whose neighbours among all are looked up."""
GRID = 20


def quality(vectors: np.ndarray, points: np.ndarray, seed: int, method: str) -> LayoutQuality:
    """Judge ``points`` (n, 2), in [0, 1) and all on the map, as a layout of ``vectors`` (n, d) by cosine."""
    from sklearn.manifold import trustworthiness

    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # nearest by distance is nearest by cosine
    random = np.random.default_rng(seed)
    some = random.choice(len(points), min(SAMPLE, len(points)), replace=False)
    queries = some[:QUERIES]
    k = min(NEIGHBORS, (len(some) - 1) // 2)  # ranks cannot be judged beyond half of the points
    return LayoutQuality(
        method,
        len(some),
        float(trustworthiness(unit[some], points[some], n_neighbors=k)),
        float(trustworthiness(points[some], unit[some], n_neighbors=k)),
        float(shared(nearest(unit, queries, k), nearest(points, queries, k)).mean()),
        k / (len(points) - 1),
        len(bin_cells(points, GRID).counts),
    )


def nearest(points: np.ndarray, of: np.ndarray, k: int) -> np.ndarray:
    """The ``k`` nearest others of the points with indices ``of`` (m,), by Euclidean distance: (m, k)."""
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=k + 1).fit(points).kneighbors(points[of], return_distance=False)
    others = found != of[:, None]
    others[others.all(1), -1] = False
    return found[others].reshape(len(of), k)


def shared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The share of each row of indices (m, k) that is in the same row of the other: float64 (m,)."""
    both = np.sort(np.hstack([one, other]), axis=1)
    return (both[:, 1:] == both[:, :-1]).sum(1) / one.shape[1]
