"""Follow one class through the layers: which cells hold most of it, and whether those that speak for it do."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.labels import labelled
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.pictures import patches
from generators.articles.activation_atlas.analysis.pipeline import collected
from generators.articles.activation_atlas.analysis.view import View, look
from generators.articles.activation_atlas.results.through import Stage, Through
from generators.networks import Network
from generators.progress import report


def follow_class(
    network: Network, layers: list[str], images: int, label: str, grid: int, cells: int, steps: int, seed: int
) -> Through:
    """Show for each of ``layers`` the ``cells`` cells that hold the largest share of a class."""
    found = collected(network, tuple(layers), images, seed)
    wanted = labelled(network, found, label)
    stages = []
    for index, path in enumerate(layers):
        report(index, len(layers), "layers looked at")
        view = look(network, tuple(layers), images, path, grid, seed)
        icons = level(network, tuple(layers), images, path, grid, steps, seed).level.icons
        stages.append(_stage(network, path, view, icons, wanted, cells))
    return Through(label, float((np.asarray(found.truth) == wanted).mean()), tuple(stages))


def _stage(network: Network, path: str, view: View, icons: np.ndarray, wanted: int, n: int) -> Stage:
    attribution = view.attribution[:, np.searchsorted(view.found.classes, wanted)]
    is_of_it = np.asarray(view.found.truth)[view.kept] == wanted
    inside = view.cells.member >= 0
    of_it = np.bincount(view.cells.member[inside], is_of_it[inside], len(view.cells.counts))
    share, counts = of_it / view.cells.counts, view.cells.counts
    chosen, speaking = np.lexsort((-counts, -share))[:n], np.argsort(-attribution, kind="stable")[:n]
    rows = view.nearest(n=1)[chosen, 0]
    truth, _ = view.truth(len(network.labels))
    return Stage(
        path,
        icons[chosen],
        np.asarray(patches(network, path, view.found.index[rows], np.asarray(view.gathered.places)[rows])),
        attribution[chosen],
        share[chosen].astype(np.float32),
        float(of_it[chosen].sum() / counts[chosen].sum()),
        float(of_it[speaking].sum() / counts[speaking].sum()),
        tuple(network.labels[each] if each >= 0 else "" for each in truth[chosen, 0]),
    )
