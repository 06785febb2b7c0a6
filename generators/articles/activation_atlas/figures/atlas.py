"""The atlas itself: every layer's map in the viewer, with landmarks to visit and a path to follow."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from generators.articles.activation_atlas.results import atlas as results
from generators.drawing.atlas import Atlas, AtlasLevel, AtlasMap, AtlasPath, AtlasPoint

VALUE = "attribution, in logits"
AGREE, FAITHFUL, TRUTH = "members agree", "icon keeps", "true classes"
FORMATS = {AGREE: ".2f", FAITHFUL: ".2f", TRUTH: "s"}
NEAR = 5.0
"""How often the map is wider than the view of a landmark."""


def atlas(made: results.Atlas) -> Atlas:
    """Draw the maps of all layers, and the last one’s with vivid icons; the last is shown first."""
    return Atlas(
        [layer_map(layer, made.labels, made.refused) for layer in (*made.layers, made.vivid)],
        made.labels,
        made.classes.tolist(),
        VALUE,
        formats=FORMATS,
        points=_points(made),
        paths=[_path(path, made.labels) for path in made.paths],
        start=len(made.layers) - 1,
    )


def layer_map(layer: results.MappedLayer, labels: Sequence[str], refused: Sequence[str] = ()) -> AtlasMap:
    """One layer as a map."""
    return AtlasMap(
        layer.title,
        _said(layer, refused),
        layer.density,
        [_level(level, labels) for level in layer.levels],
        layer.patches,
        [_called(index, labels) for index in layer.patch_truth],
    )


def _said(layer: results.MappedLayer, refused: Sequence[str]) -> str:
    finest = layer.levels[-1]
    sees = f"each position sees {layer.receptive_px} pixels a side"
    return (
        f"{layer.n_placed:,} activations of {layer.n_units} neurons, one a picture; {sees}; "
        f"{len(finest.counts):,} cells at the finest grid."
        + "".join(f" Not mapped: {sentence}." for sentence in refused)
    )


def _level(level: results.Level, labels: Sequence[str]) -> AtlasLevel:
    return AtlasLevel(
        level.grid,
        level.columns,
        level.rows,
        level.icons,
        level.counts,
        level.attribution,
        level.top,
        level.top_values,
        [_about(level, cell, labels) for cell in range(len(level.counts))],
        level.nearest,
        np.clip(level.spread, 0, 1),
    )


def _about(level: results.Level, cell: int, labels: Sequence[str]) -> dict[str, Any]:
    return {
        AGREE: float(level.spread[cell]),
        FAITHFUL: float(level.icon_cosine[cell]),
        TRUTH: _shares(level.truth[cell], level.truth_shares[cell], labels),
    }


def _shares(truth: np.ndarray, shares: np.ndarray, labels: Sequence[str]) -> str:
    known = [(labels[index], share) for index, share in zip(truth, shares, strict=True) if index >= 0]
    return ", ".join(f"{label} {100 * share:.0f}%" for label, share in known) or "unknown"


def _called(index: int, labels: Sequence[str]) -> str:
    return labels[index] if index >= 0 else ""


def _points(made: results.Atlas) -> list[AtlasPoint]:
    """Landmarks, named by class and, but in the last layer, by layer; dashes tell those apart that come out alike."""
    points: dict[str, AtlasPoint] = {}
    for mark in made.landmarks:
        words, layer = made.labels[mark.label], made.layers[mark.layer]
        name = _dashed(words if layer is made.layers[-1] else f"{words} {layer.path}")
        while not name or name in points:
            name += "-"
        x, y = _middle(layer, mark)
        points[name] = AtlasPoint(name, mark.layer, x, y, NEAR, words)
    return list(points.values())


def _middle(layer: results.MappedLayer, mark: results.Landmark) -> tuple[float, float]:
    """The middle of the cells about a landmark that its class labels too, as far as its view reaches."""
    level, own = next(each for each in layer.levels if each.grid == mark.grid), (mark.column, mark.row)
    places = np.stack([level.columns, level.rows], 1).astype(int)
    near = (np.abs(places - own) <= mark.grid / NEAR / 2).all(1) & (level.top[:, 0] == mark.label)
    x, y = (np.unique([own, *places[near]], axis=0).mean(0) + 0.5) / mark.grid
    return float(x), float(y)


def _dashed(words: str) -> str:
    return "-".join(filter(None, "".join(c if c.isascii() and c.isalnum() else " " for c in words.lower()).split()))


def _path(path: results.Path, labels: Sequence[str]) -> AtlasPath:
    steps = max(1, len(path.cells) - 1)
    words = f"From {labels[path.start]} to {labels[path.end]} in {steps} {'step' if steps == 1 else 'steps'}"
    return AtlasPath(words, path.layer, path.level, path.cells.tolist())
