"""Slices of networks that others trained, on their own data, where both lie beside the repository."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from generators.articles.multi_neuron.analysis.domain import Slice, lift
from generators.articles.multi_neuron.analysis.line import partition_line
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.results.plane import PlanePartition
from scripts.bench.real_nets import ResNet20, lenet5
from tests.articles.multi_neuron.laws import centres, check_laws, check_line, check_restriction, check_samples

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="real networks and data are not beside the repository")


@pytest.fixture(scope="module")
def lenet() -> nn.Sequential:
    module = lenet5()
    module.load_state_dict(load_file(DATA / "mnist_models" / "lenet5.safetensors"))
    return module.double().eval()


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """float64[3, 1, 32, 32]: a zero, a one and a two."""
    held = np.load(DATA / "mnist" / "test_10000.npz")
    images, labels = (held[name] for name in sorted(held.files))
    images, labels = (images, labels) if images.ndim > labels.ndim else (labels, images)
    first = torch.from_numpy(np.stack([images[labels == k][0] for k in range(3)]).reshape(3, 1, 28, 28)) / 255
    return nn.functional.interpolate(first, (32, 32), mode="bilinear").double().numpy()


@pytest.fixture(scope="module")
def resnet() -> ResNet20:
    module = ResNet20()
    module.load_state_dict(load_file(DATA / "resnet_cifar10" / "resnet20.safetensors"))
    return module.double().eval()


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """float64[3, 3, 32, 32]"""
    x = np.load(DATA / "cifar10" / "train_lossless_4000.npz")["x"][:3].transpose(0, 3, 1, 2) / 255
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return (x - mean[:, None, None]) / std[:, None, None]


@pytest.fixture(scope="module")
def plane(digits) -> Slice:
    return Slice.through(*digits, around=0.015)


@pytest.fixture(scope="module")
def partition(lenet, plane) -> PlanePartition:
    return partition_plane(lenet, plane)


def test_a_plane_through_three_digits(lenet, plane, partition):
    assert 500 < partition.n_regions < 5_000
    check_laws(partition, lenet, plane)
    check_samples(partition, lenet, plane, 300)


def test_the_decision_of_three_digits(lenet, plane, partition):
    decided = partition_plane(lenet, plane, decision=True)
    check_laws(decided, lenet, plane)
    assert decided.n_regions >= partition.n_regions
    answers = lenet(torch.from_numpy(lift(plane, centres(decided)))).argmax(1).numpy()
    np.testing.assert_array_equal(decided.answer, answers)


def test_a_line_in_the_plane_of_three_digits(lenet, plane, partition):
    places = plane.polygon[:2] * 0.8
    ends = lift(plane, places)
    line = partition_line(lenet, tuple(ends))
    assert line.n_regions > 20
    check_line(line, lenet, ends)
    check_restriction(line, partition, places)


def test_a_line_from_one_digit_towards_another(lenet, digits):
    ends = np.stack([digits[0], 0.9 * digits[0] + 0.1 * digits[1]])
    line = partition_line(lenet, tuple(ends))
    assert line.n_regions > 100
    check_line(line, lenet, ends)


def test_a_plane_through_three_pictures(resnet, pictures):
    plane = Slice.through(*pictures, around=1e-4)
    partition = partition_plane(resnet, plane)
    assert 50 < partition.n_regions < 1_000
    check_laws(partition, resnet, plane)
