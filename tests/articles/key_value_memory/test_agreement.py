"""Agreement, purity and clearness of memories that are made by hand, so that the right answer is known."""

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.agreement import against, agreed, agreement, purity
from generators.articles.key_value_memory.analysis.anatomy import Anatomy
from generators.articles.key_value_memory.analysis.clearness import clearest, clearness
from generators.articles.key_value_memory.analysis.projection import likeliest
from generators.articles.key_value_memory.analysis.unembedding import identity

N_DEALS = 2_000


def draw(*shape: int, n_tokens: int, seed: int = 0) -> Tensor:
    """Tokens by lot, the first ones far more often."""
    skewed = torch.rand(shape, generator=torch.Generator().manual_seed(seed)) ** 3
    return (skewed * n_tokens).long()


def test_values_that_are_the_heads_rows_of_what_follows_always_agree() -> None:
    """The control's mean over many deals is the closed form: the sum over tokens of how often it is said times how
    often it follows; with a value that says what follows, the sum of squares. Uniform chance is far less."""
    n_tokens, f = 30, 120
    following = draw(f, 4, n_tokens=n_tokens)
    head = torch.linalg.qr(torch.randn(40, n_tokens, generator=torch.Generator().manual_seed(1)))[0].T
    anatomy = Anatomy((), head, identity, False)
    values = 3 * head[following[:, 0]]
    said = likeliest(anatomy, values)[1][:, 0]
    found = agreement(said, following, N_DEALS, 0)
    share = following[:, 0].bincount() / f
    assert found.top1 == 1
    assert found.control == pytest.approx(float(share.square().sum()), abs=4 * found.control_spread / N_DEALS**0.5)
    assert found.control > 2 / n_tokens
    assert found.top25 == pytest.approx(float((following == following[:, :1]).double().mean()))


def test_a_control_is_the_mean_and_the_most_of_deals_whose_spread_is_known() -> None:
    """One memory of n says what follows one other and nobody else does: a deal hits with chance 1 / n."""
    n = 12
    said, following = torch.full((n,), 7), torch.full((n, 1), 3)
    said[0], following[1] = 5, 5
    found = agreement(said, following, N_DEALS, 0)
    assert found.top1 == 0
    assert found.control == pytest.approx(1 / n**2, rel=0.3)
    assert found.control_spread == pytest.approx((1 / n * (1 - 1 / n)) ** 0.5 / n, rel=0.2)
    assert found.control_most == pytest.approx(1 / n)
    assert found == agreement(said, following, N_DEALS, 0) != agreement(said, following, N_DEALS, 1)


def test_memories_that_never_fire_are_left_out() -> None:
    following = torch.tensor([[1, 2, -1], [-1, -1, -1], [4, 4, 4]])
    found = agreement(torch.tensor([1, -1, 3]), following, 10, 0)
    assert (found.top1, found.top25) == (0.5, 0.25)
    np.testing.assert_array_equal(agreed(torch.tensor([2, -1, 4]), following), [0.5, np.nan, 1])


def test_purity_is_the_share_of_the_commonest() -> None:
    tokens = torch.tensor([[1, 1, 2, 3], [5, 5, 5, 5], [1, 2, 3, 4], [2, 2, -1, -1], [1, -1, -1, -1], [-1] * 4])
    np.testing.assert_allclose(purity(tokens), [0.5, 1, 0.25, 1, 1, np.nan])
    random = draw(50, 9, n_tokens=5)
    counted = [np.bincount(row).max() / 9 for row in random.numpy()]
    np.testing.assert_allclose(purity(random), counted)


def test_values_that_point_away_from_the_token_that_ends_their_texts() -> None:
    head = torch.eye(4)
    last = torch.tensor([[0, 1, 0], [1, 1, 2], [3, 3, 3], [-1, -1, -1]])
    values = torch.tensor([[-1.0, 9, 9, 9], [9, -1, 9, 9], [9, 9, 9, 1], [-9, -9, -9, -9]])
    share, dealt = against(head, values, last, N_DEALS, 0)
    assert share == pytest.approx(2 / 3)
    assert dealt == pytest.approx(2 / 9, abs=0.02)  # of nine pairs of a value and a key, two


def test_the_likeliest_tokens_are_those_of_all_products() -> None:
    generator = torch.Generator().manual_seed(0)
    head, vectors = torch.randn(17, 5, generator=generator), torch.randn(600, 5, generator=generator)
    anatomy = Anatomy((), head, torch.nn.LayerNorm(5).requires_grad_(False), False)
    for normed in (False, True):
        read = (vectors - vectors.mean(1, keepdim=True)) if normed else vectors
        products = read.double().numpy() @ head.double().numpy().T
        scores, tokens = likeliest(anatomy, vectors, 3, normed)
        np.testing.assert_array_equal(tokens, np.argsort(-products, 1)[:, :3])
        scale = read.std(1, correction=0)[:, None] if normed else 1
        np.testing.assert_allclose((scores * scale).numpy(), -np.sort(-products, 1)[:, :3], rtol=1e-3, atol=1e-3)


def test_the_clearest_memories_come_first_whatever_their_layer() -> None:
    random = np.random.default_rng(0)
    scores = [random.integers(0, 5, n).astype(float) for n in (7, 3, 9)]
    scores[1][:] = -np.inf
    every = [(-score, layer, index) for layer, each in enumerate(scores) for index, score in enumerate(each)]
    for n in (0, 1, 5, 12, 19, 40):
        expected = {(layer, index): place for place, (_, layer, index) in enumerate(sorted(every)[:n])}
        found = clearest(scores, n)
        chosen = {
            (layer, int(index)): int(place)
            for layer, (indices, places) in enumerate(found)
            for index, place in zip(indices, places, strict=True)
        }
        assert chosen == expected
        assert all((np.diff(indices) > 0).all() for indices, _ in found)


def test_clearness_adds_three_shares_and_puts_silent_memories_last() -> None:
    last, following = np.array([0.5, np.nan, 1]), np.array([0.25, np.nan, 1])
    found = clearness(np.array([1, 0, 1]), last, following, np.array([0.125, np.nan, np.nan]))
    assert found.tolist() == [0.875, -np.inf, 2]


def test_a_memory_of_one_text_is_not_clear_for_agreeing_with_itself() -> None:
    one, all_ = clearness(np.array([0.04, 1]), np.ones(2), np.array([1, 0.5]), np.array([1, 0.5]))
    assert one == pytest.approx(0.12) and all_ == 2
