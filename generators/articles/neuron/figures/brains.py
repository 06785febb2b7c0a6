"""Brains and networks on one map of neurons against synapses, and the brains' sources as a table."""

from collections.abc import Sequence
from math import log10
from typing import Literal

import plotly.graph_objects as go

from generators.articles.neuron.results.brains import Comparison, Count
from generators.drawing import Table, text

LABELS = {
    "sea squirt": ("sea squirt", "bottom center"),
    "roundworm": ("roundworm", "middle right"),
    "fruit fly larva": ("fruit fly larva", "middle right"),
    "1 mm³ of mouse cortex": ("1 mm³ cortex", "top left"),
    "fruit fly": ("fruit fly", "bottom right"),
    "honey bee": ("honey bee", "bottom right"),
    "mouse": ("mouse", "bottom right"),
    "rat": ("rat", "bottom right"),
    "human neocortex": ("human neocortex", "bottom left"),
    "human brain": ("human brain", "top left"),
    "GPT-3 175B": ("GPT-3 175B", "middle left"),
    "Llama 3 405B": ("Llama 3 405B", "top left"),
    "DeepSeek-V3": ("DeepSeek-V3", "top right"),
    "GPT-2": ("GPT-2", "middle left"),
    "ResNet-50": ("ResNet-50", "bottom left"),
}
"""Which points are named on the map, how shortly, and on which side; every other one says its name on hover."""
KINDS = (
    ("brains", ("brain", "piece"), "circle", "var(--nf-2)"),
    ("networks", ("network",), "square", "var(--nf-1)"),
)
GUIDES = (10, 100, 1_000, 10_000)
X_RANGE, Y_RANGE = (0.8, 12.6), (2.8, 16.6)
"""Powers of ten."""


def brains(comparison: Comparison) -> go.Figure:
    """Place every count with the range of its sources, over lines of equal synapses per neuron."""
    figure = go.Figure()
    for guide in GUIDES:
        ends = [10.0 ** X_RANGE[0], 10.0 ** X_RANGE[1]]
        figure.add_scatter(
            x=ends, y=[end * guide for end in ends], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": "var(--nf-faint)", "width": 1, "dash": "dot"}, name=f"{guide:,} synapses per neuron",
        )  # fmt: skip
        figure.add_annotation(
            x=X_RANGE[1], xanchor="right", y=X_RANGE[1] + log10(guide), yanchor="bottom", showarrow=False,
            text=f"{guide:,}" + (" synapses per neuron" if guide == GUIDES[-1] else ""),
            font={"color": "var(--nf-muted)", "size": 13},
        )  # fmt: skip
    for axis in ("x", "y"):
        _add_ranges(figure, axis, comparison.brains, KINDS[0][3])
    for label, kinds, symbol, colour in KINDS:
        _add_points(
            figure, label, [c for c in (*comparison.brains, *comparison.networks) if c.kind in kinds], symbol, colour
        )
    figure.add_scatter(
        x=[None], y=[None], mode="markers", name="open: synapses never counted", hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 9, "color": KINDS[0][3], "line": {"width": 1.6, "color": KINDS[0][3]}},
    )  # fmt: skip
    figure.update_xaxes(title="neurons", type="log", range=X_RANGE, dtick=2, exponentformat="power")
    figure.update_yaxes(title="synapses", type="log", range=Y_RANGE, dtick=2, exponentformat="power")
    return figure.update_layout(
        width=760,
        height=600,
        margin={"l": 64, "r": 16, "t": 44, "b": 56},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
    )


def _add_points(figure: go.Figure, label: str, counts: Sequence[Count], symbol: str, colour: str) -> None:
    figure.add_scatter(
        name=label,
        x=[count.neurons for count in counts],
        y=[count.synapses for count in counts],
        mode="markers+text",
        text=[text(LABELS.get(count.name, ("", ""))[0]) for count in counts],
        textposition=[LABELS.get(count.name, ("", "middle center"))[1] for count in counts],
        textfont={"size": 13.5, "color": colour},
        marker={
            "symbol": [f"{symbol}-open" if count.estimated else symbol for count in counts],
            "size": [9 if count.name in LABELS else 6 for count in counts],
            "opacity": [1 if count.name in LABELS else 0.55 for count in counts],
            "color": colour,
            "line": {"width": 1.6, "color": colour},
        },
        customdata=[
            [
                text(count.name),
                in_words(count.neurons),
                in_words(count.synapses),
                f"{count.synapses_per_neuron:,.0f}",
                text(count.note),
                text(count.source),
            ]
            for count in counts
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} neurons, %{customdata[2]} synapses"
        "<br>%{customdata[3]} synapses per neuron<br>%{customdata[4]}<br><i>%{customdata[5]}</i><extra></extra>",
    )


def _add_ranges(figure: go.Figure, axis: Literal["x", "y"], counts: Sequence[Count], colour: str) -> None:
    """Draw the range of the sources along one axis, for the counts that have one."""
    known = [(count, limits) for count in counts if (limits := _limits(count, axis))]
    values = [count.neurons if axis == "x" else count.synapses for count, _ in known]
    bars = {
        "type": "data",
        "symmetric": False,
        "array": [high - value for value, (_, (_, high)) in zip(values, known, strict=True)],
        "arrayminus": [value - low for value, (_, (low, _)) in zip(values, known, strict=True)],
        "color": colour,
        "thickness": 1.6,
        "width": 4,
    }
    figure.add_scatter(
        x=[count.neurons for count, _ in known],
        y=[count.synapses for count, _ in known],
        mode="markers",
        marker={"size": 1, "color": colour},
        hoverinfo="skip",
        showlegend=False,
        name=f"range of {'neurons' if axis == 'x' else 'synapses'}",
        **{f"error_{axis}": bars},
    )


def _limits(count: Count, axis: Literal["x", "y"]) -> tuple[float, float] | None:
    return count.neurons_range if axis == "x" else count.synapses_range


def in_words(number: float) -> str:
    """Write a large number as a person says it, to three digits."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:.3g} {word}"
    return f"{number:,.0f}"


def brains_table(comparison: Comparison) -> Table:
    """List every nervous system with what was counted, and by whom; ranges stand in the words of the note."""
    return Table(
        [
            {
                "Nervous system": count.name,
                "Neurons": _to_three_digits(count.neurons),
                "Synapses": _to_three_digits(count.synapses),
                "Per neuron": count.synapses_per_neuron,
                "What was counted, and by whom": f"{count.note}. {count.source}.",
            }
            for count in comparison.brains
        ],
        {"Neurons": ",.0f", "Synapses": ",.0f", "Per neuron": ",.0f"},
    )


def _to_three_digits(number: float) -> float:
    """Keep no digit that nobody has counted; small counts are exact and stay as they are."""
    return number if number < 1e6 else float(f"{number:.3g}")
