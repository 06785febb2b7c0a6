"""A recurrent layer in time: the formula is torch's, no row reaches the past, and gates are counted right."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generators.articles.neuron.analysis.counting import count_module
from generators.articles.neuron.analysis.recurrent import count_gates, read_rows, unroll_in_time
from generators.articles.neuron.facts import recurrent as facts
from generators.articles.neuron.figures import recurrent as figures
from generators.errors import UsageError
from generators.networks import load

sizes = st.integers(1, 40)


@pytest.fixture(scope="module")
def read():
    return read_rows(load("digits-rnn"), "rnn", "head")


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 7), st.integers(0, 10_000))
def test_unrolling_is_torchs_rnn(n_inputs, n_hidden, steps, seed):
    torch.manual_seed(seed)
    module = nn.RNN(n_inputs, n_hidden, batch_first=True, dtype=torch.float64)
    x = torch.randn(3, steps, n_inputs, dtype=torch.float64)
    parts = [
        p.detach().numpy() for p in (module.weight_ih_l0, module.weight_hh_l0, module.bias_ih_l0, module.bias_hh_l0)
    ]
    mine = unroll_in_time(x.numpy(), parts[0], parts[1], parts[2] + parts[3])
    np.testing.assert_allclose(mine, module(x)[0].detach().numpy(), atol=1e-12)


@given(st.integers(0, 4), st.integers(0, 10_000))
def test_a_row_changes_nothing_before_it_and_everything_after(step, seed):
    random = np.random.default_rng(seed)
    x, w, u = random.normal(size=(1, 5, 3)), random.normal(size=(4, 3)), random.normal(size=(4, 4))
    changed = x.copy()
    changed[0, step] += 1
    before, after = unroll_in_time(x, w, u, 0.0)[0], unroll_in_time(changed, w, u, 0.0)[0]
    np.testing.assert_array_equal(before[:step], after[:step])
    assert (before[step:] != after[step:]).any(1).all()


def test_hidden_neurons_may_change_places():
    random = np.random.default_rng(0)
    x, w, u = random.normal(size=(2, 5, 3)), random.normal(size=(4, 3)), random.normal(size=(4, 4))
    order = [2, 0, 3, 1]
    np.testing.assert_allclose(
        unroll_in_time(x, w[order], u[np.ix_(order, order)], 0.0), unroll_in_time(x, w, u, 0.0)[..., order]
    )


def test_the_last_step_says_what_the_network_says(read):
    network = load("digits-rnn")
    with torch.no_grad():
        said = network.module(network.dataset.test.x).softmax(-1).double().numpy()
    for recital in read.recitals:
        assert np.abs(said - recital.probabilities[-1]).max(1).min() < 1e-6
    assert read.accuracy_by_step[-1] == pytest.approx(read.accuracy)
    assert 0 < read.largest_unroll_error < 1e-4


@pytest.mark.parametrize("other", [{"nonlinearity": "relu"}, {"num_layers": 2}, {"bidirectional": True}])
def test_what_cannot_be_unrolled_is_refused(other):
    module = nn.Sequential(nn.RNN(2, 3, batch_first=True, **other))
    with pytest.raises(UsageError, match=r"'mine'.*tanh"):
        read_rows(SimpleNamespace(name="mine", module=module), "0", "0")


def test_probabilities_are_probabilities(read):
    for recital in read.recitals:
        np.testing.assert_allclose(recital.probabilities.sum(-1), 1)
        assert np.abs(recital.activations).max() <= 1


def test_the_facts_of_the_layer(read):
    said = facts.recurrent(read)
    assert (said["neurons"], said["synapses"], said["synapses_per_neuron"], said["steps"]) == (16, 384, 24, 8)
    assert said["accuracy"] > 0.9 > 0.2 > said["chance"]


@given(sizes, sizes)
def test_gates_have_the_closed_forms(n_inputs, n_hidden):
    cells = count_gates(n_inputs, n_hidden).cells
    for cell, gates in zip(cells, (1, 3, 4), strict=True):
        assert cell.neurons == gates * n_hidden
        assert cell.synapses == cell.neurons * (n_inputs + n_hidden)
        assert len(cell.gates) == gates


@pytest.mark.parametrize(("kind", "place"), [(nn.RNN, 0), (nn.GRU, 1), (nn.LSTM, 2)])
def test_the_counter_of_networks_agrees(kind, place):
    counted, cell = count_module(kind(10, 20)), count_gates(10, 20).cells[place]
    assert (counted.neurons, counted.synapses) == (cell.neurons, cell.synapses)


def test_ten_inputs_and_twenty_hidden():
    said = facts.gates(count_gates(10, 20))
    assert (said["rnn_neurons"], said["rnn_synapses"]) == (20, 600)
    assert (said["gru_neurons"], said["gru_synapses"]) == (60, 1_800)
    assert (said["lstm_neurons"], said["lstm_synapses"]) == (80, 2_400)


def test_the_order_of_gates_is_torchs():
    """Push one block of an LSTM's biases: only the block that writes the cell can change its sign."""
    torch.manual_seed(0)
    module, names = nn.LSTM(3, 2), dict(zip(("RNN", "GRU", "LSTM"), count_gates(3, 2).cells, strict=True))["LSTM"].gates
    x = torch.zeros(1, 1, 3)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        for k, name in enumerate(names):
            module.bias_ih_l0.zero_()
            module.bias_ih_l0[2 * k : 2 * k + 2] = -3.0
            _, (_, cell) = module(x)
            assert (cell < 0).all() == (name == "cell")


def test_the_drawing_has_every_step(read):
    drawn = figures.recurrent(read)
    for picture in (drawn.svg, drawn.narrow):
        assert picture.count("data-step=") == picture.count("data-hidden=") == 8
        bars = [part for part in picture.split("<path") if "data-bars=" in part]
        assert [re.search(r' d="([^"]+)"', part)[1].count("M") for part in bars] == [10] * 8
    assert len(drawn.rows) == 8 * len(read.recitals)
    assert drawn.rows[0]["neuron 1"] == read.recitals[0].activations[0, 0]


def test_gates_are_drawn_to_one_scale():
    drawn = figures.gates(count_gates(8, 16))
    for picture in (drawn.svg, drawn.narrow):
        assert picture.count("data-in=") == picture.count("data-again=") == 1 + 3 + 4
        blocks = [part for part in picture.split("<rect") if "data-in=" in part or "data-again=" in part]
        assert len({re.search(r' height="([\d.]+)"', block)[1] for block in blocks}) == 1
    assert [row["synapses"] for row in drawn.rows] == [384, 1152, 1536]
