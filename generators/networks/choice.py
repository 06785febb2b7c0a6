"""The layers and neurons to look at: those that an entry names, held to what the network has, or a rule's choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from generators.errors import nearest
from generators.networks.mistakes import Mistake
from generators.networks.subject import Layer

if TYPE_CHECKING:
    from torch import nn

    from generators.networks.configuration import Entry

COUNTED_BY = ("out_features", "out_channels", "num_features", "num_channels", "embedding_dim")
"""Where torch's own modules say how many neurons they have."""


def layers(about: Entry, survey: Iterable[Layer]) -> tuple[str, ...]:
    """The layers that the entry names, else all with neurons whose output has a place or a token beside them."""
    spread = (each for each in survey if len(each.weight_shape or ()) > 1 and len(each.output_shape or ()) > 1)
    return about.layers or tuple(each.path for each in spread)


def mistakes(about: Entry, module: nn.Module, shapes: Mapping[str, tuple[int, ...]]) -> list[Mistake]:
    """Say which of the layers and neurons that an entry names are not there; ``shapes`` is what each module gives."""
    modules = {path: each for path, each in module.named_modules() if path}
    wrong = [
        Mistake(("layers",), f"there is no layer {path!r}: {nearest(path, modules)}")
        for path in about.layers
        if path not in modules
    ]
    for neuron in about.neurons:
        path, _, index = neuron.rpartition(":")
        if path not in modules:
            wrong.append(Mistake(("neurons",), f"{neuron!r} is of no layer {path!r}: {nearest(path, modules)}"))
        elif (n := n_neurons(modules[path], shapes.get(path))) is not None and int(index) >= n:
            wrong.append(Mistake(("neurons",), f"{neuron!r} is too large: {path!r} has {n:,} neurons, 0 to {n - 1:,}"))
    return wrong


def n_neurons(module: nn.Module, shape: tuple[int, ...] | None) -> int | None:
    """How many neurons a module has: channels of a map, else the last axis; ``None`` where nothing says it."""
    said = (getattr(module, name, None) for name in COUNTED_BY)
    if (n := next((each for each in said if isinstance(each, int)), None)) is not None:
        return n
    if not shape:
        return None
    return shape[0] if len(shape) > 2 else shape[-1]
