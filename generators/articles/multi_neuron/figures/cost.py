"""What a partition takes against what it yields: ours and other tools'."""

import plotly.graph_objects as go

from generators.articles.multi_neuron.results.cost import OURS, Cost, Measurement
from generators.drawing import Table, text

LOOKS = {
    OURS: ("circle", "var(--nf-accent)"),
    "SplineCam": ("diamond", "var(--nf-2)"),
    "edge subdivision": ("square", "var(--nf-3)"),
    "SyReNN core": ("triangle-up", "var(--nf-4)"),
}
"""The shape and the colour of each tool."""
SECONDS = {0.001: "1 ms", 0.01: "10 ms", 0.1: "0.1 s", 1: "1 s", 10: "10 s", 100: "100 s"}
REGIONS = {100: "100", 1_000: "1k", 10_000: "10k", 100_000: "100k", 1_000_000: "1M"}
GUIDE = (300, 3_000_000), (0.0003, 3)
"""A million regions a second."""


def cost(result: Cost) -> go.Figure:
    """Every measurement as a mark, seconds over regions, both logarithmic."""
    figure = go.Figure()
    figure.add_scatter(
        x=GUIDE[0], y=GUIDE[1], mode="lines", name="a million regions per second", hoverinfo="skip",
        legendrank=2000,
        line={"dash": "dot", "color": "var(--nf-muted)"},
    )  # fmt: skip
    for tool in result.tools:
        found = result.of(tool)
        shape, colour = LOOKS[tool]
        figure.add_scatter(
            x=[each.regions for each in found], y=[each.seconds for each in found], mode="markers", name=text(tool),
            marker={"symbol": shape, "size": 10, "color": colour, "line": {"color": "var(--nf-paper)", "width": 1}},
            text=[_said(each) for each in found], hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="regions", type="log", tickvals=list(REGIONS), ticktext=list(REGIONS.values()))
    figure.update_yaxes(
        title="CPU seconds, one thread", type="log", tickvals=list(SECONDS), ticktext=list(SECONDS.values())
    )
    return figure.update_layout(
        height=500, margin={"t": 12}, legend={"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"}
    )


def cost_table(result: Cost) -> Table:
    """The same measurements as rows."""
    rows = [
        {
            "Network": each.network,
            "Tool": each.tool,
            "Regions": each.regions,
            "CPU seconds": each.seconds,
            "Times ours": None if each.tool == OURS else each.times_ours,
            "Regions per second": each.regions_per_second,
            "MB": each.peak_megabytes,
            "Same count": _agreement(each) if each.tool != OURS else "",
        }
        for each in result.measurements
    ]
    formats = {"Regions": ",d", "CPU seconds": ".4g", "Times ours": ",.1f", "Regions per second": ",.0f", "MB": ",.0f"}
    return Table(rows, formats)


def _said(each: Measurement) -> str:
    lines = [
        f"<b>{text(each.tool)}</b> on {text(each.network)}",
        f"{each.regions:,} regions in {each.seconds:.3g} s",
        f"{each.regions_per_second:,.0f} regions per second",
        f"{each.peak_megabytes:,.0f} MB",
    ]
    if each.tool != OURS:
        lines += [f"{each.times_ours:,.1f} times ours", f"same count: {_agreement(each)}"]
    return "<br>".join(lines)


def _agreement(each: Measurement) -> str:
    if each.missed == 0:
        return "yes"
    return f"{abs(each.missed):,} {'fewer' if each.missed > 0 else 'more'}"
