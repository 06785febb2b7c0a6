"""Watch every module of a network while it reads one text: what each was given and what it gave."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from generators.networks import Network
from generators.networks.running import run

CLOSE = 1e-2
"""How far apart, over the other's largest number, two tensors are still the same but for rounding, bfloat16's too."""
TOKENS = 16
"""How many tokens of the text are kept, the last: what a large network does with all of them is much."""


@dataclass(frozen=True)
class Call:
    """One run of one module: what came first of its arguments, and first of its outputs, as float32 on the CPU."""

    path: str
    module: nn.Module
    came: Tensor
    went: Tensor


def watch(network: Network) -> tuple[list[Call], Tensor]:
    """Let the network read the first text of its data; return all calls in the order in which they ended, and its
    answer (1, tokens, n)."""
    assert network.dataset is not None
    calls: list[Call] = []

    def hook(path: str) -> Callable[..., None]:
        def note(module: nn.Module, inputs: tuple[object, ...], named: dict[str, object], output: object) -> None:
            came, went = first((*inputs, *named.values())), first(output)
            if came is not None and went is not None:
                calls.append(Call(path, module, _kept(came), _kept(went)))

        return note

    modules = network.module.named_modules()
    hooks = [each.register_forward_hook(hook(path), with_kwargs=True) for path, each in modules if path]
    try:
        answer = run(network.name, network.module, network.dataset.test.x[:1], network.device)
    finally:
        for each in hooks:
            each.remove()
    return calls, _kept(answer)


def first(given: object) -> Tensor | None:
    """Return a tensor, or the first of several things if that is one: blocks may give more than the residual stream."""
    one = given[0] if isinstance(given, tuple | list) and given else given
    return one if isinstance(one, Tensor) else None


def apart(one: Tensor, other: Tensor) -> float:
    """Return the largest difference of two tensors over the second's largest number; infinite where sizes differ."""
    if one.numel() != other.numel():
        return torch.inf
    difference = (one.flatten() - other.flatten()).abs().max() / other.abs().max()
    return torch.inf if difference.isnan() else float(difference)


def _kept(x: Tensor) -> Tensor:
    """A copy of what belongs to the last tokens (…, tokens, n)."""
    return (x[..., -TOKENS:, :] if x.ndim > 1 else x).detach().to("cpu", torch.float32, copy=True)
