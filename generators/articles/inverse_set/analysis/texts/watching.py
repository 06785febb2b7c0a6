"""Running a network that reads text while some of its layers, and its last hidden state, are watched.

Everything is seen by token: some networks hand a layer all tokens of a batch in one row. No hook outlives its ``with``
block.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from generators.datasets.corpus import Corpus
from generators.errors import UsageError
from generators.networks import Network


@dataclass(frozen=True)
class Seen:
    """What one run on tokens (n, t) gave; rows are tokens."""

    layers: dict[str, Tensor]
    """float32 (n t, f) by path."""
    hidden: Tensor
    """float32 (n t, d), what the network makes of each token before a head reads it."""


Run = Callable[[Tensor], Seen]


def example(corpus: Corpus) -> Tensor:
    """Two texts (2, t), to see how a network reads them."""
    return corpus.read(corpus.chosen[:2])[0]


@contextmanager
def watched(network: Network, paths: Iterable[str], tried: Tensor) -> Iterator[Run]:
    """Give, inside the ``with`` block, what lets the network read tokens (n, t) and says what was seen.

    ``tried`` (n, t) is read first. UsageError for a layer that does not give numbers for each token, or gives some
    that are not finite.
    """
    paths = tuple(dict.fromkeys(paths))
    last = last_hidden(network, tried)
    given: dict[str, Any] = {}
    with _hooks(network.module, {*paths, last}, given.__setitem__):

        def run(tokens: Tensor) -> Seen:
            given.clear()
            _answer(network, tokens)
            layers = {path: _layer(network, path, given.get(path), tokens) for path in paths}
            return Seen(layers, _layer(network, last, given[last], tokens))

        run(tried)
        yield run


def last_hidden(network: Network, tokens: Tensor) -> str:
    """Find the last module without parts that gives numbers for each token, other than the logits of a head."""
    given: list[tuple[str, Any]] = []
    leaves = {path for path, each in network.module.named_modules() if path and not any(each.children())}
    with _hooks(network.module, leaves, lambda path, output: given.append((path, output))):
        answer = _first(_answer(network, tokens))
    n_logits = answer.shape[-1] if network.kind == "language-model" else None
    for path, output in reversed(given):
        rows = by_token(output, tokens)
        if rows is not None and rows.shape[1] != n_logits:
            return path
    raise UsageError(
        f"network {network.name!r} has no layer that gives numbers for each token: expected one whose output has the "
        "tokens as an axis"
    )


def given_by_token(network: Network, paths: Iterable[str], tokens: Tensor) -> tuple[str, ...]:
    """Which of some layers give numbers for each of ``tokens`` (n, t)."""
    given: dict[str, Any] = {}
    paths = tuple(paths)
    with _hooks(network.module, set(paths), given.__setitem__):
        _answer(network, tokens)
    return tuple(path for path in paths if by_token(given.get(path), tokens) is not None)


def by_token(output: Any, tokens: Tensor) -> Tensor | None:
    """See what a module gives for tokens (n, t) as rows (n t, f); ``None`` where it is not that."""
    first, n, t = _first(output), *tokens.shape
    if not isinstance(first, Tensor) or not first.is_floating_point():
        return None
    if first.ndim < 2 or tuple(first.shape[:-1]) not in ((n, t), (n * t,)):
        return None
    return first.reshape(n * t, -1)


def _layer(network: Network, path: str, output: Any, tokens: Tensor) -> Tensor:
    rows = by_token(output, tokens)
    if rows is None:
        first = _first(output)
        given = "×".join(map(str, first.shape)) if isinstance(first, Tensor) else "nothing"
        raise UsageError(
            f"layer {path!r} of network {network.name!r} gives {given} for {len(tokens):,} texts of "
            f"{tokens.shape[1]:,} tokens: expected a row of numbers for each token, such as a linear layer gives"
        )
    rows = rows.float()
    if not torch.isfinite(rows).all():
        raise UsageError(
            f"layer {path!r} of network {network.name!r} gives activations that are no finite numbers for some of its "
            "text: expected numbers that can be compared"
        )
    return rows


@torch.no_grad()
def _answer(network: Network, tokens: Tensor) -> Any:
    return network.module(tokens.to(network.device))


def _first(output: Any) -> Any:
    """What is given, or the first of it where that is several things."""
    if isinstance(output, tuple | list) and output:
        return output[0]
    return getattr(output, "logits", output)


@contextmanager
def _hooks(module: nn.Module, paths: set[str], note: Callable[[str, Any], object]) -> Iterator[None]:
    """Have ``note(path, output)`` called after each of some modules, inside the ``with`` block."""

    def noting(path: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            note(path, output)

        return hook

    hooks = [module.get_submodule(path).register_forward_hook(noting(path)) for path in paths]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
