"""The plainest networks at a glance: linear layers and activations in turn, which need not be run to be understood."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from generators.articles.multi_neuron.analysis.piecewise.chain import Dense
from generators.articles.multi_neuron.analysis.piecewise.network import Stage


@dataclass(frozen=True)
class Plain:
    """What a partition asks of a network that is a chain of linear layers."""

    stages: tuple[Stage, ...]
    dense: tuple[Dense, ...]


def plain(module: nn.Module, n_inputs: int) -> Plain | None:
    """Read an ``nn.Sequential`` of nothing but linear layers, each but the last with its activation; else ``None``.

    What ``reader.read`` finds of such a network is the same, some milliseconds later.
    """
    parts = list(module._modules.items())  # ``named_children`` leaves out what occurs twice
    if type(module).forward is not nn.Sequential.forward or _hooked(module) or any(_hooked(part) for _, part in parts):
        return None
    if len(parts) % 2 and type(parts[-1][1]) is nn.Linear:
        parts.pop()
    stages, layers = [], []
    for (_, linear), (name, activation) in zip(parts[::2], parts[1::2], strict=False):
        if type(linear) is not nn.Linear or linear.in_features != n_inputs or (slope := _slope(activation)) is None:
            return None
        n_inputs = linear.out_features
        weight = linear.weight.detach().cpu().double().numpy()
        bias = np.zeros(n_inputs) if linear.bias is None else linear.bias.detach().cpu().double().numpy()
        if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
            return None  # the reader says which
        slopes = np.stack([np.full(n_inputs, slope), np.ones(n_inputs)])
        layers.append(Dense(weight, bias, (0.0,), slopes, 0.0))
        stages.append(Stage(name, "leaky_relu" if slope else "relu", n_inputs, -1))
    return Plain(tuple(stages), tuple(layers)) if len(parts) == 2 * len(layers) else None


def _slope(activation: nn.Module) -> float | None:
    """The slope of an activation below 0, where it is 1 above; ``None`` for any other."""
    if type(activation) is nn.ReLU:
        return 0.0
    return float(activation.negative_slope) if type(activation) is nn.LeakyReLU else None


def _hooked(module: nn.Module) -> bool:
    return bool(module._forward_hooks or module._forward_pre_hooks)
