"""Roads into one interval: the pictures at the end of each, and how noisy and how easily moved they are."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from generators.articles.inverse_set.results.pixels import DATA, FROM_DATA, FROM_GREY, GENERATOR, SHORTEST, Pixels, Road
from generators.drawing import Pictures, text

LABELS = {
    DATA: "data inside",
    FROM_GREY: "pixels, from grey",
    FROM_DATA: "pixels, from data outside",
    SHORTEST: "data outside, moved in",
    GENERATOR: "generator",
}
LOOKS = {
    DATA: ("circle", "var(--nf-3)"),
    FROM_GREY: ("square", "var(--nf-2)"),
    FROM_DATA: ("diamond", "var(--nf-4)"),
    SHORTEST: ("triangle-up", "var(--nf-5)"),
    GENERATOR: ("star", "var(--nf-1)"),
}
PANELS = {
    "roughness": "neighbouring pixels differ by (share of white)",
    "fine_share": "variance in fine detail (share)",
    "one_pixel": "one pixel moves the activation by (widths)",
    "one_level": "one level everywhere moves it by (widths)",
}
"""What each panel shows; widths are those of the interval."""


def pixels(result: Pixels) -> Pictures:
    """Every road's pictures in a row, the activation under each; a frame marks what is not in the interval."""
    roads = _found(result)
    inside = [result.low <= value <= result.high for road in roads for value in road.activation]
    return Pictures(
        np.concatenate([road.pictures for road in roads]),
        rows=[(LABELS[road.name], len(road.pictures)) for road in roads],
        about=[_about(road, k) for road in roads for k in range(len(road.pictures))],
        captions=[
            f"{value:.2f}" if there else f"{value:.2f}, outside"
            for there, value in zip(inside, (value for road in roads for value in road.activation), strict=True)
        ],
        marked=[not there for there in inside],
    )


def sensitivity(result: Pixels) -> go.Figure:
    """A panel for each measure, a row for each road, a mark for each picture and a line at their mean."""
    figure = make_subplots(rows=2, cols=2, shared_yaxes=True, horizontal_spacing=0.06, vertical_spacing=0.2)
    for index, (measure, title) in enumerate(PANELS.items()):
        row, column = index // 2 + 1, index % 2 + 1
        for road in _found(result):
            values = getattr(road, measure)
            shape, colour = LOOKS[road.name]
            label = LABELS[road.name]
            figure.add_scatter(
                x=values, y=[label] * len(values), row=row, col=column, mode="markers", name=text(label),
                marker={"symbol": shape, "color": colour, "size": 10, "opacity": 0.7},
                hovertemplate="%{x:.3g}<extra>%{y}</extra>", showlegend=False,
            )  # fmt: skip
            figure.add_scatter(
                x=[values.mean()], y=[label], row=row, col=column, mode="markers", name=f"mean, {text(label)}",
                marker={"symbol": "line-ns", "size": 22, "line": {"color": "var(--nf-ink)", "width": 2}},
                hovertemplate="mean %{x:.3g}<extra>%{y}</extra>", showlegend=False,
            )  # fmt: skip
        figure.update_xaxes(title={"text": title, "font": {"size": 13}}, rangemode="tozero", row=row, col=column)
    figure.update_yaxes(autorange="reversed")
    return figure.update_layout(height=520, margin={"t": 12})


def _found(result: Pixels) -> list[Road]:
    """Roads that have pictures: the data may have none in the interval."""
    return [road for road in result.roads if len(road.pictures)]


def _about(road: Road, k: int) -> dict[str, object]:
    return {
        "road": LABELS[road.name],
        "picture": k + 1,
        "activation": float(road.activation[k]),
        "roughness": float(road.roughness[k]),
        "variance in fine detail": float(road.fine_share[k]),
        "largest change by one pixel": float(road.one_pixel[k]),
        "mean change by one pixel": float(road.one_pixel_mean[k]),
        "change by one level of all": float(road.one_level[k]),
    }
