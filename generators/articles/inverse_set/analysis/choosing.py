"""Which neurons are shown: those that were named, else the most selective of hidden layers.

Selectivity is the share of the variance of a neuron's activation, over pictures of the data, that their class explains:
η², the correlation ratio. A neuron that tells no class from another has 0, one that is the same for all pictures of a
class 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.readings import MAP_AXES, neuron
from generators.articles.inverse_set.results.gallery import Neuron
from generators.datasets.examples import UNREADABLE, batches
from generators.errors import UsageError
from generators.networks import Network, running

LOOKED_AT = 1000
"""Pictures over which selectivity is measured."""
OF_ONE_LAYER = 2
"""The most neurons that one layer gives, lest all five do the same."""
WEIGHTED = 2
"""Axes of a weight that maps inputs to outputs."""


def chosen(network: Network, neurons: int | list[str]) -> tuple[Neuron, ...]:
    """Return the neurons named, each ``"layer:index"``, or as many as wanted of the most selective of hidden layers."""
    shapes = running.output_shapes(network.name, network.module, _example(network), network.device)
    weighed = _weighed(network, shapes)
    head = next((path for path in reversed(weighed) if shapes[path] == shapes.get("", ())), None)
    if isinstance(neurons, int):
        hidden = [path for path in weighed if path != head]
        if not hidden:
            raise UsageError(f"network {network.name!r} has no hidden layer with weights: name neurons in its entry")
        neurons = _selective(network, hidden, neurons)
    return tuple(neuron(network, name, shapes.get(name.rpartition(":")[0]), head) for name in neurons)


def _example(network: Network) -> Tensor:
    assert network.dataset is not None
    return network.dataset.test.x[:1]


def _weighed(network: Network, shapes: dict[str, tuple[int, ...]]) -> list[str]:
    """Paths of the layers that weigh inputs."""
    return [
        path
        for path, module in network.module.named_modules()
        if path in shapes and getattr(getattr(module, "weight", None), "ndim", 0) >= WEIGHTED
    ]


def _selective(network: Network, layers: list[str], n: int) -> list[str]:
    """Name the most selective neurons, ``"layer:index"``, each the best for another class while there are others."""
    values, y = activations(network, layers, LOOKED_AT)
    if (n_classes := len(y[y >= 0].unique())) < 2:
        raise UsageError(
            f"the data of network {network.name!r} have pictures of {n_classes or 'no'} class, so no neuron tells one "
            "class from another: expected two or more, or neurons named in its entry"
        )
    found = []
    for layer, activation in values.items():
        share = selectivity(activation, y)
        best = _class_means(activation, y).argmax(0)
        found += [(float(share[k]), layer, k, int(best[k])) for k in range(len(share)) if float(share[k]) > 0]
    kept: list[tuple[float, str, int, int]] = []
    ranked = sorted(found, reverse=True)
    for again in (False, True):  # a class may come twice where there are fewer classes than neurons to show
        for each in ranked:
            layer_full = sum(other[1] == each[1] for other in kept) >= OF_ONE_LAYER and len(layers) > n // OF_ONE_LAYER
            taken = each in kept or (not again and any(other[3] == each[3] for other in kept))
            if len(kept) < n and not layer_full and not taken:
                kept.append(each)
    if not kept:
        raise UsageError(
            f"no neuron of network {network.name!r} changes over {len(y):,} pictures of its data: expected one that "
            "does, in a layer with weights"
        )
    return [f"{layer}:{index}" for _, layer, index, _ in sorted(kept, reverse=True)]


@torch.no_grad()
def activations(network: Network, layers: list[str], most: int) -> tuple[dict[str, Tensor], Tensor]:
    """What layers give for at most so many pictures, mean over places: path -> (n, units); and the classes (n,)."""
    found: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    classes: list[Tensor] = []

    def note(layer: str) -> Any:
        return lambda _module, _inputs, output: found[layer].append(_units(output).cpu())

    hooks = [network.module.get_submodule(layer).register_forward_hook(note(layer)) for layer in layers]
    try:
        for x, y in pictures(network, most):
            network.module(x.to(network.device))
            classes.append(y)
    finally:
        for hook in hooks:
            hook.remove()
    return {layer: torch.cat(parts) for layer, parts in found.items()}, torch.cat(classes)


def _units(output: Tensor) -> Tensor:
    """(n, channels, height, width), (n, places, units) or (n, units) -> (n, units), mean over places."""
    output = output[0] if isinstance(output, tuple | list) else output
    if output.ndim == MAP_AXES:
        return output.mean((2, 3))
    return output.reshape(len(output), -1, output.shape[-1]).mean(1)


def pictures(network: Network, most: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Read at most so many pictures of the data, as the network takes them, with their classes; -1 without."""
    data = network.dataset
    assert data is not None
    left = most
    if data.examples is not None:
        source = ((batch.x, batch.y) for batch in batches(data.examples, seed=0))
    else:
        splits = [split for split in (data.train, data.test) if len(split)]
        every, classes = (torch.cat([getattr(split, name) for split in splits]) for name in "xy")
        order = torch.randperm(len(every), generator=torch.Generator().manual_seed(0))
        source = ((every[rows], classes[rows]) for rows in order.split(running.BATCH))
    for x, y in source:
        yield x[:left], y[:left] if y.ndim == 1 else torch.full((len(x),), UNREADABLE)[:left]
        left -= len(x)
        if left <= 0:
            return


def selectivity(activation: Tensor, y: Tensor) -> Tensor:
    """η² of each column of activations (n, units) for classes (n,): between 0 and 1; 0 for one that never changes."""
    values = activation.double() - activation.double().mean(0)
    total = values.square().sum(0)
    known = y[y >= 0]
    counts = torch.bincount(known) if len(known) else torch.zeros(1)
    means = _class_means(values, y)
    between = (means.square() * counts[:, None].double()).nan_to_num(0).sum(0)
    floor = 1e-12 * len(activation) * activation.double().square().mean(0)
    return torch.where(total > floor, between / total.clamp(min=1e-300), 0)


def _class_means(values: Tensor, y: Tensor) -> Tensor:
    """(classes, units), 0 for classes that do not occur."""
    known = y >= 0
    n = int(y.max()) + 1 if bool(known.any()) else 1
    sums = torch.zeros(n, values.shape[1], dtype=torch.float64).index_add_(0, y[known], values[known].double())
    counts = torch.bincount(y[known], minlength=n).clamp(min=1)
    return sums / counts[:, None]
