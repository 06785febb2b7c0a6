"""Reading networks: what is affine between switches, who wins a maximum, what is refused, what stays untouched."""

import copy
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations, prune

from generators.articles.multi_neuron.analysis import piecewise
from generators.articles.multi_neuron.analysis.affine import affine_map
from generators.articles.multi_neuron.analysis.piecewise import Piecewise, Stage
from generators.errors import UsageError
from generators.networks.digits_net import DigitsNet
from generators.networks.plane_net import PlaneNet
from generators.networks.texture_net import TextureNet


class Calls(nn.Module):
    """A module whose forward is a function of it and the input."""

    def __init__(self, forward: Callable[..., Tensor], *parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)
        self.does = forward

    def forward(self, x: Tensor) -> Tensor:
        return self.does(x, *self.parts)


class Block(nn.Module):
    """A residual block, as ResNets have it: F.relu twice, batch normalisation, a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2))
        self.bn1, self.bn2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.RNN(3, 4, nonlinearity="relu", batch_first=True)
        self.head = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.rnn(x)[0][:, -1])


class Written(nn.Module):
    """A cell written by hand, with a state that begins as zeros of torch's own precision, and a loop."""

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.kept = nn.Linear(3, 4), nn.Linear(4, 4, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        state = torch.zeros(len(x), 4)
        for step in x.unbind(1):
            state = torch.clamp(self.seen(step) + self.kept(state), -0.3, 0.3)
        return state


def linear(*then: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 8), *then)


def drawn(x: Tensor) -> Tensor:
    """Writes rows of one tensor into another."""
    out = torch.zeros_like(x)
    out[:, 0] = F.relu(x[:, 1])
    out[:, 1:] = x[:, :-1] - x.mean(1, keepdim=True) / 2
    return out


ZOO: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], list[str]]] = {
    "linear": (lambda: linear(), (3,), []),
    "relu": (lambda: linear(nn.ReLU(), nn.Linear(8, 2)), (3,), ["relu"]),
    "relu in place": (lambda: nn.Sequential(nn.ReLU(inplace=True), nn.Linear(3, 2)), (3,), ["relu"]),
    "leaky": (lambda: linear(nn.LeakyReLU(0.3, inplace=True), nn.Linear(8, 2)), (3,), ["leaky_relu"]),
    "prelu": (lambda: linear(nn.PReLU(8), nn.Linear(8, 2), nn.PReLU()), (3,), ["prelu", "prelu"]),
    "abs": (lambda: linear(Calls(torch.abs), nn.Linear(8, 2), Calls(Tensor.abs_)), (3,), ["abs", "abs"]),
    "hardtanh": (lambda: linear(nn.Hardtanh(-0.2, 0.4), nn.Linear(8, 2)), (3,), ["hardtanh"]),
    "relu6": (lambda: nn.Sequential(nn.Linear(3, 4), nn.ReLU6(), Calls(F.relu6)), (3,), ["relu6", "relu6"]),
    "clamp": (
        lambda: linear(Calls(lambda x: x.clamp(min=-0.3).clamp_max_(0.5).clamp(-0.1, 0.3))),
        (3,),
        ["clamp"] * 3,
    ),
    "rarer": (
        lambda: linear(nn.Hardsigmoid(), nn.Softshrink(0.5), nn.Threshold(0.1, 0.1), nn.RReLU()),
        (3,),
        ["hardsigmoid", "softshrink", "threshold", "rrelu"],
    ),
    "conv1d": (
        lambda: nn.Sequential(nn.Conv1d(2, 4, 3, stride=2, padding=1, groups=2), nn.ReLU(), nn.AvgPool1d(2)),
        (2, 8),
        ["relu"],
    ),
    "conv2d": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, 3, padding="same", dilation=2), nn.BatchNorm2d(4), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten()
        ),
        (2, 6, 6),
        ["relu"],
    ),
    "padding by reflection": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3, padding=1, padding_mode="reflect"), nn.ReLU(), nn.ZeroPad2d(1)),
        (1, 4, 4),
        ["relu"],
    ),
    "transposed": (
        lambda: nn.Sequential(nn.ConvTranspose2d(2, 3, 2), nn.ReLU(), nn.Upsample(scale_factor=2)),
        (2, 3, 3),
        ["relu"],
    ),
    "batch norm": (lambda: linear(nn.BatchNorm1d(8), nn.ReLU(), nn.BatchNorm1d(8), nn.Linear(8, 2)), (3,), ["relu"]),
    "max pooling": (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2)), (1, 6, 6), ["max"] * 2),
    "padded max pooling": (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(3, 2, 1)), (1, 6, 6), ["max"] * 4),
    "max pooling of a line": (
        lambda: nn.Sequential(nn.MaxPool1d(3, ceil_mode=True), nn.AdaptiveMaxPool1d(2)),
        (2, 8),
        ["max"] * 3,
    ),
    "adaptive pooling": (
        lambda: nn.Sequential(nn.AdaptiveMaxPool2d((3, 2)), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten()),
        (2, 5, 4),
        ["max", "max", "max", "relu"],
    ),
    "maxout by a view": (
        lambda: nn.Sequential(nn.Linear(3, 12), Calls(lambda x: x.view(-1, 4, 3).max(2).values)),
        (3,),
        ["max"] * 2,
    ),
    "maxout by amax": (
        lambda: nn.Sequential(nn.Linear(3, 20), Calls(lambda x: x.view(-1, 4, 5).amax(-1))),
        (3,),
        ["max"] * 3,
    ),
    "least": (
        lambda: nn.Sequential(nn.Linear(3, 12), Calls(lambda x: x.view(-1, 4, 3).amin((1, 2), keepdim=True))),
        (3,),
        ["max"] * 4,
    ),
    "largest of two": (
        lambda: linear(
            Calls(lambda x: torch.maximum(x[:, :4], x[:, 4:])), Calls(lambda x: torch.minimum(x, torch.tensor(0.2)))
        ),
        (3,),
        ["max", "max"],
    ),
    "residual": (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), Block(2), Block(2), nn.Flatten()), (1, 5, 5), ["relu"] * 4),
    "recurrent": (Recurrent, (4, 3), ["relu"] * 4),
    "recurrent by hand": (Written, (3, 3), ["clamp"] * 3),
    "drawn in place": (lambda: Calls(drawn), (4,), ["relu"]),
    "tokens": (lambda: nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), (5, 3), ["relu"]),
    "examples on another axis": (
        lambda: Calls(lambda x: x.transpose(0, 1).relu().amax(0)),
        (4, 3),
        ["relu", "max", "max"],
    ),
    "einsum": (
        lambda: Calls(lambda x, a: torch.einsum("nij,kj->nki", x, a.weight).relu(), nn.Linear(3, 4)),
        (5, 3),
        ["relu"],
    ),
    "dropout": (lambda: linear(nn.Dropout(), nn.ReLU(), nn.Dropout1d()), (3,), ["relu"]),
    "weight norm": (lambda: nn.Sequential(parametrizations.weight_norm(nn.Linear(3, 4)), nn.ReLU()), (3,), ["relu"]),
    "digits-net": (DigitsNet, (1, 8, 8), ["relu", "max", "max", "relu", "relu", "max", "max", "relu"]),
    "texture-net": (TextureNet, (3, 16, 16), ["relu"] * 7),
    "plane-net": (lambda: PlaneNet((16, 16), 3), (2,), ["relu"] * 2),
}


def made(case: str) -> tuple[nn.Module, tuple[int, ...]]:
    """A network of the zoo with random weights; normalisation has averages that matter."""
    torch.manual_seed(sum(map(ord, case)))
    make, shape, _ = ZOO[case]
    module = make()
    for part in module.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(part.running_mean)
            nn.init.uniform_(part.running_var, 0.5, 2)
            nn.init.normal_(part.weight)
            nn.init.normal_(part.bias)
    return module, shape


def read(module: nn.Module, shape: tuple[int, ...], decision: bool = False) -> Piecewise:
    return piecewise.read(module, torch.zeros(1, *shape), decision)


def segments(shape: tuple[int, ...], n: int = 120) -> tuple[Tensor, Tensor]:
    """Pairs of inputs, from far apart to very near."""
    start = torch.randn(n, *shape, dtype=torch.float64)
    length = torch.logspace(0.5, -6, n, dtype=torch.float64).view(n, *[1] * len(shape))
    return start, start + length * torch.randn(n, *shape, dtype=torch.float64)


def assert_affine_between_switches(network: Piecewise, shape: tuple[int, ...]) -> None:
    """Stage after stage: where all switches before keep their signs, the values are affine along the segment."""
    start, end = segments(shape)
    middle = (start + end) / 2
    same = np.ones(len(start), dtype=bool)
    for stage in range(len(network.stages) + 1):
        ask = network.outputs if stage == len(network.stages) else lambda x, k=stage: network.switches(k, x)[0]
        a, m, b = (ask(x).flatten(1).numpy() for x in (start, middle, end))
        error = np.abs((a + b) / 2 - m).max(1, initial=0)
        assert (error[same] <= 1e-12 * (1 + np.abs(m).max())).all()
        if stage < len(network.stages):
            assert a.shape == (len(start), network.stages[stage].size)
            same &= ((a > 0) == (b > 0)).all(1)
    assert same.sum() >= 10


@pytest.mark.parametrize("case", ZOO)
def test_between_switches_everything_is_affine(case: str) -> None:
    module, shape = made(case)
    network = read(module, shape)
    assert [stage.kind for stage in network.stages] == ZOO[case][2]
    assert_affine_between_switches(network, shape)


@pytest.mark.parametrize("case", ZOO)
def test_outputs_are_the_networks_own(case: str) -> None:
    module, shape = made(case)
    x = torch.randn(5, *shape, dtype=torch.float64)
    before = x.clone()
    network = read(module, shape)
    outputs = network.outputs(x)
    assert outputs.dtype == torch.float64 and torch.equal(x, before)
    torch.testing.assert_close(outputs.float(), module.eval()(x.float()), atol=2e-5, rtol=2e-5)
    assert all(
        torch.allclose(network.outputs(one), own, atol=1e-12) for one, own in zip(x.split(1), outputs, strict=True)
    )
    for stage in range(len(network.stages)):
        values, largest = network.switches(stage, x)
        alone = torch.cat([network.switches(stage, one)[0] for one in x.split(1)])
        assert torch.allclose(values, alone, atol=1e-12) and torch.equal(x, before)
        assert values.abs().max() <= 2 * largest + 6


@st.composite
def networks(draw: st.DrawFn) -> tuple[nn.Module, tuple[int, ...]]:
    """Layers of all kinds in a random order, from 2 numbers or from a small picture."""
    torch.manual_seed(draw(st.integers(0, 10_000)))
    layers: list[nn.Module] = []
    shape: tuple[int, ...]
    if draw(st.booleans()):
        shape, width = (2, 6, 6), 2
        for _ in range(draw(st.integers(1, 2))):
            stride, padding = draw(st.integers(1, 2)), draw(st.integers(0, 1))
            layers += [
                nn.Conv2d(width, 4, 3, stride, padding + 1, groups=draw(st.integers(1, 2))),
                draw(activation_layers(4)),
                draw(
                    st.sampled_from([nn.Identity(), nn.MaxPool2d(2), nn.AvgPool2d(2), nn.MaxPool2d(3, 2, 1), Block(4)])
                ),
            ]
            width = 4
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    else:
        shape, width = (2,), 2
    for wide in draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)):
        layers += [nn.Linear(width, 2 * wide, bias=draw(st.booleans())), draw(activation_layers(2 * wide))]
        width = 2 * wide
        if draw(st.booleans()):
            layers.append(Calls(lambda x: x.view(len(x), -1, 2).amax(2)))
            width = wide
    return nn.Sequential(*layers, nn.Linear(width, 2)), shape


def activation_layers(n: int) -> st.SearchStrategy[nn.Module]:
    return st.sampled_from(
        [nn.ReLU(), nn.ReLU(True), nn.LeakyReLU(0.2), nn.PReLU(n), Calls(torch.abs), nn.Hardtanh(-0.1, 0.2), nn.ReLU6()]
    )


@settings(max_examples=60)
@given(networks(), st.booleans())
def test_random_networks_are_affine_between_switches(made: tuple[nn.Module, tuple[int, ...]], decision: bool) -> None:
    assert_affine_between_switches(read(*made, decision), made[1])


# Stages.


def test_stages_are_named_by_their_modules() -> None:
    network = read(DigitsNet(), (1, 8, 8), decision=True)
    assert network.stages == (
        Stage("relu1", "relu", 512, -1),
        Stage("pool1", "max", 256, 0),
        Stage("pool1#2", "max", 128, 0),
        Stage("relu2", "relu", 256, -1),
        Stage("relu3", "relu", 256, -1),
        Stage("pool2", "max", 128, 1),
        Stage("pool2#2", "max", 64, 1),
        Stage("relu4", "relu", 16, -1),
        Stage("argmax", "argmax", 5, 2),
        Stage("argmax#2", "argmax", 2, 2),
        Stage("argmax#3", "argmax", 1, 2),
        Stage("argmax#4", "argmax", 1, 2),
    )


def test_functions_are_named_behind_the_module_that_calls_them() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), Block(2), Calls(lambda x: F.max_pool2d(x, 2).relu_()))
    assert [stage.name for stage in read(module, (1, 4, 4)).stages] == [
        "1.relu",
        "1.relu#2",
        "2.max_pool2d",
        "2.max_pool2d#2",
        "2.relu",
    ]
    assert [stage.name for stage in read(Block(1), (1, 3, 3)).stages] == ["relu", "relu#2"]
    assert [stage.name for stage in read(nn.ReLU(), (3,)).stages] == ["relu"]


def test_a_module_that_is_used_twice_has_two_stages() -> None:
    relu = nn.ReLU()
    module = nn.Sequential(nn.Linear(2, 3), relu, nn.Linear(3, 3), relu)
    assert [stage.name for stage in read(module, (2,)).stages] == ["1", "1#2"]


def test_two_thresholds_are_two_switches_one_threshold_after_the_other() -> None:
    x = torch.randn(7, 3, dtype=torch.float64)
    values, largest = read(nn.Hardtanh(-0.5, 0.25), (3,)).switches(0, x)
    assert torch.equal(values, torch.cat([x + 0.5, x - 0.25], 1)) and largest == float(x.abs().max())


# Maxima.


def bits_of(network: Piecewise, contest: int, x: Tensor) -> np.ndarray:
    stages = [k for k, stage in enumerate(network.stages) if stage.contest == contest]
    return torch.cat([network.switches(stage, x)[0] > 0 for stage in stages], 1).numpy()


@settings(max_examples=60)
@given(
    st.fixed_dictionaries(
        {
            "kernel_size": st.tuples(st.integers(1, 3), st.integers(2, 4)),
            "stride": st.one_of(st.none(), st.integers(1, 3)),
            "padding": st.integers(0, 1),
            "dilation": st.integers(1, 2),
            "ceil_mode": st.booleans(),
        }
    ),
    st.integers(7, 9),
)
def test_the_winners_of_a_pooling_are_its_indices(geometry: dict, side: int) -> None:
    if geometry["kernel_size"][0] == 1:
        geometry = geometry | {"padding": 0}
    x = torch.randn(4, 2, side, 8, dtype=torch.float64)
    network = read(Calls(lambda x: F.max_pool2d(x, **geometry)), (2, side, 8))
    _, indices = F.max_pool2d(x, **geometry, return_indices=True)
    assert np.array_equal(network.winners(0, bits_of(network, 0, x)), indices.flatten(1).numpy())


@pytest.mark.parametrize("size", [1, 2, 3, (2, 4)])
def test_the_winners_of_an_adaptive_pooling_are_its_indices(size: int) -> None:
    x = torch.randn(4, 2, 5, 7, dtype=torch.float64)
    network = read(nn.AdaptiveMaxPool2d(size), (2, 5, 7))
    _, indices = F.adaptive_max_pool2d(x, size, return_indices=True)
    assert np.array_equal(network.winners(0, bits_of(network, 0, x)), indices.flatten(1).numpy())


@settings(max_examples=40)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.data())
def test_the_winners_along_an_axis_are_its_argmax(shape: list[int], data: st.DataObject) -> None:
    axis = data.draw(st.integers(1, len(shape)))
    x = torch.randn(6, *shape, dtype=torch.float64)
    largest, least = (read(Calls(lambda x, f=f: f(x, axis)[0]), tuple(shape)) for f in (torch.max, torch.min))
    if shape[axis - 1] == 1:
        assert largest.stages == least.stages == ()
        return
    for network, indices in ((largest, x.argmax(axis)), (least, x.argmin(axis))):
        assert np.array_equal(network.winners(0, bits_of(network, 0, x)), indices.reshape(6, -1).numpy())


def test_the_winner_of_two_is_the_first_or_the_second() -> None:
    x = torch.randn(6, 5, dtype=torch.float64)
    largest, least = (read(Calls(lambda x, f=f: f(x, 0.3 - x)), (5,)) for f in (torch.maximum, torch.minimum))
    assert np.array_equal(largest.winners(0, bits_of(largest, 0, x)), (x < 0.3 - x).long().numpy())
    assert np.array_equal(least.winners(0, bits_of(least, 0, x)), (x > 0.3 - x).long().numpy())


@pytest.mark.parametrize("classes", range(2, 12))
def test_the_decision_is_the_argmax_of_the_outputs(classes: int) -> None:
    network = read(linear(nn.ReLU(), nn.Linear(8, classes)), (3,), decision=True)
    x = 3 * torch.randn(50, 3, dtype=torch.float64)
    rounds = [stage.size for stage in network.stages if stage.kind == "argmax"]
    assert len(rounds) == int(np.ceil(np.log2(classes))) and sum(rounds) == classes - 1
    assert np.array_equal(network.winners(0, bits_of(network, 0, x))[:, 0], network.outputs(x).argmax(1).numpy())


@pytest.mark.parametrize("flat", [True, False])
def test_a_single_output_decides_by_its_sign(flat: bool) -> None:
    module = linear(nn.ReLU(), nn.Linear(8, 1), *([nn.Flatten(0)] if flat else []))
    network = read(module, (3,), decision=True)
    x = 3 * torch.randn(50, 3, dtype=torch.float64)
    outputs = network.outputs(x).reshape(50, 1)
    assert network.stages[-1] == Stage("argmax", "argmax", 1, 0) and torch.equal(network.switches(1, x)[0], outputs)
    assert np.array_equal(network.winners(0, bits_of(network, 0, x)), (outputs > 0).long().numpy())


@settings(max_examples=40)
@given(st.integers(1, 3), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_a_bit_is_relevant_where_it_changes_the_winner(height: int, width: int, seed: int) -> None:
    """A bit off the winner's path may be anything; one on the path decides who wins."""
    network = read(nn.MaxPool2d((height, width), padding=(height // 2, 1)), (1, 5, 6))
    n = sum(stage.size for stage in network.stages)
    bits = np.random.default_rng(seed).random((3, n)) < 0.5
    relevant, winners = network.relevant(0, bits), network.winners(0, bits)
    assert relevant.shape == bits.shape
    for bit in range(n):
        flipped = bits.copy()
        flipped[:, bit] ^= True
        assert np.array_equal((network.winners(0, flipped) != winners).any(1), relevant[:, bit])


# Chains of linear layers.

CHAINS = {
    "relu": (nn.ReLU(), nn.ReLU()),
    "leaky": (nn.LeakyReLU(0.2), nn.LeakyReLU(-0.5)),
    "prelu": (nn.PReLU(8), nn.PReLU()),
    "abs": (Calls(torch.abs), nn.ReLU()),
    "bounded": (nn.Hardtanh(-0.3, 0.2), nn.ReLU6()),
    "clamped": (Calls(lambda x: x.clamp(max=0.1)), Calls(lambda x: x.clamp(min=-0.2))),
    "rarer": (nn.Hardsigmoid(), nn.Softshrink(0.2)),
    "normalised": (nn.Sequential(nn.BatchNorm1d(8), nn.ReLU()), nn.ReLU()),
    "normalised after": (nn.Sequential(nn.ReLU(), nn.BatchNorm1d(8)), nn.ReLU()),
    "two at once": (nn.Sequential(nn.ReLU(), nn.Linear(8, 4), nn.Linear(4, 8, bias=False)), nn.ReLU()),
}


@pytest.mark.parametrize("case", CHAINS)
def test_the_matrices_of_a_chain_are_the_network(case: str) -> None:
    first, second = CHAINS[case]
    module = nn.Sequential(nn.Flatten(), nn.Linear(4, 8), first, nn.Linear(8, 6, bias=False), second)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm1d):
            nn.init.normal_(part.running_mean)
            nn.init.uniform_(part.running_var, 0.5, 2)
    network = read(module, (2, 2), decision=True)
    assert network.dense is not None and len(network.dense) == 2
    x = 5 * torch.randn(20, 2, 2, dtype=torch.float64)
    a = x.flatten(1).numpy()
    for k, layer in enumerate(network.dense):
        z = a @ layer.weight.T + layer.bias
        switches = np.concatenate([z - threshold for threshold in layer.thresholds], 1)
        np.testing.assert_allclose(switches, network.switches(k, x)[0].numpy(), atol=1e-13)
        a = layer.offset + layer.slopes[0] * z
        for threshold, (before, after) in zip(layer.thresholds, pairwise(layer.slopes), strict=True):
            a = a + (after - before) * np.maximum(0, z - threshold)
    np.testing.assert_allclose(a, network.outputs(x).numpy(), atol=1e-13)


@pytest.mark.parametrize(
    "module",
    [
        nn.Conv1d(4, 2, 1),
        nn.Sequential(nn.Linear(1, 3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2)),
        nn.Sequential(nn.Flatten(), Calls(lambda x, a: x + F.relu(a(x)), nn.Linear(4, 4))),
        nn.Sequential(nn.Flatten(), Calls(lambda x, a, b: b(a(x).relu()) + a(x), nn.Linear(4, 4), nn.Linear(4, 4))),
        nn.Sequential(nn.Flatten(), nn.ReLU(), nn.Linear(4, 2)),
        nn.Sequential(nn.Flatten(), nn.Linear(4, 2), Calls(lambda x: x.flip(1)), nn.ReLU()),
        nn.Sequential(nn.Flatten(), nn.Linear(4, 6), Calls(lambda x: x.view(-1, 3, 2).amax(2))),
    ],
    ids=["convolution", "same weights at places", "residual", "branch", "no layer first", "turned", "maxout"],
)
def test_other_networks_have_no_matrices(module: nn.Module) -> None:
    shape = (4, 1)
    assert read(module, shape).dense is None


def test_what_turns_numbers_that_happen_to_be_equal_is_no_chain() -> None:
    module = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), Calls(lambda x: x.flip(1)), nn.Linear(3, 2))
    nn.init.constant_(module[0].bias, -100)  # so the numbers that are turned are zeros, for any input tried
    assert read(module, (2,)).dense is None


# What is refused, and why.

REFUSED: dict[str, tuple[nn.Module, str]] = {
    "gelu": (nn.GELU(), r"`gelu` in 1 \(GELU\) is smooth, not piecewise linear"),
    "silu": (nn.SiLU(), r"`silu` in 1 \(SiLU\) is smooth"),
    "sigmoid": (nn.Sigmoid(), r"`sigmoid` in 1 \(Sigmoid\) is smooth"),
    "tanh": (Calls(torch.tanh), r"`tanh` in 1 \(Calls\) is smooth"),
    "elu": (nn.ELU(inplace=True), r"`elu` in 1 \(ELU\) is smooth"),
    "softmax": (nn.Softmax(1), r"`softmax` in 1 \(Softmax\) weighs by exponentials"),
    "layer norm": (nn.LayerNorm(8), r"`layer_norm` in 1 \(LayerNorm\) divides by a spread that depends on the input"),
    "group norm": (nn.GroupNorm(2, 8), r"`group_norm` in 1 \(GroupNorm\) divides by a spread"),
    "rms norm": (nn.RMSNorm(8), r"in 1 \(RMSNorm\)"),
    "batch statistics": (nn.BatchNorm1d(8, track_running_stats=False), r"`batch_norm` in 1 .* divides by a spread"),
    "hardswish": (nn.Hardswish(), r"`hardswish` in 1 \(Hardswish\) is curved"),
    "hardshrink": (nn.Hardshrink(), r"`hardshrink` in 1 \(Hardshrink\) jumps"),
    "threshold": (nn.Threshold(0.1, 0.2), r"`threshold` in 1 \(Threshold\) jumps"),
    "product": (Calls(lambda x: x * x.relu()), r"`mul` in 1 .* multiplies two values that both depend on the input"),
    "attention": (Calls(lambda x: x @ x.T @ x), r"`mm` in 1 .* multiplies two values that both depend"),
    "square": (Calls(lambda x: x**2), r"`pow` in 1 .* is curved"),
    "quotient": (Calls(lambda x: x / (1 + x.abs())), r"`div` in 1 .* divides by a value that depends on the input"),
    "slope": (Calls(lambda x: F.prelu(x, x[0, :8])), r"`prelu` in 1 .* has a slope or a bound that depends"),
    "comparison": (Calls(lambda x: torch.where(x > 0, x, 0.1 * x)), r"`gt` in 1 .* jumps"),
    "branch": (Calls(lambda x: x if x.sum().item() > 0 else -x), r"`item` in 1 .* reads a number that depends"),
    "rounding": (Calls(torch.round), r"`round` in 1 .* jumps"),
    "whole numbers": (Calls(lambda x: x.int() * 1.0), r"`to` in 1 .* jumps"),
    "precision": (Calls(lambda x: x.half()), r"`to` in 1 .* rounds to torch.float16"),
    "index": (Calls(lambda x: x.max(1).indices * 1.0), r"`mul` in 1 .* computes with the index of a maximum"),
    "sort": (Calls(lambda x: x.sort(1).values), r"`sort` in 1 .* is not among the operations that can be read"),
    "tensors as bounds": (Calls(lambda x: x.clamp(max=torch.ones(8))), r"`clamp` in 1 .* has bounds that are tensors"),
    "chance": (Calls(F.dropout), r"`bernoulli` in 1 .* draws random numbers"),
    "noise": (Calls(lambda x: x + torch.rand(8)), r"`rand` in 1 .* draws random numbers"),
    "largest of a batch": (Calls(lambda x: x - x.max()), r"mixes the examples of a batch in 1.max"),
    "mean of a batch": (Calls(lambda x: x - x.mean(0)), r"mixes the examples of a batch in its forward"),
    "several": (Calls(lambda x: (x, x)), r"answers 2 examples with tuple: expected a row of numbers for each"),
    "infinite": (Calls(lambda x: x / 0), r"answers with NaN or infinite numbers"),
    "misfit": (nn.Linear(5, 2), r"cannot take examples of shape 3 in float64: RuntimeError: mat1 and mat2"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_piecewise_linear_is_refused_by_name(case: str) -> None:
    with pytest.raises(UsageError, match=f"^network 'Sequential':? .*{REFUSED[case][1]}") as caught:
        read(linear(REFUSED[case][0]), (3,))
    assert "\n" not in str(caught.value)


class Attentive(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(x, x, x)[0]


class Sequence(nn.Module):
    def __init__(self, cell: nn.Module) -> None:
        super().__init__()
        self.cell = cell

    def forward(self, x: Tensor) -> Tensor:
        return self.cell(x)[0][:, -1]


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (Attentive(), r"in attention \(MultiheadAttention\)"),
        (nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), r"in self_attn \(MultiheadAttention\)"),
        (Sequence(nn.LSTM(4, 3, batch_first=True)), r"`sigmoid` in cell \(LSTM\) is smooth"),
        (Sequence(nn.GRU(4, 3, batch_first=True)), r"`sigmoid` in cell \(GRU\) is smooth"),
        (Sequence(nn.RNN(4, 3, batch_first=True)), r"`tanh` in cell \(RNN\) is smooth"),
        (Calls(lambda x: F.scaled_dot_product_attention(x, x, x)), r"multiplies two values|weighs values by a softmax"),
    ],
    ids=["attention", "transformer", "lstm", "gru", "rnn", "function"],
)
@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_composite_layers_are_refused_by_a_name_that_a_reader_knows(module: nn.Module, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read(module, (5, 4))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("key", ["0.weight", "1.running_var"])
def test_numbers_that_are_not_finite_are_refused_by_name(value: float, key: str) -> None:
    module = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    module.state_dict()[key].view(-1)[1] = value
    with pytest.raises(UsageError, match=f"^network 'Sequential' has NaN or infinite numbers in '{key}': "):
        read(module, (3,))


def test_tokens_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^network 'words' reads whole numbers \(torch.int64\)"):
        piecewise.read(nn.Embedding(5, 3), torch.zeros(1, 4, dtype=torch.long), name="words")


def test_a_decision_needs_one_list_of_classes() -> None:
    with pytest.raises(
        UsageError, match=r"gives outputs of shape \(5, 4\): a decision needs one number for each class"
    ):
        read(nn.Linear(3, 4), (5, 3), decision=True)


def test_a_network_that_takes_another_path_is_refused_when_it_does() -> None:
    network = read(Calls(lambda x: x.relu() if x.numpy().max() < 50 else x.abs()), (3,))
    network.switches(0, torch.ones(4, 3))
    for ask in (network.outputs, lambda x: network.switches(0, x)):
        with pytest.raises(UsageError, match=r"^network 'Calls' takes another path for some inputs than for others: "):
            ask(torch.full((4, 3), 99.0))


# What stays untouched.


def test_the_callers_module_stays_as_it_is() -> None:
    module = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.ReLU(inplace=True), nn.Linear(4, 2)
    ).train()
    before = copy.deepcopy(module.state_dict())
    network = read(module, (3,), decision=True)
    network.switches(0, torch.randn(5, 3))
    assert all(torch.equal(tensor, before[key]) for key, tensor in module.state_dict().items())
    assert all(tensor.dtype == before[key].dtype for key, tensor in module.state_dict().items())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in module.parameters())
    assert all(part.training and not part._forward_hooks and not part._forward_pre_hooks for part in module.modules())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in network.module.modules())
    with torch.no_grad():
        next(module.parameters()).zero_()
    assert not torch.equal(next(network.module.parameters()), torch.zeros(4, 3))


def test_pruned_weights_and_plain_tensors_come_along() -> None:
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), Calls(lambda x, part: x @ part.shift, nn.Identity()))
    prune.l1_unstructured(module[0], "weight", 0.5)
    module[0](torch.zeros(1, 3))  # its weight is now the result of a product, which torch does not copy
    module[2].parts[0].shift = torch.randn(4, 4)
    network = read(module, (3,))
    assert network.dense is not None and np.array_equal(network.dense[0].weight == 0, module[0].weight.detach() == 0)
    torch.testing.assert_close(network.outputs(torch.ones(2, 3)).float(), module(torch.ones(2, 3)).detach())
    assert module[2].parts[0].shift.dtype == torch.float32


def test_reading_does_not_import_torchs_compiler() -> None:
    """It would take a second, where most networks are read in hundredths."""
    program = (
        "import sys, torch\n"
        "from generators.articles.multi_neuron.analysis import piecewise\n"
        "from generators.networks.digits_net import DigitsNet\n"
        "piecewise.read(DigitsNet(), torch.zeros(1, 1, 8, 8), True).switches(3, torch.zeros(5, 1, 8, 8))\n"
        "print('torch._dynamo' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False"]


# The affine map of a region.


@pytest.mark.parametrize(
    "case", ["digits-net", "plane-net", "residual", "recurrent by hand", "maxout by amax", "prelu", "drawn in place"]
)
def test_affine_maps_are_the_derivative_and_reproduce_the_outputs(case: str) -> None:
    module, shape = made(case)
    network = read(module, shape)
    origin, *axes = torch.randn(3, *shape, dtype=torch.float64)

    def place(p: Tensor) -> Tensor:
        return origin + torch.einsum("rk,k...->r...", p, torch.stack(axes))

    points = np.random.default_rng(0).normal(size=(40, 2))
    slope, constant = affine_map(network.module, place, points)
    outputs = network.outputs(place(torch.from_numpy(points))).flatten(1).numpy()
    np.testing.assert_allclose((slope @ points[..., None])[..., 0] + constant, outputs, atol=1e-12)
    if case != "recurrent by hand":  # autograd would need its state in float64
        for point, own in zip(torch.from_numpy(points[:5]), slope, strict=False):
            jacobian = torch.autograd.functional.jacobian(lambda p: network.module(place(p[None])).flatten(), point)
            np.testing.assert_allclose(own, jacobian, atol=1e-12)


def test_affine_maps_are_as_exact_where_regions_are_tiny() -> None:
    """Two neurons switch 1e-13 apart: between them a difference of outputs could not see the slope."""
    module = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1, bias=False)).double()
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
        module[0].bias.copy_(torch.tensor([-0.5, -0.5 - 1e-13], dtype=torch.float64))
        module[2].weight.copy_(torch.tensor([[3.0, 4.0]]))
        slope, constant = affine_map(module, lambda p: p, np.array([[0.5 + 5e-14, 0.1], [0.6, 0.1], [0.4, 0.1]]))
    np.testing.assert_array_equal(slope[:, 0], [[3, 0], [7, 0], [0, 0]])
    np.testing.assert_allclose(constant[:, 0], [-1.5, -3.5, 0], atol=1e-12)
