"""Attributions are what they claim: exact where the rest is linear, derivatives elsewhere, the same either way."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from generators.articles.activation_atlas.analysis.collecting import taps
from generators.articles.activation_atlas.analysis.collecting.taps import Look, Tap, look
from generators.errors import UsageError
from generators.networks import Network
from tests.articles.activation_atlas import tiny

N, PLACES = 9, 36


class NoForward(torch.autograd.Function):
    """A square whose derivative torch finds backward only, as many times as one likes."""

    @staticmethod
    def forward(ctx, x):  # type: ignore[no-untyped-def]
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, gradient):  # type: ignore[no-untyped-def]
        return 2 * ctx.saved_tensors[0] * gradient


class NoDerivative(torch.autograd.Function):
    """The same without any."""

    @staticmethod
    def forward(ctx, x):  # type: ignore[no-untyped-def]
        return x**2


class Squared(nn.Module):
    def __init__(self, square: type[torch.autograd.Function]) -> None:
        super().__init__()
        self.before, self.square, self.head = nn.Conv2d(3, 4, 3), square, nn.Linear(4, 5)
        self.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.square.apply(self.before(x)).mean((2, 3)))


def inputs(n: int = N) -> Tensor:
    return torch.randn(n, 3, tiny.SIDE, tiny.SIDE, generator=torch.Generator().manual_seed(5))


def places(tap: Tap, n: int = N) -> Tensor:
    draw = torch.Generator().manual_seed(6)
    return torch.stack([torch.randint(1, side - 1, (n,), generator=draw) for side in tap.shape[1:]], 1)


def looked(network: Network, path: str, forward: bool | None = None) -> tuple[Look, Tensor]:
    (tap,) = taps.taps(network, [path], inputs(1))
    if forward is not None:
        tap = replace(tap, forward=forward)
    at = places(tap)
    return look(network, [tap], inputs(), {path: at}), at


def test_it_is_exact_where_the_rest_is_linear(tmp_path: Path) -> None:
    network = tiny.network(tmp_path)
    seen, at = looked(network, "late")
    exact = seen.vectors["late"] @ network.module.head.weight.T / PLACES  # type: ignore[operator, union-attr]
    assert seen.attribution.abs().max() > 0.01
    torch.testing.assert_close(seen.attribution, exact)

    def without(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        return output - taps.alone(output, at)

    hook = network.module.late.register_forward_hook(without)  # type: ignore[union-attr, operator]
    zeroed = network.module(inputs())
    hook.remove()
    torch.testing.assert_close(seen.attribution, seen.logits - zeroed)


@pytest.mark.parametrize("path", ["first", "early", "pool", "second"])
def test_it_is_the_derivative_when_the_position_grows(tmp_path: Path, path: str) -> None:
    network = tiny.network(tmp_path, tiny.Net().double())
    (tap,) = taps.taps(network, [path], inputs(1).double())
    at, step, answers = places(tap), 1e-6, []
    seen = look(network, [tap], inputs().double(), {path: at})
    for sign in (1, -1):
        hook = network.module.get_submodule(path).register_forward_hook(
            lambda _module, _inputs, output, sign=sign: output + sign * step * taps.alone(output, at)
        )
        answers.append(network.module(inputs().double()))
        hook.remove()
    torch.testing.assert_close(seen.attribution, (answers[0] - answers[1]) / (2 * step), atol=1e-7, rtol=1e-5)


@pytest.mark.parametrize("path", ["first", "early", "late"])
def test_forward_and_twice_backward_agree(tmp_path: Path, path: str) -> None:
    network = tiny.network(tmp_path)
    (forward, _), (backward, _) = (looked(network, path, each) for each in (True, False))
    torch.testing.assert_close(forward.attribution, backward.attribution)
    torch.testing.assert_close(forward.logits, backward.logits)
    assert torch.equal(forward.vectors[path], backward.vectors[path])


def test_a_step_without_forward_formula_goes_backward(tmp_path: Path) -> None:
    network = tiny.network(tmp_path, Squared(NoForward))
    (tap,) = taps.taps(network, ["before"], inputs(1))
    assert not tap.forward
    seen, _ = looked(network, "before")
    exact = 2 * seen.vectors["before"] ** 2 @ network.module.head.weight.T / 100  # type: ignore[operator, union-attr]
    torch.testing.assert_close(seen.attribution, exact)


def test_a_step_without_derivative_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'tiny' cannot be differentiated from the layer 'before'"):
        taps.taps(tiny.network(tmp_path, Squared(NoDerivative)), ["before"], inputs(1))


def test_a_module_that_runs_twice_is_read_the_first_time(tmp_path: Path) -> None:
    class Twice(tiny.Net):
        def forward(self, x: Tensor) -> Tensor:
            x = self.pool(self.early(self.first(x)))
            return self.head(self.early(self.second(x)).mean((2, 3)))

    seen, at = looked(tiny.network(tmp_path, Twice()), "early")
    exact = torch.relu(tiny.Net().first(inputs()))
    assert torch.equal(seen.vectors["early"], taps.at(exact, at))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("lat", r"network 'tiny' runs no layer 'lat': did you mean 'late'"),
        ("head", r"layer 'head' of network 'tiny' gives 7 for a picture: .* at least 3 rows .*'second', 'late'"),
    ],
)
def test_a_layer_without_maps_is_refused(tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        taps.taps(tiny.network(tmp_path), ["late", path], inputs(1))


def test_a_map_that_is_all_edge_is_refused(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 11), nn.Flatten(), nn.Linear(16, 3))  # maps of 2 by 2
    with pytest.raises(UsageError, match=r"layer '0' .* gives 4×2×2 .* no such layer"):
        taps.taps(tiny.network(tmp_path, net), ["0"], inputs(1))
