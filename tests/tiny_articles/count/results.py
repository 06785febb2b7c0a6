from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sums:
    rows: np.ndarray
    """One sum for each row of weights."""
    total: float

    @property
    def largest(self) -> float:
        return float(self.rows.max())
