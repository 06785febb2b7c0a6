"""Mapped: some of a layer's activations, already laid out, as a map of one level with icons and real examples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.cells import bin_cells, means
from generators.articles.activation_atlas.analysis.class_atlases.choosing import Layer
from generators.articles.activation_atlas.analysis.filling import fills
from generators.articles.activation_atlas.analysis.layout import quality
from generators.articles.activation_atlas.analysis.levels import level_of
from generators.articles.activation_atlas.analysis.mapping import density, smaller
from generators.articles.activation_atlas.analysis.pictures import patches, receptive
from generators.articles.activation_atlas.analysis.view import View, cosine
from generators.articles.activation_atlas.results.atlas import Level, MappedLayer
from generators.articles.activation_atlas.results.fidelity import Fidelity
from generators.errors import UsageError
from generators.meter import metered
from generators.networks import Network

AT_LEAST = 4
"""Activations that a cell of a class must hold."""
ROOM = 6
"""Activations a cell for which a grid has room; with fewer it is coarser."""


def mapped(
    network: Network, of: Layer, rows: np.ndarray, points: np.ndarray, grid: int, steps: int, seed: int
) -> MappedLayer:
    """Lay a grid over points (n, 2) in [0, 1) of some rows of a layer, and make icons for its cells.

    It has ``grid`` cells a side, and fewer where there are few points. UsageError where none holds enough.
    """
    grid = min(grid, max(2, int((len(rows) / ROOM) ** 0.5)))
    with metered() as meter:
        vectors, cells = of.vectors[rows], bin_cells(points, grid, AT_LEAST)
        if not len(cells.counts):
            raise UsageError(
                f"a grid of {grid} has no cell with {AT_LEAST} of these {len(rows)} activations of layer "
                f"{of.gathered.path!r}: expected more pictures, or a coarser grid"
            )
        view = View(of.found, of.gathered, of.kept[rows], points, vectors, of.mean, cells, means(cells, vectors))
        level, fidelity = _made(network, view, steps, seed)
        examples = level.nearest[level.nearest >= 0]
        numbers = np.full(level.nearest.shape, -1, np.int32)
        numbers[level.nearest >= 0] = np.arange(len(examples))
        places, path = np.asarray(of.gathered.places)[examples], of.gathered.path
        cut = patches(network, path, of.found.index[examples], places)
    return MappedLayer(
        objective=inverting.FAITHFUL,
        path=path,
        n_units=vectors.shape[1],
        n_images=len(of.found.index),
        n_placed=len(rows),
        receptive_px=receptive(network, path).px,
        fills=fills(network, path),
        density=density(points),
        levels=(replace(level, nearest=numbers),),
        patches=smaller(np.asarray(cut)),
        patch_truth=np.asarray(of.found.truth)[examples].astype(np.int16),
        fidelity=(fidelity,),
        layout=quality(vectors, points, seed, "tsne"),
        seconds=meter.seconds,
        peak_bytes=meter.peak_bytes,
    )


def _made(network: Network, view: View, steps: int, seed: int) -> tuple[Level, Fidelity]:
    """A level, whose examples are rows of what was collected, and how faithful its icons are."""
    path, filled = view.gathered.path, fills(network, view.gathered.path)
    icons = inverting.invert(network, path, view.means, view.mean, inverting.FAITHFUL, filled, steps, seed).icons
    seen = np.asarray(inverting.activated(network, path, icons, filled))
    top, top_values = view.top(len(network.labels))
    close = cosine(seen, view.means, view.mean)
    level = level_of(view, icons, close, top, top_values, len(network.labels))
    return level, inverting.measure(network, icons, seen, view, top[:, 0], seed)
