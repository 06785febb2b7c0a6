"""Seconds and memory of one gradient of the published objective against the number of samples, road by road."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from generators.articles.inverse_set.results.cost import CDIST, K_ROAD, ONE_BATCH, OURS, PAIRS, Cost, Measurement
from generators.drawing import Table, text

LOOKS = {
    PAIRS: ("square", "dash", "var(--nf-2)"),
    CDIST: ("diamond", "dash", "var(--nf-4)"),
    ONE_BATCH: ("triangle-up", "dot", "var(--nf-3)"),
    OURS: ("circle", "solid", "var(--nf-accent)"),
    K_ROAD: ("x", "dot", "var(--nf-1)"),
}
"""Shape, dash and colour of each road."""
LABELS = {
    PAIRS: "every pair, as written",
    CDIST: "every pair, by a distance matrix",
    ONE_BATCH: "linear, in one batch",
    OURS: "linear, in micro-batches",
    K_ROAD: "K at a time",
}
SECONDS = {0.01: "10 ms", 0.1: "0.1 s", 1: "1 s", 10: "10 s"}
MEGABYTES = {1: "1 MB", 10: "10 MB", 100: "100 MB", 1000: "1 GB"}


def cost(result: Cost) -> go.Figure:
    """Two panels over n, both logarithmic: seconds, and what the process grew by."""
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.12)
    sizes = sorted({each.n for each in result.measurements})
    for column, measure in enumerate(("seconds", "extra_megabytes"), 1):
        for road, (shape, dash, colour) in LOOKS.items():
            found = result.of(road)
            figure.add_scatter(
                x=[each.n for each in found], y=[getattr(each, measure) for each in found], row=1, col=column,
                mode="lines+markers", name=text(LABELS[road]), legendgroup=road, showlegend=column == 1,
                line={"color": colour, "dash": dash, "width": 2}, marker={"symbol": shape, "size": 9, "color": colour},
                text=[_said(each) for each in found], hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip
    ticks = {"type": "log", "tickvals": sizes, "ticktext": [f"{n:,}" for n in sizes], "tickangle": -45}
    figure.update_xaxes(title="samples", **ticks)
    for column, title, units in ((1, "CPU time, one thread", SECONDS), (2, "memory on top", MEGABYTES)):
        marks = {"tickvals": list(units), "ticktext": list(units.values())}
        figure.update_yaxes(title=title, type="log", row=1, col=column, **marks)
    return figure.update_layout(
        height=480, margin={"t": 12}, legend={"orientation": "h", "x": 0, "y": -0.28, "yanchor": "top"}
    )


def cost_table(result: Cost) -> Table:
    """The same measurements as rows."""
    rows = [
        {"Road": LABELS[each.road], "Samples": each.n, "CPU seconds": each.seconds, "MB on top": each.extra_megabytes}
        for road in LOOKS
        for each in result.of(road)
    ]
    return Table(rows, {"CPU seconds": ".3f", "MB on top": ",.0f"})


def _said(each: Measurement) -> str:
    return (
        f"<b>{text(LABELS[each.road])}</b>, {each.n:,} samples<br>{each.seconds:.3g} s, {each.extra_megabytes:,.0f} MB"
    )
