"""What an atlas loses: the factors that cells are made of, where each lies on the map, and how many are needed."""

import math
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from generators.articles.activation_atlas.results.factors import Factor, Factors
from generators.drawing import Diagram, Pictures
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, MUTED, TONES, canvas, words

NAMED = 2
"""Classes that name a factor on its map."""
SHOWN = 4
"""Patches beside an icon: with it as many pictures as a phone has room for in a row."""
LONGEST = 22
GROUND = "factors-ground"
"""All cells, once for all maps."""


@dataclass(frozen=True)
class Layout:
    """How maps stand: columns of them, each so wide, with a gap between."""

    name: str
    width: float
    columns: int
    side: float
    gap: float
    letters: float = 13
    above: float = 40


WIDE = Layout("wide", 760, 4, 172, 24)
NARROW = Layout("narrow", 360, 2, 170, 20)


def factors(result: Factors) -> Pictures:
    """A row for each factor: its icon, framed, and the strongest real patch of each of some classes."""
    rows, pictures, captions, marked, about = [], [], [], [], []
    for index, factor in enumerate(result.factors):
        patches = factor.patches[:SHOWN]
        rows.append((f"{index + 1}: {factor.share:.0%}", 1 + len(patches)))
        pictures += [factor.icon[None], patches]
        captions += ["icon", *(_caption(factor, k, result) for k in range(len(patches)))]
        marked += [True, *[False] * len(patches)]
        about += [
            {"factor": index + 1, "picture": "icon", "share": factor.icon_share},
            *(
                {"factor": index + 1, "picture": result.labels[factor.patch_class[k]], "share": float(share)}
                for k, share in enumerate(factor.patch_share[:SHOWN])
            ),
        ]
    return Pictures(np.concatenate(pictures), rows, about, captions, marked)


def factor_maps(result: Factors) -> Diagram:
    """The same map once for each factor, each cell as dark as the factor's share of it."""
    rows = [
        {"factor": index + 1, "column": int(column), "row": int(row), "share": round(float(share), 4)}
        for index, factor in enumerate(result.factors)
        for column, row, share in zip(result.columns, result.rows, factor.weights, strict=True)
        if share >= result.strong
    ]
    data = {
        "grid": result.grid,
        "columns": result.columns,
        "rows": result.rows,
        "factors": [{"share": each.share, "weights": np.round(each.weights, 3)} for each in result.factors],
    }
    return Diagram(_drawn(result, WIDE), data, rows, None, _drawn(result, NARROW))


def needed(result: Factors) -> go.Figure:
    """Two panels: what so many factors or clusters explain of cells held out, and how many factors a cell needs."""
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.22)
    counts = [fit.n_factors for fit in result.fits]
    for name, values, shape, dash, colour in (
        ("sums of factors", [fit.explained for fit in result.fits], "circle", "solid", "var(--nf-accent)"),
        ("one of as many clusters", [fit.clusters for fit in result.fits], "square", "dash", "var(--nf-2)"),
    ):
        figure.add_scatter(
            x=counts, y=values, row=1, col=1, mode="lines+markers", name=name,
            line={"color": colour, "dash": dash, "width": 2}, marker={"symbol": shape, "size": 9, "color": colour},
            hovertemplate="%{x}: %{y:.1%}<extra>" + name + "</extra>",
        )  # fmt: skip
    numbers, cells = np.unique(result.needed, return_counts=True)
    figure.add_bar(
        x=numbers, y=cells, row=1, col=2, showlegend=False, marker={"color": "var(--nf-accent)"},
        hovertemplate="%{y} cells need %{x}<extra></extra>",
    )  # fmt: skip
    figure.add_vline(len(result.factors), row=1, col=1, line={"color": "var(--nf-muted)", "dash": "dot", "width": 1.5})
    figure.update_xaxes(title="how many", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title="held-out cells explained", tickformat=".0%", range=[0, 1.02], row=1, col=1)
    figure.update_xaxes(title="factors needed", dtick=1, row=1, col=2)
    figure.update_yaxes(title="cells", row=1, col=2)
    figure.update_yaxes(title={"font": {"size": 13}, "standoff": 4})
    return figure.update_layout(
        height=400, margin={"t": 12}, bargap=0.2, legend={"orientation": "h", "x": 0, "y": -0.24, "yanchor": "top"}
    )


def named(factor: Factor, labels: tuple[str, ...]) -> str:
    """Name a factor by the classes of its strongest patches."""
    return ", ".join(labels[index] for index in factor.patch_class[:NAMED] if index >= 0)


def _caption(factor: Factor, k: int, result: Factors) -> str:
    return f"{result.labels[factor.patch_class[k]]} {factor.patch_share[k]:.0%}"


def _drawn(result: Factors, layout: Layout) -> str:
    step = layout.side + layout.gap
    rows = math.ceil(len(result.factors) / layout.columns)
    parts = [
        _map(result, index, index % layout.columns * step, index // layout.columns * (step + layout.above), layout)
        for index in range(len(result.factors))
    ]
    height = rows * (step + layout.above) - layout.gap
    ground = "".join(f"M{column} {row}h1v1h-1z" for column, row in zip(result.columns, result.rows, strict=True))
    parts.insert(0, element("defs", element("path", d=ground, id=GROUND)))
    return canvas(*parts, width=layout.width, height=float(height), layout=layout.name)


def _map(result: Factors, index: int, x: float, y: float, layout: Layout) -> str:
    factor, grid = result.factors[index], result.grid
    turn = f"translate({x:g} {y + layout.above:g}) scale({layout.side / grid:.5g})"
    tones: dict[int, list[str]] = {}
    for column, row, share in zip(result.columns, result.rows, factor.weights, strict=True):
        if tone := round(min(1.0, float(share)) * TONES):
            tones.setdefault(tone, []).append(f"M{column} {row}h1v1h-1z")
    cells = [element("path", d="".join(d), fill_opacity=round(tone / TONES, 2)) for tone, d in sorted(tones.items())]
    label = named(factor, result.labels)
    places = f"{factor.islands} {'place' if factor.islands == 1 else 'places'}"
    return element(
        "g",
        words(x, y + 13, element("tspan", text=f"{index + 1}", font_weight=600), font_size=layout.letters)
        + words(x + 22, y + 13, element("tspan", text=_cut(label)), font_size=layout.letters),
        words(x, y + 31, element("tspan", text=f"{factor.share:.0%} of all; {places}"), font_size=12, fill=MUTED),
        element(
            "g", element("use", href=f"#{GROUND}", fill=FAINT, fill_opacity=0.25), *cells, transform=turn, fill=ACCENT
        ),
        role="img",
        aria_label=f"Factor {index + 1}, {label}: {factor.share:.0%} of all, in {places} of the map",
    )


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
