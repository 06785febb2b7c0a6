"""Which modules of a language model are looked at: its table of tokens, and its blocks from early to late.

Both are found by running it once: the table is what is given the tokens themselves, the blocks are the items of its
lists that give as many numbers for each token. No list of architectures is needed.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from generators.errors import UsageError
from generators.networks import Network

BLOCKS = 6
"""At most so many are looked at, evenly spread, the last among them."""


@dataclass(frozen=True)
class Depths:
    """Paths of modules."""

    table: str | None
    blocks: tuple[str, ...]
    """At least one, from early to late."""


def find(network: Network, tokens: Tensor) -> Depths:
    """Find them by reading ``tokens`` (n, t); UsageError where no module gives numbers for each token."""
    given: dict[str, Any] = {}
    table: list[str] = []

    def note(path: str, came: Any, went: Any) -> None:
        given[path] = went  # the last call of one that is called again
        is_table = isinstance(network.module.get_submodule(path), nn.Embedding)
        if is_table and came.shape == tokens.shape and torch.equal(came.cpu(), tokens):
            table.append(path)

    with watched(network.module, [path for path, _ in network.module.named_modules() if path], note):
        n_logits = first(answer(network, tokens)).shape[-1]
    rows = {path: each for path, went in given.items() if (each := by_token(went, tokens)) is not None}
    leaves = [path for path in rows if not any(network.module.get_submodule(path).children())]
    hidden = [path for path in leaves if rows[path].shape[1] != n_logits] or leaves
    if not hidden:
        raise UsageError(
            f"network {network.name!r} has no layer that gives numbers for each token: expected one whose output has "
            "the tokens as an axis"
        )
    width = rows[table[0] if table else hidden[-1]].shape[1]
    blocks = [path for path in _items(network.module) if path in rows and rows[path].shape[1] == width]
    blocks = [path for path in blocks if path not in table] or hidden[-1:]
    return Depths(table[0] if table else None, tuple(_spread(blocks)))


def _items(module: nn.Module) -> Iterator[str]:
    """The items of lists of modules that are in no other list, in order of definition."""
    lists: list[str] = []
    for path, each in module.named_modules():
        inside = any(path.startswith(outer) for outer in lists)
        holder = module.get_submodule(path.rpartition(".")[0])
        if path and not inside and isinstance(holder, nn.ModuleList | nn.Sequential):
            yield path
            lists += [f"{path}."] if any(each.children()) else []


def _spread(blocks: list[str]) -> list[str]:
    n = min(BLOCKS, len(blocks))
    return [blocks[(k + 1) * len(blocks) // n - 1] for k in range(n)]


def by_token(output: Any, tokens: Tensor) -> Tensor | None:
    """See what a module gives for tokens (n, t) as rows (n t, d); ``None`` where it is not that."""
    went, n, t = first(output), *tokens.shape
    if not isinstance(went, Tensor) or not went.is_floating_point() or went.ndim < 2:
        return None
    if tuple(went.shape[:-1]) not in ((n, t), (n * t,)):
        return None
    return went.reshape(n * t, -1)


@torch.no_grad()
def answer(network: Network, tokens: Tensor) -> Any:
    return network.module(tokens.to(network.device))


def first(output: Any) -> Any:
    """What is given, or the first of it where that is several things."""
    if isinstance(output, tuple | list) and output:
        return output[0]
    return getattr(output, "logits", output)


@contextmanager
def watched(module: nn.Module, paths: Iterable[str], note: Callable[[str, Any, Any], object]) -> Iterator[None]:
    """Have ``note(path, came, went)`` called after each of some modules, inside the ``with`` block."""

    def noting(path: str) -> Callable[[nn.Module, tuple[Any, ...], dict[str, Any], Any], None]:
        def hook(_module: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Any) -> None:
            note(path, next(iter((*inputs, *named.values())), None), output)

        return hook

    hooks = [module.get_submodule(path).register_forward_hook(noting(path), with_kwargs=True) for path in paths]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
