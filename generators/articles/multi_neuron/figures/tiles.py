"""Partitions as drawings: up to 2,000 regions as a plot, more as a mosaic."""

from collections.abc import Iterator, Sequence

import numpy as np
import plotly.graph_objects as go

from generators.articles.multi_neuron.figures.mosaics import DECISION, cells
from generators.articles.multi_neuron.figures.shading import Shading
from generators.articles.multi_neuron.results.plane import PlanePartition
from generators.drawing import Mosaic, text

PLOTTED = 2_000
"""The most regions that are drawn one by one."""
SIDE = 620


def tiles(
    partitions: Sequence[PlanePartition],
    labels: Sequence[str],
    shading: Shading,
    titles: tuple[str, str],
    slider: str = "",
    points: Sequence[tuple[float, float, str]] = (),
    start: int = 0,
) -> go.Figure | Mosaic:
    """Draw the regions of one partition, or of several under a slider that is named and shows ``start`` first."""
    decided = any(each.answer is not None for each in partitions)
    if max(each.n_regions for each in partitions) > PLOTTED or len(partitions) > 6:
        return Mosaic(
            states=[
                cells(each, shade, label)
                for each, shade, label in zip(partitions, shading.regions, labels, strict=True)
            ],
            shades=shading.shades,
            x_title=titles[0],
            y_title=titles[1],
            legend=shading.legend,
            heavy="where the answer changes" if decided else "",
            slider=slider,
            start=start,
            points=points,
        )
    return _plot(partitions, labels, shading, titles, slider, points, start)


def _plot(
    partitions: Sequence[PlanePartition],
    labels: Sequence[str],
    shading: Shading,
    titles: tuple[str, str],
    slider: str,
    points: Sequence[tuple[float, float, str]],
    start: int,
) -> go.Figure:
    figure = go.Figure()
    owner: list[int] = []
    words = {index: said for said, index in shading.legend if said}
    for state, (partition, shade) in enumerate(zip(partitions, shading.regions, strict=True)):
        for trace in _state(partition, shade, shading, words):
            figure.add_trace(trace.update(visible=state == start))
            owner.append(state)
    for x, y, label in points:
        figure.add_scatter(
            x=[x], y=[y], mode="markers+text", text=[text(label)], textposition="top center", hoverinfo="skip",
            marker={"size": 9, "color": "var(--nf-ink)", "line": {"color": "var(--nf-paper)", "width": 2}},
            showlegend=False,
        )  # fmt: skip
        owner.append(-1)
    if len(partitions) > 1:
        steps = [
            {"label": label, "method": "restyle", "args": [{"visible": [each in (state, -1) for each in owner]}]}
            for state, label in enumerate(labels)
        ]
        figure.update_layout(sliders=[{"active": start, "currentvalue": {"prefix": f"{slider}: "}, "steps": steps}])
    (x0, y0), (x1, y1) = (edge(np.concatenate([each.vertices for each in partitions]), 0) for edge in (np.min, np.max))
    figure.update_xaxes(title=titles[0], range=[x0, x1], showgrid=False, zeroline=False, constrain="domain")
    figure.update_yaxes(
        title=titles[1], range=[y0, y1], showgrid=False, zeroline=False, scaleanchor="x", constrain="domain"
    )
    return figure.update_layout(
        width=SIDE + 60, height=SIDE, margin={"t": 12}, hovermode="closest",
        legend={"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top", "itemsizing": "constant"},
    )  # fmt: skip


def _state(
    partition: PlanePartition, shade: np.ndarray, shading: Shading, words: dict[int, str]
) -> Iterator[go.Scatter]:
    """All regions of a colour as one trace, the boundaries as one, and a place to point at in each region."""
    for colour in np.unique(shade):
        x, y = _outlines(partition, np.flatnonzero(shade == colour))
        about = shading.shades[colour]
        yield go.Scatter(
            x=x, y=y, mode="lines", fill="toself", line={"width": 0}, fillcolor=about.colour, opacity=about.opacity,
            hoverinfo="skip", name=text(words.get(int(colour), about.words or "regions")), showlegend=False,
        )  # fmt: skip
    for said, index in shading.legend:
        if said and index in shade:
            about = shading.shades[index]
            yield go.Scatter(
                x=[None], y=[None], mode="markers", name=text(said), hoverinfo="skip",
                marker={"symbol": "square", "size": 12, "color": about.colour, "opacity": about.opacity},
            )  # fmt: skip
    inner = partition.edge_regions.min(1) >= 0
    heavy = inner & _decides(partition)
    yield _lines(partition, inner & ~heavy, 0.6, "boundaries")
    if heavy.any():
        yield _lines(partition, heavy, 2.4, "where the answer changes")
    start = partition.corner_start
    middle = np.add.reduceat(partition.vertices[partition.corners], start[:-1]) / np.diff(start)[:, None]
    yield go.Scatter(
        x=middle[:, 0], y=middle[:, 1], mode="markers", name="regions", showlegend=False,
        marker={"size": 9, "opacity": 0, "color": "var(--nf-ink)"},
        text=[_said(partition, r, shading.shades[shade[r]].words) for r in range(partition.n_regions)],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _outlines(partition: PlanePartition, regions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The corners of regions one after the other, each closed, with a gap after it."""
    loops = []
    for region in regions:
        corners = partition.polygon(int(region))
        loops += [corners, corners[:1], np.full((1, 2), np.nan)]
    x, y = np.concatenate(loops).astype(np.float32).T
    return x, y


def _lines(partition: PlanePartition, edges: np.ndarray, width: float, name: str) -> go.Scatter:
    ends = partition.vertices[partition.edges[edges]]  # (n, 2, 2)
    x, y = np.concatenate([ends, np.full((len(ends), 1, 2), np.nan)], 1).reshape(-1, 2).astype(np.float32).T
    return go.Scatter(
        x=x, y=y, mode="lines", line={"width": width, "color": "var(--nf-ink)"}, hoverinfo="skip", name=name,
        showlegend=width > 1,
    )  # fmt: skip


def _decides(partition: PlanePartition) -> np.ndarray:
    if partition.answer is None:
        return np.zeros(partition.n_edges, bool)
    left, right = partition.edge_regions.T
    return partition.answer[left] != partition.answer[right]


def _said(partition: PlanePartition, region: int, answer: str) -> str:
    """What pointing at a region says: its answer, its share of the domain, and how many neurons each layer has on."""
    bits, always = partition.bits(region), np.unpackbits(partition.constant_code, bitorder="little")
    lines = [f"region {region + 1}: {partition.area[region] / partition.area.sum():.2%} of the plane"]
    for layer in partition.layers:
        if layer.kind == DECISION:
            continue
        mine = (partition.switches >= layer.start) & (partition.switches < layer.start + layer.size)
        on = int(bits[mine].sum()) + int(always[layer.start : layer.start + layer.size].sum())
        lines.append(f"{text(layer.name)}: {on} of {layer.size} on")
    return "<br>".join([*([text(answer)] if answer else []), *lines])
