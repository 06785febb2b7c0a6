"""What the prose quotes of a multi-layer perceptron."""

from generators.articles.neuron.results.mlp import Perceptron
from generators.exhibit import Scalar


def perceptron(result: Perceptron) -> dict[str, Scalar]:
    return {
        "neurons": sum(w.shape[0] for w in result.weights),
        "synapses": sum(w.size for w in result.weights),
        "layers": len(result.weights),
        "accuracy": result.accuracy,
        "chance": result.chance,
        "held_out": len(result.check_raw),
    }
