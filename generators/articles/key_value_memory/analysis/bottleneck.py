"""How many memories share how few dimensions, in closed form: an MLP of 4d keys over d value neurons."""

import math
from collections.abc import Mapping, Sequence

from generators.articles.key_value_memory.results.bottleneck import Bottleneck, Width
from generators.errors import UsageError
from generators.networks.spec import SHAPES, Decoder

OWN = {"grammar-gpt": 64, "pydoc-gpt": 128}
"""The width of each GPT that comes with the project; its MLP has four keys for each number."""


def count_memories(
    own: Mapping[str, int] = OWN, published: Sequence[str] = ("gpt2", "gpt3"), shown: str = "gpt3"
) -> Bottleneck:
    """Count the MLP of one block of every network; ``own`` gives widths, ``published`` names published shapes."""
    widths = [measure(name, name, d, 4 * d) for name, d in own.items()]
    for name in published:
        shape = SHAPES.get(name)
        if not isinstance(shape, Decoder) or shape.gated or shape.n_experts:
            raise UsageError(
                f"published shape {name!r}: expected a decoder whose MLP is two matrices, keys and values, such as "
                "'gpt2' or 'gpt3', but its MLP is gated, made of experts or unknown"
            )
        widths.append(measure(name, shape.title, shape.d_model, shape.d_ff))
    return Bottleneck(tuple(sorted(widths, key=lambda width: width.d_model)), shown)


def measure(name: str, title: str, d: int, n: int) -> Width:
    """Count n keys of d synapses each, and d value neurons of n synapses each."""
    cosine = least_cosine(n, d)
    return Width(
        name=name,
        title=title,
        d_model=d,
        n_memories=n,
        neurons=n + d,
        synapses=n * d + d * n,
        memories_per_dimension=n / d,
        least_cosine=cosine,
        widest_angle_degrees=math.degrees(math.acos(cosine)),
    )


def least_cosine(n: int, d: int) -> float:
    """Bound from below the largest absolute cosine between two of n directions in d dimensions (Welch, 1974)."""
    return math.sqrt((n - d) / (d * (n - 1))) if n > d else 0.0
