"""What the prose quotes of the widths of MLPs."""

from generators.articles.key_value_memory.results.bottleneck import Bottleneck
from generators.exhibit import Scalar


def bottleneck(result: Bottleneck) -> dict[str, Scalar]:
    """Give each network's counts after its name, ``gpt3_neurons``."""
    return {
        f"{width.name.replace('-', '_')}_{fact}": value
        for width in result.widths
        for fact, value in {
            "d_model": width.d_model,
            "memories": width.n_memories,
            "neurons": width.neurons,
            "synapses": width.synapses,
            "memories_per_dimension": width.memories_per_dimension,
            "least_cosine": width.least_cosine,
            "widest_angle_degrees": width.widest_angle_degrees,
        }.items()
    }
