"""What an atlas loses: cells are sums of a few factors, and a map cannot show which they have in common."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.factors.lost import distances, islands, islands_by_chance, needed
from generators.articles.activation_atlas.analysis.factors.parts import HELD_OUT, Parts, explained, fits, whole
from generators.articles.activation_atlas.analysis.factors.strongest import Strongest
from generators.articles.activation_atlas.analysis.filling import fills
from generators.articles.activation_atlas.analysis.steps import answers
from generators.articles.activation_atlas.analysis.thumbnails import LARGEST_PX, squared
from generators.articles.activation_atlas.analysis.view import View, look
from generators.articles.activation_atlas.results.factors import Factor, Factors
from generators.errors import UsageError
from generators.networks import Network
from generators.progress import report

__all__ = ["factorise"]

MOST_OF = 0.8
STRONG = 0.2
"""A factor counts as a part of a cell from this share on."""


def factorise(
    network: Network,
    layers: list[str],
    layer: str,
    images: int,
    grid: int,
    counts: list[int],
    wanted: float,
    steps: int,
    seed: int,
) -> Factors:
    """Take the cells of a grid apart into as many factors, of ``counts``, as explain ``wanted`` of held-out cells.

    The largest count is taken where none suffices. UsageError where there are too few cells for any.
    """
    view = look(network, tuple(layers), images, layer, grid, seed)
    possible = [count for count in counts if count <= len(view.means) * (HELD_OUT - 1) // HELD_OUT]
    if not possible:
        raise UsageError(
            f"the map of layer {layer!r} of network {network.name!r} has {len(view.means)} cells in a grid of {grid}: "
            f"expected at least {min(counts) * HELD_OUT // (HELD_OUT - 1) + 1} to find {min(counts)} factors of; give "
            "more pictures, or a finer grid"
        )
    tried = fits(view.means, possible, seed)
    report(1, 3, f"cells of {layer} taken apart")
    found = Parts.of(view.means, _number(tried, wanted), seed)
    shares, cells = found.shares(view.means), view.cells
    return Factors(
        layer,
        view.vectors.shape[1],
        grid,
        cells.columns,
        cells.rows,
        network.labels,
        answers(view.found)[1],
        _described(network, layer, view, found, shares, steps, seed),
        tried,
        wanted,
        explained(view.means, found.sums(view.means), view.means.mean(0)),
        needed(shares, MOST_OF).astype(np.int16),
        STRONG,
        *distances(shares, np.stack([cells.columns, cells.rows], 1) / grid, STRONG),
    )


def _number(tried: tuple, wanted: float) -> int:
    """The fewest factors that explain enough, or the most that were tried."""
    return min((fit.n_factors for fit in tried if fit.explained >= wanted), default=tried[-1].n_factors)


def _described(
    network: Network, layer: str, view: View, found: Parts, shares: np.ndarray, steps: int, seed: int
) -> tuple[Factor, ...]:
    icons, read = _icons(network, layer, view, found, steps, seed)
    report(2, 3, f"icons of factors of {layer} made")
    together = found.weights(view.means).sum(0)
    strongest, cells = Strongest(network, layer, view, found), view.cells
    described = []
    for index, share in enumerate(together / together.sum()):
        strong = shares[:, index] >= STRONG
        there, n = (cells.columns[strong], cells.rows[strong]), int(strong.sum())
        described.append(
            Factor(
                float(share),
                shares[:, index],
                icons[index],
                float(read[index, index]),
                *strongest.of(index, icons.shape[1]),
                n,
                islands(*there),
                islands_by_chance(cells.columns, cells.rows, n, seed),
            )
        )
    return tuple(described)


def _icons(
    network: Network, layer: str, view: View, found: Parts, steps: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Icons uint8 (k, px, px, c) of what each factor adds to the mean, and the factors' shares of each, (k, k)."""
    filled, d = fills(network, layer), len(view.mean)
    targets = view.mean + np.linalg.norm(view.mean) * whole(found.directions, d)
    made = inverting.invert(network, layer, targets, view.mean, inverting.FAITHFUL, filled, steps, seed).icons
    seen = inverting.activated(network, layer, made, filled).numpy()
    return squared(made, min(LARGEST_PX, made.shape[1])), found.shares(seen)
