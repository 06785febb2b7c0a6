"""Silencing a memory is zeroing its value in a copy; its control is as long a change; nothing is left behind."""

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from generators.articles.key_value_memory.analysis import anatomy, removal
from generators.articles.key_value_memory.analysis.anatomy import Anatomy
from generators.articles.key_value_memory.analysis.hooks import activations, changed, residuals, run, without
from generators.articles.key_value_memory.analysis.reading import Read, read
from generators.articles.key_value_memory.analysis.removal import (
    Effects,
    over_text,
    over_text_whole,
    silence,
    texts_of,
)
from generators.datasets.corpus import held_out
from generators.networks import Network
from generators.networks.gpt import GPT
from tests.articles.key_value_memory import tiny
from tests.articles.key_value_memory.tiny import CONTEXT, F

K = 4


def made(seed: int = 0, gated: bool = False) -> tuple[Network, Anatomy, list[Read]]:
    network = tiny.network(tiny.gpt(seed, gated))
    found = anatomy.find(network)
    return network, found, read(network, found, tiny.corpus(network), K)


def copied(module: GPT, index: int, change: Callable[[Tensor], Tensor]) -> GPT:
    """A copy with other values (f, d) in one layer."""
    other = copy.deepcopy(module)
    value = other.blocks[index].mlp.value
    value.weight = nn.Parameter(change(value.weight.T).T.contiguous(), requires_grad=False)
    return other


def zeroed(module: GPT, index: int, memory: int) -> GPT:
    return copied(module, index, lambda values: values * (torch.arange(F) != memory)[:, None])


def alone(module: nn.Module, network: Network, place: int) -> tuple[float, int]:
    """What a network says after one text read alone: log p of what follows, and the likeliest token."""
    x, y = tiny.corpus(network).read(np.array([place // CONTEXT]))
    said = module(x[:, : place % CONTEXT + 1])[0, -1].log_softmax(0)
    return float(said[y[0, place % CONTEXT]]), int(said.argmax())


def effects(network: Network, found: Anatomy, index: int, of: Read, memories: np.ndarray) -> Effects:
    texts = texts_of(of, memories, np.arange(len(memories)), K, CONTEXT)
    return silence(network, found, index, tiny.corpus(network), texts, 0)


@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize("at_once", [2 * CONTEXT, 4096])
def test_silencing_is_zeroing_the_value_in_a_copy(gated: bool, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "TOKENS_AT_ONCE", at_once)
    network, found, reads = made(gated=gated)
    memories = np.array([1, 4, 5, 20])
    for index, of in enumerate(reads):
        result = effects(network, found, index, of, memories)
        there = [(row, rank) for row, m in enumerate(memories) for rank in range(K) if of.place[m, rank] >= 0]
        assert sorted(zip(result.texts.row.tolist(), result.texts.rank.tolist(), strict=True)) == there
        rises: dict[int, list[float]] = {row: [] for row, _ in there}
        for n, (row, rank) in enumerate(zip(result.texts.row.tolist(), result.texts.rank.tolist(), strict=True)):
            memory = memories[row]
            place = int(of.place[memory, rank])
            assert (int(result.texts.memory[n]), int(result.texts.place[n])) == (memory, place)
            before, after = (
                alone(module, network, place) for module in (network.module, zeroed(network.module, index, memory))
            )
            assert (float(result.before.log_p[n]), int(result.before.said[n])) == pytest.approx(before, abs=1e-4)
            assert (float(result.after.log_p[n]), int(result.after.said[n])) == pytest.approx(after, abs=1e-4)
            rises[row].append(before[0] - after[0])
        expected = [np.mean(each) for each in rises.values()]
        assert result.rises().tolist() == pytest.approx(expected, abs=1e-4) and np.ptp(expected) > 0.02


@pytest.mark.parametrize("gated", [False, True])
def test_the_control_changes_the_output_by_as_long_a_vector(gated: bool) -> None:
    network, found, _ = made(gated=gated)
    layer, x = found.layers[0], tiny.windows(6)[:, :-1]
    memory, values = torch.tensor([3, 3, 0, 7, 9, 1]), layer.values()
    away = removal._random_directions(values, 0)
    torch.testing.assert_close(away.norm(dim=1), values.norm(dim=1))

    def output(around: AbstractContextManager[None] | None = None) -> Tensor:
        given: list[Tensor] = []
        with around or torch.no_grad():
            hook = layer.value.register_forward_hook(lambda *call: given.append(call[2]))
            run(network, x)
            hook.remove()
        return given[0]

    plain = output()
    silenced, control = output(without(layer, memory)), output(without(layer, memory, away[memory]))
    fired = tiny.activations(network.module, x)[0][torch.arange(6)[:, None], torch.arange(CONTEXT), memory[:, None]]
    expected = torch.from_numpy(fired)[..., None] * values[memory][:, None]
    torch.testing.assert_close(plain - silenced, expected, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close((plain - control).norm(dim=2), expected.norm(dim=2), atol=1e-4, rtol=1e-4)
    cosine = torch.cosine_similarity(plain - control, expected, dim=2)[expected.norm(dim=2) > 1e-3]
    assert cosine.abs().max() < 0.99


def test_what_fires_is_seen_as_it_came_where_it_is_silenced() -> None:
    network, found, _ = made()
    x = tiny.windows(3)[:, :-1]
    fired = tiny.activations(network.module, x)[0]
    with activations(found) as seen, without(found.layers[0], torch.from_numpy(fired[:, -1].argmax(1))):
        run(network, x)
    np.testing.assert_allclose(seen[0], fired, atol=1e-5)


def test_a_memory_that_never_fires_changes_nothing() -> None:
    network, found, _ = made()
    network.module.blocks[0].mlp.key.bias[2] = -99
    rise, control = over_text(network, found, 0, held_out(network.dataset), np.array([2, 3]), 0)
    assert rise[0] == control[0] == 0 and rise[1] != 0 != control[1]
    of = read(network, found, tiny.corpus(network), K)[0]
    texts = texts_of(of, np.array([2, 3]), np.arange(2), K, CONTEXT)
    assert texts.memory.unique().tolist() == [3] and len(effects(network, found, 0, of, np.array([2, 3])).rises()) == 1


def test_only_the_texts_that_are_asked_for_are_read() -> None:
    _, _, reads = made()
    one, other, third = memories = np.flatnonzero(reads[0].place[:, 1] >= 0)[:3]
    found = texts_of(reads[0], memories, np.array([2, 0]), 2, CONTEXT)
    assert sorted(zip(found.row.tolist(), found.memory.tolist(), found.rank.tolist(), strict=True)) == [
        (0, one, 0), (0, one, 1), (2, third, 0), (2, third, 1),
    ]  # fmt: skip
    assert other not in found.memory
    assert ((found.place % CONTEXT).diff() >= 0).all()


@pytest.mark.parametrize("gated", [False, True])
def test_over_held_out_text_losses_rise_as_without_the_value(gated: bool) -> None:
    network, found, _ = made(3, gated)
    test = network.dataset.test

    def loss(module: nn.Module) -> float:
        return float(cross_entropy(module(test.x).flatten(0, 1), test.y.flatten()))

    away = removal._random_directions(found.layers[1].values(), 5)
    rises, controls = over_text(network, found, 1, held_out(network.dataset), np.array([0, 6]), 5)
    base = loss(network.module)
    assert rises.tolist() == pytest.approx([loss(zeroed(network.module, 1, m)) - base for m in (0, 6)], abs=1e-5)
    others = [copied(network.module, 1, lambda v, m=m: v - (torch.arange(F) == m)[:, None] * away[m]) for m in (0, 6)]
    assert controls.tolist() == pytest.approx([loss(each) - base for each in others], abs=1e-5)
    whole, dealt = over_text_whole(network, found, 1, held_out(network.dataset), 5)
    assert whole == pytest.approx(loss(copied(network.module, 1, torch.zeros_like)) - base, abs=1e-5)
    order = torch.randperm(F, generator=torch.Generator().manual_seed(5)).argsort()
    assert dealt == pytest.approx(loss(copied(network.module, 1, lambda v: v[order])) - base, abs=1e-5)


def test_rises_of_a_network_made_by_hand_are_known() -> None:
    """Two memories, each fired by one token alone, say one token each: without it all tokens are as likely."""
    activation = torch.zeros(tiny.N_TOKENS, 2)
    activation[0, 0], activation[1, 1] = 3, 5
    head = torch.eye(tiny.N_TOKENS)
    texts = torch.tensor([0, 4, 1, 7, 0, 4, 2, 2, 2]).repeat(12, 1)
    network, found = tiny.bank(activation, head[[4, 7]], head, texts)
    (of,) = read(network, found, tiny.corpus(network), K)
    assert (of.place >= 0).sum(1).tolist() == [2, 1]
    result = effects(network, found, 0, of, np.array([0, 1]))
    rise = [np.log(11) + height - np.log(np.exp(height) + 10) for height in (3, 5)]
    assert result.rises().tolist() == pytest.approx(rise, rel=1e-5)
    held = held_out(network.dataset)
    whole, dealt = over_text_whole(network, found, 0, held, seed=_swaps(2))
    both = [2 * rise[0], rise[1]]
    assert over_text(network, found, 0, held, np.array([0, 1]), 0)[0].tolist() == pytest.approx(
        [each / CONTEXT for each in both], rel=1e-4
    )
    assert whole == pytest.approx(sum(both) / CONTEXT, rel=1e-5)
    confused = sum(n * height for n, height in ((2, 3), (1, 5)))
    assert dealt == pytest.approx(confused / CONTEXT, rel=1e-5)


def _swaps(n: int) -> int:
    """A seed whose lot is no identity."""
    lots = (torch.randperm(n, generator=torch.Generator().manual_seed(seed)).tolist() for seed in range(99))
    return next(seed for seed, lot in enumerate(lots) if lot != list(range(n)))


def test_without_a_norm_the_projection_foresees_all_that_happens() -> None:
    """In the last layer of a network without a final norm logits are linear; with one, nearly so for small values."""
    network, found, reads = made(1)
    network.module.norm = nn.Identity()
    of = read(network, found := anatomy.find(network), tiny.corpus(network), K)[1]
    exact = effects(network, found, 1, of, np.arange(0, F, 3))
    assert exact.correlation == pytest.approx(1, abs=1e-5)
    assert abs(exact.correlation_control) < 0.5

    network, found, _ = made(1)
    network.module.blocks[1].mlp.value.weight *= 1e-3
    of = read(network, found, tiny.corpus(network), K)[1]
    assert effects(network, found, 1, of, np.arange(0, F, 3)).correlation == pytest.approx(1, abs=1e-2)
    earlier = effects(network, found, 0, reads[0], np.arange(0, F, 3))
    assert earlier.correlation < 0.99


def test_no_memory_is_its_own_control() -> None:
    network, found, reads = made(1)
    result = effects(network, found, 1, reads[1], np.array([5]))
    assert len(result.texts.row) > 1 and np.isnan(result.correlation_control) and not np.isnan(result.correlation)


@pytest.mark.parametrize("gated", [False, True])
def test_texts_of_turned_memories_keep_the_networks_sign(gated: bool) -> None:
    _, _, reads = made(gated=gated)
    found = texts_of(reads[0], np.arange(F), np.arange(F), K, CONTEXT)
    turned = reads[0].sign[found.memory] < 0
    assert (found.activation[turned] < 0).all() and (found.activation[~turned] > 0).all() and turned.any() == gated


def hooks(module: nn.Module) -> int:
    return sum(len(each._forward_hooks) + len(each._forward_pre_hooks) for each in module.modules())


@pytest.mark.parametrize("fails", [False, True])
def test_the_network_is_left_as_it_was(fails: bool) -> None:
    network, found, reads = made()
    before, x = copy.deepcopy(network.module.state_dict()), tiny.windows(3)[:, :-1]
    says, layer, memory = network.module(x), found.layers[0], torch.tensor([1, 2, 3])
    around: list[AbstractContextManager] = [
        activations(found),
        residuals(network, found),
        changed(layer, torch.zeros_like),
        without(layer, memory),
        without(layer, memory, layer.values()[memory]),
    ]
    for each in around:
        try:
            with each:
                assert hooks(network.module) > 0
                run(network, x)
                if fails:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            assert fails
        assert hooks(network.module) == 0
        assert torch.equal(network.module(x), says)
    effects(network, found, 1, reads[1], np.array([0, 1]))
    over_text_whole(network, found, 0, held_out(network.dataset), 0)
    assert hooks(network.module) == 0
    assert all(torch.equal(now, before[name]) for name, now in network.module.state_dict().items())
