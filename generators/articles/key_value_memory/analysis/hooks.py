"""Running a network while its memories are watched, or while some of them are changed.

An activation is what reaches the layer of values, whatever keys and gates made it; so one hook before that layer reads
all memories and may change them. No hook outlives its ``with`` block.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from generators.articles.key_value_memory.analysis.anatomy import Anatomy, MemoryLayer
from generators.networks import Network


@contextmanager
def activations(anatomy: Anatomy) -> Iterator[list[Tensor]]:
    """Collect, inside the ``with`` block, each layer's activations of the last run; see them with ``by_text``."""
    found: list[Tensor] = [torch.empty(0)] * len(anatomy.layers)

    def note(index: int) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        return lambda _module, inputs: found.__setitem__(index, inputs[0])

    hooks = [each.value.register_forward_pre_hook(note(index)) for index, each in enumerate(anatomy.layers)]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def residuals(network: Network, anatomy: Anatomy) -> Iterator[dict[str, Tensor]]:
    """Collect, inside the ``with`` block, the residual stream (n, t, d) after each block of the last run, by path."""
    found: dict[str, Tensor] = {}

    def note(path: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor | tuple[Tensor, ...]], None]:
        return lambda _module, _inputs, output: found.__setitem__(
            path, (output if isinstance(output, Tensor) else output[0]).clone()
        )

    paths = {each.block for each in anatomy.layers if each.block}
    hooks = [network.module.get_submodule(path).register_forward_hook(note(path)) for path in paths]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def changed(layer: MemoryLayer, change: Callable[[Tensor], Tensor]) -> Iterator[None]:
    """Replace all activations of a layer (…, f) by what ``change`` makes of them, inside the ``with`` block."""
    hook = layer.value.register_forward_pre_hook(lambda _module, inputs: (change(inputs[0]), *inputs[1:]))
    try:
        yield
    finally:
        hook.remove()


@contextmanager
def without(layer: MemoryLayer, memory: Tensor, instead: Tensor | None = None) -> Iterator[None]:
    """Silence one memory of a layer in each row of a batch, at all of its tokens, inside the ``with`` block.

    ``memory`` int64 (n,). Where ``instead`` (n, d) is given, the memory speaks, and that vector is taken away as many
    times as it does: as large a change, in another direction.
    """
    rows = torch.arange(len(memory), device=memory.device)
    taken: list[Tensor] = []

    def silence(_module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
        if instead is not None:
            taken.append(by_text(inputs[0], len(memory))[rows, :, memory])  # (n, t)
            return None
        silenced = inputs[0].clone()
        by_text(silenced, len(memory))[rows, :, memory] = 0
        return (silenced, *inputs[1:])

    def take(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        assert instead is not None
        return output - (taken.pop()[..., None] * instead[:, None]).view_as(output).to(output)

    hooks = [layer.value.register_forward_pre_hook(silence)]
    if instead is not None:
        hooks.append(layer.value.register_forward_hook(take))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def by_text(values: Tensor, n: int) -> Tensor:
    """See what a layer takes as (n, t, …): some networks hand it all tokens of a batch in one row."""
    return values.view(n, -1, values.shape[-1])


@torch.no_grad()
def logits(network: Network, tokens: Tensor) -> Tensor:
    """What the network answers to tokens (n, t): (n, t, n_tokens), on its device, without outputs that no token has."""
    answer = network.module(tokens.to(network.device))
    return getattr(answer, "logits", answer)[..., : len(network.labels)]


@torch.no_grad()
def run(network: Network, tokens: Tensor) -> None:
    """Let the network read tokens (n, t), whatever it answers."""
    network.module(tokens.to(network.device))
