"""The memory browser on a built page in a real browser: picked from, searched, walked by keys, addressed, printed."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from generators.articles.key_value_memory.figures import browser as figures
from generators.articles.key_value_memory.figures.memory import NO_HEAD, Memory, of_key, of_value, percent
from generators.articles.key_value_memory.results.memories import Memories
from generators.drawing.tokens import alone, picked, visible
from generators.drawing.weights import signed
from tests.articles.key_value_memory.results import HOSTILE, memories
from tests.browser.server import Served
from tests.built_page import DESKTOP, PAGE, PHONE, built_with, complaints, needs_axe, opened_tabs
from tests.diagram_page import live, settle

RESULTS = {"whole": memories(7), "headless": memories(8, has_head=False), "hostile": memories(9, tokens=HOSTILE)}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "NUMBERS", 700)  # several parts
        drawings = {name: figures.browser(result) for name, result in RESULTS.items()}
    with built_with(drawings, tmp_path_factory.mktemp("memories")) as served:
        yield served


@pytest.fixture
def tabs(browser, site) -> Iterator[Callable]:
    with opened_tabs(browser, site) as open_tab:
        yield open_tab


class Reader:
    """Someone who reads one of the browsers."""

    def __init__(self, tab, name: str = "whole") -> None:
        self.tab, self.result = tab, RESULTS[name]
        self.figure = live(tab, name)
        self.list = self.figure.get_by_role("listbox")
        self.field = self.figure.get_by_role("searchbox")

    def shows(self, memory: Memory) -> None:
        """Wait until this memory is shown; compare all that is said of it with the result."""
        name = f"Layer {memory.layer_index + 1}, memory {memory.index + 1}"
        self.figure.locator(".nf-which strong", has_text=name).wait_for()
        self.figure.locator(".nf-memory[aria-busy=false]").wait_for()
        assert self.figure.locator(".nf-which strong").text_content() == name
        said = " ".join(self.figure.locator(".nf-half > p, .nf-words p").all_text_contents())
        assert " ".join([*of_key(memory)]) in said
        assert " ".join([*of_value(self.result, memory)]) in said
        assert self.texts() == [
            (
                "".join(visible(self.result.tokens[token]) for token in text[:-1]),
                picked(self.result.tokens[text[-1]]),
                alone(self.result.tokens[following]),
                signed(float(f"{activation:.4g}")),
            )
            for text, following, activation in memory.texts
        ]

    def texts(self) -> list[tuple[str, ...]]:
        parts = (".nf-before", "mark", ".nf-follows", ".nf-number-of")
        found = [self.figure.locator(f".nf-texts {part}").all_text_contents() for part in parts]
        return list(zip(*found, strict=True))

    def listed(self) -> list[tuple[int, int]]:
        """Layer and place of every memory in the list, counted from 1."""
        places = self.list.locator("[role=option]").evaluate_all(
            "options => options.map(option => [...option.querySelectorAll('.nf-place')].map(each => +each.textContent))"
        )
        return [(layer, place) for layer, place in places]

    @property
    def state(self) -> dict[str, Any]:
        return self.figure.evaluate("figure => ({ ...figure.nfState })")


def in_order(result: Memories) -> list[Memory]:
    """Every memory, the clearest first."""
    found = [Memory(index, layer, row) for index, layer in enumerate(result.layers) for row in range(len(layer.active))]
    return sorted(found, key=lambda memory: memory.order)


def place(memory: Memory) -> tuple[int, int]:
    return memory.layer_index + 1, memory.index + 1


def test_it_opens_at_the_clearest_memory_as_its_still_has_it(tabs):
    tab = tabs()
    still = tab.locator("#fig-whole .nf-wide").text_content()
    reader = Reader(tab)
    clearest, *_ = everything = in_order(reader.result)
    reader.shows(clearest)
    assert reader.listed() == [place(memory) for memory in everything]
    for text in (*of_key(clearest), *of_value(reader.result, clearest)):
        assert text.replace(" ", "") in still.replace(" ", "")
    assert not tab.locator("#fig-whole .nf-diagram").first.is_visible()
    assert "#" not in tab.url


def test_a_memory_that_is_picked_is_fetched_and_shown(tabs, site):
    reader = Reader(tabs())
    for k in (5, 0, 23, 11):
        memory = in_order(reader.result)[k]
        reader.list.locator("[role=option]").nth(k).click()
        reader.shows(memory)
        assert (reader.state["layer"], reader.state["memory"]) == place(memory)
        assert reader.list.locator("[aria-selected=true]").count() == 1
    asked = [path for path in site.paths() if "/whole." in path and path.endswith(".part.json")]
    assert len(asked) > 1


def test_each_part_is_fetched_once(tabs, site):
    reader = Reader(tabs())
    for k in range(24):
        reader.list.locator("[role=option]").nth(k).click()
        reader.shows(in_order(reader.result)[k])
    asked = [path for path in site.paths() if "/whole." in path and path.endswith(".part.json")]
    assert len(asked) == len(set(asked)) > 2


def test_what_a_memory_writes_and_changes_is_the_results(tabs):
    reader = Reader(tabs())
    memory, shown = in_order(reader.result)[0], in_order(reader.result)[0].layer.shown
    reader.shows(memory)

    def named(tokens):
        return [alone(reader.result.tokens[token]) for token in tokens]

    promoted, row = reader.figure.locator(".nf-promoted .nf-token"), memory.row
    assert promoted.all_text_contents() == named(shown.promoted[row])
    scores = reader.figure.locator(".nf-promoted .nf-number-of").all_text_contents()
    assert scores == [signed(float(f"{score:.4g}")) for score in shown.promoted_score[row]]
    assert reader.figure.locator(".nf-suppressed .nf-token").all_text_contents() == named(shown.suppressed[row])
    changes = reader.figure.locator(".nf-change").all_text_contents()
    pairs = zip(shown.before[row], shown.after[row], strict=True)
    assert changes == [f"{percent(float(a))} → {percent(float(b))}" for a, b in pairs]
    for said, one, other in zip(
        reader.figure.locator(".nf-says").all_text_contents(), shown.said[row], shown.said_without[row], strict=True
    ):
        one, other = named([one, other])
        assert said == (f"still says “{one}”" if one == other else f"says “{one}”, then “{other}”")
    cells = reader.figure.locator(".nf-strip-of-value g g path").evaluate_all(
        "all => all.map(p => p.getAttribute('d'))"
    )
    assert sum(path.count("h.01") for path in cells) == np.count_nonzero(
        np.rint(0.9 * 12 * abs(shown.value[row]) / abs(shown.value[row]).max())
    )

    reader.figure.get_by_label("through the final norm").check()
    assert promoted.all_text_contents() == named(shown.promoted_norm[row])
    assert reader.figure.locator(".nf-promoted .nf-number-of").count() == 0
    assert reader.state["norm"] is True
    assert reader.tab.evaluate("document.activeElement.type") == "checkbox"


@pytest.mark.parametrize("token", ["w1", "&amp;", "<script>alert(1)</script>", "the", "↵"])
def test_a_token_finds_what_it_fires_and_what_promotes_it(tabs, token):
    reader = Reader(tabs())
    reader.field.fill(token)
    everything = in_order(reader.result)
    wanted = {index for index, text in enumerate(reader.result.tokens) if token in (alone(text), text.strip())}
    fired_by = [m for m in everything if wanted & set(figures._commonest(m.layer.shown.texts[m.row, :, -1].tolist()))]
    promote = [m for m in everything if wanted & set(m.layer.shown.promoted[m.row, : figures.PROMOTED].tolist())]
    assert reader.listed() == [place(memory) for memory in (*fired_by, *promote)]
    titles = [
        f"{len(group)} {title}" for group, title in ((fired_by, "fired by it"), (promote, "that promote it")) if group
    ]
    assert reader.list.locator(".nf-group").all_text_contents() == titles
    assert set(reader.list.locator(".nf-asked").all_text_contents()) == {
        alone(reader.result.tokens[index]) for index in wanted
    }
    assert reader.state["search"] == token
    reader.field.fill("")
    assert len(reader.listed()) == len(everything)


def test_a_search_that_finds_nothing_says_so_and_keeps_the_memory(tabs):
    reader = Reader(tabs())
    reader.field.fill("<b>nobody</b>")
    found = reader.figure.locator(".nf-found > p").text_content()
    assert found == "No memory that is shown is fired by “<b>nobody</b>” or promotes it."
    assert reader.listed() == []
    reader.figure.get_by_role("button", name="next memory").click(force=True)
    reader.shows(in_order(reader.result)[0])


def test_the_list_can_be_one_layers(tabs):
    reader = Reader(tabs())
    reader.figure.get_by_label("Layers").select_option("1")
    wanted = [memory for memory in in_order(reader.result) if memory.layer_index == 0]
    assert reader.listed() == [place(memory) for memory in wanted]
    assert reader.state["only"] == 1


def test_keys_and_buttons_walk_through_the_list(tabs):
    reader = Reader(tabs())
    everything = in_order(reader.result)
    reader.list.focus()
    for key, k in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("PageDown", 9), ("End", 23), ("ArrowDown", 23)):
        reader.tab.keyboard.press(key)
        reader.shows(everything[k])
        active = reader.list.get_attribute("aria-activedescendant")
        assert reader.tab.locator(f"#{active}").get_attribute("aria-selected") == "true"
        assert reader.tab.locator(f"#{active}").is_visible()
    reader.tab.keyboard.press("Home")
    reader.shows(everything[0])
    reader.figure.get_by_role("button", name="next memory").click()
    reader.shows(everything[1])
    reader.tab.keyboard.press("Enter")
    reader.shows(everything[2])
    reader.figure.get_by_role("button", name="previous memory").click()
    reader.shows(everything[1])
    reader.field.focus()
    reader.tab.keyboard.press("ArrowDown")
    reader.tab.keyboard.press("ArrowDown")
    reader.shows(everything[2])


def test_an_address_brings_the_memory_back(tabs):
    reader = Reader(tabs())
    reader.field.fill("w1")
    reader.list.locator("[role=option]").nth(2).click()
    reader.figure.get_by_label("through the final norm").check()
    layer, memory = reader.listed()[2]
    reader.tab.wait_for_function("location.hash.includes('norm')")
    other = Reader(tabs(reader.tab.url.partition(PAGE)[2]))
    found = next(each for each in in_order(reader.result) if place(each) == (layer, memory))
    other.shows(found)
    assert other.field.input_value() == "w1" and other.listed() == reader.listed()
    assert other.figure.get_by_label("through the final norm").is_checked()


@pytest.mark.parametrize("state", ["layer=9&memory=1", "layer=1&memory=abc", "search=[1]&only=7&layer={}", "norm=1"])
def test_an_address_that_nobody_wrote_opens_at_the_clearest(tabs, state):
    reader = Reader(tabs(f"#fig-whole?{state}"))
    reader.shows(in_order(reader.result)[0])
    assert len(reader.listed()) == 24


def test_tokens_that_look_like_markup_are_text(tabs):
    reader = Reader(tabs(), "hostile")
    for k in range(24):
        reader.list.locator("[role=option]").nth(k).click()
        reader.shows(in_order(reader.result)[k])
        assert reader.figure.locator(".nf-memories script").count() == 0
    words = reader.list.text_content()
    assert "<script>alert(1)</script>" in words and "&amp;" in words


def test_without_a_head_there_are_texts_and_a_sentence(tabs):
    reader = Reader(tabs(), "headless")
    reader.shows(in_order(reader.result)[0])
    assert NO_HEAD in reader.figure.locator(".nf-memory").text_content()
    for part in (".nf-promoted", ".nf-suppressed", ".nf-without", ".nf-toggle", ".nf-arrow", ".nf-strip-of-value"):
        assert reader.figure.locator(part).count() == 0
    last = reader.result.tokens[in_order(reader.result)[3].texts[0][0][-1]]
    reader.field.fill(alone(last))
    assert reader.list.locator(".nf-group").count() == 1 and reader.listed()


def test_what_cannot_be_fetched_is_said(browser, site):
    tab = browser.new_page(viewport=DESKTOP)
    tab.goto(site.address + PAGE)
    reader = Reader(tab)
    tab.route("**/*.part.json", lambda route: route.fulfill(status=503, body="<b>no</b>"))
    reader.list.focus()
    said = reader.figure.locator(".nf-memory", has_text="This memory could not be fetched: 503")
    while not said.count():
        tab.keyboard.press("ArrowDown")
        settle(tab, 100)
    tab.unroute("**/*.part.json")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowDown")
    reader.figure.locator(".nf-texts").wait_for()
    tab.close()


def test_walking_on_moves_nothing_below(tabs):
    reader = Reader(tabs())
    for k in (0, 3, 8, 15, 22):
        reader.list.locator("[role=option]").nth(k).click()
        reader.shows(in_order(reader.result)[k])
    height = reader.figure.bounding_box()["height"]
    for k in (22, 15, 8, 3, 0):
        reader.list.locator("[role=option]").nth(k).click()
        reader.shows(in_order(reader.result)[k])
        assert reader.figure.bounding_box()["height"] == pytest.approx(height, abs=1)


@pytest.mark.parametrize("name", ["whole", "hostile", "headless"])
def test_a_phone_scrolls_in_one_direction(tabs, name):
    tab = tabs(viewport=PHONE)
    reader = Reader(tab, name)
    for k in (0, 4, 17):
        reader.list.locator("[role=option]").nth(k).click()
        reader.shows(in_order(reader.result)[k])
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        parts = reader.figure.locator(".nf-memories :is(p, li, mark, button, .nf-follows, .nf-number-of, .nf-says)")
        edges = parts.evaluate_all("parts => parts.map(part => part.getBoundingClientRect().right)")
        assert max(edges) <= PHONE["width"]


def test_paper_has_the_still(tabs):
    tab = tabs()
    Reader(tab)
    tab.emulate_media(media="print")
    assert tab.locator("#fig-whole .nf-wide").is_visible()
    assert not tab.locator("#fig-whole .nf-memories").is_visible()


@needs_axe
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(tabs, viewport):
    tab = tabs(viewport=viewport)
    for name in RESULTS:
        Reader(tab, name)
    Reader(tab).field.fill("w3")
    assert complaints(tab) == []
