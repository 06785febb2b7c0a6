"""The inverse set over real text is what the whole matrix of tokens and neurons says, whatever order it is read in."""

import itertools
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from sklearn.feature_selection import f_classif
from torch import Tensor, nn

from generators.articles.inverse_set.analysis import texts as reading
from generators.articles.inverse_set.analysis.texts import (
    choice,
    distinct_by_lot,
    intervals,
    selectivity,
    spread,
)
from generators.articles.inverse_set.analysis.texts.choice import Sampled, apart, hidden_units
from generators.articles.inverse_set.analysis.texts.pool import Pool, lots, number_ends
from generators.articles.inverse_set.analysis.texts.selectivity import Ratio
from generators.articles.inverse_set.analysis.texts.tally import Tally
from generators.articles.inverse_set.analysis.texts.watching import last_hidden
from generators.articles.inverse_set.results.texts import Texts
from generators.datasets import corpus
from generators.datasets.examples import Generated
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.gpt import GPT
from generators.networks.subject import Layer
from tests.articles.key_value_memory import tiny

KEYS = ("blocks.0.mlp.key", "blocks.1.mlp.key")
ASKED: dict[str, Any] = {"tokens": 10**6, "sampled": 500, "pool": 30, "n": 8, "tera": 1.0, "seed": 0}


def read_texts(made: Network, **asked: Any) -> Texts:
    """Ask for what the entry names, as the exhibit does."""
    return reading.read_texts(made, neurons=list(made.entry.neurons), layers=list(made.entry.layers), **asked)


def network(module: nn.Module, *neurons: str, layers: tuple[str, ...] = (), texts: Tensor | None = None) -> Network:
    entry = SimpleNamespace(neurons=neurons, layers=layers)
    made = tiny.network(module, tiny.windows(200) if texts is None else texts)
    return replace(made, entry=cast(Any, entry))


def matrix(module: GPT, layer: str, texts: Tensor) -> np.ndarray:
    """What a layer of keys gives (n, t, f), block by block as the formula has it, without a hook."""
    x = module.tokens(texts) + module.positions.weight[: texts.shape[1]]
    for k, block in enumerate(module.blocks):
        x = x + block.attention(block.norm1(x))
        keys = block.mlp.key(block.norm2(x))
        if layer == f"blocks.{k}.mlp.key":
            return keys.numpy()
        x = x + block.mlp.value(torch.relu(keys))
    raise KeyError(layer)


@pytest.fixture(scope="module", params=["chosen", "named"])
def case(request: pytest.FixtureRequest) -> tuple[GPT, Tensor, Texts]:
    module, texts = tiny.gpt(5), tiny.windows(200)
    named = ("blocks.1.mlp.key:3", "blocks.0.mlp.key:20") if request.param == "named" else ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "TOKENS_AT_ONCE", 7 * tiny.CONTEXT)
        return module, texts, read_texts(network(module, *named, texts=texts), **ASKED)


def test_counts_and_histograms_are_those_of_the_whole_matrix(case: tuple[GPT, Tensor, Texts]) -> None:
    module, texts, result = case
    assert result.n_tokens == texts[:, :-1].numel() and result.n_sampled < result.n_tokens
    for inverse in result.inverses:
        every = matrix(module, inverse.layer, texts[:, :-1])[..., inverse.index].ravel()
        edges = np.linspace(inverse.low, inverse.high, len(inverse.histogram) + 1)
        inside = np.histogram(every, edges)[0]
        assert inverse.histogram.sum() == len(every) and inverse.histogram[0] and inverse.histogram[-1]
        assert abs(inside - inverse.histogram).max() <= 1  # one may lie on an edge, within float32
        for level in inverse.levels:
            slack = 1e-5
            least = ((every >= level.low + slack) & (every <= level.high - slack)).sum()
            most = ((every >= level.low - slack) & (every <= level.high + slack)).sum()
            assert least <= level.count <= most and level.count > 0
        assert inverse.levels[-1].high == pytest.approx(every.max(), abs=1e-5)


def test_every_context_shown_ends_where_the_activation_lies_in_the_interval(case: tuple[GPT, Tensor, Texts]) -> None:
    module, texts, result = case
    for inverse in result.inverses:
        every = matrix(module, inverse.layer, texts[:, :-1])[..., inverse.index]
        found: dict[tuple, list[float]] = {}
        for n, t in np.ndindex(every.shape):
            found.setdefault(tuple(texts[n, : t + 2].tolist()), []).append(every[n, t])
        for level in inverse.levels:
            shown = [
                (*[int(token) for token in text if token >= 0], int(following))
                for text, following in zip(level.texts, level.following, strict=True)
            ]
            assert len({text[:-1] for text in shown}) == len(shown) == min(ASKED["n"], level.n_pool)
            assert (np.diff(level.activation) <= 0).all()
            assert (level.activation >= level.low).all() and (level.activation <= level.high).all()
            for text, activation in zip(shown, level.activation, strict=True):
                assert min(abs(np.array(found[text]) - activation)) < 1e-5
            assert level.distinct_ends == len({text[-2] for text in shown})


def test_bounds_are_quantiles_of_the_sample(case: tuple[GPT, Tensor, Texts]) -> None:
    module, texts, result = case
    for inverse in result.inverses:
        windows = np.unique(np.linspace(0, 199, round(500 / tiny.CONTEXT)).round().astype(int))
        sample = matrix(module, inverse.layer, texts[windows, :-1])[..., inverse.index].ravel()
        assert len(sample) == result.n_sampled
        for level, (low, high) in zip(inverse.levels, intervals.LEVELS.values(), strict=True):
            for bound, share in ((level.low, low), (level.high, 1 if high is None else high)):
                less, most = (sample < bound - 1e-5).mean(), (sample <= bound + 1e-5).mean()
                assert less - 1 / len(sample) <= share <= most + 1 / len(sample)


def test_named_neurons_are_shown_as_named_and_others_are_chosen_from_hidden_units() -> None:
    named = read_texts(network(tiny.gpt(5), "norm:2", "head:9", "norm:0"), **ASKED)
    assert [(each.layer, each.index) for each in named.inverses] == [("norm", 2), ("head", 9), ("norm", 0)]
    chosen = read_texts(network(tiny.gpt(5)), **ASKED)
    assert {each.layer for each in chosen.inverses} == set(KEYS)
    only = read_texts(network(tiny.gpt(5), layers=("blocks.0.attention.out",)), **ASKED)
    assert {each.layer for each in only.inverses} == {"blocks.0.attention.out"} and len(only.inverses) == choice.TAKEN


def test_equal_seeds_give_equal_contexts_and_others_others() -> None:
    one, again, other = (read_texts(network(tiny.gpt(5)), **ASKED | {"seed": seed}) for seed in (1, 1, 2))
    same = [
        np.array_equal(a.texts, b.texts) for a, b in zip(one.inverses[0].levels, again.inverses[0].levels, strict=True)
    ]
    assert all(same)
    assert not np.array_equal(one.inverses[0].levels[0].texts, other.inverses[0].levels[0].texts)
    assert one.inverses[0].levels[0].count == other.inverses[0].levels[0].count


def test_contexts_are_about_as_long_in_letters_whatever_the_tokens() -> None:
    sample = tiny.corpus(network(tiny.gpt()))
    for length, n in ((0, 48), (1, 48), (3, 16), (4, 12), (40, 8)):
        assert reading.shown_tokens(["x" * length] * tiny.N_TOKENS, sample) == n


def test_a_large_network_reads_what_it_can_afford() -> None:
    made = network(tiny.gpt(5))
    n_parameters = sum(each.numel() for each in made.module.parameters())
    result = read_texts(made, **ASKED | {"tera": 400 * n_parameters / 1e12})
    assert result.n_tokens == 400


# Silence ------------------------------------------------------------------------------------------------------------


def test_intervals_of_a_neuron_that_is_often_silent_are_of_the_tokens_it_is_heard_at() -> None:
    module = nn.Sequential(nn.Embedding(tiny.N_TOKENS, 3), nn.ReLU(), nn.Linear(3, tiny.N_TOKENS))
    module[0].weight.data = torch.randn(tiny.N_TOKENS, 3, generator=torch.Generator().manual_seed(0))
    module[0].weight.data[:8, 1] = -1
    texts = tiny.windows(200)
    inverse = read_texts(network(module, "1:1", texts=texts), **ASKED).inverses[0]
    every = module[0].weight[texts[:, :-1], 1].relu()
    assert inverse.silent == int((every == 0).sum()) > every.numel() / 2
    assert all(level.low > 0 and level.count for level in inverse.levels)
    assert inverse.selectivity == pytest.approx(1)


@pytest.mark.parametrize("silent", [0.0, 0.5])
def test_every_interval_holds_some_of_the_sample(silent: float) -> None:
    random = np.random.default_rng(0)
    for n in (3, 40, 2000):
        sample = random.normal(size=n).astype(np.float32)
        sample[: int(silent * n)] = -9
        found = intervals.choose(sample)
        assert all(((sample >= low) & (sample <= high)).any() for low, high in zip(found.low, found.high, strict=True))
        assert (found.low > -9).all() and (found.low <= found.high).all()


# Which neurons ------------------------------------------------------------------------------------------------------


def test_selectivity_is_what_an_analysis_of_variance_gives_and_zero_by_chance() -> None:
    random = np.random.default_rng(1)
    group = random.integers(0, 6, 900)
    rows = random.normal(size=(900, 4)) + np.array([0, 0.5, 2, 0]) * random.normal(size=(6, 1))[group] + 50
    ratio = Ratio(6)
    for part in np.array_split(np.arange(900), 7):
        ratio.add(torch.from_numpy(rows[part]), torch.from_numpy(group[part]))
    eta = (5 * f_classif(rows, group)[0]) / (5 * f_classif(rows, group)[0] + 900 - 6)
    np.testing.assert_allclose(ratio.explained(), 1 - 899 / 894 * (1 - eta), atol=1e-9)
    chance = []
    for _ in range(200):
        ratio = Ratio(40)
        ratio.add(torch.from_numpy(random.normal(size=(120, 1))), torch.from_numpy(random.permutation(120) % 40))
        chance += ratio.explained().tolist()
    assert abs(np.mean(chance)) < 0.03


def test_rows_of_no_group_are_left_out_and_what_never_varies_is_no_number() -> None:
    ratio = Ratio(2)
    rows = torch.tensor([[0.0, 3.0], [0.1, 3.0], [1.0, 3.0], [1.1, 3.0], [99.0, -5.0]])
    ratio.add(rows, torch.tensor([0, 0, 1, 1, -1]))
    found = ratio.explained()
    assert found[0] == pytest.approx(1 - 3 / 2 * 0.01 / 1.01) and np.isnan(found[1])


def test_tokens_that_come_often_are_groups_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = torch.tensor([4] * 12 + [1] * 8 + [2] * 7 + [3] * 9).view(4, 9)
    sample = tiny.corpus(tiny.network(tiny.gpt(), torch.cat([texts, texts[:, :1]], 1), held_out=1))
    group, n = selectivity._groups(sample)
    assert n == 3 and group.tolist() == [-1, 2, -1, 1, 0]
    monkeypatch.setattr(selectivity, "GROUPS", 2)
    group, n = selectivity._groups(sample)
    assert n == 2 and group.tolist() == [-1, -1, -1, 1, 0]


def test_neurons_are_not_one_neuron_five_times() -> None:
    random = np.random.default_rng(2)
    bases = random.normal(size=(3, 400))
    found = [
        Sampled(layer, k, 0.9 - 0.01 * k, (bases[k % 3] + 0.01 * random.normal(size=400)).astype(np.float32))
        for layer in ("a", "b", "c")
        for k in range(6)
    ]
    taken = apart(found)
    assert taken[0] == max(found, key=lambda each: each.selectivity) and len(taken) == 5
    assert max(Counter(each.layer for each in taken).values()) == choice.TAKEN
    assert {each.index % 3 for each in taken[:5]} == {0, 1, 2}


def test_hidden_units_are_found_by_shapes() -> None:
    def layer(path: str, weight: tuple[int, ...] | None, width: int) -> Layer:
        return Layer(path, "", weight, (16, width))

    gpt2 = [
        layer("wte", (99, 8), 8), layer("ln", (8,), 8), layer("attn.c_attn", (8, 24), 24),
        layer("attn.c_proj", (8, 8), 8), layer("mlp.c_fc", (8, 32), 32), layer("mlp.act", None, 32),
        layer("mlp.c_proj", (32, 8), 8), layer("lm_head", (99, 8), 99),
    ]  # fmt: skip
    assert hidden_units(gpt2) == ("mlp.c_fc",)
    gated = [layer("wte", (99, 8), 8), layer("gate", (20, 8), 20), layer("up", (20, 8), 20), layer("down", (8, 20), 8)]
    assert hidden_units(gated) == ("gate", "up")
    attention = [layer("q_proj", (12, 8), 12), layer("o_proj", (8, 12), 8)]
    assert hidden_units([*attention, *gated, *attention]) == ("gate", "up")
    assert hidden_units([layer("wte", (99, 8), 8), layer("head", (99, 8), 99)]) == ()


def test_a_network_without_mlps_is_read_wherever_it_has_neurons_beside_tokens() -> None:
    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens, self.cells = nn.Embedding(tiny.N_TOKENS, 24), nn.LSTM(24, 24, batch_first=True)
            self.head = nn.Linear(24, tiny.N_TOKENS)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.cells(self.tokens(x))[0])

    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = network(Recurrent().requires_grad_(False))
    x = tiny.windows(3)[:, :-1]
    assert choice.looked_at(made, (), x) == ("cells", "head") and last_hidden(made, x) == "cells"
    assert {each.layer for each in read_texts(made, **ASKED).inverses} == {"cells", "head"}


def test_the_last_hidden_state_is_what_the_head_reads() -> None:
    made = network(tiny.gpt())
    x = tiny.windows(3)[:, :-1]
    assert last_hidden(made, x) == "norm"
    encoder = nn.Sequential(nn.Embedding(tiny.N_TOKENS, 4), nn.LayerNorm(4))
    assert last_hidden(replace(network(encoder), kind="text-encoder"), x) == "1"


# What is kept -------------------------------------------------------------------------------------------------------


def test_ends_have_equal_numbers_where_their_last_tokens_are_equal_and_only_there() -> None:
    texts = tiny.windows(300, n_tokens=3)
    numbers = number_ends(texts, 4).flatten().tolist()
    spelled = [tuple(row[max(0, t - 3) : t + 1]) for row in texts.tolist() for t in range(len(row))]
    assert len(set(numbers)) == len(set(spelled)) == len(set(zip(numbers, spelled, strict=True)))


def _pool(stream: np.ndarray, seed: int, k: int = 5, size: int = 7) -> Pool:
    pool, place = Pool(k), torch.arange(len(stream))
    number = torch.from_numpy(stream)
    for rows in place.split(size):
        hidden = number[rows, None].float()
        every = torch.arange(len(rows))
        pool.add(every, lots(number[rows], seed), place[rows], number[rows], number[rows].float(), hidden)
    return pool


def test_a_pool_is_the_same_in_any_order_and_keeps_different_contexts_only() -> None:
    random = np.random.default_rng(3)
    stream = random.integers(0, 30, 400)
    pools = [_pool(random.permutation(stream), seed=4, size=size) for size in (1, 13, 400)]
    kept = pools[0].token.tolist()
    assert len(set(kept)) == 5 and all(pool.token.tolist() == kept and pool.count == 400 for pool in pools)
    assert kept == sorted(range(30), key=lambda each: int(lots(torch.tensor([each]), 4)))[:5]
    assert all(torch.equal(pool.hidden[:, 0], pool.activation) for pool in pools)
    first = _pool(stream, seed=4)
    assert first.place.tolist() == [stream.tolist().index(token) for token in first.token.tolist()]


def test_each_context_is_as_likely_to_be_kept_however_often_it_comes() -> None:
    stream = np.repeat(np.arange(10), [500, *[1] * 9])
    kept = Counter(token for seed in range(2000) for token in _pool(stream, seed, size=509).token.tolist())
    assert all(abs(kept[token] - 1000) < 4 * np.sqrt(2000 * 0.25) for token in range(10))


def test_a_tally_is_the_histogram_of_all_that_came() -> None:
    random = np.random.default_rng(5)
    for low, high in ((-1.0, 1.0), (0.0, 0.0), (5.0, 5.0)):
        tally, parts = Tally(low, high), [random.normal(high, 3**k, 200) for k in range(5)]
        for part in parts:
            tally.add(torch.from_numpy(part))
        counts, begin, end = tally.histogram()
        every = np.concatenate(parts)
        assert counts.tolist() == np.histogram(every, np.linspace(begin, end, len(counts) + 1))[0].tolist()
        assert counts.sum() == 1000 and tally.largest == every.max() and len(counts) <= 128


def test_what_is_held_does_not_grow_with_the_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers in all pools and tallies after texts that are made as they are read."""
    held: dict[int, int] = {}

    def made(index: Tensor) -> tuple[Tensor, Tensor]:
        texts = (index[:, None] * 31 + torch.arange(tiny.CONTEXT + 1) ** 2) % tiny.N_TOKENS
        return texts[:, :-1], texts[:, 1:]

    def kept(neuron: Any, *_: object) -> Any:
        held[n] = held.get(n, 0) + sum(each.hidden.numel() + each.place.numel() for each in neuron.pools)
        raise UsageError("enough")

    monkeypatch.setattr(reading._Neuron, "inverse", kept)
    for n in (500, 2000):
        few = network(tiny.gpt(5))
        data = replace(few.dataset, examples=Generated(n, made))
        with pytest.raises(UsageError, match="enough"):
            read_texts(replace(few, dataset=data), **ASKED)
    assert 0 < held[2000] <= 1.05 * held[500]


# By lot -------------------------------------------------------------------------------------------------------------


def test_by_lot_is_the_mean_over_all_choices() -> None:
    random = np.random.default_rng(6)
    token, hidden = torch.tensor([4, 4, 4, 7, 7, 9, 2]), torch.from_numpy(random.normal(size=(7, 3)))
    for n in (2, 3, 5, 7):
        choices = [list(each) for each in itertools.combinations(range(7), n)]
        assert distinct_by_lot(token, n) == pytest.approx(np.mean([len(set(token[each].tolist())) for each in choices]))
        assert spread(hidden) == pytest.approx(np.mean([spread(hidden[each]) for each in choices]))
    assert spread(hidden[:1]) == 0 and distinct_by_lot(token, 1) == pytest.approx(1)


# Bad input ----------------------------------------------------------------------------------------------------------


def test_a_layer_without_tokens_is_refused_by_name() -> None:
    class Pooled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens, self.head = nn.Embedding(tiny.N_TOKENS, 6), nn.Linear(6, tiny.N_TOKENS)
            self.whole, self.narrow = nn.Linear(6, 9), nn.Linear(9, 6)

        def forward(self, x: Tensor) -> Tensor:
            inside = self.tokens(x)
            self.narrow(self.whole(inside.mean(1)))
            return self.head(inside)

    expected = r"layer 'whole' of network 'tiny' gives 2×9 for 2 texts of 8 tokens: expected a row of numbers for each"
    with pytest.raises(UsageError, match=expected):
        read_texts(network(Pooled().requires_grad_(False), "whole:1"), **ASKED)
    unnamed = read_texts(network(Pooled().requires_grad_(False)), **ASKED)
    assert {each.layer for each in unnamed.inverses} == {"head"}


def test_a_neuron_that_never_changes_is_refused_and_the_others_are_shown() -> None:
    module = tiny.gpt(5)
    module.blocks[0].mlp.key.weight[3], module.blocks[0].mlp.key.bias[3] = 0, 2
    result = read_texts(network(module, "blocks.0.mlp.key:3", "blocks.0.mlp.key:4"), **ASKED)
    assert [each.index for each in result.inverses] == [4]
    (sentence,) = result.refused
    assert sentence.startswith("neuron 'blocks.0.mlp.key:3' of network 'tiny' gives 2 for every one of")
    with pytest.raises(UsageError, match=r"neuron 'blocks\.0\.mlp\.key:3' of network 'tiny' gives 2 for every"):
        read_texts(network(module, "blocks.0.mlp.key:3"), **ASKED)


def test_a_network_of_constants_is_refused() -> None:
    module = tiny.gpt(5)
    for block in module.blocks:
        block.mlp.key.weight.zero_()
    with pytest.raises(UsageError, match=r"network 'tiny' has no neuron in 'blocks\.0\.mlp\.key', .* whose activation"):
        read_texts(network(module), **ASKED)
    with pytest.raises(UsageError, match="tokens that come at least 8 times"):
        read_texts(network(tiny.gpt(5), texts=torch.arange(9)[None].repeat(2, 1)), **ASKED | {"sampled": 1})


def test_numbers_that_are_not_finite_are_refused_by_name() -> None:
    module = tiny.gpt(5)
    module.blocks[1].mlp.key.bias[0] = torch.nan
    with pytest.raises(
        UsageError, match=r"layer 'blocks\.1\.mlp\.key' of network 'tiny' gives activations that are no"
    ):
        read_texts(network(module), **ASKED)


def test_an_index_beyond_the_layer_is_refused() -> None:
    with pytest.raises(UsageError, match=r"neuron 'norm:6' of network 'tiny' is too large: the layer has 6 neurons, 0"):
        read_texts(network(tiny.gpt(5), "norm:6"), **ASKED)
