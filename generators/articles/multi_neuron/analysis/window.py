"""The square of the plane around a network's data, in the units in which these were measured."""

import numpy as np

from generators.articles.multi_neuron.analysis.domain import Slice
from generators.networks import Network

AROUND = 0.08
"""How much of the data's width the square goes beyond it on each side."""


def square(network: Network) -> Slice:
    """Give the smallest box around the held-out points, with room: places are raw, inputs are standardised."""
    data = network.dataset
    mean, std = (
        np.array(values or (default,) * 2, np.float64) for values, default in ((data.mean, 0.0), (data.std, 1.0))
    )
    raw = np.asarray(data.test.raw, np.float64)
    low, high = raw.min(0), raw.max(0)
    room = AROUND * (high - low).clip(1e-9)
    (x0, y0), (x1, y1) = low - room, high + room
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    return Slice(-mean / std, np.array([1 / std[0], 0.0]), np.array([0.0, 1 / std[1]]), corners)
