"""Follow one class through the layers: which cells speak for it, and whether what lies in them is of it."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.pictures import patches
from generators.articles.activation_atlas.analysis.view import View, look
from generators.articles.activation_atlas.results.through import Stage, Through
from generators.errors import UsageError, nearest
from generators.networks import Network
from generators.progress import report


def follow_class(
    network: Network, layers: list[str], images: int, label: str, grid: int, cells: int, steps: int, seed: int
) -> Through:
    """Show for each of ``layers`` the ``cells`` cells that hold the largest share of a class."""
    if label not in network.labels:
        raise UsageError(f"there is no class {label!r} in network {network.name!r}: {nearest(label, network.labels)}")
    wanted = network.labels.index(label)
    stages = []
    for index, path in enumerate(layers):
        report(index, len(layers), "layers looked at")
        view = look(network, tuple(layers), images, path, grid, seed)
        icons = level(network, tuple(layers), images, path, grid, steps, seed).level.icons
        stages.append(_stage(network, path, view, icons, wanted, cells))
    return Through(label, float((np.asarray(view.found.truth) == wanted).mean()), tuple(stages))


def _stage(network: Network, path: str, view: View, icons: np.ndarray, wanted: int, n: int) -> Stage:
    column = np.flatnonzero(np.asarray(view.found.classes) == wanted)
    if not len(column):
        raise UsageError(
            f"class {network.labels[wanted]!r} is none of the {len(view.found.classes)} that network {network.name!r} "
            "answers most often, whose attributions are kept: choose one of those"
        )
    attribution = view.attribution[:, column[0]]
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
