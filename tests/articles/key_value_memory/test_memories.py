"""All that is said of a language model's memories together: shapes and laws, on networks of every kind."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from generators.articles.key_value_memory.analysis import anatomy
from generators.articles.key_value_memory.analysis.memories import (
    PROMOTED,
    SUPPRESSED,
    TEXT_TOKENS,
    Amount,
    affordable,
    read_memories,
)
from generators.articles.key_value_memory.analysis.outputs import look
from generators.articles.key_value_memory.analysis.reading import read
from generators.articles.key_value_memory.results.memories import Layer, Memories
from generators.datasets.corpus import held_out
from generators.networks import Network
from generators.networks.gpt import GPT
from tests.articles.key_value_memory import tiny
from tests.articles.key_value_memory.tiny import CONTEXT, N_LAYERS, N_TOKENS, D, F

AMOUNT: dict[str, Any] = {
    "tokens": 10_000, "k": 5, "sampled": 200, "deals": 20, "shown": 30, "texts": 4, "without": 2, "by_lot": 6,
    "windows": 3, "tera": 1.0,
}  # fmt: skip


def measured(network: Network, seed: int = 0, **amount: Any) -> Memories:
    return read_memories(network, seed, **AMOUNT | amount)


def dead(*blocks: int) -> GPT:
    """A GPT in which some layers never fire."""
    module = tiny.gpt()
    for block in blocks:
        module.blocks[block].mlp.key.weight.zero_()
        module.blocks[block].mlp.key.bias.fill_(-1)
    return module


class Headless(nn.Module):
    """A GPT whose answer is the residual stream behind its last norm."""

    def __init__(self, gpt: GPT) -> None:
        super().__init__()
        self.tokens, self.positions, self.blocks, self.norm = gpt.tokens, gpt.positions, gpt.blocks, gpt.norm

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


def headless() -> Network:
    return replace(tiny.network(Headless(tiny.gpt())), kind="text-encoder", quality={})


def padded() -> Network:
    """A head with more outputs than there are tokens, the last of which would always be said."""
    module = tiny.gpt(n_tokens=N_TOKENS + 5)
    module.head.weight[N_TOKENS:] *= 20
    return tiny.network(module)


CASES: dict[str, tuple[Callable[[], Network], dict[str, Any]]] = {
    "plain": (lambda: tiny.network(tiny.gpt()), {}),
    "gated": (lambda: tiny.network(tiny.gpt(gated=True)), {}),
    "a dead layer": (lambda: tiny.network(dead(0)), {"shown": 2 * F}),
    "all dead": (lambda: tiny.network(dead(0, 1)), {"shown": 2 * F}),
    "without a head": (headless, {}),
    "a head with more outputs than tokens": (padded, {}),
    "fewer tokens than are named": (
        lambda: tiny.network(tiny.gpt(n_tokens=3), tiny.windows(n_tokens=3), n_tokens=3), {},
    ),
    "one window": (lambda: tiny.network(tiny.gpt(), tiny.windows(2), held_out=1), {"tokens": 1}),
    "more texts wanted than tokens": (
        lambda: tiny.network(tiny.gpt(), tiny.windows(2), held_out=1), {"k": 30, "texts": 25, "without": 20},
    ),
    "one memory shown": (lambda: tiny.network(tiny.gpt()), {"shown": 1}),
    "none shown": (lambda: tiny.network(tiny.gpt()), {"shown": 0}),
    "half precision": (lambda: tiny.network(tiny.gpt().bfloat16()), {}),
    "almost no work": (lambda: tiny.network(tiny.gpt()), {"tera": 1e-12}),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, Network, Memories, dict[str, Any]]:
    make, amount = CASES[request.param]
    network = make()
    return request.param, network, measured(network, **amount), AMOUNT | amount


Case = tuple[str, Network, Memories, dict[str, Any]]


def test_arrays_have_the_shapes_that_results_promise(case: Case) -> None:
    _, network, result, amount = case
    k, n = min(amount["texts"], amount["k"]), len(result.tokens) * result.has_head
    assert len(result.layers) == N_LAYERS and result.tokens == network.labels
    for layer in result.layers:
        shown, m = layer.shown, len(layer.shown.index)
        for name in (
            "active",
            "largest",
            "n_texts",
            "last_purity",
            "next_purity",
            "agrees",
            "agreed",
            "without_last",
            "value_norm",
        ):
            assert getattr(layer, name).shape == (F,), name
        for name, shape in {
            "index": (m,), "order": (m,), "texts": (m, k, TEXT_TOKENS), "following": (m, k), "activation": (m, k),
            "histogram": (m, shown.histogram.shape[1]), "low": (m,), "high": (m,), "value": (m, D),
            "promoted": (m, min(PROMOTED, n)), "suppressed": (m, min(SUPPRESSED, n)),
        }.items():  # fmt: skip
            assert getattr(shown, name).shape == shape or not m, name
        assert shown.promoted_score.shape == shown.promoted.shape == shown.promoted_norm.shape
        for name in ("before", "after", "said", "said_without"):
            assert getattr(shown, name).shape == (m, shown.n_without)
        kinds = {each.dtype for each in vars(shown).values() if isinstance(each, np.ndarray)}
        assert kinds <= {np.dtype(each) for each in ("int64", "int32", "float32", "float64")}


def test_shares_are_shares_and_what_never_fires_has_none(case: Case) -> None:
    name, _, result, _ = case
    for layer in result.layers:
        fires = layer.active > 0
        assert ((layer.active >= 0) & (layer.active <= 1)).all()
        np.testing.assert_array_equal(layer.largest > 0, fires)
        np.testing.assert_array_equal(layer.n_texts > 0, fires)
        assert (layer.n_texts <= result.k).all()
        for purity in (layer.last_purity, layer.next_purity):
            np.testing.assert_array_equal(np.isnan(purity), ~fires)
            assert ((purity > 0) & (purity <= 1))[fires].all()
        assert not layer.agrees[~fires].any()
        np.testing.assert_array_equal(np.isnan(layer.agreed), ~fires if result.has_head else np.ones(F, bool))
        for share in (layer.dominant_share, layer.any_agrees, layer.any_control):
            assert 0 <= share <= 1
        assert 0 <= layer.half_memories <= F and layer.identity_error < (0.05 if name == "half precision" else 1e-5)
        if fires.any() and result.has_head:
            assert layer.agreement is not None and layer.agreement_norm is not None
            assert layer.agreement.top1 == pytest.approx(layer.agrees[fires].mean())
            assert layer.agreement.top25 == pytest.approx(layer.agreed[fires].mean())
            assert layer.agreement.control <= layer.agreement.control_most <= 1
        else:
            assert layer.agreement is layer.agreement_norm is layer.against is layer.removal is None
        assert (layer.lens is None) == (not result.has_head)


def test_what_is_shown_belongs_together(case: Case) -> None:
    name, network, result, _ = case
    text = tiny.corpus(network)
    follows: dict[tuple[int, ...], set[int]] = {}
    for x, y in zip(*(each.tolist() for each in text.read(text.chosen)), strict=True):
        for t in range(CONTEXT):
            follows.setdefault(tuple(x[: t + 1]), set()).add(y[t])
    for layer in result.layers:
        shown = layer.shown
        assert (np.diff(shown.index) > 0).all()
        assert (np.diff(shown.activation, axis=1) <= 0).all() and (shown.activation >= 0).all()
        there = shown.activation > 0
        np.testing.assert_array_equal(there, shown.following >= 0)
        np.testing.assert_array_equal(there, shown.texts[..., -1] >= 0)
        for m, c in np.argwhere(there):
            written = tuple(shown.texts[m, c][shown.texts[m, c] >= 0].tolist())
            assert shown.following[m, c] in follows[written]
        alike = [set(map(tuple, row[fires].tolist())) for row, fires in zip(shown.texts, there, strict=True)]
        assert [len(each) for each in alike] == there.sum(1).tolist(), "a text is shown twice"
        assert shown.histogram.sum(1).tolist() == (
            [result.n_tokens] * len(shown.index) if layer.is_signed
            else np.rint(layer.active[shown.index] * result.n_tokens).tolist()
        )  # fmt: skip
        assert ((shown.low < 0) == layer.is_signed).all() and (shown.high >= shown.activation[:, 0]).all()
        np.testing.assert_allclose(np.linalg.norm(shown.value, axis=1), layer.value_norm[shown.index], rtol=1e-5)
        if result.has_head:
            check_tokens(layer, network, name == "half precision")


def check_tokens(layer: Layer, network: Network, is_half: bool) -> None:
    """Compare promoted and suppressed tokens with all products."""
    shown, n = layer.shown, len(network.labels)
    products = shown.value @ network.module.head.weight[:n].float().numpy().T
    np.testing.assert_allclose(
        np.take_along_axis(products, shown.promoted, 1), shown.promoted_score, rtol=1e-4, atol=1e-5
    )
    n_promoted, n_suppressed = shown.promoted.shape[1], shown.suppressed.shape[1]
    np.testing.assert_allclose(shown.promoted_score, -np.sort(-products, 1)[:, :n_promoted], rtol=1e-4, atol=1e-5)
    least = np.take_along_axis(products, shown.suppressed, 1)
    np.testing.assert_allclose(least, np.sort(products, 1)[:, :n_suppressed], rtol=1e-4, atol=1e-5)
    if not is_half:
        normed = network.module.norm(torch.from_numpy(shown.value)) @ network.module.head.weight[:n].T
        assert (normed.argsort(1, descending=True)[:, :n_promoted].numpy() == shown.promoted_norm).all()
    assert np.nanmax(shown.before, initial=0) <= 1 and np.nanmin(shown.after, initial=0) >= 0
    np.testing.assert_array_equal(np.isnan(shown.before), shown.said < 0)
    assert max(shown.said.max(initial=0), shown.said_without.max(initial=0)) < n


@pytest.mark.parametrize("gated", [False, True])
def test_values_are_turned_with_their_keys(gated: bool) -> None:
    """A memory whose activation is largest below zero is shown and counted as its opposite, which writes the same."""
    texts, signs = tiny.windows(n_tokens=60), []
    network = tiny.network(tiny.gpt(2, gated, n_tokens=60), texts, n_tokens=60)
    result = measured(network)
    fired = tiny.activations(network.module, texts[:, :-1])
    for block, layer, activation in zip(network.module.blocks, result.layers, fired, strict=True):
        low, high = activation.min((0, 1)), activation.max((0, 1))
        sign = np.where(gated & (-low > high), -1, 1)
        np.testing.assert_allclose(layer.largest, np.maximum((sign * high), sign * low).clip(0), rtol=1e-4)
        shown, values = layer.shown, block.mlp.value.weight.T.numpy()
        np.testing.assert_allclose(shown.value, (sign[:, None] * values)[shown.index], rtol=1e-6)
        assert ((sign < 0).sum() > 3) == gated
        signs.append(torch.from_numpy(sign).float())
    outputs = look(network, anatomy.find(network), held_out(network.dataset), signs)
    assert [each.any_agrees for each in result.layers] == [each.any_agrees / each.n for each in outputs]


def test_as_many_are_shown_as_asked_in_one_order_for_all_layers(case: Case) -> None:
    _, _, result, amount = case
    order = np.concatenate([layer.shown.order for layer in result.layers])
    assert sorted(order.tolist()) == list(range(min(amount["shown"], N_LAYERS * F)))
    fires = np.concatenate([(layer.active > 0)[layer.shown.index] for layer in result.layers])[order.argsort()]
    assert (np.diff(fires.astype(int)) <= 0).all(), "a memory that never fires comes before one that does"


@pytest.mark.parametrize("gated", [False, True])
def test_the_clearest_are_shown_by_the_rule(gated: bool) -> None:
    """Three shares of the strongest texts, each less the share that its token has of the whole text; less where there
    are fewer texts than were looked for."""
    network = tiny.network(tiny.gpt(5, gated))
    text, found = tiny.corpus(network), anatomy.find(network)
    x, y = text.read(text.chosen)
    share = Counter(x.flatten().tolist())
    scores: dict[tuple[int, int], float] = {}
    for number, (layer, of) in enumerate(zip(found.layers, read(network, found, text, AMOUNT["k"]), strict=True)):
        says = (layer.values() * of.sign[:, None] @ network.module.head.weight.T).argmax(1).tolist()
        for memory in range(F):
            places = [place for place in of.place[memory].tolist() if place >= 0]
            if not places:
                continue
            ends, goes_on = ([int(each[p // CONTEXT, p % CONTEXT]) for p in places] for each in (x, y))
            (end, n_end), (after, n_after) = (Counter(each).most_common(1)[0] for each in (ends, goes_on))
            usual = (share[end] + share[after] + share[says[memory]]) / x.numel()
            alike = (n_end + n_after + goes_on.count(says[memory])) / len(places)
            scores[number, memory] = (alike - usual) * len(places) / AMOUNT["k"]
    result = measured(network)
    chosen = {
        int(order): scores[number, int(index)]
        for number, layer in enumerate(result.layers)
        for order, index in zip(layer.shown.order, layer.shown.index, strict=True)
    }
    expected = sorted(scores.values(), reverse=True)[: AMOUNT["shown"]]
    assert [chosen[order] for order in sorted(chosen)] == pytest.approx(expected)


def same(one: Memories, other: Memories) -> None:
    """Raise where two results differ in anything but time."""
    for a, b in zip(_leaves(asdict(one)), _leaves(asdict(other)), strict=True):
        if a[0] != "seconds":
            np.testing.assert_array_equal(*(np.asarray([] if each[1] is None else each[1]) for each in (a, b)), a[0])


def _leaves(given: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(given, dict):
        return [leaf for key, each in given.items() for leaf in _leaves(each, key)]
    if isinstance(given, tuple) and given and isinstance(given[0], dict):
        return [leaf for each in given for leaf in _leaves(each, name)]
    return [(name, given)]


@pytest.mark.parametrize("gated", [False, True])
def test_two_runs_give_the_same_and_another_seed_other_lots(gated: bool) -> None:
    network = tiny.network(tiny.gpt(1, gated))
    one = measured(network)
    same(one, measured(network))
    with pytest.raises(AssertionError):
        same(one, measured(network, seed=1))


def test_half_precision_says_about_the_same() -> None:
    exact, about = (measured(tiny.network(module)) for module in (tiny.gpt(), tiny.gpt().bfloat16()))
    for one, other in zip(exact.layers, about.layers, strict=True):
        assert one.lens is not None and other.lens is not None
        assert other.lens.loss == pytest.approx(one.lens.loss, rel=0.05)
        np.testing.assert_allclose(other.active, one.active, atol=0.05)
        np.testing.assert_allclose(other.value_norm, one.value_norm, rtol=0.02)


def test_an_encoder_has_texts_and_nothing_that_needs_a_head() -> None:
    result = measured(headless())
    assert not result.has_head and result.loss is None
    for layer in result.layers:
        assert np.isnan([layer.first_removed, layer.random_removed, layer.last_removed]).all()
        assert np.isnan(layer.without_last).all() and (layer.shown.activation[:, 0] > 0).all()
    with_head = measured(tiny.network(tiny.gpt()))
    for layer, other in zip(result.layers, with_head.layers, strict=True):
        np.testing.assert_allclose(layer.largest, other.largest, rtol=1e-5)


def test_a_dead_layer_adds_nothing_and_the_other_is_measured() -> None:
    result = measured(tiny.network(dead(0)), shown=2 * F)
    silent, alive = result.layers
    assert (silent.dominant_share, silent.half_memories, silent.any_agrees) == (0, 0, 0)
    assert silent.removal is None and silent.shown.n_without == 0 and len(silent.shown.index) == F
    assert alive.removal is not None and alive.removal.n_memories == (alive.active > 0).sum()


def test_a_large_network_reads_less_and_never_nothing() -> None:
    much = Amount(**AMOUNT | {"tokens": 200_000, "sampled": 16_000, "windows": 16, "tera": 4.0})
    counts: list[tuple[int, ...]] = []
    for n_parameters in (1e6, 1e8, 1e9, 1e11, 1e15):
        n_head = int(n_parameters) // 3
        less, n_silenced, n_shortened = affordable(much, int(n_parameters), n_head, 12, 128)
        assert 1 <= n_shortened <= much.texts
        counts.append((less.tokens, less.sampled, less.by_lot, less.windows, n_silenced))
        assert min(less.by_lot, less.windows, n_silenced) >= 1
        assert less.tokens * n_parameters <= much.tera * 1e12 and less.sampled <= much.sampled
        assert less.sampled * (n_parameters + 2 * 12 * n_head) <= much.tera * 1e12
        if n_shortened > 1:
            assert 3 * less.by_lot * n_shortened * 12 * 128 * n_parameters <= much.tera * 1e12
        if n_parameters <= 1e9:
            assert 2 * less.by_lot * less.windows * 12 * 128 * n_parameters <= much.tera * 1e12
            assert 3 * n_silenced * much.without * 12 * 128 * n_parameters <= max(
                much.tera * 1e12, 3 * 2 * 12 * 128 * n_parameters
            )
    assert counts[0][:4] == (200_000, 16_000, 6, 16)
    assert all(np.subtract(a, b).min() >= 0 for a, b in pairwise(counts))
