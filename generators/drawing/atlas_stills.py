"""The still of an atlas: the icons of one level at their places, in both themes, for the index and for cards."""

import io

import numpy as np
from PIL import Image

from generators.style import PALETTE, THEMES

WIDTH_PX = 720
QUALITY = 82


def shares(counts: np.ndarray) -> np.ndarray:
    """Give the side of each icon as a share of its cell's: by area as many points as the mean cell, at most the cell.

    ``assets/atlas.js`` draws them so where a reader has not asked for another density.
    """
    return np.sqrt(np.minimum(1, np.asarray(counts, float) / np.mean(counts)))


def stills(
    pictures: np.ndarray, columns: np.ndarray, rows: np.ndarray, sides: np.ndarray, grid: int
) -> dict[str, bytes]:
    """Draw icons uint8[c, px, px, channels] on paper: ``light.webp`` and ``dark.webp``; ``sides`` are ``shares``."""
    made = {}
    icons = [Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture) for picture in pictures]
    cell = WIDTH_PX / grid
    for theme in THEMES:
        still = Image.new("RGB", (WIDTH_PX, WIDTH_PX), PALETTE[theme]["paper"])
        for icon, column, row, side in zip(icons, columns.tolist(), rows.tolist(), sides.tolist(), strict=True):
            left, top, right, bottom = (
                round(cell * (at + 0.5 + half * side)) for half in (-0.5, 0.5) for at in (column, row)
            )
            shown = icon.resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.LANCZOS)
            still.paste(shown, (left, top))
        written = io.BytesIO()
        still.save(written, "WEBP", method=4, quality=QUALITY)
        made[f"{theme}.webp"] = written.getvalue()
    return made
