"""A sheet: many small pictures of one size in one image file, and where on it each one stands.

Every picture has a margin in the colours of its own edge, so that no neighbour shows when a browser scales the sheet.
The file is lossless where that is small enough to travel, and else WebP of high quality.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

MARGIN_PX = 2
LOSSLESS_AT_MOST_BYTES = 300_000
"""What noise makes of many pictures: larger sheets lose what no eye sees."""
HOPELESS = 4
"""Where a file written in a hurry is so many times too large, the best one, which takes 20 times as long, is let be."""
QUALITY = 90
MOST_EFFORT = 6
"""How hard the encoder tries; 4 takes half the time for files a few percent larger."""
LARGEST_PX = 16_383
"""The most that a WebP file may be high or wide."""


@dataclass(frozen=True)
class Sheet:
    """An image file with a grid of pictures."""

    webp: bytes
    columns: int
    rows: int
    lossless: bool

    def place(self, index: int) -> tuple[int, int]:
        """Column and row of a picture."""
        return index % self.columns, index // self.columns


def sheet(
    pictures: np.ndarray,
    qualities: Sequence[int] = (QUALITY,),
    largest_bytes: int = 0,
    lossless_bytes: int = LOSSLESS_AT_MOST_BYTES,
    effort: int = MOST_EFFORT,
) -> Sheet:
    """Lay pictures uint8[n, height, width, channels] out in a grid that is as square as it can be; at least one.

    Where the exact file is larger than ``lossless_bytes``, ``qualities`` are tried in turn until one is not larger
    than ``largest_bytes``; the last is taken as it comes. Of many sheets each may be written with less ``effort``.
    """
    n, height, width, _ = pictures.shape
    columns = min(n, max(1, round(math.sqrt(n * height / width))))
    rows = math.ceil(n / columns)
    if max(columns * (width + 2 * MARGIN_PX), rows * (height + 2 * MARGIN_PX)) > LARGEST_PX:
        raise ValueError(f"{n} pictures of {width} × {height} pixels do not fit on one sheet of {LARGEST_PX} pixels")
    image = Image.fromarray(_grid(pictures, rows, columns))
    if (exact := _exact(image, lossless_bytes)) is not None:
        return Sheet(exact, columns, rows, True)
    for quality in qualities:
        lossy = _webp(image, quality=quality, method=effort)
        if len(lossy) <= largest_bytes:
            break
    return Sheet(lossy, columns, rows, False)


def _grid(pictures: np.ndarray, rows: int, columns: int) -> np.ndarray:
    n, _, _, channels = pictures.shape
    around = ((0, 0), (MARGIN_PX, MARGIN_PX), (MARGIN_PX, MARGIN_PX), (0, 0))
    tiles = np.pad(np.ascontiguousarray(pictures), around, mode="edge")
    tiles = np.concatenate([tiles, np.zeros((rows * columns - n, *tiles.shape[1:]), np.uint8)])
    grid = tiles.reshape(rows, columns, *tiles.shape[1:]).swapaxes(1, 2)
    grid = grid.reshape(rows * tiles.shape[1], columns * tiles.shape[2], channels)
    return grid[..., 0] if channels == 1 else grid


def _exact(image: Image.Image, most_bytes: int) -> bytes | None:
    """Write the lossless file where it is small enough."""
    if len(_webp(image, lossless=True, method=0, quality=0)) > HOPELESS * most_bytes:
        return None
    exact = _webp(image, lossless=True)
    return exact if len(exact) <= most_bytes else None


def _webp(image: Image.Image, **how: bool | int) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", **{"method": MOST_EFFORT, "exact": True} | how)
    return written.getvalue()
