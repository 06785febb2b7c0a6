"""Each output as the sum over its synapses: a bar for each key that fires, one after the other from 0 to the output."""

from collections.abc import Iterator
from dataclasses import dataclass

from generators.articles.key_value_memory.figures.dials import dial, named, network, rows, summed
from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    FAINT,
    HALO,
    INK,
    MUTED,
    PAPER,
    SURFACE,
    WITH_NUMBER,
    canvas,
    cell,
    colour,
    heading,
    indexed,
    lines,
    signed,
    words,
)

CENTRED = {"font_size": 12, "text_anchor": "middle", "pointer_events": "none"}
INVITATION = "Point at a synapse to read its product."


@dataclass(frozen=True)
class Layout:
    """Where the keys stand in a row, and below them the two neurons."""

    name: str
    width: float
    height: float
    dials: tuple[float, float, float, float]
    """Left and top of the first dial, width of each, and from one to the next."""
    left: float
    """Of the first key's column."""
    column: float
    """Width of a key's column."""
    keys: float
    """Top of the row of keys."""
    row: float
    """Height of a row of numbers."""
    panels: tuple[float, float]
    """Top of each neuron's row of W_value."""
    unit: float
    """Height of 1 in the sums."""
    total: tuple[float, float]
    """The output's bar: left and width."""
    letters: tuple[int, int]
    """On a line of a sum, and its lines."""

    def zero(self, result: KeyValue, j: int) -> float:
        """Give the height of 0 in the sum of neuron ``j``."""
        return round(self.panels[j] + self.row + 24 + self.unit * float(result.high[j]), 1)


WIDE = Layout("wide", 760, 716, (92, 0, 112, 178), 92, 68, 82, 28, (146, 384), 24, (668, 64), (106, 1))
NARROW = Layout("narrow", 360, 764, (30, 30, 86, 122), 30, 33.5, 112, 25, (172, 392), 21, (310, 50), (50, 2))
EMPTY = 9
"""Height of the slot of a key that adds nothing."""


def neuron_wise(result: KeyValue) -> Diagram:
    """Draw both sums; live, the reader moves the input."""
    data = network(result)
    return Diagram(_drawn(result, WIDE), data, list(rows(result)), "neuron-wise", _drawn(result, NARROW))


def sentence(result: KeyValue, j: int) -> str:
    """Write the sum of one output."""
    if not result.active:
        return f"{named('y', j)} = 0.00: no key fires."
    weights, keys = ([float(row[i]) for i in result.active] for row in (result.w_value[j], result.activations))
    return f"{named('y', j)} = {summed(weights, keys, 2)} = {signed(result.path[-1, j])}"


def _drawn(result: KeyValue, layout: Layout) -> str:
    letters, n_lines = layout.letters
    below = layout.height - 20 * (2 * n_lines + 1) + 14
    return canvas(
        *([] if layout.name == "wide" else [heading(0, 16, "Input", "drag it")]),
        *(_input(result, layout, j) for j in range(3)),
        *_keys(result, layout),
        *(part for j in range(2) for part in _panel(result, layout, j)),
        *(
            lines(0, below + 20 * n_lines * j, sentence(result, j), letters, n_lines, 20, data_sum=j)
            for j in range(2)
        ),
        words(0, layout.height - 6, text=INVITATION, fill=MUTED, data_one=""),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )  # fmt: skip


def _input(result: KeyValue, layout: Layout, j: int) -> str:
    left, top, width, step = layout.dials
    x = left + j * step
    return _letter(x - 9, top + 25, named("x", j)) + dial(result, j, x, top, width)


def _letter(x: float, y: float, name: str, anchor: str = "end") -> str:
    return words(x, y, text=name, text_anchor=anchor, font_style="italic", font_weight=600)


def _keys(result: KeyValue, layout: Layout) -> Iterator[str]:
    """Draw how much each key fires, its number above."""
    top, row = layout.keys, layout.row
    yield words(layout.left - 9, top + row / 2 + 5, indexed("a"), text_anchor="end")
    yield element("rect", x=layout.left, y=top, width=8 * layout.column, height=row, fill=SURFACE)
    for i, a in enumerate(result.activations):
        x = layout.left + i * layout.column
        yield words(x + layout.column / 2, top - 7, text=f"key {i + 1}" if layout.name == "wide" else i + 1,
                    **CENTRED | {"fill": MUTED})  # fmt: skip
        yield cell(a, result.largest_key, x, top, layout.column, row, WITH_NUMBER, data_a=i)
        number = signed(a) if a > 0 else "0"
        yield words(x + layout.column / 2, top + row / 2 + 4, text=number, data_a_text=i, **CENTRED)


def _panel(result: KeyValue, layout: Layout, j: int) -> Iterator[str]:
    """Draw one neuron: its row of W_value, and under each synapse the bar of its product."""
    left, column, top, row, zero = layout.left, layout.column, layout.panels[j], layout.row, layout.zero(result, j)
    wide, right = layout.name == "wide", layout.left + 8 * layout.column
    bottom = zero - layout.unit * float(result.low[j])
    title = f"Value neuron {j + 1}", "a row of the value matrix" if wide else "a row of weights"
    yield heading(left, top - 9, *title)
    yield _letter(left - 7, top + row / 2 + 5, named("w", j))
    yield element("rect", x=left, y=top, width=8 * column, height=row, fill=SURFACE)
    for i in range(8):
        x, on = left + i * column, i in result.active
        box = cell(result.w_value[j, i], 2.0, x, top, column, row, WITH_NUMBER)
        number = words(x + column / 2, top + row / 2 + 4, text=signed(result.w_value[j, i], 1), **CENTRED)
        yield element("g", box, number, opacity=1 if on else 0.3, data_weight=i)
    yield element("rect", x=left, y=top, width=8 * column, height=row, fill="none", stroke=INK, stroke_width=1.5)
    yield from _ticks(result, layout, j)
    yield element("path", d=f"M{left:g} {zero:g}H{layout.width:g}", stroke=MUTED)
    for i in range(8):
        yield _slot(result, layout, i, j, bottom)
    yield _end(result, layout, j, right)


def _ticks(result: KeyValue, layout: Layout, j: int) -> Iterator[str]:
    for value in range(-4, 5, 2):
        y = layout.zero(result, j) - layout.unit * value
        if result.low[j] <= value <= result.high[j]:
            if value:
                yield element("path", d=f"M{layout.left:g} {y:g}H{layout.width:g}", stroke=FAINT, stroke_width=0.7)
            yield words(layout.left - 9, y + 4, text=signed(value, 0), font_size=12, text_anchor="end", fill=MUTED)


def _slot(result: KeyValue, layout: Layout, i: int, j: int, bottom: float) -> str:
    """Draw the product of one synapse as a step from the sum before it to the sum after; a silent key steps nowhere."""
    x, zero, unit = layout.left + i * layout.column, layout.zero(result, j), layout.unit
    inset = layout.column * 0.14
    start, end = (zero - unit * float(result.path[k, j]) for k in (i, i + 1))
    value, on = float(result.contributions[j, i]), i in result.active
    area = element("rect", x=x, y=layout.panels[j], width=layout.column, height=bottom - layout.panels[j],
                   fill="transparent", stroke="none", stroke_width=2, data_area="")  # fmt: skip
    bar = element("rect", x=x + inset, y=round(min(start, end), 1), width=layout.column - 2 * inset,
                  height=round(abs(end - start), 1), rx=6 if value < 0 else None, fill=colour(value), fill_opacity=0.75,
                  data_bar="")  # fmt: skip
    empty = element("rect", x=x + inset, y=round(end - EMPTY / 2, 1), width=layout.column - 2 * inset, height=EMPTY,
                    rx=2, fill=PAPER, stroke=MUTED, stroke_dasharray="3 3", opacity=0 if on else 1,
                    data_empty="")  # fmt: skip
    reach = 2 * inset if i < 7 else layout.total[0] - x - layout.column + inset
    onward = element("path", d=f"M0 0h{reach:g}", stroke=INK, data_onward=f"{x + layout.column - inset:g}",
                     transform=f"translate({x + layout.column - inset:g} {end:.1f})")  # fmt: skip
    y = max(start, end) + 14 if value < 0 else min(start, end) - 5
    number = words(x + layout.column / 2, y, text=signed(value) if on else "", **CENTRED | {"font_size": 12} | HALO,
                   data_number="")  # fmt: skip
    return element("g", area, empty, onward, bar, number, data_slot=f"{i} {j}",
                   data_frame=f"{x:g} {layout.column:g} {zero:g} {unit:g}")  # fmt: skip


def _end(result: KeyValue, layout: Layout, j: int, right: float) -> str:
    """Draw the output as one bar from 0."""
    x, width = layout.total
    y, zero = float(result.path[-1, j]), layout.zero(result, j)
    place = zero - layout.unit * y
    bar = element("rect", x=x, y=round(min(place, zero), 1), width=width, height=round(abs(place - zero), 1),
                  rx=6 if y < 0 else None, fill=colour(y), data_bar="")  # fmt: skip
    number = words(x + width / 2, place + 16 if y < 0 else place - 6, text=signed(y),
                   **CENTRED | {"font_size": 13, "font_weight": 700} | HALO, data_number="")  # fmt: skip
    name = _letter(x + width / 2, layout.panels[j] + layout.row / 2 + 5, named("y", j), "middle")
    return element("g", name, bar, number, data_output=j, data_frame=f"{x:g} {width:g} {zero:g} {layout.unit:g}")
