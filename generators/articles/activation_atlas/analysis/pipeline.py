"""From a network to a map, stage by stage, each kept by the store: activations, then where they lie.

``collected`` reads the data once for all layers; ``placed`` lays out one of them, from where the layer before it lies,
so that what is on the left of one map tends to be on the left of the next.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from generators.articles.activation_atlas.analysis.cells import bin_cells
from generators.articles.activation_atlas.analysis.collecting import Collected, Gathered, collect
from generators.articles.activation_atlas.analysis.layout import equalised, lay_out, neighbours, placeable
from generators.articles.activation_atlas.results.placed import Placed
from generators.errors import UsageError
from generators.meter import metered
from generators.networks import Network
from generators.stages import stage

NEIGHBORS = 15
MIN_DISTS = 0.1, 0.5, 0.9
"""Tried in turn until the map is filled."""
FILLED = 240
"""Of 400 cells, a grid of 20."""
FEWEST = 100
"""Activations of which a map can be made."""


def collected(network: Network, layers: tuple[str, ...], images: int, seed: int) -> Collected:
    """Collect one activation a picture and layer; at once where the store holds them."""
    return collect(network, tuple(layers), images, seed)


def placed(network: Network, layers: tuple[str, ...], images: int, path: str, seed: int) -> Placed:
    """Lay out one of ``layers``; at once where the store holds it."""
    return stage(network, place, layers=list(layers), images=images, path=path, seed=seed)


def place(network: Network, layers: list[str], images: int, path: str, seed: int) -> Placed:
    """Lay out one layer, from where the layer before it lies; see ``placed``."""
    found = collected(network, tuple(layers), images, seed)
    earlier = _before(network, layers, images, path, seed)
    with metered() as meter:
        vectors = np.asarray(found.layers[path].vectors, np.float32)
        kept = np.flatnonzero(placeable(vectors))
        if len(kept) < FEWEST:
            raise UsageError(
                f"layer {path!r} of network {network.name!r} is silent: {len(kept)} of {len(vectors):,} activations "
                f"are not all zero, expected at least {FEWEST}; choose another layer"
            )
        if not np.ptp(vectors[kept], 0).any():
            raise UsageError(
                f"layer {path!r} of network {network.name!r} gives the same activations wherever it looks: expected "
                "some that differ; choose another layer"
            )
        points, min_dist = _filled(vectors[kept], earlier and _start(earlier, kept, len(vectors), seed), seed)
    return Placed(kept, points, NEIGHBORS, min_dist, meter.seconds, meter.peak_bytes)


def _before(network: Network, layers: list[str], images: int, path: str, seed: int) -> Placed | None:
    """The nearest layer before this one that could be laid out."""
    for before in reversed(layers[: layers.index(path)]):
        with suppress(UsageError):
            return placed(network, tuple(layers), images, before, seed)
    return None


def _filled(vectors: np.ndarray, start: np.ndarray | None, seed: int) -> tuple[np.ndarray, float]:
    """Give the layout with the least distance that fills the map, else that which fills it most."""
    graph = neighbours(vectors, NEIGHBORS, "cosine", seed)
    best: tuple[int, np.ndarray, float] | None = None
    for min_dist in MIN_DISTS:
        how = {"n_neighbors": NEIGHBORS, "min_dist": min_dist, "metric": "cosine", "seed": seed}
        points = equalised(lay_out(vectors, start=start, graph=graph, **how))
        used = len(bin_cells(points, 20).counts)
        if best is None or used > best[0]:
            best = used, points, min_dist
        if used >= FILLED:
            break
    assert best is not None
    return best[1:]


def _start(earlier: Placed, kept: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Where each activation lay on the map before; one that was silent there begins anywhere."""
    places = np.random.default_rng(seed).random((n, 2), np.float32)
    places[earlier.kept] = earlier.points
    return places[kept]


def centre(gathered: Gathered, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The activations (m, d) on a map, float32, and their mean (d,)."""
    vectors = np.asarray(gathered.vectors[kept], np.float32)
    return vectors, vectors.mean(0)
