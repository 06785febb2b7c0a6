"""The exact partition of a plane of inputs by a piecewise-linear network, one switching operation after the other.

``partition_plane(module, domain)`` is the way in. Each step takes the switches' values at the vertices so far and cuts
every region along their zero lines (``subdivision.py``). Chains of dense layers carry these values from layer to layer
(``rows.py``); any other network is run at the vertices themselves, which is exact because it is continuous.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from generators.articles.multi_neuron.analysis import rows, subdivision
from generators.articles.multi_neuron.analysis.assembly import Step, assemble
from generators.articles.multi_neuron.analysis.domain import Domain, Slice, example, lift, polygon_of
from generators.articles.multi_neuron.analysis.merging import merge_losers
from generators.articles.multi_neuron.analysis.operations import batches, operations, tolerance
from generators.articles.multi_neuron.analysis.piecewise import Dense, Piecewise, Plain, Stage, plain, read
from generators.articles.multi_neuron.analysis.subdivision import Segments, Subdivision
from generators.articles.multi_neuron.results.plane import PlanePartition
from generators.errors import UsageError
from generators.progress import report

LIMIT = 4_000_000
"""The most regions, unless a caller allows more: about 2 GB."""
HELD_BYTES = 256 << 20
"""How many values of a wide layer are kept; more are computed again, for the switches that matter only."""


class TooManyRegions(UsageError):
    """A domain would have more regions than the caller allows; nothing was kept."""


def partition_plane(
    module: nn.Module, domain: Domain, decision: bool = False, limit: int = LIMIT, name: str = ""
) -> PlanePartition:
    """Cut a domain into the regions on which a network is affine.

    ``module`` is any network of layers that are piecewise linear; see ``piecewise.py`` for which. ``domain`` is a box
    ``((x0, x1), (y0, y1))`` or a convex polygon float64[k, 2] where an input is two numbers, and a ``Slice`` of any
    space of inputs. With ``decision`` the regions are also cut where the largest output changes, and have its index as
    ``answer``; one output decides by its sign. ``name`` is what errors call the network.

    Regions, their codes and what touches what are exact up to the rounding of float64: a region is missed only where
    it is so thin that a preactivation changes across it by less than rounding may blur it (``operations.py``).

    UsageError where the module is not piecewise linear or holds NaN; ``TooManyRegions`` beyond ``limit`` regions.
    """
    *_, whole = _partitions(module, domain, decision, limit, name, only_last=True)
    return whole


def partition_layers(
    module: nn.Module, domain: Domain, limit: int = LIMIT, name: str = ""
) -> tuple[PlanePartition, ...]:
    """Cut a domain by the first layer, by the first two, and so on: a partition after each switching operation."""
    return tuple(_partitions(module, domain, False, limit, name, only_last=False))


def _partitions(
    module: nn.Module, domain: Domain, decision: bool, limit: int, name: str, only_last: bool
) -> Iterator[PlanePartition]:
    corners = polygon_of(domain)
    first = example(domain)
    network = (not decision and plain(module, first.numel())) or read(module, first, decision, name)
    sub = subdivision.polygon(corners)
    steps: list[Step] = []
    for reached in _steps(network, domain, sub, limit):
        sub = reached[0]
        steps.append(reached[1])
        report(len(steps), len(network.stages), f"layers, {steps[-1].n_regions:,} regions")
        if not only_last:
            yield assemble(corners, sub, network, steps)
    if only_last or not steps:
        yield assemble(corners, sub, network, steps)


def _steps(
    network: Piecewise | Plain, domain: Domain, sub: Subdivision, limit: int
) -> Iterator[tuple[Subdivision, Step]]:
    """Yield the subdivision after each switching operation."""
    start = 0
    dense = network.dense or ()
    for after, step in _dense_steps(network.stages, dense, domain, sub, limit):
        yield after, step
        sub = after
        start += step.size
    largest = 0.0  # of all numbers that were compared so far
    for first, last in operations(network, len(dense)):
        rounds = []
        for index in range(first, last):
            sub, step, largest = _wide_step(network, index, domain, sub, start, limit, largest)
            start += step.size
            rounds.append(step)
        if network.stages[first].contest >= 0:
            sub, step = merge_losers(network, network.stages[first].contest, sub, rounds, start)
        yield sub, step


def _on_plane(first: Dense, domain: Domain) -> tuple[Dense, np.ndarray]:
    """Let the first layer read places of the plane instead of inputs; also give the size of its constant terms."""
    if not isinstance(domain, Slice):
        return first, np.abs(first.bias)
    axes = np.stack([domain.across.ravel(), domain.up.ravel()], 1)
    constant = np.abs(first.bias) + np.abs(first.weight) @ np.abs(domain.origin.ravel())
    bias = first.bias + first.weight @ domain.origin.ravel()
    return replace(first, weight=first.weight @ axes, bias=bias), constant


def _dense_steps(
    stages: tuple[Stage, ...], layers: tuple[Dense, ...], domain: Domain, sub: Subdivision, limit: int
) -> Iterator[tuple[Subdivision, Step]]:
    """Cut by a chain of dense layers."""
    if not layers:
        return
    first, constant = _on_plane(layers[0], domain)
    layers = (first, *layers[1:])
    z = rows.first_rows(first, sub.vertices)
    blur = rows.blur(first, np.abs(sub.vertices).max(0), np.zeros(2), constant)
    start = 0
    for index, (layer, following) in enumerate(zip(layers, (*layers[1:], None), strict=True)):
        eps = rows.switch_blur(layer, blur)
        sub, codes, parents, segments = _cut(sub, rows.values(layer, z), eps, start, limit, stages[index].name)
        start += len(eps)
        yield sub, Step(codes, parents, None, np.zeros(len(eps), bool))
        if following is None:
            return
        if index == 0:
            z, reached = rows.second_rows(layer, following, sub.vertices)
        else:
            z, reached = rows.next_rows(layer, following, z, segments, len(sub.vertices))
        blur = rows.blur(following, reached, np.abs(layer.slopes).max(0) * blur, np.abs(following.bias))


def _wide_step(
    network: Piecewise, index: int, domain: Domain, sub: Subdivision, start: int, limit: int, largest: float
) -> tuple[Subdivision, Step, float]:
    """Cut by one operation of any network, run at every vertex; only switches that vary here take part."""
    size = network.stages[index].size
    held: list[np.ndarray] | None = [] if len(sub.vertices) * size * 8 <= HELD_BYTES else None
    highest, lowest = np.full(size, -np.inf), np.full(size, np.inf)
    for here in batches(len(sub.vertices), size):
        z, magnitude = _switches(network, index, domain, sub.vertices[here])
        np.maximum(highest, z.max(0), out=highest)
        np.minimum(lowest, z.min(0), out=lowest)
        largest = max(largest, magnitude)
        if held is not None:
            held.append(z)
    eps = tolerance(np.maximum(highest, -lowest), largest)
    constant = lowest > eps
    columns = np.flatnonzero((highest > eps) & ~constant)
    if held is None:
        values = np.concatenate([
            _switches(network, index, domain, sub.vertices[here])[0][:, columns]
            for here in batches(len(sub.vertices), size)
        ])  # fmt: skip
    else:
        values = np.concatenate([z[:, columns] for z in held])
    sub, codes, parents, _ = _cut(sub, values, eps[columns], start, limit, network.stages[index].name)
    new = sub.labels >= start  # they count the columns so far
    sub.labels[new] = start + columns[sub.labels[new] - start]
    return sub, Step(codes, parents, columns, constant), largest


def _switches(network: Piecewise, index: int, domain: Domain, points: np.ndarray) -> tuple[np.ndarray, float]:
    """A stage's switches at places of the plane, float64[n, size], and the largest number that it read."""
    z, magnitude = network.switches(index, torch.from_numpy(lift(domain, points)))
    return z.cpu().numpy(), magnitude


def _cut(
    sub: Subdivision, values: np.ndarray, eps: np.ndarray, label: int, limit: int, name: str
) -> tuple[Subdivision, np.ndarray, np.ndarray, Segments]:
    """Cut every face by the zero lines of values float64[V, n]; UsageError before there are more than ``limit``."""
    above, below = subdivision.signs(values, eps)
    cuts, new = subdivision.cut_edges(sub, values, eps, above, below)
    chords, codes = subdivision.find_chords(sub, cuts, above, below, limit)
    n_faces = len(sub.start) - 1
    if n_faces + len(chords.switch) + chords.crossings > limit:
        raise TooManyRegions(
            f"the domain has more than {limit:,} regions: {n_faces:,} before {name!r}, which would leave at least "
            f"{n_faces + len(chords.switch) + min(chords.crossings, limit):,}; take a smaller domain or a higher limit"
        )
    return subdivision.cut_faces(sub, cuts, new, chords, codes, values, eps, label)
