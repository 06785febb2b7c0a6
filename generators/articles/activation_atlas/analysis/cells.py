"""Cells: which points of a map fall together, and what their activations have in common.

Points lie in [0, 1) × [0, 1), x to the right and y downwards. Bins are half open, so that each point lies in exactly
one cell, and everything is counted in one pass over the points, whatever the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST = 5
"""Activations that a cell must hold to be shown."""


@dataclass(frozen=True)
class Cells:
    """The cells of one grid that hold enough points, in the order of rows, then columns."""

    grid: int
    columns: np.ndarray
    """int16 (c,), 0 at the left."""
    rows: np.ndarray
    """int16 (c,), 0 at the top."""
    counts: np.ndarray
    """int32 (c,)"""
    member: np.ndarray
    """int32 (n,), the cell that each point lies in; -1 where that holds too few, and for points off the map."""


def bin_cells(points: np.ndarray, grid: int, at_least: int = FEWEST) -> Cells:
    """Sort points (n, 2) into a grid of ``grid`` × ``grid`` cells; those outside [0, 1), or nan, are off the map."""
    on = ((points >= 0) & (points < 1)).all(1)
    column, row = np.minimum((points[on] * grid).astype(np.int64), grid - 1).T  # just below 1, rounded up
    place = row * grid + column
    counts = np.bincount(place, minlength=grid**2)
    kept = np.flatnonzero(counts >= max(at_least, 1))
    number = np.full(grid**2, -1, np.int32)
    number[kept] = np.arange(len(kept))
    member = np.full(len(points), -1, np.int32)
    member[on] = number[place]
    rows, columns = np.divmod(kept, grid)
    return Cells(grid, columns.astype(np.int16), rows.astype(np.int16), counts[kept].astype(np.int32), member)


def means(cells: Cells, values: np.ndarray) -> np.ndarray:
    """The mean of ``values`` (n, d) over each cell's members: float32 (c, d)."""
    return (_sums(cells, values) / cells.counts[:, None]).astype(np.float32)


def spread(cells: Cells, vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """How well each cell's members agree: the mean cosine of ``vectors`` − ``mean`` to that of the cell, float32 (c,).

    It is 1 where all point one way, and 0 where a cell's members lie about the mean of all.
    """
    own, middles = np.flatnonzero(cells.member >= 0), _unit(means(cells, vectors) - mean)
    member = cells.member[own]
    close = np.einsum("nd,nd->n", _unit(vectors[own] - mean), middles[member])
    return (np.bincount(member, close, len(cells.counts)) / cells.counts).astype(np.float32)


def _sums(cells: Cells, values: np.ndarray) -> np.ndarray:
    """Sums over each cell's members, float64 (c, d): members sorted by cell, so that each is a run of rows."""
    if not len(cells.counts):
        return np.zeros((0, values.shape[1]))
    order = np.argsort(cells.member, kind="stable")[(cells.member < 0).sum() :]
    starts = np.concatenate([[0], np.cumsum(cells.counts)[:-1]])
    return np.add.reduceat(values[order], starts, axis=0, dtype=np.float64)


def _unit(vectors: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)
