"""What is read of a network against plain indexing into what its layers give."""

from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from generators.articles.inverse_set.analysis import readings
from generators.articles.inverse_set.results.gallery import Neuron
from generators.errors import UsageError
from tests.articles.inverse_set import tiny


@pytest.fixture(scope="module")
def net() -> tiny.Net:
    return tiny.Net().eval()


@pytest.fixture(scope="module")
def x() -> Tensor:
    return torch.randn(7, 1, tiny.SIDE, tiny.SIDE, generator=tiny.numbers(5))


def read(module: nn.Module, x: Tensor, *neurons: Neuron) -> readings.Seen:
    return readings.read(tiny.network(module), neurons, x)


def test_every_reading_is_plain_indexing(net, x):
    maps = torch.relu(net.conv(x))
    units = torch.relu(net.hidden(nn.functional.avg_pool2d(maps, 2).flatten(1)))
    weights = (0.5, -1.0, 2.0, 0.25)
    seen = read(
        net,
        x,
        Neuron("", "head", 2, "value"),
        Neuron("", "maps", 1, "mean"),
        Neuron("", "maps", 1, "largest"),
        Neuron("", "maps", 3, "19"),
        Neuron("", "units", 4, "value"),
        Neuron("", "maps", 0, "mean", weights),
        Neuron("", "maps", 0, "19", weights),
        Neuron("", "conv", 1, "mean"),
        Neuron("", "head", 0, "value", (1.0, -1.0, 0.0)),
    )
    along = torch.einsum("nchw,c->nhw", maps, torch.tensor(weights))
    answer = net(x)
    expected = [
        answer[:, 2],
        maps[:, 1].mean((1, 2)),
        maps[:, 1].amax((1, 2)),
        maps[:, 3, 2, 3],  # place 19 of eight by eight
        units[:, 4],
        along.mean((1, 2)),
        along[:, 2, 3],
        net.conv(x)[:, 1].mean((1, 2)),
        answer[:, 0] - answer[:, 1],
    ]
    torch.testing.assert_close(seen.values, torch.stack(expected, 1))
    torch.testing.assert_close(seen.embedding, units)


def test_gradients_reach_the_pictures_and_no_hook_stays(net, x):
    variable = x.clone().requires_grad_(True)
    value = read(net, variable, Neuron("", "maps", 1, "mean")).values.sum()
    (slope,) = torch.autograd.grad(value, variable)
    again = x.clone().requires_grad_(True)
    (expected,) = torch.autograd.grad(torch.relu(net.conv(again))[:, 1].mean((1, 2)).sum(), again)
    torch.testing.assert_close(slope, expected)
    assert not any(each._forward_hooks or each._forward_pre_hooks for each in net.modules())


def test_no_hook_stays_where_the_network_breaks(net):
    with pytest.raises(RuntimeError):
        read(net, torch.zeros(2, 3, 1, 1), Neuron("", "maps", 1, "mean"))
    assert not any(each._forward_hooks or each._forward_pre_hooks for each in net.modules())


def test_without_neurons_the_embedding_is_still_read(net, x):
    seen = read(net, x)
    assert seen.values.shape == (7, 0) and seen.embedding.shape == (7, tiny.HIDDEN)


def test_tokens_are_places_of_a_layer_whose_last_axis_counts_neurons():
    """A transformer's block gives (n, tokens, width), some in a tuple, and the answer in an object."""

    class Tokens(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block, self.twice = nn.Linear(4, 3), Twice()

        def forward(self, x: Tensor) -> SimpleNamespace:
            return SimpleNamespace(logits=self.twice(self.block(x))[0].mean(1))

    class Twice(nn.Module):
        def forward(self, x: Tensor) -> tuple[Tensor, int]:
            return x, 2

    module, x = Tokens(), torch.randn(5, 6, 4, generator=tiny.numbers(0))
    seen = read(
        module, x, Neuron("", "twice", 2, "mean"), Neuron("", "block", 1, "4"), Neuron("", "twice", 2, "largest")
    )
    given = module.block(x)
    torch.testing.assert_close(
        seen.values, torch.stack([given[:, :, 2].mean(1), given[:, 4, 1], given[:, :, 2].amax(1)], 1)
    )
    assert seen.embedding.shape == (5, 24)  # what the last linear layer reads, flat


def test_without_a_linear_layer_the_answer_is_the_embedding():
    module = nn.Sequential(nn.Conv2d(1, 3, 8), nn.Flatten())
    x = torch.randn(4, 1, 8, 8, generator=tiny.numbers(0))
    seen = read(module, x, Neuron("", "0", 2, "mean"))
    torch.testing.assert_close(seen.embedding, module(x))
    torch.testing.assert_close(seen.values[:, 0], module(x)[:, 2])


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("head:1", (3,), Neuron(tiny.LABELS[1], "head", 1, "value")),
        ("like:1", (3,), Neuron("like:1", "like", 1, "value")),
        ("units:5", (6,), Neuron("units:5", "units", 5, "value")),
        ("a.maps:2", (4, 8, 8), Neuron("a.maps:2", "a.maps", 2, "mean")),
    ],
)
def test_a_neuron_is_called_after_its_class_or_its_place(name, shape, expected):
    assert readings.neuron(tiny.network(), name, shape, "head") == expected


@pytest.mark.parametrize("shape", [None, ()])
def test_a_layer_that_gives_nothing_is_refused(shape):
    with pytest.raises(UsageError, match=r"neuron 'gone:1' of network 'tiny' is in a layer that gives no numbers"):
        readings.neuron(tiny.network(), "gone:1", shape, "head")
