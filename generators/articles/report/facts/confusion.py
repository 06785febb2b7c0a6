"""Which classes are mistaken for which, most often first."""

import numpy as np

from generators.articles.report.results.confusion import Confusion
from generators.exhibit import Scalar

PAIRS = 3


def confusion(result: Confusion) -> dict[str, Scalar]:
    """The totals, the hardest class, and the worst pairs in words."""
    n, right = int(result.counts.sum()), int(result.counts.diagonal().sum())
    facts: dict[str, Scalar] = {"examples": n, "right": right, "wrong": n - right}
    if np.isfinite(result.accuracy).any():
        hardest = int(np.nanargmin(result.accuracy))
        facts |= {
            "hardest_class": result.labels[hardest],
            "hardest_accuracy": float(result.accuracy[hardest]),
            "hardest_low": float(result.low[hardest]),
            "hardest_high": float(result.high[hardest]),
        }
    wrong = result.counts * ~np.eye(len(result.labels), dtype=bool)
    of_class = result.counts.sum(1)
    for rank, flat in enumerate(np.argsort(-wrong, axis=None, kind="stable")[:PAIRS], start=1):
        i, j = divmod(int(flat), len(result.labels))
        if wrong[i, j]:
            facts[f"worst_pair_{rank}"] = (
                f"{result.labels[i]} taken for {result.labels[j]}, {wrong[i, j]:,} of {of_class[i]:,}"
            )
    return facts
