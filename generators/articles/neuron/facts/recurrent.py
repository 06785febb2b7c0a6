"""What the prose quotes of recurrent layers."""

import numpy as np

from generators.articles.neuron.results.recurrent import Gates, RecurrentLayer
from generators.exhibit import Scalar


def recurrent(result: RecurrentLayer) -> dict[str, Scalar]:
    hidden, inputs = result.weight_input.shape
    return {
        "layer": result.path,
        "neurons": hidden,
        "inputs": inputs,
        "synapses": result.weight_input.size + result.weight_again.size,
        "synapses_per_neuron": inputs + hidden,
        "steps": len(result.accuracy_by_step),
        "accuracy_half_way": float(result.accuracy_by_step[len(result.accuracy_by_step) // 2 - 1]),
        "first_step_above_half": int(np.argmax(result.accuracy_by_step > 0.5)) + 1,
        "largest_unroll_error": result.largest_unroll_error,
        "accuracy": result.accuracy,
        "chance": result.chance,
    }


def gates(result: Gates) -> dict[str, Scalar]:
    counts: dict[str, Scalar] = {"n_inputs": result.n_inputs, "n_hidden": result.n_hidden}
    for cell in result.cells:
        name = cell.name.lower()
        counts |= {
            f"{name}_gates": len(cell.gates),
            f"{name}_neurons": cell.neurons,
            f"{name}_synapses": cell.synapses,
        }
    return counts
