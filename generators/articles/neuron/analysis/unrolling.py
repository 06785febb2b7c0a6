"""How often each weight is used when the network is applied to one input: calls, positions, connections.

The network runs once, on the meta device when its weights are there (no memory, no arithmetic); hooks note every call.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from generators.articles.neuron.analysis.reading import Reading, Use


@dataclass
class Calls:
    """What one pass made of one reading."""

    uses: list[Use] = field(default_factory=list)

    @property
    def total(self) -> Use:
        return Use(
            *(sum(getattr(use, name) for use in self.uses) for name in ("units", "connections", "real_connections"))
        )


def unroll(
    module: nn.Module,
    found: Mapping[nn.Module, tuple[Reading, ...]],
    arguments: tuple[Any, ...],
    named: Mapping[str, Any],
) -> dict[tuple[nn.Module, int], Calls]:
    """Run ``module(*arguments, **named)``, one example, and note for every reading (module, index) the calls it got.

    Fails as the network fails, when it cannot take that input.
    """
    calls: dict[tuple[nn.Module, int], Calls] = {}

    def note(called: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        given = (*args, *kwargs.values())
        for index, reading in enumerate(found.get(called, ())):
            calls.setdefault((called, index), Calls()).uses.append(reading.use(given, output))
        if isinstance(called, nn.MultiheadAttention):  # applies its output projection without calling it
            projection = called.out_proj
            use = found[projection][0].use((), output[0])
            calls.setdefault((projection, 0), Calls()).uses.append(use)

    hooks = [part.register_forward_hook(note, with_kwargs=True) for part in found]
    try:
        with torch.no_grad(), _evaluating(module):
            module(*arguments, **named)
    finally:
        for hook in hooks:
            hook.remove()
    return calls


def example_of(module: nn.Module, shape: tuple[int, ...]) -> Tensor:
    """One input of that shape, a batch axis put before it, on the network's device."""
    parameter = next(iter(module.parameters()), torch.empty(0))
    dtype = parameter.dtype if parameter.is_floating_point() else torch.get_default_dtype()
    return torch.zeros((1, *shape), device=parameter.device, dtype=dtype)


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    """Dropout off and running averages at rest inside the ``with`` block."""
    training = [part for part in module.modules() if part.training]
    module.eval()
    try:
        yield
    finally:
        for part in training:
            part.training = True
