"""The survey: which layers a network has, with the shapes that one batch shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generators.networks.network import Network, load
from generators.networks.running import blank, output_shapes
from generators.networks.subject import Layer
from generators.paths import REPOSITORY, Paths

if TYPE_CHECKING:
    from torch import nn


def survey(name: str, paths: Paths = REPOSITORY, file: Path | None = None) -> tuple[Layer, ...]:
    """List a network's layers, by its name; see ``of``."""
    return of(load(name, paths, file=file))


def of(network: Network) -> tuple[Layer, ...]:
    """List every module that has weights of its own or no children, in order of definition."""
    shapes: dict[str, tuple[int, ...]] = {}
    if network.example_shape:
        example = blank(network.kind, network.example_shape)
        shapes = output_shapes(network.name, network.module, example, network.device)
    return tuple(
        Layer(path, type(module).__name__, _weight_shape(module), shapes.get(path), _stacks(module))
        for path, module in network.module.named_modules()
        if path and _is_layer(module)
    )


def _is_layer(module: nn.Module) -> bool:
    return bool(module._parameters) or not any(module.children())


def _weight_shape(module: nn.Module) -> tuple[int, ...] | None:
    """The shape of ``weight``, else of the first parameter with two dimensions or more."""
    from torch import Tensor

    weight = getattr(module, "weight", None)
    if not isinstance(weight, Tensor):
        weight = next((each for each in module._parameters.values() if each is not None and each.ndim > 1), None)
    return None if weight is None else tuple(weight.shape)


def _stacks(module: nn.Module) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Parameters of three axes beside ``weight``, which is a convolution's."""
    own = ((name, each) for name, each in module._parameters.items() if name != "weight" and each is not None)
    return tuple((name, tuple(each.shape)) for name, each in own if each.ndim == 3)
