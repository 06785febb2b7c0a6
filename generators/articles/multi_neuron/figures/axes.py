"""A frame with an input axis and an output axis, drawn still here and redrawn with the same numbers by a script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.articles.multi_neuron.figures.signs import DASHES, HIGHLIGHT, colour
from generators.drawing.svg import element
from generators.drawing.weights import FAINT, HALO, MUTED, signed, words

NOTHING = "M0 0"
"""A path that shows nothing."""


@dataclass(frozen=True)
class Axes:
    """Where inputs from ``low`` to ``high`` and outputs from ``least`` to ``most`` stand."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float
    least: float
    most: float

    def x(self, value: float) -> float:
        """Place an input."""
        return self.left + (self.right - self.left) * (value - self.low) / (self.high - self.low)

    def y(self, value: float) -> float:
        """Place an output."""
        return self.bottom - (self.bottom - self.top) * (value - self.least) / (self.most - self.least)

    @property
    def geometry(self) -> str:
        """Say the same to the script."""
        numbers = self.left, self.top, self.right, self.bottom, self.low, self.high, self.least, self.most
        return " ".join(f"{number:g}" for number in numbers)

    def line(self, weight: float, bias: float, threshold: float = 0.0) -> tuple[str, str]:
        """Write a neuron's output along the axis as two paths: above its threshold, and the rest."""
        ends = [(x, weight * x + bias) for x in (self.low, self.high)]
        on = [y > threshold for _, y in ends]
        if on[0] == on[1]:
            return (self._path(ends), "") if on[0] else ("", self._path(ends))
        middle = ((threshold - bias) / weight, threshold)
        parts = {on[0]: self._path([ends[0], middle]), on[1]: self._path([middle, ends[1]])}
        return parts[True], parts[False]

    def _path(self, points: Sequence[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)


def neuron(axes: Axes, weight: float, bias: float, width: float, threshold: float = 0.0, **attributes: object) -> str:
    """Draw a neuron's output as a line: solid red above its threshold, dashed blue below."""
    on, off = axes.line(weight, bias, threshold)
    return element(
        "g",
        element("path", d=off or NOTHING, stroke=colour(False), stroke_dasharray=DASHES, data_off=""),
        element("path", d=on or NOTHING, stroke=colour(True), data_on=""),
        fill="none",
        stroke_width=width,
        **attributes,
    )


def input_ticks(axes: Axes, y: float, values: Sequence[float], digits: int = 1) -> Iterator[str]:
    """Write numbers below the input axis at height ``y``."""
    for value in values:
        text = signed(value, 0 if value == int(value) else digits)
        yield element("path", d=f"M{axes.x(value):.1f} {y:g}v5", stroke=MUTED)
        yield words(axes.x(value), y + 19, text=text, font_size=13, fill=MUTED, text_anchor="middle", **HALO)


def positive_inputs(axes: Axes, **attributes: object) -> str:
    """Mark the inputs from 0 on along the zero line, as with a marker pen."""
    left = axes.x(max(axes.low, 0.0))
    return element(
        "rect",
        x=left,
        y=round(axes.y(0) - 5, 1),
        width=axes.right - left,
        height=10,
        fill=HIGHLIGHT,
        **attributes,
    )


def output_ticks(axes: Axes, values: Sequence[float], digits: int = 0) -> Iterator[str]:
    """Write numbers to the left of the output axis, and a faint line for each but 0."""
    for value in values:
        y = axes.y(value)
        if value:
            yield element("path", d=f"M{axes.left:g} {y:.1f}H{axes.right:g}", stroke=FAINT, stroke_width=0.7)
        text = signed(value, digits)
        yield words(axes.left - 8, y + 4.5, text=text, font_size=13, fill=MUTED, text_anchor="end")


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Move labels apart, so that none is nearer than ``apart`` to the next; keeps their order."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places = [0.0] * len(wanted)
    least = low
    for index in order:
        places[index] = least = max(wanted[index], least)
        least += apart
    most = high
    for index in reversed(order):
        places[index] = most = min(places[index], most)
        most -= apart
    return places
