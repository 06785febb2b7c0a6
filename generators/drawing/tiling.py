"""Convex cells that share vertices: who lies beside whom, how large and how thick each is, how to order them.

Half edge ``h`` of cell ``r``, where ``corner_start[r] <= h < corner_start[r + 1]``, runs from ``corners[h]`` to the
cell's next corner, with the cell on its left.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

OUTSIDE = -1
"""The cell beyond the border."""
_CURVE_BITS = 16


@dataclass(frozen=True)
class Tiling:
    """Cells as lists of corners."""

    vertices: np.ndarray
    """float64[n_vertices, 2]"""
    corner_start: np.ndarray
    """int[n_cells + 1]"""
    corners: np.ndarray
    """int[n_half_edges], counter-clockwise."""

    @property
    def n_cells(self) -> int:
        return len(self.corner_start) - 1

    @cached_property
    def cell(self) -> np.ndarray:
        """The cell of each half edge."""
        return np.repeat(np.arange(self.n_cells), np.diff(self.corner_start))

    @cached_property
    def heads(self) -> np.ndarray:
        """The vertex that each half edge leads to."""
        heads = np.roll(self.corners, -1)
        heads[self.corner_start[1:] - 1] = self.corners[self.corner_start[:-1]]
        return heads

    @cached_property
    def twins(self) -> np.ndarray:
        """The half edge on the other side of each; ``OUTSIDE`` on the border. ValueError where three cells meet."""
        low, high = np.minimum(self.corners, self.heads), np.maximum(self.corners, self.heads)
        order = np.lexsort((high, low))
        same = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
        if (same[1:] & same[:-1]).any():
            raise ValueError("an edge of a mosaic has two cells at most, but one has three")
        first, second = order[:-1][same], order[1:][same]
        twins = np.full(len(order), OUTSIDE)
        twins[first], twins[second] = second, first
        return twins

    @cached_property
    def neighbours(self) -> np.ndarray:
        """The cell on the other side of each half edge; ``OUTSIDE`` beyond the border."""
        return np.where(self.twins == OUTSIDE, OUTSIDE, self.cell[self.twins])

    @cached_property
    def edges(self) -> np.ndarray:
        """One half edge of each edge."""
        return np.flatnonzero((self.twins == OUTSIDE) | (np.arange(len(self.twins)) < self.twins))

    @cached_property
    def area(self) -> np.ndarray:
        (ax, ay), (bx, by) = self._ends
        return self._summed(ax * by - bx * ay) / 2

    @cached_property
    def thickness(self) -> np.ndarray:
        """Four times the area over the circumference: the side of a square, twice the width of a sliver."""
        (ax, ay), (bx, by) = self._ends
        around = self._summed(np.hypot(bx - ax, by - ay))
        return 4 * self.area / np.where(around > 0, around, 1)

    @cached_property
    def middle(self) -> np.ndarray:
        """The mean of each cell's corners, which lies inside it: float64[n_cells, 2]."""
        count = np.diff(self.corner_start)
        return np.stack([self._summed(self.vertices[self.corners, axis]) / count for axis in (0, 1)], 1)

    def tree(self) -> np.ndarray:
        """For each cell the half edge through which it is reached from cell 0, shortest way; ``OUTSIDE`` for a root."""
        through = np.full(self.n_cells, OUTSIDE)
        reached = np.zeros(self.n_cells, bool)
        while not reached.all():
            front = np.array([np.argmin(reached)])
            reached[front] = True
            while len(front):
                here = _ranges(self.corner_start[front], self.corner_start[front + 1])
                here = here[(self.twins[here] != OUTSIDE) & ~reached[self.neighbours[here]]]
                front, chosen = np.unique(self.neighbours[here], return_index=True)
                through[front] = self.twins[here[chosen]]
                reached[front] = True
        return through

    @property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Where half edges begin and end, seen from the middle of all, so that small areas lose no digits."""
        seen = (self.vertices - self.vertices.mean(0)).T
        return seen[:, self.corners], seen[:, self.heads]

    def _summed(self, values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, self.corner_start[:-1])


def near_together(tiling: Tiling) -> tuple[np.ndarray, np.ndarray]:
    """Order cells along a curve that fills the plane, vertices as these cells first touch them; a file then is small.

    Returns the cells and the vertices as they are to follow one another; a vertex of no cell is left out.
    """
    cells = np.argsort(_along_curve(tiling.middle), kind="stable")
    corners = tiling.corners[_ranges(tiling.corner_start[cells], tiling.corner_start[cells + 1])]
    vertices, first = np.unique(corners, return_index=True)
    return cells, vertices[np.argsort(first)]


def reordered(tiling: Tiling, cells: np.ndarray, vertices: np.ndarray) -> tuple[Tiling, np.ndarray]:
    """Put cells and vertices into another order; also return the new number of each old vertex."""
    renamed = np.full(len(tiling.vertices), OUTSIDE)
    renamed[vertices] = np.arange(len(vertices))
    corners = tiling.corners[_ranges(tiling.corner_start[cells], tiling.corner_start[cells + 1])]
    start = np.concatenate([[0], np.cumsum(np.diff(tiling.corner_start)[cells])])
    return Tiling(tiling.vertices[vertices], start, renamed[corners]), renamed


def _ranges(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Chain the integers from each start up to its end."""
    lengths = end - start
    return np.arange(lengths.sum()) + np.repeat(start - np.cumsum(lengths) + lengths, lengths)


def _along_curve(points: np.ndarray) -> np.ndarray:
    """The position of each point on Morton's curve through the box of them all."""
    low = points.min(0)
    spread = np.where(np.ptp(points, axis=0) > 0, np.ptp(points, axis=0), 1)
    place = ((points - low) / spread * (2**_CURVE_BITS - 1)).astype(np.int64)
    bits = np.arange(_CURVE_BITS)
    return (((place[..., None] >> bits) & 1) << (2 * bits + np.arange(2)[:, None])).sum((1, 2))
