"""The point of the set that is nearest to another, exactly.

It is clip(x + λ w, 0, 1), with the λ nearest to zero for which w·clip(x + λ w) lies in [low, high] (Karush, Kuhn and
Tucker). That function of λ rises, and is straight between the places where a coordinate meets an end of [0, 1].
"""

from __future__ import annotations

import numpy as np

from generators.articles.inverse_set.analysis.linear_neuron.slab import Slab


def nearest(slab: Slab, x: np.ndarray) -> np.ndarray:
    """Bring points (n, d), anywhere, to the nearest points of the set, which is not empty."""
    at = np.clip(x, 0, 1) @ slab.w
    wanted = np.clip(at, slab.low, slab.high)
    return at_value(slab.w, x, wanted)


def at_value(w: np.ndarray, x: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Bring points (n, d) to the nearest points of the cube with w·x as wanted (n,), or as near to it as there are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.concatenate([-x / w, (1 - x) / w], 1)
    ends = np.sort(np.where(np.isfinite(ends), ends, 0), 1)
    values = np.clip(x[:, None] + ends[..., None] * w, 0, 1) @ w  # (n, 2d)
    after = np.clip((values < wanted[:, None]).sum(1), 1, ends.shape[1] - 1)[:, None]
    (left, right), (low, high) = (
        [np.take_along_axis(each, after - side, 1)[:, 0] for side in (1, 0)] for each in (ends, values)
    )
    share = np.divide(wanted - low, high - low, out=np.zeros(len(x)), where=high > low)
    way = left + np.clip(share, 0, 1) * (right - left)
    return np.clip(x + way[:, None] * w, 0, 1)
