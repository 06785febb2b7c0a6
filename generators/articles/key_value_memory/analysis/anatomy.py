"""Take a decoder-only language model apart: its memories, its final norm and its head.

Where its MLPs are is told by shapes (``results.shapes``), the rest by numbers: it reads one text, and what comes out of
one module is compared with what another is given. So no list of architectures is needed, and the activations of a
memory are what its value layer is given, however they were gated.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from generators.articles.key_value_memory.analysis import unembedding
from generators.articles.key_value_memory.analysis.watching import CLOSE, Call, apart, watch
from generators.articles.key_value_memory.results import shapes
from generators.articles.key_value_memory.results.shapes import Experts, MemoryShape
from generators.errors import UsageError
from generators.networks import Network, layers

ACTIVATIONS: dict[str, tuple[Callable[[Tensor], Tensor], ...]] = {
    "ReLU": (torch.relu,),
    "GELU": (functional.gelu, lambda z: functional.gelu(z, approximate="tanh"), lambda z: z * torch.sigmoid(1.702 * z)),
    "SiLU": (functional.silu,),
    "squared ReLU": (lambda z: torch.relu(z) ** 2,),
    "tanh": (torch.tanh,),
    "sigmoid": (torch.sigmoid,),
}
"""Word -> the functions that go by it."""


@dataclass(frozen=True)
class MemoryLayer:
    """One MLP as a memory."""

    path: str
    """Of the module whose columns are the values."""
    keys: tuple[str, ...]
    """Of the modules whose rows are keys: one, or gate and up; one that fuses both is one path."""
    activation: str
    """The function between keys and values, in a word; empty where it is none of ``ACTIVATIONS``."""
    value: nn.Module
    """Maps activations (…, f) to (…, d): a hook before it reads and edits them."""
    block: str | None
    """Path of the block whose output is the residual stream after this MLP; ``None`` where no list holds it."""
    is_signed: bool
    """Gated: activations of either sign."""

    @property
    def n_memories(self) -> int:
        return self._weight.shape[0]

    @property
    def d_model(self) -> int:
        return self._weight.shape[1]

    def values(self) -> Tensor:
        """Return (f, d), in float32: row i is what memory i writes."""
        return self._weight.float()

    @property
    def _weight(self) -> Tensor:
        weight: Tensor = cast(Any, self.value).weight.detach()
        return weight if type(self.value).__name__ == "Conv1D" else weight.mT


@dataclass(frozen=True)
class Anatomy:
    """What of a language model its memories are read with."""

    layers: tuple[MemoryLayer, ...]
    """From input to output."""
    head: Tensor | None
    """(n_tokens, d), the unembedding; ``None`` without one that reads the residual stream."""
    norm: Callable[[Tensor], Tensor]
    """The final norm as a function of (…, d); the identity where there is none."""
    is_tied: bool
    """Whether the head's weight is the token embedding's."""
    head_bias: Tensor | None = None
    """(n_tokens,), what the head adds."""


def find(network: Network) -> Anatomy:
    """Take a language model apart; UsageError where it has no MLP, or one that it does not run once for a text."""
    survey = layers.of(network)
    found = shapes.memories(survey)
    if not found:
        raise UsageError(f"network {network.name!r} has no memories that can be read: {_why(shapes.experts(survey))}")
    calls, answer = watch(network)
    memories = tuple(_memory(network, each, found, calls) for each in found)
    lists = {each.block.rpartition(".")[0] for each in memories if each.block}
    head = unembedding.find(network.module, calls, answer, memories[0].d_model, lists)
    if head is None or network.kind == "text-encoder":
        return Anatomy(memories, None, unembedding.identity, False)
    return Anatomy(memories, head.weight, head.norm, head.is_tied, head.bias)


def _why(experts: Experts | None) -> str:
    """Say why nothing was found."""
    if experts:
        return experts.sentence
    return (
        "expected an MLP in every block, linear layers from the residual stream to keys, one or two of them, and right "
        "after them one from their activations back to the stream"
    )


def _memory(network: Network, shape: MemoryShape, found: Sequence[MemoryShape], calls: Sequence[Call]) -> MemoryLayer:
    """Learn the rest of one MLP: its activation, which of its keys is the gate, its block."""
    times = sum(call.path == shape.value for call in calls)
    if times != 1:
        raise UsageError(
            f"network {network.name!r} runs {shape.value!r} {times} times while it reads a text: expected once, as "
            "every memory has one activation for a token"
        )
    activation, keys = _activation(shape, calls)
    others = [each.value for each in found if each is not shape]
    block = _block(network.module, shape.value, others)
    return MemoryLayer(shape.value, keys, activation, network.module.get_submodule(shape.value), block, shape.is_gated)


def _activation(shape: MemoryShape, calls: Sequence[Call]) -> tuple[str, tuple[str, ...]]:
    """Name the function that makes what the values are given of what the keys gave, and put the gate first."""
    given = next(call.came for call in calls if call.path == shape.value)
    tried = [
        (apart(function(gate) * rest, given), word, keys)
        for keys, gate, rest in _gates(shape, calls)
        for word, functions in ACTIVATIONS.items()
        for function in functions
    ]
    difference, word, keys = min(tried, key=lambda each: each[0])
    return (word, keys) if difference < CLOSE else ("", shape.keys)


def _gates(shape: MemoryShape, calls: Sequence[Call]) -> Iterator[tuple[tuple[str, ...], Tensor, Tensor]]:
    """What may be the gate and what it may let through, with the paths of the keys in this order."""
    went = [next(call.went for call in calls if call.path == path) for path in shape.keys]
    parts = went[0].chunk(2, -1) if shape.is_gated and len(went) == 1 else went
    if not shape.is_gated:
        yield shape.keys, parts[0], torch.ones(())
    else:
        yield shape.keys, parts[0], parts[1]
        yield shape.keys[::-1], parts[1], parts[0]


def _block(module: nn.Module, value: str, others: Sequence[str]) -> str | None:
    """The outermost item of a list of modules that holds these values and no others."""
    names = value.split(".")
    for depth in range(1, len(names)):
        path, holder = ".".join(names[:depth]), module.get_submodule(".".join(names[: depth - 1]))
        is_alone = not any(other.startswith(f"{path}.") for other in others)
        if isinstance(holder, nn.ModuleList | nn.Sequential) and is_alone:
            return path
    return None
