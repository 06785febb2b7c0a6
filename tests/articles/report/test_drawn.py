"""How a portrait is drawn: the trace holds the result's numbers, and a label is text whatever it says."""

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise

import numpy as np
import pytest
import torch

from generators.articles.report.analysis import confusion, decisions, examples
from generators.articles.report.facts.decisions import decisions as decision_facts
from generators.articles.report.facts.learning import learning as learning_facts
from generators.articles.report.facts.reading import reading as reading_facts
from generators.articles.report.figures import card as card_figures
from generators.articles.report.figures import confusion as confusion_figures
from generators.articles.report.figures import decisions as decision_figures
from generators.articles.report.figures import examples as example_figures
from generators.articles.report.figures import learning as learning_figures
from generators.articles.report.figures import reading as reading_figures
from generators.articles.report.results.card import Card, LayerSize
from generators.articles.report.results.learning import Learning
from generators.articles.report.results.reading import Reading
from generators.drawing import files
from tests.articles.report.stand_in import Given, classifier

HOSTILE = '<b>bold</b><img src=x onerror="alert(1)">'
LABELS = (HOSTILE, "b", "c")


@pytest.fixture
def seen():
    logits = np.random.default_rng(0).normal(size=(90, 3))
    y = [int(row.argmax()) if k % 5 else (int(row.argmax()) + 1) % 3 for k, row in enumerate(logits)]
    x = torch.rand(90, 1, 4, 4)
    x[:, 0, 0, 0] = torch.arange(90.0)
    return classifier(Given(logits), x, y, LABELS)


def test_mistakes_and_they_alone_are_framed_and_named(seen):
    result = examples.pick(seen, 6, 2, 30, 0)
    drawn = example_figures.examples(result)
    assert [label for label, _ in drawn.rows] == list(LABELS)
    assert sum(n for _, n in drawn.rows) == len(result.index)
    for k in range(len(result.index)):
        wrong = result.answer[k] != result.truth[k]
        assert drawn.marked[k] == wrong == bool(drawn.captions[k])
        assert not wrong or drawn.captions[k] == f"✗ {LABELS[result.answer[k]]}"
        assert drawn.about[k]["held-out example"] == result.index[k]
    files(drawn)


def test_a_matrix_shows_every_count_once_and_says_it_in_words(seen):
    result = confusion.confuse(seen)
    figure = confusion_figures.confusion(result)
    right, wrong = (np.array(trace.z, dtype=float) for trace in figure.data)
    share = result.counts / result.counts.sum(1, keepdims=True)
    assert np.array_equal(np.nan_to_num(right) + np.nan_to_num(wrong), share)
    assert np.isfinite(right).tolist() == np.eye(3, dtype=bool).tolist()
    said = [cell for trace in figure.data for row in trace.hovertext for cell in row if cell]
    n = result.counts
    assert any(f"c, answered b: {n[2, 1]} of {n[2].sum()} ({share[2, 1]:.1%})" == each for each in said)
    assert not re.search(rb"<img|<b>", files(figure)["figure.json"]), "plotly would set it in bold"


def test_the_hardest_class_is_at_the_top(seen):
    result = confusion.confuse(seen)
    trace = confusion_figures.accuracy_by_class(result).data[0]
    assert list(trace.x) == sorted(result.accuracy)
    order = np.argsort(result.accuracy, kind="stable")
    assert np.allclose(np.array(trace.x) - trace.error_x.arrayminus, result.low[order])
    assert np.allclose(np.array(trace.x) + trace.error_x.array, result.high[order])


def test_a_place_has_the_colour_of_its_answer_and_the_strength_of_its_certainty():
    module = torch.nn.Linear(2, 3)
    network = classifier(module, torch.randn(40, 2), [k % 3 for k in range(40)], LABELS)
    result = decisions.map_plane(network, 21, 40, 0)
    figure = decision_figures.decisions(result)
    tones = np.array(figure.data[0].z)
    assert np.array_equal(tones // decision_figures.TONES, result.answer)
    sure = (tones % decision_figures.TONES) / (decision_figures.TONES - 1)
    assert np.abs(sure - (result.probability - 1 / 3) * 1.5).max() <= 0.5 / (decision_figures.TONES - 1) + 1e-6
    points = list(figure.data[1:-1])
    assert [len(trace.x) for trace in points] == np.bincount(result.truth, minlength=3).tolist()
    assert len(figure.data[-1].x) == (result.truth != result.given).sum()
    assert not re.search(rb"<img|<b>", files(figure)["figure.json"]), "plotly would set it in bold"
    assert sum(decision_facts(result)[f"share_{k}"] for k in (1, 2, 3)) == pytest.approx(1)


def test_every_layer_has_a_bar_as_tall_as_it_has_weights():
    sizes = tuple(LayerSize(HOSTILE if k == 1 else f"l{k}", "Linear", (9, 9), 10**k) for k in (1, 2, 4))
    drawn = card_figures.layers(Card("n", "classifier", None, 0, 0, (), 0, 0, (), 0, sizes, {}))
    bars = re.findall(r'<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" rx="2" fill="[^"]+">', drawn.svg)
    heights = [float(height) for _, height in bars]
    assert heights[1] / heights[0] == pytest.approx(2, abs=0.01) and heights[2] / heights[0] == pytest.approx(
        4, abs=0.01
    )
    assert len({round(float(y) + float(height), 1) for y, height in bars}) == 1, "they stand on one line"
    made = files(drawn)
    assert b"<img" not in made["diagram.svg"] and made["narrow.svg"]


@pytest.mark.parametrize("n", [0, 1, 400])
def test_any_number_of_layers_can_be_drawn(n):
    sizes = tuple(LayerSize(f"blocks.{k}.attention.projection", "Conv2d", (9, 9), k) for k in range(n))
    files(card_figures.layers(Card("n", "classifier", None, 0, 0, (), 0, 0, (), 0, sizes, {})))


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        ("Conv2d", "convolution"), ("Conv1D", "linear"), ("LSTM", "recurrent"), ("MultiheadAttention", "attention"),
        ("Embedding", "lookup table"), ("Linear", "linear"), ("LayerNorm", "other"),
    ],
)  # fmt: skip
def test_a_layer_is_called_by_what_it_is(kind, family):
    assert card_figures.family(LayerSize("l", kind, (1,), 1))[0] == family


def test_untrained_stands_at_the_left_end_of_a_learning_curve():
    result = Learning(np.array([0, 1, 10, 100]), np.array([0.1, 0.2, 0.95, 1.0]), np.array([0.1, 0.3, 1.0, 1.0]), 0.1)
    figure = learning_figures.learning_curve(result)
    assert list(figure.data[1].x) == [0.5, 1, 10, 100] and list(figure.data[1].y) == result.test.tolist()
    assert figure.layout.xaxis.ticktext[0] == "0" and figure.layout.xaxis.tickvals[0] == 0.5
    assert learning_facts(result)["steps_to_nine_tenths"] == 10


TEXT = ("The", " cat\nsat", "", "  on\t", HOSTILE, "漢字", "\x00", " mat", "." * 300)


def read() -> Reading:
    n = len(TEXT)
    p = np.array([[np.nan, *np.linspace(0, 1, n - 1)]] * 2)
    rank = np.array([[-1, *range(n - 1)]] * 2)
    return Reading((TEXT, TEXT), p, rank, (("", *TEXT[:-1]),) * 2, np.array([2.0, 1.0]), np.zeros(2), 7, 3.0, None)


def test_a_passage_is_all_there_as_text():
    drawn = reading_figures.passages(read())
    for picture in (drawn.svg, drawn.narrow):
        shown = "".join(unescape(each) for each in re.findall(r"<text [^>]*white-space:pre[^>]*>(.*?)</text>", picture))
        assert "<img" not in picture
        assert shown.startswith("The cat↵sat  on⇥" + HOSTILE + "漢字� mat......")
    assert "expected “  on⇥”" in unescape(drawn.svg) and "the likeliest" in drawn.svg
    files(drawn)
    rows = list(drawn.rows)
    assert len(rows) == 2 * len(TEXT) and rows[0]["probability"] is None and rows[-1]["probability"] == 1
    assert [row["token"] for row in rows[: len(TEXT)]] == list(TEXT)


def test_no_token_lies_beyond_the_edge_or_on_another():
    for width in (reading_figures.WIDTH, reading_figures.NARROW):
        placed = list(reading_figures._set(TEXT, int((width - 8) / reading_figures.CHARACTER_PX)))
        for _, column, _, shown in placed:
            assert 4 + (column + reading_figures.n_columns(shown)) * reading_figures.CHARACTER_PX <= width
        for (_, a, line, shown), (_, b, following, _) in pairwise(placed):
            assert following > line or b >= a + reading_figures.n_columns(shown)


def test_words_without_spaces_of_their_own_stand_apart():
    words = [column for _, column, _, _ in reading_figures._set(("the", "cat", "sat"), 9, gap=1)]
    assert words == [0, 4, 0]
    assert [reading_figures._gap(replace(read(), tokens=(each,))) for each in (("a", "b"), ("a", " b"))] == [1, 0]


def test_the_key_stays_within_the_drawing():
    for width, start in ((reading_figures.WIDTH, (4.0, 14.0)), (reading_figures.NARROW, (4.0, 34.0))):
        key = "".join(reading_figures._key(*start))
        ends = [float(x) + 7.4 * len(unescape(said)) for x, said in re.findall(r'x="([\d.]+)"[^>]*>([^<]+)<', key)]
        assert 200 < max(ends) <= width


def test_what_was_surely_seen_coming_has_the_strongest_ground():
    tones = [reading_figures.opacity(p) for p in (0, 0.019, 0.02, 0.1, 0.3, 0.6, 0.9, 1)]
    assert tones == [0, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5]


def test_loss_by_position_holds_the_loss_and_what_it_is_held_to():
    result = read()
    figure = reading_figures.loss_by_position(result)
    assert list(figure.data[1].y) == [2.0, 1.0] and list(figure.data[1].x) == [1, 2]
    assert [shape.y0 for shape in figure.layout.shapes] == [3.0]
    assert reading_facts(result)["last_loss"] == 1.0
