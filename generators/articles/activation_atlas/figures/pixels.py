"""Semantics against pixels: two maps of the same pictures, and how pure the neighbourhoods of every space are."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from generators.articles.activation_atlas.results.pixels import COLOURS, RAW, PictureLevel, PictureMap, Pixels, Purity
from generators.drawing import text
from generators.drawing.atlas import Atlas, AtlasLevel, AtlasMap

PURE, WHAT = "neighbours of the same class", "classes in this cell"
FORMATS = {PURE: ".0%", WHAT: "s"}
IN_SPACE, ON_MAP = ("in the space itself", "circle"), ("on its map", "diamond-open")


def picture_maps(result: Pixels) -> Atlas:
    """Draw the pictures laid out by colours beside the same laid out by the late layer."""
    return Atlas(
        [_map(each, result) for each in result.maps],
        result.labels,
        result.classes.tolist(),
        "share of the cell’s pictures",
        map_word="Laid out by",
        example_word="Other pictures here",
        holds="{} pictures",
        signed=False,
        formats=FORMATS,
        start=len(result.maps) - 1,
        beside=True,
    )


def purity(result: Pixels) -> go.Figure:
    """A row for each space: the share of the nearest that are of a picture's class, in the space and on its map."""
    spaces = [space_words(each) for each in result.purities]
    figure = go.Figure()
    for space, each in zip(spaces, result.purities, strict=True):
        figure.add_scatter(
            x=[each.on_map, each.full], y=[text(space)] * 2, mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": "var(--nf-faint)", "width": 3},
        )  # fmt: skip
    for (name, symbol), values in (
        (IN_SPACE, [each.full for each in result.purities]),
        (ON_MAP, [each.on_map for each in result.purities]),
    ):
        figure.add_scatter(
            x=values, y=[text(space) for space in spaces], mode="markers", name=name,
            marker={"symbol": symbol, "size": 12, "color": "var(--nf-accent)", "line": {"width": 2}},
            text=[f"{each.dimensions:,} numbers" for each in result.purities],
            hovertemplate="%{y}, %{text}<br>%{x:.1%} of the nearest<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.add_vline(result.chance, line={"color": "var(--nf-muted)", "dash": "dash", "width": 1.5})
    figure.add_annotation(
        x=result.chance, y=1, yref="paper", yanchor="bottom", text=f"chance {result.chance:.1%}", showarrow=False,
        font={"color": "var(--nf-muted)", "size": 13},
    )  # fmt: skip
    figure.update_xaxes(title=f"same class, of the {result.neighbors} nearest", tickformat=".0%", range=[0, 1.02])
    figure.update_yaxes(autorange="reversed")
    height = 150 + 52 * len(spaces)
    return figure.update_layout(
        height=height, margin={"t": 34}, legend={"orientation": "h", "x": 0, "y": -0.32, "yanchor": "top"}
    )


def space_words(each: Purity) -> str:
    """Name a space for a reader."""
    return {RAW: "raw pixels", COLOURS: "colours"}.get(each.space, each.space)


def _class_words(result: Pixels) -> str:
    return "the picture’s class" if result.knows_truth else "the network’s same answer"


def _map(one: PictureMap, result: Pixels) -> AtlasMap:
    labels, found = result.labels, result.of(one.space)
    title = "colours of the pixels" if one.space == COLOURS else f"layer {one.space}"
    said = (
        f"{result.n:,} pictures, in each cell the one nearest to its middle; {found.on_map:.0%} of a picture’s "
        f"{result.neighbors} nearest on this map have {_class_words(result)}, {result.chance:.0%} by chance."
    )
    levels = [_level(level, one, labels) for level in one.levels]
    return AtlasMap(title, said, one.density, levels, one.pictures, [labels[index] for index in one.picture_class])


def _level(level: PictureLevel, one: PictureMap, labels: Sequence[str]) -> AtlasLevel:
    return AtlasLevel(
        level.grid,
        level.columns,
        level.rows,
        one.pictures[level.shown],
        level.counts,
        level.shares,
        level.top,
        level.top_shares,
        [_about(level, cell, labels) for cell in range(len(level.counts))],
        level.others,
    )


def _about(level: PictureLevel, cell: int, labels: Sequence[str]) -> dict[str, Any]:
    found = zip(level.top[cell], level.top_shares[cell], strict=True)
    what = ", ".join(f"{labels[index]} {share:.0%}" for index, share in found if index >= 0)
    return {PURE: float(level.purity[cell]), WHAT: what}
