"""The survey: which layers a network has, with the shapes that one batch shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from generators.networks.network import load, run
from generators.networks.subject import Layer
from generators.paths import REPOSITORY, Paths

if TYPE_CHECKING:
    from torch import nn


def survey(name: str, paths: Paths = REPOSITORY, file: Path | None = None) -> tuple[Layer, ...]:
    """List every module that has weights of its own or no children, in order of definition."""
    network = load(name, paths, file=file)
    shapes = _output_shapes(network.name, network.module, network.example_shape) if network.example_shape else {}
    return tuple(
        Layer(path, type(module).__name__, _weight_shape(module), shapes.get(path))
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


def _output_shapes(name: str, module: nn.Module, example: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Run one example of zeros and note what each module gives, without the batch axis."""
    import torch

    shapes: dict[str, tuple[int, ...]] = {}

    def note(path: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            first = output[0] if isinstance(output, tuple | list) and output else output
            if isinstance(first, torch.Tensor):
                shapes.setdefault(path, tuple(first.shape[1:]))

        return hook

    hooks = [each.register_forward_hook(note(path)) for path, each in module.named_modules()]
    try:
        run(name, module, torch.zeros(1, *example), "cpu")
    finally:
        for hook in hooks:
            hook.remove()
    return shapes
