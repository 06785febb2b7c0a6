"""Giving a network examples: one at a time to see shapes, in batches to have its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from generators.datasets.user import READS_TEXT
from generators.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor, nn

BATCH = 256


def blank(kind: str, shape: tuple[int, ...]) -> Tensor:
    """One example of nothing but zeros (1, …): tokens for a network that reads text, numbers for every other.

    UsageError where not even one has room in memory.
    """
    import torch

    try:
        return torch.zeros(1, *shape, dtype=torch.long if kind in READS_TEXT else torch.float)
    except (RuntimeError, TypeError, OverflowError, MemoryError):
        size = "×".join(map(str, shape))
        raise UsageError(f"an example of shape {size} has no room in memory: expected the network's input") from None


def run(name: str, module: nn.Module, x: Tensor, device: str) -> Tensor:
    """Answer every example of ``x`` (n, …); UsageError when the network cannot take them."""
    import torch

    return torch.cat(list(answers(name, module, x, device)))


def answers(name: str, module: nn.Module, x: Tensor, device: str, size: int = BATCH) -> Iterator[Tensor]:
    """Answer ``x`` in batches of ``size``, each answer on the CPU; UsageError when the network cannot take them."""
    import torch

    for batch in x.split(size):
        try:
            with torch.no_grad():
                output = module(batch.to(device))
        except (Exception, SystemExit) as error:  # it is the reader's code that runs
            shape = "×".join(map(str, x.shape[1:]))
            said = " ".join(str(error).split())
            raise UsageError(
                f"network {name!r} cannot take an example of shape {shape}: {type(error).__name__}: {said}"
            ) from error
        yield _tensor(name, output, len(batch)).cpu()


def _tensor(name: str, output: Any, n: int) -> Tensor:
    """A network's answer to ``n`` examples, which some wrap in an object that has it as ``logits``."""
    from torch import Tensor

    found = getattr(output, "logits", output)
    if not isinstance(found, Tensor):
        raise UsageError(
            f"network {name!r} answers with a {type(output).__name__}: expected a tensor, or an object with .logits; "
            'a network that reads text and has no head is of kind "text-encoder"'
        )
    if not found.ndim or len(found) != n:
        shape = "×".join(map(str, found.shape)) or "no axis"
        examples = "1 example" if n == 1 else f"{n:,} examples"
        raise UsageError(
            f"network {name!r} answers {examples} with a tensor of {shape}: expected one answer for each, along its "
            "first axis"
        )
    if not found.is_floating_point():
        raise UsageError(
            f"network {name!r} answers with numbers of type {found.dtype}: expected floating-point ones, the logits"
        )
    return found


def still(module: nn.Module, device: str) -> nn.Module:
    """Bring a module into eval mode, frozen, to a device: in place, whatever its own ``train`` or ``to`` returns."""
    module.eval()
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    module.to(device)
    return module


def answer_with_hidden_states(module: nn.Module) -> None:
    """Let a module whose answer is an object with ``last_hidden_state`` answer with that alone from now on."""
    module.register_forward_hook(lambda _module, _inputs, output: getattr(output, "last_hidden_state", output))


def first_without_numbers(name: str, module: nn.Module, x: Tensor, device: str) -> str:
    """Run one example after another until a module gives NaN, or more than floats can be; return its path.

    Empty where none does but the network itself.
    """
    import torch

    found: list[str] = []

    def note(path: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            first = _given(output)
            if isinstance(first, torch.Tensor) and bool((first.isnan() | first.isposinf()).any()):
                found.append(path)

        return hook

    with _watched(module, note):
        for example in x.split(1):
            run(name, module, example, device)
            if found:
                break
    return found[0] if found else ""


@contextmanager
def _watched(module: nn.Module, hook: Callable[[str], Any]) -> Iterator[None]:
    """Have ``hook(path)`` called after every module."""
    hooks = [each.register_forward_hook(hook(path)) for path, each in module.named_modules()]
    try:
        yield
    finally:
        for each in hooks:
            each.remove()


def _given(output: Any) -> Any:
    """What a module gives, or the first of it where that is several things."""
    return output[0] if isinstance(output, tuple | list) and output else getattr(output, "logits", output)


def output_shapes(name: str, module: nn.Module, x: Tensor, device: str = "cpu") -> dict[str, tuple[int, ...]]:
    """Run one example (1, …) and note what each module gives, without the batch axis; ``""`` is the network itself."""
    import torch

    shapes: dict[str, tuple[int, ...]] = {}

    def note(path: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            first = _given(output)
            if isinstance(first, torch.Tensor):
                shapes.setdefault(path, tuple(first.shape[1:]))

        return hook

    with _watched(module, note):
        run(name, module, x, device)
    return shapes
