"""Which held-out inputs a reader may choose from: the typical one of each class, and mistakes."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor
from torch.nn import functional

LARGEST_PICTURE = 32


def typical_and_misread(
    logits: np.ndarray, truth: np.ndarray, labels: Sequence[str], mistakes: int = 2
) -> list[tuple[int, str]]:
    """Give, for every class, the rightly read input of median margin, then the most surely misread ones.

    Returns indices with a name for each: the class of a typical one, "9 read as 4" of a mistake.
    """
    margin = _margin(logits, truth)
    picked = []
    for label in range(logits.shape[1]):
        (right,) = np.nonzero((truth == label) & (margin > 0))
        if len(right):
            order = right[np.argsort(margin[right], kind="stable")]
            picked.append((int(order[len(order) // 2]), labels[label]))
    (wrong,) = np.nonzero(margin <= 0)
    for k in wrong[np.argsort(margin[wrong], kind="stable")][:mistakes]:
        picked.append((int(k), f"{labels[truth[k]]} read as {labels[logits[k].argmax()]}"))
    return picked


def pictures(x: Tensor) -> np.ndarray:
    """Give inputs (n, channels, height, width) or (n, height, width) as ink from 0 to 1, float64[n, height, width].

    Channels are averaged, the range of all inputs is stretched, and what is larger than 32 pixels is shown smaller.
    """
    gray = x.double().mean(1) if x.ndim == 4 else x.double()
    low, high = gray.min(), gray.max()
    gray = (gray - low) / (high - low).clamp(min=1e-12)
    size = [min(side, LARGEST_PICTURE) for side in gray.shape[1:]]
    return functional.adaptive_avg_pool2d(gray, size).numpy()


def _margin(logits: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Give by how much the true class leads; negative where another one does."""
    rows = np.arange(len(truth))
    rest = logits.copy()
    rest[rows, truth] = -np.inf
    return logits[rows, truth] - rest.max(1)
