"""What the prose says of two neurons."""

from generators.articles.multi_neuron.results.two_neurons import TwoNeurons
from generators.exhibit import Scalar


def pairs(result: TwoNeurons) -> dict[str, Scalar]:
    """Give the inputs that are shown, what both pairs make of them, and where the first pair switches."""
    return {
        "line_input": float(result.line_input[0]),
        "line_first": float(result.line_outputs[0]),
        "line_second": float(result.line_outputs[1]),
        "line_first_zero": float(result.line_zeros[0]),
        "line_second_zero": float(result.line_zeros[1]),
        "plane_first": float(result.plane_outputs[0]),
        "plane_second": float(result.plane_outputs[1]),
    }
