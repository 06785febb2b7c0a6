"""Neighbours: of each activation the nearest others, found once and used for every layout of the same activations.

Up to ``EXACT`` of them all pairs are compared, which is as fast as a search until there are some tens of thousands and
misses nothing; beyond, they are searched for (pynndescent: Dong et al., 2011).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.errors import UsageError

EXACT = 40_000
"""Activations of which all pairs are compared: 14 seconds of one core at 160 numbers each."""
NUDGE = 1e-4
"""How far repeats are moved from one another, as a share of the standard deviation of all numbers."""
METRICS = ("cosine", "euclidean")


@dataclass(frozen=True)
class Graph:
    """The nearest neighbours of n points, themselves not among them."""

    index: np.ndarray
    """int32 (n, k), from near to far."""
    distances: np.ndarray
    """float32 (n, k); 1 − cosine where the metric is cosine."""


def placeable(vectors: np.ndarray) -> np.ndarray:
    """Say which of ``vectors`` (n, d) can be laid out: finite, and not all zero, which has no direction: bool (n,)."""
    return np.isfinite(vectors).all(1) & (vectors != 0).any(1)


def neighbours(vectors: np.ndarray, k: int, metric: str, seed: int) -> Graph:
    """Find the ``k`` nearest neighbours, fewer where there are no more, of vectors (n, d), all placeable."""
    vectors = separate(vectors, seed)
    k = min(k, len(vectors) - 1)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if metric == "cosine" else vectors
    index, distances = (_compared if len(unit) <= EXACT else _searched)(unit, k + 1, seed)
    index, distances = _without_oneself(index, distances)
    if metric == "cosine":
        distances = distances**2 / 2  # of unit vectors a distance d apart, the cosine is 1 − d² / 2
    return Graph(index.astype(np.int32), distances.astype(np.float32))


def separate(vectors: np.ndarray, seed: int) -> np.ndarray:
    """Move repeats a little apart: searches and layouts never end, or fail, where many points are one.

    UsageError where fewer than three differ: nothing can be laid out.
    """
    vectors = np.asarray(vectors, np.float32)
    if vectors.shape[1] < 2:
        raise UsageError(
            "the activations have one number each: expected at least 2 to lay them out on a plane; choose a layer with "
            "more neurons"
        )
    _, first = np.unique(_digest(vectors), return_index=True)
    if len(first) < 3:
        raise UsageError(
            f"{len(vectors):,} activations have {len(first)} different values: expected at least 3 to lay them out on "
            "a plane; choose another layer or more pictures"
        )
    if len(first) == len(vectors):
        return vectors
    repeats = np.ones(len(vectors), bool)
    repeats[first] = False
    noise = np.random.default_rng(seed).normal(size=(int(repeats.sum()), vectors.shape[1]))
    vectors = vectors.copy()
    vectors[repeats] += (NUDGE * vectors.std() * noise).astype(np.float32)
    return vectors


def _digest(vectors: np.ndarray) -> np.ndarray:
    """One whole number a row, the same for the same numbers: uint64 (n,)."""
    odd = np.random.default_rng(0).integers(0, 2**63, vectors.shape[1], np.uint64) * np.uint64(2) + np.uint64(1)
    found = np.zeros(len(vectors), np.uint64)
    for column, factor in zip(vectors.T, odd, strict=True):
        found += (np.ascontiguousarray(column).view(np.uint32) + np.uint64(1)) * factor
    return found


def _compared(vectors: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Compare all pairs."""
    from sklearn.neighbors import NearestNeighbors

    distances, index = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(vectors).kneighbors(vectors)
    return index, distances


def _searched(vectors: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Search for neighbours, and neighbours of neighbours."""
    from pynndescent import NNDescent

    index, distances = NNDescent(vectors, "euclidean", n_neighbors=k, random_state=seed, low_memory=True).neighbor_graph
    return index, distances


def _without_oneself(index: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take each point out of its own neighbours; where it is not among them, the farthest goes."""
    others = index != np.arange(len(index))[:, None]
    others[others.all(1), -1] = False
    shape = len(index), index.shape[1] - 1
    return index[others].reshape(shape), distances[others].reshape(shape)
