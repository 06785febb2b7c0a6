"""What the prose quotes of activation functions."""

from generators.articles.neuron.results.activations import Modified
from generators.exhibit import Scalar


def activations(result: Modified) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {
        "layer": result.path,
        "preactivations": result.n_preactivations,
        "lowest": result.lowest,
        "highest": result.highest,
        "relu_gated_share": result.negative_share,
    }
    for modifier in result.modifiers:
        facts[f"{modifier.name.lower()}_mean_slope"] = modifier.mean_slope
        facts[f"{modifier.name.lower()}_flat_share"] = modifier.flat_share
    return facts
