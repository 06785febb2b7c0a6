"""An atlas as files: what stands in the page, and what a browser fetches when a reader comes near.

    data.json                      the maps and their levels in a few words, labels, points of interest, paths
    map-M-level-L.part.json, …     each level, as ``atlas_levels`` writes it
    map-M-examples.part.json       the labels of a map's examples
    map-M-examples-S.sheet.webp    these; ``example.sheets`` of the map says which stand where
    atlas.json                     the still: the coarsest level, each icon a window on its sheet
    light.webp, dark.webp          the same as one picture, for the index and for cards

A path is written by the places that its cells have in the part, whose order is that of the sheets.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from generators.drawing import written
from generators.drawing.atlas import Atlas, AtlasLevel, AtlasMap, AtlasPath, check_atlas
from generators.drawing.atlas_levels import EFFORT, LARGEST_SHEET_BYTES, LOSSLESS_BYTES, QUALITIES, Laid, places_of
from generators.drawing.atlas_stills import shares, stills
from generators.drawing.sheets import MARGIN_PX, sheet

EXAMPLES = 400
"""At most so many stand on a sheet."""
FIRST_SHEETS_BYTES = 180_000
"""Of all sheets that a reader sees first, together."""


def atlas_files(drawing: Atlas) -> dict[str, bytes]:
    """Write everything that the page shows or a browser fetches; ValueError for what cannot be shown."""
    check_atlas(drawing)
    first = range(len(drawing.maps)) if drawing.beside else [drawing.start]
    first_bytes = FIRST_SHEETS_BYTES // len(first)
    maps = [_LaidMap(one, k, first_bytes if k in first else None) for k, one in enumerate(drawing.maps)]
    made = {name: data for each in maps for name, data in each.files(drawing).items()}
    start = drawing.maps[drawing.start].levels[0]
    made |= stills(start.pictures, start.columns, start.rows, shares(start.counts), start.grid)
    return made | {
        "atlas.json": written.json({"maps": [maps[index].at_rest(drawing) for index in first]}),
        "data.json": written.json(_index(drawing, maps)),
        "data.csv": written.csv(_rows(drawing)),
    }


class _LaidMap:
    """A map whose icons and examples have been laid on sheets, those of its coarsest level within ``first_bytes``."""

    def __init__(self, one: AtlasMap, index: int, first_bytes: int | None) -> None:
        self._map, self._name = one, f"map-{index}"
        self.levels = [
            Laid(level, f"{self._name}-level-{at}", None if at else first_bytes) for at, level in enumerate(one.levels)
        ]
        parts = [one.examples[first : first + EXAMPLES] for first in range(0, len(one.examples), EXAMPLES)]
        self._n_examples = [len(part) for part in parts]
        self._examples = [sheet(part, QUALITIES[1:], LARGEST_SHEET_BYTES, LOSSLESS_BYTES, EFFORT) for part in parts]

    def files(self, drawing: Atlas) -> dict[str, bytes]:
        made = {name: data for level in self.levels for name, data in level.files(drawing).items()}
        made |= {f"{self._name}-examples-{at}.sheet.webp": each.webp for at, each in enumerate(self._examples)}
        return made | {f"{self._name}-examples.part.json": written.json({"labels": list(self._map.example_labels)})}

    def at_rest(self, drawing: Atlas) -> dict[str, Any]:
        return {"title": self._map.title, "said": self._map.said} | self.levels[0].at_rest(drawing.labels)

    def told(self) -> dict[str, Any]:
        one = self._map
        return {
            "title": one.title,
            "said": one.said,
            "points": int(one.density.sum()),
            "density": {"n": len(one.density), "counts": _roots(one.density)},
            "icon": one.levels[0].pictures.shape[1],
            "example": {
                "px": one.examples.shape[1],
                "count": len(one.examples),
                "sheets": places_of(self._examples, self._n_examples),
            },
            "levels": [
                {"grid": level.grid, "cells": len(level.pictures), "most": int(np.max(level.counts))}
                for level in one.levels
            ],
        }


def _roots(counts: np.ndarray) -> str:
    """Write the roots of counts as bytes in base64, the largest as 255."""
    return b64encode(np.rint(255 * np.sqrt(counts / counts.max())).astype(np.uint8).tobytes()).decode()


def _index(drawing: Atlas, maps: list[_LaidMap]) -> dict[str, Any]:
    """What the script knows before it fetches any level."""
    return {
        "value": drawing.value,
        "map_word": drawing.map_word,
        "example_word": drawing.example_word,
        "holds": drawing.holds,
        "labels": list(drawing.labels),
        "classes": [int(each) for each in drawing.classes],
        "headings": list(drawing.formats),
        "margin": MARGIN_PX,
        "maps": [each.told() for each in maps],
        "points": [asdict(point) for point in drawing.points],
        "paths": [_path(path, maps[path.map].levels[path.level]) for path in drawing.paths],
        "start": drawing.start,
        "beside": drawing.beside,
    }


def _path(path: AtlasPath, level: Laid) -> dict[str, Any]:
    return asdict(path) | {"cells": np.argsort(level.order)[np.asarray(path.cells)]}


def _rows(drawing: Atlas) -> Iterator[dict[str, Any]]:
    """One row a cell, its column and row counted from 1, as they are for a reader."""
    for one in drawing.maps:
        for level in one.levels:
            for cell, about in enumerate(level.about):
                where = {drawing.map_word: one.title, "grid": level.grid}
                yield where | _cell(level, cell) | _top(drawing, level, cell) | dict(about)


def _cell(level: AtlasLevel, cell: int) -> dict[str, Any]:
    place = {"column": int(level.columns[cell]) + 1, "row": int(level.rows[cell]) + 1, "count": level.counts[cell]}
    return place if level.sureness is None else place | {"sureness": level.sureness[cell]}


def _top(drawing: Atlas, level: AtlasLevel, cell: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for at, (label, value) in enumerate(zip(level.top[cell].tolist(), level.top_values[cell], strict=True), 1):
        is_one = label >= 0
        made[f"label {at}"] = drawing.labels[label] if is_one else None
        made[f"label {at}: {drawing.value}"] = value if is_one else None
    return made
