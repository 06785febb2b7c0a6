"""Describe a network as it is loaded: sizes from its modules, quality as it was measured when it was loaded."""

from collections.abc import Iterator

from torch import nn

from generators.articles.report.results.card import Card, LayerSize
from generators.networks import Network

LEGIBLE = 12
"""The most labels that are listed."""


def describe(network: Network, bundled: str | None = None) -> Card:
    """Gather what is known of a network; ``bundled`` names the card that a page shows beside it."""
    data = network.dataset
    collection = data.examples if data else None
    return Card(
        network=network.name,
        kind=network.kind,
        input_shape=network.example_shape,
        n_features=len(data.features) if data else 0,
        n_answers=len(network.labels),
        labels=network.labels if len(network.labels) <= LEGIBLE else (),
        n_examples=len(data.test) if data else 0,
        n_in_all=len(collection if collection is not None else data.test) if data else 0,
        skipped=tuple((_text(name), _text(reason)) for name, reason in getattr(collection, "skipped", ())),
        parameters=sum(parameter.numel() for parameter in network.module.parameters()),
        layers=tuple(_layers(network.module)),
        quality=network.quality,
    )


def _layers(module: nn.Module) -> Iterator[LayerSize]:
    """Give every module with a weight of two axes or more, in order of definition."""
    counted: set[int] = set()
    for path, part in module.named_modules():
        own = {id(each): each for each in part.parameters(recurse=False)}
        new = [each for identity, each in own.items() if identity not in counted]
        counted |= own.keys()
        shapes = [tuple(each.shape) for each in new if each.ndim > 1]
        if shapes:
            weight = getattr(part, "weight", None)
            shape = tuple(weight.shape) if weight is not None and weight.ndim > 1 else shapes[0]
            yield LayerSize(path or "itself", type(part).__name__, shape, sum(each.numel() for each in new))


def _text(said: object) -> str:
    """Text that can be written anywhere: bytes of a file's name that are no character as Python shows them."""
    return str(said).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
