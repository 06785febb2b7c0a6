"""One forward pass, watched: its operations, those among them that switch, and a refusal of those that may not be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from generators.articles.multi_neuron.analysis.piecewise import operations
from generators.articles.multi_neuron.analysis.piecewise.activations import Activation, activation
from generators.articles.multi_neuron.analysis.piecewise.chain import Chain
from generators.articles.multi_neuron.analysis.piecewise.replay import Watch, widened
from generators.errors import UsageError

READABLE = "an exact partition needs affine layers, ReLU, LeakyReLU, PReLU, abs, hardtanh/ReLU6, max pooling or MaxOut"


@dataclass(frozen=True, eq=False)
class Switching:
    """An operation that compares."""

    position: int
    """Among all operations."""
    name: str
    """Of the operation."""
    where: str
    """What a reader calls it: the path of the module, and the function where a ``forward`` calls one."""
    act: Activation | None
    """None for a maximum."""
    given: Mapping[str, Any]
    read: torch.Size
    """The shape of its operand."""
    made: torch.Size


class Trace(Watch):
    """Watches which values depend on ``x``; UsageError at the first operation that is not piecewise linear."""

    def __init__(self, network: str, x: Tensor, here: Callable[[], tuple[str, nn.Module]]) -> None:
        super().__init__()
        self.calls: list[torch._ops.OpOverload] = []
        self.switching: list[Switching] = []
        self.chain = Chain(x)
        self._network = network
        self._here = here
        self._dependent = {_place(x)}
        self._alive = [x.untyped_storage()]  # so that no storage takes the place of another; tensors may not be held

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: Any = None) -> Any:
        given = operations.given_to(func, args, kwargs or {})
        name = operations.name_of(func)
        if not any(map(self.depends, operations.tensors_in(tuple(given.values())))):
            self._refuse_chance(func, name, None)
            made = widened(func(*args, **(kwargs or {})), args)
        else:
            made = self._dependent_call(func, name, given, args, kwargs or {})
        self._alive += [each.untyped_storage() for each in operations.tensors_in(made)]
        self.calls.append(func)
        return made

    def depends(self, value: Any) -> bool:
        return isinstance(value, Tensor) and _place(value) in self._dependent

    def _dependent_call(self, func: Any, name: str, given: Mapping[str, Any], args: tuple, kwargs: Any) -> Any:
        act = activation(name, given)
        self._refuse_chance(func, name, act)
        if act is None and (reason := operations.objection(name, given, self.depends)):
            raise self.refusal(name, reason)
        if act is not None and any(self.depends(value) for key, value in given.items() if key != "self"):
            raise self.refusal(name, "has a slope or a bound that depends on the input, so it is not piecewise linear")
        read = operand(name, args).clone()
        made = func(*args, **kwargs)
        results = operations.tensors_in(made)
        if name not in operations.CONSTANT:
            self._dependent.update(map(_place, results))
        self._refuse_rounding(name, read, results)
        if act is not None or name in operations.MAXIMA:
            kept = {key: value for key, value in given.items() if not isinstance(value, Tensor)}
            position, shape = len(self.calls), results[0].shape
            self.switching.append(Switching(position, name, self._where(name), act, kept, read.shape, shape))
        self.chain.follow(name, given, act, given["mat1"] if name == "addmm" else read, results[0])
        return made

    def refusal(self, name: str, reason: str) -> UsageError:
        path, module = self._here()
        where = f"{path} ({type(module).__name__})" if path else f"the forward of {type(module).__name__}"
        return UsageError(f"network {self._network!r}: `{operations.readable(name)}` in {where} {reason}: {READABLE}")

    def _refuse_chance(self, func: Any, name: str, act: Activation | None) -> None:
        if act is None and torch.Tag.nondeterministic_seeded in func.tags:
            raise self.refusal(name, "draws random numbers, so the network has no fixed function")

    def _refuse_rounding(self, name: str, read: Tensor, results: Sequence[Tensor]) -> None:
        """UsageError for what leaves float64; only a maximum gives indices beside its values."""
        for each in results:
            if each.is_floating_point() and each.dtype != torch.float64:
                raise self.refusal(name, f"rounds to {each.dtype}, which is less than float64")
        if read.is_floating_point() and not results[0].is_floating_point():
            raise self.refusal(name, operations.JUMPS)

    def _where(self, name: str) -> str:
        path, module = self._here()
        if path and _of_torch(module):
            return path
        return f"{path}.{operations.readable(name)}" if path else operations.readable(name)


def operand(name: str, args: tuple) -> Tensor:
    """What an operation compares: of a maximum of two the pairs along a new last axis, of a minimum the negatives."""
    if name in ("maximum", "minimum", "fmax", "fmin"):
        x = torch.stack(torch.broadcast_tensors(args[0], args[1]), -1)
    else:
        x = operations.tensors_in(args)[0]
    return -x if name in ("minimum", "fmin", "amin", "min") else x


@contextmanager
def where_it_runs(module: nn.Module) -> Iterator[Callable[[], tuple[str, nn.Module]]]:
    """A function that gives, inside the ``with`` block, the path and the module that is running."""
    running: list[tuple[str, nn.Module]] = [("", module)]

    def enter(path: str) -> Callable[[nn.Module, Any], None]:
        return lambda part, _: running.append((path, part))

    def leave(*_: Any) -> None:
        running.pop()

    parts = [(path, part) for path, part in module.named_modules() if path]
    hooks = [part.register_forward_pre_hook(enter(path)) for path, part in parts]
    hooks += [part.register_forward_hook(leave) for _, part in parts]
    try:
        yield lambda: running[-1]
    finally:
        for hook in hooks:
            hook.remove()


def _of_torch(module: nn.Module) -> bool:
    """Whether a module is, or descends from, one of torch's own layers."""
    bases = (base for base in type(module).__mro__ if base is not nn.Module)
    return not any(module.children()) and any(base.__module__.startswith("torch.nn.modules") for base in bases)


def _place(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata
