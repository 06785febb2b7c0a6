"""Take one linear layer of a trained network apart: z_i = sum_j w_ij x_j + b_i, synapse by synapse."""

import numpy as np

from generators.articles.neuron.analysis.examples import pictures, typical_and_misread
from generators.articles.neuron.analysis.listening import array, listen
from generators.articles.neuron.results.linear import LinearLayer, Reading
from generators.networks import Network


def dissect_linear(network: Network, layer: str) -> LinearLayer:
    """Read the layer's weights, and what each synapse contributes when real pictures come in."""
    module = network.module.get_submodule(layer)
    test = network.dataset.test
    logits, inputs, outputs = (array(t) for t in listen(network.module, module, test.x))
    weight = array(module.weight)  # (m, n)
    bias = np.zeros(len(weight)) if module.bias is None else array(module.bias)
    sums = inputs @ weight.T + bias
    truth = test.y.numpy()
    labels = tuple(network.labels)
    pixels = pictures(test.x)
    readings = tuple(
        Reading(name, labels[truth[k]], pixels[k], inputs[k], weight * inputs[k], outputs[k])
        for k, name in typical_and_misread(logits, truth, labels)
    )
    return LinearLayer(
        path=layer,
        weight=weight,
        bias=bias,
        labels=labels,
        readings=readings,
        shown=min(3, len(readings) - 1),
        largest_input=max(float(np.abs(r.inputs).max()) for r in readings),
        largest_contribution=max(float(np.abs(r.contributions).max()) for r in readings),
        largest_preactivation=max(float(np.abs(r.preactivations).max()) for r in readings),
        silent_inputs=tuple(np.flatnonzero((inputs == 0).all(axis=0)).tolist()),
        largest_sum_error=float(np.abs(sums - outputs).max()),
        accuracy=network.quality["accuracy"],
        chance=network.quality["chance"],
    )
