"""Positions: which pictures are looked at, and where in each.

Of every picture two shares of its height and width are drawn, the same for all layers, so that what several layers
give of it lies in the same place. The first n of a draw are those of every larger draw with that seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.datasets.examples import Examples


@dataclass(frozen=True, eq=False)
class Drawn:
    """A random choice of pictures."""

    index: np.ndarray
    """int64 (n,), which examples."""
    shares: np.ndarray
    """float32 (n, 2) from 0 to below 1, of what is inside a map's edges: down, and across."""

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, rows: slice | np.ndarray) -> Drawn:
        return Drawn(self.index[rows], self.shares[rows])


def draw(examples: Examples, n: int, seed: int) -> Drawn:
    """Draw ``n`` pictures, all where there are fewer, each at most once."""
    count = len(examples)
    order = np.random.default_rng((seed, 0)).permutation(np.arange(count, dtype=np.min_scalar_type(count)))[:n]
    shares = np.random.default_rng((seed, 1)).random((len(order), 2), np.float32)
    return Drawn(order.astype(np.int64), shares)


def to_read(examples: Examples, drawn: Drawn) -> np.ndarray:
    """In which order to read what was drawn, int64 (n,): as stored, where chunks of examples are dear to open."""
    return np.argsort(drawn.index) if hasattr(examples, "starts") else np.arange(len(drawn))


def places(shares: np.ndarray, height: int, width: int) -> np.ndarray:
    """The row and column int32 (n, 2) that shares fall on, each equally often, edges left out on all four sides."""
    inner = np.array([height - 2, width - 2])
    return 1 + np.floor(shares.astype(np.float64) * inner).astype(np.int32)
