"""Samples of which it is known whether they stand for the set: what measures are tried on before they are believed."""

from __future__ import annotations

import numpy as np

from generators.articles.inverse_set.analysis.linear_neuron.extent import farthest_points
from generators.articles.inverse_set.analysis.linear_neuron.nearest import at_value
from generators.articles.inverse_set.analysis.linear_neuron.slab import Slab

COPIES = 8
"""How often each point of a sample of duplicates is there."""


def known_samples(slab: Slab, n: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Make an independent sample (n, d), and four with a fault; ``results.linear.Calibration`` has their names."""
    members, directions = slab.members(n, random), random.normal(size=(n, len(slab.w)))
    outside = next(x for x in random.random((1000, 1, len(slab.w))) if not slab.inside(x).all())
    return {
        "independent members": slab.members(n, random),
        "each eight times": members[: -(-n // COPIES)].repeat(COPIES, 0)[:n],
        "all at z1": at_value(slab.w, members, np.full(n, slab.low)),
        "corners only": farthest_points(slab, directions),
        "one outside": np.concatenate([members[1:], outside]),
    }
