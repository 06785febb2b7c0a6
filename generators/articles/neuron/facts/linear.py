"""What the prose quotes of one linear layer."""

import numpy as np

from generators.articles.neuron.results.linear import LinearLayer
from generators.exhibit import Scalar


def linear_layer(result: LinearLayer) -> dict[str, Scalar]:
    m, n = result.weight.shape
    i, j = np.unravel_index(np.abs(result.weight).argmax(), result.weight.shape)
    return {
        "layer": result.path,
        "m": m,
        "n": n,
        "neurons": m,
        "synapses": m * n,
        "strongest_weight": float(result.weight[i, j]),
        "strongest_neuron": result.labels[i],
        "strongest_input": int(j) + 1,
        "silent_inputs": len(result.silent_inputs),
        "largest_sum_error": result.largest_sum_error,
        "accuracy": result.accuracy,
        "chance": result.chance,
    }
