"""The token atlas: positions of a text on a map of one layer, in clusters that are called by their tokens.

Beside it stands the same for the table of tokens alone, which knows a token and nothing of its context: what the
clusters of a layer say of the *next* token beyond that is what the network has made of the context.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from generators.articles.activation_atlas.analysis.layout import equalised, lay_out, placeable, quality
from generators.articles.activation_atlas.analysis.tokens import depths
from generators.articles.activation_atlas.analysis.tokens.agreement import judged
from generators.articles.activation_atlas.analysis.tokens.clusters import (
    centres,
    clustered,
    directions,
    excess,
    likeliest,
    nearest,
)
from generators.articles.activation_atlas.analysis.tokens.picking import FEWEST, pick
from generators.articles.activation_atlas.analysis.tokens.reading import Read, read
from generators.articles.activation_atlas.analysis.tokens.states import states, windows_before
from generators.articles.activation_atlas.results.fidelity import LayoutQuality
from generators.articles.activation_atlas.results.tokens import CLUSTERS, STATE, TOKEN, Agreement, TokenAtlas, TokenMap
from generators.datasets.corpus import Corpus, whole
from generators.errors import UsageError
from generators.networks import Network

NEIGHBORS, MIN_DIST = 15, 0.3
LETTERS, SHORTEST, LONGEST = 48, 6, 24
"""About how many letters of a context are shown, in how few and how many tokens."""
SAMPLED = 100
"""Windows whose tokens' letters are counted."""
TOKENS = 10
"""Different tokens of which a map can be made."""
PREDICTED = 3
"""Likeliest next tokens kept of a position."""


def map_tokens(
    network: Network,
    positions: int,
    clusters: int,
    tera: float,
    seed: int,
    layer: str | None = None,
    method: str = "umap",
) -> TokenAtlas:
    """Map at most so many ``positions`` of the network's text, as ``layer`` gives them, else its last block.

    A large network reads less: parameters times tokens are at most ``tera`` · 10¹². UsageError for a text that is too
    short, a layer that gives no numbers for each token, or the same for all.
    """
    assert network.dataset is not None
    affordable = int(tera * 1e12 / max(1, sum(each.numel() for each in network.module.parameters())))
    corpus = whole(network.dataset)
    corpus = corpus.some(min(affordable, positions * corpus.length))
    places = pick(corpus, positions, seed, network.name)
    found = depths.find(network, corpus.read(corpus.chosen[:2])[0])
    chosen = layer or found.blocks[-1]
    paths = tuple(dict.fromkeys([*([found.table] if found.table else []), *found.blocks, chosen]))
    seen = read(network, corpus, places, paths)
    texts, following = corpus.around(torch.from_numpy(places), shown_tokens(network.labels, corpus))
    state = states(network.dataset, windows_before(corpus, places))
    maker = _Maker(network, seen, texts.numpy().astype(np.int32), following.numpy().astype(np.int32), clusters, seed)
    maps = [maker.map(chosen, method)]
    if found.table and found.table != chosen and len(np.unique(maker.token)) >= TOKENS:
        maps.append(maker.map(found.table, method, by_token=True))
    window = places // corpus.length
    return TokenAtlas(
        network.name, network.labels, len(np.unique(window)), corpus.length, seen.chances.shape[1],
        maker.texts, maker.following, seen.predicted[:, :PREDICTED], seen.chances[:, :PREDICTED],
        0 if state is None else int(state.max()) + 1, tuple(maps),
        maker.agreements(paths, window, state),
    )  # fmt: skip


def shown_tokens(labels: Sequence[str], corpus: Corpus) -> int:
    """How many tokens of a text have about ``LETTERS`` letters."""
    tokens = corpus.read(corpus.chosen[:SAMPLED])[0].flatten().tolist()
    letters = sum(len(labels[token]) for token in tokens)
    return min(LONGEST, max(SHORTEST, round(LETTERS * len(tokens) / max(1, letters))))


@dataclass(frozen=True)
class _Maker:
    """What all maps of one atlas share; rows are positions."""

    network: Network
    seen: Read
    texts: np.ndarray
    following: np.ndarray
    n_clusters: int
    seed: int

    @property
    def token(self) -> np.ndarray:
        """The tokens at which layers are read, int32 (m,)."""
        return self.texts[:, -1]

    def placed(self, path: str) -> tuple[np.ndarray, np.ndarray]:
        """Which positions have a direction from the mean, int32 (p,), and these directions (p, d)."""
        direction = directions(self.seen.vectors[path])
        kept = np.flatnonzero(placeable(direction)).astype(np.int32)
        return kept, direction[kept]

    def map(self, path: str, method: str, by_token: bool = False) -> TokenMap:
        """Lay one layer out and cluster it; UsageError where it gives the same for nearly all."""
        kept, direction = self.placed(path)
        if len(kept) < FEWEST:
            raise UsageError(
                f"layer {path!r} of network {self.network.name!r} gives the same for all but {len(kept)} of "
                f"{len(self.token):,} tokens: expected vectors that change with the text; choose another layer"
            )
        cluster = clustered(direction, self.n_clusters, self.seed)
        points, judged = self._laid_out(direction, self.token[kept] if by_token else np.arange(len(kept)), method)
        predicted, chances = likeliest(cluster, self.seen.predicted[kept], self.seen.chances[kept])
        near = nearest(direction, cluster, self.texts[kept])
        return TokenMap(
            path, by_token, kept, points, cluster, np.bincount(cluster).astype(np.int32), centres(cluster, points),
            excess(cluster, self.token[kept]), excess(cluster, self.following[kept]), predicted, chances,
            np.where(near < 0, -1, kept[near]).astype(np.int32), judged,
        )  # fmt: skip

    def _laid_out(self, direction: np.ndarray, place: np.ndarray, method: str) -> tuple[np.ndarray, LayoutQuality]:
        """Lay out directions (p, d), those of one ``place`` (p,) as one point: float32 (p, 2), and how good it is."""
        _, first, inverse = np.unique(place, return_index=True, return_inverse=True)
        points = equalised(lay_out(direction[first], method, NEIGHBORS, MIN_DIST, "cosine", self.seed))
        return points[inverse], quality(direction[first], points, self.seed, method)

    def agreements(self, paths: Sequence[str], window: np.ndarray, state: np.ndarray | None) -> tuple[Agreement, ...]:
        """See in what tokens, clusters of layers and states of the grammar agree; silent layers are passed over."""
        everywhere = np.arange(len(self.token))
        found = [self._agreement(TOKEN, "", everywhere, self.token, window, state)]
        for path in paths:
            kept, direction = self.placed(path)
            if len(kept) < FEWEST:
                continue
            cluster = clustered(direction, self.n_clusters, self.seed)
            found.append(self._agreement(CLUSTERS, path, kept, cluster, window, state))
        if state is not None:
            found.append(self._agreement(STATE, "", everywhere, state, window, state))
        return tuple(found)

    def _agreement(
        self, groups: str, path: str, kept: np.ndarray, group: np.ndarray, window: np.ndarray, state: np.ndarray | None
    ) -> Agreement:
        labels = self.token, self.following, self.seen.predicted[:, 0], state
        read, following, answer, in_state = (
            (math.nan, math.nan) if each is None else judged(group, each[kept], window[kept], self.seed)
            for each in labels
        )
        chance = read[1], following[1], answer[1], in_state[1]
        n_groups = len(np.unique(group))
        return Agreement(groups, path, n_groups, read[0], following[0], answer[0], in_state[0], chance)
