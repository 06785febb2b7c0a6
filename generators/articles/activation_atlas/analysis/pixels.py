"""Semantics against pixels: the same pictures by their colours and by what layers make of one position in each.

A histogram counts how many of a picture's pixels have each of a few colours; square roots of its shares are compared by
cosine, so that the distance is Hellinger's. Raw pixels are compared on a coarse grid, their mean over pictures taken
off. Both see whole pictures; a layer is seen at the one position that its atlas is made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from generators.articles.activation_atlas.analysis.layout import equalised, lay_out, placeable
from generators.articles.activation_atlas.analysis.picture_maps import picture_map
from generators.articles.activation_atlas.analysis.pictures import pictures
from generators.articles.activation_atlas.analysis.pipeline import NEIGHBORS, collected, placed
from generators.articles.activation_atlas.analysis.steps import answers
from generators.articles.activation_atlas.analysis.thumbnails import middle, thumbnails
from generators.articles.activation_atlas.results.pixels import COLOURS, RAW, Pixels, Purity
from generators.networks import Network
from generators.progress import report

LEVELS_OF_COLOUR = {1: 16, 3: 4}
"""Channels -> into how many parts each one's levels are divided."""
COARSE_PX = 16
NEIGHBORS_SEEN = 15
MIN_DIST = 0.5
CLASSES_AT_MOST = 40
AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Space:
    """Something that pictures are compared by, and where it puts them on a map."""

    name: str
    vectors: np.ndarray
    """float32 (n, d)"""
    points: np.ndarray
    """float32 (n, 2) in [0, 1)"""


def compare_spaces(
    network: Network,
    layers: list[str],
    shown: list[str],
    images: int,
    n: int,
    grids: list[int],
    px: int,
    method: str,
    seed: int,
) -> Pixels:
    """Compare n of the pictures collected by pixels, colours and the layers ``shown``, from early to late.

    Maps of pixels are laid out by ``method``; those of layers are the atlas's own. Pictures are drawn at most ``px``
    wide. Left out are those that some space gives no direction, such as those at which a layer is silent.
    """
    found = collected(network, tuple(layers), images, seed)
    lies = [placed(network, tuple(layers), images, path, seed) for path in shown]
    rows = lies[0].kept
    for each in lies[1:]:
        rows = np.intersect1d(rows, each.kept)
    rows = rows[:n]
    seen = pictures(network, found.index[rows])
    pixels = {RAW: coarse(seen), COLOURS: histograms(seen)}
    there = np.logical_and.reduce([placeable(vectors) for vectors in pixels.values()])
    rows, seen = rows[there], seen[there]
    classes, knows_truth = answers(found)
    classes = classes[rows]
    spaces = [
        *(Space(name, vectors[there], _laid_out(vectors[there], method, seed)) for name, vectors in pixels.items()),
        *(
            Space(path, np.asarray(found.layers[path].vectors, np.float32)[rows], each.points[_where(each.kept, rows)])
            for path, each in zip(shown, lies, strict=True)
        ),
    ]
    report(1, 2, "pictures laid out")
    kept = _most_frequent(classes, len(network.labels))
    small = thumbnails(middle(seen), px)
    maps = (
        picture_map(space.name, space.points, classes, kept, _pure(nearest_on_map(space.points), classes), small, grids)
        for space in (spaces[1], spaces[-1])
    )
    return Pixels(
        len(rows),
        NEIGHBORS_SEEN,
        knows_truth,
        network.labels,
        kept.astype(np.int16),
        by_chance(classes),
        tuple(_purities(spaces, classes)),
        tuple(maps),
    )


def _laid_out(vectors: np.ndarray, method: str, seed: int) -> np.ndarray:
    return equalised(lay_out(vectors, method, NEIGHBORS, MIN_DIST, "cosine", seed))


def _where(kept: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """At which places of ``kept``, which rises, the rows stand."""
    return np.searchsorted(kept, rows)


def _most_frequent(classes: np.ndarray, n_labels: int) -> np.ndarray:
    counts = np.bincount(classes, minlength=n_labels)
    return np.sort(np.argsort(-counts, kind="stable")[:CLASSES_AT_MOST])


def _purities(spaces: list[Space], classes: np.ndarray) -> Iterator[Purity]:
    for space in spaces:
        full, on_map = (
            float(_pure(near, classes).mean()) for near in (nearest(space.vectors), nearest_on_map(space.points))
        )
        yield Purity(space.name, space.vectors.shape[1], full, on_map)


def histograms(levels: Tensor) -> np.ndarray:
    """Square roots of the shares of pixels in each colour: float32 (n, bins) of pictures uint8 (n, c, h, w)."""
    n, c = levels.shape[:2]
    each = LEVELS_OF_COLOUR.get(c, 4)
    bins = each ** min(c, 3)
    code = np.zeros((n, levels[0, 0].numel()), np.int64)
    for channel in range(min(c, 3)):
        code = code * each + levels[:, channel].flatten(1).numpy().astype(np.int64) * each // 256
    code += np.arange(n)[:, None] * bins
    counts = np.bincount(code.ravel(), minlength=n * bins).reshape(n, bins)
    return np.sqrt(counts / code.shape[1]).astype(np.float32)


def coarse(levels: Tensor) -> np.ndarray:
    """Pictures uint8 (n, c, h, w) on a grid of 16 by 16 at most, their mean taken off: float32 (n, d)."""
    sides = [min(side, COARSE_PX) for side in levels.shape[2:]]
    flat = np.concatenate(
        [adaptive_avg_pool2d(part.float() / 255, sides).flatten(1).numpy() for part in levels.split(AT_ONCE)]
    )
    return flat - flat.mean(0)


def nearest(vectors: np.ndarray, n: int = NEIGHBORS_SEEN) -> np.ndarray:
    """The n nearest of each vector by cosine, itself left out: int (m, n)."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    found = []
    for begin in range(0, len(unit), AT_ONCE):
        close = unit[begin : begin + AT_ONCE] @ unit.T
        close[np.arange(len(close)), begin + np.arange(len(close))] = -np.inf
        found.append(np.argpartition(-close, n, 1)[:, :n])
    return np.concatenate(found)


def nearest_on_map(points: np.ndarray, n: int = NEIGHBORS_SEEN) -> np.ndarray:
    from scipy.spatial import cKDTree

    index = cKDTree(points).query(points, n + 1)[1]
    own = index == np.arange(len(points))[:, None]
    own[~own.any(1), -1] = True  # of points that lie on one another the last is as good
    return index[~own].reshape(len(points), n)


def _pure(near: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The share of each one's nearest that are of its class: float (n,)."""
    return (classes[near] == classes[:, None]).mean(1)


def by_chance(classes: np.ndarray) -> float:
    """The share of others of one's own class, in the mean."""
    counts = np.bincount(classes).astype(float)
    return float((counts * (counts - 1)).sum() / (len(classes) * (len(classes) - 1)))
