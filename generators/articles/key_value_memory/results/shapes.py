"""Where a language model keeps memories, told by the shapes of its layers alone; no name decides but "experts".

``layers`` is always the survey of a network, in order of definition. An MLP is found by its last layer: it maps ``f``
activations to the ``d`` numbers of the residual stream, and what stands right before it maps ``d`` to ``f``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import prod

from generators.networks.subject import Layer

GATED = 2
"""Two layers of keys: a gate, and what it lets through."""


@dataclass(frozen=True)
class MemoryShape:
    """One MLP of a network that was not loaded."""

    value: str
    """Path of the layer whose columns are the values."""
    keys: tuple[str, ...]
    """Paths of the layers whose rows are keys: one, or gate and up; a layer that fuses both is one path."""
    n_memories: int
    d_model: int
    is_gated: bool


@dataclass(frozen=True)
class Experts:
    """A mixture of experts, which stands where an MLP would, in the first layer that has one."""

    n_experts: int
    keys: tuple[str, ...]
    """Paths of the weights that hold keys, and gates where there are any: all experts' or the first one's."""
    is_gated: bool
    values: str
    """Path of the weights that hold the values."""
    router: str | None
    """Path of the layer that chooses experts; ``None`` where none gives a number for each."""
    n_layers: int
    """How many layers have one."""

    @property
    def sentence(self) -> str:
        """Say it as an answer to where the network's memories are."""
        where = "the MLP of 1 layer is a mixture"
        if self.n_layers > 1:
            where = f"the MLPs of {self.n_layers} layers are mixtures"
        keys = "keys and gates" if self.is_gated else "keys"
        routed = f", routed by {self.router}" if self.router else ""
        return (
            f"{where} of {self.n_experts} experts: {keys} in {' and '.join(self.keys)}, values in "
            f"{self.values}{routed}; memories of experts are not followed"
        )


@dataclass(frozen=True)
class _Map:
    """A linear layer by what it maps."""

    path: str
    n_in: int
    n_out: int

    def equals(self, other: "_Map") -> bool:
        """Whether two layers of one parent map as many numbers to as many."""
        parents = self.path.rpartition(".")[0], other.path.rpartition(".")[0]
        return parents[0] == parents[1] and (self.n_in, self.n_out) == (other.n_in, other.n_out)


@dataclass(frozen=True)
class _ExpertWeight:
    """A matrix of one expert, or of all."""

    path: str
    mixture: str
    """Path of what holds experts and router."""
    expert: str
    """Its number; empty where the weight is stacked."""
    n_stacked: int
    shape: tuple[int, ...]


def memories(layers: Sequence[Layer]) -> tuple[MemoryShape, ...]:
    """Give every MLP that adds to the residual stream, from input to output; those of experts are left out.

    Query, key and value of an attention are three equal layers before its output, and are no keys. Where several pairs
    of a block could be an MLP, the widest is, the last of equals. The residual stream is as wide as the embedding, or,
    where none of them fits that, as most of them say.
    """
    ran = [layer for layer in layers if layer.output_shape] or layers
    maps = [each for each in map(_map, ran) if each]
    found = [each for i in range(1, len(maps)) if (each := _memory(maps, i))]
    in_blocks = [each for each in found if _block(each)] or found
    d_model = _width(ran, in_blocks)
    widest: dict[str, MemoryShape] = {}
    for each in in_blocks:
        block = _block(each) or each.value
        if each.d_model == d_model and (block not in widest or each.n_memories >= widest[block].n_memories):
            widest[block] = each
    return tuple(widest.values())


def _width(layers: Sequence[Layer], found: Sequence[MemoryShape]) -> int:
    """How wide the residual stream is; 0 where nothing says it."""
    widths = Counter(each.d_model for each in found)
    embedded = {each.weight_shape[-1] for each in layers if each.weight_shape and "Embedding" in each.type}
    return max(widths, key=lambda width: (width in embedded, widths[width]), default=0)


def _map(layer: Layer) -> _Map | None:
    """Read a layer as a linear map; ``Conv1D`` of transformers stores its weight transposed."""
    match layer:
        case Layer(type="Conv1D", weight_shape=(n_in, n_out)):
            return _Map(layer.path, n_in, n_out)
        case Layer(weight_shape=(n_out, n_in)) if layer.type.endswith("Linear"):
            return _Map(layer.path, n_in, n_out)
    return None


def _memory(maps: Sequence[_Map], i: int) -> MemoryShape | None:
    """Take layer ``i`` for the values of an MLP, if the layer before, alone or with an equal one, can be its keys."""
    value, before = maps[i], maps[i - 1]
    keys = _sisters([*maps[:i], *maps[i + 1 :]], i - 1)
    is_fused = before.n_out == GATED * value.n_in and len(keys) == 1
    is_read = before.n_in == value.n_out and (is_fused or before.n_out == value.n_in)
    if len(keys) > GATED or not is_read or _is_expert(value.path) or _apart(value.path, before.path):
        return None
    paths = tuple(each.path for each in keys)
    return MemoryShape(value.path, paths, value.n_in, value.n_out, is_fused or len(keys) == GATED)


def _sisters(maps: Sequence[_Map], i: int) -> list[_Map]:
    """The unbroken row of equal layers of one parent in which layer ``i`` stands."""
    before, after = (list(takewhile(maps[i].equals, part)) for part in (reversed(maps[:i]), maps[i:]))
    return [*reversed(before), *after]


def _shared(one: str, other: str) -> list[str]:
    """The names that two paths begin with."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return [mine for mine, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]


def _apart(one: str, other: str) -> bool:
    """Whether two paths part at the items of a list that holds more than single layers, as blocks do."""
    depth = len(_shared(one, other))
    rests = [path.split(".")[depth:] for path in (one, other)]
    return all("".join(rest[:1]).isdigit() for rest in rests) and any(len(rest) > 1 for rest in rests)


def _block(shape: MemoryShape) -> str:
    """The innermost numbered part of the network that holds both keys and values; empty where none is numbered."""
    names = _shared(shape.value, shape.keys[0])
    while names and not names[-1].isdigit():
        names.pop()
    return ".".join(names)


def _is_expert(path: str) -> bool:
    return any("expert" in name for name in path.split("."))


def experts(layers: Sequence[Layer]) -> Experts | None:
    """Find the mixtures of experts, lists of them or weights stacked over them; ``None`` where there are none."""
    weights = [each for layer in layers for each in _expert_weights(layer)]
    if not weights:
        return None
    first = weights[0]
    mine = [each for each in weights if each.mixture == first.mixture]
    n_experts = first.n_stacked or len({each.expert for each in mine})
    one = [each for each in mine if each.expert == first.expert]
    times = Counter(each.shape for each in one)
    values = min(reversed(one), key=lambda each: times[each.shape])  # gates are shaped as keys are; values come last
    router = next((each.path for each in layers if _routes(each, first.mixture, n_experts)), None)
    keys = tuple(each for each in one if each is not values)
    is_gated = sum(prod(each.shape) for each in keys) > prod(values.shape)
    return Experts(
        n_experts,
        tuple(each.path for each in keys),
        is_gated,
        values.path,
        router,
        len({each.mixture for each in weights}),
    )


def _expert_weights(layer: Layer) -> Iterator[_ExpertWeight]:
    """The weights of experts that a layer has: as one of an expert, or stacked over all."""
    mixture, _, rest = f"{layer.path}.".partition(".experts.")
    if layer.weight_shape and rest and rest.partition(".")[0].isdigit() and _map(layer):
        yield _ExpertWeight(layer.path, mixture, rest.partition(".")[0], 0, layer.weight_shape)
    for name, (n_stacked, *shape) in layer.stacks if layer.path.endswith("experts") else ():
        yield _ExpertWeight(f"{layer.path}.{name}", layer.path.rpartition(".")[0], "", n_stacked, tuple(shape))


def _routes(layer: Layer, mixture: str, n_experts: int) -> bool:
    """Whether a layer gives a number for each expert of a mixture."""
    is_inside = layer.path.startswith(f"{mixture}.") and not _is_expert(layer.path.removeprefix(mixture))
    return is_inside and len(layer.weight_shape or ()) > 1 and (layer.weight_shape or ())[0] == n_experts
