"""A confusion matrix and the accuracy of each class."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from generators.articles.report.results.confusion import Confusion
from generators.drawing import text

RIGHT = [[0, "var(--nf-paper)"], [1, "var(--nf-negative)"]]
WRONG = [[0, "var(--nf-paper)"], [1, "var(--nf-positive)"]]
NUMBERED = 14
"""The most classes whose cells have room for a number."""
STEPS = 24
"""Pixels of a row where there are many."""
LONGEST = 22
"""Letters of a label that is not cut."""


def confusion(result: Confusion) -> go.Figure:
    """Show right answers in blue on the diagonal and wrong ones in red, both as shares of the true class."""
    k = len(result.labels)
    share = result.counts / np.maximum(result.counts.sum(1, keepdims=True), 1)
    on, off = np.eye(k, dtype=bool), ~np.eye(k, dtype=bool)
    figure = go.Figure()
    _add(figure, result, np.where(on, share, np.nan), RIGHT, 1.0, "right")
    wrong = np.where(off & (result.counts > 0), share, np.nan)
    _add(figure, result, wrong, WRONG, float(np.nanmax(wrong)) if np.isfinite(wrong).any() else 1.0, "wrong")
    names, ticks = _names(result.labels), list(range(k))
    side = int(min(760, max(360, STEPS * k + 160)))
    axis = {"tickvals": ticks, "ticktext": names, "showgrid": False, "zeroline": False, "ticks": ""}
    figure.update_xaxes(title="answer", side="top", tickangle=-60 if k > 6 or _long(names) else 0, **axis)
    figure.update_yaxes(title="true class", autorange="reversed", scaleanchor="x", constrain="domain", **axis)
    figure.update_xaxes(constrain="domain")
    margin = {"l": 16, "r": 16, "t": 16, "b": 16}
    return figure.update_layout(width=side, height=side, margin=margin, plot_bgcolor="var(--nf-surface)")


def _add(figure: go.Figure, result: Confusion, share: np.ndarray, scale: Sequence, largest: float, name: str) -> None:
    """Add the cells where ``share`` is a number."""
    n = result.counts.sum(1)
    labels = [text(label) for label in result.labels]
    hover = [
        [
            "" if np.isnan(share[i, j])
            else f"{labels[i]}, answered {labels[j]}: {result.counts[i, j]:,} of {n[i]:,} ({share[i, j]:.1%})"
            for j in range(len(labels))
        ]
        for i in range(len(labels))
    ]  # fmt: skip
    numbers = {}
    if len(labels) <= NUMBERED:
        written = [
            ["" if np.isnan(s) else f"{c:,}" for s, c in zip(*row, strict=True)]
            for row in zip(share, result.counts, strict=True)
        ]
        numbers = {"text": written, "texttemplate": "%{text}", "textfont": {"size": 12}}
    figure.add_heatmap(
        z=share, colorscale=scale, zmin=0, zmax=largest, showscale=False, xgap=1, ygap=1, name=name,
        hovertext=hover, hoverinfo="text", hoverongaps=False, **numbers,
    )  # fmt: skip


def accuracy_by_class(result: Confusion) -> go.Figure:
    """Place every class by the share that is right, the lowest at the top."""
    there = np.flatnonzero(np.isfinite(result.accuracy))
    order = there[np.argsort(result.accuracy[there], kind="stable")]
    names = _names([result.labels[k] for k in order])
    share, low, high = (values[order] for values in (result.accuracy, result.low, result.high))
    figure = go.Figure()
    figure.add_scatter(
        x=share, y=list(range(len(order))), mode="markers", showlegend=False, name="accuracy",
        marker={"color": "var(--nf-1)", "size": 9},
        error_x={
            "type": "data", "array": high - share, "arrayminus": share - low, "color": "var(--nf-muted)",
            "thickness": 1.5, "width": 0,
        },
        text=[
            f"{name}: {s:.1%} of {m:,}, between {a:.1%} and {b:.1%}"
            for name, s, m, a, b in zip(names, share, result.counts.sum(1)[order], low, high, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title="share that is right, with its 95% interval", tickformat=".3~%")
    figure.update_yaxes(
        title="class", tickvals=list(range(len(order))), ticktext=names, autorange="reversed", showgrid=False,
        zeroline=False,
    )  # fmt: skip
    return figure.update_layout(width=760, height=int(max(220, 22 * len(order) + 90)), margin={"t": 12})


def _names(labels: Sequence[str]) -> list[str]:
    """Labels as text for plotly, the long ones cut."""
    return [text(label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…") for label in labels]


def _long(names: Sequence[str]) -> bool:
    return max(map(len, names), default=0) > 5
