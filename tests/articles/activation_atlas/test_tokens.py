"""The token atlas is what counting by hand says, its votes are held out, and a layer knows more than its token."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from generators import networks
from generators.articles.activation_atlas.analysis.tokens import _Maker, depths, map_tokens, shown_tokens
from generators.articles.activation_atlas.analysis.tokens.agreement import guessed, judged
from generators.articles.activation_atlas.analysis.tokens.clusters import (
    centres,
    clustered,
    directions,
    excess,
    likeliest,
    nearest,
)
from generators.articles.activation_atlas.analysis.tokens.picking import pick
from generators.articles.activation_atlas.analysis.tokens.reading import Read, read
from generators.articles.activation_atlas.analysis.tokens.states import LONGEST, states
from generators.articles.activation_atlas.facts.tokens import tokens as facts
from generators.articles.activation_atlas.results.tokens import CLUSTERS, STATE, TOKEN, Agreement, TokenAtlas
from generators.datasets import grammar
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.gpt import GPT
from tests.articles.key_value_memory import tiny

SEEDS = range(4)


def atlas(network: Network, **asked: Any) -> TokenAtlas:
    """Map without UMAP, whose compiler takes longer than all the rest."""
    return map_tokens(network, **{"positions": 300, "clusters": 6, "tera": 1.0, "seed": 0, "method": "pca", **asked})


def residuals(module: GPT, texts: Tensor) -> list[np.ndarray]:
    """The table of tokens and what each block adds up to, (n, t, d) each, without a hook."""
    x = module.tokens(texts) + module.positions.weight[: texts.shape[1]]
    found = [module.tokens(texts)]
    for block in module.blocks:
        x = x + cast(Any, block).attention(cast(Any, block).norm1(x))
        x = x + cast(Any, block).mlp(cast(Any, block).norm2(x))
        found.append(x)
    return [each.numpy() for each in found]


@pytest.mark.parametrize("n", [7, 40, 60, 500])
def test_one_position_a_stretch_and_never_an_edge(n: int) -> None:
    corpus = tiny.corpus(tiny.network(tiny.gpt()))
    places = pick(corpus, n, 3, "tiny")
    window, position = np.divmod(places, tiny.CONTEXT)
    assert len(places) == min(n, 40 * 6) == len(np.unique(places)) and (np.diff(places) > 0).all()
    assert position.min() >= 1 and position.max() <= tiny.CONTEXT - 2
    most = -(-n // 40)
    assert max(Counter(window.tolist()).values()) <= most
    if n == 60:  # two stretches of three
        assert all((a < 4) != (b < 4) for (v, a), (w, b) in pairwise(zip(window, position, strict=True)) if v == w)


def test_every_inner_position_is_as_probable() -> None:
    corpus = tiny.corpus(tiny.network(tiny.gpt(), tiny.windows(3000)))
    counts = np.bincount(pick(corpus, 3000, 0, "tiny") % tiny.CONTEXT, minlength=tiny.CONTEXT)
    assert counts[0] == counts[-1] == 0 and abs(counts[1:-1] - 500).max() < 5 * 500**0.5


def test_what_is_read_is_what_the_formula_gives() -> None:
    module, texts = tiny.gpt(1), tiny.windows(50)
    network = tiny.network(module, texts)
    corpus = tiny.corpus(network)
    places = pick(corpus, 90, 0, "tiny")
    paths = ["tokens", "blocks.0", "blocks.1"]
    seen = read(network, corpus, places, paths)
    window, position = np.divmod(places, tiny.CONTEXT)
    for path, expected in zip(paths, residuals(module, texts[:, :-1]), strict=True):
        np.testing.assert_allclose(seen.vectors[path], expected[window, position], atol=1e-5)
    chances = module(texts[:, :-1]).softmax(-1).numpy()[window, position]
    order = np.argsort(-chances, axis=1)
    np.testing.assert_array_equal(seen.predicted, order)
    np.testing.assert_allclose(seen.chances, np.take_along_axis(chances, order, 1), atol=1e-5)


def test_the_atlas_holds_its_text_and_every_position_once() -> None:
    module, texts = tiny.gpt(2), tiny.windows(120)
    result = atlas(tiny.network(module, texts))
    chosen, table = result.maps
    assert (chosen.path, table.path, table.by_token) == ("blocks.1", "tokens", True)
    assert len(result.texts) == 300 and result.length == tiny.CONTEXT and result.n_states == 0
    written = {tuple(text) for text in texts[:, :-1].tolist()}
    for text, following in zip(result.texts.tolist(), result.following.tolist(), strict=True):
        begun = (*(token for token in text if token >= 0), following)
        assert (
            any(begun == whole[i : i + len(begun)] for whole in written for i in range(8)) or following in texts[:, -1]
        )
    for drawn in result.maps:
        assert len(drawn.points) == len(drawn.cluster) == len(drawn.kept) == drawn.counts.sum() == 300
        assert (np.diff(drawn.counts) <= 0).all() and drawn.points.min() >= 0 and drawn.points.max() < 1
        assert (np.bincount(drawn.cluster) == drawn.counts).all()
        at = {tuple(point) for point in drawn.points.tolist()}
        assert {tuple(centre) for centre in drawn.centres.tolist()} <= at
    places = {(token, *point) for token, point in zip(result.texts[:, -1], table.points.tolist(), strict=True)}
    assert len(places) == len(np.unique(result.texts[:, -1]))  # a token has one place


@pytest.mark.parametrize("seed", SEEDS)
def test_excess_is_counted(seed: int) -> None:
    random = np.random.default_rng(seed)
    cluster = random.permutation(np.repeat(np.arange(4), [40, 30, 20, 10]))
    token = np.where(random.random(100) < 0.6, cluster * 3 + random.integers(0, 2, 100), random.integers(0, 30, 100))
    token[::5] = 99
    found = excess(cluster, token)
    overall = Counter(token.tolist())
    for index in range(4):
        inside = Counter(token[cluster == index].tolist())
        n = sum(inside.values())
        scores = {t: c / n * np.log(c / n / (overall[t] / 100)) for t, c in inside.items() if c / n > overall[t] / 100}
        best = sorted(scores, key=lambda t: (-round(scores[t], 12), t))[:5]
        assert [t for t in found.tokens[index].tolist() if t >= 0] == best
        np.testing.assert_allclose(found.shares[index, : len(best)], [inside[t] / n for t in best], rtol=1e-6)
        lifts = [inside[t] / n * 100 / overall[t] for t in best]
        np.testing.assert_allclose(found.lifts[index, : len(best)], lifts, rtol=1e-6)


def test_a_token_as_frequent_everywhere_tells_nothing() -> None:
    cluster = np.repeat([0, 1], 50)
    found = excess(cluster, np.tile([7, 7, 7, 7, 8], 20))
    assert (found.tokens == -1).all() and not found.lifts.any()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mean_prediction_is_averaged_by_hand(seed: int) -> None:
    random = np.random.default_rng(seed)
    chances = random.dirichlet(np.ones(9), 30)
    cluster = np.repeat([0, 1, 2], 10)
    order = np.argsort(-chances, axis=1)
    tokens, means = likeliest(cluster, order, np.take_along_axis(chances, order, 1))
    for index in range(3):
        expected = chances[cluster == index].mean(0)
        np.testing.assert_array_equal(tokens[index], np.argsort(-expected)[:5])
        np.testing.assert_allclose(means[index], np.sort(expected)[::-1][:5], rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_clusters_are_those_that_were_planted_wherever_the_origin_is(seed: int) -> None:
    random = np.random.default_rng(seed)
    middles = np.linalg.qr(random.normal(size=(8, 8)))[0][:4] * 20
    planted = random.permutation(np.repeat(np.arange(4), [60, 50, 40, 30]))
    vectors = middles[planted] + random.normal(size=(180, 8))
    for moved in (vectors, 3 * vectors + 100):
        found = clustered(directions(moved.astype(np.float32)), 4, seed)
        assert len(set(zip(found.tolist(), planted.tolist(), strict=True))) == 4
        assert (np.diff(np.bincount(found)) < 0).all()


def test_nearest_contexts_are_members_in_order_and_differ() -> None:
    random = np.random.default_rng(0)
    direction = directions(random.normal(size=(60, 5)).astype(np.float32))
    cluster = np.repeat([0, 1, 2], [40, 17, 3])
    texts = random.integers(0, 3, (60, 2))
    texts[57:] = 1
    found = nearest(direction, cluster, texts)
    for index in range(3):
        members = [k for k in found[index].tolist() if k >= 0]
        cosine = direction @ direction[cluster == index].mean(0)
        assert all(cluster[k] == index for k in members) and all(cosine[a] >= cosine[b] for a, b in pairwise(members))
        assert len({tuple(texts[k]) for k in members}) == len(members)
        assert members[0] == np.flatnonzero(cluster == index)[cosine[cluster == index].argmax()]
    assert (found[2] >= 0).sum() == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_votes_are_of_other_windows(seed: int) -> None:
    random = np.random.default_rng(seed)
    window = np.arange(400) // 4
    group, label = random.integers(0, 5, (2, 400))
    assert guessed(group, group, window, seed) == 1
    assert guessed(window, window, window, seed) <= 0.02  # a window that is all of its group has no other to ask
    tenth = random.permutation(400)
    assert guessed(group, label, tenth, seed) < 0.32  # nothing to learn, so about one of five
    right, by_lot = judged(group, (group + (random.random(400) < 0.2)) % 5, window, seed)
    assert right > 0.7 and by_lot < 0.33


def test_states_are_the_templates_that_are_left() -> None:
    tokens = next(grammar.stream(3, 40))
    texts = np.concatenate([tokens[:, k : k + LONGEST] for k in range(9, 50, 7)])
    data = grammar.load()
    number = states(data, texts)
    assert number is not None
    meant: dict[int, tuple[frozenset[str], int]] = {}
    for text, state in zip(texts.tolist(), number.tolist(), strict=True):
        begun: tuple[str, ...] = ()
        for word in (grammar.WORDS[token] for token in text):
            begun = () if word == grammar.STOP else (*begun, word)
        left = frozenset(
            each.name for each in grammar.templates() if any(s[: len(begun)] == begun for s in each.sentences)
        )
        assert left and meant.setdefault(state, (left, len(begun))) == (left, len(begun))
    assert len(set(meant.values())) == len(meant) > 20
    assert states(replace(data, name="other"), texts) is None


def test_a_layer_of_grammar_gpt_knows_the_next_word_better_than_its_word_does() -> None:
    result = atlas(networks.load("grammar-gpt"), positions=1500, clusters=24)
    found = {(each.groups, each.path): each for each in result.agreements}
    token, layer, truth = found[TOKEN, ""], found[CLUSTERS, "blocks.2"], found[STATE, ""]
    assert token.read > 0.98 and truth.state == pytest.approx(1, abs=0.01)
    assert layer.following > token.following + 0.08 and layer.answer > token.answer + 0.15
    assert layer.following > found[CLUSTERS, "tokens"].following + 0.08
    assert max(layer.chance) < 0.25 and abs(layer.following - truth.following) < 0.08
    assert [each.path for each in result.agreements] == ["", "tokens", "blocks.0", "blocks.1", "blocks.2", ""]
    told = facts(result)
    assert told["following_guessed"] == layer.following and told["token_following_guessed"] == token.following
    assert told["grammar_state_guessed"] == truth.state and told["n_positions"] == 1500
    assert told["table_following_guessed"] == found[CLUSTERS, "tokens"].following
    unknown = Agreement(CLUSTERS, "blocks.2", 24, 0.5, 0.5, 0.5, float("nan"), (0.1, 0.1, 0.1, float("nan")))
    assert "state_guessed" not in facts(replace(result, agreements=(unknown,)))


# Which modules -------------------------------------------------------------------------------------------------------


class Stack(nn.Module):
    """Blocks that give several things, the last ones with lists of their own."""

    def __init__(self, n: int, listed: bool = True) -> None:
        super().__init__()
        self.table = nn.Embedding(11, 4)
        layers = [nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4)) for _ in range(n)]
        if listed:
            self.layers = nn.ModuleList(layers)
        self.recurrent = nn.LSTM(4, 4, batch_first=True)
        self.head = nn.Linear(4, 11)

    def forward(self, tokens: Tensor) -> tuple[Tensor, int]:
        x = self.table(tokens)
        for each in getattr(self, "layers", ()):
            x = each(x)
        return self.head(self.recurrent(x)[0]), 0


def found(module: nn.Module) -> depths.Depths:
    return depths.find(tiny.network(module.eval()), tiny.windows(2)[:, :-1])


def test_blocks_are_the_items_of_the_outermost_list() -> None:
    assert found(tiny.gpt()) == depths.Depths("tokens", ("blocks.0", "blocks.1"))
    assert found(Stack(3)) == depths.Depths("table", ("layers.0", "layers.1", "layers.2"))
    many = found(Stack(20)).blocks
    assert len(many) == depths.BLOCKS and many[-1] == "layers.19"
    whole = nn.Sequential(nn.Embedding(11, 4), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 11))
    assert found(whole) == depths.Depths("0", ("1", "2"))


def test_a_network_without_lists_is_read_before_its_head() -> None:
    assert found(Stack(0, listed=False)) == depths.Depths("table", ("recurrent",))


# Bad input -----------------------------------------------------------------------------------------------------------


def test_a_text_that_is_too_short_is_refused() -> None:
    with pytest.raises(UsageError, match=r"network 'tiny' is too short for a map: 8 windows of 8 tokens have 48 pos"):
        atlas(tiny.network(tiny.gpt(), tiny.windows(8), held_out=2))
    with pytest.raises(UsageError, match="40 windows of 2 tokens have 0 positions that are neither first nor last"):
        atlas(tiny.network(tiny.gpt(), tiny.windows()[:, :3]))


def test_a_short_text_has_fewer_clusters() -> None:
    result = atlas(tiny.network(tiny.gpt(), tiny.windows(12), held_out=2), clusters=24)
    assert len(result.maps[0].counts) <= 7 and len(result.texts) == 72


def test_a_layer_without_a_row_for_each_token_is_refused() -> None:
    with pytest.raises(UsageError, match=r"layer 'positions' of network 'tiny' gives nothing for 40 texts of 8 tokens"):
        atlas(tiny.network(tiny.gpt()), layer="positions")
    with pytest.raises(UsageError, match=r"'tiny' has no layer that gives numbers for each token"):
        atlas(tiny.network(Silent()))


class Silent(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        return torch.ones(*tokens.shape, 11)


def test_constant_vectors_and_numbers_that_are_none_are_refused() -> None:
    module = tiny.gpt()
    constant = cast(Any, Constant(module, 1.0))
    with pytest.raises(UsageError, match=r"layer 'inner' of network 'tiny' gives the same for all but 0 of 240 tokens"):
        atlas(tiny.network(constant), layer="inner")
    with pytest.raises(UsageError, match=r"layer 'inner' of network 'tiny' gives numbers that are not finite"):
        atlas(tiny.network(Constant(module, torch.nan)), layer="inner")


class Constant(nn.Module):
    """A network beside a module that gives one vector whatever it is given."""

    def __init__(self, network: nn.Module, value: float) -> None:
        super().__init__()
        self.network, self.value = network, value
        self.inner = nn.Linear(1, 3)
        nn.init.zeros_(self.inner.weight)
        nn.init.constant_(self.inner.bias, value)

    def forward(self, tokens: Tensor) -> Tensor:
        self.inner(tokens[..., None].float())
        return self.network(tokens)


def test_a_network_that_predicts_no_tokens_is_refused() -> None:
    network = replace(tiny.network(tiny.gpt()), labels=tuple(map(str, range(12))))
    with pytest.raises(UsageError, match="'tiny' does not say what follows: expected 12 logits for each token"):
        atlas(network)


# What stands where ---------------------------------------------------------------------------------------------------


def test_every_number_of_an_atlas_is_of_what_it_says() -> None:
    network = tiny.network(tiny.gpt(2), tiny.windows(120))
    result = atlas(network)
    corpus = tiny.corpus(network)
    window = pick(corpus, 300, 0, "tiny") // tiny.CONTEXT
    assert result.n_windows == len(set(window.tolist())) <= len(corpus.chosen) < 300
    assert (result.chances.sum(1) > 3 / 11).all() and (np.diff(result.chances) <= 0).all()
    token, following, answer = result.texts[:, -1], result.following, result.predicted[:, 0]
    for drawn in result.maps:
        for told, labels in ((drawn.read, token), (drawn.following, following)):
            wanted = excess(drawn.cluster, labels[drawn.kept])
            assert np.array_equal(told.tokens, wanted.tokens) and np.array_equal(told.shares, wanted.shares)
    chosen = result.maps[0]
    for found in result.agreements:
        if found.path in ("", chosen.path):
            group = chosen.cluster if found.path else token
            by_hand = [judged(group, labels, window, 0) for labels in (token, following, answer)]
            assert (found.read, found.following, found.answer) == tuple(share for share, _ in by_hand)
            assert found.chance[:3] == tuple(chance for _, chance in by_hand)


def test_chance_deals_labels_not_groups() -> None:
    group, window = np.random.default_rng(0).integers(0, 5, 400), np.arange(400) // 4
    assert judged(group, np.zeros(400, int), window, 0) == (1, 1)


def test_a_group_that_no_other_window_has_is_guessed_as_most_are() -> None:
    label = np.where(np.arange(20) == 4, 3, 7)
    assert guessed(np.arange(20), label, np.arange(20), 0) == 19 / 20


def test_positions_without_a_direction_are_left_out_and_nothing_is_moved() -> None:
    random = np.random.default_rng(0)
    half = random.normal(size=(60, 6)) + 4 * np.eye(6)[np.arange(60) % 3]
    vectors = np.concatenate([np.zeros((30, 6)), half, -half]).astype(np.float32)
    chances = random.dirichlet(np.ones(9), 150).astype(np.float32)
    order = np.argsort(-chances, axis=1).astype(np.int32)
    seen = Read({"x": vectors}, order, np.take_along_axis(chances, order, 1))
    texts, following = random.integers(0, 9, (150, 7)).astype(np.int32), random.integers(0, 9, 150).astype(np.int32)
    maker = _Maker(tiny.network(tiny.gpt()), seen, texts, following, 4, 0)
    drawn, window = maker.map("x", "pca"), np.arange(150) // 3
    assert drawn.kept.tolist() == list(range(30, 150))
    for cluster in range(len(drawn.counts)):
        members = drawn.kept[drawn.cluster == cluster]
        expected = chances[members].mean(0)
        np.testing.assert_array_equal(drawn.predicted[cluster], np.argsort(-expected)[:5])
        assert np.isin(drawn.nearest[cluster], [*members, -1]).all() and drawn.nearest[cluster, 0] >= 0
    _, of_layer = maker.agreements(["x"], window, None)
    assert of_layer.following == judged(drawn.cluster, following[30:], window[30:], 0)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cluster_is_called_by_its_name_in_its_middle(seed: int) -> None:
    random = np.random.default_rng(seed)
    cluster, points = np.repeat([0, 1, 2], 21), random.random((63, 2))
    for index, found in enumerate(centres(cluster, points)):
        own = points[cluster == index]
        away = np.linalg.norm(own - np.median(own, 0), axis=1)
        np.testing.assert_allclose(found, own[away.argmin()], rtol=1e-6)


def test_a_large_network_reads_less() -> None:
    module = tiny.gpt()
    affordable = 20 * tiny.CONTEXT * sum(each.numel() for each in module.parameters()) / 1e12
    result = atlas(tiny.network(module, tiny.windows(400)), tera=affordable)
    assert result.n_windows == 20 and len(result.texts) == 20 * 6


def test_a_context_has_about_as_many_letters_however_long_its_tokens_are() -> None:
    corpus = tiny.corpus(tiny.network(tiny.gpt()))
    assert [shown_tokens(("x" * n,) * tiny.N_TOKENS, corpus) for n in (1, 3, 4, 20)] == [24, 16, 12, 6]


def test_where_the_table_is_asked_for_it_is_drawn_once() -> None:
    (drawn,) = atlas(tiny.network(tiny.gpt()), layer="tokens").maps
    assert drawn.path == "tokens"


def test_logits_of_tokens_that_there_are_not_predict_nothing() -> None:
    class Padded(nn.Module):
        """A vocabulary made longer than the tokens that there are."""

        def __init__(self) -> None:
            super().__init__()
            self.network = tiny.gpt()

        def forward(self, tokens: Tensor) -> Tensor:
            logits = self.network(tokens)
            return torch.cat([logits, logits.amax(-1, keepdim=True) + torch.ones(5)], -1)

    network = tiny.network(Padded().eval())
    corpus = tiny.corpus(network)
    found = read(network, corpus, pick(corpus, 60, 0, "tiny"), ["network.tokens"])
    assert found.predicted.max() < tiny.N_TOKENS
    np.testing.assert_allclose(found.chances.sum(1), 1, rtol=1e-5)


def test_a_block_that_says_nothing_of_tokens_is_passed_over_unless_it_is_asked_for() -> None:
    class Net(nn.Module):
        """Residual layers, the second of which adds nothing."""

        def __init__(self) -> None:
            super().__init__()
            self.table, self.head = nn.Embedding(tiny.N_TOKENS, 6), nn.Linear(6, tiny.N_TOKENS)
            self.layers = nn.ModuleList(nn.Linear(6, 6) for _ in range(3))
            for parameter in self.layers[1].parameters():
                parameter.data.zero_()

        def forward(self, tokens: Tensor) -> Tensor:
            x = self.table(tokens)
            for layer in self.layers:
                x = x + layer(x)
            return self.head(x)

    network = tiny.network(Net().requires_grad_(False).eval())
    found = atlas(network, layer="layers.2")
    assert [each.path for each in found.agreements if each.groups == CLUSTERS] == ["table", "layers.0", "layers.2"]
    with pytest.raises(UsageError, match=r"layer 'layers.1' .* gives the same for all but 0 of 240 tokens"):
        atlas(network, layer="layers.1")
