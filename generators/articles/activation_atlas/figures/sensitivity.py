"""Sensitivity: the same activations in many layouts, side by side and as numbers, and the points that stay put."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from generators.articles.activation_atlas.results.sensitivity import UNSTABLE, Sensitivity, Variation
from generators.drawing import Diagram, Table, text
from generators.drawing.svg import dots, element
from generators.drawing.weights import FAINT, MUTED, SURFACE, canvas, words
from generators.style import QUALITATIVE, SEQUENTIAL

FINE = 2
"""Units of a path to a unit of the drawing: places are whole numbers of them."""
RIM = 4
"""Units of the drawing between a map's frame and the points at its edge."""
SHAPES = ("M{x} {y}m-5-5h10v10h-10z", "M{x} {y}m0-7l7 12h-14z", "M{x} {y}m0-7l7 7-7 7-7-7z", "M{x} {y}m-6-4h12l-6 11z")
"""A square, a triangle, a diamond, a triangle upside down: one for each class to look for."""
NAMES = {"umap": "UMAP", "tsne": "t-SNE", "pca": "PCA"}
PANELS_OF_SEEDS = 3
FAINTEST = 0.22
"""Opacity of a point that does not keep its neighbours."""


@dataclass(frozen=True)
class Layout:
    """Where the maps stand, and how many points each shows."""

    name: str
    columns: int
    side: float
    across: float
    down: float
    points: int


WIDE, NARROW = Layout("wide", 5, 140, 155, 204, 1_000), Layout("narrow", 3, 110, 125, 176, 500)


def sensitivity(result: Sensitivity) -> Diagram:
    """Draw every layout as a small map, points of four classes marked."""
    shown = [each for each in result.variations if each.kind not in ("seed", "dealt")]
    place = next(k for k, each in enumerate(shown) if each.kind == "start")
    shown[place:place] = result.of("seed")[:PANELS_OF_SEEDS]
    rows = [{"layout": said(each, long=True), **_numbers(each)} for each in result.variations]
    data = {
        "path": result.path,
        "labels": list(result.labels),
        "classes": result.classes,
        "stability": result.stability.round(3),
        "layouts": rows,
    }
    return Diagram(_drawn(result, shown, WIDE), data, rows, None, _drawn(result, shown, NARROW))


def table(result: Sensitivity) -> Table:
    """Every layout's numbers, chance last."""
    formats = {"recall": ".3f", "trustworthiness": ".3f", "continuity": ".3f", "neighbours kept": ".2f"}
    formats |= {"same cell": ".2f", "disparity": ".2f", "cells used": ",d"}
    rows = [{"layout": said(each, long=True), **_numbers(each)} for each in result.variations]
    return Table(rows, formats)


def stability(result: Sensitivity) -> go.Figure:
    """The reference map, each point by the share of its neighbours that it keeps from seed to seed."""
    points, some = result.variations[0].points, slice(0, 2 * WIDE.points)
    kind = "true class" if result.knows_truth else "answer"
    figure = go.Figure(
        go.Scatter(
            x=points[some, 0],
            y=points[some, 1],
            mode="markers",
            marker={
                "size": 6,
                "color": result.stability[some],
                "cmin": 0,
                "cmax": 1,
                "colorscale": SEQUENTIAL,
                "line": {"color": MUTED, "width": 0.5},
                "colorbar": {
                    "title": {"text": "neighbours kept", "side": "right"},
                    "thickness": 12,
                    "tickformat": ".0%",
                },
            },
            text=[text(result.labels[index]) for index in result.classes[some]],
            hovertemplate=f"{kind} %{{text}}<br>keeps %{{marker.color:.0%}} of its neighbours<extra></extra>",
        )
    )
    axis = {"range": [-0.02, 1.02], "showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
    figure.update_xaxes(title="rank, first axis", **axis)
    figure.update_yaxes(title="rank, second axis", **(axis | {"range": [1.02, -0.02]}))
    return figure.update_layout(height=560, margin={"t": 12, "l": 44, "r": 12})


def said(each: Variation, long: bool = False) -> str:
    """What is different about a layout, in few words."""
    match each.kind:
        case "reference":
            name, distance = NAMES[each.method], f"distance {each.min_dist:g}"
            return f"reference: {name}, {each.neighbors} neighbours, {distance}" if long else f"{name}, reference"
        case "neighbors":
            return f"{each.neighbors} neighbours"
        case "min_dist":
            return f"distance {each.min_dist:g}"
        case "metric":
            return "Euclidean"
        case "method":
            return NAMES[each.method]
        case "sample":
            return "80% of the points" if long else "80% of points"
        case "published":
            return f"as published: {each.neighbors} neighbours, distance {each.min_dist:g}" if long else "as published"
        case "seed":
            return f"seed {each.seed}"
        case "start":
            return "begun at random"
        case "shuffled":
            return "activations shuffled, two seeds" if long else "shuffled"
    return "chance: the reference, dealt anew"


def _numbers(each: Variation) -> dict[str, Any]:
    quality, agreement = each.quality, each.agreement
    return {
        "recall": quality.recall,
        "trustworthiness": quality.trustworthiness,
        "continuity": quality.continuity,
        "cells used": quality.cells_used,
        "neighbours kept": agreement.neighbors,
        "same cell": agreement.cells,
        "disparity": agreement.disparity,
    }


# --- the small maps -------------------------------------------------------------------------------------------------


def _drawn(result: Sensitivity, shown: list[Variation], layout: Layout) -> str:
    rows = -(-len(shown) // layout.columns)
    width = layout.across * (layout.columns - 1) + layout.side
    key = list(_key(result, layout, width, rows * layout.down + 14))
    parts = [
        part
        for k, each in enumerate(shown)
        for part in _map(
            result, each, layout, layout.across * (k % layout.columns), layout.down * (k // layout.columns)
        )
    ]
    height = rows * layout.down + (44 if layout.name == "wide" else 117)
    return canvas(*parts, *key, width=width + 1, height=height, layout=layout.name)


def _map(result: Sensitivity, each: Variation, layout: Layout, left: float, top: float) -> Iterator[str]:
    """One map: what is different, the points, what they keep."""
    size, side = 13 if layout.name == "wide" else 12, layout.side
    yield words(left, top + 14, text=said(each), font_size=size, font_weight=600)
    yield element("rect", x=left + 0.5, y=top + 21, width=side, height=side, rx=3, fill=SURFACE, stroke=FAINT)
    yield element(
        "g", *_points(result, each, layout), transform=f"translate({left + 0.5:g} {top + 21:g}) scale({1 / FINE:g})"
    )
    style = {"font_size": size - 0.5, "fill": MUTED}
    kept, recall = f"kept {_share(each.agreement.neighbors)}", f"recall {_share(each.quality.recall)}"
    if each.kind == "reference":
        kept = f"{each.quality.cells_used} cells"
    if layout.name == "wide":
        yield words(left, top + side + 37, text=kept, **style)
        yield words(left + side, top + side + 37, text=recall, text_anchor="end", **style)
    else:
        yield words(left, top + side + 36, text=kept, **style)
        yield words(left, top + side + 51, text=recall, **style)


def _points(result: Sensitivity, each: Variation, layout: Layout) -> Iterator[str]:
    """The points as few paths: those of no class that is marked, then each class; the unstable ones faint."""
    rows = np.flatnonzero(np.isfinite(each.points[: layout.points, 0]))
    stable = result.stability[rows] >= UNSTABLE
    if each.kind == "shuffled":  # its rows are no longer the pictures'
        yield _dots(each.points[rows], layout)
        return
    classes = result.classes[rows]
    marked = np.isin(classes, result.shown)
    for sure in (False, True):
        yield _dots(each.points[rows[~marked & (stable == sure)]], layout, sure)
    for k, name in enumerate(result.shown):
        for sure in (False, True):
            own = rows[(classes == name) & (stable == sure)]
            yield _marks(each.points[own], k, layout, sure)


def _dots(points: np.ndarray, layout: Layout, sure: bool = True) -> str:
    d = dots(_places(points, layout))
    style = {"stroke": MUTED, "stroke_width": 3.6, "stroke_linecap": "round", "fill": "none"}
    return element("path", d=d, stroke_opacity=0.6 if sure else FAINTEST, **style) if d else ""


def _marks(points: np.ndarray, k: int, layout: Layout, sure: bool) -> str:
    d = "".join(SHAPES[k].format(x=x, y=y) for x, y in _places(points, layout))
    return element("path", d=d, fill=QUALITATIVE[k], fill_opacity=None if sure else FAINTEST) if d else ""


def _places(points: np.ndarray, layout: Layout) -> list[tuple[int, int]]:
    return [(x, y) for x, y in np.rint((RIM + points * (layout.side - 2 * RIM)) * FINE).astype(int).tolist()]


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value >= 0.01 else f"{value:.3f}".removeprefix("0")


def _key(result: Sensitivity, layout: Layout, width: float, top: float) -> Iterator[str]:
    """Which mark is which class, what is faint, and what chance would give."""
    style = {"font_size": 13}
    step = width / (4 if layout.name == "wide" else 2)
    for k, name in enumerate(result.shown):
        column, row = (k, 0) if layout.name == "wide" else (k % 2, k // 2)
        left, y = step * column, top + 20 * row
        d = SHAPES[k].format(x=0, y=0)
        yield element("path", d=d, fill=QUALITATIVE[k], transform=f"translate({left + 6:g} {y - 4.5:g}) scale(.7)")
        yield words(left + 18, y, text=result.labels[name], **style)
    chance = result.variations[-1].agreement.neighbors, result.variations[-1].quality.recall
    sentences = [
        f"Faint: keeps less than {UNSTABLE * 100:g}% of its neighbours",
        "from seed to seed.",
        f"By chance: kept {_share(chance[0])}, recall {_share(chance[1])}.",
        f"{min(layout.points, result.n):,} of {result.n:,} drawn.",
    ]
    if layout.name == "wide":
        yield words(0, top + 22, text=" ".join(sentences), fill=MUTED, **style)
        return
    for k, sentence in enumerate(sentences):
        yield words(0, top + 42 + 17 * k, text=sentence, fill=MUTED, font_size=12)
