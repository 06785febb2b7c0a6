"""What is measured of a network itself: against closed forms and second ways of counting."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generators.articles.report.analysis import card, confusion, decisions, examples, learning, reading
from generators.articles.report.facts.card import card as card_facts
from generators.articles.report.facts.confusion import confusion as confusion_facts
from generators.articles.report.results.card import Card
from generators.networks import load
from tests.articles.report.stand_in import LABELS, Bigram, Given, classifier

# The card -----------------------------------------------------------------------------------------------------------


def test_every_parameter_is_in_one_layer_and_a_shared_one_counts_once():
    module = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 4), nn.Linear(4, 5, bias=False))
    module[2].weight = module[0].weight
    result = card.describe(classifier(module, torch.zeros(2, 3), [0, 1]))
    assert [(layer.path, layer.type, layer.parameters) for layer in result.layers] == [
        ("0", "Embedding", 20), ("1", "Linear", 20),
    ]  # fmt: skip
    assert result.parameters == sum(layer.parameters for layer in result.layers) == 40


@pytest.mark.parametrize(
    ("kind", "shape", "reads"),
    [
        ("image-classifier", (3, 32, 64), "colour pictures of 64 × 32 pixels"),
        ("image-classifier", (1, 8, 8), "grey pictures of 8 × 8 pixels"),
        ("language-model", (64,), "64 tokens at most"),
        ("plane", (2,), "points of the plane"),
        ("sequence-classifier", (8, 3), "8 steps of 3 numbers"),
        ("classifier", (4,), "4 numbers"),
        ("classifier", None, None),
    ],
)
def test_what_a_network_reads_is_said_in_words(kind, shape, reads):
    facts = card_facts(Card("n", kind, shape, 0, 3, LABELS, 10, 10, (), 1, (), {"accuracy": 0.5, "loss": math.nan}))
    assert facts.get("reads") == reads
    assert facts["answers"] == ("the next of 3 tokens" if kind == "language-model" else "one of 3 labels: a, b, c")
    assert facts["accuracy"] == 0.5 and "loss" not in facts, "a fact that a page quotes is finite"


def test_what_could_not_be_read_is_counted_and_named():
    class Collection(list):
        skipped = tuple((f"{k}.png", "it is cut short") for k in range(7))

    network = classifier(nn.Linear(2, 2), torch.zeros(2, 2), [0, 1])
    object.__setattr__(network.dataset, "examples", Collection(range(50)))
    facts = card_facts(card.describe(network))
    assert (facts["examples"], facts["examples_in_all"], facts["skipped"]) == (2, 50, 7)
    assert facts["skipped_files"].startswith("0.png (it is cut short); ") and facts["skipped_files"].endswith("2 more")


def test_a_file_whose_name_is_no_text_can_still_be_named_on_a_page():
    assert card._text("y\udcff.png") == "y\\xff.png" and card._text("ÿ.png") == "ÿ.png"


# Pictures -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def seen():
    """60 pictures of 3 classes; every fourth is misread, the later the surer."""
    y = [k % 3 for k in range(60)]
    logits = np.zeros((60, 3), np.float32)
    for k, label in enumerate(y):
        logits[k, label if k % 4 else (label + 1) % 3] = 1 + k / 60
    x = torch.zeros(60, 3, 4, 5)
    x[:, 0, 0, 0] = torch.arange(60.0)
    return classifier(Given(logits), x, y, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))


def test_pictures_by_lot_come_from_their_class_and_mistakes_are_the_surest(seen):
    result = examples.pick(seen, by_lot=4, mistakes=2, classes=30, seed=0)
    y = seen.dataset.test.y.numpy()
    assert (y[result.index] == result.truth).all() and len(set(result.index.tolist())) == len(result.index)
    assert np.bincount(result.truth[result.by_lot]).tolist() == [4, 4, 4]
    chosen = ~result.by_lot
    assert (result.answer[chosen] != result.truth[chosen]).all()
    for label in range(3):
        of_class = set(np.flatnonzero((y == label) & (np.arange(60) % 4 == 0)))
        lot = set(result.index[result.by_lot & (result.truth == label)].tolist())
        surest = sorted(of_class - lot, reverse=True)[:2]
        assert result.index[chosen & (result.truth == label)].tolist() == surest
    assert result.n_wrong == 15


def test_a_seed_is_a_lot(seen):
    lots = [examples.pick(seen, 4, 2, 30, seed).index.tolist() for seed in (0, 0, 1)]
    assert lots[0] == lots[1] != lots[2]


def test_of_many_classes_evenly_spread_ones_are_shown(seen):
    result = examples.pick(seen, 2, 0, classes=2, seed=0)
    assert sorted(set(result.truth.tolist())) == [0, 2] and result.n_classes == 3


@pytest.mark.parametrize(("mean", "std"), [((0.5, 0.2, 0.1), (0.3, 0.2, 0.25)), ((0.4,), (2.0,)), ((), ())])
def test_a_picture_looks_as_it_did_before_it_was_standardised(mean, std):
    levels = np.random.default_rng(0).integers(0, 256, (6, 3, 9, 7)).astype(np.uint8)
    levels[0, 0, 0, :2] = 0, 255
    offset, scale = (torch.tensor(v or (d,)).reshape(-1, 1, 1) for v, d in ((mean, 0.0), (std, 1.0)))
    x = (torch.from_numpy(levels).float() / 255 - offset) / scale
    shown = examples.pictures(x, np.array([5, 0]), mean, std)
    assert shown.shape == (2, 9, 7, 3)
    assert np.abs(shown.astype(int) - levels[[5, 0]].transpose(0, 2, 3, 1)).max() <= 1


def test_large_pictures_are_shown_smaller_and_odd_channels_as_grey():
    assert examples.pictures(torch.rand(1, 3, 192, 384), np.array([0]), (), ()).shape == (1, 48, 96, 3)
    assert examples.pictures(torch.rand(2, 5, 6, 6), np.array([1]), (), ()).shape == (1, 6, 6, 1)


# Confusions ---------------------------------------------------------------------------------------------------------


def test_every_example_is_counted_where_truth_meets_answer(seen):
    result = confusion.confuse(seen)
    assert result.counts.sum() == 60 and result.counts.sum(1).tolist() == [20, 20, 20]
    assert result.counts.tolist() == [[15, 5, 0], [0, 15, 5], [5, 0, 15]]
    assert result.accuracy.tolist() == [0.75] * 3
    facts = confusion_facts(result)
    assert facts["wrong"] == 15 and facts["worst_pair_1"] == "a taken for b, 5 of 20"
    assert "worst_pair_4" not in facts


def test_a_class_without_examples_has_no_accuracy():
    result = confusion.confuse(classifier(Given(np.eye(3)), torch.tensor([[0.0], [1.0]]), [0, 1]))
    assert np.isnan(result.accuracy[2]) and np.isnan(result.low[2]) and not np.isnan(result.accuracy[:2]).any()
    assert "worst_pair_1" not in confusion_facts(result)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_ends_of_wilsons_interval_are_z_standard_errors_away(drawn):
    hits, n = map(np.array, drawn)
    for p in confusion.wilson(hits, n):
        assert abs(abs(hits / n - p) - confusion.Z * math.sqrt(p * (1 - p) / n)) < 1e-7  # the root of a rounding error


def test_wilsons_interval_is_the_published_one():
    """Newcombe (1998), Statistics in Medicine 17: 81 of 263 and 0 of 20."""
    low, high = confusion.wilson(np.array([81, 0]), np.array([263, 20]))
    assert np.round(low, 4).tolist() == [0.2553, 0.0] and np.round(high, 4).tolist() == [0.3662, 0.1611]


# The plane ----------------------------------------------------------------------------------------------------------


def test_the_plane_is_answered_as_the_network_answers_it():
    module = nn.Linear(2, 2)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[0.0, 0.0], [3.0, 0.0]]))
        module.bias.zero_()
    x = torch.tensor([[-1.0, -1.0], [1.0, 3.0], [0.5, 0.0], [-0.5, 1.0]])
    network = classifier(module, x, [0, 1, 0, 0], labels=("left", "right"), mean=(10.0, 0.0), std=(2.0, 1.0))
    result = decisions.map_plane(network, side=33, points=3, seed=0)
    assert result.x[0] == pytest.approx(8 - 0.32) and result.x[-1] == pytest.approx(12 + 0.32), "in measured units"
    across = 1 / (1 + np.exp(-3 * (result.x - 10) / 2))
    assert result.probability == pytest.approx(np.tile(np.maximum(across, 1 - across), (33, 1)), abs=1e-6)
    assert (result.answer == (result.x > 10)).all()
    assert len(result.points) == 3 and set(map(tuple, result.points)) <= {(8, -1), (12, 3), (11, 0), (9, 1)}
    assert (result.given == (result.points[:, 0] > 10)).all()


# Learning -----------------------------------------------------------------------------------------------------------


def test_the_last_checkpoint_is_the_network_and_the_first_knows_nothing():
    network = load("moons-net")
    result = learning.follow(network, "moons-net", "")
    assert result.test[-1] == network.quality["accuracy"] and result.steps[0] == 0
    assert len(result.steps) >= 20 and (np.diff(result.steps) > 0).all()
    assert result.test[0] < 0.7 < result.test[-1]


def test_checkpoints_are_measured_in_a_copy_of_the_network():
    network = load("moons-net")
    network.module.state_dict()["head.bias"].add_(1)
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    learning.follow(network, "moons-net", "")
    after = network.module.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


# Reading ------------------------------------------------------------------------------------------------------------


def test_a_reader_of_pairs_gives_each_token_what_its_table_says():
    table = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.3, 0.4]])
    text = torch.from_numpy(np.random.default_rng(0).integers(0, 3, (7, 12)))
    quality = {"chance_loss": 1.0, "floor": 0.5}
    network = classifier(Bigram(table), text[:, :-1], [0] * 7, kind="language-model", quality=quality)
    object.__setattr__(network.dataset.test, "y", text[:, 1:])
    result = reading.read(network, passages=2, tokens=6, sequences=7, seed=0)
    loss = -np.log(table[text[:, :-1], text[:, 1:]])
    assert result.loss == pytest.approx(loss.mean(0), abs=1e-6) and result.n_sequences == 7
    assert result.half == pytest.approx(1.96 * loss.std(0) / math.sqrt(7), abs=1e-6)
    assert (result.chance_loss, result.floor) == (1.0, 0.5)
    for tokens, p, rank, expected in zip(result.tokens, result.probability, result.rank, result.expected, strict=True):
        ids = [LABELS.index(token) for token in tokens]
        assert ids in text[:, :6].tolist() and np.isnan(p[0]) and rank[0] == -1
        for k in range(1, 6):
            row = table[ids[k - 1]]
            assert p[k] == pytest.approx(row[ids[k]], abs=1e-6)
            assert rank[k] == (row > row[ids[k]] + 1e-9).sum()
            assert row[LABELS.index(expected[k])] == row.max()
