"""What is read of a network: a number for each picture and neuron, and what the encoder sees, in one forward pass.

A neuron is a logit, a channel of a map by its mean or its largest value over places or at one place, or one number of
any layer's output. The encoder is what the last linear layer reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from generators.articles.inverse_set.results.gallery import Neuron
from generators.errors import UsageError
from generators.networks import Network

MAP_AXES = 4
"""Axes of a batch of maps: pictures, channels, height, width."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What one forward pass gives."""

    values: Tensor
    """(n, m), the activation of each neuron."""
    embedding: Tensor
    """(n, d)"""


def read(network: Network, neurons: Sequence[Neuron], x: Tensor) -> Seen:
    """Read the activations of neurons for inputs (n, …) as the network takes them; gradients flow to ``x``."""
    with _listening(network.module, {neuron.layer for neuron in neurons}) as heard:
        answer = network.module(x)
    answer = getattr(answer, "logits", answer)
    embedding = heard.get("", answer)
    values = [_value(neuron, heard[neuron.layer + "."]) for neuron in neurons]
    columns = torch.stack(values, 1) if values else answer.new_zeros(len(x), 0)
    return Seen(columns, embedding.flatten(1))


@contextmanager
def _listening(module: nn.Module, layers: set[str]) -> Iterator[dict[str, Tensor]]:
    """Collect what layers give, under their path and a dot, and what the last linear layer reads, under nothing."""
    heard: dict[str, Tensor] = {}

    def give(path: str) -> Any:
        return lambda _module, _inputs, output: heard.__setitem__(path, _first(output))

    hooks = [module.get_submodule(path).register_forward_hook(give(path + ".")) for path in layers]
    if head := next((each for each in reversed(list(module.modules())) if isinstance(each, nn.Linear)), None):
        hooks.append(head.register_forward_pre_hook(lambda _module, inputs: heard.__setitem__("", inputs[0])))
    try:
        yield heard
    finally:
        for hook in hooks:
            hook.remove()


def _first(output: Any) -> Tensor:
    return output[0] if isinstance(output, tuple | list) else getattr(output, "logits", output)


def _value(neuron: Neuron, output: Tensor) -> Tensor:
    """One number a picture, of a layer's output: (n, channels, height, width), (n, places, units) or (n, units)."""
    units = output.flatten(2) if output.ndim == MAP_AXES else output.reshape(len(output), -1, output.shape[-1]).mT
    if neuron.direction:
        values = torch.einsum("nup,u->np", units, units.new_tensor(neuron.direction))
    else:
        values = units[:, neuron.index]  # (n, places)
    match neuron.reading:
        case "mean" | "value":
            return values.mean(1)
        case "largest":
            return values.amax(1)
        case place:
            return values[:, int(place)]


def neuron(network: Network, name: str, shape: tuple[int, ...] | None, head: str | None) -> Neuron:
    """Understand ``"layer:index"``; ``shape`` is what the layer gives for one picture. A map is read by its mean.

    ``head`` is the layer that gives the logits, which are called after their classes.
    """
    layer, _, index = name.rpartition(":")
    if not shape:
        raise UsageError(f"neuron {name!r} of network {network.name!r} is in a layer that gives no numbers when run")
    spread = len(shape) > 1
    called = network.labels[int(index)] if layer == head and not spread else f"{layer}:{index}"
    return Neuron(called, layer, int(index), "mean" if spread else "value")
