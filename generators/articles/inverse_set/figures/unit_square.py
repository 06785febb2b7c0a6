"""The unit square of two inputs, or a part of it, seen from above: its frame, and a sample on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from generators.articles.inverse_set.figures.half_planes import Point
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, MUTED, PAPER, signed, words

ROOM = 1.15
SEEN = 0.75
"""Opacity of a point, so that several at one place look it."""


@dataclass(frozen=True)
class UnitSquare:
    """Where inputs stand in the picture, the second upwards: all from 0 to 1, or a square window of them."""

    left: float
    top: float
    side: float
    radius: float = 4.5
    """Of a sample's points."""
    low: Point = (0.0, 0.0)
    """The window's lower left corner."""
    extent: float = 1.0
    """Of the window, in inputs."""

    @property
    def bottom(self) -> float:
        return self.top + self.side

    @property
    def geometry(self) -> str:
        """Say the same to the script."""
        numbers = self.left, self.top, self.side, self.radius, *self.low, self.extent
        return " ".join(f"{number:g}" for number in numbers)

    def place(self, point: Sequence[float]) -> Point:
        """Place an input."""
        along, up = ((point[k] - self.low[k]) / self.extent for k in (0, 1))
        return self.left + self.side * along, self.bottom - self.side * up

    def around(self, points: np.ndarray) -> "UnitSquare":
        """Look at no more of the square than some points (n, 2) need, with a little room."""
        extent = min(1.0, ROOM * float(np.ptp(points, axis=0).max()))
        middle = (points.max(0) + points.min(0)) / 2
        # on the grid of what is written beside the frame
        extent = ceil(100 * extent) / 100
        x, y = (min(max(0.0, floor(100 * (at - extent / 2)) / 100), 1 - extent) for at in middle.tolist())
        return replace(self, low=(x, y), extent=extent)

    def path(self, points: Sequence[Sequence[float]] | np.ndarray, close: bool = True) -> str:
        """Join inputs by a path."""
        joined = "L".join(f"{x:.1f} {y:.1f}" for x, y in map(self.place, points))
        return f"M{joined}{'Z' if close else ''}"


def border(box: UnitSquare) -> str:
    return element("rect", x=box.left, y=box.top, width=box.side, height=box.side, fill="none", stroke=MUTED)


def frame(box: UnitSquare, ticks: Sequence[float] = (0.0, 0.5, 1.0)) -> Iterator[str]:
    """Draw the border, numbers at parts of its sides, and what the inputs are."""
    style = {"font_size": 13, "fill": MUTED}
    yield border(box)
    for share in ticks:
        u, v = (low + share * box.extent for low in box.low)
        x, y = box.place((u, v))
        anchor = "middle" if box.extent == 1 else "start" if share == 0 else "end"
        yield element("path", d=f"M{x:.1f} {box.bottom:g}v5M{box.left:g} {y:.1f}h-5", stroke=MUTED)
        yield words(x, box.bottom + 18, text=short(u), text_anchor=anchor, **style)
        yield words(box.left - 8, y + 4.5, text=short(v), text_anchor="end", **style)
    at = 0.75 if len(ticks) > 2 else 0.5
    yield words(box.left + at * box.side, box.bottom + 18, text="x₁", text_anchor="middle", **style)
    yield words(box.left - 8, box.bottom - at * box.side + 4.5, text="x₂", text_anchor="end", **style)


def short(value: float) -> str:
    """Write a number with as many digits as it needs, two at most."""
    return signed(value, 2).rstrip("0").rstrip(".")


def members(box: UnitSquare, points: np.ndarray, said: Sequence[str]) -> Iterator[str]:
    """Draw a sample, and for a pointer that rests what each point is."""
    for point, text in zip(points, said, strict=True):
        x, y = (round(value, 1) for value in box.place(point.tolist()))
        look = {"fill": ACCENT, "fill_opacity": SEEN, "stroke": PAPER, "stroke_width": 1}
        yield element("circle", element("title", text=text), cx=x, cy=y, r=box.radius, **look)
