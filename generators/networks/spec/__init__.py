"""Published networks in closed form: every linear map of a network from its published shape, without torch.

``spec("gpt3")`` gives a ``Spec``: its maps (rows of neurons, each with its synapses), its head and what else it stores.
``table`` has the shapes, ``families`` one function a family that turns a shape into maps. The numbers are those of the
module tree that transformers builds from the same shape, to the unit.
"""

from functools import cache

from generators.errors import UsageError, nearest
from generators.networks.spec.families import FAMILIES
from generators.networks.spec.maps import Map, Spec
from generators.networks.spec.shapes import Decoder, Encoder, Mamba, Shape
from generators.networks.spec.table import SHAPES

__all__ = ["SHAPES", "Decoder", "Encoder", "Mamba", "Map", "Shape", "Spec", "count", "spec"]


@cache
def spec(name: str) -> Spec:
    """Give a published network in closed form; raises ``UsageError`` for a name that is not in the table."""
    if name not in SHAPES:
        raise UsageError(f"no published shape is named {name!r}: {nearest(name, SHAPES)}")
    return count(name, SHAPES[name])


def count(name: str, shape: Shape) -> Spec:
    """Lay out every linear map of a shape; a caller's own shape as well as a published one."""
    maps, others, head, experts = FAMILIES[type(shape)](shape)
    return Spec(
        name, shape.title, type(shape).__name__, shape.source, shape.year,
        tuple(maps), head, {kind: n for kind, n in others.items() if n}, experts,
    )  # fmt: skip
