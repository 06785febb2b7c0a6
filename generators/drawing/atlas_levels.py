"""One level of an atlas as files: sheets of icons that stand near one another, and what is said of their cells.

map-M-level-L.part.json       the cells, in the order of their sheets
map-M-level-L-S.sheet.webp    their icons
"""

from base64 import b64encode
from collections.abc import Sequence
from itertools import accumulate
from math import ceil, floor, log10
from typing import Any

import numpy as np

from generators.drawing import written
from generators.drawing.atlas import Atlas, AtlasLevel
from generators.drawing.atlas_stills import shares
from generators.drawing.sheets import MARGIN_PX, Sheet, sheet

ICONS = 256
"""At most so many stand on a sheet."""
QUALITIES = (90, 80, 70, 60, 45, 30, 15, 5)
"""Of WebP, tried in turn until a sheet is small enough."""
EFFORT = 4
LOSSLESS_BYTES = 60_000
LARGEST_SHEET_BYTES = 250_000
DIGITS = 3
"""Of the largest value that is listed; all have as many decimals as this leaves, at most ``MOST_DECIMALS``."""
MOST_DECIMALS = 6
LARGEST = 8
"""So many labels are named below a still."""


class Laid:
    """A level whose icons have been laid on sheets, together not larger than ``largest_bytes`` where that can be."""

    def __init__(self, level: AtlasLevel, name: str, largest_bytes: int | None = None) -> None:
        self.level, self._name = level, name
        blocks = blocks_of(np.asarray(level.columns, int), np.asarray(level.rows, int))
        self.order = np.concatenate(blocks)
        """Which cell of the level stands at each place."""
        self._first = [0, *accumulate(len(block) for block in blocks)]
        each = largest_bytes // len(blocks) if largest_bytes else LARGEST_SHEET_BYTES
        self._sheets = [sheet(level.pictures[block], QUALITIES, each, LOSSLESS_BYTES, EFFORT) for block in blocks]

    def files(self, drawing: Atlas) -> dict[str, bytes]:
        made = {self._file(index): laid.webp for index, laid in enumerate(self._sheets)}
        return made | {f"{self._name}.part.json": written.json(self._part(drawing))}

    def at_rest(self, labels: Sequence[str]) -> dict[str, Any]:
        """What stands in the page itself: windows on the sheets, places and lengths in percent as CSS asks."""
        px = self.level.pictures.shape[1]
        edge = px + 2 * MARGIN_PX
        sheets = [
            {
                "file": self._file(index),
                "width": _percent(laid.columns * edge, px),
                "height": _percent(laid.rows * edge, px),
                "icons": self._windows(index, laid),
            }
            for index, laid in enumerate(self._sheets)
        ]
        return {"sheets": sheets, "largest": self._largest(labels)}

    def _windows(self, index: int, laid: Sheet) -> list[dict[str, float]]:
        level, sides = self.level, shares(self.level.counts)
        px = level.pictures.shape[1]
        edge, made = px + 2 * MARGIN_PX, []
        for at, cell in enumerate(self.order[self._first[index] : self._first[index + 1]]):
            (x, y), margin = laid.place(at), (1 - sides[cell]) / 2
            made.append(
                {
                    "left": _percent(int(level.columns[cell]) + margin, level.grid),
                    "top": _percent(int(level.rows[cell]) + margin, level.grid),
                    "side": _percent(sides[cell], level.grid),
                    "x": _percent(-x * edge - MARGIN_PX, px),
                    "y": _percent(-y * edge - MARGIN_PX, px),
                }
            )
        return made

    def _largest(self, labels: Sequence[str]) -> list[list[str]]:
        """Name the labels of the largest cells, each once, with how many points that cell holds."""
        named: dict[int, int] = {}
        if self.level.top.shape[1]:
            for cell in np.argsort(-np.asarray(self.level.counts, int), kind="stable"):
                named.setdefault(int(self.level.top[cell, 0]), int(self.level.counts[cell]))
        named.pop(-1, None)
        return [[labels[label], f"{count:,}"] for label, count in list(named.items())[:LARGEST]]

    def _part(self, drawing: Atlas) -> dict[str, Any]:
        level, order = self.level, self.order
        values, scale = as_bytes(level.values[order])
        return {
            "columns": np.asarray(level.columns)[order],
            "rows": np.asarray(level.rows)[order],
            "counts": np.asarray(level.counts)[order],
            "top": level.top[order],
            "top_values": _listed(level.top[order], level.top_values[order], drawing.signed),
            "values": values,
            "scale": scale,
            "examples": level.examples[order],
            "said": [
                [written.said(level.about[k][name], spec) for name, spec in drawing.formats.items()] for k in order
            ],
            "sure": None if level.sureness is None else np.round(level.sureness[order].astype(float), 2),
            "sheets": places_of(self._sheets, np.diff(self._first).tolist()),
        }

    def _file(self, index: int) -> str:
        return f"{self._name}-{index}.sheet.webp"


def places_of(sheets: Sequence[Sheet], counts: Sequence[int]) -> list[dict[str, int]]:
    """Say which pictures stand on each sheet, ``count`` from ``first`` on, and how many columns and rows it has."""
    firsts = accumulate(counts, initial=0)
    return [
        {"first": first, "count": count, "columns": laid.columns, "rows": laid.rows}
        for first, count, laid in zip(firsts, counts, sheets, strict=False)
    ]


def blocks_of(columns: np.ndarray, rows: np.ndarray, most: int = ICONS) -> list[np.ndarray]:
    """Part cells into blocks of neighbours, as few as hold ``most`` each and of nearly equal size.

    A block is cut across its longer side; in each, cells keep their order.
    """
    return _cut(np.arange(len(columns)), np.stack([columns, rows]), ceil(len(columns) / most))


def _cut(cells: np.ndarray, places: np.ndarray, n: int) -> list[np.ndarray]:
    if n <= 1:
        return [np.sort(cells)]
    mine = places[:, cells]
    longer = int(np.ptp(mine[1]) > np.ptp(mine[0]))
    along = cells[np.lexsort((mine[1 - longer], mine[longer]))]
    left = n // 2
    at = len(cells) * left // n
    return _cut(along[:at], places, left) + _cut(along[at:], places, n - left)


def as_bytes(values: np.ndarray) -> tuple[str, list[float]]:
    """Write numbers (c, k) as signed bytes in base64, row after row; also return what one step of each column is worth.

    So a class that hardly any cell speaks for has as many shades as any other.
    """
    values = np.asarray(values, float)
    most = np.abs(values).max(0, initial=0)
    scale = np.where(most > 0, most, 127) / 127
    return b64encode(np.rint(values / scale).astype(np.int8).tobytes()).decode(), scale.tolist()


def _listed(top: np.ndarray, values: np.ndarray, signed: bool) -> list[list[str]]:
    """Say values, all of a level with as many decimals; what comes out as zero has no sign."""
    most = float(np.abs(values[top >= 0].astype(float)).max(initial=0))
    decimals = min(MOST_DECIMALS, max(0, DIGITS - 1 - floor(log10(most)))) if most else 0
    spec = f"{'+' * signed}.{decimals}f"

    def said(value: float) -> str:
        return written.said(value, spec) if round(value, decimals) else f"{0:.{decimals}f}"

    return [
        [said(float(value)) if index >= 0 else "" for index, value in zip(*row, strict=True)]
        for row in zip(top, values, strict=True)
    ]


def _percent(part: float, whole: float) -> float:
    return round(100 * float(part) / whole, 3)
