"""The token atlas of a language model: positions in its text on a map, clusters of them, and what these agree in."""

from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.results.fidelity import LayoutQuality

TOKEN, CLUSTERS, STATE = "token", "clusters", "state"


@dataclass(frozen=True)
class Excess:
    """Tokens that come more often in a cluster than among all positions, the most telling first."""

    tokens: np.ndarray
    """int32 (c, 5), by p log(p / q), p their share in the cluster and q among all; -1 where fewer."""
    shares: np.ndarray
    """float32 (c, 5), p; 0 where fewer."""
    lifts: np.ndarray
    """float32 (c, 5), p / q; 0 where fewer."""


@dataclass(frozen=True)
class TokenMap:
    """One layer: positions on a map, in clusters from large to small."""

    path: str
    """The module whose output was looked at."""
    by_token: bool
    """Whether that is the table of tokens: then a token has one place, wherever it stands."""
    kept: np.ndarray
    """int32 (p,), which positions are on the map: those whose vectors are not all zero."""
    points: np.ndarray
    """float32 (p, 2) in [0, 1), each axis the rank among them, from the left and from the top."""
    cluster: np.ndarray
    """int16 (p,)"""
    counts: np.ndarray
    """int32 (c,), positions in each cluster."""
    centres: np.ndarray
    """float32 (c, 2), the member nearest to the middle of a cluster on the map: where it is called by its name."""
    read: Excess
    """Among the tokens at which the layer was read."""
    following: Excess
    """Among the tokens that follow in the text."""
    predicted: np.ndarray
    """int32 (c, 5), what the network thinks likeliest to follow, in the mean over a cluster; -1 where fewer."""
    chances: np.ndarray
    """float32 (c, 5), that probability, of the ``TokenAtlas.n_kept`` likeliest tokens of each position."""
    nearest: np.ndarray
    """int32 (c, 4), the members nearest to a cluster's mean by centred cosine, their contexts different; -1 where
    fewer."""
    quality: LayoutQuality
    """What the map keeps of the vectors."""


@dataclass(frozen=True)
class Agreement:
    """How often a position's token or state is the one most frequent in its group, in windows that had no vote."""

    groups: str
    """What is a group: ``TOKEN``, each token at which a layer is read; ``STATE``, each state of the grammar; or
    ``CLUSTERS`` of a layer."""
    path: str
    """That layer; empty for the others."""
    n_groups: int
    read: float
    """Share of positions whose own token is guessed."""
    following: float
    """Whose next token is."""
    answer: float
    """Whose likeliest next token, in the network's view, is."""
    state: float
    """Whose place in the grammar is; nan where there is no grammar."""
    chance: tuple[float, float, float, float]
    """The same four where labels are dealt to positions at random."""


@dataclass(frozen=True)
class TokenAtlas:
    """Positions of a text, one in each stretch of it, as a language model's layers see them."""

    network: str
    tokens: tuple[str, ...]
    """What each token says."""
    n_windows: int
    """Windows of the text that were read."""
    length: int
    """Their tokens."""
    n_kept: int
    """Of how many likeliest next tokens of a position the probabilities are known."""
    texts: np.ndarray
    """int32 (m, w), the tokens up to each position, which is last; -1 where its window is shorter."""
    following: np.ndarray
    """int32 (m,), the token that follows in the text."""
    predicted: np.ndarray
    """int32 (m, 3), the tokens that the network thinks likeliest to follow."""
    chances: np.ndarray
    """float32 (m, 3)"""
    n_states: int
    """How many states of the grammar occur; 0 where there is none."""
    maps: tuple[TokenMap, ...]
    """The chosen layer, then the table of tokens where the network has one."""
    agreements: tuple[Agreement, ...]
    """Each token as a group, then clusters of layers from early to late, then each state of the grammar."""
