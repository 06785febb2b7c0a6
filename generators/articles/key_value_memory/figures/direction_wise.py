"""The values as arrows in the plane of outputs, scaled by their keys, head to tail; and as two sums along the axes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from generators.articles.key_value_memory.figures.contributions import table
from generators.articles.key_value_memory.figures.dials import dial, named, network, outcome, rows
from generators.articles.key_value_memory.figures.plane import Plane, Point, arrow, aside, frame, plane
from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    HALO,
    INK,
    MUTED,
    PAPER,
    canvas,
    colour,
    lines,
    signed,
    words,
)

VIEWS = {
    "direction": "Direction by direction: each row is an arrow, a value times its key; arrows are laid head to tail.",
    "neuron": "Neuron by neuron: each column is a sum over synapses, laid as bars along its output’s axis.",
}
BRIGHT, FAR = 1.0, 0.25
"""How much is seen of what belongs to the way of adding that is chosen, and of what belongs to the other."""
LANE = {"wide": 7.0, "narrow": 5.0}
"""From one key's bar along an axis to the next."""
PALE = 0.45
"""How much is seen of the value of a silent key."""


@dataclass(frozen=True)
class Layout:
    """Where the plane stands, the strips along its axes, and the table."""

    name: str
    width: float
    height: float
    plane: Point
    """Left and top."""
    unit: float
    """Length of 1."""
    dials: tuple[float, float, float, float]
    """Left and top of the first dial, width of each, and from one to the next."""
    table: tuple[float, float, float, float]
    """Left, top, width, and height of a row."""
    sentence: tuple[float, float, int, int]
    """Left, top, letters on a line and lines of what the way of adding is."""
    outcome: tuple[float, int, int]
    """Baseline, letters on a line and lines of what comes out."""


WIDE = Layout("wide", 760, 566, (80, 4), 50, (478, 24, 82, 100), (478, 84, 282, 25), (478, 372, 39, 3), (536, 104, 1))
NARROW = Layout("narrow", 360, 916, (62, 58), 42, (28, 0, 88, 122), (0, 486, 360, 24), (0, 754, 52, 2), (866, 52, 2))


def direction_wise(result: KeyValue) -> Diagram:
    """Draw the arrows; live, the reader moves the input and chooses the way of adding."""
    data = network(result) | {"views": VIEWS, "faint": FAR}
    return Diagram(_drawn(result, WIDE), data, list(rows(result)), "direction-wise", _drawn(result, NARROW))


def _drawn(result: KeyValue, layout: Layout) -> str:
    space, (left, top, letters, n_lines) = plane(result, *layout.plane, layout.unit), layout.sentence
    below, long, n_long = layout.outcome
    small = {"font_size": 13 if layout.name == "wide" else 14}
    return canvas(
        *(_input(result, layout, j) for j in range(3)),
        element(
            "g",
            *frame(space),
            *_strips(result, layout, space),
            *_values(result, space),
            *_chain(result, space),
            data_plane=space.geometry(LANE[layout.name]),
        ),
        *table(result, *layout.table),
        lines(left, top, VIEWS["direction"], letters, n_lines, 19, data_view="", **small),
        lines(left, top + 19 * n_lines + 10, _difference(result), letters, 3, 19, fill=MUTED, **small),
        lines(0, below, outcome(result), long, n_long, 20, data_outcome=""),
        words(0, layout.height - 6, text="Point at a value to follow it.", fill=MUTED, data_one=""),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _difference(result: KeyValue) -> str:
    doubles, singles = _power(result.identity_error), _power(result.identity_error_float32)
    return f"Over {result.n_inputs:,} random inputs both ways differ by at most {doubles}, and by {singles} in float32."


def _power(value: float) -> str:
    """Write a small number as a power of ten."""
    if value == 0:
        return "0"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}·10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _input(result: KeyValue, layout: Layout, j: int) -> str:
    left, top, width, step = layout.dials
    x = left + j * step
    above = layout.name == "wide"
    place = (x + width / 2, top - 8, "middle") if above else (x - 8, top + 25, "end")
    name = words(place[0], place[1], text=named("x", j), text_anchor=place[2], font_style="italic", font_weight=600)
    return name + dial(result, j, x, top, width)


def _strips(result: KeyValue, layout: Layout, space: Plane) -> Iterator[str]:
    """Draw both sums over synapses as steps along the axes, below the plane and to its left, and lead to the output."""
    lane, (x, y) = LANE[layout.name], space.at(tuple(result.path[-1]))
    bars = []
    for i in range(8):
        start, end = (space.at(tuple(result.path[k])) for k in (i, i + 1))
        across, down = result.contributions[:, i]
        bars.append(_bar(space, lane, i, start[0], end[0], across, 0))
        bars.append(_bar(space, lane, i, start[1], end[1], down, 1))
    bars.append(_bar(space, lane, 8, space.x0, x, result.path[-1, 0], 0))
    bars.append(_bar(space, lane, 8, space.y0, y, result.path[-1, 1], 1))
    far = 8 + 9 * lane
    led = element("path", d=f"M{x:.1f} {y:.1f}V{space.bottom + far:g}M{x:.1f} {y:.1f}H{space.left - far:g}", stroke=INK,
                  stroke_width=1.2, stroke_dasharray="2 4", data_led=f"{far:g}")  # fmt: skip
    zeros = f"M{space.x0:g} {space.bottom:g}v{far:g}M{space.left:g} {space.y0:g}h{-far:g}"
    yield element("path", d=zeros, stroke=MUTED, stroke_width=1.2)
    yield element("g", *bars, led, opacity=FAR, data_of="neuron")


def _bar(space: Plane, lane: float, i: int, start: float, end: float, value: float, j: int) -> str:
    """Draw what one synapse adds to output ``j``; lane 8 is the output itself."""
    thick = lane - 1 if i < 8 else lane + 2
    away, low, length = 6 + i * lane, min(start, end), abs(end - start)
    x, y, w, h = (low, space.bottom + away, length, thick) if j == 0 else (
        space.left - away - thick, low, thick, length)  # fmt: skip
    return element("rect", x=round(x, 1), y=round(y, 1), width=round(w, 1), height=round(h, 1),
                   rx=thick / 2 if value < 0 else None, fill=colour(value), data_bar=f"{i} {j}")  # fmt: skip


def _values(result: KeyValue, space: Plane) -> Iterator[str]:
    """Draw every value from 0, those of silent keys faint."""
    for i in range(8):
        tip = space.at(tuple(result.w_value[:, i]))
        length, d = math.dist(space.zero, tip), arrow(space.zero, tip)
        seen = 1 if i in result.active else PALE
        x, y = (end + 13 * (end - start) / length for start, end in zip(space.zero, tip, strict=True))
        yield element(
            "g",
            element("path", d=d, stroke="transparent", stroke_width=16, pointer_events="stroke"),
            element("path", d=d, stroke=MUTED, stroke_width=1.5, opacity=seen, data_shaft=i),
            words(x, y + 4, text=named("v", i), font_size=13, text_anchor="middle", fill=MUTED, **HALO),
            fill="none",
            data_arrow=i,
        )


def _chain(result: KeyValue, space: Plane) -> Iterator[str]:
    """Draw the scaled values head to tail, and the output they reach."""
    places = [space.at(tuple(point)) for point in result.path]
    corners = [places[i] for i in (0, *(k + 1 for k in result.active))]
    middle = sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
    output = arrow(space.zero, places[-1])
    yield element("path", d=output, fill="none", stroke=ACCENT, stroke_width=2, data_output="")
    links = (_link(result, i, places[i], places[i + 1], middle) for i in range(8))
    yield element("g", *links, opacity=BRIGHT, data_of="direction")
    dot = element("circle", r=5.5, fill=ACCENT, stroke=PAPER, stroke_width=1.5)
    name = words(11, 17, text="y", font_style="italic", font_weight=700, fill=ACCENT, **HALO)
    x, y = places[-1]
    yield element("g", dot, name, transform=f"translate({x:.1f} {y:.1f})", data_end="")


def _link(result: KeyValue, i: int, start: Point, end: Point, middle: Point) -> str:
    on = i in result.active
    drawn = element("path", d=arrow(start, end), fill="none", stroke=INK, stroke_width=2.6, stroke_linecap="round",
                    stroke_linejoin="round", data_link=i)  # fmt: skip
    text = f"{signed(result.activations[i])} {named('v', i)}" if on else ""
    x, y = aside(start, end, middle)
    return drawn + words(x, y, text=text, font_size=12, font_weight=600, text_anchor="middle",
                         data_link_text=i, **HALO)  # fmt: skip
