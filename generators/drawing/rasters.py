"""Which cell each pixel of a picture lies in: the one that holds the pixel's centre, and never two.

A row of pixels is cut by the edges that cross the line through its centres. Sorted from left to right, each crossing
says which cell begins there, and that cell owns every centre up to the next crossing. An edge owns its upper end and
not its lower one, so that a line through a vertex meets as many edges as any other.
"""

import numpy as np


def cell_of_pixels(
    ends: np.ndarray, sides: np.ndarray, box: tuple[float, float, float, float], width: int, height: int
) -> np.ndarray:
    """Give the cell of every pixel, -1 outside all of them: int32[height, width], the first row at the top.

    ``ends`` float64[n, 2, 2] are the edges, each from one point to another, ``sides`` int[n, 2] the cells on the left
    and on the right of each, ``box`` is ``(x0, x1, y0, y1)``, the whole picture.
    """
    x0, x1, y0, y1 = box
    x = (ends[..., 0] - x0) * (width / (x1 - x0)) - 0.5  # a pixel's centre is a whole number
    y = (y1 - ends[..., 1]) * (height / (y1 - y0)) - 0.5
    upper = np.argmin(y, axis=1)[:, None]
    left, top = (np.take_along_axis(each, upper, 1)[:, 0] for each in (x, y))
    right, bottom = (np.take_along_axis(each, 1 - upper, 1)[:, 0] for each in (x, y))
    begins = np.where(upper[:, 0] == 1, sides[:, 1], sides[:, 0])

    first = np.ceil(top).clip(0, height).astype(np.int64)
    n_rows = np.ceil(bottom).clip(0, height).astype(np.int64) - first
    edge = np.repeat(np.arange(len(ends)), n_rows)
    row = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows)
    slope = (right - left)[edge] / (bottom - top)[edge]
    crossing = left[edge] + (row - top[edge]) * slope
    return _filled(row, crossing, slope, begins[edge], width, height)


def _filled(
    row: np.ndarray, crossing: np.ndarray, slope: np.ndarray, begins: np.ndarray, width: int, height: int
) -> np.ndarray:
    """Let each crossing own its row from the first centre that is not left of it; of two in one place the last."""
    order = np.lexsort((slope, crossing, row))
    place = row[order] * (width + 1) + np.ceil(crossing[order]).clip(0, width).astype(np.int64)
    owns = np.diff(place, append=-1) != 0
    place = place[owns]
    cells = np.full((height, width + 1), -1, np.int32)
    last = np.zeros((height, width + 1), np.int64)
    cells.flat[place] = begins[order][owns]
    last.flat[place] = place % (width + 1)
    np.maximum.accumulate(last, axis=1, out=last)
    return np.take_along_axis(cells, last, 1)[:, :width]
