"""Exact partitions of the plane obey geometry, the network, published counts and the symmetries of both."""

import math
from copy import deepcopy
from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from generators.articles.multi_neuron.analysis.domain import Slice
from generators.articles.multi_neuron.analysis.plane import partition_layers, partition_plane
from generators.articles.multi_neuron.results.plane import BORDER, PlanePartition
from tests.articles.multi_neuron.exact import corners_of, exact_partition
from tests.articles.multi_neuron.laws import (
    all_bits,
    centres,
    check_exact,
    check_laws,
    check_samples,
    patterns,
)
from tests.articles.multi_neuron.modules import Abs, Functional, MaxOut, Residual
from tests.articles.multi_neuron.nets import Subject
from tests.articles.multi_neuron.zoo import BOX, ZOO, lines, relu

COUNTS = {
    (16, 16): ((127, 156, 282), (88, 112, 199), (185, 212, 396)),
    (32, 32, 32): ((1180, 1255, 2434), (924, 993, 1916), (915, 976, 1890)),
    (64, 64, 64): ((6668, 6832, 13499), (4479, 4616, 9094), (4630, 4765, 9394)),
}
"""Regions, vertices and edges by three tools that others wrote, for torch's own initial weights of seeds 0, 1 and 2."""


def initial(widths: tuple[int, ...], seed: int, outputs: int = 1, inputs: int = 2) -> nn.Sequential:
    """ReLU layers as torch makes them, then a linear one."""
    torch.manual_seed(seed)
    sizes = (inputs, *widths, outputs)
    layers = [nn.Linear(n, m) for n, m in pairwise(sizes)]
    return nn.Sequential(*(part for layer in layers for part in (layer, nn.ReLU())))[:-1].double()


def counts(partition: PlanePartition) -> tuple[int, int, int]:
    return partition.n_regions, partition.n_vertices, partition.n_edges


@pytest.mark.parametrize("case", ZOO, ids=lambda case: case.name)
def test_networks_made_by_hand_have_the_regions_of_theory(case):
    partition = partition_plane(case.module, case.domain)
    assert case.n_regions in (None, partition.n_regions)
    check_laws(partition, case.module, case.domain)
    check_exact(partition, exact_partition(case.module, corners_of(case.domain)))


@pytest.mark.parametrize("case", ZOO, ids=lambda case: case.name)
def test_networks_made_by_hand_have_them_in_any_coordinates_of_the_plane(case):
    """Where rounding takes what coincides a little apart."""
    exact = exact_partition(case.module, corners_of(case.domain))
    for k in range(4):
        shown, motion = Subject(case.module, case.domain, False).turned(Random(k))
        partition = partition_plane(case.module, shown.domain)
        assert case.n_regions in (None, partition.n_regions)
        check_laws(partition, case.module, shown.domain)
        check_exact(partition, exact, motion)


@pytest.mark.parametrize("widths", COUNTS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_other_tools(widths, seed):
    module = initial(widths, seed)
    partition = partition_plane(module, BOX)
    assert counts(partition) == COUNTS[widths][seed]
    assert partition.n_switches == sum(widths)
    check_laws(partition, module, BOX)


# One layer.


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(0, 2**32))
def test_one_layer_has_a_region_for_each_line_and_crossing(n, seed):
    check_one_layer(n, seed)


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_lines(seed):
    check_one_layer(200, seed)


def check_one_layer(n: int, seed: int) -> None:
    table = np.random.default_rng(seed).normal(size=(n, 3))
    n_lines = sum(abs(c) < abs(a) + abs(b) for a, b, c in table)
    crossings = 0
    for (a, b, c), (d, e, f) in combinations(table, 2):
        x, y = (b * f - c * e) / (a * e - b * d), (c * d - a * f) / (a * e - b * d)
        crossings += max(abs(x), abs(y)) < 1
    partition = partition_plane(lines(*table), BOX)
    assert partition.n_regions == 1 + n_lines + crossings <= 1 + n + n * (n - 1) // 2  # T. Zaslavsky, 1975
    inner = (partition.edge_switch != BORDER).sum()
    assert inner == n_lines + 2 * crossings
    assert partition.n_vertices == 4 + 2 * n_lines + crossings
    check_laws(partition, lines(*table), BOX)


# The network in each region.


@settings(max_examples=20)
@given(st.lists(st.integers(2, 9), min_size=1, max_size=3), st.integers(0, 2**32))
def test_the_affine_map_of_a_code_is_the_networks_inside_and_its_neighbours_on_edges(widths, seed):
    module = initial(tuple(widths), seed, outputs=3)
    partition = partition_plane(module, BOX)
    maps = affine_maps(module, all_bits(partition))
    for k in range(3):
        places = torch.from_numpy(centres(partition, np.random.default_rng(k)))
        slopes = torch.func.vmap(torch.func.jacrev(module))(places).detach().numpy()
        np.testing.assert_allclose(slopes, maps[:, :, :2], atol=1e-12)
        values = (maps[:, :, :2] @ places.numpy()[:, :, None])[..., 0] + maps[:, :, 2]
        np.testing.assert_allclose(values, module(places).detach().numpy(), atol=1e-12)
    inner = partition.edge_switch != BORDER
    left, right = maps[partition.edge_regions[inner].T]
    ends = partition.vertices[partition.edges[inner]]
    jump = np.einsum("eoi,evi->evo", left - right, np.concatenate([ends, np.ones((*ends.shape[:2], 1))], 2))
    np.testing.assert_allclose(jump, 0, atol=1e-12)


def affine_maps(module: nn.Sequential, bits: np.ndarray) -> np.ndarray:
    """The product of the weights that a code leaves: float64[n_regions, outputs, 3], slopes and a constant."""
    maps, used = np.repeat(np.eye(3)[None, :2], len(bits), 0), 0
    for layer in module:
        if isinstance(layer, nn.ReLU):
            maps = maps * bits[:, used : used + maps.shape[1], None]
            used += maps.shape[1]
        else:
            maps = layer.weight.detach().numpy() @ maps
            maps[:, :, 2] += layer.bias.detach().numpy()
    return maps


def test_generic_edges_switch_one_neuron_alone():
    partition = partition_plane(initial((16, 16), 0), BOX)
    bits, inner = all_bits(partition), partition.edge_switch != BORDER
    left, right = partition.edge_regions[inner].T
    edge, switch = np.nonzero(bits[left] != bits[right])
    np.testing.assert_array_equal(edge, np.arange(inner.sum()))
    np.testing.assert_array_equal(switch, partition.edge_switch[inner])


@pytest.mark.parametrize("widths", [(16, 16), (32, 32, 32)], ids=str)
def test_every_place_lies_in_the_region_of_its_code(widths):
    module = initial(widths, 3)
    check_samples(partition_plane(module, BOX), module, BOX, 3_000)


def test_sampling_only_finds_regions_that_are_there():
    module = initial((64, 64, 64), 0)
    partition = partition_plane(module, BOX)
    known = {code.tobytes() for code in np.packbits(patterns(module, centres(partition)), axis=1)}
    points = np.random.default_rng(0).uniform(-1, 1, (20_000, 2))
    sampled = {code.tobytes() for code in np.packbits(patterns(module, points), axis=1)}
    assert sampled < known and len(known) == partition.n_regions


# Networks of other layers.


def picture_net(pool: nn.Module, activation: nn.Module, residual: bool) -> nn.Sequential:
    torch.manual_seed(5)
    activation = deepcopy(activation)
    block: nn.Module = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, groups=2), nn.BatchNorm2d(4), activation)
    norm = nn.BatchNorm2d(4)
    norm.running_mean, norm.running_var = torch.randn(4), torch.rand(4) + 0.5
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False), norm, nn.ReLU(),
        Residual(block) if residual else block,
        pool, nn.Flatten(), nn.LazyLinear(8), nn.LeakyReLU(0.1), nn.Linear(8, 4), MaxOut(2),
    )  # fmt: skip


@pytest.mark.parametrize("residual", [False, True], ids=["plain", "residual"])
@pytest.mark.parametrize("activation", [nn.ReLU(), nn.PReLU(4), nn.Hardtanh(), Abs()], ids=lambda a: type(a).__name__)
@pytest.mark.parametrize("pool", [nn.MaxPool2d(2, 1), nn.AvgPool2d(2), nn.MaxPool2d(3, 2, 1)], ids=str)
def test_networks_of_pictures_obey_the_laws(pool, activation, residual):
    module, rng = picture_net(pool, activation, residual), np.random.default_rng(0)
    module(torch.zeros(1, 2, 8, 8))
    plane = Slice.through(*rng.normal(size=(3, 2, 8, 8)), around=2.0)
    module = module.double().eval()
    partition = partition_plane(module, plane, decision=True)
    assert partition.n_regions > 50
    check_laws(partition, module, plane)
    check_samples(partition_plane(module, plane), module, plane, 500)


def test_a_network_of_functions_is_that_of_modules():
    torch.manual_seed(0)
    first, second = nn.Linear(2, 7), nn.Linear(7, 7)
    again, inplace = nn.ReLU(), nn.ReLU(inplace=True)
    forms = [
        Functional(first, second),
        nn.Sequential(first, nn.ReLU(), second, nn.ReLU()),
        nn.Sequential(first, again, second, again),
        nn.Sequential(first, inplace, second, inplace),
    ]
    found = [partition_plane(form.double(), BOX) for form in forms]
    assert found[0].n_regions > 20
    assert {counts(each) for each in found} == {counts(found[0])}
    assert {each.codes.tobytes() for each in found} == {found[0].codes.tobytes()}


@pytest.mark.parametrize(
    "last", [nn.ReLU(), Residual(nn.Linear(8, 8)), nn.BatchNorm1d(8)], ids=lambda m: type(m).__name__
)
def test_the_callers_network_is_left_alone(last):
    module = nn.Sequential(*initial((8,), 0, outputs=8), deepcopy(last), nn.ReLU()).float().train()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    partition = partition_plane(module, BOX)
    assert all(part.training for part in module.modules()) and module[0].weight.dtype == torch.float32
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    assert all(parameter.grad is None for parameter in module.parameters())
    assert counts(partition) == counts(partition_plane(module.double().eval(), BOX))


# The decision.


def test_the_decision_cuts_where_the_largest_output_changes():
    module = initial((8, 8), 4, outputs=3)
    without, partition = partition_plane(module, BOX), partition_plane(module, BOX, decision=True)
    check_laws(partition, module, BOX)
    assert without.answer is None and partition.n_regions > without.n_regions
    points = torch.from_numpy(centres(partition, np.random.default_rng(0)))
    np.testing.assert_array_equal(partition.answer, module(points).argmax(1).numpy())
    check_exact(partition, exact_partition(module, corners_of(BOX), decision=True))


def test_one_output_decides_by_its_sign():
    module = initial((8, 8), 2)
    with torch.no_grad():
        module[-1].bias -= module(torch.zeros(1, 2, dtype=torch.float64))[0]
    partition = partition_plane(module, BOX, decision=True)
    points = torch.from_numpy(centres(partition, np.random.default_rng(0)))
    np.testing.assert_array_equal(partition.answer, (module(points)[:, 0] > 0).numpy())
    assert counts(partition) == counts(partition_plane(nn.Sequential(*module, nn.ReLU()), BOX))


# Symmetries: what changes nothing, or only names.


def same(one: PlanePartition, other: PlanePartition, scale: float = 1.0) -> None:
    assert counts(one) == counts(other)
    np.testing.assert_allclose(np.sort(one.area) * scale, np.sort(other.area), atol=1e-12 * scale)


@pytest.fixture(scope="module")
def module() -> nn.Sequential:
    return initial((12, 12, 12), 7)


@pytest.fixture(scope="module")
def partition(module) -> PlanePartition:
    return partition_plane(module, BOX)


def edited(module: nn.Sequential, *edits: tuple[int, str, torch.Tensor]) -> nn.Sequential:
    """The same network with other tensors."""
    state = {**module.state_dict(), **{f"{index}.{name}": tensor for index, name, tensor in edits}}
    fresh = initial((12, 12, 12), 0)
    fresh.load_state_dict(state)
    return fresh


def test_the_order_of_neurons_names_switches_only(module, partition):
    order = torch.randperm(12, generator=torch.Generator().manual_seed(0))
    weight, bias, ahead = module[2].weight[order], module[2].bias[order], module[4].weight[:, order]
    other = partition_plane(edited(module, (2, "weight", weight), (2, "bias", bias), (4, "weight", ahead)), BOX)
    same(partition, other)
    renamed = all_bits(partition)
    renamed[:, 12:24] = renamed[:, 12:24][:, order]
    assert set(map(bytes, renamed)) == set(map(bytes, all_bits(other)))


def test_a_neuron_may_be_longer_where_the_next_layer_is_shorter(module, partition):
    c = torch.tensor([0.25, 3.0, 1.0, 7.0] * 3, dtype=torch.float64)
    weight, bias = module[2].weight * c[:, None], module[2].bias * c
    other = partition_plane(
        edited(module, (2, "weight", weight), (2, "bias", bias), (4, "weight", module[4].weight / c)), BOX
    )
    same(partition, other)
    assert set(map(bytes, all_bits(partition))) == set(map(bytes, all_bits(other)))


@pytest.mark.parametrize("after", [2, 4, 6])
def test_a_layer_that_changes_nothing_cuts_nothing(module, partition, after):
    identity = nn.Linear(12, 12, dtype=torch.float64)
    with torch.no_grad():
        identity.weight.copy_(torch.eye(12))
        identity.bias.zero_()
    longer = nn.Sequential(*module[:after], identity, nn.ReLU(), *module[after:])
    same(partition, partition_plane(longer, BOX))


@settings(max_examples=10)
@given(st.floats(0, 2 * math.pi), st.tuples(st.floats(-2, 2), st.floats(-2, 2)), st.sampled_from((0.25, 1.0, 3.0)))
def test_where_the_plane_lies_in_its_own_coordinates_is_no_matter(module, partition, angle, shift, scale):
    turn = np.array([(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))])
    polygon = corners_of(BOX) @ turn.T * scale + shift
    back = torch.from_numpy(turn.T / scale)
    weight = module[0].weight @ back
    bias = module[0].bias - weight @ torch.tensor(shift, dtype=torch.float64)
    same(partition, partition_plane(edited(module, (0, "weight", weight), (0, "bias", bias)), polygon), scale**2)
    origin, axes = -turn.T @ shift / scale, turn.T / scale
    same(partition, partition_plane(module, Slice(origin, axes[:, 0], axes[:, 1], polygon)), scale**2)


def test_a_plane_through_three_inputs_is_the_same_in_any_order():
    module, rng = initial((20, 20), 4, inputs=6), np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 6)) * 2
    found = [partition_plane(module, Slice.through(*order)) for order in ((a, b, c), (b, c, a), (c, b, a))]
    assert found[0].n_regions > 20
    same(found[0], found[1])
    same(found[0], found[2])
    sides = np.linalg.norm([a - b, b - c, c - a], axis=1)
    half = sides.sum() / 2
    np.testing.assert_allclose(found[0].area.sum(), math.sqrt(half * np.prod(half - sides)))


def test_corners_may_be_given_from_any_one_and_in_either_direction(module, partition):
    for polygon in (np.roll(corners_of(BOX), 1, 0), corners_of(BOX)[::-1]):
        same(partition, partition_plane(module, polygon))


@settings(max_examples=10)
@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_halves_of_a_domain_have_its_regions_and_those_cut_twice(module, partition, low, high):
    left = np.array([(-1, -1), (low, -1), (high, 1), (-1, 1)], float)
    right = np.array([(low, -1), (1, -1), (1, 1), (high, 1)], float)
    side = (partition.vertices - (low, -1)) @ (2.0, low - high)
    around = side[partition.corners]
    highest, lowest = (f.reduceat(around, partition.corner_start[:-1]) for f in (np.maximum, np.minimum))
    cut = ((highest > 1e-9) & (lowest < -1e-9)).sum()
    halves = [partition_plane(module, half) for half in (left, right)]
    assert sum(half.n_regions for half in halves) == partition.n_regions + cut


def test_halves_along_a_line_of_the_network_have_its_regions_alone():
    """The domain's border is then a switch's line from end to end."""
    module = relu(([[1, 0], [1, 1], [0, 2]], [0, 0.5, -1]), ([[1, -1, 1], [1, 1, -1]], -0.25))
    whole = partition_plane(module, BOX)
    halves = [partition_plane(module, ((a, b), (-1, 1))) for a, b in ((-1, 0), (0, 1))]
    assert sum(half.n_regions for half in halves) == whole.n_regions


@pytest.mark.parametrize("gap", [2.0**-k for k in (10, 20, 30, 38)])
def test_thin_regions_are_not_lost(gap):
    parallel = partition_plane(lines((1, 2, 0), (1, 2, gap)), BOX)
    assert parallel.n_regions == 3 and 0 < parallel.area.min() < 4 * gap
    triangle = partition_plane(lines((1, 0, 0), (0, 1, 0), (1, 1, -gap)), BOX)
    np.testing.assert_allclose(triangle.area.min(), gap**2 / 2, rtol=1e-3)
    deep = relu((np.eye(2), 0), ([[1, 2], [1, 2]], [-1, -1 - gap]), ([[1, -1]], -gap / 2))
    assert partition_plane(deep, BOX).n_regions == exact_partition(deep, corners_of(BOX)).n_regions


def test_a_partition_after_each_layer_is_that_of_the_network_so_far(module, partition):
    found = partition_layers(module, BOX)
    assert [counts(each) for each in found] == [counts(partition_plane(module[: 2 * k + 2], BOX)) for k in range(3)]
    assert [each.n_regions for each in found] == [layer.n_regions for layer in partition.layers]
    for each in found:
        check_laws(each, module[: 2 * len(each.layers)], BOX)


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.LeakyReLU(0.3), Abs(), nn.Hardtanh(-0.5, 0.5)], ids=str)
def test_a_chain_is_cut_like_the_same_network_in_disguise(activation):
    """A dense chain has its own way through the engine; a residual connection that adds nothing bars it."""
    chain = nn.Sequential(*(part if isinstance(part, nn.Linear) else activation for part in initial((9, 9, 9), 2)))
    nothing = nn.Linear(2, 2, dtype=torch.float64)
    nn.init.zeros_(nothing.weight), nn.init.zeros_(nothing.bias)
    one, other = partition_plane(chain, BOX), partition_plane(nn.Sequential(Residual(nothing), *chain), BOX)
    same(one, other)
    assert set(map(bytes, all_bits(one))) == set(map(bytes, all_bits(other)))


def test_the_smallest_regions_of_a_wide_network_are_there_in_whole_numbers():
    module = initial((128, 128, 128), 0)
    partition = partition_plane(module, BOX)
    for region in np.argsort(partition.area)[:3]:
        corners = partition.polygon(region)
        centre, reach = corners.mean(0), 3 * np.abs(corners - corners.mean(0)).max()
        window = tuple((at - reach, at + reach) for at in centre)
        exact = exact_partition(module, corners_of(window))
        same_code = (exact.signs == all_bits(partition)[region]).all(1)
        np.testing.assert_allclose(exact.areas[same_code], partition.area[region], rtol=1e-4)
        assert partition_plane(module, window).n_regions == exact.n_regions


def test_a_deep_network_is_cut_to_its_last_layer():
    """What counts as 0 must not grow from layer to layer, or the last ones would cut nothing."""
    rng = np.random.default_rng(0)
    layers, inputs = [], 2
    for _ in range(16):
        linear = nn.Linear(inputs, 24).double()
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(rng.normal(size=(24, inputs)) * np.sqrt(2 / inputs)))
            linear.bias.copy_(torch.from_numpy(rng.uniform(-0.5, 0.5, 24)))
        layers, inputs = [*layers, linear, nn.ReLU()], 24
    partition = partition_plane(nn.Sequential(*layers), BOX)
    counts = [layer.n_regions for layer in partition.layers]
    assert len(set(counts)) == 16 and counts[-1] > 1.05 * counts[-2]
    check_laws(partition, nn.Sequential(*layers), BOX)
