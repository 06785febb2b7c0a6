"""Two neurons on one and on two inputs, before any activation: A = W F + b."""

from collections.abc import Sequence

import numpy as np

from generators.articles.multi_neuron.results.two_neurons import TwoNeurons

LINE = (0.9, -0.25), (-0.8, 0.35)
"""Of each neuron on one input: the weight and the bias."""
PLANE = (0.7, 0.1, -0.3), (0.1, -0.7, 0.25)
"""Of each neuron on two inputs: the two weights and the bias."""


def place(reach: float = 1.0, line_input: float = 0.75, plane_input: Sequence[float] = (0.75, 0.75)) -> TwoNeurons:
    """Evaluate both pairs at one input each."""
    line, plane = np.array(LINE), np.array(PLANE)
    alone, together = np.array([line_input]), np.array(plane_input, np.float64)
    return TwoNeurons(
        line_weight=line[:, :1],
        line_bias=line[:, 1],
        plane_weight=plane[:, :2],
        plane_bias=plane[:, 2],
        reach=reach,
        line_input=alone,
        line_outputs=line[:, :1] @ alone + line[:, 1],
        plane_input=together,
        plane_outputs=plane[:, :2] @ together + plane[:, 2],
        line_zeros=-line[:, 1] / line[:, 0],
    )
