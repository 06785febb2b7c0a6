"""A mosaic as files: stills, what stands in the page, and for each state what a browser fetches to draw it.

``assets/mosaic/cells.js`` fetches the cells of a state when it is about to draw them, and the codes when a reader first
points at one; both are files of whole numbers (``compact``):

    cells-K.bin   how many corners each cell has; the vertices there, by ``newest``; x, then y of each vertex in steps
                  of the grid, by ``steps``; the shade of each cell; the vertices at the ends of heavy lines
    codes-K.bin   at which of its corners, counted from 1, the edge begins beyond which the cell lies whose code its own
                  is written beside, 0 for none; in how many bits it differs from there; these bits, cell by cell; each
                  layer's neurons, layer by layer

Cells are numbered from 1 along a curve through the plane: in these files, for the reader, and in the CSV.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

import numpy as np

from generators.drawing import written
from generators.drawing.compact import newest, packed, steps
from generators.drawing.mosaic import Box, Cells, Mosaic, box_of, check_mosaic, plate_size
from generators.drawing.plates import LINES, SCALE, Plate, cell_of_samples, stills
from generators.drawing.tiling import OUTSIDE, Tiling, near_together, reordered

GRID = 2**24 - 1
"""Steps across the box in which a vertex is written: 26,000 to the pixel where the whole plane is shown."""
LARGEST_CSV_BYTES = 2_000_000
MOST_ROWS = 20_000
LONGEST_CODE = 1_000
"""Bits of a code that the CSV still writes out."""
TICKS = 5
"""About how many numbers stand along an axis."""


def mosaic_files(drawing: Mosaic) -> dict[str, bytes]:
    """Write everything that the page shows or a browser fetches; ValueError for what cannot be drawn."""
    check_mosaic(drawing)
    box, states = box_of(drawing), [_State(each) for each in drawing.states]
    plates = [_plate(drawing, state, box) for state in states]
    listed = _listed(drawing, states)
    n_left_out = sum(state.tiling.n_cells for state in states) - len(listed)
    notes = [_note(plate) + (f" The CSV lists the {len(listed):,} largest." if n_left_out else "") for plate in plates]
    made = stills(plates[drawing.start])
    for index, state in enumerate(states):
        made |= {f"cells-{index}.bin": state.cells_file(box), f"codes-{index}.bin": state.codes_file()}
    about = {
        "box": box,
        "grid": GRID,
        "lines": vars(LINES),
        "points": [list(point) for point in drawing.points],
        "shades": [[shade.colour, shade.opacity, shade.words] for shade in drawing.shades],
        "slider": drawing.slider,
        "start": drawing.start,
        "states": [state.lengths() | {"note": note} for state, note in zip(states, notes, strict=True)],
    }
    return made | {
        "mosaic.json": written.json(_page(drawing, box) | {"note": notes[drawing.start]}),
        "data.json": written.json(about),
        "data.csv": written.csv(listed),
    }


class _State:
    """One state as it is written: cells and vertices in an order in which neighbours stand together."""

    def __init__(self, given: Cells) -> None:
        tiling = Tiling(given.vertices, given.corner_start, given.corners)
        cells, vertices = near_together(tiling)
        self.tiling, renamed = reordered(tiling, cells, vertices)
        self.shade, self.codes = given.shade[cells], given.codes[cells]
        self.heavy, self.layers, self.label = renamed[given.heavy], given.layers, given.label

    def cells_file(self, box: Box) -> bytes:
        x0, x1, y0, y1 = box
        tiling = self.tiling
        x, y = np.rint((tiling.vertices - (x0, y0)) / (x1 - x0, y1 - y0) * GRID).astype(np.int64).T
        corners = np.diff(tiling.corner_start), newest(tiling.corners)
        return packed(*corners, steps(x), steps(y), self.shade, self.heavy)

    def codes_file(self) -> bytes:
        through, cell, bit = self._beside
        corner = np.where(through == OUTSIDE, 0, through - self.tiling.corner_start[:-1] + 1)
        n_differing = np.bincount(cell, minlength=self.tiling.n_cells)
        return packed(corner, n_differing, bit, *(layer.neurons for layer in self.layers))

    def lengths(self) -> dict[str, Any]:
        """What a browser has to know to read the files."""
        layers = [
            {
                "name": layer.name,
                "neurons": layer.n_neurons,
                "bits": len(layer.neurons),
                "always_on": layer.n_always_on,
                "noun": layer.noun,
            }
            for layer in self.layers
        ]
        return {
            "label": self.label,
            "layers": layers,
            "cells": self.tiling.n_cells,
            "corners": len(self.tiling.corners),
            "vertices": len(self.tiling.vertices),
            "heavy": len(self.heavy),
            "differing": len(self._beside[2]),
        }

    @cached_property
    def _beside(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The half edge towards the cell beside which each code is written; cell and bit wherever the two differ."""
        through = self.tiling.tree()
        there = np.where((through == OUTSIDE)[:, None], 0, self.codes[self.tiling.neighbours[through]])
        cell, byte = np.nonzero(self.codes ^ there)
        at, bit = np.nonzero(np.unpackbits((self.codes ^ there)[cell, byte][:, None], axis=1, bitorder="little"))
        return through, cell[at], byte[at] * 8 + bit


def _plate(drawing: Mosaic, state: _State, box: Box) -> Plate:
    shades = [(shade.colour, shade.opacity) for shade in drawing.shades]
    return Plate(state.tiling, state.shade, shades, state.heavy, box, *plate_size(drawing))


def _note(plate: Plate) -> str:
    """Say how many cells there are, and in how many of them no pixel of the still has its centre."""
    n_cells = plate.tiling.n_cells
    n_lost = n_cells - len(np.setdiff1d(cell_of_samples(plate, SCALE), [OUTSIDE]))
    said = f"{n_cells:,} region{'s' if n_cells > 1 else ''}"
    return f"{said}, {n_lost:,} of them too small for a pixel where all are shown." if n_lost else f"{said}."


def _page(drawing: Mosaic, box: Box) -> dict[str, Any]:
    """What stands in the page itself: places in percent of the plane, from its left and from its top."""
    x0, x1, y0, y1 = box
    return {
        "x_title": drawing.x_title,
        "y_title": drawing.y_title,
        "x_ticks": [[_percent(x - x0, x1 - x0), label] for x, label in ticks(x0, x1)],
        "y_ticks": [[_percent(y1 - y, y1 - y0), label] for y, label in ticks(y0, y1)],
        "points": [
            [_percent(x - x0, x1 - x0), _percent(y1 - y, y1 - y0), label, 2 * x > x0 + x1]
            for x, y, label in drawing.points
        ],
        "legend": _key(drawing),
        "heavy": drawing.heavy,
    }


def _key(drawing: Mosaic) -> list[dict[str, Any]]:
    """Say what shades mean; a scale, whose middle has no words, is one entry with words at both its ends."""
    entries: list[dict[str, Any]] = []
    in_scale = False
    for words, index in drawing.legend:
        shade = [drawing.shades[index].colour, _percent(drawing.shades[index].opacity, 1)]
        if words and not in_scale:
            entries.append({"before": "", "shades": [shade], "after": words})
            continue
        entry = entries[-1]
        if not in_scale:
            entry["before"], entry["after"] = entry["after"], ""
        entry["shades"].append(shade)
        entry["after"] = words
        in_scale = not words
    return entries


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 3)


def ticks(low: float, high: float) -> Iterator[tuple[float, str]]:
    """Choose round numbers from ``low`` to ``high``, with what is written there: as ``assets/mosaic/axes.js`` does."""
    rough = (high - low) / TICKS
    power = floor(log10(rough))
    step = next(each for each in (1, 2, 5, 10) if each * 10**power >= rough * 0.999) * 10**power
    digits = max(0, -floor(log10(step * 1.001)))
    for count in range(ceil(low / step - 1e-6), floor(high / step + 1e-6) + 1):
        yield count * step, f"{count * step:.{digits}f}".replace("-", "−")


def _listed(drawing: Mosaic, states: list[_State]) -> list[dict[str, Any]]:
    """List the largest cells of all states, as many as a file of two megabytes holds, in their order."""
    n_bits = max(sum(len(layer.neurons) for layer in state.layers) for state in states)
    longest = 80 + 10 * max(len(state.layers) for state in states) + (n_bits if n_bits <= LONGEST_CODE else 0)
    area = np.concatenate([state.tiling.area for state in states])
    most = min(MOST_ROWS, LARGEST_CSV_BYTES // longest)
    chosen = np.sort(np.argsort(-area, kind="stable")[:most])
    rows, first = [], 0
    for state in states:
        mine = chosen[(first <= chosen) & (chosen < first + state.tiling.n_cells)] - first
        label = {drawing.slider: state.label} if len(states) > 1 else {}
        rows += [label | row for row in _rows(drawing, state, mine, written_out=n_bits <= LONGEST_CODE)]
        first += state.tiling.n_cells
    return rows


def _rows(drawing: Mosaic, state: _State, cells: np.ndarray, written_out: bool) -> Iterator[dict[str, Any]]:
    tiling = state.tiling
    bits = np.unpackbits(state.codes[cells], axis=1, bitorder="little")
    starts = np.cumsum([0, *(len(layer.neurons) for layer in state.layers)])
    parts = [bits[:, a:b] for a, b in pairwise(starts)]
    for index, cell in enumerate(cells.tolist()):
        x, y = tiling.middle[cell]
        row: dict[str, Any] = {"region": cell + 1, "area": float(f"{tiling.area[cell]:.6g}")}
        row |= {"corners": int(np.diff(tiling.corner_start[cell : cell + 2])[0])}
        row |= {f"{drawing.x_title} (middle)": float(f"{x:.7g}"), f"{drawing.y_title} (middle)": float(f"{y:.7g}")}
        row |= {"shade": drawing.shades[state.shade[cell]].words} if any(s.words for s in drawing.shades) else {}
        for layer, part in zip(state.layers, parts, strict=True):
            row[f"{layer.name}: {layer.noun}s on"] = int(part[index].sum()) + layer.n_always_on
        if written_out:
            for layer, part in zip(state.layers, parts, strict=True):
                row[f"{layer.name}: code"] = "b" + (part[index] + ord("0")).tobytes().decode()
        yield row
