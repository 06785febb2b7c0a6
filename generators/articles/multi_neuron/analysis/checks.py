"""Hold a partition to what must be true of it, by running the network at the regions' centres and at random points."""

from collections.abc import Iterator

import numpy as np
import torch

from generators.articles.multi_neuron.analysis.domain import Domain, lift
from generators.articles.multi_neuron.analysis.operations import batches, operations
from generators.articles.multi_neuron.analysis.piecewise import Piecewise
from generators.articles.multi_neuron.results.checks import Checks
from generators.articles.multi_neuron.results.plane import PlanePartition

BITS = 1 << 24
"""How many bits of codes are looked at together."""


def check(partition: PlanePartition, network: Piecewise, domain: Domain, n_points: int, seed: int) -> Checks:
    """Run the network once in every region, and at ``n_points`` of the domain."""
    known = {code.tobytes() for code in partition.codes}
    wrong = sum(
        int((found != partition.codes[here]).any(1).sum())
        for here, found in packed_codes(partition, network, domain, centres(partition))
    )
    points = sample(partition.domain, n_points, seed)
    met = [code.tobytes() for _, found in packed_codes(partition, network, domain, points) for code in found]
    whole = _area(partition.domain)
    return Checks(
        euler=partition.n_vertices - partition.n_edges + partition.n_regions,
        area_error=abs(float(partition.area.sum()) - whole) / whole,
        smallest_area=float(partition.area.min()) / whole,
        wrong_codes=wrong,
        n_points=n_points,
        strange_points=sum(code not in known for code in met),
        n_seen=len(known.intersection(met)),
    )


def centres(partition: PlanePartition) -> np.ndarray:
    """The mean of each region's corners, inside it: float64[n_regions, 2]."""
    start = partition.corner_start
    return np.add.reduceat(partition.vertices[partition.corners], start[:-1]) / np.diff(start)[:, None]


def sample(domain: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Draw n points float64[n, 2] evenly from a convex polygon float64[k, 2]."""
    random = np.random.default_rng(seed)
    first, sides = domain[0], domain[1:] - domain[0]
    areas = np.abs(sides[:-1, 0] * sides[1:, 1] - sides[:-1, 1] * sides[1:, 0])
    triangle = random.choice(len(areas), n, p=areas / areas.sum())
    u, v = random.random((2, n))
    folded = u + v > 1
    u[folded], v[folded] = 1 - u[folded], 1 - v[folded]
    return first + u[:, None] * sides[triangle] + v[:, None] * sides[triangle + 1]


def packed_codes(
    partition: PlanePartition, network: Piecewise, domain: Domain, points: np.ndarray
) -> Iterator[tuple[slice, np.ndarray]]:
    """The codes that the network has at points, packed as the partition's own are."""
    columns = partition.code_switches
    for here in batches(len(points), max(1, sum(stage.size for stage in network.stages)), BITS):
        bits = codes_at(network, lift(domain, points[here]))
        packed = np.zeros((len(bits), len(columns)), bool)
        packed[:, columns >= 0] = bits[:, columns[columns >= 0]]
        yield here, np.packbits(packed, axis=1, bitorder="little")


def codes_at(network: Piecewise, inputs: np.ndarray) -> np.ndarray:
    """Run a network at inputs (n, …) and give all its switches' bits, bool[n, n_switches]; 0 where one is needless."""
    values = network.all_switches(torch.from_numpy(inputs)) if network.stages else []
    every = [np.zeros((len(inputs), 0), bool)]
    for first, last in operations(network):
        bits = np.concatenate([(each > 0).cpu().numpy() for each in values[first:last]], 1)
        contest = network.stages[first].contest
        every.append(bits & network.relevant(contest, bits) if contest >= 0 else bits)
    return np.concatenate(every, 1)


def _area(corners: np.ndarray) -> float:
    x, y = (corners - corners[0]).T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)
