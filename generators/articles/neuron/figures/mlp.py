"""A multi-layer perceptron drawn twice over the same numbers: as matrices, and as neurons joined by synapses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from generators.articles.neuron.results.mlp import Passage, Perceptron
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    MUTED,
    NUMBERED,
    PAPER,
    SURFACE,
    WITH_NUMBER,
    canvas,
    cell,
    colour,
    gate,
    grid,
    heading,
    indexed,
    signed,
    strength,
    synapse,
    words,
)


def perceptron(result: Perceptron) -> Diagram:
    """Draw weights and neurons of one network, for one real input; live, for any input."""
    return Diagram(_wide(result), _data(result), list(_rows(result)), script="mlp", narrow=_narrow(result))


def _data(result: Perceptron) -> dict:
    return {
        "weights": [w.tolist() for w in result.weights],
        "biases": [b.tolist() for b in result.biases],
        "features": result.features,
        "units": result.units,
        "labels": result.labels,
        "mean": result.mean.tolist(),
        "scale": result.scale.tolist(),
        "lowest": result.lowest.tolist(),
        "highest": result.highest.tolist(),
        "largest_activation": result.largest_activation,
        "shown": result.shown,
        "examples": [{"name": p.name, "label": p.label, "raw": p.raw.tolist()} for p in result.passages],
        "check": {"raw": result.check_raw.tolist(), "logits": result.check_logits.tolist()},
    }


def _rows(result: Perceptron) -> Iterator[dict]:
    for layer, weight in enumerate(result.weights, start=1):
        for i, row in enumerate(weight, start=1):
            for j, value in enumerate(row, start=1):
                yield {"layer": layer, "neuron": i, "synapse": j, "weight": float(value)}


@dataclass(frozen=True)
class _Place:
    """Where a neuron stands."""

    x: float
    y: float
    r: float


def _wide(result: Perceptron) -> str:
    sizes = [result.weights[0].shape[1], *(w.shape[0] for w in result.weights)]
    tallest = max(sizes)
    roomy = len(sizes) <= 3
    vector, height, gap = (64.0, 42.0, 9.0) if roomy else (42.0, 34.0, 6.0)
    left, right = 84.0, 80.0
    room = 760 - left - right - len(sizes) * vector
    side = min(74.0, (room - 2 * (len(sizes) - 1) * gap) / sum(sizes[:-1]))
    gap = (room - side * sum(sizes[:-1])) / (2 * (len(sizes) - 1))
    top, below, spacing = 58.0, 58.0 + tallest * height + 74, 74.0
    passage, parts, columns, x = result.passages[result.shown], [], [], left
    for k, size in enumerate(sizes):
        columns.append(x + vector / 2)
        y = top + (tallest - size) * height / 2
        parts.append(_vector(result, passage, k, x, y, vector, height))
        x += vector + gap
        if k < len(result.weights):
            weight = result.weights[k]
            y = top + (tallest - weight.shape[0]) * height / 2
            parts.append(_matrix(result, k, x, y, side, height))
            x += side * weight.shape[1] + gap
    places = [
        [_Place(columns[k], below + 20 + (tallest - size) * spacing / 2 + i * spacing, 19) for i in range(size)]
        for k, size in enumerate(sizes)
    ]
    bottom = below + 20 + (tallest - 1) * spacing + 19
    return canvas(
        heading(0, 16, "Weights", "each row of a matrix is a neuron, each cell in it a synapse"),
        *parts,
        heading(0, below - 28, "Neurons", "the same numbers: line width is |weight|, a closed gate is a bar"),
        *_network(result, passage, places, upright=False),
        words(0, bottom + 36, text=_sentence(), fill=MUTED, data_readout=""),
        width=760,
        height=bottom + 46,
        layout="wide",
    )


def _narrow(result: Perceptron) -> str:
    sizes = [result.weights[0].shape[1], *(w.shape[0] for w in result.weights)]
    widest = max(sizes)
    height, vector, first = 26.0, 44.0, 92.0
    step, side = max(126.0, widest * height + 48), min(39.0, 117 / widest)
    passage, parts = result.passages[result.shown], []
    places = [
        [
            _Place(93 + (i - (size - 1) / 2) * apart, first + k * step, min(18.0, apart * 0.42))
            for i in range(size)
            for apart in [min(62.0, 188 / size)]
        ]
        for k, size in enumerate(sizes)
    ]
    for k, weight in enumerate(result.weights):
        y = first + (k + 0.5) * step - weight.shape[0] * height / 2 + 6
        x = 360 - vector - 6 - side * weight.shape[1]
        parts.append(_matrix(result, k, x, y, side, height))
        parts.append(_vector(result, passage, k + 1, 360 - vector, y, vector, height))
    bottom = first + (len(sizes) - 1) * step + 18
    return canvas(
        words(0, 16, text="Neurons", font_weight=600),
        words(360, 16, text="Weights", font_weight=600, text_anchor="end"),
        *parts,
        *_network(result, passage, places, upright=True),
        words(0, bottom + 54, text=_sentence(), fill=MUTED, font_size=13, data_readout=""),
        width=360,
        height=bottom + 64,
        layout="narrow",
    )


def _sentence() -> str:
    return "Point at a neuron to read its sum."


def _matrix(result: Perceptron, k: int, x: float, y: float, side: float, height: float) -> str:
    weight = result.weights[k]
    numbers = [
        words(
            x + (j + 0.5) * side,
            y + (i + 0.5) * height + 4,
            text=signed(weight[i, j], 1 if side < 34 else 2),
            font_size=12,
            text_anchor="middle",
            pointer_events="none",
        )
        for i in range(weight.shape[0])
        for j in range(weight.shape[1])
        if side >= NUMBERED
    ]
    rows = [
        element(
            "rect",
            x=x,
            y=y + i * height,
            width=side * weight.shape[1],
            height=height,
            fill="transparent",
            stroke="none",
            stroke_width=2,
            data_row=f"{k + 1}-{i}",
        )
        for i in range(weight.shape[0])
    ]
    name = words(x + side * weight.shape[1] / 2, y - 8, indexed("W", str(k + 1)), text_anchor="middle")
    cells = grid(weight, result.largest_weight, x, y, side, height, strongest=WITH_NUMBER)
    return element("g", name, cells, *numbers, *rows)


def _vector(result: Perceptron, passage: Passage, k: int, x: float, y: float, width: float, height: float) -> str:
    """Draw the input, or a layer's preactivations with the gates behind them."""
    values = passage.activations[0] if k == 0 else passage.preactivations[k - 1]
    last = k == len(result.weights)
    parts = [
        words(x + width / 2, y - 8, indexed("x") if k == 0 else indexed("z", str(k)), text_anchor="middle"),
        element("rect", x=x, y=y, width=width, height=len(values) * height, fill=SURFACE),
    ]
    for i, value in enumerate(values):
        box = cell(value, result.largest_activation, x, y + i * height, width, height, WITH_NUMBER, data_z=f"{k}-{i}")
        middle = y + (i + 0.5) * height
        number = words(
            x + width / 2,
            middle + 4,
            text=signed(value),
            font_size=12,
            text_anchor="middle",
            pointer_events="none",
            data_z_text=f"{k}-{i}",
        )
        parts += [box, number]
        if k > 0 and not last:
            parts.append(gate(f"{k}-{i}", x + width + 3, middle, height * 0.36, value > 0))
    return element("g", *parts)


def _network(result: Perceptron, passage: Passage, places: list[list[_Place]], upright: bool) -> Iterable[str]:
    for k, weight in enumerate(result.weights):
        for i, post in enumerate(places[k + 1]):
            for j, pre in enumerate(places[k]):
                ends = (
                    (pre.x, pre.y + pre.r, post.x, post.y - post.r)
                    if upright
                    else (pre.x + pre.r, pre.y, post.x - post.r, post.y)
                )
                yield synapse(
                    weight[i, j],
                    result.largest_weight,
                    *ends,
                    widest=6,
                    stroke_opacity=0.85 if passage.activations[k][j] else 0.2,
                    data_synapse=f"{k + 1}-{i}-{j}",
                )
    last = len(result.weights)
    for k, column in enumerate(places):
        for i, place in enumerate(column):
            yield _node(result, passage.activations[k][i], f"{k}-{i}", place)
            if 0 < k < last:
                x, y = (place.x, place.y + place.r + 5) if upright else (place.x + place.r + 5, place.y)
                yield gate(f"{k}-{i}", x, y, 11, passage.preactivations[k - 1][i] > 0, upright)
            if k == 0:
                yield from _feature(result.features[i], result.units[i], passage.raw[i], i, place, upright)
            if k == last:
                yield from _class(result.labels[i], passage.probabilities, i, place, upright)


def _node(result: Perceptron, activation: float, name: str, place: _Place) -> str:
    disc = element("circle", cx=place.x, cy=place.y, r=place.r, fill=PAPER, stroke=MUTED, stroke_width=1.5)
    fill = element(
        "circle",
        cx=place.x,
        cy=place.y,
        r=place.r - 1.5,
        fill=colour(activation),
        fill_opacity=strength(activation, result.largest_activation, WITH_NUMBER),
        data_a=name,
    )
    number = words(
        place.x, place.y + 4, text=signed(activation, 1), font_size=12, text_anchor="middle", data_a_text=name
    )
    ring = element(
        "circle",
        cx=place.x,
        cy=place.y,
        r=place.r + 2,
        fill="none",
        stroke=ACCENT,
        stroke_width=2.5,
        opacity=0,
        data_ring=name,
    )
    return element("g", disc, fill, number, ring, data_neuron=name)


def _feature(name: str, unit: str, raw: float, i: int, place: _Place, upright: bool) -> Iterator[str]:
    """Name an input and give its measurement, before it (turned layout: above it)."""
    value = element("tspan", text=f"{raw:.1f}", data_raw=i) + element("tspan", text=f" {unit}".rstrip())
    if upright:
        first, second = ["", *(name.split(" ", 1) if place.r > 16 else [str(i + 1)])][-2:]
        yield words(place.x, place.y - 52, text=first, font_size=12, text_anchor="middle", fill=MUTED)
        yield words(place.x, place.y - 38, text=second, font_size=12, text_anchor="middle", fill=MUTED)
        yield words(place.x, place.y - 24, value, font_size=12, text_anchor="middle")
    else:
        side = {"font_size": 13, "text_anchor": "end"}
        yield words(place.x - place.r - 6, place.y - 3, text=name, fill=MUTED, **side)
        yield words(place.x - place.r - 6, place.y + 14, value, **side)


def _class(label: str, probabilities: np.ndarray, i: int, place: _Place, upright: bool) -> Iterator[str]:
    """Name an output and give its probability."""
    weight = 700 if probabilities[i] == probabilities.max() else 400
    value = element("tspan", text=f"{probabilities[i]:.0%}", data_probability=i)
    if upright:
        label = label if place.r > 16 else str(i + 1)
        yield words(place.x, place.y + 34, text=label, font_size=12, text_anchor="middle", fill=MUTED)
        yield words(place.x, place.y + 49, value, font_size=13, text_anchor="middle", font_weight=weight, data_class=i)
    else:
        yield words(place.x + place.r + 6, place.y - 3, text=label, font_size=13, fill=MUTED)
        yield words(place.x + place.r + 6, place.y + 14, value, font_size=13, font_weight=weight, data_class=i)
