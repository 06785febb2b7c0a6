"""The memory browser's files hold the result's numbers, every memory once, and text that stays text."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generators.articles.key_value_memory.figures import browser as figures
from generators.articles.key_value_memory.figures.memory import NO_HEAD, percent
from generators.articles.key_value_memory.results.memories import Memories
from generators.drawing import files, size
from generators.drawing.tokens import alone, cut, n_columns, visible
from tests.articles.key_value_memory.results import HOSTILE, memories

TOKENS = ("following", "said", "said_without", "promoted", "promoted_norm", "suppressed")
NUMBERS = ("activation", "before", "after", "promoted_score", "low", "high")


def parts(made: dict[str, bytes], layer: int) -> list[dict]:
    found = sorted(name for name in made if name.startswith(f"layer-{layer}-"))
    assert found == [f"layer-{layer}-{part}.part.json" for part in range(len(found))]
    return [json.loads(made[name]) for name in found]


def said(picture: bytes) -> str:
    return " ".join("".join(node.itertext()) for node in ElementTree.fromstring(picture).iter() if node.text)


@pytest.mark.parametrize(("seed", "has_head"), [(0, True), (1, True), (2, False)])
def test_every_memory_is_in_one_part_with_the_results_numbers(monkeypatch, seed, has_head):
    monkeypatch.setattr(figures, "NUMBERS", 700)  # several parts
    result = memories(seed, m=9, has_head=has_head)
    made = files(figures.browser(result))
    data = json.loads(made["data.json"])
    assert (data["has_head"], data["n_tokens"]) == (has_head, result.n_tokens)
    for index, layer in enumerate(result.layers):
        told, found = data["layers"][index], parts(made, index)
        assert len(found) == len(told["parts"]) > 1
        assert [len(part["low"]) for part in found] == np.diff([*told["parts"], len(layer.shown.index)]).tolist()
        whole = {name: [each for part in found for each in part[name]] for name in found[0]}
        assert (told["path"], told["index"], told["order"]) == (
            layer.path, layer.shown.index.tolist(), layer.shown.order.tolist(),
        )  # fmt: skip

        def tokens(value, data=data):
            if isinstance(value, list):
                return [tokens(each) for each in value]
            return None if value < 0 else data["tokens"][value]

        for name in TOKENS:
            wanted = [[result.tokens[t] for t in row] for row in getattr(layer.shown, name)]
            assert tokens(whole[name]) == wanted, name
        wanted = [[[result.tokens[t] for t in text if t >= 0] for text in row] for row in layer.shown.texts]
        assert tokens(whole["texts"]) == wanted
        for name in NUMBERS:
            assert np.allclose(np.array(whole[name], float), getattr(layer.shown, name), rtol=6e-4), name
        for name in ("active", "last_purity", "next_purity", "agreed", "without_last", "value_norm"):
            there = np.array(whole[name], float)
            assert np.allclose(there, getattr(layer, name)[layer.shown.index], rtol=1e-5, equal_nan=True), name
        assert whole["agrees"] == layer.agrees[layer.shown.index].tolist()
        assert whole["histogram"] == layer.shown.histogram.tolist()
        steps = [np.frombuffer(base64.b64decode(value), np.int8) for value in whole["value"]]
        largest = np.array(whole["value_largest"])[:, None]
        assert (abs(np.array(steps) / 127 * largest - layer.shown.value) <= 0.505 / 127 * largest).all()


def test_the_index_names_what_fires_a_memory_and_what_it_promotes():
    result = memories(4, c=9)
    data = json.loads(files(figures.browser(result))["data.json"])
    for told, layer in zip(data["layers"], result.layers, strict=True):
        for row, (fired, promoted) in enumerate(zip(told["fired"], told["promoted"], strict=True)):
            last = [result.tokens[token] for token in layer.shown.texts[row, :, -1]]
            counts = [last.count(data["tokens"][token]) for token in fired]
            assert counts == sorted(counts, reverse=True) and counts[0] == max(map(last.count, last))
            assert len(fired) == min(figures.FIRED, len(set(last)))
            wanted = layer.shown.promoted[row, : figures.PROMOTED]
            assert [data["tokens"][token] for token in promoted] == [result.tokens[token] for token in wanted]


def test_a_layer_of_which_nothing_is_shown_has_no_part():
    result = memories(0)
    first, last = result.layers
    fields = {name: value[:0] for name, value in vars(first.shown).items() if isinstance(value, np.ndarray)}
    none = replace(first, shown=replace(first.shown, **fields))
    last = replace(last, shown=replace(last.shown, order=np.argsort(np.argsort(last.shown.order))))
    made = files(figures.browser(replace(result, layers=(none, last))))
    assert [name for name in made if name.startswith("layer-")] == ["layer-1-0.part.json"]
    told = json.loads(made["data.json"])["layers"]
    assert (told[0]["index"], told[0]["parts"], told[1]["parts"]) == ([], [], [0])


def test_only_tokens_that_are_used_travel():
    many = tuple(f"t{index}" for index in range(50_000))
    result = memories(0, n_layers=1, f=3, tokens=many)
    data = json.loads(files(figures.browser(result))["data.json"])
    assert len(data["tokens"]) == len(set(data["tokens"])) < 200


def test_files_are_small_enough_to_be_fetched():
    tokens = tuple(f" token{index}" for index in range(2000))
    result = memories(0, n_layers=4, f=512, d=128, c=10, w=12, bins=24, p=8, tokens=tokens)
    made = files(figures.browser(result))
    assert len(made["data.json"]) < 150_000
    sizes = [len(content) for name, content in made.items() if name.endswith(".part.json")]
    assert max(sizes) < 300_000 and len(sizes) <= 20


# The still -----------------------------------------------------------------------------------------------------------


def clearest(result: Memories) -> tuple[int, int]:
    return next(
        (index, int(np.flatnonzero(layer.shown.order == 0)[0]))
        for index, layer in enumerate(result.layers)
        if 0 in layer.shown.order
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_still_shows_the_clearest_memory(seed):
    result = memories(seed, tokens=tuple(f"w{index}" for index in range(30)))
    index, row = clearest(result)
    layer, drawing = result.layers[index], figures.browser(result)
    for picture in (drawing.svg, drawing.narrow):
        words = said(picture.encode())
        assert f"Layer {index + 1}, memory {layer.shown.index[row] + 1}" in words
        for text, following in zip(layer.shown.texts[row], layer.shown.following[row], strict=True):
            assert result.tokens[text[-1]] in words and result.tokens[following] in words
        for token in [*layer.shown.promoted[row], *layer.shown.suppressed[row]]:
            assert result.tokens[token] in words
        for before, after in zip(layer.shown.before[row], layer.shown.after[row], strict=True):
            assert f"{percent(before)} → {percent(after)}" in words
        for one, other in zip(layer.shown.said[row], layer.shown.said_without[row], strict=True):
            one, other = result.tokens[one], result.tokens[other]
            assert (f"still says “{one}”" if one == other else f"says “{one}”, then “{other}”") in words
        n = layer.n_texts[layer.shown.index[row]]
        assert f"Of its {n} strongest texts" in words or "It never fires." in words


@pytest.mark.parametrize("seed", range(12))
def test_tokens_that_look_like_markup_are_text(seed):
    made = files(figures.browser(memories(seed, tokens=HOSTILE)))  # files() refuses what acts
    shown = said(made["diagram.svg"])
    for name in ("diagram.svg", "narrow.svg"):
        assert b"<script" not in made[name] and made[name].count(b"</svg>") == 1
    assert any(token in shown for token in HOSTILE[:3])


def test_a_network_without_a_head_is_shown_by_its_texts_only():
    drawing = figures.browser(memories(3, has_head=False))
    words = said(drawing.svg.encode())
    assert NO_HEAD[:40] in words and "promotes" not in words and "Without it" not in words
    assert all("promotes" not in row and "strongest text" in row for row in drawing.rows)


def test_a_memory_that_never_fires_says_so():
    result = memories(5, n_layers=1, f=2)
    layer = result.layers[0]
    never = replace(
        layer.shown,
        order=np.array([1, 0]),
        texts=np.where(np.arange(2)[:, None, None] == 1, -1, layer.shown.texts),
        following=np.where(np.arange(2)[:, None] == 1, -1, layer.shown.following),
        before=np.full_like(layer.shown.before, np.nan),
        after=np.full_like(layer.shown.after, np.nan),
    )
    drawing = figures.browser(replace(result, layers=(replace(layer, shown=never),)))
    words = said(drawing.svg.encode())
    assert "It never fires." in words and "nan" not in words.lower()
    assert files(drawing)["data.json"]
    assert json.loads(files(drawing)["layer-0-0.part.json"])["before"][1] == [None] * 3


@pytest.mark.parametrize("d", [1, 6, 64, 128, 768, 4096])
def test_a_value_of_any_length_is_drawn_in_a_few_rows(d):
    drawing = figures.browser(memories(0, n_layers=1, f=2, d=d))
    assert size(drawing)[0] == 760 and size(drawing)[1] < 800
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing.narrow).groups())
    assert width <= 400 and height < 900
    cells = sum(path.count("h.01") for path in re.findall(r'd="([^"]+)"', drawing.svg))
    assert cells <= d


def test_letters_are_legible_on_a_phone():
    narrow = figures.browser(memories(0)).narrow
    sizes = [float(found) for found in re.findall(r'font-size="([\d.]+)"', narrow)]
    assert min(sizes) * 343 / 360 >= 10.4


def test_the_table_has_a_row_for_each_memory():
    result = memories(6, m=7)
    rows = list(csv.DictReader(io.StringIO(files(figures.browser(result))["data.csv"].decode())))
    places = [(int(row["layer"]), int(row["memory"])) for row in rows]
    assert places == [(index + 1, int(k) + 1) for index, layer in enumerate(result.layers) for k in layer.shown.index]
    for row, (layer, memory) in zip(rows, places, strict=True):
        assert float(row["share of tokens that fire it"]) == result.layers[layer - 1].active[memory - 1]


# How it is written ---------------------------------------------------------------------------------------------------


@given(st.floats(0, 1))
@example(0.00002)
@example(0.99998)
@example(0.00996)
@example(0.996)
def test_a_percentage_is_none_or_all_only_where_it_is(share):
    number = float(re.search(r"[\d.]+", percent(share))[0])
    assert abs(number / 100 - share) <= 0.0051
    assert (number == 0) == (share == 0) and (number == 100) == (share == 1)


@given(st.text(max_size=20))
def test_a_token_by_itself_shows_everything(token):
    shown = alone(token)
    assert "\n" not in shown and shown == shown.strip(" ") and visible(shown) == shown
    assert bool(shown) == bool(token)


@given(st.text(), st.integers(3, 30))
def test_a_text_that_is_cut_fits(text, most):
    assert n_columns(cut(text, most)) <= most
    assert cut(text, most) == text or cut(text, most).endswith("…")


def test_many_spaces_are_counted():
    assert [alone(token) for token in (" ", "    ", " " * 5, " " * 20, "\n" + " " * 6, " the ", "a b", "\n\n")] == [
        "·", "····", "·×5", "·×20", "↵·×6", "·the·", "a b", "↵↵",
    ]  # fmt: skip
