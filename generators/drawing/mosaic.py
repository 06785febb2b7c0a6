"""A plane cut into convex cells, up to some 100,000 of them, that a reader looks at, points at, moves and enlarges.

What a page shows at rest is a still; ``site_src/assets/mosaic.js`` draws the cells themselves. ``mosaic_files`` writes
both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

WIDEST, HIGHEST = 640, 560
"""CSS pixels of the plane; one unit is as long in either direction."""

Box = tuple[float, float, float, float]
"""``(x0, x1, y0, y1)``"""


@dataclass(frozen=True)
class CodeLayer:
    """One layer's part of a code."""

    name: str
    n_neurons: int
    """How many neurons it has."""
    neurons: np.ndarray
    """int[n_bits], those that have a bit, counted from 0, in the order of their bits; the others never change."""
    n_always_on: int = 0
    """How many of the others are on in every cell."""
    noun: str = "neuron"
    """What has a bit."""


@dataclass(frozen=True)
class Cells:
    """One state of a mosaic: convex cells that share vertices and together fill a convex part of the plane."""

    vertices: np.ndarray
    """float64[n_vertices, 2]"""
    corner_start: np.ndarray
    """int[n_cells + 1]: cell r has ``corners[corner_start[r] : corner_start[r + 1]]``."""
    corners: np.ndarray
    """int[…], the vertices around each cell, counter-clockwise, also those on which a neighbour has a corner."""
    shade: np.ndarray
    """int[n_cells], an index into the mosaic's shades."""
    codes: np.ndarray
    """uint8[n_cells, ⌈n_bits / 8⌉], the bits of each cell, the first in the lowest bit."""
    layers: Sequence[CodeLayer]
    """Whose bits they are, in order."""
    heavy: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), int))
    """int[n_heavy, 2], the vertices at both ends of each edge that is drawn heavy."""
    label: str = ""
    """What the slider says where there are several states."""


@dataclass(frozen=True)
class Shade:
    """How cells are coloured: a colour of the page over paper."""

    colour: str
    """``var(--nf-…)`` of ``generators.style``."""
    opacity: float
    words: str = ""
    """What such a cell is, such as ``answer: inside``; hover says it."""


@dataclass(frozen=True)
class Mosaic:
    """Cells of one plane, in one state or in several under a slider; what travels with them is text, never markup."""

    states: Sequence[Cells]
    shades: Sequence[Shade]
    x_title: str
    y_title: str
    """With units."""
    legend: Sequence[tuple[str, int]] = ()
    """What a shade means, and its index, for those that the key shows; of shades between two that have a name the
    words are empty."""
    heavy: str = ""
    """What a heavy line is, for the key; needed where there is any."""
    slider: str = ""
    """What the states differ in; needed where there are several."""
    start: int = 0
    """The state that the still shows."""
    points: Sequence[tuple[float, float, str]] = ()
    """Places that are marked in every state: x, y, label."""


def check_mosaic(drawing: Mosaic) -> None:
    """Raise ValueError for what cannot be drawn."""
    _check(drawing.states, "has at least one state")
    _check(len(drawing.states) == 1 or drawing.slider, "of several states says what its slider changes")
    _check(0 <= drawing.start < len(drawing.states), "starts with one of its states")
    _check(all(0 <= index < len(drawing.shades) for _, index in drawing.legend), "has a key of shades that there are")
    ends = [words for words, _ in (*drawing.legend[:1], *drawing.legend[-1:])]
    _check(all(ends), "has a key that begins and ends with words")
    for state in drawing.states:
        where = f"the state {state.label!r} of a mosaic"
        n_cells, n_bits = len(state.corner_start) - 1, sum(len(layer.neurons) for layer in state.layers)
        _check(n_cells > 0 and np.diff(state.corner_start).min() >= 3, "has cells of three corners or more", where)
        _check(len(state.shade) == n_cells, f"has a shade for each of its {n_cells} cells", where)
        _check(state.shade.min() >= 0 and state.shade.max() < len(drawing.shades), "uses shades that there are", where)
        _check(state.layers, "has at least one layer", where)
        _check(state.codes.shape == (n_cells, -(-n_bits // 8)), f"has a code of {n_bits} bits for each cell", where)
        _check(drawing.heavy or not len(state.heavy), "says what its heavy lines are", where)


def plate_size(drawing: Mosaic) -> tuple[int, int]:
    """Width and height of the plane in CSS pixels, as large as fits."""
    x0, x1, y0, y1 = box_of(drawing)
    unit = min(WIDEST / (x1 - x0), HIGHEST / (y1 - y0))
    return max(1, round(unit * (x1 - x0))), max(1, round(unit * (y1 - y0)))


def box_of(drawing: Mosaic) -> Box:
    """Find the smallest upright rectangle that holds every state."""
    corners = np.concatenate([state.vertices[state.corners] for state in drawing.states])
    (x0, y0), (x1, y1) = corners.min(0).tolist(), corners.max(0).tolist()
    return x0, x1, y0, y1


def _check(holds: object, law: str, where: str = "a mosaic") -> None:
    if not holds:
        raise ValueError(f"{where} {law}, but this one does not")
