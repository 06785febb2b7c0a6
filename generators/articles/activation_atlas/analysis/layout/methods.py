"""Methods: from activations to a plane, so that neighbours stay neighbours.

UMAP (McInnes et al., 2018) and t-SNE (van der Maaten and Hinton, 2008) from a common graph of neighbours, and the two
principal components, which keep no neighbours on purpose: the control. The others begin from these components too, or
from ``start``: what a layout looks like from afar depends on where it began (Kobak and Linderman, 2021). A seed gives
the same layout again on the same machine.
"""

from __future__ import annotations

import warnings

import numpy as np

from generators.articles.activation_atlas.analysis.layout.neighbours import Graph, neighbours, separate

METHODS = ("umap", "tsne", "pca")
PERPLEXITIES = 3
"""Neighbours that t-SNE looks at, in units of how many count."""


def lay_out(
    vectors: np.ndarray,
    method: str = "umap",
    n_neighbors: int = 15,
    min_dist: float = 0.5,
    metric: str = "cosine",
    seed: int = 0,
    start: np.ndarray | None = None,
    graph: Graph | None = None,
) -> np.ndarray:
    """Lay vectors (n, d), all placeable, out on a plane: float32 (n, 2), in units of the method's own.

    ``n_neighbors`` is the perplexity of t-SNE, and ``min_dist`` of UMAP only. ``start`` (n, 2) is where points
    begin, ``graph`` their neighbours by ``metric``, used if there are enough. UsageError where too few points differ.
    """
    vectors = separate(vectors, seed)
    begin = components(vectors, metric, seed) if start is None else np.asarray(start, np.float32)
    if method == "pca":
        return begin
    k = min(needed(method, n_neighbors), len(vectors) - 1)
    if graph is None or graph.index.shape[1] < k:
        graph = neighbours(vectors, k, metric, seed)
    graph = Graph(graph.index[:, :k], graph.distances[:, :k])
    if method == "tsne":
        return _tsne(graph, n_neighbors, begin, seed)
    return _umap(vectors, graph, min_dist, metric, begin, seed)


def needed(method: str, n_neighbors: int) -> int:
    """How many neighbours a method looks at."""
    return PERPLEXITIES * n_neighbors if method == "tsne" else n_neighbors - 1  # a point is the first of UMAP's


def components(vectors: np.ndarray, metric: str, seed: int) -> np.ndarray:
    """The first two principal components, of directions where the metric is cosine: float32 (n, 2)."""
    from sklearn.decomposition import PCA

    if metric == "cosine":
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = PCA(2, svd_solver="covariance_eigh").fit_transform(vectors)
    return np.asarray(found, np.float32)


def _umap(vectors: np.ndarray, graph: Graph, min_dist: float, metric: str, begin: np.ndarray, seed: int) -> np.ndarray:
    from umap import UMAP

    _keep_compiled()
    oneself = np.arange(len(vectors), dtype=np.int32)[:, None]
    index = np.hstack([oneself, graph.index])
    distances = np.hstack([np.zeros((len(vectors), 1), np.float32), graph.distances])
    layout = UMAP(
        n_neighbors=index.shape[1],
        min_dist=min_dist,
        metric=metric,
        init=begin,
        random_state=seed,
        n_jobs=1,
        precomputed_knn=(index, distances),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # new points cannot be added without a search index: none ever are
        return np.asarray(layout.fit_transform(vectors), np.float32)


def _keep_compiled() -> None:
    """Have numba keep UMAP's compiled loops, as it keeps ours: it takes five seconds to compile them."""
    from umap import layouts, umap_

    for loop in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        loop.enable_caching()


def _tsne(graph: Graph, perplexity: float, begin: np.ndarray, seed: int) -> np.ndarray:
    from openTSNE import TSNE
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    known = PrecomputedNeighbors(graph.index, graph.distances)
    affinities = PerplexityBasedNN(perplexity=min(perplexity, known.k / PERPLEXITIES), knn_index=known)
    small = 1e-4 * begin / begin[:, 0].std()  # it unfolds from a small picture of the beginning
    return np.asarray(TSNE(random_state=seed).fit(affinities=affinities, initialization=small), np.float32)
