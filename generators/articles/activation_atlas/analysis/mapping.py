"""The atlas of a network: every layer's levels put together, its landmarks, and paths from one to another."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.collecting import unmappable
from generators.articles.activation_atlas.analysis.filling import fills
from generators.articles.activation_atlas.analysis.layout import quality
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.paths import find_path
from generators.articles.activation_atlas.analysis.pictures import patches, receptive
from generators.articles.activation_atlas.analysis.pipeline import centre, collected, placed
from generators.articles.activation_atlas.analysis.thumbnails import squared
from generators.articles.activation_atlas.analysis.view import NoCells
from generators.articles.activation_atlas.results.atlas import Atlas, Landmark, MadeLevel, MappedLayer, Path
from generators.errors import UsageError
from generators.networks import Network
from generators.progress import report

DENSITY = 64
"""Cells along a side of a map's thumbnail."""
LARGEST_PX = 48
"""Real examples are shown no larger."""
VIVID_FINEST = 20
"""The finest grid whose icons are made vivid as well."""
LONG = 6
"""Cells of a path that is worth following, where there is one."""
MARKS = 30
"""Landmarks of a layer at most, those of the largest attributions."""


def map_layers(network: Network, layers: list[str], images: int, grids: list[int], steps: int, seed: int) -> Atlas:
    """Make an atlas of ``layers`` from that many pictures, its icons in at most ``steps`` steps each.

    UsageError where none of the layers can be mapped; where some can, the others are named with the reason.
    """
    made: list[tuple[MappedLayer, list[MadeLevel]]] = []
    refused = unmappable(network, layers)
    read = tuple(path for path in layers if path not in refused)
    classes = collected(network, read, images, seed).classes if read else ()
    for index, path in enumerate(read):
        report(index, len(read), f"layers mapped; now {path}")
        try:
            levels = _levels(network, read, images, path, grids, steps, seed)
            made.append((_layer(network, read, images, path, inverting.FAITHFUL, levels, seed), levels))
        except UsageError as error:
            refused[path] = str(error) if repr(path) in str(error) else f"layer {path!r}: {error}"
    sentences = tuple(refused[path] for path in layers if path in refused)
    if not made:
        raise UsageError("; ".join(sentences))
    mapped = tuple(layer for layer, _ in made)
    landmarks = tuple(mark for index, layer in enumerate(mapped) for mark in _landmarks(layer, index))
    paths = _paths(made[-1][1], landmarks, len(made) - 1)
    last, first = mapped[-1].path, mapped[-1].levels[0].grid
    vivid_grids = [each.grid for each in mapped[-1].levels if each.grid <= max(first, VIVID_FINEST)]
    shown = [level(network, read, images, last, grid, steps, seed, inverting.VIVID) for grid in vivid_grids]
    vivid = _layer(network, read, images, last, inverting.VIVID, shown, seed)
    return Atlas(mapped, vivid, network.labels, np.asarray(classes, np.int16), landmarks, paths, sentences)


def _levels(
    network: Network, layers: tuple[str, ...], images: int, path: str, grids: list[int], steps: int, seed: int
) -> list[MadeLevel]:
    """Every grid that has cells, from coarse to fine; UsageError where none has."""
    made: list[MadeLevel] = []
    for grid in grids:
        try:
            made.append(level(network, layers, images, path, grid, steps, seed))
        except NoCells:
            if not made:
                raise
    return made


def _layer(
    network: Network,
    layers: tuple[str, ...],
    images: int,
    path: str,
    objective: str,
    levels: list[MadeLevel],
    seed: int,
) -> MappedLayer:
    found, lies = collected(network, layers, images, seed), placed(network, layers, images, path, seed)
    gathered = found.layers[path]
    vectors, _ = centre(gathered, lies.kept)
    named, places = np.unique(np.concatenate([each.level.nearest.ravel() for each in levels]), return_inverse=True)
    rows = named[named >= 0]
    parts = np.split(places - (len(named) - len(rows)), np.cumsum([each.level.nearest.size for each in levels])[:-1])
    cut = patches(network, path, found.index[rows], np.asarray(gathered.places)[rows])
    return MappedLayer(
        path,
        objective,
        vectors.shape[1],
        len(found.index),
        len(vectors),
        receptive(network, path).px,
        fills(network, path),
        density(lies.points),
        tuple(
            replace(each.level, nearest=np.maximum(at, -1).reshape(each.level.nearest.shape).astype(np.int32))
            for each, at in zip(levels, parts, strict=True)
        ),
        smaller(np.asarray(cut)),
        np.asarray(found.truth)[rows].astype(np.int16),
        tuple(each.fidelity for each in levels),
        quality(vectors, lies.points, seed, "umap"),
        lies.seconds + sum(each.seconds for each in levels),
        max(lies.peak_bytes, *(each.peak_bytes for each in levels)),
    )


def density(points: np.ndarray) -> np.ndarray:
    """How many points lie in each cell of a fine grid: uint16 (64, 64)."""
    column, row = np.minimum((points * DENSITY).astype(int), DENSITY - 1).T
    counts = np.bincount(row * DENSITY + column, minlength=DENSITY**2)
    return np.minimum(counts, 65_535).astype(np.uint16).reshape(DENSITY, DENSITY)


def smaller(pictures: np.ndarray) -> np.ndarray:
    """Pictures uint8 (n, q, q, c), made as small as they are shown."""
    return squared(pictures, min(LARGEST_PX, pictures.shape[1]))


def _landmarks(layer: MappedLayer, index: int) -> list[Landmark]:
    """The cell of the middle grid at which a class that labels cells has its largest attribution, class by class."""
    level = layer.levels[len(layer.levels) // 2]
    best: dict[int, int] = {}
    for cell in np.argsort(-level.top_values[:, 0], kind="stable"):
        if (label := int(level.top[cell, 0])) >= 0 and len(best) < MARKS:
            best.setdefault(label, int(cell))
    return [
        Landmark(index, label, int(level.columns[cell]), int(level.rows[cell]), level.grid)
        for label, cell in sorted(best.items())
    ]


def _paths(levels: list[MadeLevel], landmarks: tuple[Landmark, ...], layer: int) -> tuple[Path, ...]:
    """Of the paths between two landmarks of a layer, if they are long enough, that whose roughest step is gentlest."""
    marks = [mark for mark in landmarks if mark.layer == layer]
    index = len(levels) // 2
    paths = (find_path(levels[index], layer, index, first, last) for first, last in combinations(marks, 2))
    found = [path for path in paths if path]
    return (max(found, key=lambda path: (min(len(path.cells), LONG), path.cosine_least)),) if found else ()
