"""Make icons of the same cells by several objectives, and measure each on its 8 bits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.filling import fills
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.pictures import patches
from generators.articles.activation_atlas.analysis.view import View, cosine, look
from generators.articles.activation_atlas.results.objectives import ByObjective, Cells, Objectives
from generators.networks import Network
from generators.progress import report

KEPT = inverting.FAITHFUL, inverting.VIVID
"""Those that the atlas has icons of."""
OTHERS = inverting.PUBLISHED, inverting.WHITENED
ENOUGH = 2
"""By how much fewer steps suffice for those: more do not make them more faithful."""


def compare_objectives(
    network: Network,
    layers: list[str],
    images: int,
    paths: list[str],
    grid: int,
    steps: int,
    shown: int,
    seed: int,
) -> Objectives:
    """Compare objectives on the cells of one grid of each of ``paths``; show those of ``shown`` cells far apart."""
    cells, rows = [], []
    for path in paths:
        view = look(network, tuple(layers), images, path, grid, seed)
        chosen = _apart(view, len(network.labels), shown)
        cells.append(_cells(network, path, view, chosen))
        rows += list(_rows(network, layers, images, path, grid, steps, seed, view, chosen))
    return Objectives(grid, steps, tuple(cells), tuple(rows))


def _rows(
    network: Network,
    layers: list[str],
    images: int,
    path: str,
    grid: int,
    steps: int,
    seed: int,
    view: View,
    chosen: np.ndarray,
) -> Iterator[ByObjective]:
    filled = fills(network, path)
    whitening = np.asarray(inverting.whitening(view.vectors))
    for number, objective in enumerate((*KEPT, *OTHERS)):
        report(number, len(KEPT) + len(OTHERS), f"objectives on {path}")
        if objective in KEPT:
            made = level(network, tuple(layers), images, path, grid, steps, seed, objective)
            icons, taken, most = made.level.icons, made.steps, int(made.steps.max(initial=0))
        else:
            S = whitening if objective == inverting.WHITENED else None
            most = steps // ENOUGH
            inverted = inverting.invert(network, path, view.means, view.mean, objective, filled, most, seed, S)
            icons, taken = inverted.icons, inverted.steps
        yield _measured(network, path, objective, view, icons, taken, most, chosen, seed)


def _measured(
    network: Network,
    path: str,
    objective: str,
    view: View,
    icons: np.ndarray,
    taken: np.ndarray,
    most: int,
    chosen: np.ndarray,
    seed: int,
) -> ByObjective:
    seen = np.asarray(inverting.activated(network, path, icons, fills(network, path)))
    labels = view.top(len(network.labels))[0][:, 0]
    return ByObjective(
        path,
        objective,
        inverting.measure(network, icons, seen, view, labels, seed),
        float(taken.mean()),
        most,
        icons[chosen],
        cosine(seen, view.means, view.mean)[chosen],
    )


def _cells(network: Network, path: str, view: View, chosen: np.ndarray) -> Cells:
    labels = view.top(len(network.labels))[0][chosen, 0]
    rows = view.nearest(n=1)[chosen, 0]
    cut = patches(network, path, view.found.index[rows], np.asarray(view.gathered.places)[rows])
    return Cells(path, tuple(network.labels[each] if each >= 0 else "" for each in labels), np.asarray(cut))


def _apart(view: View, n_labels: int, n: int) -> np.ndarray:
    """The largest cell of each of the ``n`` classes that label most activations: int64 (at most n,)."""
    labels = view.top(n_labels)[0][:, 0]
    names = np.unique(labels[labels >= 0])
    totals = [view.cells.counts[labels == name].sum() for name in names]
    wanted = names[np.argsort(totals, kind="stable")[::-1][:n]]
    return np.array([np.flatnonzero(labels == name)[view.cells.counts[labels == name].argmax()] for name in wanted])
