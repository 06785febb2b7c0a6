"""The forward pass again, on other inputs: up to an operation, whose operands are handed out, or to the end."""

from collections.abc import Callable, Container, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from generators.errors import UsageError

Visit = Callable[[int, tuple], None]
"""Called with the position and the arguments of an operation before it runs; may raise ``Enough``."""


class Enough(BaseException):
    """Ends a forward pass; no ``except Exception`` of a network holds it up."""


class _Detour(BaseException):
    """The operations are others than those that were read."""


class Watch(TorchDispatchMode):
    """A mode that sees every operation of torch as it runs."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # else torch imports its whole compiler at the first operation, for more than a second


class Widening(Watch):
    """Makes constants that a ``forward`` writes down in float32 into float64, so that they fit the rest."""

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: Any = None) -> Any:
        return widened(func(*args, **(kwargs or {})), args)


def widened(made: Any, args: tuple) -> Any:
    """The result of an operation, in float64 if it has another precision and comes from none in float64."""
    if not isinstance(made, Tensor) or made.dtype == torch.float64 or not made.is_floating_point():
        return made
    return made if any(isinstance(each, Tensor) and each.dtype == torch.float64 for each in args) else made.double()


class _Replay(Watch):
    def __init__(self, calls: Sequence[torch._ops.OpOverload], visited: Container[int], visit: Visit) -> None:
        super().__init__()
        self._calls, self._visited, self._visit = calls, visited, visit
        self.position = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: Any = None) -> Any:
        if self.position >= len(self._calls) or self._calls[self.position] is not func:
            raise _Detour
        if self.position in self._visited:
            self._visit(self.position, args)
        self.position += 1
        return widened(func(*args, **(kwargs or {})), args)


def run(
    network: str,
    module: nn.Module,
    x: Tensor,
    calls: Sequence[torch._ops.OpOverload],
    visited: Container[int] = (),
    visit: Visit = lambda *_: None,
) -> Any:
    """Answer ``x``, visiting some operations; None after ``Enough``, UsageError where the operations are others."""
    watch = _Replay(calls, visited, visit)
    try:
        with torch.no_grad(), watch:
            answer = module(x)
    except Enough:
        return None
    except _Detour:
        raise detour(network) from None
    if watch.position != len(calls):
        raise detour(network)
    return answer


def detour(network: str) -> UsageError:
    return UsageError(
        f"network {network!r} takes another path for some inputs than for others: an exact partition needs a forward "
        "whose operations are the same for every input"
    )


def row_each(network: str, answer: Any, rows: int) -> Tensor:
    """A network's answer, which some wrap in an object that has it as ``logits``."""
    found = getattr(answer, "logits", answer)
    if not isinstance(found, Tensor) or not found.is_floating_point() or not found.ndim or len(found) != rows:
        got = f"{found.dtype} of shape {tuple(found.shape)}" if isinstance(found, Tensor) else type(found).__name__
        raise UsageError(f"network {network!r} answers {rows} examples with {got}: expected a row of numbers for each")
    return found
