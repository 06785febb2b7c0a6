"""How an atlas is made, of one layer: what each step adds, from the stages that the atlas itself is made of."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.collecting import Collected
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.pictures import pictures, receptive
from generators.articles.activation_atlas.analysis.thumbnails import thumbnails
from generators.articles.activation_atlas.analysis.view import look
from generators.articles.activation_atlas.results.steps import Steps
from generators.networks import Network

FIRST = 10
"""Pictures shown one by one."""
DRAWN = 3_000
"""Points drawn, at most."""
NAMED = 6
"""Classes told apart, as many as the palette has colours."""
MEMBERS = 20
"""Points that a class must have to be told apart."""


def show_steps(network: Network, layers: list[str], layer: str, images: int, grid: int, steps: int, seed: int) -> Steps:
    """Show how the map of ``layer``, one of ``layers``, is made."""
    view = look(network, tuple(layers), images, layer, grid, seed)
    made = level(network, tuple(layers), images, layer, grid, steps, seed)
    classes, knows_truth = answers(view.found)
    first = view.kept[:FIRST]
    places = np.asarray(view.gathered.places)[first]
    shown = pictures(network, view.found.index[first])
    point_class = classes[view.kept[:DRAWN]]
    return Steps(
        network.name,
        layer,
        view.vectors.shape[1],
        (int(view.gathered.shape[1]), int(view.gathered.shape[2])),
        receptive(network, layer).px,
        thumbnails(shown),
        places.astype(np.int16),
        squares(network, layer, places, tuple(shown.shape[2:])),
        view.vectors[:FIRST],
        view.points[:DRAWN],
        point_class.astype(np.int16),
        closest(view.points[:DRAWN], point_class),
        network.labels,
        knows_truth,
        len(view.found.index),
        len(view.vectors),
        grid,
        view.cells.columns,
        view.cells.rows,
        view.cells.counts,
        view.means,
        made.level.icons,
    )


def answers(found: Collected) -> tuple[np.ndarray, bool]:
    """The class of each picture, int64 (n,), and whether it is the true one: else the network's own answer."""
    truth = np.asarray(found.truth)
    return (truth, True) if (truth >= 0).all() else (np.asarray(found.answers), False)


def squares(network: Network, path: str, places: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """What positions (n, 2) see of a picture of ``size``: left, top, right, bottom as shares of it, float32 (n, 4).

    As patches are cut: shifted where they would reach over an edge.
    """
    seen, room = receptive(network, path), np.array(size)
    begin = (seen.middles(np.asarray(places)) - (seen.px - 1) / 2).clip(0, np.maximum(room - seen.px, 0))
    end = np.minimum(begin + seen.px, room)
    return (np.concatenate([begin[:, ::-1], end[:, ::-1]], 1) / np.tile(room[::-1], 2)).astype(np.float32)


def closest(points: np.ndarray, classes: np.ndarray, n: int = NAMED, members: int = MEMBERS) -> tuple[int, ...]:
    """Classes whose points lie closely about their median, and far from one another, of those with enough points."""
    middles, widths = {}, {}
    for name in map(int, np.unique(classes)):
        own = points[classes == name]
        if len(own) >= members:
            middles[name] = np.median(own, 0)
            widths[name] = float(np.median(np.abs(own - middles[name]).sum(1)))
    left = sorted(widths, key=lambda name: widths[name])[: 2 * n]
    chosen = left[:1]
    while len(chosen) < min(n, len(left)):
        apart = {
            name: min(float(np.linalg.norm(middles[name] - middles[other])) for other in chosen)
            for name in left
            if name not in chosen
        }
        chosen.append(max(apart, key=lambda name: apart[name]))
    return tuple(sorted(chosen))
