"""The figure of contexts holds the result's numbers, and a reader's hand brings up any neuron at any interval."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from generators.articles.inverse_set.facts import texts as facts
from generators.articles.inverse_set.figures import texts as figures
from generators.articles.inverse_set.figures.texts_drawn import digits
from generators.articles.inverse_set.results.texts import TextInverse, TextLevel, Texts
from generators.drawing import Diagram, files
from generators.drawing.tokens import alone, picked, visible
from generators.drawing.weights import signed
from tests.articles.key_value_memory.results import HOSTILE
from tests.diagram_page import chromium, drag, live, served

LEVELS = ("weak", "middling", "strong", "very strong", "strongest")
WORDS = tuple(f" word{index}" for index in range(40))


def texts(seed: int, tokens: tuple[str, ...] = WORDS, n_neurons: int = 3) -> Texts:
    """A result by lot, whose second neuron has an interval that nothing falls into and one with a single context."""
    random = np.random.default_rng(seed)
    inverses = []
    for index in range(n_neurons):
        edges = np.sort(random.normal(size=7))
        contexts = [
            0 if index == 1 and k == 2 else 1 if index == 1 and k == 0 else int(random.integers(2, 20))
            for k in range(5)
        ]
        levels = tuple(
            _level(random, name, edges[k + 1], edges[k + 2], contexts[k], len(tokens)) for k, name in enumerate(LEVELS)
        )
        histogram = random.integers(0, 900, 50)
        about = f"blocks.{index}.mlp.key", int(random.integers(500)), float(random.random()), 7 * index
        inverses.append(TextInverse(*about, histogram, float(edges[0]), float(edges[-1]), levels))
    return Texts("net", tokens, 123_456, 16_000, tuple(inverses), ("neuron 'a:1' never changes",))


def _level(random: np.random.Generator, name: str, low: float, high: float, c: int, n_tokens: int) -> TextLevel:
    written = random.integers(0, n_tokens, (c, 6)).astype(np.int32)
    for row, start in enumerate(random.integers(0, 6, c)):
        written[row, :start] = -1
    activation = -np.sort(-random.uniform(low, high, c))
    following = random.integers(-1, n_tokens, c).astype(np.int32)
    spread, by_lot = random.random(2) * 30
    return TextLevel(
        name, float(low), float(high), 0 if not c else int(random.integers(c, 9000)), c + int(random.integers(0, 2)),
        written, following, activation, float(spread), float(by_lot), len(set(written[:, -1])), 1.5,
    )  # fmt: skip


def words_of(result: Texts, level: TextLevel) -> list[tuple[str, str, str, str]]:
    """What a reader should see of each context: before, read, following and activation."""
    gap = "" if any(" " in token for token in result.tokens) else " "
    seen = []
    for text, following, activation in zip(level.texts, level.following, level.activation, strict=True):
        *before, read = (result.tokens[token] for token in text if token >= 0)
        shown = signed(float(f"{activation:.5g}"), digits(level.low, level.high))
        follows = alone(result.tokens[following]) if following >= 0 else ""
        seen.append(("".join(visible(token) + gap for token in before), picked(read), follows, shown))
    return seen


def said(picture: str) -> str:
    return " ".join("".join(node.itertext()) for node in ElementTree.fromstring(picture).iter() if node.text)


def test_the_data_hold_the_results_numbers() -> None:
    result = texts(0)
    data = json.loads(files(figures.texts(result))["data.json"])
    assert data["refused"] == list(result.refused)
    for told, inverse in zip(data["inverses"], result.inverses, strict=True):
        assert told["name"] == f"{inverse.layer}:{inverse.index}"
        assert told["histogram"] == inverse.histogram.tolist() and told["selectivity"] == inverse.selectivity
        for each, level in zip(told["levels"], inverse.levels, strict=True):
            assert (each["name"], each["low"], each["high"], each["count"]) == (
                level.name, level.low, level.high, level.count,
            )  # fmt: skip
            spelled = [[data["tokens"][token] for token in text] for text in each["texts"]]
            assert spelled == [[result.tokens[token] for token in text if token >= 0] for text in level.texts]
            following = [data["tokens"][token] if token >= 0 else None for token in each["following"]]
            assert following == [result.tokens[token] if token >= 0 else None for token in level.following]
            np.testing.assert_allclose(each["activation"], level.activation, rtol=1e-4)


def test_the_table_has_a_row_for_each_context() -> None:
    result = texts(1)
    rows = list(csv.DictReader(io.StringIO(files(figures.texts(result))["data.csv"].decode())))
    wanted = [
        (inverse, level, k) for inverse in result.inverses for level in inverse.levels for k in range(len(level.texts))
    ]
    assert len(rows) == len(wanted)
    for row, (inverse, level, k) in zip(rows, wanted, strict=True):
        assert (row["neuron"], row["interval"]) == (f"{inverse.layer}:{inverse.index}", level.name)
        assert row["context"] == "".join(result.tokens[token] for token in level.texts[k] if token >= 0)
        assert float(row["activation"]) == level.activation[k] and int(row["tokens in it"]) == level.count


@pytest.mark.parametrize("seed", range(4))
def test_the_still_shows_the_strongest_interval_of_the_first_neuron(seed: int) -> None:
    result = texts(seed)
    level = result.inverses[0].levels[-1]
    drawing = figures.texts(result)
    for picture in (drawing.svg, drawing.narrow or ""):
        shown = said(picture)
        assert f"{result.inverses[0].layer}:{result.inverses[0].index}" in shown and level.name in shown
        assert f"{level.count:,} of 123,456 tokens give an activation" in shown
        for _, read, _, activation in words_of(result, level)[:12]:
            assert read in shown and activation in shown


def test_sentences_say_how_many_and_how_different() -> None:
    result = texts(2)
    none, one = result.inverses[1].levels[2], result.inverses[1].levels[0]
    assert figures.said_of_level(result, none)[0].startswith("None of 123,456 tokens give an activation from")
    assert len(figures.said_of_level(result, one)) == 1
    level = replace(result.inverses[0].levels[0], n_pool=99, spread=3.256, spread_by_lot=0.08123)
    n = len(level.texts)
    assert figures.said_of_level(result, level)[1] == (
        f"{n} different contexts, chosen to differ: 3.26 apart on average (0.0812 by lot), with {level.distinct_ends} "
        "different last tokens (1.5 by lot)."
    )
    alike = replace(level, distinct_ends=1, distinct_ends_by_lot=1.0)
    assert figures.said_of_level(result, alike)[1].endswith("(0.0812 by lot), all with the same last token.")
    assert figures.said_of_level(result, replace(level, n_pool=n))[1].startswith(f"Their {n} different contexts")
    assert "It is silent for 7 tokens" in figures.said_of(result, result.inverses[1])[1]
    assert figures.said_of(result, replace(result.inverses[0], selectivity=float("nan"))) == ()


def test_activations_of_a_narrow_interval_can_be_told_apart() -> None:
    assert (digits(0, 4), digits(0.1, 0.5), digits(1, 1.004), digits(2, 2)) == (2, 2, 4, 2)


def test_facts_are_the_results_numbers() -> None:
    result = texts(3)
    found = facts.texts(result)
    inverse = result.inverses[2]
    level, name = inverse.levels[3], f"blocks_2_mlp_key_{inverse.index}"
    assert found[f"{name}_very_strong_count"] == level.count and found[f"{name}_very_strong_spread"] == level.spread
    assert found[f"{name}_silent_share"] == 14 / 123_456
    assert found["selectivity_most"] == max(each.selectivity for each in result.inverses)
    assert found["n_tokens"] == 123_456 and found["n_refused"] == 1 and found["count_least"] == 0
    unknown = replace(result, inverses=(replace(inverse, selectivity=float("nan")),))
    assert "selectivity_most" not in facts.texts(unknown)


# Live ---------------------------------------------------------------------------------------------------------------

RESULTS = {"words": texts(7), "hostile": texts(8, HOSTILE)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    drawings: dict[str, Diagram] = {name: figures.texts(result) for name, result in RESULTS.items()}
    with served(drawings, tmp_path_factory.mktemp("texts") / "site") as address, chromium() as browser:
        tab, wrong = browser.new_page(viewport={"width": 1000, "height": 900}), list[str]()
        tab.set_default_timeout(10_000)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("dialog", lambda dialog: wrong.append(dialog.message))
        tab.goto(address)
        yield tab
        assert wrong == []


def read(figure) -> list[tuple[str, ...]]:
    """The contexts that are on the page."""
    return [
        tuple(
            "".join(row.locator(part).all_text_contents())
            for part in (".nf-before", "mark", ".nf-follows", ".nf-number-of")
        )
        for row in figure.locator(".nf-texts > li").all()
    ]


@pytest.mark.parametrize("name", RESULTS)
def test_a_reader_sees_every_neuron_at_every_interval(page, name: str) -> None:
    result, figure = RESULTS[name], live(page, name)
    assert read(figure) == words_of(result, result.inverses[0].levels[-1])
    for index, inverse in enumerate(result.inverses):
        figure.get_by_label("Neuron").select_option(str(index))
        for k, level in enumerate(inverse.levels):
            drag(figure.get_by_label("Interval"), k)
            assert figure.locator(".nf-slider output").text_content() == level.name
            assert read(figure) == words_of(result, level)
            shown = figure.locator(".nf-memory > .nf-rest").text_content()
            assert shown == " ".join([*figures.said_of(result, inverse), *figures.said_of_level(result, level)])
            band = figure.locator(".nf-interval")
            width = inverse.high - inverse.low
            assert float(band.get_attribute("x")[:-1]) == pytest.approx(100 * (level.low - inverse.low) / width)
    page.wait_for_function("location.hash.includes('interval=strongest')")
    assert figure.locator("script, img, b").count() == 0


def test_a_page_that_is_addressed_opens_at_that_interval(page) -> None:
    inverse = RESULTS["words"].inverses[1]
    hash = f"#fig-words?neuron={inverse.layer}:{inverse.index}&interval=middling"
    page.evaluate("hash => { location.hash = hash }", hash)
    page.wait_for_function("document.querySelector('#fig-words .nf-which .nf-rest')?.textContent === 'middling'")
    figure = page.locator("#fig-words")
    assert figure.get_by_label("Interval").input_value() == "1"
    assert read(figure) == words_of(RESULTS["words"], inverse.levels[1])
