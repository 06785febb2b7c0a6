"""Which examples stand for a collection that is too large to be held: evenly many of every answer."""

import numpy as np

TEST_AT_MOST = 10_000
TEST_BYTES = 512 * 1024**2
"""What the chosen examples may take; pictures of 224 by 224 pixels are fewer than ten thousand then."""
SEED = 0


def held(y: np.ndarray, example_bytes: int) -> np.ndarray:
    """Choose the examples that are held in memory; ``y`` (n,) is the answer of each, ``example_bytes`` its size."""
    return spread(y, min(TEST_AT_MOST, max(1, TEST_BYTES // max(1, example_bytes))))


def spread(y: np.ndarray, at_most: int, seed: int = SEED) -> np.ndarray:
    """Choose at most so many indices, of every answer the same number as far as there are so many; sorted.

    The choice among the examples of one answer is random, and always the same for a seed.
    """
    if len(y) <= at_most:
        return np.arange(len(y))
    random = np.random.default_rng(seed)
    _, inverse, counts = np.unique(y, return_inverse=True, return_counts=True)
    order = random.permutation(len(y))
    order = order[np.argsort(inverse[order], kind="stable")]  # by answer, shuffled within
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
    quotas = _quotas(counts, at_most, random)
    return np.sort(np.concatenate([order[begin : begin + quota] for begin, quota in zip(begins, quotas, strict=True)]))


def _quotas(counts: np.ndarray, total: int, random: np.random.Generator) -> np.ndarray:
    """Share a total evenly among answers, no one getting more than its count; what is left goes to random ones."""
    quotas = np.zeros_like(counts)
    while (left := total - quotas.sum()) > 0:
        open_ = np.flatnonzero(quotas < counts)
        share = left // len(open_)
        if share == 0:
            quotas[random.choice(open_, left, replace=False)] += 1
        else:
            quotas[open_] = np.minimum(counts[open_], quotas[open_] + share)
    return quotas
