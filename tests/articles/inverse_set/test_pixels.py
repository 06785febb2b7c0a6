"""Pixels alone: measures of noise with closed forms, roads into a linear neuron's set, and what a page shows."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from generators import networks
from generators.articles.inverse_set.analysis import pixels as analysis
from generators.articles.inverse_set.analysis.noise import fine_share, roughness
from generators.articles.inverse_set.analysis.problem import Problem
from generators.articles.inverse_set.analysis.sampling import Constraints, Uniform
from generators.articles.inverse_set.facts import pixels as facts
from generators.articles.inverse_set.figures import pixels as figures
from generators.articles.inverse_set.results.gallery import Neuron
from generators.articles.inverse_set.results.pixels import (
    DATA,
    FROM_DATA,
    FROM_GREY,
    GENERATOR,
    ROADS,
    SHORTEST,
    Pixels,
)
from generators.drawing import files

SHAPE = (2, 5, 4)
SIZE = math.prod(SHAPE)
SMALL = {"draws": 300, "data": 300, "m": 3, "climbs": 12, "tried": 9, "neurons": ["hidden:3"], "steps": 30, "seed": 0}


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Pixels:
    network = replace(networks.load("digits-net"), cache=tmp_path_factory.mktemp("cache"))
    return analysis.optimise_pixels(network, **SMALL)


@pytest.fixture
def random() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def waves(cycles: float, side: int = 32) -> torch.Tensor:
    """A picture of waves down and across."""
    line = torch.cos(2 * math.pi * cycles * torch.arange(side) / side)
    return (line[:, None] * line)[None, None] / 2 + 0.5


def linear(seed: int = 0) -> tuple[torch.Tensor, Constraints, Uniform]:
    """A linear neuron on a box, whose interval lies well above its value in the middle."""
    w = torch.randn(SIZE, generator=torch.Generator().manual_seed(seed))
    low = float(w.sum() / 2 + 0.1 * w.norm())
    interval = (torch.tensor([each]) for each in (low, low + 0.3))
    return w, Constraints(lambda x: x @ w[:, None], *interval), Uniform(torch.zeros(SIZE), torch.ones(SIZE))


def linear_canvas(w: torch.Tensor, low: float, high: float) -> analysis.Canvas:
    module = nn.Sequential(nn.Flatten(), nn.Linear(SIZE, 1, bias=False))
    with torch.no_grad():
        module[1].weight[:] = w
    network = SimpleNamespace(name="linear", device="cpu", module=module.requires_grad_(False))
    generator = SimpleNamespace(prepare=lambda pictures: pictures)
    return analysis.Canvas(Problem(network, generator, [Neuron("w", "1", 0, "value")]), SHAPE, low, high)


def test_roughness_has_closed_forms(random):
    board = (torch.arange(8)[:, None] + torch.arange(8)) % 2
    ramp = torch.linspace(0, 1, 9).expand(1, 1, 9, 9)
    assert roughness(torch.full((2, 3, 6, 7), 0.4)).tolist() == pytest.approx([0, 0])
    assert roughness(board[None, None].float()).item() == 1
    assert roughness(ramp).item() == pytest.approx(1 / 16)  # 1/8 across, 0 down
    assert roughness(torch.rand(1, 3, 200, 200, generator=random)).item() == pytest.approx(1 / 3, abs=0.005)


def test_fine_share_has_closed_forms(random):
    noise = torch.rand(1, 1, 128, 128, generator=random)
    assert fine_share(torch.full((1, 3, 6, 6), 0.4)).item() == 0
    assert fine_share(waves(2)).item() == pytest.approx(0, abs=1e-9)
    assert fine_share(waves(12)).item() == pytest.approx(1)
    assert fine_share(noise).item() == pytest.approx(1 - math.pi / 16, abs=0.02)
    assert fine_share(0.3 * noise + 0.2).item() == pytest.approx(fine_share(noise).item(), abs=1e-4)


def test_a_mixture_of_waves_divides_its_variance():
    mixed = (3 * waves(2) + waves(12)) / 4
    assert fine_share(mixed).item() == pytest.approx(1 / 10)


@pytest.mark.parametrize("seed", range(3))
def test_the_shortest_way_to_a_linear_neurons_interval_is_along_its_weights(seed, random):
    w, wanted, box = linear(seed)
    x = 0.5 + 0.05 * torch.randn(6, SIZE, generator=random)
    arrived = analysis.brought_in(wanted, box, x, random)
    assert bool(wanted.inside(arrived).all()) and bool(box.inside(arrived).all())
    assert torch.allclose(arrived * 255, (arrived * 255).round(), atol=1e-3)
    exact = ((arrived - x) @ w).abs() / w.norm()
    assert torch.allclose((arrived - x).norm(dim=1), exact, atol=0.01)  # a pixel is rounded by up to 1 / 510


def test_climbing_reaches_corners_inside_the_interval(random):
    _, wanted, box = linear()
    x = 0.5 + 0.02 * torch.randn(8, SIZE, generator=random)
    made = analysis.maximise(wanted, box, x, 40, random)
    assert bool(wanted.inside(made).all()) and bool(box.inside(made).all())
    before, after = (float(torch.pdist(each).square().sum()) for each in (x, made))
    assert after > 100 * before
    assert ((made < 0.05) | (made > 0.95)).float().mean() > 0.7


def test_no_pictures_stay_none(random):
    _, wanted, box = linear()
    assert len(analysis.maximise(wanted, box, torch.zeros(0, SIZE), 3, random)) == 0


def test_changes_by_one_pixel_and_by_one_level_are_those_of_the_weights(random):
    w, wanted, _ = linear()
    canvas = linear_canvas(w, float(wanted.low), float(wanted.high))
    x = (torch.rand(4, SIZE, generator=random) * 200 + 20).round() / 255
    places = torch.randperm(20, generator=random)[:7]
    road = analysis._road(canvas, "data", x, None, places)
    width, weights, levels = canvas.high - canvas.low, w.view(1, 2, 20), x.view(4, 2, 20)
    white = (weights * (1 - levels)).sum(1).abs()
    black = (weights * levels).sum(1).abs()
    changes = torch.maximum(white, black)[:, places] / width
    assert np.allclose(road.one_pixel, changes.amax(1), rtol=1e-4)
    assert np.allclose(road.one_pixel_mean, changes.mean(1), rtol=1e-4)
    assert np.allclose(road.one_level, w.abs().sum() / 255 / width, rtol=1e-3)
    assert np.allclose(road.activation, x @ w, rtol=1e-5)


def test_a_road_without_pictures_is_measured_as_empty():
    road = analysis._road(linear_canvas(torch.ones(SIZE), 1, 2), "data", torch.zeros(0, SIZE), None, torch.arange(3))
    measured = road.activation, road.roughness, road.fine_share, road.one_pixel, road.one_pixel_mean, road.one_level
    assert [len(each) for each in measured] == [0] * 6
    assert road.pictures.shape == (0, 5, 4, 1)
    assert math.isnan(road.feasible_share) and math.isnan(road.spread)


def test_every_road_arrives_with_8_bit_pictures(found):
    assert tuple(road.name for road in found.roads) == ROADS
    for road in found.roads:
        inside = (road.activation >= found.low) & (road.activation <= found.high)
        assert road.pictures.dtype == np.uint8 and road.pictures.shape == (len(road.activation), 8, 8, 1)
        assert road.feasible_share == pytest.approx(inside.mean()) and len(inside) == 3
    assert all(found.of(name).feasible_share == 1 for name in (DATA, GENERATOR))
    assert found.of(FROM_GREY).feasible_share == 1
    assert found.n_pixels == 64 and found.n_pixels_tried == 9


def test_activations_are_those_of_the_published_pictures(found):
    network = networks.load("digits-net")
    layers = list(network.module.children())
    up_to_hidden = nn.Sequential(*layers[:8], nn.Flatten(), layers[8])
    for road in found.roads:
        levels = torch.from_numpy(road.pictures).movedim(-1, 1).float() / 255
        x = (levels * network.dataset.white - network.dataset.mean[0]) / network.dataset.std[0]
        with torch.no_grad():
            seen = up_to_hidden(x)[:, 3]
        assert np.allclose(road.activation, seen.numpy(), atol=1e-4)


def test_pixels_alone_are_noisier_than_the_data(found):
    assert found.of(FROM_GREY).fine_share.mean() > 1.2 * found.of(DATA).fine_share.mean()
    assert found.of(SHORTEST).changed < found.of(FROM_DATA).changed


def test_the_figures_hold_the_results_numbers(found):
    drawn = figures.pixels(found)
    assert set(files(drawn)) >= {"sheet.webp", "data.csv"}
    assert [n for _, n in drawn.rows] == [3] * 5
    values = [value for road in found.roads for value in road.activation]
    assert [each["activation"] for each in drawn.about] == values
    assert list(drawn.marked) == [not found.low <= value <= found.high for value in values]
    moved = figures.sensitivity(found)
    marks = [trace for trace in moved.data if len(trace.x) == 3]
    assert len(marks) == 4 * len(ROADS)
    assert list(marks[0].x) == list(found.roads[0].roughness)
    assert list(marks[-1].x) == list(found.roads[-1].one_level)
    assert all(moved.layout[f"xaxis{k}"].title.text for k in ("", 2, 3, 4))


def test_a_picture_outside_is_framed_and_says_so_and_an_empty_road_is_left_out(found):
    grey = found.of(FROM_GREY)
    missed = replace(grey, activation=np.array([found.low - 1, *grey.activation[1:]]))
    none = replace(
        found.of(DATA), pictures=found.of(DATA).pictures[:0], activation=np.zeros(0), roughness=np.zeros(0),
        fine_share=np.zeros(0), one_pixel=np.zeros(0), one_pixel_mean=np.zeros(0), one_level=np.zeros(0),
        feasible_share=math.nan,
    )  # fmt: skip
    result = replace(found, roads=(none, missed, *found.roads[2:]))
    drawn = figures.pixels(result)
    assert drawn.marked[0] and drawn.captions[0].endswith("outside") and len(drawn.rows) == 4
    said = facts.pixels(result)
    assert said["data_n"] == 0 and "data_roughness" not in said and "data_feasible_share" not in said


def test_the_facts_are_the_results(found):
    said = facts.pixels(found)
    assert said["from_grey_roughness"] == pytest.approx(found.of(FROM_GREY).roughness.mean())
    assert said["generator_one_pixel_most"] == found.of(GENERATOR).one_pixel.max()
    assert said["low"] == found.low and said["neuron"] == found.neuron.name
    assert all(not isinstance(value, float) or math.isfinite(value) for value in said.values())
