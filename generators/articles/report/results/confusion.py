"""What a classifier takes for what."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Confusion:
    """Counts of true labels against answers on held-out examples."""

    counts: np.ndarray
    """int64[labels, labels]: row the truth, column the answer."""
    accuracy: np.ndarray
    """float64[labels], the share of each label's examples that is right; NaN for a label without examples."""
    low: np.ndarray
    """float64[labels], the lower end of its 95 % interval (Wilson 1927)."""
    high: np.ndarray
    """float64[labels], the upper end."""
    labels: tuple[str, ...]
