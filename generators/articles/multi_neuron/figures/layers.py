"""The plane of a network of two inputs: layer by layer, through training, and as random points see it."""

import numpy as np
import plotly.graph_objects as go

from generators.articles.multi_neuron.figures.shading import by_activity, by_answer, together
from generators.articles.multi_neuron.figures.tiles import tiles
from generators.articles.multi_neuron.results.layers import LayerByLayer, Sampled, ThroughTraining
from generators.drawing import Mosaic, text

LEGEND = {"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"}


def layer_by_layer(result: LayerByLayer) -> go.Figure | Mosaic:
    """The partition after each hidden layer, and with the network's answer."""
    shading = together(by_activity(result.partitions), by_answer([result.decided], result.labels))
    depth = len(result.partitions)
    labels = ["layer 1", *(f"layers 1 to {k}" for k in range(2, depth + 1)), "all, coloured by the answer"]
    states = [*result.partitions, result.decided]
    x, y = map(text, result.features)
    return tiles(states, labels, shading, (x, y), slider="Cut by", start=depth)


def regions_by_depth(result: LayerByLayer) -> go.Figure:
    """How many regions there are after each layer, beside the most that there could be."""
    depth = np.arange(1, len(result.partitions) + 1)
    counts = [each.n_regions for each in result.partitions]
    figure = go.Figure()
    figure.add_scatter(
        x=depth, y=result.bound, mode="lines+markers", name="the most that such layers can make",
        line={"dash": "dot", "color": "var(--nf-muted)"}, marker={"symbol": "triangle-down", "size": 9},
        hovertemplate="layer %{x}: at most %{y:,.0f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=depth, y=counts, mode="lines+markers+text", name="regions of this network", text=[f"{n:,}" for n in counts],
        textposition="bottom center", line={"color": "var(--nf-accent)", "width": 2.5}, marker={"size": 9},
        hovertemplate="layer %{x}: %{y:,} regions<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title="hidden layers so far", tickvals=depth, range=[0.7, len(depth) + 0.3])
    figure.update_yaxes(title="regions", type="log", range=[0, float(np.log10(result.bound.max())) + 0.3])
    return figure.update_layout(height=380, margin={"t": 12}, legend=LEGEND)


def seen_by_sampling(result: LayerByLayer | Sampled) -> go.Figure:
    """The share of all regions in which at least one of n random points lies."""
    partition = result.partition if isinstance(result, Sampled) else result.partitions[-1]
    share = result.n_seen / partition.n_regions
    figure = go.Figure()
    figure.add_hline(y=1, line={"dash": "dot", "color": "var(--nf-muted)"})
    figure.add_scatter(
        x=result.n_points, y=share, mode="lines+markers", name="regions found",
        line={"color": "var(--nf-accent)", "width": 2.5}, marker={"size": 8}, showlegend=False,
        text=[
            f"{n:,} points find {k:,} of {partition.n_regions:,}"
            for n, k in zip(result.n_points, result.n_seen, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=1, yanchor="bottom", showarrow=False, font={"color": "var(--nf-muted)"},
        text=f"all {partition.n_regions:,} regions",
    )  # fmt: skip
    figure.update_xaxes(title="random points tried", type="log")
    figure.update_yaxes(title="share of the regions found", tickformat=".0%", range=[0, 1.1])
    return figure.update_layout(height=360, margin={"t": 12})


def through_training(result: ThroughTraining) -> Mosaic:
    """The partition at each checkpoint, coloured by the answer."""
    shading = by_answer(result.partitions, result.labels)
    labels = [f"{step:,}" for step in result.steps]
    x, y = map(text, result.features)
    drawn = tiles(result.partitions, labels, shading, (x, y), slider="After steps of training", start=len(labels) - 1)
    assert isinstance(drawn, Mosaic)
    return drawn


def regions_through_training(result: ThroughTraining) -> go.Figure:
    """Regions and accuracy against the step of training."""
    steps = np.maximum(result.steps, 0.5)  # a logarithmic axis has no 0
    figure = go.Figure()
    figure.add_scatter(
        x=steps, y=result.n_hidden, name="regions", mode="lines+markers",
        line={"color": "var(--nf-accent)", "width": 2.5}, marker={"size": 7},
        text=[f"step {step:,}: {n:,} regions" for step, n in zip(result.steps, result.n_hidden, strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=steps, y=result.accuracy, yaxis="y2", name="held-out accuracy", mode="lines+markers",
        line={"color": "var(--nf-3)", "dash": "dash", "width": 2}, marker={"symbol": "square", "size": 6},
        text=[f"step {step:,}: {each:.1%} right" for step, each in zip(result.steps, result.accuracy, strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    shown = [0, *(10**k for k in range(len(str(int(result.steps.max())))))]
    figure.update_xaxes(
        title="steps of training", type="log", tickvals=[0.5, *shown[1:]], ticktext=[f"{each:,}" for each in shown]
    )
    figure.update_yaxes(title="regions", rangemode="tozero")
    return figure.update_layout(
        height=380, margin={"t": 12, "r": 64}, legend=LEGEND,
        yaxis2={
            "title": "share answered rightly", "overlaying": "y", "side": "right", "range": [0, 1.05],
            "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1], "showgrid": False,
        },
    )  # fmt: skip
