"""Facts followed: what the parts add up to, a second run without hooks, and a network whose memories are known."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.recall import follow_facts, writing
from generators.articles.key_value_memory.analysis.recall.asking import EVERYWHERE, LAST, ask, log_odds
from generators.articles.key_value_memory.analysis.recall.searching import silencing
from generators.articles.key_value_memory.facts.recall import recall as fact_numbers
from generators.articles.key_value_memory.figures import recall as figures
from generators.articles.key_value_memory.figures.recall import path
from generators.articles.key_value_memory.figures.recall.marks import Plate
from generators.articles.key_value_memory.figures.recall.told import Fact
from generators.articles.key_value_memory.results.recall import Recall
from generators.datasets import grammar
from generators.drawing import files
from generators.errors import UsageError
from generators.networks import load
from generators.networks.gpt import GPT, Sizes, grammar_gpt

FACTS = 4
KINDS = tuple(grammar.CAPITALS.values()), tuple(grammar.CAPITALS)


@pytest.fixture(scope="module")
def network():
    return load("grammar-gpt")


@pytest.fixture(scope="module")
def recall(network) -> Recall:
    return follow_facts(network, FACTS, beginnings=2, draws=2, seed=0)


def around(module: GPT) -> SimpleNamespace:
    """As much of a network as following facts asks for."""
    return SimpleNamespace(name="made here", module=module.eval(), labels=grammar.WORDS, device="cpu")


def random_gpt(seed: int) -> GPT:
    """Large random weights, biases and norms included, so that nothing cancels and all layers matter."""
    torch.manual_seed(seed)
    module = grammar_gpt()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=0.3)
    return module.requires_grad_(False)


def run(module: GPT, tokens: Tensor, changed: dict[tuple[int, int], float]) -> tuple[Tensor, list[Tensor]]:
    """Run one text (t,), with memories of the last token set to numbers; logits and activations of the last token.

    A forward pass of its own, in double precision, for want of hooks.
    """
    module = module.double()
    x = (module.tokens(tokens) + module.positions.weight[: len(tokens)])[None]
    seen = []
    for layer, block in enumerate(module.blocks):
        x = x + block.attention(block.norm1(x))
        activations = torch.relu(block.mlp.key(block.norm2(x)))
        for (where, memory), value in changed.items():
            if where == layer:
                activations[0, -1, memory] = value
        seen.append(activations[0, -1])
        x = x + activations @ block.mlp.value.weight.T + block.mlp.value.bias
    logits = module.head(module.norm(x))[0, -1]
    module.float()
    return logits, seen


def tokens_of(recall: Recall, question: int, beginning: int = 0) -> Tensor:
    return torch.from_numpy(grammar.encode(f"{recall.beginnings[beginning]} {recall.prompts[question]}"))


def places(recall: Recall, order: np.ndarray) -> list[tuple[int, int]]:
    return [divmod(int(place), recall.activation.shape[2]) for place in order]


@pytest.mark.parametrize("seed", range(5))
def test_what_the_parts_write_adds_up_to_the_logits(seed):
    """Whichever logits are asked for."""
    module, questions = random_gpt(seed), grammar.capitals()[:3]
    asked = ask(module, grammar.STOP, questions, "cpu")
    written = writing.write(asked)
    towards = torch.randn(3, len(grammar.WORDS), generator=torch.Generator().manual_seed(seed))
    parts = writing.read_out(module, written, towards)
    assert parts.abs().max() > 1
    torch.testing.assert_close(parts.sum(0), (asked.unchanged() * towards).sum(1), atol=1e-3, rtol=1e-4)
    memories = writing.read_memories(module, written, asked.last, towards).sum(2).T  # (l, q)
    torch.testing.assert_close(memories, parts[[written.names.index(f"memories {layer}") for layer in (1, 2, 3)]])
    assert written.of(torch.tensor([1])).stream.equal(written.stream[:, 1:2])


def test_the_parts_add_up_to_the_margin(recall):
    np.testing.assert_allclose(recall.parts.sum(1), recall.margin, atol=1e-4)


def test_a_memory_writes_what_is_missing_when_it_is_taken_out_of_the_stream(recall, network):
    """With the final norm held still, by arithmetic in numpy."""
    for question in (0, FACTS):
        x, margin = stream_and_margin(recall, network.module, question)
        assert margin(x) == pytest.approx(recall.margin[question], abs=1e-4)
        _, seen = run(network.module, tokens_of(recall, question), {})
        for layer, memory in places(recall, np.argsort(-recall.contribution[question].ravel())[:5]):
            value = network.module.blocks[layer].mlp.value.weight[:, memory].numpy()
            lost = margin(x) - margin(x - float(seen[layer][memory]) * value)
            assert recall.contribution[question, layer, memory] == pytest.approx(lost, abs=1e-4)


def stream_and_margin(recall: Recall, module: GPT, question: int) -> tuple[np.ndarray, Callable[[np.ndarray], float]]:
    """What the final norm reads at the last token, and the margin of whatever is put there, at the same scale."""
    caught: list[np.ndarray] = []
    hook = module.norm.register_forward_pre_hook(lambda _module, inputs: caught.append(inputs[0][0, -1].numpy()))
    module(tokens_of(recall, question)[None])
    hook.remove()
    (x,), answer = caught, recall.answers[question]
    others = [grammar.WORDS.index(word) for word in KINDS[recall.direction[question]]]
    others.remove(answer)

    def margin(stream: np.ndarray) -> float:
        still = (stream - stream.mean()) / x.std() * module.norm.weight.numpy() + module.norm.bias.numpy()
        logits = module.head.weight.numpy() @ still
        return float(logits[answer] - logits[others].mean())

    return x, margin


def test_trails_lead_where_a_run_without_hooks_leads(recall, network):
    """Before the last memory is silenced the answer is right, after it it is not; with the words and their chances."""
    for scope in recall.scopes:
        for question, answer in enumerate(recall.answers):
            order, needed = scope.silenced.order[question], int(scope.silenced.needed[question])
            steps = int((order >= 0).sum())
            assert steps == (needed if needed >= 0 else scope.firing[question])
            for n in {0, steps - 1, steps} - {-1}:
                silent = dict.fromkeys(places(recall, order[:n]), 0.0)
                logits, _ = run(network.module, tokens_of(recall, question), silent)
                said = int(logits.argmax())
                assert said == scope.silenced.said[question, n]
                assert (said != answer) == (n == needed)
                likeliest = float(logits.softmax(0).max())
                assert scope.silenced.probability[question, n] == pytest.approx(likeliest, abs=1e-4)
            assert {layer for layer, _ in places(recall, order[:steps])} <= set(scope.layers)


def test_swaps_lead_where_a_run_without_hooks_leads(recall, network):
    for scope in recall.scopes:
        for k, (mine, other) in enumerate(recall.pairs[::5]):
            trail, k = scope.swapped, 5 * k
            steps, needed = int((trail.order[k] >= 0).sum()), int(trail.needed[k])
            _, given = run(network.module, tokens_of(recall, other), {})
            for n in {steps - 1, steps} - {-1}:
                swapped = {place: float(given[place[0]][place[1]]) for place in places(recall, trail.order[k, :n])}
                logits, _ = run(network.module, tokens_of(recall, mine), swapped)
                assert int(logits.argmax()) == trail.said[k, n]
                assert (int(logits.argmax()) == recall.answers[other]) == (n == needed)


def test_the_order_found_needs_fewer_than_one_by_lot(recall):
    for scope in (recall.scopes[0], recall.scopes[-1]):
        assert np.median(scope.swapped.needed) < np.median(scope.swapped_at_random) / 2
        assert np.median(scope.silenced.needed) < np.median(scope.silenced_at_random) / 2


def test_what_happens_after_other_sentences(recall, network):
    """The controls: the same memories silenced there, and the activations from there given here."""
    for scope in recall.scopes:
        for question, answer in enumerate(recall.answers):
            needed = max(0, int(scope.silenced.needed[question]))
            silent = dict.fromkeys(places(recall, scope.silenced.order[question, :needed]), 0.0)
            logits, _ = run(network.module, tokens_of(recall, question, 1), silent)
            assert (int(logits.argmax()) != answer) == scope.silenced_after[0, question]
        _, there = run(network.module, tokens_of(recall, 0, 1), {})
        given = {(layer, i): float(a) for layer in scope.layers for i, a in enumerate(there[layer])}
        logits, _ = run(network.module, tokens_of(recall, 0), given)
        assert (int(logits.argmax()) == recall.answers[0]) == scope.stays[0, 0]


def test_the_first_to_be_silenced_is_the_one_that_costs_most_alone(recall):
    n_memories = recall.activation.shape[2]
    for layer, scope in enumerate(recall.scopes[:-1]):
        for question in range(2 * FACTS):
            if scope.firing[question]:
                cost = np.where(recall.activation[question] > 0, recall.cost[0, question], -np.inf)[layer]
                assert scope.silenced.order[question, 0] == layer * n_memories + cost.argmax()
    assert (recall.cost[:, recall.activation == 0][0] == 0).all()  # the silent cost nothing


def test_the_odds_are_those_of_the_probability(recall):
    p = recall.probability[0]
    np.testing.assert_allclose(recall.odds, np.log(p / (1 - p)), atol=0.01)
    logits = torch.tensor([[300.0, 0.0, 0.0]])
    assert float(log_odds(logits, torch.tensor([0]))) == pytest.approx(300 - np.log(2))  # where 1 - p is 0


def test_a_question_swapped_with_itself_stays(network):
    asked = ask(network.module, grammar.STOP, grammar.capitals()[:3], "cpu")
    rows = torch.arange(3)
    for at in (LAST, EVERYWHERE):
        kept = torch.ones_like(asked.last)
        torch.testing.assert_close(asked.logits(rows, kept, at=at), asked.unchanged())
    given = asked.logits(rows, torch.zeros_like(asked.last), asked.last)
    torch.testing.assert_close(given, asked.unchanged())


def test_many_texts_are_asked_in_parts(network, monkeypatch):
    asked = ask(network.module, grammar.STOP, grammar.capitals()[:5], "cpu")
    rows, kept = torch.arange(5), torch.rand(5, asked.last.shape[1])
    whole = asked.logits(rows, kept, kept)
    monkeypatch.setattr("generators.articles.key_value_memory.analysis.recall.asking.TEXTS_AT_ONCE", 2)
    torch.testing.assert_close(asked.logits(rows, kept, kept), whole)


def test_nothing_is_left_hanging_on_the_network(network, recall):
    assert not any(module._forward_pre_hooks or module._forward_hooks for module in network.module.modules())


def test_a_seed_decides_the_lots(network):
    asked = ask(network.module, grammar.STOP, grammar.capitals()[:4], "cpu")
    search = silencing(asked, torch.ones_like(asked.last[0], dtype=torch.bool))
    one, same, other = (search.by_lot(torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


@dataclass(frozen=True)
class Planted:
    """A network of one layer that was written, not trained: memory i knows the answer of question i, once or twice."""

    copies: int = 1

    def module(self) -> GPT:
        words, questions = len(grammar.WORDS), grammar.capitals()
        d, stop = words + len(questions) + 9, words + len(questions)
        module = GPT(Sizes(n_tokens=words, n_positions=64, d_model=d, n_layers=1, n_heads=1))
        block = module.blocks[0]
        with torch.no_grad():
            for name, parameter in module.named_parameters():
                parameter.fill_(float("norm" in name and name.endswith("weight")))
            module.tokens.weight[:, :words] = torch.eye(words)
            block.attention.qkv.weight[2 * d :] = torch.eye(d)  # attends to all alike, and copies what it finds
            block.attention.out.weight.copy_(torch.eye(d))
            module.head.weight[grammar.WORDS.index("plus"), stop] = 1.0
            block.mlp.value.bias[stop] = 0.5  # what it says when it knows nothing
            for i, question in enumerate(questions):
                subject = next(word for word in question.prompt.split() if word in SUBJECTS)
                for copy in range(self.copies):
                    memory = self.copies * i + copy
                    block.mlp.key.weight[memory, grammar.WORDS.index(subject)] = 1.0
                    block.mlp.key.bias[memory] = -0.3
                    block.mlp.value.weight[words + i, memory] = 4.0
                module.head.weight[grammar.WORDS.index(question.answers[0]), words + i] = 1.0
        return module.requires_grad_(False)


SUBJECTS = {*grammar.CAPITALS, *grammar.CAPITALS.values()}


@pytest.fixture(scope="module", params=[1, 2])
def planted(request) -> tuple[int, Recall]:
    return request.param, follow_facts(around(Planted(request.param).module()), FACTS, 2, 2, 0)


def test_planted_memories_are_found(planted):
    copies, recall = planted
    assert (recall.said[0] == recall.answers).all()
    whose = [copies * i + copy for i in (*range(FACTS), *range(16, 16 + FACTS)) for copy in range(copies)]
    fires = recall.activation[:, 0] > 0
    np.testing.assert_array_equal(np.argwhere(fires)[:, 1], whose)
    assert recall.other_overlap[0] == 0
    layer, together = recall.scopes
    for scope in (layer, together):
        assert (scope.silenced.needed == copies).all()
        assert (scope.silenced_at_random == copies).all()  # no others fire
        assert (scope.swapped.needed >= copies).all() and (scope.swapped.needed <= 2 * copies).all()
        assert (scope.differing == 2 * copies).all()
        assert scope.becomes.all() and not scope.without.any()
        assert not scope.becomes_at_subject.any()
    assert (recall.changes == (copies == 1)).all()
    share = recall.contribution.max((1, 2)) / recall.margin
    np.testing.assert_allclose(share, 1 / copies, atol=0.02)
    strongest = recall.contribution[:, 0].argmax(1)
    np.testing.assert_array_equal(recall.promoted[0, strongest, 0], recall.answers)


def test_a_network_of_other_words_or_of_another_make_is_refused(network):
    for stranger in (
        SimpleNamespace(name="mine", module=network.module, labels=("a", "b")),
        SimpleNamespace(name="mine", module=torch.nn.Linear(2, 2), labels=grammar.WORDS),
    ):
        with pytest.raises(UsageError, match=r"GPT of the grammar's 87 words.*'mine' is a"):
            follow_facts(stranger, 2, 2, 1, 0)


def test_what_was_found_can_be_stored(recall):
    from generators.store import codec

    again = codec.decode(codec.encode(recall), ["generators"])
    np.testing.assert_array_equal(again.scopes[0].swapped.order, recall.scopes[0].swapped.order)
    assert replace(again, words=()).words == ()


def test_facts_are_those_of_the_arrays(recall):
    facts = fact_numbers(recall)
    assert facts["capital_accuracy"] == 1 and facts["questions"] == 2 * FACTS
    assert facts["single_changes"] == recall.changes[0].sum()
    assert sum(facts[f"{name.replace(' ', '_')}_share"] for name in recall.part_names) == pytest.approx(1, abs=1e-5)
    needed = np.sort(recall.scopes[-1].silenced.needed)
    assert (needed > 0).all()
    assert facts["all_silenced"] == needed[FACTS - 1]  # half of them are changed by so many
    assert facts["all_silenced_most"] == needed[-1]
    assert facts["layer_2_silenced"] == -1 and facts["layer_2_accuracy_without"] == 1
    assert all(np.isfinite(value) for value in facts.values())


def test_facts_count_what_never_changes_as_never(recall):
    needed = np.array([3, -1, 5, -1], np.int16)
    scope = replace(recall.scopes[0], silenced=replace(recall.scopes[0].silenced, needed=needed.repeat(2)))
    facts = fact_numbers(replace(recall, scopes=(scope,)))
    assert (facts["layer_1_silenced_quarter"], facts["layer_1_silenced"]) == (3, 5)
    assert facts["layer_1_silenced_three_quarters"] == facts["layer_1_silenced_most"] == -1
    assert facts["layer_1_silenced_changes"] == 0.5


def test_the_path_holds_the_numbers_of_its_fact(recall):
    drawn = figures.one_fact(recall)
    made = files(drawn)
    fact = drawn.data["facts"][0]
    order = [place for layer in fact["writes"] for place, _ in layer]
    assert sorted(order) == np.flatnonzero(recall.activation[0] > 0).tolist()
    for layer, writes in zip(fact["layers"], recall.contribution[0], strict=True):
        assert layer == pytest.approx(writes.sum(), abs=0.005)
    for name in ("diagram.svg", "narrow.svg"):
        svg = made[name].decode()
        assert svg.count("<rect") - svg.count('display="none"') - 3 == len(order)  # less the plates
        assert "paris" in svg and f"{recall.margin[0]:.2f} logits" in svg
    assert len(drawn.rows) == (recall.activation > 0).sum()


def test_the_path_of_a_trail_can_be_read_again(recall):
    data = figures.one_fact(recall).data
    for question, fact in enumerate(data["facts"]):
        for told, scope in zip(fact["silenced"], recall.scopes, strict=True):
            said = [[word for start, word in told["said"] if start <= n][-1] for n in range(len(told["order"]) + 1)]
            assert said == scope.silenced.said[question, : len(said)].tolist()
            assert told["reached"] == (said[-1] != fact["answer"])


def test_every_sentence_has_the_lines_it_needs(recall):
    every = [Fact(recall, question) for question in range(2 * FACTS)]
    told = {
        "memory": [fact.memory(int(place)) for fact in every for places in fact.places for place in places],
        "silence": [fact.silence(scope) for fact in every for scope in recall.scopes],
        "swap": [fact.swap(scope, pair) for fact in every for scope in recall.scopes for pair in fact.others()],
        "key": [path.KEY],
    }
    for page in (path.WIDE, path.NARROW):
        for sentences, room in zip(told.values(), page.n_lines, strict=True):
            assert max(len(textwrap.wrap(sentence, page.letters)) for sentence in sentences) == room


def test_marks_stay_on_their_plate_and_apart():
    random = np.random.default_rng(0)
    plate = Plate(10, 20, 100)
    for n in (0, 1, 60):
        sides = np.sort(random.uniform(3, 18, n))[::-1].tolist()
        centres, bottom = plate.flow(sides)
        boxes = [(x - s / 2, y - s / 2, x + s / 2, y + s / 2) for (x, y), s in zip(centres, sides, strict=True)]
        for k, (left, top, right, low) in enumerate(boxes):
            assert left > 9.99 and right < 110.01 and top > 19.99 and low < bottom
            assert all(left > other[2] or top > other[3] for other in boxes[:k])


def test_the_spread_holds_the_shares(recall):
    drawn = figures.facts_spread(recall)
    needed = recall.scopes[0].silenced.needed
    for n in (1, 5, 128):
        rows = [row for row in drawn.rows if row["memories"] == n and row["in"] == "layer 1"]
        (share,) = [row["share of answers"] for row in rows if (row["changed"], row["order"]) == ("silenced", "best")]
        assert share == np.mean([0 <= each <= n for each in needed if each >= 0] + [False] * (needed < 0).sum())
    for name in ("diagram.svg", "narrow.svg"):
        svg = files(drawn)[name].decode()
        assert svg.count("data-curve") == 4 * len(recall.scopes)
        assert "all layers" in svg and "by lot" in svg


def test_the_table_has_a_row_for_every_question(recall):
    table = figures.facts_table(recall)
    files(table)
    assert [row["Question"] for row in table.rows] == list(recall.prompts)
    assert [row["Silent"] for row in table.rows] == recall.scopes[-1].silenced.needed.tolist()
    assert table.rows[0]["Share"] == pytest.approx(recall.contribution[0].max() / recall.margin[0])
    first = recall.scopes[-1].swapped.needed[recall.pairs[:, 0] == 0]
    assert table.rows[0]["Swapped"] == np.median(first)
