"""Some neurons on one input as lines, two inputs that the reader moves, and what changes sign between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generators.articles.multi_neuron.figures.axes import (
    Axes,
    input_ticks,
    neuron,
    output_ticks,
    positive_inputs,
    spread,
)
from generators.articles.multi_neuron.figures.signs import NUMBERS, mark
from generators.articles.multi_neuron.results.neurons_on_a_line import NeuronsOnALine
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, INK, MUTED, PAPER, SURFACE, canvas, lines, listed, words

TURNING, STEADY = 4.0, 1.8
"""How wide the line of a neuron is that changes sign between the inputs, and of one that does not."""

INVITATION = "Point at a neuron to read its formula."


@dataclass(frozen=True)
class Layout:
    """Where the lines and the two sign codes stand."""

    name: str
    width: float
    height: float
    axes: Axes
    code: tuple[float, float]
    """The mark of the first neuron for input A."""
    step: tuple[float, float]
    """From one neuron's mark to the next, and from input A to input B."""
    side: float
    """Of a mark in a code."""
    legend: tuple[tuple[float, float], tuple[float, float]]
    """Where it says what a square means, and what a disc."""
    sentence: tuple[float, float]
    letters: int
    """On one line of the sentence."""
    n_lines: int


WIDE = Layout(
    "wide",
    760,
    584,
    Axes(30, 46, 726, 366, 0, 1, -1, 2),
    (166, 468),
    (38, 36),
    16,
    ((530, 468), (530, 504)),
    (0, 552),
    112,
    1,
)
NARROW = Layout(
    "narrow",
    360,
    624,
    Axes(26, 50, 334, 336, 0, 1, -1, 2),
    (98, 436),
    (33.6, 34),
    15,
    ((7.5, 510), (130, 510)),
    (0, 548),
    52,
    3,
)


def eight_neurons(result: NeuronsOnALine) -> Diagram:
    """Draw every neuron's line and both codes; live, the reader moves both inputs and picks a neuron."""
    weight, bias = result.weight[:, 0], result.bias
    data = {"weight": weight.tolist(), "bias": bias.tolist(), "first": result.first, "second": result.second}
    rows = [
        {
            "neuron": k + 1,
            "w": float(weight[k]),
            "b": float(bias[k]),
            "breakpoint": float(result.whole.crossings[k]),
            f"output at {result.first:g}": float(weight[k] * result.first + bias[k]),
            f"output at {result.second:g}": float(weight[k] * result.second + bias[k]),
        }
        for k in range(len(bias))
    ]
    return Diagram(_drawn(result, WIDE), data, rows, "eight-neurons", _drawn(result, NARROW))


def sentence(first: float, second: float, before: Sequence[bool], after: Sequence[bool]) -> str:
    """Say which neurons change sign on the way from one input to the other."""
    off = [k + 1 for k, (a, b) in enumerate(zip(before, after, strict=True)) if a and not b]
    on = [k + 1 for k, (a, b) in enumerate(zip(before, after, strict=True)) if b and not a]
    way, n_kept = f"From {_number(first)} to {_number(second)}", len(before) - len(off) - len(on)
    if not off and not on:
        return f"{way} no neuron changes sign."
    changes = [
        f"neuron{'s' if len(found) > 1 else ''} {listed(found)} turn{'' if len(found) > 1 else 's'} {state}"
        for found, state in ((off, "off"), (on, "on"))
        if found
    ]
    kept = f"the other {NUMBERS[n_kept]} keep" if n_kept > 1 else "the other one keeps" if n_kept else "none keeps"
    return f"{way} {' and '.join(changes)}; {kept} {'their' if n_kept > 1 else 'its'} sign."


def _number(x: float) -> str:
    return f"{x:.2f}".rstrip("0").rstrip(".")


def _drawn(result: NeuronsOnALine, layout: Layout) -> str:
    weight, bias = result.weight[:, 0], result.bias
    inputs = (("A", result.first), ("B", result.second))
    codes = [(weight * x + bias > 0).tolist() for _, x in inputs]
    changes = [a != b for a, b in zip(*codes, strict=True)]
    said = sentence(result.first, result.second, *codes)
    drawn = (
        *_frame(layout),
        *(_line(layout.axes, k, float(weight[k]), float(bias[k]), changes[k]) for k in range(len(bias))),
        *_names(layout.axes, weight * layout.axes.high + bias, changes),
        *(part for index, (name, x) in enumerate(inputs) for part in _input(result, layout, index, name, x)),
    )
    return canvas(
        element("g", *drawn, data_axes=layout.axes.geometry),
        *_codes(layout, inputs, codes, changes),
        lines(*layout.sentence, said, layout.letters, layout.n_lines, 19, font_size=14, data_sentence=""),
        words(0, layout.height - 6, text=INVITATION, fill=MUTED, data_one=""),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _frame(layout: Layout) -> Iterator[str]:
    axes = layout.axes
    frame = {"x": axes.left, "y": axes.top, "width": axes.right - axes.left, "height": axes.bottom - axes.top}
    yield element("rect", **frame, fill=SURFACE, data_plate="")
    yield positive_inputs(axes, pointer_events="none")
    yield from output_ticks(axes, (-1, 0, 1, 2))
    yield from input_ticks(axes, axes.bottom, (0, 0.2, 0.4, 0.6, 0.8, 1.0))
    yield element("path", d=f"M{axes.left:g} {axes.y(0):.1f}H{axes.right:g}", stroke=INK, stroke_width=1.4)
    muted = {"font_size": 13, "fill": MUTED}
    yield words(axes.left, axes.top - 30, text="output y = w x + b", **muted)
    yield words((axes.left + axes.right) / 2, axes.bottom + 38, text="input x", text_anchor="middle", **muted)
    yield words(layout.width, axes.top - 30, text="neuron", text_anchor="end", **muted)


def _line(axes: Axes, k: int, weight: float, bias: float, changes: bool) -> str:
    """Draw a neuron's line, and around it what a pointer meets."""
    drawn = neuron(axes, weight, bias, TURNING if changes else STEADY, data_line=k)
    met = "".join(axes.line(weight, bias, -np.inf))
    return element("g", element("path", d=met, stroke="transparent", stroke_width=13), drawn, data_neuron=k)


def _names(axes: Axes, ends: np.ndarray, changes: Sequence[bool]) -> Iterator[str]:
    """Number the lines at their right ends, and lead to a number that had to give way."""
    wanted = [axes.y(float(end)) for end in ends]
    for k, (y, end) in enumerate(zip(spread(wanted, 16, axes.top + 8, axes.bottom), wanted, strict=True)):
        x = axes.right
        if abs(y - end) > 1:
            yield element("path", d=f"M{x + 2:g} {end:.1f}L{x + 9:g} {y:.1f}", stroke=FAINT)
        yield words(x + 11, y + 4.5, text=k + 1, font_size=13, font_weight=700 if changes[k] else 400, data_name=k)


def _input(result: NeuronsOnALine, layout: Layout, index: int, name: str, x: float) -> Iterator[str]:
    """Draw one of the two inputs: a line with its handle, and a mark where it meets each neuron."""
    axes, outputs = layout.axes, result.weight[:, 0] * x + result.bias
    place = round(axes.x(x), 1)
    upright = f"M0 {axes.top:g}V{axes.bottom:g}"
    line = (
        element("path", d=upright, stroke="transparent", stroke_width=24),
        element("path", d=upright, stroke=ACCENT, stroke_width=1.6),
    )
    yield element("g", *line, transform=f"translate({place:g} 0)", data_at=index)
    for k, y in enumerate(outputs.tolist()):
        yield mark(y > 0, place, round(axes.y(y), 1), 9, stroke=PAPER, stroke_width=1.2, pointer_events="none",
                   data_mark=f"{index} {k}")  # fmt: skip
    handle = (
        element("circle", r=11, cy=axes.top - 4, fill=ACCENT),
        element("text", text=name, y=axes.top + 0.8, font_size=13, font_weight=700, text_anchor="middle", fill=PAPER),
    )
    yield element("g", *handle, transform=f"translate({place:g} 0)", data_handle=index)


def _codes(
    layout: Layout, inputs: Sequence[tuple[str, float]], codes: Sequence[Sequence[bool]], changes: Sequence[bool]
) -> Iterator[str]:
    """Draw both codes, one sign a neuron, and frame those that differ."""
    (x, y), (right, down), side = layout.code, layout.step, layout.side
    yield words(0, y - side - 12, text="Sign code", font_weight=600)
    muted = {"font_size": 13, "fill": MUTED}
    for k, changed in enumerate(changes):
        yield words(x + k * right, y - side - 12, text=k + 1, text_anchor="middle", data_column=k, **muted)
        yield element(
            "rect",
            x=x + k * right - side / 2 - 6,
            y=y - side / 2 - 6,
            width=side + 12,
            height=down + side + 12,
            rx=4,
            fill="none",
            stroke=ACCENT,
            stroke_width=2,
            opacity=int(changed),
            data_changed=k,
        )
    for index, (name, value) in enumerate(inputs):
        row = y + index * down
        yield words(0, row + 4.5, element("tspan", text=name, fill=ACCENT, font_weight=700),
                    element("tspan", text=f"x = {value:.2f}", dx=8, data_x=index))  # fmt: skip
        for k, on in enumerate(codes[index]):
            yield mark(on, x + k * right, row, side, data_sign=f"{index} {k}")
    for on, text, (left, height) in zip((True, False), ("above 0: on", "not above 0: off"), layout.legend, strict=True):
        yield mark(on, left, height, 11)
        yield words(left + 14, height + 4.5, text=text, **muted)
