"""The strongest: real patches in which a factor is long, one of each class, so that one sees what these share."""

from __future__ import annotations

import numpy as np
from torch import from_numpy

from generators.articles.activation_atlas.analysis.factors.parts import Parts
from generators.articles.activation_atlas.analysis.pictures import patches
from generators.articles.activation_atlas.analysis.steps import answers
from generators.articles.activation_atlas.analysis.thumbnails import squared, thumbnails
from generators.articles.activation_atlas.analysis.view import View
from generators.networks import Network

PATCHES = 5
WEAK = 0.3
"""A patch is not shown where a factor's part is shorter than this, in units of the longest."""


class Strongest:
    """Real patches of a layer, and how much of each factor is in them."""

    def __init__(self, network: Network, layer: str, view: View, found: Parts) -> None:
        self._network, self._layer, self._view = network, layer, view
        self._weights, self._shares = found.weights(view.vectors), found.shares(view.vectors)
        self._classes = answers(view.found)[0][view.kept]

    def of(self, factor: int, px: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Patches uint8 (e, px, px, c), their classes int16 (e,), and the factor's shares of them float32 (e,)."""
        chosen = self._chosen(factor)
        rows = self._view.kept[chosen]
        places = np.asarray(self._view.gathered.places)[rows]
        cut = patches(self._network, self._layer, self._view.found.index[rows], places)
        shown = squared(thumbnails(from_numpy(cut).movedim(-1, 1)), px)
        return shown, self._classes[chosen].astype(np.int16), self._shares[chosen, factor]

    def _chosen(self, factor: int) -> np.ndarray:
        """The strongest of each of the classes in which a factor is strongest."""
        weights = self._weights[:, factor]
        order = np.argsort(-weights, kind="stable")
        _, first = np.unique(self._classes[order], return_index=True)
        best = order[np.sort(first)][:PATCHES]
        return best[weights[best] >= WEAK * weights[best[0]]]
