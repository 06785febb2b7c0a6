"""Modifiers on real preactivations: closed forms, finite differences, and what ReLU gates."""

from math import erf, exp, pi, sqrt, tanh
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generators.articles.neuron.analysis.activations import MODIFIERS, modify, slope
from generators.articles.neuron.facts import activations as facts
from generators.articles.neuron.figures import activations as figures
from generators.networks import load

CLOSED = {
    "Identity": (lambda z: z, lambda z: 1.0),
    "ReLU": (lambda z: max(0.0, z), lambda z: float(z > 0)),
    "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
    "GELU": (
        lambda z: z * (1 + erf(z / sqrt(2))) / 2,
        lambda z: (1 + erf(z / sqrt(2))) / 2 + z * exp(-z * z / 2) / sqrt(2 * pi),
    ),
}
"""Name -> the function and its derivative, written out."""


@pytest.fixture(scope="module")
def modified():
    return modify(load("digits-net"), "conv1")


def at(modified, name):
    return next(m for m in modified.modifiers if m.name == name)


@pytest.mark.parametrize("name", CLOSED)
def test_curves_and_slopes_are_the_closed_forms(modified, name):
    value, derivative = CLOSED[name]
    np.testing.assert_allclose(at(modified, name).values, [value(z) for z in modified.grid], atol=1e-12)
    np.testing.assert_allclose(at(modified, name).slopes, [derivative(z) for z in modified.grid], atol=1e-12)


@given(st.sampled_from(MODIFIERS), st.floats(-5, 5).filter(lambda z: abs(z) > 1e-3))
def test_slopes_are_finite_differences(modifier, z):
    name, _, f = modifier
    step = 1e-6
    near = f(torch.tensor([z - step, z + step], dtype=torch.float64))
    assert slope(f, torch.tensor([z], dtype=torch.float64)).item() == pytest.approx(
        float(near[1] - near[0]) / (2 * step), abs=1e-6
    ), name


def test_every_preactivation_is_in_one_bin(modified):
    assert modified.shares.sum() == pytest.approx(1)
    assert modified.n_preactivations == 355 * 8 * 64


def test_relu_passes_what_it_does_not_gate(modified):
    said = facts.activations(modified)
    assert said["relu_mean_slope"] + said["relu_gated_share"] == pytest.approx(1, abs=1e-12)
    assert said["relu_flat_share"] == pytest.approx(said["relu_gated_share"], abs=1e-12)
    assert said["identity_mean_slope"] == 1
    assert said["identity_flat_share"] == 0
    assert 0 < said["tanh_mean_slope"] < 1
    assert said["gelu_flat_share"] < said["relu_flat_share"]


def test_the_bins_average_to_the_whole(modified):
    """Where a slope is never negative, the bins' mean slopes, weighted, are the mean slope."""
    for name in ("Identity", "ReLU", "tanh"):
        one = at(modified, name)
        assert (one.passed * modified.shares).sum() == pytest.approx(one.mean_slope, abs=1e-12)


def test_the_order_of_inputs_does_not_matter():
    network = load("digits-net")
    x = network.dataset.test.x
    shuffled = SimpleNamespace(
        module=network.module, dataset=SimpleNamespace(test=SimpleNamespace(x=x[torch.randperm(len(x))]))
    )
    plain, mixed = modify(network, "hidden"), modify(shuffled, "hidden")
    np.testing.assert_allclose(plain.shares, mixed.shares)
    assert [m.mean_slope for m in plain.modifiers] == pytest.approx([m.mean_slope for m in mixed.modifiers])


def test_known_preactivations_are_measured_rightly():
    module = nn.Sequential(nn.Identity())
    x = torch.tensor([[-2.0], [-1.0], [0.0], [3.0]])
    known = modify(
        SimpleNamespace(module=_with_device(module), dataset=SimpleNamespace(test=SimpleNamespace(x=x))), "0"
    )
    assert (known.lowest, known.highest, known.negative_share) == (-2, 3, 0.75)
    assert at(known, "ReLU").mean_slope == 0.25


def _with_device(module: nn.Module) -> nn.Module:
    module.register_parameter("unused", nn.Parameter(torch.zeros(1)))
    return module


def test_the_drawing_has_four_panels_with_their_curves(modified):
    drawn = figures.activations(modified)
    for picture in (drawn.svg, drawn.narrow):
        assert picture.count("data-panel=") == 4
        assert all(name in picture for name in CLOSED)
    assert len(drawn.rows) == len(modified.grid)
    assert drawn.rows[-1]["ReLU(z)"] == modified.grid[-1]
