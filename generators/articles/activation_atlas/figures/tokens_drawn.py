"""The map of a token atlas as a still: positions as points in the colours of their clusters, and clusters by name.

Below the map stands what each cluster is, row by row; a live drawing shows one at a time instead.
"""

from collections.abc import Iterator

import numpy as np

from generators.articles.activation_atlas.figures.tokens_listed import listed
from generators.articles.activation_atlas.figures.tokens_named import PAD, Sheet, names, placed, shades
from generators.articles.activation_atlas.results.tokens import TokenAtlas, TokenMap
from generators.drawing.svg import Child, element
from generators.drawing.weights import canvas
from generators.style import QUALITATIVE

FINE = 2
"""Points lie on a lattice of half pixels, which is shorter to write."""


def draw(atlas: TokenAtlas, sheet: Sheet) -> str:
    """Set all maps at one place, the first to be seen, and below them the clusters of the first."""
    maps = [_map(atlas, each, index, sheet) for index, each in enumerate(atlas.maps)]
    rows, height = listed(atlas, atlas.maps[0], sheet)
    return canvas(
        *maps, element("g", *rows, data_list=""), width=sheet.width, height=height, layout=sheet.name
    ).replace("<svg ", f'<svg data-map-height="{sheet.height}" ', 1)


def _map(atlas: TokenAtlas, drawn: TokenMap, index: int, sheet: Sheet) -> Child:
    colours = shades(drawn.centres)
    ground = element("rect", width=sheet.width, height=sheet.height, fill="var(--nf-surface)", rx=6)
    dots = [
        element("path", d=d, stroke=QUALITATIVE[colours[cluster]], stroke_width=width, data_dots=cluster)
        for cluster, width, d in _dots(drawn, sheet)
    ]
    points = element(
        "g", *dots, transform=f"scale({1 / FINE:g})", stroke_linecap="round", fill="none", stroke_opacity=0.75
    )
    return element(
        "g", ground, points, element("g", data_found=""), *names(atlas, drawn, colours, sheet),
        data_map=index, data_width=sheet.width, data_height=sheet.height, data_pad=PAD,
        display="none" if index else None,
    )  # fmt: skip


def _dots(drawn: TokenMap, sheet: Sheet) -> Iterator[tuple[int, float, str]]:
    """A path for each cluster and width: a place that many positions share has a larger dot."""
    at = np.round(FINE * placed(drawn.points, sheet)).astype(int)
    place, count = np.unique(np.column_stack([drawn.cluster, at]), axis=0, return_counts=True)
    large = np.minimum(np.log10(count).round().astype(int), 2) if drawn.by_token else np.zeros(len(place), int)
    for cluster, size in np.unique(np.column_stack([place[:, 0], large]), axis=0).tolist():
        here = place[(place[:, 0] == cluster) & (large == size), 1:]
        yield cluster, (1 + size) * FINE * sheet.dot, "".join(f"M{x} {y}h.01" for x, y in here.tolist())
