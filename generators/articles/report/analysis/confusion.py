"""Count a classifier's answers by the truth, and say how sure each class's accuracy is.

The interval is Wilson's (1927): the shares p for which the observed one is within z standard errors √(p(1−p)/n) of p.
"""

import numpy as np

from generators.articles.report.analysis.answers import answers, truth
from generators.articles.report.results.confusion import Confusion
from generators.networks import Network

Z = 1.959963984540054
"""Standard errors that hold 95 % of a normal distribution."""


def confuse(network: Network) -> Confusion:
    """Count every held-out example where its row of truth meets its column of answer."""
    y, p = truth(network), answers(network)
    k = p.shape[1]
    counts = np.bincount(y * k + p.argmax(1), minlength=k * k).reshape(k, k)
    right, n = counts.diagonal(), counts.sum(1)
    with np.errstate(invalid="ignore"):
        accuracy = right / n
    low, high = wilson(right, n)
    return Confusion(counts.astype(np.int64), accuracy, low, high, network.labels)


def wilson(hits: np.ndarray, n: np.ndarray, z: float = Z) -> tuple[np.ndarray, np.ndarray]:
    """Give the ends of the interval for ``hits`` out of ``n``; NaN where ``n`` is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / n
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
