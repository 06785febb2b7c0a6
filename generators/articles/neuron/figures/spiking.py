"""The same spikes at different times; excitation against inhibition; where timing matters and which way."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from generators import style
from generators.articles.neuron.figures.traces import Lane, lane, time_axis
from generators.articles.neuron.results.spiking import Run, SpikeCode, SpikeMap, SynapseSigns
from generators.drawing import Diagram
from generators.drawing.svg import element, svg


@dataclass(frozen=True)
class Layout:
    """Where the parts of ``spike_code`` stand on a page or on a phone."""

    width: float
    height: float
    reference: Lane
    chosen: Lane
    axis: float
    """Height of the time axis."""
    bars: tuple[float, float]
    """Left and top of the list of patterns."""
    bar: float
    """Length of a bar of ``most`` spikes."""
    pitch: float
    """From one pattern to the next."""


WIDE = Layout(
    width=760,
    height=432,
    reference=Lane("reference", 88, 500, 130, (38, 56), 168, 108),
    chosen=Lane("chosen", 88, 500, 130, (226, 244), 356, 296),
    axis=392,
    bars=(544, 52),
    bar=164,
    pitch=57,
)
NARROW = Layout(
    width=360,
    height=712,
    reference=Lane("reference", 82, 352, 130, (38, 56), 160, 106),
    chosen=Lane("chosen", 82, 352, 130, (214, 232), 336, 282),
    axis=366,
    bars=(8, 462),
    bar=300,
    pitch=43,
)
MOST = 20
"""Output spikes that fill a bar."""


def spike_code(code: SpikeCode) -> Diagram:
    """Draw evenly spaced inputs above a chosen pattern of as many spikes, and the answers to all patterns."""
    chosen = next(index for index, pattern in enumerate(code.patterns) if pattern.name == "bunched")
    return Diagram(
        svg=_spike_code(code, chosen, WIDE),
        narrow=_spike_code(code, chosen, NARROW),
        data=_data(code, chosen),
        rows=[
            {
                "spikes of each input": case.n_spikes,
                "weight": case.weight,
                "pattern": pattern.label,
                "output spikes": count,
                "highest voltage without a threshold": round(peak, 4),
            }
            for case in code.cases
            for pattern, count, peak in zip(code.patterns, case.counts, case.peaks, strict=True)
        ],
        script="spiking",
    )


def _data(code: SpikeCode, chosen: int) -> dict[str, Any]:
    return {
        "membrane": vars(code.membrane),
        "end_ms": code.end_ms,
        "patterns": [vars(pattern) for pattern in code.patterns],
        "pattern": code.patterns[chosen].name,
        "n_spikes": code.shown.n_spikes,
        "weight": code.shown.weight,
        "seed": code.seed,
        "most": MOST,
    }


def _spike_code(code: SpikeCode, chosen: int, layout: Layout) -> str:
    labels = [pattern.label for pattern in code.patterns]
    return svg(
        *_titled(layout.reference, code.runs[0], "Evenly spaced", code.shown.counts[0]),
        *_titled(layout.chosen, code.runs[chosen], labels[chosen].capitalize(), code.shown.counts[chosen]),
        time_axis(layout.chosen, layout.axis, 20, "time (ms)"),
        *_bars(labels, code.shown.counts, chosen, layout),
        width=layout.width,
        height=layout.height,
        font_size=14,
        fill="var(--nf-ink)",
    )


def _titled(place: Lane, run: Run, title: str, count: int) -> tuple[str, ...]:
    """A lane with its title, its row labels and its count."""
    top = place.rows[0] - 20
    return (
        element("text", text=title, x=place.left, y=top, font_weight=600, data_role=f"{place.name}-title"),
        element(
            "text",
            text=spikes(count),
            x=place.right,
            y=top,
            text_anchor="end",
            fill="var(--nf-accent)",
            font_weight=600,
            data_role=f"{place.name}-count",
        ),
        *(
            element("text", text=label, x=place.left - 10, y=y + 4.5, text_anchor="end", font_size=13, fill=colour)
            for label, y, colour in (
                ("input 1", place.rows[0], "var(--nf-positive)"),
                ("input 2", place.rows[1], "var(--nf-positive)"),
                ("threshold", place.threshold, "var(--nf-muted)"),
                ("rest", place.rest, "var(--nf-muted)"),
            )
        ),
        lane(place, run),
    )


def spikes(count: int) -> str:
    """Write a count in words."""
    return f"{count} spike{'' if count == 1 else 's'}"


def _bars(labels: list[str], counts: tuple[int, ...], chosen: int, layout: Layout) -> list[str]:
    left, top = layout.bars
    return [
        element("text", text="Output spikes by pattern", x=left, y=top - 30, font_weight=600),
        *(
            element(
                "g",
                element("rect", x=left - 8, y=y - 18, width=layout.bar + 56, height=layout.pitch - 5, rx=6,
                        fill="var(--nf-surface)", opacity=1 if index == chosen else 0, data_role="back"),
                element("text", text=label, x=left, y=y, font_size=14),
                element("rect", x=left, y=y + 8, width=layout.bar, height=7, rx=3.5, fill="var(--nf-faint)"),
                element("rect", x=left, y=y + 8, width=layout.bar * min(count, MOST) / MOST, height=7, rx=3.5,
                        fill="var(--nf-accent)", data_role="bar", data_full=layout.bar),
                element("text", text=str(count), x=left + layout.bar + 40, y=y + 16, text_anchor="end", font_size=15,
                        font_weight=600, fill="var(--nf-accent)", data_role="count"),
                data_pattern=index,
            )
            for index, (label, count, y) in enumerate(
                zip(labels, counts, (top + layout.pitch * i for i in range(len(labels))), strict=True)
            )
        ),
    ]  # fmt: skip


LEGEND = (
    ("+ bunching adds spikes", "square", "var(--nf-positive)"),
    ("− removes some", "square", "var(--nf-negative)"),
    ("· changes nothing", "square", "var(--nf-paper)"),
)
STRONGEST = 6
"""Spikes more or fewer that get the full colour; every cell says its number."""


def spike_map(grid: SpikeMap) -> go.Figure:
    """Colour what bunching adds to the output or takes from it, one cell a count and a weight."""
    signed = [[f"{cell:+d}".replace("-", "−") if cell else "·" for cell in row] for row in grid.difference]
    detail = [
        [[u, b, _verdict(d)] for u, b, d in zip(*rows, strict=True)]
        for rows in zip(grid.uniform, grid.bunched, grid.difference, strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            x=[str(n) for n in grid.n_spikes],
            y=[f"{w:g}" for w in grid.weights],
            z=grid.difference,
            text=signed,
            texttemplate="%{text}",
            textfont={"size": 12.5, "weight": 600},
            customdata=detail,
            hovertemplate="%{x} spikes from each input, weight %{y}"
            "<br>evenly spaced %{customdata[0]}, bunched %{customdata[1]}<br><b>%{customdata[2]}</b><extra></extra>",
            colorscale=style.DIVERGING,
            zmin=-STRONGEST,
            zmax=STRONGEST,
            showscale=False,
            xgap=1,
            ygap=1,
        )
    )
    for name, symbol, colour in LEGEND:
        figure.add_scatter(
            x=[None], y=[None], name=name, mode="markers", hoverinfo="skip",
            marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 1, "color": "var(--nf-muted)"}},
        )  # fmt: skip
    figure.update_xaxes(title="spikes of each input in 100 ms", type="category", showgrid=False)
    figure.update_yaxes(title="weight of each synapse", type="category", showgrid=False)
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False}
    return figure.update_layout(width=760, height=490, legend=legend, margin={"l": 64, "r": 16, "t": 40, "b": 56})


def _verdict(difference: int) -> str:
    if not difference:
        return "bunching changes nothing"
    return f"bunching {'adds' if difference > 0 else 'removes'} {abs(difference)}"


SIGNS_WIDE = Lane("signs", 262, 748, 130, (40, 62), 214, 142, tick=14)
SIGNS_NARROW = Lane("signs", 30, 352, 130, (158, 180), 318, 252, tick=14)


def synapse_sign(signs: SynapseSigns) -> Diagram:
    """Draw one neuron with a synapse of each sign, and its voltage while the second input comes and goes."""
    return Diagram(
        svg=_synapse_sign(signs, SIGNS_WIDE, 760, 304, (14, 62), axis=252),
        narrow=_synapse_sign(signs, SIGNS_NARROW, 360, 408, (60, 24), axis=356),
        data={
            "membrane": vars(signs.membrane),
            "end_ms": signs.end_ms,
            "arrivals_ms": [train.tolist() for train in signs.run.arrivals_ms],
            "weights": list(signs.run.weights),
            "inhibition_ms": list(signs.inhibition_ms),
            "inhibitory_weights": signs.inhibitory_weights.tolist(),
        },
        rows=[
            {"inhibitory weight": weight, "output spikes during inhibition": count}
            for weight, count in zip(signs.inhibitory_weights.tolist(), signs.counts.tolist(), strict=True)
        ],
        script="synapse-sign",
    )


def _synapse_sign(
    signs: SynapseSigns, place: Lane, width: float, height: float, corner: tuple[float, float], axis: float
) -> str:
    start, stop = signs.inhibition_ms
    return svg(
        element(
            "rect",
            x=place.x(start),
            y=place.rows[0] - 14,
            width=place.x(stop) - place.x(start),
            height=axis - place.rows[0] + 14,
            fill="var(--nf-surface)",
        ),
        _cell(signs, *corner),
        element("text", text="+", x=place.left - 12, y=place.rows[0] + 5, text_anchor="end", font_size=17,
                font_weight=700, fill="var(--nf-positive)"),
        element("text", text="−", x=place.left - 12, y=place.rows[1] + 5, text_anchor="end", font_size=17,
                font_weight=700, fill="var(--nf-negative)"),
        lane(place, signs.run),
        element("text", text="threshold", x=place.right, y=place.threshold - 6, text_anchor="end", font_size=12.5,
                fill="var(--nf-muted)"),
        element("text", text="rest", x=place.right, y=place.rest - 6, text_anchor="end", font_size=12.5,
                fill="var(--nf-muted)"),
        time_axis(place, axis, 25, "time (ms)"),
        width=width,
        height=height,
        font_size=14,
        fill="var(--nf-ink)",
    )  # fmt: skip


def _cell(signs: SynapseSigns, left: float, top: float) -> str:
    """A cell body with an arrow onto it (excites) and a bar onto it (inhibits)."""
    excite, inhibit = signs.run.weights
    return element(
        "g",
        element("circle", cx=128, cy=52, r=27, fill="none", stroke="var(--nf-ink)", stroke_width=2),
        element("path", d="M155 52H200", stroke="var(--nf-accent)", stroke_width=2.4),
        element("text", text="output", x=158, y=42, font_size=12.5, fill="var(--nf-accent)"),
        element("path", d="M0 18L88 38", stroke="var(--nf-positive)", stroke_width=2.4),
        element("path", d="M101 41L87 30.5L83.5 44.5Z", fill="var(--nf-positive)"),
        element("path", d="M0 86L97 66", stroke="var(--nf-negative)", stroke_width=2.4),
        element("path", d="M94.5 53.5L99.5 78", stroke="var(--nf-negative)", stroke_width=4.5, stroke_linecap="round"),
        element("text", text=f"excites, +{excite:.1f}", x=0, y=6, font_size=13.5, fill="var(--nf-positive)"),
        element("text", text=f"inhibits, {weight(inhibit)}", x=0, y=110, font_size=13.5, fill="var(--nf-negative)",
                data_role="inhibitory-weight"),
        transform=f"translate({left:g} {top:g})",
    )  # fmt: skip


def weight(value: float) -> str:
    """Write a signed weight with a true minus."""
    return f"−{abs(value):.1f}" if value < 0 else f"{value:.1f}"
