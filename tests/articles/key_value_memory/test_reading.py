"""One pass over a corpus finds what the whole matrix of tokens and memories has, in memory that does not grow."""

import gc
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis import anatomy, reading
from generators.articles.key_value_memory.analysis.reading import Read, number_texts, read
from generators.datasets import corpus
from generators.datasets.corpus import Corpus
from generators.datasets.examples import Generated
from generators.errors import UsageError
from generators.networks.gpt import GPT
from tests.articles.key_value_memory import tiny
from tests.articles.key_value_memory.tiny import CONTEXT, F

K = 5


@dataclass(frozen=True)
class Case:
    """A network, its texts, what one pass found and what each layer's activations are (n, t, f)."""

    module: GPT
    texts: Tensor
    reads: list[Read]
    activations: list[np.ndarray]


@pytest.fixture(scope="module", params=["ReLU", "gated"])
def case(request: pytest.FixtureRequest) -> Case:
    module, texts = tiny.gpt(3, gated=request.param == "gated"), tiny.windows()
    module.blocks[0].mlp.up.bias.zero_() if request.param == "gated" else module.blocks[0].mlp.key.bias[:2].fill_(-99)
    if request.param == "gated":  # one memory is larger below zero, one never fires
        module.blocks[0].mlp.up.weight[1], module.blocks[0].mlp.up.bias[1] = 0, -3
        module.blocks[0].mlp.up.weight[2] = 0
    network = tiny.network(module, texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "TOKENS_AT_ONCE", 3 * CONTEXT)
        reads = read(network, anatomy.find(network), tiny.corpus(network), K)
    return Case(module, texts, reads, tiny.activations(module, texts[:, :-1]))


def turned(activation: np.ndarray) -> np.ndarray:
    """Whether the opposite of each memory (n, t, f) is larger above zero."""
    return -activation.min((0, 1)) > activation.max((0, 1))


def test_the_strongest_texts_are_those_of_the_whole_matrix(case: Case) -> None:
    for found, activation in zip(case.reads, case.activations, strict=True):
        signed = activation * found.sign.numpy()
        for memory in range(F):
            first: dict[tuple[int, ...], float] = {}
            for n, t in np.ndindex(signed.shape[:2]):
                first.setdefault(tuple(case.texts[n, : t + 1].tolist()), signed[n, t, memory])
            expected = [(a, text) for text, a in sorted(first.items(), key=lambda each: -each[1]) if a > 0][:K]
            places = found.place[memory][: len(expected)].tolist()
            texts = [tuple(case.texts[p // CONTEXT, : p % CONTEXT + 1].tolist()) for p in places]
            assert texts == [text for _, text in expected]
            np.testing.assert_allclose(found.activation[memory, : len(expected)], [a for a, _ in expected], rtol=1e-4)
            assert (found.place[memory, len(expected) :] == -1).all()


def test_the_activation_one_token_earlier_is_that_of_the_text_without_its_last_token(case: Case) -> None:
    for found, activation in zip(case.reads, case.activations, strict=True):
        memory, rank = (found.place >= 0).nonzero(as_tuple=True)
        window, position = np.divmod(found.place[memory, rank].numpy(), CONTEXT)
        before = activation[window, position - 1, memory] * found.sign.numpy()[memory]
        expected = np.where(position > 0, before, np.nan)
        np.testing.assert_allclose(found.before[memory, rank], expected, rtol=1e-4, atol=1e-5)


def test_counts_histograms_and_signs_are_those_of_the_whole_matrix(case: Case) -> None:
    is_gated = hasattr(case.module.blocks[0].mlp, "gate")
    for found, activation in zip(case.reads, case.activations, strict=True):
        sign = np.where(turned(activation) & is_gated, -1, 1)
        np.testing.assert_array_equal(found.sign, sign)
        signed = (activation * sign).reshape(-1, F)
        np.testing.assert_array_equal(found.n_active, (signed > 0).sum(0))
        for memory in range(F):
            low, high = float(found.low[memory]), float(found.high[memory])
            counted = signed[:, memory] if is_gated else signed[signed[:, memory] > 0, memory]
            edges = np.linspace(low, high, found.histogram.shape[1] + 1)
            np.testing.assert_array_equal(found.histogram[memory], np.histogram(counted, edges)[0])
            assert (low, len(counted)) == (-high if is_gated else 0, found.histogram[memory].sum())


def test_a_memory_that_never_fires_has_no_texts(case: Case) -> None:
    memory, found = (2, case.reads[0]) if hasattr(case.module.blocks[0].mlp, "gate") else (1, case.reads[0])
    assert found.n_active[memory] == 0 and (found.place[memory] == -1).all()
    assert (found.activation[memory] == 0).all() and found.before[memory].isnan().all()
    assert found.n_tokens == len(case.texts) * CONTEXT


def test_texts_have_equal_numbers_where_they_are_equal_and_only_there() -> None:
    texts = tiny.windows(400, n_tokens=3)
    numbers = number_texts(texts).flatten().tolist()
    spelled = [tuple(row[: t + 1]) for row in texts.tolist() for t in range(len(row))]
    assert len(set(numbers)) == len(set(spelled)) == len(set(zip(numbers, spelled, strict=True)))


def test_what_is_held_does_not_grow_with_the_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes of all tensors that are alive after each batch, for texts that are made as they are read."""
    monkeypatch.setattr(corpus, "TOKENS_AT_ONCE", 8 * CONTEXT)
    network = tiny.network(tiny.gpt())
    found = anatomy.find(network)

    def made(index: Tensor) -> tuple[Tensor, Tensor]:
        texts = (index[:, None] * 31 + torch.arange(CONTEXT + 1) ** 2) % tiny.N_TOKENS
        return texts[:, :-1], texts[:, 1:]

    def most(n_windows: int) -> int:
        held: list[int] = []
        monkeypatch.setattr(reading, "report", lambda *_: held.append(_alive()))
        read(network, found, Corpus(Generated(n_windows, made), CONTEXT, np.arange(n_windows)), K)
        assert len(held) == n_windows // 8
        return max(held)

    assert most(160) < 1.05 * most(32)


def _alive() -> int:
    return sum(each.nbytes for each in gc.get_objects() if type(each) is Tensor)


def test_numbers_that_are_not_finite_are_refused_by_name() -> None:
    module = tiny.gpt()
    module.blocks[1].mlp.key.bias[0] = torch.inf
    network = tiny.network(module)
    layers = anatomy.find(tiny.network(tiny.gpt())).layers
    there = tuple(
        anatomy.MemoryLayer(each.path, each.keys, "", module.get_submodule(each.path), None, False) for each in layers
    )
    with pytest.raises(UsageError, match=r"'tiny' has activations before 'blocks\.1\.mlp\.value' that are no finite"):
        read(network, anatomy.Anatomy(there, None, lambda x: x, False), tiny.corpus(network), K)


def test_many_activations_of_half_precision_are_finite_though_their_sum_is_not() -> None:
    """They add up to more than 65,504, the largest number of half precision."""
    network, found = tiny.bank(torch.full((tiny.N_TOKENS, F), 400.0).half(), torch.ones(F, 6).half(), torch.ones(11, 6))
    network.module.half()
    assert (read(network, found, tiny.corpus(network), K)[0].activation[:, 0] == 400).all()
