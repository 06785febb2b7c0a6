"""The inverse set of a language model's neuron over real text: contexts whose activation falls in an interval."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TextLevel:
    """One interval and the contexts that lead there."""

    name: str
    low: float
    high: float
    count: int
    """How many of all tokens read give an activation from ``low`` to ``high``, both included."""
    n_pool: int
    """Among how many different contexts the shown ones were chosen: all there are, or a draw of them."""
    texts: np.ndarray
    """int32[c, w], the tokens up to the one that is read, which is last; -1 where a text is shorter."""
    following: np.ndarray
    """int32[c]"""
    activation: np.ndarray
    """float64[c], descending."""
    spread: float
    """Mean distance between the chosen contexts, as the network's last hidden states see them; 0 for one."""
    spread_by_lot: float
    """The same for as many contexts by lot: what is expected."""
    distinct_ends: int
    """How many different last tokens the chosen have."""
    distinct_ends_by_lot: float


@dataclass(frozen=True)
class TextInverse:
    """One neuron."""

    layer: str
    index: int
    selectivity: float
    """Share of the variance of its activation that the token at which it is read explains, less what chance would;
    NaN where no token came often enough to tell."""
    silent: int
    """How many tokens give its least activation, where that is what many give: intervals are of the others."""
    histogram: np.ndarray
    """int64[bins], tokens by activation, over equal parts from ``low`` to ``high``."""
    low: float
    high: float
    levels: tuple[TextLevel, ...]


@dataclass(frozen=True)
class Texts:
    """The inverse sets of a language model's neurons over a corpus."""

    network: str
    tokens: tuple[str, ...]
    """What each token says."""
    n_tokens: int
    """How many were read."""
    n_sampled: int
    """Of how many of them the bounds of the intervals are quantiles."""
    inverses: tuple[TextInverse, ...]
    refused: tuple[str, ...]
    """One sentence for each neuron that was named and never changes."""
