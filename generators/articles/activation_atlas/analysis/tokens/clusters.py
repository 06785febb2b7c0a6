"""Clusters of vectors, and what tells their tokens from others.

Clusters are k-means of centred vectors of length one: with as many groups, held-out tokens are guessed better than from
clusters, or from cells, of the map.
"""

import numpy as np
from sklearn.cluster import KMeans

from generators.articles.activation_atlas.results.tokens import Excess

TELLING = 5
"""Tokens kept of a cluster."""
CONTEXTS = 4
"""Contexts."""
EACH = 10
"""Positions that a cluster has at least, in the mean."""


def directions(vectors: np.ndarray) -> np.ndarray:
    """Centre vectors (m, d) and give them length one; one that is the mean stays zero."""
    centred = vectors - vectors.mean(0)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    floor = 1e-6 * np.linalg.norm(vectors, axis=1, keepdims=True).max(initial=1e-30)
    return np.where(length > floor, centred / np.maximum(length, floor), 0).astype(np.float32)


def clustered(direction: np.ndarray, k: int, seed: int) -> np.ndarray:
    """Group (m, d) into at most ``k`` clusters, int16 (m,), numbered from large to small."""
    k = max(1, min(k, len(direction) // EACH, len(np.unique(direction, axis=0))))
    found = KMeans(k, n_init=2, random_state=seed).fit_predict(direction)
    order = np.argsort(-np.bincount(found), kind="stable")
    return np.argsort(order)[found].astype(np.int16)


def excess(cluster: np.ndarray, token: np.ndarray) -> Excess:
    """Find the tokens (m,) that each cluster (m,) has more of than all positions."""
    distinct, compact = np.unique(token, return_inverse=True)
    table = np.zeros((cluster.max() + 1, len(distinct)))
    np.add.at(table, (cluster, compact), 1)
    share = table / table.sum(1, keepdims=True)
    lift = share / (table.sum(0) / len(token))
    telling = np.where(lift > 1, share * np.log(np.maximum(lift, 1)), 0)
    best = np.argsort(-telling, axis=1, kind="stable")[:, :TELLING]
    there = np.take_along_axis(telling, best, 1) > 0
    kept = [np.where(there, np.take_along_axis(each, best, 1), 0) for each in (share, lift)]
    return Excess(
        _filled(np.where(there, distinct[best], -1), -1).astype(np.int32),
        *(_filled(each, 0).astype(np.float32) for each in kept),
    )


def likeliest(cluster: np.ndarray, predicted: np.ndarray, chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average what is predicted (m, k) over each cluster: int32 (c, 5) tokens and float32 (c, 5), -1 and 0 for none."""
    distinct, compact = np.unique(predicted, return_inverse=True)
    total = np.zeros((cluster.max() + 1, len(distinct)))
    np.add.at(total, (cluster[:, None], compact.reshape(predicted.shape)), chances)
    mean = total / np.bincount(cluster)[:, None]
    best = np.argsort(-mean, axis=1, kind="stable")[:, :TELLING]
    there = np.take_along_axis(mean, best, 1)
    tokens = np.where(there > 0, distinct[best], -1)
    return _filled(tokens, -1).astype(np.int32), _filled(there, 0).astype(np.float32)


def nearest(direction: np.ndarray, cluster: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """The members (c, 4) nearest to each cluster's mean, one of each text; -1 where fewer."""
    found = np.full((cluster.max() + 1, CONTEXTS), -1, np.int32)
    for index, row in enumerate(found):
        members = np.flatnonzero(cluster == index)
        cosine = direction[members] @ direction[members].mean(0)
        members = members[np.argsort(-cosine, kind="stable")]
        different = np.sort(np.unique(texts[members], axis=0, return_index=True)[1])[:CONTEXTS]
        row[: len(different)] = members[different]
    return found


def centres(cluster: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The member nearest to the median of each cluster's points, float32 (c, 2)."""
    found = []
    for index in range(cluster.max() + 1):
        members = points[cluster == index]
        found.append(members[np.square(members - np.median(members, axis=0)).sum(1).argmin()])
    return np.stack(found).astype(np.float32)


def _filled(values: np.ndarray, by: float) -> np.ndarray:
    """Fill rows up to ``TELLING`` columns."""
    return np.pad(values, ((0, 0), (0, TELLING - values.shape[1])), constant_values=by)
