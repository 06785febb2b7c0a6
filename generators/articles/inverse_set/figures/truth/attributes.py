"""What is measured on any picture: the exact set beside the learned generator's, and either prior."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generators.articles.inverse_set.figures.truth import marks
from generators.articles.inverse_set.results.truth import Attribute, Truth
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import FAINT, MUTED, canvas, words

AT = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles between which nine in ten, and half of the pictures lie; the median is marked."""
ALL = "all draws"
PAD = 7.0
"""Left free at either end of a cell."""


@dataclass(frozen=True)
class Layout:
    """A table of cells, or several below one another."""

    name: str
    left: float
    """Where cells begin."""
    cell: float
    neurons: int
    """Neurons in one table, beside the column of all draws."""
    row: float
    label_above: bool

    @property
    def width(self) -> float:
        return self.left + self.cell * (self.neurons + 1)


@dataclass(frozen=True)
class Series:
    """One of the two generators in a cell."""

    mark: Callable[[float, float], str]
    colour: str
    lift: float


EXACT = Series(marks.exact, marks.EXACT, -7.0)
LEARNED = Series(marks.learned, marks.LEARNED, 7.0)
WIDE = Layout("wide", 142.0, 88.0, 6, 40.0, False)
NARROW = Layout("narrow", 0.0, 90.0, 3, 60.0, True)


def attributes(result: Truth) -> Diagram:
    """Draw for each attribute a row, and in it a cell for all draws and for each neuron's set."""
    return Diagram(
        _drawn(result, WIDE),
        data={"rows": (rows := list(_rows(result)))},
        rows=rows,
        narrow=_drawn(result, NARROW),
    )


def _rows(result: Truth) -> Iterator[dict[str, Any]]:
    for told in result.told:
        for attribute in told.attributes:
            for whose, values in (
                ("renderer, all draws", attribute.prior),
                ("renderer, set", attribute.inside),
                ("learned, all draws", attribute.learned_prior),
                ("learned, set", attribute.learned),
            ):
                if len(values):
                    yield {
                        "neuron": told.neuron.name,
                        "attribute": attribute.name,
                        "unit": attribute.unit,
                        "of": whose,
                        **dict(zip(("5%", "25%", "50%", "75%", "95%"), _five(values), strict=True)),
                    }


def _five(values: np.ndarray) -> list[float]:
    """The quantiles that are drawn, of those that are known."""
    return [float(values[round(share * (len(values) - 1))]) for share in AT]


def _drawn(result: Truth, layout: Layout) -> str:
    is_narrow = layout is NARROW
    parts, top = [marks.legend(result.generator, result.learned, is_narrow)], 64.0 if is_narrow else 44.0
    if not result.told:
        return canvas(*parts, width=layout.width, height=top, layout=layout.name)
    scales = [_scale(result, k) for k in range(len(result.told[0].attributes))]
    for begin in range(0, len(result.told), layout.neurons):
        told = result.told[begin : begin + layout.neurons]
        heads = [ALL, *(each.neuron.name for each in told)]
        for column, head in enumerate(heads):
            x = layout.left + layout.cell * (column + 0.5)
            parts.append(words(x, top, text=head, font_size=12.5, font_weight=600, text_anchor="middle"))
        for k, scale in enumerate(scales):
            y = top + 12 + layout.row * k
            cells = [each.attributes[k] for each in told]
            parts.append(element("g", *_row(cells, heads, scale, layout), transform=f"translate(0 {y:g})"))
        top += 12 + layout.row * len(scales) + 34
    return canvas(*parts, width=layout.width, height=top - 30, layout=layout.name)


def _scale(result: Truth, k: int) -> tuple[float, float]:
    """From the least to the largest quantile of an attribute that is drawn anywhere."""
    every = [told.attributes[k] for told in result.told]
    five = [_five(values) for each in every for values in _series(each) if len(values)]
    return min(map(min, five)), max(map(max, five))


def _series(attribute: Attribute) -> Sequence[np.ndarray]:
    return attribute.prior, attribute.learned_prior, attribute.inside, attribute.learned


def _row(cells: Sequence[Attribute], heads: Sequence[str], scale: tuple[float, float], layout: Layout) -> Iterator[str]:
    first, middle = cells[0], layout.row - 21 if layout.label_above else layout.row / 2
    low, high = (f"{value:.2f}" if scale[1] < 2 else f"{value:.0f}" for value in scale)
    yield element("path", d=f"M0 0H{layout.width:g}", stroke=FAINT)
    if layout.label_above:
        unit = element("tspan", text=f"{low} to {high}, {first.unit}", dx=8, font_size=12, fill=MUTED)
        yield words(0, 17, element("tspan", text=first.name), unit, font_size=13)
    else:
        yield element("title", text=f"{first.name}, {first.unit}")
        yield words(0, middle - 2, text=first.name, font_size=13)
        yield words(0, middle + 13, text=f"{low} to {high}", font_size=12, fill=MUTED)
    pairs = [(first.prior, first.learned_prior), *((cell.inside, cell.learned) for cell in cells)]
    for column, ((exact, learned), head) in enumerate(zip(pairs, heads, strict=True)):
        x = layout.left + layout.cell * column
        for values, series in ((exact, EXACT), (learned, LEARNED)):
            if len(values):
                yield _span(values, scale, series, x, middle + series.lift, layout, f"{head}, {first.name}")


def _span(
    values: np.ndarray, scale: tuple[float, float], series: Series, x: float, y: float, layout: Layout, said: str
) -> str:
    low, high = scale
    room = layout.cell - 2 * PAD
    five = _five(values)
    at = [x + PAD + (room * (each - low) / (high - low) if high > low else room / 2) for each in five]
    half, most = (f"from {low:.3g} to {high:.3g}" for low, high in ((five[1], five[3]), (five[0], five[4])))
    title = f"{said}: median {five[2]:.3g}, half {half}, nine in ten {most}"
    return element(
        "g",
        element("title", text=title),
        element("path", d=f"M{at[0]:.1f} {y:g}H{at[4]:.1f}", stroke=series.colour, stroke_width=1.2),
        element("path", d=f"M{at[1]:.1f} {y:g}H{at[3]:.1f}", stroke=series.colour, stroke_width=4, stroke_opacity=0.55),
        series.mark(round(at[2], 1), y),
    )
