"""The plane in the colours of a network's answers."""

from itertools import cycle, islice

import numpy as np
import plotly.graph_objects as go

from generators.articles.report.results.decisions import Decisions
from generators.drawing import text
from generators.style import QUALITATIVE

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
TONES = 20
"""Strengths of a colour that are told apart."""
STRONGEST = 0.55
"""Opacity of the plane where the network is sure, so that points stand out on it."""


def decisions(result: Decisions) -> go.Figure:
    """Colour the plane by answer, the stronger the surer, with held-out points over it."""
    labels = [text(label) for label in result.labels]
    colours = list(islice(cycle(QUALITATIVE), len(labels)))
    figure = go.Figure()
    figure.add_heatmap(
        x=np.round(result.x, 4), y=np.round(result.y, 4), z=_tones(result), colorscale=_scale(colours), zmin=0,
        zmax=TONES * len(labels), showscale=False, opacity=STRONGEST, hoverinfo="skip", zsmooth=False,
        name=f"{TONES} × answer + certainty",
    )  # fmt: skip
    for k, (label, colour) in enumerate(zip(labels, colours, strict=True)):
        _add_points(figure, result, k, label, colour)
    wrong = result.truth != result.given
    figure.add_scatter(
        x=result.points[wrong, 0], y=result.points[wrong, 1], mode="markers", name="answered wrongly", hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 13, "color": "var(--nf-ink)", "line": {"width": 1.6}},
    )  # fmt: skip
    x_name, y_name = map(text, result.features)
    figure.update_xaxes(title=x_name, range=[result.x[0], result.x[-1]], showgrid=False, zeroline=False)
    figure.update_yaxes(title=y_name, range=[result.y[0], result.y[-1]], showgrid=False, zeroline=False)
    return figure.update_layout(
        width=640,
        height=620,
        margin={"t": 12},
        legend={"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top", "itemsizing": "constant"},
    )


def _add_points(figure: go.Figure, result: Decisions, k: int, label: str, colour: str) -> None:
    mine = result.truth == k
    figure.add_scatter(
        x=result.points[mine, 0], y=result.points[mine, 1], mode="markers", name=label,
        marker={
            "symbol": SYMBOLS[k % len(SYMBOLS)], "size": 6, "color": colour, "opacity": 0.9,
            "line": {"color": "var(--nf-paper)", "width": 0.8},
        },
        text=[f"{label}, answered {text(result.labels[given])}" for given in result.given[mine]],
        hovertemplate="%{text}<br>%{x:.3g}, %{y:.3g}<extra></extra>",
    )  # fmt: skip


def _tones(result: Decisions) -> np.ndarray:
    """One whole number a place: which label, and from the least a winner can have to 1 how sure."""
    least = 1 / len(result.labels)
    sure = ((result.probability - least) / (1 - least)).clip(0, 1)
    return (result.answer * TONES + np.round(sure * (TONES - 1))).astype(np.int16)


def _scale(colours: list[str]) -> list[list]:
    """From paper to each label's colour, one label after the other."""
    k = len(colours)
    return [
        stop
        for index, colour in enumerate(colours)
        for stop in ([index / k, "var(--nf-paper)"], [(index + 1 - 1 / TONES) / k, colour], [(index + 1) / k, colour])
    ]
