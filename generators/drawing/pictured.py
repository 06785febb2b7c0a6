"""Pictures as a page shows them: in rows with labels, each cut from one sheet, so that one file is fetched for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generators.drawing.sheets import MARGIN_PX, Sheet

SHOWN_PX = {16: 56, 32: 64, 64: 72}
"""Width of a picture up to which it is shown this wide; larger ones as they are, up to ``WIDEST_PX``."""
WIDEST_PX = 128

LONGEST_LABEL = 16
"""Letters of a row's label on one line."""


@dataclass(frozen=True)
class Pictures:
    """Small pictures of one size in labelled rows; they travel in one file, and what is read of them is text."""

    pictures: np.ndarray
    """uint8[n, height, width], or [n, height, width, channels] with 1, 3 or 4 channels; row after row."""
    rows: Sequence[tuple[str, int]]
    """Each row's label, empty where there is none, and how many of the pictures stand in it."""
    about: Sequence[Mapping[str, Any]]
    """One mapping a picture, the numbers behind it: the CSV."""
    captions: Sequence[str] = ()
    """What stands below each picture; empty where none has anything below it."""
    marked: Sequence[bool] = ()
    """Which pictures are framed; their captions say why, since a colour alone says nothing."""
    columns: Sequence[str] = ()
    """Headings of a grid, which stays one on every screen; without, a row goes on where the screen ends."""


def check_pictures(drawing: Pictures) -> np.ndarray:
    """Return the pictures as uint8[n, height, width, channels]; ValueError for what cannot be shown."""
    pictures = drawing.pictures[..., None] if drawing.pictures.ndim == 3 else drawing.pictures
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[-1] not in (1, 3, 4) or not pictures.size:
        raise ValueError(
            "pictures are uint8[n, height, width] or uint8[n, height, width, 1, 3 or 4], at least one, "
            f"but got {drawing.pictures.dtype}{list(drawing.pictures.shape)}"
        )
    n = len(pictures)
    lengths = {
        "rows": sum(count for _, count in drawing.rows),
        "about": len(drawing.about),
        "captions": len(drawing.captions) or n,
        "marked": len(drawing.marked) or n,
    }
    for name, length in lengths.items():
        if length != n:
            raise ValueError(f"there are {n} pictures, but {name} speaks of {length}")
    if drawing.columns and any(count != len(drawing.columns) for _, count in drawing.rows):
        raise ValueError(f"every row of a grid has a picture for each of its {len(drawing.columns)} columns")
    return pictures


def layout(drawing: Pictures, made: Sheet) -> dict[str, Any]:
    """Say how large pictures are shown, and where each stands on its sheet, in percent of one picture, as CSS asks."""
    height, width = drawing.pictures.shape[1:3]
    across, down = width + 2 * MARGIN_PX, height + 2 * MARGIN_PX
    captions = drawing.captions or [""] * len(drawing.about)
    marked = drawing.marked or [False] * len(drawing.about)
    shown = []
    for index, (caption, mark) in enumerate(zip(captions, marked, strict=True)):
        x, y = made.place(index)
        left, top = (x * across + MARGIN_PX) / width, (y * down + MARGIN_PX) / height
        shown.append({"left": _percent(-left), "top": _percent(-top), "caption": caption, "marked": bool(mark)})
    following = iter(shown)
    return {
        "width": width,
        "height": height,
        "margin": MARGIN_PX,
        "shown": next((px for most, px in SHOWN_PX.items() if width <= most), min(width, WIDEST_PX)),
        "sheet": {"width": _percent(made.columns * across / width), "height": _percent(made.rows * down / height)},
        "sheet_columns": made.columns,
        "lossless": made.lossless,
        "label_width": min(LONGEST_LABEL, max((len(label) for label, _ in drawing.rows), default=0) + 2),
        "columns": list(drawing.columns),
        "rows": [{"label": label, "pictures": [next(following) for _ in range(n)]} for label, n in drawing.rows],
    }


def _percent(share: float) -> float:
    return round(100 * share, 3)
