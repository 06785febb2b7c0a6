"""What a report says of a mixture of experts."""

from generators.articles.key_value_memory.results.shapes import Experts
from generators.exhibit import Scalar


def parts(result: Experts) -> dict[str, Scalar]:
    return {
        "experts": result.n_experts,
        "layers": result.n_layers,
        "keys_and_gates": ", ".join(result.keys),
        "values": result.values,
        "router": result.router or "none found",
        "memories": "not followed: each token is sent to some experts only",
    }
