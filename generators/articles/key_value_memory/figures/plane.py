"""The plane of the two outputs: where a point lies, its frame, and arrows in it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing.svg import element
from generators.drawing.weights import FAINT, MUTED, SURFACE, signed, words

Point = tuple[float, float]


@dataclass(frozen=True)
class Plane:
    """Places of outputs on the drawing."""

    left: float
    top: float
    right: float
    bottom: float
    x0: float
    y0: float
    unit: float

    @property
    def zero(self) -> Point:
        return self.x0, self.y0

    def at(self, y: Sequence[float]) -> Point:
        return self.x0 + self.unit * float(y[0]), self.y0 - self.unit * float(y[1])

    def geometry(self, lane: float) -> str:
        """Say where it is to a script."""
        return " ".join(f"{each:g}" for each in (self.x0, self.y0, self.unit, self.left, self.bottom, lane))


def plane(result: KeyValue, left: float, top: float, unit: float) -> Plane:
    """Reach a little further than any sum does, to a half."""
    low = [math.floor(2 * float(value) - 0.5) / 2 for value in result.low]
    high = [math.ceil(2 * float(value) + 0.5) / 2 for value in result.high]
    right, bottom = left + unit * (high[0] - low[0]), top + unit * (high[1] - low[1])
    return Plane(left, top, right, bottom, left - unit * low[0], top + unit * high[1], unit)


def frame(plane: Plane) -> Iterator[str]:
    """Draw the plane with a line for each whole number, and both axes."""
    size = {"width": plane.right - plane.left, "height": plane.bottom - plane.top}
    yield element("rect", x=plane.left, y=plane.top, fill=SURFACE, **size)
    reach = range(-9, 10)
    across = [x for k in reach if plane.left < (x := plane.x0 + k * plane.unit) < plane.right]
    down = [y for k in reach if plane.top < (y := plane.y0 - k * plane.unit) < plane.bottom]
    grid = "".join(f"M{x:g} {plane.top:g}V{plane.bottom:g}" for x in across)
    grid += "".join(f"M{plane.left:g} {y:g}H{plane.right:g}" for y in down)
    yield element("path", d=grid, stroke=FAINT, stroke_width=0.6)
    axes = f"M{plane.left:g} {plane.y0:g}H{plane.right:g}M{plane.x0:g} {plane.top:g}V{plane.bottom:g}"
    yield element("path", d=axes, stroke=MUTED, stroke_width=1.2)
    for k in reach:
        if k % 2 == 0 and k:
            x, y = plane.at((k, k))
            small = {"font_size": 12, "fill": MUTED}
            if plane.left < x < plane.right:
                yield words(x, plane.bottom - 6, text=signed(k, 0), text_anchor="middle", **small)
            if plane.top < y < plane.bottom:
                yield words(plane.left + 5, y + 4, text=signed(k, 0), **small)
    name = {"font_style": "italic", "font_weight": 600}
    yield words(plane.right - 6, plane.y0 - 7, text="y₁", text_anchor="end", **name)
    yield words(plane.x0 + 7, plane.top + 15, text="y₂", **name)


def aside(start: Point, end: Point, middle: Point) -> Point:
    """Stand beside an arrow, on the side that looks away from ``middle``."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    side = 1 if (x - middle[0]) * dy - (y - middle[1]) * dx >= 0 else -1
    return x + side * 30 * dy / length, y - side * 19 * dx / length + 4


def arrow(start: Point, end: Point) -> str:
    """Draw a shaft and an open head, whose size is at most a third of the shaft."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if length < 0.5:
        return "M0 0"
    head = min(9.0, length / 3)
    along, across = (head * dx / length, head * dy / length), (0.5 * head * -dy / length, 0.5 * head * dx / length)
    one = end[0] - along[0] + across[0], end[1] - along[1] + across[1]
    other = end[0] - along[0] - across[0], end[1] - along[1] - across[1]
    return (
        f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
        f"M{one[0]:.1f} {one[1]:.1f}L{end[0]:.1f} {end[1]:.1f}L{other[0]:.1f} {other[1]:.1f}"
    )
