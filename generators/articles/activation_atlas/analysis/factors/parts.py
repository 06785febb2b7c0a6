"""Parts: vectors as sums of factors, by non-negative matrix factorisation (Lee and Seung, 1999).

Where activations go below zero, what is below counts as a part of its own: ``signed_parts`` makes a vector's values
into what is above zero and what is below.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning

from generators.articles.activation_atlas.results.factors import Fit

HELD_OUT = 4
"""Of so many cells one is held out."""
ROUNDS = 600
TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Parts:
    """Factors of some vectors, and how much of each is in others."""

    directions: np.ndarray
    """float32 (k, d) or (k, 2 d), each of length 1; the one that adds most to the vectors first."""
    fitted: NMF

    @classmethod
    def of(cls, vectors: np.ndarray, n: int, seed: int) -> Parts:
        """Find n factors of vectors (m, d)."""
        fitted = NMF(n, init="nndsvda", max_iter=ROUNDS, tol=TOLERANCE, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # what is left to gain changes no digit that is shown
            weights = fitted.fit_transform(signed_parts(vectors).astype(np.float32))
        length = np.linalg.norm(fitted.components_, axis=1)
        order = np.argsort(-weights.sum(0) * length, kind="stable")
        fitted.components_ = fitted.components_[order]
        return cls(fitted.components_ / np.maximum(length[order], 1e-12)[:, None], fitted)

    def weights(self, vectors: np.ndarray) -> np.ndarray:
        """How long each factor's part of each vector is: float32 (m, k)."""
        width = self.directions.shape[1]
        wide = signed_parts(vectors)[:, :width]
        wide = np.pad(wide, ((0, 0), (0, width - wide.shape[1]))).astype(np.float32)
        return (self.fitted.transform(wide) * np.linalg.norm(self.fitted.components_, axis=1)).astype(np.float32)

    def shares(self, vectors: np.ndarray) -> np.ndarray:
        """The same, as shares of all factors' parts; 0 where there is nothing."""
        weights = self.weights(vectors)
        total = weights.sum(1, keepdims=True)
        return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)

    def sums(self, vectors: np.ndarray) -> np.ndarray:
        """What the factors make of vectors (m, d)."""
        return whole(self.weights(vectors) @ self.directions, vectors.shape[1])


def signed_parts(vectors: np.ndarray) -> np.ndarray:
    """What vectors (n, d) have above zero and, where any goes below, what they have there: (n, d) or (n, 2 d)."""
    below = np.maximum(-vectors, 0)
    return np.concatenate([np.maximum(vectors, 0), below], 1) if below.any() else vectors


def whole(parts: np.ndarray, d: int) -> np.ndarray:
    """The vectors (n, d) that parts are of."""
    return parts if parts.shape[1] == d else parts[:, :d] - parts[:, d:]


def fits(vectors: np.ndarray, counts: list[int], seed: int) -> tuple[Fit, ...]:
    """What sums of factors and single clusters explain of every fourth vector, found from the others."""
    order = np.random.default_rng(seed).permutation(len(vectors))
    unseen, seen = vectors[order[::HELD_OUT]], np.delete(vectors, order[::HELD_OUT], 0)
    return tuple(_fit(seen, unseen, n, seed) for n in counts)


def _fit(seen: np.ndarray, unseen: np.ndarray, n: int, seed: int) -> Fit:
    clusters = KMeans(n, n_init=4, random_state=seed).fit(seen)
    nearest = clusters.cluster_centers_[clusters.predict(unseen)]
    middle, sums = seen.mean(0), Parts.of(seen, n, seed).sums(unseen)
    return Fit(n, explained(unseen, sums, middle), explained(unseen, nearest, middle))


def explained(vectors: np.ndarray, approximations: np.ndarray, middle: np.ndarray) -> float:
    """The share of variance about ``middle`` that approximations explain: 1 where they are exact."""
    total = float(((vectors - middle) ** 2).sum(dtype=float))
    return 1 - float(((vectors - approximations) ** 2).sum(dtype=float)) / total if total else float("nan")
