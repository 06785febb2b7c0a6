"""One layer over two inputs: the regions that its zero lines cut, and two of them that are worth comparing."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import torch
from torch import nn

from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.analysis.zero_lines import crossings, draw, room
from generators.articles.multi_neuron.results.plane import PlanePartition
from generators.articles.multi_neuron.results.regions import Regions
from generators.errors import UsageError
from generators.networks import Network

AROUND = 0.08
"""How much of the data's width the box goes beyond them on each side."""
CHANGES = 3
"""How many neurons change sign between the two regions that are shown first, where some do."""


def draw_regions(n_neurons: int = 8, at_least: int = 20, n_draws: int = 20_000) -> Regions:
    """Of many random layers, cut the square with the one that has most room between all that is drawn.

    A draw counts if every zero line passes through the square from -1 to 1 and ``at_least`` crossings lie inside.
    UsageError where none does.
    """
    drawn = [(seed, *draw(seed, n_neurons)) for seed in range(n_draws)]
    inside = [int((np.abs(crossings(weight, bias)) < 1).all(1).sum()) for _, weight, bias in drawn]
    counting = [
        (room(weight, bias), -seed)
        for (seed, weight, bias), n_inside in zip(drawn, inside, strict=True)
        if n_inside >= at_least and (np.abs(weight).sum(1) > np.abs(bias)).all()
    ]
    if not counting:
        raise UsageError(
            f"none of {n_draws:,} draws of {n_neurons} neurons has all zero lines and {at_least} crossings in the "
            "square; ask for fewer crossings or draw more"
        )
    seed = -max(counting)[1]
    weight, bias = draw(seed, n_neurons)
    found = cut(weight, bias, np.array([-1.0, -1.0]), np.array([1.0, 1.0]))
    return _regions(weight, bias, found, ("input x₁", "input x₂"), seed, n_draws, float(np.mean(inside)))


def cut_network(network: Network, layer: str) -> Regions:
    """Cut the box around a network's held-out points by its first layer, whose inputs are the points standardised."""
    data = network.dataset
    assert data is not None
    mean, std = (np.array(values or (default,), np.float64) for values, default in ((data.mean, 0.0), (data.std, 1.0)))
    points = data.test.x.numpy().astype(np.float64) * std + mean  # (n, 2), as measured
    low, high = points.min(0), points.max(0)
    margin = AROUND * (high - low).clip(1e-9)
    module = network.module.get_submodule(layer)
    assert isinstance(module, nn.Linear)
    weight = module.weight.detach().cpu().double().numpy() / std
    bias = np.zeros(len(weight)) if module.bias is None else module.bias.detach().cpu().double().numpy()
    bias = bias - weight @ np.broadcast_to(mean, 2)
    axes = data.features or ("first number", "second number")
    return _regions(weight, bias, cut(weight, bias, low - margin, high + margin), (axes[0], axes[1]))


def cut(weight: np.ndarray, bias: np.ndarray, low: np.ndarray, high: np.ndarray) -> PlanePartition:
    """Cut a box by the zero lines of weight[n, 2] and bias[n]."""
    layer = nn.Linear(2, len(bias)).double()
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
        layer.bias.copy_(torch.from_numpy(bias))
    box = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
    return partition_plane(nn.Sequential(layer, nn.ReLU()), box)


def _regions(
    weight: np.ndarray,
    bias: np.ndarray,
    partition: PlanePartition,
    axes: tuple[str, str],
    seed: int | None = None,
    n_draws: int = 0,
    mean_crossings: float = 0.0,
) -> Regions:
    centres = np.stack([centroid(partition.polygon(region)) for region in range(partition.n_regions)])
    codes = np.repeat(_constant(partition)[None], partition.n_regions, 0)
    codes[:, partition.switches] = partition.bits()
    found = Regions(weight, bias, partition, codes, centres, 0, 0, axes, seed, n_draws, mean_crossings)
    first, second = _worth_comparing(found)
    return Regions(weight, bias, partition, codes, centres, first, second, axes, seed, n_draws, mean_crossings)


def _constant(partition: PlanePartition) -> np.ndarray:
    return np.unpackbits(partition.constant_code, bitorder="little")[: partition.n_switches].astype(bool)


def centroid(polygon: np.ndarray) -> np.ndarray:
    """The centre of mass of a polygon float64[k, 2], relative to a corner for the sake of thin ones."""
    here = polygon - polygon[0]
    there = np.roll(here, -1, 0)
    twice = here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]
    return polygon[0] + ((here + there) * twice[:, None]).sum(0) / (3 * twice.sum())


def _worth_comparing(found: Regions) -> tuple[int, int]:
    """Choose two regions that ``CHANGES`` neurons tell apart, some each way, with room between the crossings."""

    def worth(pair: tuple[int, int]) -> tuple[int, bool, float]:
        first, second = found.codes[list(pair)]
        neurons, shares = found.route(*pair)
        if not len(neurons):
            return -found.n_neurons, False, 0.0
        gaps = np.diff([0.0, *shares, 1.0]).min() * np.linalg.norm(found.centres[pair[0]] - found.centres[pair[1]])
        both_ways = bool((first & ~second).any() and (second & ~first).any())
        return -abs(len(neurons) - CHANGES), both_ways, float(gaps)

    first, second = max(combinations(range(found.n_regions), 2), key=worth, default=(0, 0))
    return (first, second) if found.centres[first, 0] <= found.centres[second, 0] else (second, first)
