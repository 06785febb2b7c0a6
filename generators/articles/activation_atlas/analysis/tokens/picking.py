"""Which positions of a text are looked at: one at random in each of equal stretches, never a window's first or last.

Where there are as many windows as positions wanted, a window is one stretch.
"""

import math

import numpy as np

from generators.datasets.corpus import Corpus
from generators.errors import UsageError

FEWEST = 50
"""Positions of which a map can be made."""


def pick(corpus: Corpus, n: int, seed: int, name: str) -> np.ndarray:
    """Pick at most ``n`` places of a corpus, int64 ascending; UsageError where the text has too few."""
    inner, windows = max(0, corpus.length - 2), len(corpus.chosen)
    if inner * windows < FEWEST:
        raise UsageError(
            f"the text of network {name!r} is too short for a map: {windows:,} windows of {corpus.length:,} tokens "
            f"have {inner * windows:,} positions that are neither first nor last; expected at least {FEWEST}"
        )
    draw, stretches = np.random.default_rng(seed), min(inner, math.ceil(n / windows))
    edges = 1 + np.arange(stretches + 1) * inner // stretches
    position = edges[:-1] + (draw.random((windows, len(edges) - 1)) * np.diff(edges)).astype(np.int64)
    places = (corpus.chosen[:, None] * corpus.length + position).ravel()
    return np.sort(draw.permutation(places)[:n])
