"""The published objective in linear time: the same number and the same gradient as from every pair."""

import pytest
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.objective import (
    pulled_back,
    spread,
    spread_gradient,
    spread_of_pairs,
)


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def embed(x: Tensor) -> Tensor:
    """Something curved, (n, 4) -> (n, 7), in the number type it is given."""
    w = numbers(4, 7, seed=9).to(x)
    return torch.tanh(x @ w) + 0.1 * (x @ w).square()


def test_two_points_count_twice():
    assert float(spread(torch.tensor([[0.0, 0.0], [3.0, 4.0]]))) == pytest.approx(2 * 25)
    assert float(spread_of_pairs(torch.tensor([[0.0, 0.0], [3.0, 4.0]]))) == 2 * 25


@pytest.mark.parametrize("n", [1, 2, 17, 100])
@pytest.mark.parametrize("mean", [0.0, 1e4])
def test_the_sum_is_that_of_every_pair(n, mean):
    e = numbers(n, 12) + mean
    assert float(spread(e)) == pytest.approx(float(spread_of_pairs(e.double())), rel=1e-9, abs=1e-9)
    assert spread(e).dtype == torch.float64


@pytest.mark.parametrize("at_once", [1, 3, 32, 40, 100])
@pytest.mark.parametrize("mean", [0.0, 1e4])
def test_the_gradient_in_parts_is_autograds_through_pairs(at_once, mean):
    x = numbers(40, 4)
    exact = x.double().requires_grad_(True)
    (expected,) = torch.autograd.grad(spread_of_pairs(embed(exact) + mean), exact)
    precise = spread_gradient(lambda x: embed(x) + mean, x.double(), at_once)
    assert float((precise - expected).abs().max()) < 1e-6 * float(expected.abs().max())
    found = spread_gradient(lambda x: embed(x) + mean, x, at_once)
    rounding = 2e-3 if mean else 1e-6  # of float32 embeddings near 1e4 themselves: 1e-3 each
    assert float((found - expected).abs().max()) < rounding * float(expected.abs().max())


def test_the_gradient_of_a_shared_mean_loses_nothing_beside_the_embeddings_own_rounding():
    """The same rounded embeddings, by pairs in 64 bits: whatever is lost is lost before."""
    e = numbers(64, 8) + 1e4
    (expected,) = torch.autograd.grad(spread_of_pairs(exact := e.double().requires_grad_(True)), exact)
    found = spread_gradient(lambda x: x, e, 16)
    assert float((found - expected).abs().max()) < 1e-6 * float(expected.abs().max())


def test_no_more_points_than_asked_are_embedded_at_once_and_no_graph_outlives_its_part():
    sizes: list[tuple[int, bool]] = []

    def watched(x: Tensor) -> Tensor:
        sizes.append((len(x), torch.is_grad_enabled()))
        return embed(x)

    spread_gradient(watched, numbers(10, 4), 4)
    assert sizes == [(4, False), (4, False), (2, False), (4, True), (4, True), (2, True)]


def test_any_objectives_gradient_can_be_pulled_back():
    x, slope = numbers(9, 4), numbers(9, 7, seed=3)
    variable = x.clone().requires_grad_(True)
    (expected,) = torch.autograd.grad((embed(variable) * slope).sum(), variable)
    found = pulled_back(embed, x, lambda _e, rows: slope[rows], 2)
    torch.testing.assert_close(found, expected)
