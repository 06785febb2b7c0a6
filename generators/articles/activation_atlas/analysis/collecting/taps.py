"""Taps: what a layer gives at one position, and what that adds to every logit, all classes in one product.

The attribution of a position to class c is h · ∂logit_c/∂h, h being its activations (Carter et al., 2019). For all c
at once it is the derivative of the logits when h grows by itself, which one pass with dual numbers carries forward; a
network with a step that has no forward formula is differentiated backward, twice, for the same product. Where all that
follows is linear, attributions of all positions and the bias sum to the logit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

from generators.errors import UsageError, nearest
from generators.networks import Network, running

INNER = 3
"""The fewest rows and columns of a map that has a position inside its edges."""
NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Tap:
    """A layer that gives maps; of one that runs several times in a pass, what it gives first."""

    path: str
    shape: tuple[int, int, int]
    """Channels, height, width."""
    forward: bool
    """Whether dual numbers can be carried from here to the logits."""


@dataclass(frozen=True, eq=False)
class Look:
    """What one pass shows."""

    logits: Tensor
    """(n, classes)"""
    vectors: dict[str, Tensor]
    """Of each layer that was looked at, the activations at the position: (n, channels)."""
    attribution: Tensor
    """(n, classes), from the position of the last of these layers."""


def look(network: Network, taps: Sequence[Tap], x: Tensor, places: Mapping[str, Tensor]) -> Look:
    """Read layers at places int64 (n, 2) for inputs (n, …), and attribute the logits to the last of them."""
    product = _forward if taps[-1].forward else _backward
    return product(network, taps, x, places)


def _forward(network: Network, taps: Sequence[Tap], x: Tensor, places: Mapping[str, Tensor]) -> Look:
    vectors: dict[str, Tensor] = {}

    def hear(tap: Tap, maps: Tensor) -> Tensor | None:
        vectors[tap.path] = at(maps, places[tap.path])
        if tap is taps[-1]:
            return forward_ad.make_dual(maps, alone(maps, places[tap.path]))
        return None

    with torch.no_grad(), forward_ad.dual_level(), _listening(network, taps, hear):
        logits, attribution = forward_ad.unpack_dual(_logits(network, x))
    return Look(logits, vectors, torch.zeros_like(logits) if attribution is None else attribution)


def _backward(network: Network, taps: Sequence[Tap], x: Tensor, places: Mapping[str, Tensor]) -> Look:
    vectors: dict[str, Tensor] = {}
    start: list[Tensor] = []

    def hear(tap: Tap, maps: Tensor) -> Tensor | None:
        vectors[tap.path] = at(maps.detach(), places[tap.path])
        if tap is taps[-1]:
            start.append(maps.detach().clone().requires_grad_())
            return start[0].clone()  # a leaf must not be changed in place, by a ReLU
        return None

    with torch.enable_grad(), _listening(network, taps, hear):
        logits = _logits(network, x)
        weights = torch.zeros_like(logits, requires_grad=True)
        (pulled,) = torch.autograd.grad(logits, start[0], weights, create_graph=True)
        (attribution,) = torch.autograd.grad(pulled, weights, alone(start[0].detach(), places[taps[-1].path]))
    return Look(logits.detach(), vectors, attribution)


def at(maps: Tensor, places: Tensor) -> Tensor:
    """The activations (n, channels) of maps (n, channels, h, w) at one place each, as a copy."""
    return maps[torch.arange(len(maps), device=maps.device), :, places[:, 0], places[:, 1]]


def alone(maps: Tensor, places: Tensor) -> Tensor:
    """Maps that are zero but at these places."""
    kept = torch.zeros_like(maps)
    kept[torch.arange(len(maps), device=maps.device), :, places[:, 0], places[:, 1]] = at(maps, places)
    return kept


def _logits(network: Network, x: Tensor) -> Tensor:
    answer = network.module(x)
    return getattr(answer, "logits", answer)


@contextmanager
def _listening(network: Network, taps: Sequence[Tap], hear: Callable[[Tap, Tensor], Tensor | None]) -> Iterator[None]:
    """Call ``hear`` with what each layer gives first; where that returns a tensor, the network goes on with it."""
    heard: set[str] = set()

    def hook(tap: Tap) -> Any:
        def once(_module: Any, _inputs: Any, output: Tensor) -> Tensor | None:
            if tap.path in heard:
                return None
            heard.add(tap.path)
            return hear(tap, output)

        return once

    hooks = [network.module.get_submodule(tap.path).register_forward_hook(hook(tap)) for tap in taps]
    try:
        yield
    finally:
        for each in hooks:
            each.remove()


def taps(network: Network, layers: Sequence[str], x: Tensor) -> tuple[Tap, ...]:
    """Find out how layers are to be read, trying each on one example (1, …), in the order in which they run.

    UsageError for a layer that is not there, gives no map, or from which the logits cannot be differentiated.
    """
    gives = _outputs(network, x)
    for path in layers:
        _check(network, path, gives)
    ordered = sorted(layers, key=list(gives).index)
    return tuple(_tried(network, path, gives[path], x) for path in ordered)


def refusals(network: Network, layers: Sequence[str], x: Tensor) -> dict[str, str]:
    """Say of each layer that cannot be read why not, trying it on one example (1, …)."""
    gives, refused = _outputs(network, x), {}
    for path in layers:
        try:
            _check(network, path, gives)
            _tried(network, path, gives[path], x)
        except UsageError as error:
            refused[path] = str(error)
    return refused


def _tried(network: Network, path: str, output: Tensor, x: Tensor) -> Tap:
    said = ""
    for forward in (True, False):
        tap = Tap(path, tuple(output.shape[1:]), forward)
        try:
            look(network, [tap], x, {path: torch.ones(1, 2, dtype=torch.long, device=x.device)})
        except (RuntimeError, NotImplementedError) as error:
            said = " ".join(str(error).split())
        else:
            return tap
    raise UsageError(
        f"network {network.name!r} cannot be differentiated from the layer {path!r} to its logits: expected steps that "
        f"torch can follow, forward or backward ({said})"
    )


def _outputs(network: Network, x: Tensor) -> dict[str, Any]:
    """What each module gives first when the network takes one example, in the order in which they end."""
    given: dict[str, Any] = {}

    def note(path: str) -> Any:
        def hook(_module: Any, _inputs: Any, output: Any) -> None:
            given.setdefault(path, output)

        return hook

    hooks = [each.register_forward_hook(note(path)) for path, each in network.module.named_modules() if path]
    try:
        running.run(network.name, network.module, x, network.device)
    finally:
        for each in hooks:
            each.remove()
    return given


def _check(network: Network, path: str, gives: Mapping[str, Any]) -> None:
    """UsageError unless a layer gives maps with a position inside their edges."""
    if path not in gives:
        raise UsageError(f"network {network.name!r} runs no layer {path!r}: {nearest(path, gives)}")
    output = gives[path]
    if _is_map(output):
        return
    shape = "×".join(map(str, output.shape[1:])) if isinstance(output, Tensor) else f"a {type(output).__name__}"
    maps = [f"{each!r}" for each, output in gives.items() if _is_map(output)]
    named = ", ".join(maps[-NAMED_AT_MOST:])
    instead = f"choose such a layer, as {named}" if maps else "this network has no such layer"
    raise UsageError(
        f"layer {path!r} of network {network.name!r} gives {shape or 'one number'} for a picture: expected maps "
        f"channels×height×width with at least {INNER} rows and columns, so that a position inside their edges is left; "
        f"{instead}"
    )


def _is_map(output: Any) -> bool:
    return isinstance(output, Tensor) and output.ndim == 4 and min(output.shape[2:]) >= INNER
