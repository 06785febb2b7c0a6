"""Networks of two inputs layer by layer: the same regions by other ways, drawings that hold the result's numbers."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from generators.articles.multi_neuron.analysis.checks import check, codes_at, sample
from generators.articles.multi_neuron.analysis.domain import example
from generators.articles.multi_neuron.analysis.layers import cut_layers, follow_training, sample_initial, zaslavsky
from generators.articles.multi_neuron.analysis.piecewise import read
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.analysis.window import square
from generators.articles.multi_neuron.facts import layers as facts
from generators.articles.multi_neuron.figures import layers as figures
from generators.articles.multi_neuron.figures.shading import active, by_answer
from generators.articles.multi_neuron.results.plane import PlanePartition
from generators.drawing import Mosaic, files
from generators.networks import load

BOX = ((-1.0, 1.0), (-1.0, 1.0))


@pytest.fixture(scope="module")
def spirals():
    return load("spirals-net")


@pytest.fixture(scope="module")
def result(spirals):
    return cut_layers(spirals, 4_000, 0)


def test_each_state_is_the_partition_of_the_layers_so_far(spirals, result):
    domain = square(spirals)
    for depth, partition in enumerate(result.partitions, start=1):
        alone = partition_plane(torch.nn.Sequential(*list(spirals.module)[: 2 * depth]), domain)
        assert (partition.n_regions, partition.n_vertices) == (alone.n_regions, alone.n_vertices)
        np.testing.assert_allclose(np.sort(partition.area), np.sort(alone.area))
    assert result.n_neurons.tolist() == [16, 16, 16]
    assert (np.array([each.n_regions for each in result.partitions]) <= result.bound).all()
    assert result.bound[0] == zaslavsky(16) == 137


def test_the_window_holds_the_data_and_is_in_their_units(spirals, result):
    raw = spirals.dataset.test.raw
    low, high = result.partitions[0].domain.min(0), result.partitions[0].domain.max(0)
    assert (raw.min(0) > low).all() and (raw.max(0) < high).all()


def test_a_window_maps_raw_places_to_standardised_inputs():
    raw = np.array([[0.0, 10.0], [4.0, 30.0]])
    data = SimpleNamespace(mean=(2.0, 20.0), std=(0.5, 4.0), test=SimpleNamespace(raw=raw))
    plane = square(SimpleNamespace(dataset=data))
    place = np.array([3.0, 12.0])
    np.testing.assert_allclose(plane.origin + place[0] * plane.across + place[1] * plane.up, [2.0, -2.0])
    assert plane.polygon.min(0).tolist() == pytest.approx([-0.32, 8.4])


def test_the_answer_is_the_networks_own(spirals, result):
    decided = result.decided
    corners = decided.vertices[decided.corners]
    middle = np.add.reduceat(corners, decided.corner_start[:-1]) / np.diff(decided.corner_start)[:, None]
    with torch.no_grad():
        said = spirals.module(torch.from_numpy(middle).float()).argmax(1).numpy()
    sure = decided.area > 1e-6
    np.testing.assert_array_equal(said[sure], decided.answer[sure])


def test_growing_samples_find_more_and_never_more_than_there_are(result):
    assert (np.diff(result.n_seen) >= 0).all() and (np.diff(result.n_points) > 0).all()
    assert result.n_points[-1] == 4_000 and result.n_seen[-1] < result.partitions[-1].n_regions
    assert result.n_seen[-1] == result.checks.n_seen
    assert (result.n_seen <= result.n_points).all()


def test_a_network_that_others_have_counted():
    found = sample_initial([16, 16], 2_000, 0)
    assert found.partition.n_regions == 127
    assert (found.checks.euler, found.checks.wrong_codes) == (1, 0)
    assert facts.sampled(found)["missed_share"] == pytest.approx(1 - found.n_seen[-1] / 127)


def test_training_ends_at_the_network_itself(spirals, result):
    followed = follow_training(spirals, "spirals-net", "a hash")
    assert followed.partitions[-1].n_regions == result.decided.n_regions
    assert followed.n_hidden[-1] == result.partitions[-1].n_regions
    assert followed.accuracy[-1] > 0.98 > 0.6 > followed.accuracy[0]
    said = facts.training(followed)
    assert said["growth"] == pytest.approx(said["last_regions"] / said["first_regions"])
    drawn = figures.through_training(followed)
    assert isinstance(drawn, Mosaic) and len(drawn.states) == said["n_times"] and drawn.start == len(drawn.states) - 1
    curve = figures.regions_through_training(followed)
    assert list(curve.data[0].y) == followed.n_hidden.tolist() and list(curve.data[1].y) == followed.accuracy.tolist()


# What the checks notice.


@pytest.fixture(scope="module")
def small():
    torch.manual_seed(3)
    module = torch.nn.Sequential(torch.nn.Linear(2, 9), torch.nn.ReLU(), torch.nn.Linear(9, 9), torch.nn.ReLU())
    return module, partition_plane(module, BOX), read(module, example(BOX))


def broken(partition: PlanePartition, how: str) -> PlanePartition:
    if how == "a bit flipped":
        codes = partition.codes.copy()
        codes[5, 0] ^= 1
        return replace(partition, codes=codes)
    if how == "an area wrong":
        return replace(partition, area=partition.area * np.where(np.arange(partition.n_regions) == 3, 2, 1))
    return replace(partition, edges=partition.edges[1:])


def test_a_right_partition_passes_every_check(small):
    _, partition, network = small
    found = check(partition, network, BOX, 3_000, 0)
    assert (found.euler, found.wrong_codes, found.strange_points) == (1, 0, 0)
    assert found.area_error < 1e-14 and 0 < found.smallest_area < 1 / partition.n_regions


@pytest.mark.parametrize("how", ["a bit flipped", "an area wrong", "an edge lost"])
def test_a_wrong_partition_does_not(small, how):
    _, partition, network = small
    found = check(broken(partition, how), network, BOX, 3_000, 0)
    fine = (found.euler, found.wrong_codes, found.area_error < 1e-14)
    assert fine == {
        "a bit flipped": (1, 1, True), "an area wrong": (1, 0, False), "an edge lost": (2, 0, True)
    }[how]  # fmt: skip


def test_codes_are_the_signs_of_the_preactivations(small):
    module, _, network = small
    points = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    first = points @ module[0].weight.detach().double().numpy().T + module[0].bias.detach().double().numpy()
    second = (
        np.maximum(first, 0) @ module[2].weight.detach().double().numpy().T + module[2].bias.detach().double().numpy()
    )
    np.testing.assert_array_equal(codes_at(network, points), np.concatenate([first > 0, second > 0], 1))


def test_points_are_drawn_evenly_from_a_polygon():
    corners = np.array([[0.0, 0.0], [3.0, 0.0], [4.0, 2.0], [0.0, 1.0]])
    points = sample(corners, 40_000, 0)
    sides = np.roll(corners, -1, 0) - corners
    away = points[:, None] - corners
    assert (sides[:, 0] * away[..., 1] - sides[:, 1] * away[..., 0] >= -1e-12).all()
    x, y = corners.T
    area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
    assert (points[:, 0] < 1).mean() == pytest.approx((1 + 0.125) / area, abs=0.01)  # below y = 1 + x/4


# Drawings.


def test_states_are_drawn_in_order_and_the_last_by_answer(result):
    drawn = figures.layer_by_layer(result)
    assert isinstance(drawn, go.Figure)  # 970 regions: plotly
    (slider,) = drawn.layout.sliders
    assert [step.label for step in slider.steps] == [
        "layer 1", "layers 1 to 2", "layers 1 to 3", "all, coloured by the answer"
    ]  # fmt: skip
    shown = [sum(step.args[0]["visible"]) for step in slider.steps]
    assert sum(shown) == len(drawn.data) and slider.active == 3
    assert [trace.visible for trace in drawn.data] == list(slider.steps[3].args[0]["visible"])


def test_every_region_can_be_pointed_at_and_every_outline_is_a_region(result):
    drawn = figures.layer_by_layer(result)
    last = [trace for trace in drawn.data if trace.visible]
    places = next(trace for trace in last if trace.mode == "markers" and trace.text is not None)
    assert len(places.x) == result.decided.n_regions
    assert places.text[0].startswith(result.labels[result.decided.answer[0]])
    outlines = sum(int(np.isnan(np.asarray(trace.x, float)).sum()) for trace in last if trace.fill == "toself")
    assert outlines == result.decided.n_regions


def test_a_large_partition_becomes_a_mosaic_of_exactly_its_regions():
    found = sample_initial([64, 64], 100, 0)
    assert found.partition.n_regions > 2_000
    from generators.articles.multi_neuron.figures.shading import by_activity
    from generators.articles.multi_neuron.figures.tiles import tiles

    drawn = tiles([found.partition], [""], by_activity([found.partition]), ("x", "y"))
    assert isinstance(drawn, Mosaic)
    assert len(drawn.states[0].corner_start) - 1 == found.partition.n_regions
    assert files(drawn)


def test_shades_are_stronger_where_more_neurons_are_on(result):
    on = active(result.decided)
    bits = result.decided.bits()[:, result.decided.switches < 48]
    np.testing.assert_array_equal(on, bits.sum(1))  # 48 hidden switches, all of which have a bit
    shading = by_answer([result.decided], result.labels)
    shade = shading.regions[0]
    for answer in np.unique(result.decided.answer):
        mine = result.decided.answer == answer
        order = np.argsort(on[mine])
        strength = np.array([shading.shades[index].opacity for index in shade[mine]])
        assert (np.diff(strength[order]) >= 0).all()
        assert {shading.shades[index].words for index in shade[mine]} == {result.labels[answer]}


def test_curves_hold_the_results_numbers(result):
    depth = figures.regions_by_depth(result)
    assert list(depth.data[0].y) == result.bound.tolist()
    assert list(depth.data[1].y) == [each.n_regions for each in result.partitions]
    seen = figures.seen_by_sampling(result)
    np.testing.assert_allclose(seen.data[-1].y, result.n_seen / result.partitions[-1].n_regions)
    for drawn in (depth, seen):
        assert drawn.layout.xaxis.title.text and drawn.layout.yaxis.title.text
    said = facts.layers(result)
    assert said["n_regions"] == said["n_regions_3"] == result.partitions[-1].n_regions
    assert said["missed_share"] == pytest.approx(1 - result.n_seen[-1] / said["n_regions"])
