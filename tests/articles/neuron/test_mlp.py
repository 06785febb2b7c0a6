"""A perceptron without biases: what flows is what torch computes, scales with its input, and knows no order."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generators.articles.neuron.analysis.mlp import flow, softmax, trace_perceptron
from generators.articles.neuron.facts import mlp as facts
from generators.articles.neuron.figures import mlp as figures
from generators.drawing import files
from generators.errors import UsageError
from generators.networks import load

widths = st.lists(st.integers(1, 5), min_size=2, max_size=5)
seeds = st.integers(0, 10_000)


@pytest.fixture(scope="module", params=["iris-net-2", "iris-net-4"])
def traced(request):
    return trace_perceptron(load(request.param))


def random_weights(sizes: list[int], seed: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    return tuple(random.normal(size=(after, before)) for before, after in pairwise(sizes))


@given(widths, seeds, st.booleans())
def test_flow_is_torchs_forward_pass(sizes, seed, biased):
    weights = random_weights(sizes, seed)
    biases = [np.random.default_rng(seed + 2).normal(size=len(w)) * biased for w in weights]
    x = np.random.default_rng(seed + 1).normal(size=sizes[0])
    y = torch.from_numpy(x)
    for depth, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        y = nn.functional.linear(y, torch.from_numpy(weight), torch.from_numpy(bias))
        y = y if depth == len(weights) - 1 else torch.relu(y)
    np.testing.assert_allclose(flow(weights, x, biases)[0][-1], y.numpy(), atol=1e-12)


@given(widths, seeds, st.floats(0.01, 100))
def test_without_biases_the_output_scales_with_the_input(sizes, seed, factor):
    weights = random_weights(sizes, seed)
    x = np.random.default_rng(seed + 1).normal(size=sizes[0])
    once, scaled = flow(weights, x)[0][-1], flow(weights, factor * x)[0][-1]
    np.testing.assert_allclose(scaled, factor * once, rtol=1e-9, atol=1e-9)


@given(st.tuples(st.integers(1, 4), st.integers(2, 6), st.integers(1, 4)), seeds, st.randoms(use_true_random=False))
def test_hidden_neurons_may_change_places(sizes, seed, random):
    first, second = random_weights(list(sizes), seed)
    order = list(range(sizes[1]))
    random.shuffle(order)
    x = np.random.default_rng(seed + 1).normal(size=sizes[0])
    plain, mixed = flow((first, second), x), flow((first[order], second[:, order]), x)
    np.testing.assert_allclose(mixed[0][-1], plain[0][-1], atol=1e-12)
    np.testing.assert_allclose(mixed[1][1], plain[1][1][order], atol=1e-12)


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=6), st.floats(-50, 50))
def test_softmax_sums_to_one_and_ignores_a_common_shift(logits, shift):
    values = np.array(logits)
    assert softmax(values).sum() == pytest.approx(1)
    np.testing.assert_allclose(softmax(values), softmax(values + shift), atol=1e-9)


@pytest.mark.parametrize(("name", "neurons", "synapses"), [("iris-net-2", 4, 10), ("iris-net-4", 12, 36)])
def test_the_two_networks_of_the_article(name, neurons, synapses):
    said = facts.perceptron(trace_perceptron(load(name)))
    assert (said["neurons"], said["synapses"]) == (neurons, synapses)
    assert said["accuracy"] > said["chance"] + 0.3


def test_raw_measurements_give_torchs_logits(traced):
    for raw, logits in zip(traced.check_raw, traced.check_logits, strict=True):
        mine = flow(traced.weights, (raw - traced.mean) / traced.scale)[0][-1]
        np.testing.assert_allclose(mine, logits, atol=1e-5 * max(1.0, np.abs(logits).max()))


def test_examples_are_real_flowers_of_their_class(traced):
    assert {p.label for p in traced.passages} == set(traced.labels)
    for passage in traced.passages:
        assert (traced.check_raw == passage.raw).all(1).any()
        assert (passage.raw >= traced.lowest).all()
        assert (passage.raw <= traced.highest).all()
        for z, a in zip(passage.preactivations[:-1], passage.activations[1:-1], strict=True):
            assert ((a > 0) == (z > 0)).all()


def test_the_drawing_has_every_synapse_twice_and_a_bar_for_each_closed_gate(traced):
    drawn = figures.perceptron(traced)
    synapses = sum(w.size for w in traced.weights)
    hidden = sum(len(w) for w in traced.weights[:-1])
    assert drawn.svg.count("data-synapse=") == synapses
    assert drawn.svg.count("data-gate=") == 2 * hidden
    shown = traced.passages[traced.shown]
    closed = sum(int((z <= 0).sum()) for z in shown.preactivations[:-1])
    assert closed > 0, "the still should show a closed gate"
    assert sum("data-gate" in part and 'opacity="1"' in part for part in drawn.svg.split("<")) == 2 * closed
    assert len(drawn.rows) == synapses
    assert files(drawn)["data.csv"].decode().count("\n") == synapses + 1


def user_network(modifier: nn.Module, bias: bool):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(2, 3, bias=bias), modifier, nn.Linear(3, 2)).requires_grad_(False)
    raw = np.random.default_rng(0).normal(size=(20, 2))
    x = torch.from_numpy(raw).float()
    split = SimpleNamespace(x=x, y=module(x).argmax(1), raw=raw)
    data = SimpleNamespace(train=split, test=split, features=("speed (m/s)", "mass"), mean=(0.0, 0.0), std=(1.0, 1.0))
    quality = {"accuracy": 1.0, "chance": 0.5}
    return SimpleNamespace(
        name="mine", module=module, dataset=data, labels=("<b>yes</b>", "no"), quality=quality, device="cpu"
    )


def test_a_users_network_may_have_biases_and_any_names():
    traced = trace_perceptron(user_network(nn.ReLU(), bias=True))
    assert (traced.features, traced.units) == (("speed", "mass"), ("m/s", ""))
    assert all(np.abs(b).max() > 0 for b in traced.biases)
    drawn = figures.perceptron(traced)
    assert "<b>" not in drawn.svg + drawn.narrow
    assert set(files(drawn)) == {"diagram.svg", "narrow.svg", "data.json", "data.csv"}


def test_a_class_without_held_out_inputs_has_no_example():
    network = user_network(nn.ReLU(), bias=True)
    network.dataset.test.y = torch.zeros(20, dtype=torch.long)
    assert [p.label for p in trace_perceptron(network).passages] == ["<b>yes</b>"] * 2


def test_other_modifiers_are_refused_not_drawn_wrongly():
    with pytest.raises(UsageError, match=r"'mine'.*ReLU"):
        trace_perceptron(user_network(nn.Tanh(), bias=True))
