"""Planes through networks of many inputs: where they lie, how many regions are expected, and what is said of others."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from generators.articles.multi_neuron.analysis.domain import Slice, lift
from generators.articles.multi_neuron.analysis.estimate import estimate, window
from generators.articles.multi_neuron.analysis.memory import cut_memory
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.analysis.slices import cut_pictures
from generators.articles.multi_neuron.facts import slices as facts
from generators.articles.multi_neuron.figures import slices as figures
from generators.articles.multi_neuron.results.slices import Uncut
from generators.drawing import Diagram, Mosaic, files
from generators.networks import load


@pytest.fixture(scope="module")
def digits():
    return load("digits-net")


@pytest.fixture(scope="module")
def small(digits):
    return cut_pictures(digits, 400, 200, 3)


@pytest.fixture(scope="module")
def memory():
    return cut_memory(load("grammar-gpt"), "blocks.1.mlp", 8, 12, 500, 0)


def lines(n: int, seed: int) -> tuple[nn.Module, Slice]:
    """A layer whose zero lines lie in the unit square like lines thrown at random: any angle, any distance."""
    random = np.random.default_rng(seed)
    angle, away = random.uniform(0, np.pi, n), random.uniform(-1, 1, n)
    layer = nn.Linear(2, n).double()
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.stack([np.cos(angle), np.sin(angle)], 1)))
        layer.bias.copy_(torch.from_numpy(away))
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    return nn.Sequential(layer, nn.ReLU()), Slice(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]), corners)


@pytest.mark.parametrize("seed", range(4))
def test_lines_thrown_at_random_have_about_as_many_regions_as_expected(seed):
    module, plane = lines(400, seed)
    found = partition_plane(module, plane).n_regions
    assert found / 1.6 < estimate(module, plane).n_regions < 1.6 * found


def test_a_window_is_a_share_of_the_plane():
    _, plane = lines(3, 0)
    part = window(plane, np.array([0.2, 0.1]), 0.25)
    np.testing.assert_allclose(np.ptp(part.polygon, 0), 0.25)
    np.testing.assert_allclose(part.polygon.mean(0), [0.2, 0.1])


def test_a_slice_through_three_inputs_holds_them_and_keeps_distances():
    a, b, c = np.random.default_rng(0).normal(size=(3, 2, 4, 4))
    plane = Slice.through(a, b, c)
    places = plane.place(np.stack([a, b, c]))
    np.testing.assert_allclose(lift(plane, places), [a, b, c], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(places[0] - places[1]), np.linalg.norm(a - b))
    np.testing.assert_allclose(plane.polygon, places, atol=1e-12)


def test_a_plane_of_digits_is_what_the_network_does_there(digits, small):
    assert small.share < 1 and 0.3 * 400 < small.n_hidden < 4 * 400
    assert (small.checks.euler, small.checks.wrong_codes, small.checks.strange_points) == (1, 0, 0)
    assert len(set(small.anchor_labels)) == 3
    said = facts.pictures(small)
    assert said["n_regions"] == small.n_hidden <= said["n_decided"] == small.partition.n_regions


def test_the_window_lies_around_the_first_picture(small):
    low, high = small.partition.domain.min(0), small.partition.domain.max(0)
    np.testing.assert_allclose((low + high) / 2, small.anchors[0])


def test_every_picture_of_the_grid_is_the_mixture_of_the_three_that_its_place_says(digits, small):
    test, side = digits.dataset.test, len(small.pictures)
    chosen = [
        next(k for k in range(len(test)) if digits.labels[int(test.y[k])] == label) for label in small.anchor_labels
    ]
    raw = np.asarray(test.raw, float).reshape(len(test), *small.pictures.shape[2:4])[chosen]
    corners = (small.anchors - small.anchors.mean(0)) * 1.1 + small.anchors.mean(0)
    low, high = corners.min(0), corners.max(0)
    for row, column in np.ndindex(side, side):
        place = low + (np.array([column, side - 1 - row]) + 0.5) / side * (high - low)
        shares = np.linalg.solve(np.vstack([small.anchors.T, np.ones(3)]), [*place, 1])
        mixture = (shares @ raw.reshape(3, -1) / digits.dataset.white * 255).clip(0, 255)
        assert np.abs(small.pictures[row, column].ravel() - mixture).max() <= 0.51


def test_drawings_hold_the_answers(small):
    grid = figures.slice_pictures(small)
    assert list(grid.captions) == [small.labels[k] for k in small.picture_answers.ravel()]
    assert files(grid)
    drawn = figures.slice_regions(small)
    assert files(drawn)


def test_a_smooth_network_gets_a_sentence_instead_of_a_partition(digits):
    torch.manual_seed(1)
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.GELU(), nn.Linear(16, 10, bias=False))
    test = digits.dataset.test
    with torch.no_grad():
        module[3].weight *= 50
        answers = module(test.x).argmax(1)
    about = SimpleNamespace(
        name="smooth", module=module, labels=digits.labels, device="cpu",
        dataset=SimpleNamespace(test=SimpleNamespace(x=test.x, y=answers), mean=(), std=(), white=16.0),
    )  # fmt: skip
    found = cut_pictures(about, 400, 10, 3)
    assert isinstance(found, Uncut) and "gelu" in found.reason and "smooth" in found.reason
    for draw in (figures.slice_regions, figures.slice_pictures):
        drawn = draw(found)
        assert isinstance(drawn, Diagram) and "gelu" in drawn.svg and files(drawn)
    assert facts.pictures(found) == {"reason": found.reason}


def test_the_keys_of_a_memory_are_lines_of_one_layer(memory):
    assert memory.partition.layers[0].size == memory.n_keys == 4 * memory.n_inputs
    assert (memory.checks.euler, memory.checks.wrong_codes, memory.checks.strange_points) == (1, 0, 0)
    assert 0 < memory.share < 1 and len(memory.tokens) == len(memory.places) == 12
    low, high = memory.partition.domain.min(0), memory.partition.domain.max(0)
    assert ((memory.places >= low) & (memory.places <= high)).all()


def test_keys_that_are_never_on_are_off_wherever_one_looks(memory):
    module = load("grammar-gpt").module.get_submodule("blocks.1.mlp")
    bits = memory.partition.bits()
    never = np.setdiff1d(np.arange(memory.n_keys), memory.partition.switches[bits.any(0)])
    assert len(never) == memory.never
    assert isinstance(figures.memory_regions(memory), Mosaic)
    assert module.key.weight.shape[0] == memory.n_keys


def test_a_network_that_knows_two_classes_gets_a_sentence_too(digits):
    found = cut_pictures(SimpleNamespace(**{**vars(digits), "module": lambda x: digits.module(x)[:, :2]}), 400, 10, 3)
    assert isinstance(found, Uncut) and "three pictures of three classes" in found.reason
