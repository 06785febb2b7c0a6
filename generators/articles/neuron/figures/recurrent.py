"""A recurrent layer, rolled up and unrolled in time; and the weights of RNN, GRU and LSTM beside one another."""

from collections.abc import Iterable, Iterator

import numpy as np

from generators.articles.neuron.results.recurrent import Cell, Gates, Recital, RecurrentLayer
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    INK,
    MUTED,
    NEGATIVE,
    PAPER,
    POSITIVE,
    SURFACE,
    bracket,
    canvas,
    heading,
    mosaic,
    picture,
    short,
    words,
)

MOST = 32
"""Inputs and hidden neurons that a reader may ask for, at most, in the drawing of gates."""
UNIT = 16
"""Side of a synapse in the drawing of gates, at most."""


def recurrent(result: RecurrentLayer) -> Diagram:
    """Draw the layer once with its loop and once for each step; live, the reader picks digit and step."""
    return Diagram(_wide(result), _data(result), list(_rows(result)), "recurrent", _narrow(result))


def gates(result: Gates) -> Diagram:
    """Draw the cells' weights to one scale; live, the reader sets the number of inputs and of hidden neurons."""
    data = {
        "n_inputs": result.n_inputs,
        "n_hidden": result.n_hidden,
        "most": MOST,
        "unit": UNIT,
        "cells": [{"name": cell.name, "gates": cell.gates} for cell in result.cells],
    }
    rows = [
        {
            "cell": c.name,
            "inputs": result.n_inputs,
            "hidden": result.n_hidden,
            "neurons": c.neurons,
            "synapses": c.synapses,
        }
        for c in result.cells
    ]
    return Diagram(_gates_wide(result), data, rows, "gates", _gates_narrow(result))


def _data(result: RecurrentLayer) -> dict:
    return {
        "labels": result.labels,
        "short": short(result.labels),
        "shown": result.shown,
        "examples": [
            {
                "name": r.name,
                "pixels": r.pixels.ravel().round(6).tolist(),
                "activations": r.activations.round(6).tolist(),
                "probabilities": r.probabilities.round(6).tolist(),
            }
            for r in result.recitals
        ],
    }


def _rows(result: RecurrentLayer) -> Iterator[dict]:
    for recital in result.recitals:
        for step, (activations, probabilities) in enumerate(
            zip(recital.activations, recital.probabilities, strict=True)
        ):
            row: dict = {"picture": recital.name, "step": step + 1}
            row |= {f"neuron {k + 1}": float(h) for k, h in enumerate(activations)}
            row |= {f"probability of {label}": float(p) for label, p in zip(result.labels, probabilities, strict=True)}
            yield row


def _wide(result: RecurrentLayer) -> str:
    recital = result.recitals[result.shown]
    steps, hidden = recital.activations.shape
    step = (760 - 232) / steps
    top, cell = 62.0, 13.0
    return canvas(
        heading(0, 16, "One layer"),
        *_loop(result, recital, 8, top, cell),
        heading(232, 16, "Unrolled in time", "the same neurons and weights at every step"),
        *_unrolled(result, recital, 232, top, step, cell),
        width=760,
        height=top + 10 * cell + hidden * cell + 146,
        layout="wide",
    )


def _narrow(result: RecurrentLayer) -> str:
    recital = result.recitals[result.shown]
    steps, hidden = recital.activations.shape
    step, cell, top = 328 / steps, 12.0, 60.0
    middle = top + 10 * cell + hidden * cell + 150
    return canvas(
        heading(0, 14, "Unrolled in time"),
        words(0, 33, text="the same neurons and weights at every step", font_size=13, fill=MUTED),
        *_unrolled(result, recital, 32, top, step, cell),
        heading(0, middle, "One layer"),
        *_loop(result, recital, 0, middle + 26, cell, flat=True),
        width=360,
        height=middle + 118,
        layout="narrow",
    )


def _unrolled(result: RecurrentLayer, recital: Recital, x: float, y: float, step: float, cell: float) -> Iterator[str]:
    """Draw, for every step, the row that comes in, the layer's activations, and what the head would say."""
    steps, hidden = recital.activations.shape
    classes, inputs = len(result.labels), recital.pixels.shape[1]
    pixel = min(cell * 0.6, (step - 8) / inputs)
    layer = y + classes * cell + 40
    below = layer + hidden * cell + 34
    names, arrows = short(result.labels), []
    for k, label in enumerate(names):
        yield words(x - 8, y + (k + 0.5) * cell + 4, text=label, font_size=12, text_anchor="end", fill=MUTED)
    frame = {
        "width": step - 2,
        "height": below + 26 - (y - 16),
        "rx": 4,
        "fill": "none",
        "stroke": ACCENT,
        "stroke_width": 2,
    }
    yield element("rect", x=x + (steps - 1) * step + 1, y=y - 16, **frame, data_frame=f"{x + 1:g} {step:g}")
    for t in range(steps):
        centre = x + (t + 0.5) * step
        left = centre - cell * 0.75
        likeliest = int(recital.probabilities[t].argmax())
        yield words(
            centre,
            y - 4,
            text=names[likeliest],
            font_size=13,
            font_weight=700,
            text_anchor="middle",
            data_says=t,
        )
        yield _bars(recital.probabilities[t], centre - (step - 12) / 2, y, step - 12, cell, t)
        arrows.append((centre, layer - 4, centre, y + classes * cell + 8))
        yield element(
            "g",
            mosaic(recital.activations[t].reshape(-1, 1), 1.0, 0, 0, 1, data_hidden=t),
            transform=f"translate({left:g} {layer:g}) scale({cell * 1.5:g} {cell:g})",
        )
        if t:
            middle = layer + hidden * cell / 2
            arrows.append((centre - step + cell * 0.75 + 3, middle, left - 4, middle))
        arrows.append((centre, below - 5, centre, layer + hidden * cell + 7))
        row = recital.pixels[t : t + 1]
        yield picture(row, centre - inputs * pixel / 2, below, pixel, data_row=t)
        yield words(centre, below + 21, text=f"{t + 1}", font_size=12, text_anchor="middle", fill=MUTED)
        over = {"x": x + t * step, "y": y - 16, "width": step, "height": below + 26 - (y - 16)}
        yield element("rect", **over, fill="transparent", data_step=t)
    yield _arrows(*arrows)
    yield words(
        x + steps * step / 2, below + 40, text="row of the picture", font_size=13, text_anchor="middle", fill=MUTED
    )


def _bars(probabilities: np.ndarray, x: float, y: float, width: float, cell: float, step: int) -> str:
    plate = element("path", d=f"M{x:.4g} {y:.4g}h{width:.4g}v{len(probabilities) * cell:.4g}H{x:.4g}z", fill=SURFACE)
    bars = "".join(f"M{x:.4g} {y + (k + 0.5) * cell:.4g}h{width * p:.3f}" for k, p in enumerate(probabilities.tolist()))
    place = f"{x:.4g} {y:.4g} {width:.4g} {cell:.4g}"
    return plate + element(
        "path", d=bars, stroke=INK, stroke_opacity=0.75, stroke_width=cell - 3, data_bars=step, data_place=place
    )


def _loop(
    result: RecurrentLayer, recital: Recital, x: float, y: float, cell: float, flat: bool = False
) -> Iterator[str]:
    """Draw the layer once, its output turning back into it."""
    hidden, inputs = result.weight_input.shape
    last = recital.activations[-1].reshape((1, -1) if flat else (-1, 1))
    rows, columns = last.shape
    if flat:
        left, top = x + 96, y + 14
        width, height = columns * cell, cell * 1.5
        yield picture(recital.pixels, x, y + 2, 5.5, data_picture="")
        yield _arrows((x + 50, y + 23, left - 6, y + 23))
        turn = f"M{left + width + 4:g} {top + 9:g}h14v30H{left - 14:g}v-24h8"
        yield words(left, top - 8, text=f"{hidden} neurons", font_size=13, fill=POSITIVE)
        yield words(left + 20, top + 34, text="output = next input", font_size=12, fill=ACCENT)
        yield words(x, y + 76, *_synapses(inputs, hidden), font_size=13)
    else:
        left, top = x + 92, y + len(result.labels) * cell + 40
        width, height = cell * 1.5, rows * cell
        yield picture(recital.pixels, left - 22, top + height + 34, 8, data_picture="")
        middle = left + width / 2
        yield _arrows((middle, top + height + 29, middle, top + height + 7), (middle, top - 4, middle, top - 32))
        yield words(left + width / 2, top - 40, text="digit", font_size=13, text_anchor="middle", fill=MUTED)
        turn = f"M{left + width / 2:g} {top - 14:g}h50v{height + 32:g}h-41"
        yield bracket(left - 12, top, left - 12, top + height, 5, POSITIVE)
        middle = top + height / 2
        yield words(
            left - 22,
            middle,
            text=f"{hidden} neurons",
            fill=POSITIVE,
            text_anchor="middle",
            transform=f"rotate(-90 {left - 22:g} {middle:g})",
        )
        side = left + width + 62
        label = "output = next input"
        yield words(
            side,
            middle,
            text=label,
            font_size=13,
            text_anchor="middle",
            fill=ACCENT,
            transform=f"rotate(-90 {side:g} {middle:g})",
        )
        yield words(x - 8, y - 18, text="each neuron:", font_size=13)
        yield words(x - 8, y, *_synapses(inputs, hidden), font_size=13)
    yield element("path", d=turn, fill="none", stroke=ACCENT, stroke_width=2)
    head = _head(left - 6, top + 15, 1, 0) if flat else _head(left + width / 2 + 9, top + height + 18, -1, 0)
    yield element("path", d=turn, fill="none", stroke=ACCENT, stroke_width=2)
    yield element("path", d=head, fill=ACCENT)
    yield element(
        "g",
        mosaic(last, 1.0, 0, 0, 1, data_now=""),
        transform=f"translate({left:g} {top:g}) scale({width / columns:g} {height / rows:g})",
    )


def _synapses(inputs: int, hidden: int) -> tuple[str, ...]:
    return (element("tspan", text=f"{inputs} + {hidden} = {inputs + hidden} synapses", fill=NEGATIVE),)


def _arrows(*ends: tuple[float, float, float, float]) -> str:
    """Draw arrows along the axes, each from its first point to its second."""
    lines = "".join(f"M{x1:.4g} {y1:.4g}L{x2:.4g} {y2:.4g}" for x1, y1, x2, y2 in ends)
    heads = "".join(_head(x2, y2, float(np.sign(x2 - x1)), float(np.sign(y2 - y1))) for x1, y1, x2, y2 in ends)
    return element("path", d=lines, stroke=MUTED, stroke_width=1.3) + element("path", d=heads, fill=MUTED)


def _head(x: float, y: float, dx: float, dy: float) -> str:
    back_x, back_y, across_x, across_y = x - 6 * dx, y - 6 * dy, 3.2 * dy, 3.2 * dx
    corners = (x, y), (back_x + across_x, back_y + across_y), (back_x - across_x, back_y - across_y)
    return "M" + "L".join(f"{px:.4g} {py:.4g}" for px, py in corners) + "z"


def _gates_wide(result: Gates) -> str:
    return canvas(*_cells(result, (0, 262, 524), (82, 82, 82), 168, 84), width=760, height=424, layout="wide")


def _gates_narrow(result: Gates) -> str:
    return canvas(*_cells(result, (0, 0, 0), (72, 222, 480), 250, 54), width=360, height=704, layout="narrow")


def _cells(
    result: Gates, lefts: Iterable[float], tops: Iterable[float], widest: float, tallest: float
) -> Iterator[str]:
    """Draw the cells' weights to one scale: at most ``widest`` for a row, ``tallest`` for a gate's block of rows."""
    unit = min(widest / (result.n_inputs + result.n_hidden), tallest / result.n_hidden, UNIT)
    for cell, x, y in zip(result.cells, lefts, tops, strict=True):
        place = f"{x:g} {y:g} {widest:g} {tallest:g}"
        yield element("g", *_cell(result, cell, x, y, unit), data_cell=cell.name, data_place=place)


def _cell(result: Gates, cell: Cell, x: float, y: float, unit: float) -> Iterator[str]:
    """Draw W_ih and W_hh side by side, one block of rows for each gate, a line between any two rows and columns."""
    i, h = result.n_inputs, result.n_hidden
    yield heading(x, y - 62, cell.name, f"{len(cell.gates)} H neurons" if len(cell.gates) > 1 else "H neurons")
    counts = f"{cell.neurons:,} neurons, {cell.synapses:,} synapses"
    yield words(x, y - 36, text=counts, font_size=13, data_count="")
    yield words(
        x,
        y - 10,
        element("tspan", text=f"{i} inputs", fill=NEGATIVE, data_inputs=""),
        element("tspan", text=f" + {h} own outputs", fill=ACCENT, data_hidden=""),
        font_size=13,
    )
    for k, gate in enumerate(cell.gates):
        top = y + k * h * unit
        shared = {"y": top, "height": h * unit, "fill_opacity": 0.8 - 0.14 * k}
        yield element("rect", x=x, width=i * unit, fill=NEGATIVE, data_in=k, **shared)
        yield element("rect", x=x + i * unit, width=h * unit, fill=ACCENT, data_again=k, **shared)
        yield words(x + (i + h) * unit + 9, top + h * unit / 2 + 4.5, text=gate, font_size=13, data_gate=k)
    rows, columns = len(cell.gates) * h, i + h
    lines = "".join(f"M0 {r}h{columns}" for r in range(1, rows)) + "".join(f"M{c} 0v{rows}" for c in range(1, columns))
    thick = "".join(f"M0 {k * h}h{columns}" for k in range(1, len(cell.gates))) + f"M{i} 0v{rows}"
    turn = f"translate({x:g} {y:g}) scale({unit:g})"
    style = {"stroke": PAPER, "transform": turn, "fill": "none"}
    yield element("path", d=lines, stroke_width=0.12, data_lines="", **style)
    yield element("path", d=thick, stroke_width=min(0.5, 2 / unit), data_blocks="", **style)
