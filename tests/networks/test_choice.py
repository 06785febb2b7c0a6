"""The layers and neurons to look at."""

from types import SimpleNamespace

import pytest
from torch import nn

from generators.networks import Layer, choice, survey

NET = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.Sequential(nn.Linear(4, 2)), nn.LSTM(3, 5, bidirectional=True))


def about(layers=(), neurons=()):
    return SimpleNamespace(layers=layers, neurons=neurons)


def said(layers=(), neurons=()):
    return [(each.place, each.sentence) for each in choice.mistakes(about(layers, neurons), NET, {"1": (6, 5, 5)})]


def test_layers_with_a_map_or_a_token_axis_are_looked_at():
    found = [
        Layer("conv", "Conv2d", (6, 1, 3, 3), (6, 5, 5)),
        Layer("norm", "BatchNorm2d", (6,), (6, 5, 5)),
        Layer("relu", "ReLU", None, (6, 5, 5)),
        Layer("rnn", "RNN", (4, 3), (7, 4)),
        Layer("head", "Linear", (2, 6), (2,)),
        Layer("unused", "Linear", (2, 6), None),
    ]
    assert choice.layers(about(), found) == ("conv", "rnn")
    assert choice.layers(about(("head",)), found) == ("head",)
    assert choice.layers(about(), survey("digits-net")) == ("conv1", "conv2", "mix")


def test_what_is_there_is_no_mistake():
    assert said(("0", "2.0", "2"), ("0:5", "1:5", "2.0:1", "3:9")) == []


@pytest.mark.parametrize(
    ("layers", "neurons", "expected"),
    [
        (("2.1",), (), [(("layers",), "there is no layer '2.1': did you mean '2.0'")]),
        ((), ("0:6",), [(("neurons",), "'0:6' is too large: '0' has 6 neurons, 0 to 5")]),
        ((), ("1:6",), [(("neurons",), "'1:6' is too large: '1' has 6 neurons, 0 to 5")]),
        ((), ("2.5:0",), [(("neurons",), "'2.5:0' is of no layer '2.5': did you mean '2.0'")]),
        (("", "2.1"), ("2.0:2",), 3),
    ],
)
def test_what_is_not_there_is_named_with_what_may_have_been_meant(layers, neurons, expected):
    found = said(layers, neurons)
    assert len(found) == expected if isinstance(expected, int) else found == expected


@pytest.mark.parametrize(
    ("module", "shape", "neurons"),
    [
        (nn.Conv2d(1, 6, 3), None, 6),
        (nn.LayerNorm(5), (7, 5), 5),
        (nn.Embedding(9, 5), (7, 5), 5),
        (nn.LSTM(3, 5, bidirectional=True), (7, 10), 10),
        (nn.ReLU(), (6, 5, 5), 6),
        (nn.ReLU(), (4,), 4),
        (nn.ReLU(), None, None),
    ],
)
def test_how_many_neurons_a_module_has(module, shape, neurons):
    assert choice.n_neurons(module, shape) == neurons
