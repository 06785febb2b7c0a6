"""Which memories a reader is shown, and in which order: the clearest first.

A memory is clear when its strongest texts end alike, when they go on alike, and when its value says how: the sum of
three shares, ``last_purity``, ``next_purity`` and ``agreed``, each less the frequency that its token has anyway, so
that *the* after *the* is no great find; and all that times the share of texts that there are, since one text agrees
with itself. Nothing is chosen by hand.
"""

import numpy as np


def clearness(known: np.ndarray, last_purity: np.ndarray, next_purity: np.ndarray, agreed: np.ndarray) -> np.ndarray:
    """Add up three shares, of which usual frequencies were taken, float64 (f,); minus infinity for memories that never
    fire.

    ``known`` is how many of the texts that are looked for there are: of a memory that fires once, all its texts agree.
    """
    score = known * (last_purity + next_purity + np.nan_to_num(agreed))
    return np.where(np.isnan(last_purity), -np.inf, score)


def clearest(scores: list[np.ndarray], n: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Choose the ``n`` clearest memories of all layers: for each layer their indices, ascending, and their places in
    the order. Of equally clear ones the earlier layer's, then the lower index, comes first."""
    layer = np.concatenate([np.full(len(each), number) for number, each in enumerate(scores)])
    index = np.concatenate([np.arange(len(each)) for each in scores])
    order = np.argsort(-np.concatenate(scores), kind="stable")[:n]
    place = np.full(len(layer), -1)
    place[order] = np.arange(len(order))
    chosen = place >= 0
    return [(index[chosen & (layer == number)], place[chosen & (layer == number)]) for number in range(len(scores))]
