"""Name the parts of a mixture of experts, whose memories are not followed: each token is sent to some of them only."""

from generators.articles.key_value_memory.results.shapes import Experts, experts
from generators.networks import Network, layers


def name_parts(network: Network) -> Experts:
    """Say where its keys, gates, values and router are."""
    found = experts(layers.of(network))
    assert found is not None, "exhibits declares this for mixtures of experts only"
    return found
