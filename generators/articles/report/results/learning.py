"""How good a network was along its training."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Learning:
    """Accuracy at each checkpoint, on examples it learned from and on others."""

    steps: np.ndarray
    """int64[checkpoints], after how many steps of the optimiser; 0 is before any."""
    test: np.ndarray
    """float64[checkpoints], the share of held-out examples that is right."""
    train: np.ndarray
    """float64[checkpoints], the same of at most as many examples to learn from."""
    chance: float
