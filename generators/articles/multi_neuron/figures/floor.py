"""A box of two inputs seen from above: its frame and axes, and what stands on it where neurons change sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, hypot, log10

import numpy as np

from generators.articles.multi_neuron.figures.signs import mark
from generators.drawing.svg import element
from generators.drawing.weights import INK, MUTED, PAPER, signed, words

Point = tuple[float, float]


@dataclass(frozen=True)
class Floor:
    """Where inputs from ``low`` to ``high`` stand in the picture, the second input upwards."""

    left: float
    top: float
    side: float
    """Of the square that the box fills, whatever its own sides."""
    low: Point = (-1.0, -1.0)
    high: Point = (1.0, 1.0)

    @property
    def right(self) -> float:
        return self.left + self.side

    @property
    def bottom(self) -> float:
        return self.top + self.side

    @property
    def geometry(self) -> str:
        """Say the same to the script."""
        return " ".join(f"{number:.6g}" for number in (self.left, self.top, self.side, *self.low, *self.high))

    @property
    def corners(self) -> list[Point]:
        (x0, y0), (x1, y1) = self.low, self.high
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]

    def place(self, point: Sequence[float]) -> Point:
        """Place an input."""
        across, up = ((point[k] - self.low[k]) / (self.high[k] - self.low[k]) for k in (0, 1))
        return self.left + self.side * across, self.bottom - self.side * up

    def path(self, points: Sequence[Sequence[float]], close: bool = True) -> str:
        """Join inputs by a path."""
        joined = "L".join(f"{x:.1f} {y:.1f}" for x, y in map(self.place, points))
        return f"M{joined}{'Z' if close else ''}"


def ticks(low: float, high: float) -> list[float]:
    """Give a few round numbers from low to high."""
    rough = (high - low) / 6
    power = 10.0 ** floor(log10(rough))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough)
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [float(k * step) for k in np.arange(first, last + 1)]


def frame(box: Floor, names: Sequence[str]) -> Iterator[str]:
    """Draw the border, numbers on the left and below, and what the inputs are."""
    style = {"font_size": 13, "fill": MUTED}
    yield element("rect", x=box.left, y=box.top, width=box.side, height=box.side, fill="none", stroke=MUTED)
    for axis in (0, 1):
        values = ticks(box.low[axis], box.high[axis])
        digits = max(0, -floor(log10(values[1] - values[0]) + 1e-9))
        for value in values:
            x, y = box.place((value, box.low[1]) if axis == 0 else (box.low[0], value))
            text = signed(value, 0 if value == 0 else digits)
            yield element("path", d=f"M{x:.1f} {y:.1f}{'v5' if axis == 0 else 'h-5'}", stroke=MUTED)
            if axis == 0:
                yield words(x, y + 18, text=text, text_anchor="middle", **style)
            else:
                yield words(x - 8, y + 4.5, text=text, text_anchor="end", **style)
    yield words(box.left + box.side / 2, box.bottom + 36, text=names[0], text_anchor="middle", **style)
    yield words(box.left, box.top - 9, text=names[1], **style)


def line_ends(box: Floor, weight: Sequence[float], bias: float) -> list[Point]:
    """Where a zero line enters the box and leaves it; empty where it misses it."""
    heights = [weight[0] * u + weight[1] * v + bias for u, v in box.corners]
    found = []
    for k, (a, b) in enumerate(zip(heights, [*heights[1:], heights[0]], strict=True)):
        if (a > 0) != (b > 0):
            here, there, t = box.corners[k], box.corners[(k + 1) % 4], a / (a - b)
            found.append((here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1])))
    return found


def tag(box: Floor, x: float, y: float, weight: Sequence[float], name: str, **attributes: object) -> str:
    """Name a zero line in a ring at a place of the picture, with a beak to the side where the neuron is on."""
    right, down = weight[0] * (box.high[0] - box.low[0]), -weight[1] * (box.high[1] - box.low[1])
    size = hypot(right, down) or 1.0
    right, down = right / size, down / size
    tip, foot, half = 19.0, 7.0, 4.5
    corners = (
        (x + tip * right, y + tip * down),
        (x + foot * right - half * down, y + foot * down + half * right),
        (x + foot * right + half * down, y + foot * down - half * right),
    )
    beak = "M" + "L".join(f"{u:.1f} {v:.1f}" for u, v in corners) + "Z"
    return element(
        "g",
        element("path", d=beak, fill=INK, stroke=PAPER, stroke_width=1.5, paint_order="stroke"),
        element("circle", cx=round(x, 1), cy=round(y, 1), r=8.5, fill=PAPER, stroke=INK, stroke_width=1.2),
        words(x, y + 4.3, text=name, font_size=12, font_weight=600, text_anchor="middle"),
        **attributes,
    )


def glyph(code: Sequence[bool], x: float, y: float, rows: int, side: float, step: float, **attributes: object) -> str:
    """Draw a code as a block of signs, row by row."""
    columns = -(-len(code) // rows)
    marks = [
        mark(
            bool(on),
            round(x + (k % columns - (columns - 1) / 2) * step, 1),
            round(y + (k // columns - (rows - 1) / 2) * step, 1),
            side,
        )
        for k, on in enumerate(code)
    ]
    return element("g", *marks, **attributes)
