"""A path over a map: from cell to neighbouring cell, changing as little as it can."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from generators.articles.activation_atlas.results.atlas import Landmark, MadeLevel, Path

NEIGHBOURS = ((1, 0), (0, 1), (1, 1), (1, -1))
"""Half of a cell's neighbours; the others are those of its neighbours."""


def find_path(made: MadeLevel, layer: int, index: int, start: Landmark, end: Landmark) -> Path | None:
    """Go from one landmark to another along filled cells, so that 1 − centred cosine adds up to the least.

    ``None`` where no neighbours join them. E. W. Dijkstra, 1959.
    """
    level = made.level
    where = {(int(x), int(y)): cell for cell, (x, y) in enumerate(zip(level.columns, level.rows, strict=True))}
    pairs = np.array(
        [
            (cell, where[x + dx, y + dy])
            for (x, y), cell in where.items()
            for dx, dy in NEIGHBOURS
            if (x + dx, y + dy) in where
        ]
    ).reshape(-1, 2)
    unit = _unit(made.means, level.counts)
    alike = (unit[pairs[:, 0]] * unit[pairs[:, 1]]).sum(1)
    n = len(level.counts)
    costs = coo_matrix((np.maximum(1 - alike, 1e-6), tuple(pairs.T)), (n, n)).tocsr()
    first, last = where[start.column, start.row], where[end.column, end.row]
    costs_to, before = dijkstra(costs, directed=False, indices=first, return_predecessors=True)
    if not np.isfinite(costs_to[last]):
        return None
    cells = [last]
    while cells[-1] != first:
        cells.append(int(before[cells[-1]]))
    cells.reverse()
    steps = (unit[cells[:-1]] * unit[cells[1:]]).sum(1)
    chance = float((unit.sum(0) @ unit.sum(0) - n) / (n * (n - 1)))
    return Path(layer, index, start.label, end.label, np.array(cells, np.int32), float(steps.min(initial=1)), chance)


def _unit(means: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Directions of cells from the mean of all that lies in them."""
    away = means - np.average(means, 0, counts)
    return away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-12)
