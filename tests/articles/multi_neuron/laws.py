"""What every partition of a plane owes, whatever the network: laws on its arrays, and the network itself run."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from generators.articles.multi_neuron.analysis.domain import Domain, lift, polygon_of
from generators.articles.multi_neuron.results.line import LinePartition
from generators.articles.multi_neuron.results.plane import BORDER, PADDING, PlanePartition
from tests.articles.multi_neuron.exact import ExactPartition, Maximum

CLOSE = 1e-9
"""Two places that are closer than this share of the domain are one place to these checks, and signs there no signs."""
MAXIMA = ("max", "argmax")


def check_laws(partition: PlanePartition, module: nn.Module, domain: Domain, seed: int = 0) -> None:
    check_shape(partition, domain)
    check_edges(partition)
    check_codes(partition)
    check_network(partition, module, domain, np.random.default_rng(seed))


# Geometry.


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def half_edges(partition: PlanePartition) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For every corner of every region its region, its vertex, and the next vertex around that region."""
    sizes = np.diff(partition.corner_start)
    region = np.repeat(np.arange(partition.n_regions), sizes)
    ahead = np.arange(len(partition.corners)) + 1
    ahead[partition.corner_start[1:] - 1] = partition.corner_start[:-1]
    return region, partition.corners, partition.corners[ahead]


def check_shape(partition: PlanePartition, domain: Domain) -> None:
    """Regions are convex polygons, counter-clockwise, that fill the domain and keep Euler's law."""
    p, size = partition, np.ptp(polygon_of(domain), 0).max()
    np.testing.assert_array_equal(p.domain, polygon_of(domain))
    assert p.n_vertices - p.n_edges + p.n_regions == 1
    assert (np.diff(p.corner_start) >= 3).all() and p.corner_start[-1] == len(p.corners)
    assert np.array_equal(np.unique(p.corners), np.arange(p.n_vertices))
    around = p.domain - p.domain[0]
    whole = cross(around, np.roll(around, -1, 0)).sum() / 2
    assert (p.area > 0).all()
    np.testing.assert_allclose(p.area.sum(), whole, rtol=1e-12)

    region, tail, head = half_edges(p)
    origin = p.vertices[p.corners[p.corner_start[:-1]]][region]
    areas = np.bincount(region, cross(p.vertices[tail] - origin, p.vertices[head] - origin) / 2, p.n_regions)
    np.testing.assert_allclose(areas, p.area, atol=1e-15 * size**2)

    along = p.vertices[head] - p.vertices[tail]
    assert (np.abs(along).max(1) > 0).all()
    last = np.arange(len(tail)) - 1
    last[p.corner_start[:-1]] = p.corner_start[1:] - 1
    turn = np.arctan2(cross(along[last], along), (along[last] * along).sum(1))
    assert (cross(along[last], along) > -1e-13 * size**2).all(), "a region is not convex"
    np.testing.assert_allclose(np.bincount(region, turn, p.n_regions), 2 * np.pi, atol=1e-6)


def check_edges(partition: PlanePartition) -> None:
    """Edges say which region is on which side, and the regions' corners say the same."""
    p = partition
    left, right = p.edge_regions.T
    assert p.edges.shape == p.edge_regions.shape == (p.n_edges, 2) and p.edge_switch.shape == (p.n_edges,)
    assert len(np.unique(np.sort(p.edges, 1), axis=0)) == p.n_edges
    border = (left == BORDER) | (right == BORDER)
    assert np.array_equal(border, p.edge_switch == BORDER)
    assert ((p.edge_switch >= BORDER) & (p.edge_switch < p.n_switches)).all()
    assert (left != right).all()
    said = np.concatenate([np.c_[left, p.edges], np.c_[right, p.edges[:, ::-1]]])
    found = np.stack(half_edges(p), 1)
    assert np.array_equal(np.unique(said[said[:, 0] != BORDER], axis=0), np.unique(found, axis=0))
    assert len(found) == (said[:, 0] != BORDER).sum()

    size = np.ptp(p.domain, 0).max()
    sides = np.roll(p.domain, -1, 0) - p.domain
    away = cross(sides, p.vertices[:, None] - p.domain) / np.linalg.norm(sides, axis=1)
    assert (away > -1e-12 * size).all(), "a vertex lies outside the domain"
    on = away < 1e-12 * size
    assert (on[p.edges[border]].all(1)).any(1).all(), "an edge of the border lies inside"


# Codes.


def all_bits(partition: PlanePartition) -> np.ndarray:
    """bool[n_regions, n_switches], those without a bit in the codes too."""
    p = partition
    constant = np.unpackbits(p.constant_code, count=p.n_switches, bitorder="little").astype(bool)
    bits = np.repeat(constant[None], p.n_regions, 0)
    bits[:, p.switches] = p.bits()
    return bits


def check_codes(partition: PlanePartition) -> None:
    """No two regions have one code; layers are counted through; across an edge its switch changes."""
    p, bits = partition, all_bits(partition)
    assert p.codes.dtype == np.uint8 and len(p.codes) == p.n_regions
    assert len(np.unique(p.codes, axis=0)) == p.n_regions
    assert (np.diff(p.switches) > 0).all() and p.bits().shape == (p.n_regions, len(p.switches))
    assert not np.unpackbits(p.codes, axis=1, bitorder="little")[:, p.code_switches == PADDING].any()
    constant = np.unpackbits(p.constant_code, bitorder="little").astype(bool)
    assert not constant[p.switches].any() and not constant[p.n_switches :].any()

    starts = np.cumsum([0, *(layer.size for layer in p.layers)])
    assert [layer.start for layer in p.layers] == starts[:-1].tolist() and starts[-1] == p.n_switches
    counts = [1, *(layer.n_regions for layer in p.layers)]
    assert counts == sorted(counts) and counts[-1] == p.n_regions

    inside = np.flatnonzero(p.edge_switch != BORDER)
    left, right = p.edge_regions[inside].T
    assert (bits[left, p.edge_switch[inside]] != bits[right, p.edge_switch[inside]]).all()


# The network, run.


@dataclass(frozen=True)
class Call:
    """One call of a function that switches."""

    kind: str
    z: np.ndarray
    """float64[points, switches] what has to be positive; for a maximum int64[points, groups] who won."""


class Watching(TorchFunctionMode):
    """Notes what every function that switches is given, in the order of their calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = getattr(function, "__name__", "")
        z = args[0].detach().flatten(1).numpy() if args and isinstance(args[0], torch.Tensor) and args[0].ndim else None
        out = function(*args, **kwargs)
        if name in ("relu", "relu_", "leaky_relu", "prelu", "abs"):
            self.calls.append(Call(name, z.copy()))
        elif name in ("hardtanh", "relu6"):
            low, high = (0.0, 6.0) if name == "relu6" else (*args[1:3], *kwargs.values())[:2]
            self.calls.append(Call(name, np.concatenate([z - low, z - high], 1)))
        elif name in ("amax", "max_pool1d", "max_pool2d"):
            self.calls.append(Call("max", winners(args[0], out, name, args[1:], kwargs)))
        return out


def winners(x: torch.Tensor, out: torch.Tensor, name: str, args: tuple, kwargs: dict) -> np.ndarray:
    if name == "amax":
        return x.argmax(*args, **kwargs).flatten(1).numpy()
    pool = nn.functional.max_pool1d if name == "max_pool1d" else nn.functional.max_pool2d
    return pool(x, *args, **{**kwargs, "return_indices": True})[1].flatten(1).numpy()


def watch(module: nn.Module, x: np.ndarray) -> tuple[list[Call], np.ndarray]:
    """What switches when inputs float64[n, …] go through, and the outputs float64[n, …]."""
    with torch.no_grad(), Watching() as watching:
        out = module(torch.from_numpy(np.ascontiguousarray(x)))
    return watching.calls, out.flatten(1).numpy()


def centres(partition: PlanePartition, rng: np.random.Generator | None = None) -> np.ndarray:
    """A place inside each region: the mean of its corners, with weights at random where a generator is given."""
    n = len(partition.corners)
    weights = np.ones(n) if rng is None else rng.dirichlet(np.ones(n)) * n + 1e-3
    return mean_over_corners(partition, partition.vertices[partition.corners], weights)


def mean_over_corners(partition: PlanePartition, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    start = partition.corner_start[:-1]
    return np.add.reduceat(values * weights[:, None], start) / np.add.reduceat(weights, start)[:, None]


def check_network(partition: PlanePartition, module: nn.Module, domain: Domain, rng: np.random.Generator) -> None:
    """Inside each region the network has the region's code, wherever one looks, and is affine up to the corners."""
    p, module = partition, module.double().eval()
    calls, at_vertices = watch(module, lift(domain, p.vertices))
    scale = np.abs(at_vertices).max(initial=1.0)
    weights = rng.random(len(p.corners)) + 0.1
    places = mean_over_corners(p, p.vertices[p.corners], weights)
    seen, outputs = watch(module, lift(domain, places))
    expected = mean_over_corners(p, at_vertices[p.corners], weights)
    np.testing.assert_allclose(outputs, expected, atol=CLOSE * scale, err_msg="not affine in a region")

    bits = all_bits(p)
    switching = [layer for layer in p.layers if layer.kind not in MAXIMA]
    assert [layer.size for layer in switching] == [call.z.shape[1] for call in seen if call.kind != "max"]
    border = p.edge_switch == BORDER
    for layer, call, corner in zip(
        switching,
        (call for call in seen if call.kind != "max"),
        (call for call in calls if call.kind != "max"),
        strict=True,
    ):
        here = bits[:, layer.start : layer.start + layer.size]
        assert not (here & (call.z < -CLOSE)).any() and not (~here & (call.z > CLOSE)).any(), layer
        left, right = p.edge_regions[~border].T
        edge, switch = np.nonzero(here[left] != here[right])
        ends = corner.z[p.edges[~border][edge], switch[:, None]]
        assert (np.abs(ends) < CLOSE * np.abs(corner.z).max(initial=1.0)).all(), "a switch that is not 0 on an edge"
    if p.answer is not None:
        best = np.take_along_axis(outputs, p.answer[:, None], 1)[:, 0]
        assert (best >= outputs.max(1) - CLOSE * scale).all()


def patterns(module: nn.Module, x: np.ndarray) -> np.ndarray:
    """All that switches as one row of whole numbers an input: signs, and the winners of maxima."""
    calls, _ = watch(module.double().eval(), x)
    rows = [call.z if call.kind == "max" else (call.z > 0).astype(int) for call in calls]
    return np.concatenate([np.empty((len(x), 0), int), *rows], 1)


def locate(partition: PlanePartition, points: np.ndarray, margin: float = 0.0) -> np.ndarray:
    """Whether each point float64[n, 2] lies in each region, at least ``margin`` from its sides: bool[n, n_regions]."""
    _, tail, head = half_edges(partition)
    start, along = partition.vertices[tail], partition.vertices[head] - partition.vertices[tail]
    normal = np.c_[-along[:, 1], along[:, 0]] / np.linalg.norm(along, axis=1)[:, None]
    away = points @ normal.T - (start * normal).sum(1)
    return np.minimum.reduceat(away, partition.corner_start[:-1], axis=1) >= margin


def check_samples(partition: PlanePartition, module: nn.Module, domain: Domain, n: int, seed: int = 0) -> None:
    """Each of n random places lies in exactly the region of its code, unless on an edge; no two regions have one."""
    p, rng = partition, np.random.default_rng(seed)
    low, high = p.domain.min(0), p.domain.max(0)
    points = rng.uniform(low, high, (n, 2))
    inside = locate(p, points, CLOSE * np.ptp(p.domain, 0).max())
    assert (inside.sum(1) <= 1).all(), "regions overlap"
    point, region = np.nonzero(inside)
    of_regions = patterns(module, lift(domain, centres(p)))
    assert len(np.unique(of_regions, axis=0)) == p.n_regions, "regions that no switch divides"
    np.testing.assert_array_equal(patterns(module, lift(domain, points[point])), of_regions[region])


# Lines.


def bits_of(partition: LinePartition) -> np.ndarray:
    n = sum(layer.size for layer in partition.layers)
    return np.unpackbits(partition.codes, axis=1, count=n, bitorder="little").astype(bool)


def check_line(p: LinePartition, module: nn.Module, ends: np.ndarray) -> None:
    """Breakpoints ascend inside; exactly the switches named change there; between them the network is affine."""
    np.testing.assert_array_equal(p.ends, ends.reshape(2, -1))
    bits, places = bits_of(p), np.array([0.0, *p.breakpoints, 1.0])
    assert (np.diff(places) > 0).all() and p.n_regions == len(p.breakpoints) + 1 == len(p.codes)
    assert len(p.switch_start) == len(places) - 1 and p.switch_start[-1] == len(p.switches) == len(p.turns_on)
    for k, (start, stop) in enumerate(zip(p.switch_start, p.switch_start[1:], strict=False)):
        assert np.array_equal(np.flatnonzero(bits[k] != bits[k + 1]), np.sort(p.switches[start:stop])) and stop > start
        assert np.array_equal(bits[k + 1, p.switches[start:stop]], p.turns_on[start:stop])
    at = np.linspace(places[:-1], places[1:], 4).T  # float64[intervals, 4], both ends too
    calls, outputs = watch(module.double().eval(), along(ends, at.ravel()))
    outputs = outputs.reshape(*at.shape, -1)
    scale = np.abs(outputs).max(initial=1.0)
    np.testing.assert_allclose(outputs[:, 1], outputs[:, 0] * 2 / 3 + outputs[:, 3] / 3, atol=CLOSE * scale)
    switching = [layer for layer in p.layers if layer.kind not in MAXIMA]
    for layer, call in zip(switching, (call for call in calls if call.kind != "max"), strict=True):
        here = bits[:, layer.start : layer.start + layer.size]
        z = call.z.reshape(*at.shape, -1)[:, 1]
        assert not (here & (z < -CLOSE)).any() and not (~here & (z > CLOSE)).any(), layer


def along(ends: np.ndarray, places: np.ndarray) -> np.ndarray:
    t = np.asarray(places).reshape(-1, *[1] * (ends.ndim - 1))
    return (1 - t) * ends[0] + t * ends[1]


def check_restriction(line: LinePartition, partition: PlanePartition, places: np.ndarray) -> None:
    """A segment between two places float64[2, 2] of a plane breaks where it crosses edges, and has the codes there."""
    p, q = partition.vertices[partition.edges].swapaxes(0, 1)
    step = places[1] - places[0]
    at_p, at_q = cross(step, p - places[0]), cross(step, q - places[0])
    crossed = at_p * at_q < 0
    share = at_p[crossed] / (at_p - at_q)[crossed]
    meeting = p[crossed] + share[:, None] * (q - p)[crossed]
    t = np.sort((meeting - places[0]) @ step / (step @ step))
    np.testing.assert_allclose(line.breakpoints, t[(t > 0) & (t < 1)], atol=CLOSE)
    ends = np.array([0.0, *line.breakpoints, 1.0])
    middles = (ends[:-1] + ends[1:]) / 2
    within = locate(partition, places[0] + middles[:, None] * step)
    assert (within.sum(1) == 1).all()
    bits = signs(partition)[within.argmax(1)]  # of twins either may win a maximum
    np.testing.assert_array_equal(without_maxima(line, bits_of(line)), bits)


# The slow second opinion.


@dataclass(frozen=True)
class Motion:
    """Where a place of the plane lies once the plane is turned, stretched and shifted."""

    matrix: np.ndarray
    """float64[2, 2]"""
    shift: np.ndarray
    """float64[2]"""

    def __call__(self, points: np.ndarray) -> np.ndarray:
        return points @ self.matrix.T + self.shift


STILL = Motion(np.eye(2), np.zeros(2))


def is_resolved(exact: ExactPartition) -> bool:
    """Whether float64 can be asked for every region: none is a sliver, and no two vertices are all but one."""
    points, size = exact.points, np.ptp(exact.points, 0).max()
    apart = np.abs(points[:, None] - points).max(2) + np.diag(np.full(len(points), np.inf))
    return exact.areas.min() > 1e-10 * size**2 and apart.min() > 1e-7 * size


def check_exact(partition: PlanePartition, exact: ExactPartition, motion: Motion = STILL) -> None:
    """The same regions with the same codes, areas and vertices as in whole numbers; slivers may be missing."""
    p, mine, size = partition, signs(partition), np.ptp(partition.domain, 0).max()
    areas = exact.areas * np.linalg.det(motion.matrix)
    if not is_resolved(exact):
        large = areas > 1e-8 * size**2
        assert large.sum() <= p.n_regions <= exact.n_regions
        assert set(map(bytes, exact.signs[large])) <= set(map(bytes, mine)) <= set(map(bytes, exact.signs))
        return
    assert (p.n_regions, p.n_vertices) == (exact.n_regions, len(exact.vertices))  # and edges, by Euler's law
    counts = [n for n, step in zip(exact.counts, exact.steps, strict=True) if not isinstance(step, Maximum)]
    assert [layer.n_regions for layer in p.layers if layer.kind not in MAXIMA] == counts
    within = locate(p, motion(np.array([region.corners.mean(0) for region in exact.regions])))
    assert (within.sum(1) == 1).all() and (within.sum(0) == 1).all()
    region = within.argmax(1)
    np.testing.assert_array_equal(mine[region], exact.signs)
    np.testing.assert_allclose(p.area[region], areas, atol=1e-12 * size**2)
    apart = np.abs(motion(exact.points)[:, None] - p.vertices).max(2)
    assert apart.min(0).max() < CLOSE * size


def signs(partition: PlanePartition) -> np.ndarray:
    """bool[n_regions, switches] of all layers but maxima."""
    return without_maxima(partition, all_bits(partition))


def without_maxima(partition: PlanePartition | LinePartition, bits: np.ndarray) -> np.ndarray:
    kept = [layer for layer in partition.layers if layer.kind not in MAXIMA]
    return np.concatenate([bits[:, :0], *(bits[:, layer.start : layer.start + layer.size] for layer in kept)], 1)
