"""What layers add, against activations that are chosen by hand and against loops over tokens and memories."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from generators.articles.key_value_memory.analysis import anatomy, outputs
from generators.articles.key_value_memory.analysis.anatomy import Anatomy
from generators.articles.key_value_memory.analysis.outputs import Outputs, both_ways, cosines, look
from generators.datasets.corpus import held_out
from generators.networks import Network
from tests.articles.key_value_memory import tiny


def looked(network: Network, found: Anatomy, signs: list[Tensor] | None = None) -> list[Outputs]:
    return look(network, found, held_out(network.dataset), signs or [torch.ones(tiny.F)] * len(found.layers))


def test_shares_of_chosen_activations_are_known() -> None:
    """Token 0 fires one memory, 1 two alike, 2 one of length 3 beside one of 1, 3 four alike, 4 none; a value that is
    twice as long counts twice, and so does a negative activation."""
    activation = torch.zeros(tiny.N_TOKENS, 4)
    activation[:5] = torch.tensor([[2, 0, 0, 0], [1, 1, 0, 0], [-3, 1, 0, 0], [2, 2, 2, 1], [0, 0, 0, 0.0]])
    values = torch.eye(4) * torch.tensor([1, 1, 1, 2])
    texts = torch.arange(5).repeat(8, 2)[:, : tiny.CONTEXT + 1]
    times = texts[-2:, :-1].flatten().bincount(minlength=5).double()
    (found,) = look(*_chosen(activation, values, texts), [torch.ones(4)])
    share, half = torch.tensor([1, 0.5, 0.75, 0.25, 0]).double(), torch.tensor([1, 1, 1, 2, 0]).double()
    assert found.n == 2 * tiny.CONTEXT
    assert found.dominant == pytest.approx(float(times @ share)) and found.half == times @ half


def _chosen(activation: Tensor, values: Tensor, texts: Tensor) -> tuple:
    head = torch.eye(tiny.N_TOKENS)[:, : values.shape[1]]
    network, found = tiny.bank(activation, values, head, texts)
    network = tiny.network(network.module, texts, held_out=2)
    return network, found, held_out(network.dataset)


def talkative(seed: int, gated: bool = False) -> Network:
    """A network of 60 tokens, which says many of them: it reads them loudly, and nothing is added to all alike."""
    module = tiny.gpt(seed, gated, n_tokens=60)
    module.tokens.weight *= 4
    for norm in (module.norm, *(block.norm2 for block in module.blocks)):
        norm.weight.fill_(1)
        norm.bias.zero_()
    for block in module.blocks:
        block.mlp.value.bias.zero_()
    return tiny.network(module, tiny.windows(n_tokens=60), n_tokens=60)


@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 3])
def test_every_count_is_that_of_a_loop_over_tokens_and_memories(
    seed: int, gated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a gate some memories are turned, activation and value, which leaves what they write as it is."""
    monkeypatch.setattr(outputs, "ROWS_AT_ONCE", 10**6)  # a token's control is half of all tokens away
    network = talkative(seed, gated)
    found, x = anatomy.find(network), network.dataset.test.x
    final, head = network.module(x).flatten(0, 1).argmax(1), network.module.head.weight.double().numpy()
    fired = tiny.activations(network.module, x)
    draw = torch.Generator().manual_seed(seed)
    signs = [1 - 2.0 * gated * torch.randint(2, (tiny.F,), generator=draw) for _ in fired]
    assert len(final.unique()) > 8
    for layer, each, activation, sign in zip(found.layers, looked(network, found, signs), fired, signs, strict=True):
        sign = sign.double().numpy()
        rows = activation.reshape(-1, tiny.F) * sign
        values = layer.values().double().numpy() * sign[:, None]
        says, each_says = (rows @ values @ head.T).argmax(1), (values @ head.T).argmax(1)
        n = len(rows)

        def agree(shift: int, rows=rows, says=says, each_says=each_says, n=n) -> int:
            return sum(any(each_says[i] == says[k - shift] for i in np.flatnonzero(rows[k] > 0)) for k in range(n))

        lengths = -np.sort(-np.abs(rows) * np.linalg.norm(values, axis=1), 1)
        halves = [next(m for m in range(1, tiny.F + 1) if row[:m].sum() >= row.sum() / 2) for row in lengths]
        assert (each.n, each.any_agrees, each.any_control) == (n, agree(0), agree(n // 2))
        assert each.argmax_same == (torch.from_numpy(says) == final).sum()
        assert each.half == sum(halves)
        assert each.dominant == pytest.approx((lengths[:, 0] / lengths.sum(1)).sum(), rel=1e-5)
        assert 0 < each.any_control != each.any_agrees < n


def test_parts_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    network = talkative(1)
    found = anatomy.find(network)
    whole = looked(network, found)
    assert min(each.argmax_same for each in whole) > 3
    monkeypatch.setattr(outputs, "ROWS_AT_ONCE", 7)
    for one, other in zip(whole, looked(network, found), strict=True):
        for name in ("n", "half", "any_agrees", "argmax_same", "lens_same"):
            assert getattr(other, name) == getattr(one, name)
        assert (other.dominant, other.lens_loss) == pytest.approx((one.dominant, one.lens_loss))


@pytest.mark.parametrize("has_bias", [False, True])
def test_the_lens_after_the_last_layer_is_the_network(has_bias: bool) -> None:
    module = tiny.gpt(1)
    if has_bias:
        module.head.bias = torch.nn.Parameter(torch.arange(float(tiny.N_TOKENS)), requires_grad=False)
    network = tiny.network(module)
    *_, last = looked(network, anatomy.find(network))
    test = network.dataset.test
    loss = cross_entropy(module(test.x).flatten(0, 1), test.y.flatten())
    assert last.lens().loss == pytest.approx(float(loss), rel=1e-5) and last.lens().same == 1


def test_the_lens_after_an_earlier_layer_is_the_network_that_ends_there() -> None:
    module = tiny.gpt(2)
    network = tiny.network(module)
    first, _ = looked(network, anatomy.find(network))
    test = network.dataset.test
    says = module(test.x)
    del module.blocks[1]
    ends = module(test.x)
    assert first.lens().loss == pytest.approx(float(cross_entropy(ends.flatten(0, 1), test.y.flatten())), rel=1e-5)
    assert first.lens().same == pytest.approx(float((ends.argmax(2) == says.argmax(2)).double().mean()))
    assert 0 < first.lens().same < 1


@pytest.mark.parametrize("gated", [False, True])
def test_both_ways_of_adding_give_what_the_layer_adds(gated: bool) -> None:
    """Up to rounding, which is not nothing: the order of the sums differs."""
    network = tiny.network(tiny.gpt(4, gated))
    for each in looked(network, anatomy.find(network)):
        assert 0 < each.identity_error < 1e-5
    generator = torch.Generator().manual_seed(0)
    activation, values = torch.randn(9, 30, generator=generator), torch.randn(30, 5, generator=generator)
    difference, largest = both_ways(activation, values)
    assert difference < 1e-5 and largest == pytest.approx(float((activation @ values).abs().max()), rel=1e-5)
    assert both_ways(torch.zeros(3, 4), torch.ones(4, 2)) == (0, 0) and Outputs().identity_error == 0


def test_both_ways_are_not_one_calculation_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scaled value that were left out would show."""
    activation, values = torch.ones(2, 3), torch.eye(3)
    monkeypatch.setattr(torch, "zeros_like", lambda x: torch.full(x.shape, 0.5))
    assert both_ways(activation, values) == (0.5, 1.5)


def test_the_nearest_values_are_those_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "ROWS_AT_ONCE", 4)
    values = torch.randn(11, 3, generator=torch.Generator().manual_seed(0))
    values[7] = -2 * values[2]
    unit = (values / values.norm(dim=1, keepdim=True)).numpy()
    pairs = [max(abs(float(unit[i] @ unit[j])) for j in range(11) if j != i) for i in range(11)]
    nearest, by_lot = cosines(values, 0)
    assert pairs[2] == pytest.approx(1) and nearest == pytest.approx(np.mean(pairs), rel=1e-5)
    assert 0 < by_lot < 1 and (nearest, by_lot) == cosines(values, 0)
    orthogonal, by_lot = cosines(torch.eye(200), 0)
    assert orthogonal == 0 and 0.15 < by_lot < 0.3  # the largest of 199 normal numbers of 1 / sqrt(200): about 0.2
