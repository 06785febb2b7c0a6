"""One linear layer drawn twice: W as a heatmap, and the same numbers as synapses from n inputs to m neurons."""

from collections.abc import Iterator

import numpy as np

from generators.articles.neuron.results.linear import LinearLayer
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    HALO,
    INK,
    MUTED,
    NEGATIVE,
    PAPER,
    POSITIVE,
    bracket,
    canvas,
    cell,
    colour,
    grid,
    picture,
    short,
    signed,
    strength,
    synapse,
    words,
)

Point = tuple[float, float]


def linear_layer(result: LinearLayer) -> Diagram:
    """Draw the layer with one neuron picked out; live, the reader picks the neuron, the synapse and the digit."""
    return Diagram(_wide(result), _data(result), list(_rows(result)), script="linear", narrow=_narrow(result))


def _data(result: LinearLayer) -> dict:
    return {
        "weight": result.weight.tolist(),
        "bias": result.bias.tolist(),
        "labels": result.labels,
        "shown": result.shown,
        "largest_input": result.largest_input,
        "largest_contribution": result.largest_contribution,
        "largest_preactivation": result.largest_preactivation,
        "examples": [
            {
                "name": r.name,
                "label": r.label,
                "pixels": r.pixels.ravel().tolist(),
                "inputs": r.inputs.tolist(),
                "preactivations": r.preactivations.tolist(),
            }
            for r in result.readings
        ],
    }


def _rows(result: LinearLayer) -> Iterator[dict]:
    reading = result.readings[result.shown]
    for i, label in enumerate(result.labels):
        for j, weight in enumerate(result.weight[i]):
            yield {
                "neuron": label,
                "synapse": j + 1,
                "weight": float(weight),
                f"input for picture {reading.name}": float(reading.inputs[j]),
                f"contribution for picture {reading.name}": float(reading.contributions[i, j]),
            }


def _wide(result: LinearLayer) -> str:
    m, n = result.weight.shape
    side = min(22.0, 352 / n)
    left, top = 66.0, 66.0
    inputs: list[Point] = [(468, 62 + (j + 0.5) * 358 / n) for j in range(n)]
    outputs: list[Point] = [(686, 62 + (i + 0.5) * 358 / m) for i in range(m)]
    return canvas(
        words(left, 16, text="Weights", font_weight=600),
        words(456, 16, text="Neurons and synapses", font_weight=600),
        *_heatmap(result, left, top, side, side),
        *_sum(result, left, top + m * side + 12, side, 40),
        *_network(result, inputs, outputs, upright=False),
        *_sentences(result, 0, 446, 20),
        width=760,
        height=474,
        layout="wide",
    )


def _narrow(result: LinearLayer) -> str:
    m, n = result.weight.shape
    side = min(18.5, 296 / n)
    left, top = 62.0, 62.0
    below = top + m * side + 12
    links = below + side + 106
    inputs: list[Point] = [(left + (j + 0.5) * side, links + 34) for j in range(n)]
    outputs: list[Point] = [(18 + i * 324 / (m - 1), links + 190) for i in range(m)]
    return canvas(
        words(left, 14, text="Weights", font_weight=600),
        *_heatmap(result, left, top, side, side),
        *_sum(result, left, below, side, 34),
        words(0, links + 6, text="Neurons and synapses", font_weight=600),
        *_network(result, inputs, outputs, upright=True),
        *_sentences(result, 0, links + 252, 20),
        width=360,
        height=links + 282,
        layout="narrow",
    )


def _picked(result: LinearLayer) -> int:
    """The neuron that the still picks out: the one with the largest preactivation."""
    return int(result.readings[result.shown].preactivations.argmax())


def _heatmap(result: LinearLayer, x: float, y: float, width: float, height: float) -> Iterator[str]:
    m, n = result.weight.shape
    right, bottom = x + n * width, y + m * height
    yield bracket(x, y - 12, right, y - 12, 5, NEGATIVE)
    yield words((x + right) / 2, y - 20, *_size("n", n, "synapses each", NEGATIVE), text_anchor="middle", **HALO)
    yield bracket(x - 24, y, x - 24, bottom, 5, POSITIVE)
    middle = (y + bottom) / 2
    turn = f"rotate(-90 {x - 34:g} {middle:g})"
    yield words(
        x - 34,
        middle,
        *_size("m", m, "neurons" if m * height > 110 else "", POSITIVE),
        text_anchor="middle",
        transform=turn,
    )
    for i, label in enumerate(short(result.labels)):
        yield words(x - 7, y + (i + 0.5) * height + 4.5, text=label, font_size=13, text_anchor="end", data_label=i)
    yield element("g", grid(result.weight, float(np.abs(result.weight).max()), x, y, width, height), data_heat="")
    row = _picked(result)
    yield element(
        "rect",
        x=x,
        y=y + row * height,
        width=n * width,
        height=height,
        fill="none",
        stroke=ACCENT,
        stroke_width=2,
        pointer_events="none",
        data_frame=f"{y:g} {height:g}",
    )


def _size(letter: str, size: int, what: str, fill: str) -> tuple[str, ...]:
    return (
        element("tspan", text=letter, fill=fill, font_style="italic", font_weight=700),
        element("tspan", text=f" = {size} {what}".rstrip(), fill=fill),
    )


def _sum(result: LinearLayer, x: float, y: float, width: float, reach: float) -> Iterator[str]:
    """Draw the picture, what arrives at each column, and as bars what each synapse of the picked neuron makes of it."""
    reading, n = result.readings[result.shown], result.weight.shape[1]
    zero = y + width + 12 + reach
    pixel = 44 / reading.pixels.shape[1]
    yield picture(reading.pixels, 0, y, pixel, data_picture="")
    yield words(0, y + 60, text="input", font_size=12, fill=MUTED)
    yield words(x - 7, y + width * 0.5 + 4.5, text="x", font_size=14, font_style="italic", text_anchor="end")
    for j, value in enumerate(reading.inputs):
        yield cell(value, result.largest_input, x + j * width, y, width, width, data_x=j)
    yield words(x - 7, zero + 4.5, text="w·x", font_size=14, font_style="italic", text_anchor="end")
    yield element("line", x1=x, x2=x + n * width, y1=zero, y2=zero, stroke=MUTED, stroke_width=1)
    for j, value in enumerate(reading.contributions[_picked(result)]):
        height = reach * abs(float(value)) / result.largest_contribution
        yield element(
            "rect",
            x=x + j * width + 2,
            y=zero - height if value >= 0 else zero,
            width=width - 4,
            height=height,
            fill=colour(value),
            data_bar=f"{j} {zero:g} {reach:g}",
        )


def _network(result: LinearLayer, inputs: list[Point], outputs: list[Point], upright: bool) -> Iterator[str]:
    reading, picked, largest = result.readings[result.shown], _picked(result), float(np.abs(result.weight).max())
    small, big = (6.0, 12.0) if upright else (7.5, 13.0)
    names, digits = short(result.labels), int(not upright or result.largest_preactivation < 10)
    for i, (x2, y2) in sorted(enumerate(outputs), key=lambda item: item[0] == picked):
        lines = [
            synapse(
                result.weight[i, j],
                largest,
                *((x1, y1 + small, x2, y2 - big) if upright else (x1 + small, y1, x2 - big, y2)),
                widest=4,
                data_j=j,
            )
            for j, (x1, y1) in enumerate(inputs)
        ]
        yield element("g", *lines, opacity=1 if i == picked else 0.13, data_dendrites=i)
    for j, (x, y) in enumerate(inputs):
        yield element("circle", cx=x, cy=y, r=small, fill=PAPER)
        yield _disc(reading.inputs[j], result.largest_input, x, y, small, data_input=j)
    for i, (x, y) in enumerate(outputs):
        value = reading.preactivations[i]
        inner = _disc(value, result.largest_preactivation, x, y, big, data_output=i)
        name = words(x, y + 4.5, text=names[i], font_size=13, font_weight=600, text_anchor="middle")
        ring = element(
            "circle",
            cx=x,
            cy=y,
            r=big + 3,
            fill="none",
            stroke=ACCENT,
            stroke_width=2,
            opacity=int(i == picked),
            data_ring=i,
        )
        plate = element("circle", cx=x, cy=y, r=big + 3, fill=PAPER)
        yield element("g", plate, inner, name, ring, data_neuron=i)
        place, anchor, size = ((x, y + 31), "middle", 12) if upright else ((760.0, y + 4.5), "end", 13)
        yield words(
            *place,
            text=signed(value, digits),
            font_size=size,
            text_anchor=anchor,
            data_value=i,
            data_digits=digits,
        )


def _disc(value: float, largest: float, x: float, y: float, r: float, **attributes: object) -> str:
    return element(
        "circle",
        cx=x,
        cy=y,
        r=r,
        fill=colour(value),
        fill_opacity=strength(value, largest, 0.6),
        stroke=MUTED,
        stroke_width=1.2,
        **attributes,
    )


def _sentences(result: LinearLayer, x: float, y: float, line: float) -> Iterator[str]:
    """Say the sum of the picked neuron, and leave a line for the synapse that the reader points at."""
    i = _picked(result)
    z, b = float(result.readings[result.shown].preactivations[i]), float(result.bias[i])
    total = float(result.readings[result.shown].contributions[i].sum())
    text = f"Neuron “{result.labels[i]}”: sum of w·x {signed(total)}, bias {signed(b)}: z = {signed(z)}"
    yield words(x, y, text=text, fill=INK, font_size=14, data_sum="")
    yield words(x, y + line, text="Point at a neuron or at a cell.", fill=MUTED, font_size=14, data_one="")
