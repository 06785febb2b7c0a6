"""Pairs of pictures by their distance in pixels and in the encoder's space."""

import plotly.graph_objects as go

from generators.articles.inverse_set.results.distances import NOISE, OTHER, SAME, Distances

LOOKS = {
    SAME: ("two pictures of one class", "circle", "var(--nf-1)"),
    OTHER: ("two pictures of different classes", "diamond-open", "var(--nf-4)"),
    NOISE: ("two pictures of white noise", "x-thin-open", "var(--nf-2)"),
}


def distances(result: Distances) -> go.Figure:
    """Every pair as a mark: pixels to the right, the encoder upwards."""
    figure = go.Figure()
    for kind, (name, symbol, colour) in LOOKS.items():
        mine = result.kind == kind
        figure.add_scatter(
            x=result.pixel[mine],
            y=result.encoder[mine],
            mode="markers",
            name=name,
            marker={
                "symbol": symbol,
                "size": 6,
                "opacity": 0.75,
                "color": colour,
                "line": {"width": 1, "color": colour},
            },
            hovertemplate=f"{name}<br>pixels %{{x:.3f}}<br>encoder %{{y:.2f}}<extra></extra>",
        )
    figure.update_xaxes(title="difference in pixels, root mean square, share of white", rangemode="tozero")
    figure.update_yaxes(title="distance as the encoder sees it", rangemode="tozero")
    return figure.update_layout(
        height=460, margin={"t": 12}, legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"}
    )
