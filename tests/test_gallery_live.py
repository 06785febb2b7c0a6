"""Galleries on a built page in a real browser: asked, pointed at, walked through by keys, fetched, linked, printed."""

import dataclasses
import json
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from generators.drawing import files
from generators.drawing.gallery import Companions, Gallery, Note, Question, Room, Scale, Shelf
from tests.browser.server import Served
from tests.built_page import DESKTOP, PHONE, built_with, complaints, needs_axe, opened_tabs
from tests.diagram_page import drag, live, settle
from tests.tiny_site.catalogue import HOSTILE

N, P, R = 16, 30, 9
LEVELS = ("weak", "middle", "strong")
NEURONS = ("volcano", HOSTILE[0])
NOTHING = f"Nothing reaches it: {HOSTILE[0]}"


def room(seed: int, side: int = 32) -> Room:
    """Pictures each of one colour, which tells room and place: (10 room, 5 picture, 0), of companions (…, 99)."""
    random = np.random.default_rng(seed)
    about = [{"activation": seed + k / P, "class": HOSTILE[k % len(HOSTILE)]} for k in range(P)]
    shelves = [
        Shelf(name, random.permutation(P)[:N], (Note("spread ↑", f"{seed}.{k}", is_best=not k),))
        for k, name in enumerate(("first", "second", "third"))
    ]
    views = [*[(shelf,) for shelf in shelves], tuple(shelves)]
    beside = Companions(painted(seed, R, 99, side), [{"label": f"label {k}"} for k in range(R)], np.arange(P) % R)
    values = np.array([each["activation"] for each in about])
    scale = Scale("Activations", seed, seed + 1, random.integers(1, 9, 12), values, ".2f")
    return Room((f"Room {seed}.", HOSTILE[1]), painted(seed, P, 0, side), about, views, beside, scale)


def painted(seed: int, n: int, blue: int, side: int) -> np.ndarray:
    colours = np.array([(10 * seed, 5 * k, blue) for k in range(n)], np.uint8)
    return np.broadcast_to(colours[:, None, None], (n, side, side, 3)).copy()


def nothing() -> Room:
    return Room(("None.",), np.zeros((0, 1, 1, 3), np.uint8), (), ((Shelf("", (), empty=NOTHING),),) * 4)


ROOMS = [room(0), room(1), room(2), room(3), nothing(), room(5)]
DRAWINGS = {
    "sets": Gallery(
        (Question("Neuron", NEURONS), Question("Interval", LEVELS, slides=True)),
        ROOMS,
        Question("Selection", ("first", "second", "third", "side by side")),
        {"activation": ".2f", "class": ""},
        "nearest",
        {"label": ""},
    ),
    "shared": Gallery(
        (Question("Interval of both", LEVELS[:2], slides=True),),
        [
            dataclasses.replace(ROOMS[0], views=ROOMS[0].views[-1:], companions=None, scale=None),
            dataclasses.replace(
                ROOMS[1],
                views=((*ROOMS[1].views[-1][:2], Shelf("third", (), empty="Empty at these bounds.")),),
                companions=None,
                scale=None,
            ),
        ],
        formats={"activation": ".2f"},
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Served]:
    with built_with(DRAWINGS, tmp_path_factory.mktemp("gallery")) as served:
        yield served


@pytest.fixture
def tabs(browser, site) -> Iterator[Callable]:
    with opened_tabs(browser, site) as open_tab:
        yield open_tab


class Hand:
    """A reader's hand on one gallery."""

    def __init__(self, tab, name: str = "sets") -> None:
        self.tab = tab
        self.figure = live(tab, name)
        self.tiles = self.figure.locator("button.nf-tile")

    def answer(self, **answers: str) -> None:
        for label, value in answers.items():
            if label == "Interval":
                drag(self.figure.get_by_label(label), LEVELS.index(value))
            else:
                self.figure.get_by_label(label).select_option(label=value)

    def enters(self, said: str) -> None:
        self.figure.locator(".nf-told p", has_text=said).wait_for()

    @property
    def seen(self) -> list[str]:
        """What is said of the picture that is looked at, and of its companion."""
        return [
            " ".join(" ".join(one.locator("dt, dd").all_text_contents()).split())
            for one in self.figure.locator(".nf-one").all()
        ]

    @property
    def looked_at(self) -> list[int]:
        return self.tiles.evaluate_all("tiles => tiles.flatMap((tile, k) => tile.matches('.nf-looked-at') ? [k] : [])")

    @property
    def state(self) -> dict:
        return self.figure.evaluate("figure => ({ ...figure.nfState })")

    def fetched(self, site: Served) -> list[str]:
        return sorted({path.rpartition("/")[2] for path in site.paths() if ".room-" in path})


COLOURS = """tiles => Promise.all(tiles.map(async tile => {
  const [window, image] = [tile.querySelector('.nf-window'), tile.querySelector('img')]
  await image.decode()
  const [frame, whole] = [window.getBoundingClientRect(), image.getBoundingClientRect()]
  const { naturalWidth, naturalHeight } = image
  const canvas = new OffscreenCanvas(naturalWidth, naturalHeight).getContext('2d')
  canvas.drawImage(image, 0, 0)
  const at = (edge, size, natural, part) => (frame[edge] - whole[edge] + frame[size] * part) / whole[size] * natural
  return [[0.06, 0.06], [0.94, 0.06], [0.5, 0.5], [0.06, 0.94], [0.94, 0.94]].map(([x, y]) => [...canvas.getImageData(
    at('left', 'width', naturalWidth, x), at('top', 'height', naturalHeight, y), 1, 1).data])
}))"""


def shows(tiles, pictures: np.ndarray) -> None:
    """Every window is over its picture, near all its corners too: its colour says which one."""
    seen = np.array(tiles.evaluate_all(COLOURS))[..., :3]
    assert np.array_equal(seen, np.broadcast_to(pictures[:, 0, :1], seen.shape))


# What hangs -----------------------------------------------------------------------------------------------------------


def test_the_page_itself_shows_the_start_and_the_live_figure_the_same_at_the_same_place(tabs):
    parts = (".nf-tile >> nth=9", ".nf-one >> nth=1", ".nf-rug", ".nf-measures", ".nf-told", ".nf-best")
    titles = {"sets": [f"1 of {N}", "nearest"], "shared": [f"first, 1 of {N}"]}
    there = []
    for has_script in (False, True):
        tab = tabs(java_script_enabled=has_script)
        if has_script:
            Hand(tab, "shared")
            Hand(tab)
        stage = tab.locator("#fig-sets .nf-gallery")
        stage.scroll_into_view_if_needed()
        tab.wait_for_function("() => document.querySelector('#fig-sets .nf-tile img').naturalWidth > 64")
        shows(stage.locator(".nf-tile"), ROOMS[0].pictures[ROOMS[0].views[0][0].pictures])
        for name, said in titles.items():
            seen = tab.locator(f"#fig-{name} .nf-one-title").all_text_contents()
            assert [title.strip() for title in seen] == said
        top = stage.bounding_box()["y"]
        boxes = [stage.locator(part).bounding_box() for part in parts]
        there.append([(box["x"], box["width"], box["y"] - top) for box in boxes])
    assert np.array(there[0]) == pytest.approx(np.array(there[1]), abs=4)


@pytest.mark.parametrize(("neuron", "level", "index"), [(0, "strong", 2), (1, "weak", 3), (1, "strong", 5)])
def test_answers_lead_to_their_room_and_its_shelves(tabs, neuron, level, index):
    hand = Hand(tabs())
    hand.answer(Neuron=NEURONS[neuron], Interval=level)
    hand.enters(f"Room {index}.")
    for view, name in enumerate(("first", "second", "third")):
        hand.answer(Selection=name)
        hand.figure.locator(f".nf-wall[aria-label={name}]").wait_for()
        shows(hand.tiles, ROOMS[index].pictures[ROOMS[index].views[view][0].pictures])
    hand.answer(Selection="side by side")
    hand.figure.locator(".nf-hung-title", has_text="third").wait_for()
    order = np.concatenate([shelf.pictures for shelf in ROOMS[index].views[3]])
    shows(hand.tiles, ROOMS[index].pictures[order])
    assert hand.figure.locator(".nf-told p").all_text_contents() == list(ROOMS[index].said)
    notes = [f"spread ↑{index}.{k}{' best' if k == 0 else ''}" for k in range(3)]
    assert hand.figure.locator(".nf-measures > div").all_text_contents() == notes


def test_the_columns_and_ticks_are_where_the_files_say(tabs):
    hand = Hand(tabs())
    told = json.loads(files(DRAWINGS["sets"])["room-0.part.json"])
    box = hand.figure.locator(".nf-columns").bounding_box()
    for bar, tall in zip(hand.figure.locator(".nf-columns span").all(), told["scale"]["bars"], strict=True):
        assert bar.bounding_box()["height"] == pytest.approx(tall / 100 * box["height"], abs=1.5)
    pictures = told["views"][0][0]["pictures"]
    for tick, index in zip(hand.figure.locator(".nf-rug span").all(), pictures, strict=True):
        middle = tick.bounding_box()["x"] + tick.bounding_box()["width"] / 2
        assert middle == pytest.approx(box["x"] + told["scale"]["at"][index] / 100 * box["width"], abs=1)


# Looked at ------------------------------------------------------------------------------------------------------------


def said_of(index: int, place: int, shelf: Shelf, prefix: str = "") -> list[str]:
    picture = int(shelf.pictures[place])
    about = ROOMS[index].about[picture]
    own = f"{prefix}{place + 1} of {N} activation {about['activation']:.2f} class {' '.join(about['class'].split())}"
    return [own, f"nearest label label {picture % R}"]


def test_pointing_enlarges_a_picture_and_its_companion_and_says_their_numbers(tabs):
    hand = Hand(tabs())
    (shelf,) = ROOMS[0].views[0]
    assert hand.seen == said_of(0, 0, shelf) and hand.looked_at == [0]
    for place in (5, 15):
        hand.tiles.nth(place).hover()
        assert hand.seen == said_of(0, place, shelf) and hand.looked_at == [place]
        picture = int(shelf.pictures[place])
        large = np.stack([ROOMS[0].pictures[picture], ROOMS[0].companions.pictures[picture % R]])
        shows(hand.figure.locator(".nf-one"), large)
        marked = "ticks => ticks.findIndex(tick => tick.matches('.nf-looked-at'))"
        assert hand.figure.locator(".nf-rug span").evaluate_all(marked) == place
    hand.tab.mouse.move(1, 1)
    assert hand.seen == said_of(0, 15, shelf), "what was looked at last stays"


def test_side_by_side_a_picture_is_marked_wherever_it_hangs(tabs):
    hand = Hand(tabs())
    hand.answer(Selection="side by side")
    hand.figure.locator(".nf-hung-title", has_text="third").wait_for()
    shelves = ROOMS[0].views[3]
    both = next(k for k in shelves[1].pictures if k in shelves[0].pictures)
    place = shelves[1].pictures.tolist().index(both)
    hand.tiles.nth(N + place).hover()
    assert hand.seen == said_of(0, place, shelves[1], "second, ")
    order = np.concatenate([shelf.pictures for shelf in shelves])
    assert hand.looked_at == np.flatnonzero(order == both).tolist() and len(hand.looked_at) > 1


def test_arrow_keys_go_from_picture_to_picture_and_tab_leaves_the_shelf(tabs):
    hand = Hand(tabs())
    (shelf,) = ROOMS[0].views[0]
    hand.tiles.first.focus()
    walked = [("ArrowRight", 1), ("ArrowDown", 5), ("ArrowDown", 9), ("ArrowLeft", 8), ("ArrowUp", 4), ("End", 15)]
    for key, place in [*walked, ("ArrowRight", 15), ("ArrowDown", 15), ("Home", 0), ("ArrowUp", 0)]:
        hand.tab.keyboard.press(key)
        assert hand.seen == said_of(0, place, shelf), key
    focused = "document.activeElement.getAttribute('aria-label')"
    about = ROOMS[0].about[int(shelf.pictures[0])]
    assert hand.tab.evaluate(focused).startswith(f"1 of {N}: activation {about['activation']:.2f}, class ")
    hand.tab.keyboard.press("Tab")
    assert not hand.tab.evaluate("document.activeElement.matches('.nf-tile')")


# Fetched --------------------------------------------------------------------------------------------------------------


def test_a_room_is_fetched_when_it_is_wanted_and_once_and_the_next_along_the_slider_ahead(tabs, site):
    tab = tabs()
    tab.wait_for_load_state("networkidle")
    assert not [path for path in site.paths() if "gallery" in path or path.endswith(".part.json")]
    hand = Hand(tab)
    settle(tab, 1000)
    ahead = [f"sets.room-{k}.{what}" for k in (0, 1) for what in ("part.json", "sheet.webp")]
    assert [name for name in hand.fetched(site) if name.startswith("sets")] == ahead
    hand.answer(Interval="middle")
    hand.enters("Room 1.")
    settle(tab, 1000)
    hand.answer(Interval="strong")
    hand.enters("Room 2.")
    hand.answer(Interval="weak")
    hand.enters("Room 0.")
    settle(tab, 300)
    times = [path for path in site.paths() if "sets.room-" in path and path.endswith(".part.json")]
    assert len(times) == 3 == len(set(times))


def test_a_slow_room_leaves_the_old_one_and_says_so(tabs):
    tab = tabs()
    hand = Hand(tab)
    waiting = []
    tab.context.route("**/sets.room-3.sheet.webp", lambda route: waiting.append(route))
    hand.answer(Neuron=NEURONS[1])
    hand.figure.locator(".nf-waiting", has_text=f"Fetching {NEURONS[1]}, weak").wait_for()
    assert hand.figure.locator(".nf-told p").first.text_content() == "Room 0."
    assert hand.figure.locator(".nf-hall").get_attribute("aria-busy") == "true"
    for route in waiting:
        route.continue_()
    hand.enters("Room 3.")
    assert hand.figure.locator(".nf-waiting").text_content() == ""
    assert hand.figure.locator(".nf-hall").get_attribute("aria-busy") == "false"


def test_a_room_that_cannot_be_fetched_leaves_the_old_one_says_so_and_is_tried_again(tabs):
    tab = tabs(expected="Failed to load resource")
    hand = Hand(tab)
    tab.context.route("**/sets.room-5.part.json", lambda route: route.abort())
    hand.answer(Neuron=NEURONS[1])
    hand.enters("Room 3.")
    hand.answer(Interval="strong")
    said = f"{NEURONS[1]}, strong could not be fetched; this is still {NEURONS[1]}, weak."
    hand.figure.locator(".nf-waiting", has_text=said).wait_for()
    assert hand.figure.locator(".nf-told p").first.text_content() == "Room 3."
    assert hand.figure.get_by_label("Interval").input_value() == "0"
    tab.context.unroute("**/sets.room-5.part.json")
    hand.answer(Interval="strong")
    hand.enters("Room 5.")


def test_what_stands_below_does_not_move_when_the_state_changes(tabs):
    tab = tabs()
    hand = Hand(tab)
    hand.answer(Selection="side by side")
    hand.figure.locator(".nf-hung-title", has_text="third").wait_for()
    below = "figure => figure.querySelector('figcaption').offsetTop - figure.offsetTop"
    there = hand.figure.evaluate(below)
    for answers, said in (
        ({"Selection": "first"}, "Room 0."),
        ({"Interval": "middle"}, "Room 1."),
        ({"Neuron": NEURONS[1]}, "None."),
        ({"Interval": "strong"}, "Room 5."),
    ):
        hand.answer(**answers)
        hand.enters(said)
        assert hand.figure.evaluate(below) == there, answers


def test_where_nothing_hangs_a_sentence_says_why(tabs):
    hand = Hand(tabs())
    hand.answer(Neuron=NEURONS[1], Interval="middle")
    hand.enters("None.")
    assert hand.figure.locator(".nf-empty").text_content() == NOTHING
    assert hand.tiles.count() == 0 and hand.figure.locator(".nf-one").count() == 0
    shared = Hand(hand.tab, "shared")
    drag(shared.figure.get_by_label("Interval of both"), 1)
    shared.enters("Room 1.")
    assert shared.figure.locator(".nf-empty").text_content() == "Empty at these bounds."
    order = np.concatenate([shelf.pictures for shelf in ROOMS[1].views[3][:2]])
    shows(shared.tiles, ROOMS[1].pictures[order])
    assert shared.figure.get_by_label("View").count() == 0, "one option is no question"


# Addresses ------------------------------------------------------------------------------------------------------------


def test_an_address_brings_back_the_answers(tabs):
    hand = Hand(tabs())
    assert hand.state == {}
    hand.answer(Interval="strong")
    hand.enters("Room 2.")
    assert hand.state == {"at": [NEURONS[0], "strong", "first"]}
    hand.answer(Neuron=NEURONS[1], Selection="second")
    hand.enters("Room 5.")
    hand.figure.locator(".nf-wall[aria-label=second]").wait_for()
    assert hand.state == {"at": [NEURONS[1], "strong", "second"]}
    settle(hand.tab, 400)
    address = hand.tab.evaluate("location.hash")
    again = Hand(tabs(address))
    again.enters("Room 5.")
    shows(again.tiles, ROOMS[5].pictures[ROOMS[5].views[1][0].pictures])
    assert again.figure.get_by_label("Selection").evaluate("select => select.selectedOptions[0].text") == "second"
    again.answer(Neuron=NEURONS[0], Interval="weak", Selection="first")
    again.enters("Room 0.")
    again.figure.locator(".nf-wall[aria-label=first]").wait_for()
    assert again.state == {}


@pytest.mark.parametrize(
    "at", ['["volcano"]', '["volcano","no such","first"]', "7", '{"0":"volcano"}', "[[],[],[]]", "x"]
)
def test_an_address_that_anyone_may_have_written_breaks_nothing(tabs, at):
    hand = Hand(tabs(f"#fig-sets?at={at}"))
    hand.enters("Room 0.")
    assert hand.seen == said_of(0, 0, ROOMS[0].views[0][0])


# Everywhere -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWINGS)
def test_on_a_phone_a_tap_looks_and_what_is_seen_stays_in_sight(tabs, name):
    tab = tabs(viewport=PHONE, has_touch=True, is_mobile=True)
    hand = Hand(tab, name)
    hand.tiles.nth(3).scroll_into_view_if_needed()
    hand.tiles.nth(3).tap()
    assert hand.looked_at[0] == 3
    box = hand.figure.locator(".nf-seen").bounding_box()
    bottom = box["y"] + box["height"]
    assert box["y"] > 0 and bottom <= PHONE["height"] + 1 and box["height"] < 0.2 * PHONE["height"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = hand.tiles.evaluate_all("tiles => Math.min(...tiles.map(tile => tile.offsetWidth))")
    assert small >= 36


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_javascript_there_are_pictures_words_columns_and_numbers(tabs, viewport):
    tab = tabs(viewport=viewport, java_script_enabled=False)
    figure = tab.locator("#fig-sets")
    figure.scroll_into_view_if_needed()
    (shelf,) = ROOMS[0].views[0]
    assert figure.locator(".nf-tile:visible").count() == N
    tab.wait_for_function("() => document.querySelector('#fig-sets .nf-tile img').naturalWidth > 64")
    assert figure.locator(".nf-told p:visible").all_text_contents() == list(ROOMS[0].said)
    answered = figure.locator(".nf-answers dd:visible").all_text_contents()
    assert answered == ["volcano", "weak", "first"]
    assert figure.locator(".nf-rug span:visible").count() == N and figure.locator(".nf-columns span").count() == 12
    assert figure.locator(".nf-measures dd").text_content() == "0.0 best"
    assert said_of(0, 0, shelf)[0] in " ".join(figure.locator(".nf-one").first.inner_text().split())


def test_paper_shows_the_state_that_the_reader_left_and_says_which_it_is(tabs):
    hand = Hand(tabs())
    hand.answer(Interval="strong", Selection="second")
    hand.enters("Room 2.")
    hand.tab.emulate_media(media="print")
    assert hand.figure.locator(".nf-answers dd:visible").all_text_contents() == ["volcano", "strong", "second"]
    assert hand.figure.locator(".nf-controls:visible").count() == 0
    assert hand.tiles.first.is_visible()


def test_an_address_followed_from_a_live_figure_leads_there_or_back_to_the_still(tabs):
    tab = tabs(expected="Failed to load resource|stays a still")
    hand = Hand(tab)
    hand.answer(Interval="strong")
    hand.enters("Room 2.")
    tab.evaluate("location.hash = '#fig-sets?at=' + encodeURIComponent(JSON.stringify(['volcano', 'middle', 'third']))")
    hand.enters("Room 1.")
    assert tab.locator("#fig-sets .nf-hall").count() == 1 and tab.locator("#fig-sets .nf-questions").count() == 1
    shows(hand.tiles, ROOMS[1].pictures[ROOMS[1].views[2][0].pictures])
    tab.context.route("**/sets.room-5.part.json", lambda route: route.abort())
    tab.evaluate("at => { location.hash = '#fig-sets?at=' + JSON.stringify(at) }", [NEURONS[1], "strong", "first"])
    tab.locator("#fig-sets .nf-answers dd:visible", has_text="weak").wait_for()
    assert hand.tiles.count() == 0 and tab.locator("#fig-sets select").count() == 0
    shows(tab.locator("#fig-sets span.nf-tile"), ROOMS[0].pictures[ROOMS[0].views[0][0].pictures])


@needs_axe
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_a_live_gallery(tabs, viewport):
    tab = tabs(viewport=viewport)
    for name in DRAWINGS:
        Hand(tab, name)
    assert complaints(tab) == []
