"""The exact partition of a segment of inputs by a piecewise-linear network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from generators.articles.multi_neuron.analysis.operations import batches, operations, tolerance
from generators.articles.multi_neuron.analysis.piecewise import Piecewise, read
from generators.articles.multi_neuron.results.line import LinePartition
from generators.articles.multi_neuron.results.plane import SwitchLayer
from generators.errors import UsageError

Segment = tuple[np.ndarray, np.ndarray]
"""Two inputs: where it starts and where it ends."""


def partition_line(module: nn.Module, segment: Segment, name: str = "") -> LinePartition:
    """Cut the segment between two inputs where a network passes from one affine map to another.

    ``module`` is any network of layers that are piecewise linear; see ``piecewise``. UsageError where it is not, and
    where both ends are one.
    """
    ends = np.stack([np.asarray(end, np.float64) for end in segment])
    if not np.isfinite(ends).all() or (ends[0] == ends[1]).all():
        raise UsageError("a segment runs between two different inputs of finite numbers: got one of no length")
    network = read(module, torch.from_numpy(ends[:1]), name=name)
    places, largest, eps = np.array([0.0, 1.0]), 0.0, []
    for stage in range(len(network.stages)):
        z, magnitude = _switches(network, stage, ends, places)
        largest = max(largest, magnitude)
        eps.append(tolerance(np.abs(z).max(0), largest))
        places = np.union1d(places, _crossings(places, z, eps[-1]))
    codes = np.concatenate(
        [_codes(network, ends, places[here.start : here.stop + 1], eps) for here in _shares(network, places)]
    )
    changes = (codes[1:] != codes[:-1]).any(1)  # a comparison of losers changes nothing
    codes = codes[np.concatenate([[True], changes])]
    after, switches = np.nonzero(np.unpackbits(codes[1:] ^ codes[:-1], axis=1, bitorder="little"))
    on = codes[1:][after, switches // 8] >> (switches % 8) & 1
    return LinePartition(
        ends=ends.reshape(2, -1),
        breakpoints=places[1:-1][changes],
        switch_start=np.concatenate([[0], np.cumsum(np.bincount(after, minlength=len(codes) - 1))]),
        switches=switches,
        turns_on=on.astype(bool),
        layers=tuple(_layers(network)),
        codes=codes,
    )


def _inputs(ends: np.ndarray, places: np.ndarray) -> torch.Tensor:
    t = places.reshape(-1, *[1] * (ends.ndim - 1))
    return torch.from_numpy((1 - t) * ends[0] + t * ends[1])


def _switches(network: Piecewise, stage: int, ends: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, float]:
    """A stage's switches at places of the segment, float64[n, size], and the largest number that it read."""
    parts, largest = [], 0.0
    for here in batches(len(places), network.stages[stage].size):
        found, magnitude = network.switches(stage, _inputs(ends, places[here]))
        parts.append(found.cpu().numpy())
        largest = max(largest, magnitude)
    return np.concatenate(parts), largest


def _shares(network: Piecewise, places: np.ndarray) -> Iterator[slice]:
    """Share out the intervals between places."""
    return batches(len(places) - 1, sum(stage.size for stage in network.stages))


def _codes(network: Piecewise, ends: np.ndarray, places: np.ndarray, eps: list[np.ndarray]) -> np.ndarray:
    """The codes of the intervals between n places, packed: uint8[n - 1, bytes]; 0 where a bit does not matter."""
    values = network.all_switches(_inputs(ends, places)) if network.stages else []
    every = [np.zeros((len(places) - 1, 0), bool)]
    for first, last in operations(network):
        rounds = [
            _on(each.cpu().numpy(), least) for each, least in zip(values[first:last], eps[first:last], strict=True)
        ]
        bits = np.concatenate(rounds, 1)
        contest = network.stages[first].contest
        every.append(bits & network.relevant(contest, bits) if contest >= 0 else bits)
    return np.packbits(np.concatenate(every, 1), axis=1, bitorder="little")


def _on(z: np.ndarray, eps: np.ndarray) -> np.ndarray:
    """Where switches are positive between neighbouring places, by the end with the larger value: bool[n - 1, size]."""
    return np.where(np.abs(z[:-1]) > np.abs(z[1:]), z[:-1], z[1:]) > eps


def _crossings(places: np.ndarray, z: np.ndarray, eps: np.ndarray) -> np.ndarray:
    """Where switches pass 0 between neighbouring places, those that coincide once."""
    sign = (z > eps).astype(np.int8) - (z < -eps)
    after, switch = np.nonzero(sign[:-1] * sign[1:] < 0)
    before, behind = z[after, switch], z[after + 1, switch]
    width = places[after + 1] - places[after]
    found = places[after] + width * (before / (before - behind))
    blur = width * eps[switch] / np.abs(before - behind)
    order = np.argsort(found)
    found, blur = found[order], blur[order]
    apart = np.diff(found) > np.maximum(blur[1:], blur[:-1])
    return found[np.concatenate([[True], apart])] if len(found) else found


def _layers(network: Piecewise) -> Iterator[SwitchLayer]:
    """The layers, without counts of regions: these are known of the whole segment only."""
    start = 0
    for first, last in operations(network):
        size = sum(stage.size for stage in network.stages[first:last])
        yield SwitchLayer(network.stages[first].name, network.stages[first].kind, start, size, 0)
        start += size
