"""A layer taken apart gives what torch gives, and no order of inputs or neurons matters."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generators.articles.neuron.analysis.examples import pictures, typical_and_misread
from generators.articles.neuron.analysis.linear import dissect_linear
from generators.articles.neuron.facts import linear as facts
from generators.articles.neuron.figures import linear as figures
from generators.drawing import files
from generators.drawing.weights import short
from generators.networks import load


@pytest.fixture(scope="module")
def layer():
    return dissect_linear(load("digits-net"), "head")


def random_network(seed: int, n: int, m: int, permutation: list[int] | None = None):
    """One linear layer that reads 2 × n/2 pictures, optionally with inputs and columns in another order."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(24, 1, 2, n // 2, generator=generator)
    linear = nn.Linear(n, m)
    module = nn.Sequential(nn.Flatten(), linear)
    with torch.no_grad():
        linear.weight.copy_(torch.randn(m, n, generator=generator))
        linear.bias.copy_(torch.randn(m, generator=generator))
        if permutation is not None:
            linear.weight.copy_(linear.weight[:, permutation].clone())
            x = x.flatten(1)[:, permutation].reshape(x.shape)
        y = module(x).argmax(1)
    test = SimpleNamespace(x=x, y=y)
    labels = tuple(f"class {i}" for i in range(m))
    quality = {"accuracy": 1.0, "chance": 1 / m}
    return SimpleNamespace(module=module, dataset=SimpleNamespace(test=test), labels=labels, quality=quality)


def test_a_real_layer_has_the_shape_its_facts_say(layer):
    said = facts.linear_layer(layer)
    assert (said["m"], said["n"], said["synapses"]) == (10, 16, 160)
    assert said["accuracy"] > 0.95 > 0.2 > said["chance"]
    assert abs(said["strongest_weight"]) == np.abs(layer.weight).max()


def test_synapse_by_synapse_is_what_torch_computes(layer):
    for reading in layer.readings:
        sums = [sum(row) + b for row, b in zip(reading.contributions.tolist(), layer.bias, strict=True)]
        np.testing.assert_allclose(sums, reading.preactivations, atol=1e-4)
        np.testing.assert_allclose(reading.contributions, layer.weight * reading.inputs)
    assert 0 < layer.largest_sum_error < 1e-4


def test_an_input_is_silent_exactly_where_cutting_its_synapses_changes_nothing(layer):
    network = load("digits-net")
    x, head = network.dataset.test.x, network.module.get_submodule("head")
    before, harmless = network.module(x), []
    with torch.no_grad():
        for j in range(head.in_features):
            column = head.weight[:, j].clone()
            head.weight[:, j] = 100.0
            harmless += [j] if torch.equal(network.module(x), before) else []
            head.weight[:, j] = column
    assert layer.silent_inputs == tuple(harmless)
    assert facts.linear_layer(layer)["silent_inputs"] == len(harmless) > 0


def test_the_picture_shown_is_one_the_network_read(layer):
    first = load("digits-net").dataset.test.x[:, 0].double().numpy()
    for reading in layer.readings:
        assert (np.abs(first - reading.pixels).max((1, 2)) == 0).any()


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_order_of_inputs_does_not_matter(seed, half, m, random):
    permutation = list(range(2 * half))
    random.shuffle(permutation)
    plain = dissect_linear(random_network(seed, 2 * half, m), "1")
    mixed = dissect_linear(random_network(seed, 2 * half, m, permutation), "1")
    for before, after in zip(plain.readings, mixed.readings, strict=True):
        np.testing.assert_allclose(before.preactivations, after.preactivations, atol=1e-5)
        np.testing.assert_allclose(before.contributions[:, permutation], after.contributions, atol=1e-6)


def test_typical_is_right_and_of_median_margin():
    logits = np.array([[3.0, 0], [5, 0], [9, 0], [0, 1], [0, 4], [2, 0], [7, 0]])
    truth = np.array([0, 0, 0, 1, 1, 1, 1])
    assert typical_and_misread(logits, truth, ("no", "yes")) == [
        (1, "no"),
        (4, "yes"),
        (6, "yes read as no"),
        (5, "yes read as no"),
    ]


@given(st.integers(1, 3), st.floats(-10, 10), st.floats(0.1, 10))
def test_pictures_look_the_same_however_they_are_scaled(channels, offset, scale):
    x = torch.rand(5, 1, 6, 7, generator=torch.Generator().manual_seed(0)).double()
    ink = pictures((offset + scale * x).expand(-1, channels, -1, -1))
    assert (ink.min(), ink.max()) == pytest.approx((0, 1))
    np.testing.assert_allclose(ink, pictures(x[:, 0]), atol=1e-9)


def test_large_pictures_are_shown_smaller():
    assert pictures(torch.rand(2, 3, 224, 100)).shape == (2, 32, 32)


def test_long_labels_become_numbers():
    assert short(("cat", "dog")) == ("1", "2")
    assert short(("0", "10")) == ("0", "10")


def test_a_class_never_read_rightly_has_no_typical():
    assert typical_and_misread(np.array([[1.0, 0]]), np.array([1]), ("a", "b")) == [(0, "b read as a")]


def test_the_drawing_holds_every_weight(layer):
    drawn = figures.linear_layer(layer)
    for picture in (drawn.svg, drawn.narrow):
        assert picture.count("<path") >= layer.weight.size
        assert picture.count("data-dendrites=") == 10
        assert picture.count("data-neuron=") == 10
        assert "10 neurons" in picture
        assert "16 synapses each" in picture
    assert len(drawn.rows) == 160
    assert drawn.rows[17]["weight"] == layer.weight[1, 1]
    assert set(files(drawn)) == {"diagram.svg", "narrow.svg", "data.json", "data.csv"}


def test_labels_from_data_stay_text():
    network = random_network(1, 4, 2)
    network.labels = ("<img src=x onerror=alert(1)>", "b")
    drawn = figures.linear_layer(dissect_linear(network, "1"))
    assert "<img" not in drawn.svg
    assert "&lt;img" in drawn.svg
