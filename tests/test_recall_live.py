"""The path of a fact, walked by hand in a real browser: every word it says is one that was computed."""

from collections.abc import Iterator

import numpy as np
import pytest

from generators.articles.key_value_memory.analysis.recall import follow_facts
from generators.articles.key_value_memory.figures.recall import one_fact, path
from generators.articles.key_value_memory.figures.recall.told import Fact, percent, thousandths
from generators.articles.key_value_memory.results.recall import Recall
from generators.networks import load
from tests.diagram_page import drag, live, opened, served


@pytest.fixture(scope="module")
def recall() -> Recall:
    return follow_facts(load("grammar-gpt"), facts=3, beginnings=2, draws=1, seed=0)


@pytest.fixture(scope="module")
def site(recall, tmp_path_factory) -> Iterator[str]:
    with served({"one-fact": one_fact(recall)}, tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(params=[900, 375], ids=["wide", "narrow"])
def page(browser, site, request) -> Iterator:
    with opened(browser, site, request.param, 900) as tab:
        yield tab


def shown(figure, selector: str):
    return figure.locator(f".nf-diagram:visible {selector}")


def told(figure, name: str) -> str:
    return " ".join(shown(figure, f'[data-told="{name}"] tspan').all_text_contents()).strip()


def says(figure) -> tuple[str, str]:
    return shown(figure, '[data-word="3"]').text_content(), shown(figure, '[data-chance="3"]').text_content()


def change(figure, question: int = 0, memories: str = "as they are", where: str = "all layers") -> None:
    figure.get_by_label("Question").select_option(str(question))
    figure.get_by_label("Its memories are").select_option(label=memories)
    figure.get_by_label("Where").select_option(label=where)


def words_that_stick_out(figure) -> list[str]:
    return shown(figure, "svg text").evaluate_all(
        """texts => texts.filter(text => {
            const box = text.getBBox(), { width, height } = text.closest('svg').viewBox.baseVal
            return box.width && (box.x < -1 || box.x + box.width > width + 1 || box.y + box.height > height + 1)
        }).map(text => text.textContent)"""
    )


def geometry(page) -> list[list[float]]:
    return page.evaluate(
        """() => [...document.querySelectorAll('[data-mark]')]
            .filter(mark => mark.getAttribute('display') !== 'none')
            .map(mark => ['x', 'y', 'width', 'height'].map(side => mark[side].baseVal.value))"""
    )


def test_the_live_drawing_begins_as_the_still_one(page):
    def texts() -> list[str]:
        return [each.strip() for each in page.locator("#fig-one-fact svg text").all_text_contents()]

    before, marks = texts(), geometry(page)
    live(page, "one-fact")
    assert texts() == before
    np.testing.assert_allclose(geometry(page), marks, atol=0.02)


def test_every_question_can_be_asked(page, recall):
    figure = live(page, "one-fact")
    for question in range(len(recall.prompts)):
        fact = Fact(recall, question)
        change(figure, question)
        assert says(figure) == (fact.answer, percent(thousandths(recall.probability[0, question])))
        assert told(figure, "memory") == fact.memory(fact.strongest)
        assert told(figure, "silence") == fact.silence(recall.scopes[-1])
        row = [shown(figure, f'[data-token="{k}"]').text_content() for k in range(6)]
        assert " ".join(row) == f". {recall.prompts[question]}"
        visible = shown(figure, '[data-mark]:not([display="none"])')
        assert visible.count() == sum(map(len, fact.places))
        assert words_that_stick_out(figure) == []


def test_silencing_one_by_one_leads_to_another_answer(page, recall):
    figure = live(page, "one-fact")
    fact, scope = Fact(recall, 0), recall.scopes[0]
    change(figure, memories="silenced", where="layer 1")
    needed = int(scope.silenced.needed[0])
    slider = figure.get_by_label("How many")
    for n in (needed, needed - 1, 0):
        drag(slider, n)
        said = recall.words[scope.silenced.said[0, n]]
        assert says(figure) == (said, percent(thousandths(scope.silenced.probability[0, n])))
        assert (shown(figure, "[data-instead]").text_content() == "not paris") == (n == needed)
        hollow = shown(figure, '[data-mark][stroke="var(--nf-muted)"]').evaluate_all(
            "marks => marks.map(mark => Number(mark.dataset.memory))"
        )
        assert sorted(hollow) == sorted(scope.silenced.order[0, :n].tolist())
        assert told(figure, "key") == ("Hollow marks are memories that are silenced." if n else path.KEY)
    assert told(figure, "silence") == fact.silence(scope)


def test_no_answer_is_too_long_for_its_place(page, recall):
    figure = live(page, "one-fact")
    longest = max(recall.words, key=len)
    for where in ("0", "1", "2", "3"):
        shown(figure, f'[data-word="{where}"]').evaluate("(text, word) => { text.textContent = word }", longest)
    assert words_that_stick_out(figure) == []


def test_another_questions_activations_bring_its_answer(page, recall):
    figure = live(page, "one-fact")
    change(figure, question=1, memories="those of “spain”", where="layer 1")
    fact = Fact(recall, 1)
    pair = next(pair for pair in fact.others() if recall.pairs[pair, 1] == 2)
    assert says(figure)[0] == "madrid"
    assert told(figure, "swap") == fact.swap(recall.scopes[0], pair)
    assert shown(figure, '[data-writes="0"]').text_content() == f"{recall.scopes[0].swapped.needed[pair]} swapped"
    diamonds = shown(figure, '[data-mark][fill="var(--nf-accent)"]:not([display="none"])')
    assert diamonds.count() == recall.scopes[0].swapped.needed[pair]
    assert float(shown(figure, '[data-says="1"]').get_attribute("opacity")) < 1
    assert shown(figure, '[data-says="0"]').get_attribute("opacity") == "1"


def test_memories_are_walked_by_keyboard(page, recall):
    figure = live(page, "one-fact")
    fact = Fact(recall, 0)
    shown(figure, '[data-mark="0 0"]').focus()
    assert told(figure, "memory") == fact.memory(int(fact.places[0][0]))
    page.keyboard.press("ArrowRight")
    assert told(figure, "memory") == fact.memory(int(fact.places[0][1]))
    assert shown(figure, '[data-mark="0 1"]').get_attribute("stroke") == "var(--nf-ink)"
    assert shown(figure, '[data-mark="0 1"]').get_attribute("aria-label") == fact.memory(int(fact.places[0][1]))


def test_a_mark_can_be_reached_by_tab_whatever_is_asked(page, recall):
    figure = live(page, "one-fact")
    layer = int(np.argmax([len(places) for places in Fact(recall, 0).places]))
    last = len(Fact(recall, 0).places[layer]) - 1
    shown(figure, f'[data-mark="{layer} {last}"]').focus()
    for question in range(len(recall.prompts)):
        change(figure, question)
        assert shown(figure, '[data-mark][tabindex="0"]:not([display])').count() >= 1


def test_an_address_brings_its_state_back(page, recall):
    figure = live(page, "one-fact")
    change(figure, question=4, memories="silenced")
    drag(figure.get_by_label("How many"), 1)
    page.wait_for_url("**/*n=1*")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#fig-one-fact[data-live]")
    assert figure.get_by_label("Question").input_value() == "4"
    assert figure.get_by_label("How many").input_value() == "1"
    assert shown(figure, '[data-token="1"]').text_content() == recall.words[recall.subjects[4]]
