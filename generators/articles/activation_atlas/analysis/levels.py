"""One level of a map: the cells of one grid, their icons, and how faithful these are."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.cells import spread
from generators.articles.activation_atlas.analysis.filling import fills
from generators.articles.activation_atlas.analysis.view import View, cosine, look
from generators.articles.activation_atlas.results.atlas import Level, MadeLevel
from generators.meter import metered
from generators.networks import Network
from generators.stages import stage

COARSEST = 10
"""Cells along a side up to which icons are made from nothing; finer ones begin from those of the grid half as fine."""
FURTHER = 48
"""The most steps in which an icon is made that begins from another."""


def level(
    network: Network,
    layers: tuple[str, ...],
    images: int,
    path: str,
    grid: int,
    steps: int,
    seed: int,
    objective: str = inverting.FAITHFUL,
) -> MadeLevel:
    """Make one level of one layer; at once where the store holds it."""
    how = {"layers": list(layers), "images": images, "path": path, "grid": grid, "steps": steps, "seed": seed}
    return stage(network, make_level, **how, objective=objective)


def make_level(
    network: Network, layers: list[str], images: int, path: str, grid: int, steps: int, seed: int, objective: str
) -> MadeLevel:
    """See ``level``."""
    view, filled = look(network, tuple(layers), images, path, grid, seed), fills(network, path)
    start = _start(network, layers, images, path, grid, steps, seed, objective, view)
    most = steps if start is None else min(steps, FURTHER)
    with metered() as meter:  # of this level alone: what it begins from has its own
        made = inverting.invert(network, path, view.means, view.mean, objective, filled, most, seed, start=start)
        seen = np.asarray(inverting.activated(network, path, made.icons, filled))
        top, top_values = view.top(len(network.labels))
        fidelity = inverting.measure(network, made.icons, seen, view, top[:, 0], seed)
    return MadeLevel(
        level_of(view, made.icons, cosine(seen, view.means, view.mean), top, top_values, len(network.labels)),
        view.means,
        fidelity,
        made.steps,
        meter.seconds,
        meter.peak_bytes,
    )


def _start(
    network: Network,
    layers: list[str],
    images: int,
    path: str,
    grid: int,
    steps: int,
    seed: int,
    objective: str,
    view: View,
) -> np.ndarray | None:
    """What icons begin from, one a cell; ``None`` where they begin from nothing.

    Faithful ones begin from the icon of the coarser grid whose mean points most nearly their way, others from the
    faithful ones of the same cells.
    """
    same = (network, tuple(layers), images, path)
    if objective != inverting.FAITHFUL:
        return level(*same, grid, steps, seed).level.icons
    if grid <= COARSEST:
        return None
    coarse = level(*same, grid // 2, steps, seed)
    return inverting.nearest_icons(view.means, view.mean, coarse.means, coarse.level.icons)


def level_of(
    view: View, icons: np.ndarray, close: np.ndarray, top: np.ndarray, top_values: np.ndarray, n_labels: int
) -> Level:
    truth, shares = view.truth(n_labels)
    cells = view.cells
    return Level(
        cells.grid,
        cells.columns,
        cells.rows,
        cells.counts,
        spread(cells, view.vectors, view.mean),
        view.attribution.astype(np.float16),
        top,
        top_values,
        truth,
        shares,
        icons,
        close,
        view.nearest(),
    )
