"""How many pictures are enough: how close an atlas of fewer comes to that of all, and how much of the map it fills."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from generators.articles.activation_atlas.results.enough import Enough, Layer, Sample
from generators.drawing import Table, text

COLOURS = ("var(--nf-1)", "var(--nf-2)", "var(--nf-3)", "var(--nf-4)", "var(--nf-5)", "var(--nf-6)")
CROWDED = 2.5
"""Sizes whose ratio is smaller are too close for two labels."""
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "star")


def enough(result: Enough) -> go.Figure:
    """Two panels over the number of pictures: how close the means of cells are, and how many cells are filled."""
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.22)
    for index, layer in enumerate(result.layers):
        for which, (name, dash, take) in enumerate(_measures()):
            _line(figure, layer, index, (name, dash, take), column=1, shows=True, rank=which)
        _line(figure, layer, index, ("cells filled", "solid", lambda each: each.cells), column=2, shows=False, rank=0)
    sizes = sorted({sample.n for layer in result.layers for sample in layer.samples})
    figure.update_xaxes(
        title="pictures",
        type="log",
        tickvals=sizes,
        ticktext=_apart(sizes),
        tickangle=0,
        minor={"ticks": ""},
    )
    figure.update_yaxes(title="centred cosine", row=1, col=1)
    figure.update_yaxes(title=f"cells filled, of {result.grid**2}", rangemode="tozero", row=1, col=2)
    figure.update_yaxes(title={"font": {"size": 13}, "standoff": 4})
    return figure.update_layout(
        height=430, margin={"t": 12}, legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"}
    )


def enough_table(result: Enough) -> Table:
    """The same as rows."""
    rows = [
        {
            "Layer": layer.path,
            "Pictures": sample.n,
            "Cells": sample.cells,
            "In a cell": sample.per_cell,
            "Cosine to all": sample.cosine,
            "10th percentile": sample.cosine_p10,
            "Cosine of two samples": sample.apart,
        }
        for layer in result.layers
        for sample in layer.samples
    ]
    return Table(
        rows,
        {
            "In a cell": ".0f",
            "Cosine to all": ".3f",
            "10th percentile": ".3f",
            "Cosine of two samples": ".3f",
        },
    )


def _apart(sizes: list[int]) -> list[str]:
    """A label for each size, empty where on a phone it would run into the next one's."""
    return ["" if after and after < CROWDED * n else short(n) for n, after in zip(sizes, [*sizes[1:], 0], strict=True)]


def short(n: int) -> str:
    """Write a count for an axis: 300, 1k, 20k, 1M."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if n >= unit:
            return f"{n / unit:.3g}{letter}"
    return str(n)


def _measures() -> tuple:
    return (
        ("to the atlas of all", "solid", lambda each: each.cosine),
        ("between two samples", "dash", lambda each: each.apart),
    )


def _line(figure: go.Figure, layer: Layer, index: int, measure: tuple, column: int, shows: bool, rank: int) -> None:
    name, dash, take = measure
    colour, shape = COLOURS[index % len(COLOURS)], SHAPES[index % len(SHAPES)]
    samples = [each for each in layer.samples if take(each) == take(each)]
    figure.add_scatter(
        x=[each.n for each in samples], y=[take(each) for each in samples], row=1, col=column, mode="lines+markers",
        name=f"{text(layer.path)}, {name}", legendgroup=layer.path, showlegend=shows,
        line={"color": colour, "dash": dash, "width": 2},
        marker={"symbol": shape if rank == 0 else f"{shape}-open", "size": 9, "color": colour},
        text=[_said(layer, each) for each in samples], hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _said(layer: Layer, sample: Sample) -> str:
    """What is known of a sample; where there is no second one, or too few cells, a cosine is left out."""
    known = {"cosine to all": sample.cosine, "of two samples": sample.apart}
    return (
        f"<b>{text(layer.path)}</b>, {sample.n:,} pictures<br>{sample.cells:,} cells, {sample.per_cell:.0f} in each<br>"
    ) + ", ".join(f"{name} {value:.3f}" for name, value in known.items() if value == value)
