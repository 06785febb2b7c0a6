"""Atlases on a built page in a real browser: moved, enlarged, filtered, walked through by keys, led about, linked."""

import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from generators.drawing import files
from generators.drawing.atlas import Atlas, AtlasLevel, AtlasMap, AtlasPath, AtlasPoint
from tests.browser.server import Served
from tests.built_page import DESKTOP, PHONE, built_with, complaints, needs_axe, opened_tabs
from tests.diagram_page import drag, live, settle
from tests.tiny_site.catalogue import HOSTILE

LABELS = ("flames", "honeycomb", "maze", HOSTILE[0])
GRIDS = (6, 18, 54)
PX = 8
LEADS = '<a href="#fig-one" data-atlas="one" data-point="corner">that corner</a>'


def level(at: int, map_index: int) -> AtlasLevel:
    """Cells of a grid without those of its diagonal, each icon of one colour that tells map, level and place."""
    grid, random = GRIDS[at], np.random.default_rng(10 * map_index + at)
    rows, columns = np.nonzero(~np.eye(grid, dtype=bool))
    n = len(rows)
    values = random.normal(size=(n, len(LABELS))) * (1, 3, 9, 1)
    top = np.argsort(-values, 1)
    colours = np.stack([np.full(n, 100 * map_index + 30 * at + 20), columns * 255 // grid, rows * 255 // grid], 1)
    return AtlasLevel(
        grid,
        columns,
        rows,
        np.broadcast_to(colours.astype(np.uint8)[:, None, None], (n, PX, PX, 3)).copy(),
        random.integers(90, 111, n),
        values,
        top,
        np.take_along_axis(values, top, 1),
        [{"spread": value} for value in random.random(n)],
        random.integers(0, 9, (n, 3)),
        random.random(n),
    )


def one_map(index: int) -> AtlasMap:
    density = np.random.default_rng(index).integers(1, 9, (16, 16))
    examples = np.broadcast_to(np.arange(9, dtype=np.uint8)[:, None, None, None], (9, PX, PX, 3)).copy()
    levels = [level(at, index) for at in range(len(GRIDS))]
    return AtlasMap(f"layer {index}", f"Map {index} is said.", density, levels, examples, [HOSTILE[1]] * 9)


MAPS = [one_map(0), one_map(1)]
POINT = AtlasPoint("corner", 0, 0.8, 0.3, 4, "the corner", 2)
PATH = AtlasPath("a way", 0, 1, (40, 41, 60))
VALUE, FORMATS = "attribution, in logits", {"spread": ".2f"}
DRAWINGS = {
    "one": Atlas(MAPS, LABELS, range(4), VALUE, formats=FORMATS, points=(POINT,), paths=(PATH,)),
    "two": Atlas(MAPS, LABELS, range(4), VALUE, formats=FORMATS, beside=True),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Served]:
    with built_with(DRAWINGS, tmp_path_factory.mktemp("atlas"), LEADS) as served:
        yield served


@pytest.fixture
def tabs(browser, site) -> Iterator[Callable]:
    with opened_tabs(browser, site, reduced_motion="reduce") as open_tab:
        yield open_tab


SETTLED = """figure => [...figure.querySelectorAll('.nf-atlas-icons')].every(canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return data.some(value => value)
})"""
DRAWN = """figure => [...figure.querySelectorAll('.nf-atlas-examples canvas')].every(canvas =>
  canvas.getContext('2d').getImageData(20, 20, 1, 1).data[3])"""
PIXELS = """(plate, places) => {
  const canvas = plate.querySelector('.nf-atlas-icons')
  const context = canvas.getContext('2d')
  return places.map(([x, y]) => [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data])
}"""


class Hand:
    """A reader's hand on one atlas."""

    def __init__(self, tab, name: str = "one", plate: int = 0) -> None:
        self.tab = tab
        self.figure = live(tab, name)
        self.plate = self.figure.locator(".nf-atlas-plate").nth(plate)
        self.plate.scroll_into_view_if_needed()
        tab.wait_for_function(SETTLED, arg=self.figure.element_handle())
        self.settle()

    def settle(self) -> None:
        """Wait for the frame that shows what was done, and for what that frame asked for."""
        settle(self.tab)
        self.figure.locator("[aria-busy=true]").first.wait_for(state="detached")
        settle(self.tab)

    @property
    def state(self) -> dict:
        return self.figure.evaluate("figure => ({ ...figure.nfState })")

    @property
    def grid(self) -> int:
        return int(self.plate.get_attribute("data-grid"))

    def pixels(self, places) -> np.ndarray:
        """What is painted at parts of the view: red, green, blue, opacity."""
        return np.array(self.plate.evaluate(PIXELS, [list(map(float, place)) for place in places]))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the map is on the screen."""
        box, state = self.plate.bounding_box(), {"x": 0.5, "y": 0.5, "z": 1} | self.state
        part = [(at - state[axis]) * state["z"] + 0.5 for at, axis in ((x, "x"), (y, "y"))]
        return box["x"] + part[0] * box["width"], box["y"] + part[1] * box["height"]

    def filter(self, label: str) -> None:
        search = self.figure.get_by_role("combobox", name="Filter by class")
        search.fill(label)
        search.press("Enter")
        self.settle()

    def options(self) -> None:
        self.figure.get_by_text("Options").click()

    def says(self, text: str):
        self.figure.locator(".nf-atlas-details", has_text=text).wait_for()


def middles(cells: AtlasLevel) -> np.ndarray:
    return np.stack([cells.columns + 0.5, cells.rows + 0.5], 1) / cells.grid


def icons(hand: Hand) -> None:
    """Hide what is written over the icons."""
    hand.options()
    hand.figure.get_by_label("Labels").uncheck()
    hand.settle()


# What is seen ---------------------------------------------------------------------------------------------------------


def test_only_what_is_seen_is_fetched_and_every_cell_stands_in_its_place(tabs, site):
    tab = tabs()
    tab.wait_for_load_state("networkidle")
    assert not [path for path in site.paths() if "atlas.js" in path or ".part.json" in path]
    hand = Hand(tab)
    fetched = {path.rpartition("/")[2] for path in site.paths() if "/one." in path and "level" in path}
    assert fetched == {"one.map-0-level-0.part.json", "one.map-0-level-0-0.sheet.webp"}
    icons(hand)
    cells = MAPS[0].levels[0]
    seen = hand.pixels(middles(cells))
    assert np.array_equal(seen[:, :3], cells.pictures[:, 0, 0]) and (seen[:, 3] == 255).all()
    assert not hand.pixels([[(k + 0.5) / 6] * 2 for k in range(6)]).any(), "an empty cell shows paper"


def test_enlarging_changes_the_level_and_fetches_only_the_sheets_in_sight(tabs, site):
    hand = Hand(tabs())
    icons(hand)
    start = len(site.sent)
    grids = [hand.grid]
    for _ in range(4):
        hand.figure.get_by_label("Enlarge").click()
        hand.settle()
        grids.append(hand.grid)
    assert grids[0] == 6 and grids[-1] == 54 and grids == sorted(grids)
    state = hand.state
    assert state["z"] == pytest.approx(16, rel=0.1)
    n_sheets = len(json.loads(files(DRAWINGS["one"])["map-0-level-2.part.json"])["sheets"])
    fetched = {path for path in site.paths(start) if re.search(r"one\.map-0-level-2-\d+\.sheet", path)}
    assert 0 < len(fetched) < n_sheets
    cells = MAPS[0].levels[2]
    parts = (middles(cells) - (state["x"], state["y"])) * state["z"] + 0.5
    inside = ((parts > 0.02) & (parts < 0.98)).all(1)
    assert inside.sum() > 5 and np.array_equal(hand.pixels(parts[inside])[:, :3], cells.pictures[inside, 0, 0])
    hand.figure.get_by_label("Show the whole map").click()
    hand.settle()
    assert hand.grid == 6 and hand.state == {}
    hand.figure.get_by_label("Grid").select_option("18 × 18")
    hand.settle()
    assert hand.grid == 18 and hand.state == {"level": 1}


def test_a_level_that_cannot_be_fetched_leaves_the_one_before_and_says_so(tabs):
    tab = tabs(expected="Failed to load resource")
    hand = Hand(tab)
    tab.context.route("**/one.map-0-level-1-*.sheet.webp", lambda route: route.abort())
    icons(hand)
    hand.figure.get_by_label("Grid").select_option("18 × 18")
    hand.figure.locator(".nf-atlas-status", has_text="could not be fetched").wait_for()
    assert hand.plate.get_attribute("aria-busy") == "false"
    cells = MAPS[0].levels[0]
    assert np.array_equal(hand.pixels(middles(cells)[:4] - 0.04)[:, :3], cells.pictures[:4, 0, 0])


def test_a_map_is_busy_as_long_as_its_icons_are_on_their_way(tabs):
    tab = tabs()
    hand = Hand(tab)
    held = []
    tab.context.route("**/one.map-0-level-1-*.sheet.webp", lambda route: held.append(route))
    hand.figure.get_by_text("Options").click()
    hand.figure.get_by_label("Grid").select_option("18 × 18")
    busy = hand.figure.locator(".nf-atlas-plate[aria-busy=true]")
    busy.wait_for()
    settle(tab, 300)
    assert busy.count() == 1 and held
    for route in held:
        route.continue_()
    busy.wait_for(state="detached")
    assert hand.grid == 18


def test_what_a_drag_uncovers_is_painted_as_if_all_were_painted_anew(tabs):
    tab = tabs("#fig-one?x=0.5&y=0.5&z=2&level=2")
    hand = Hand(tab)
    icons(hand)
    x, y = hand.place(0.5, 0.5)
    tab.mouse.move(x, y)
    tab.mouse.down()
    for dx, dy in ((90, 110), (-70, 95), (-130, -95), (-60, 20), (15, 65), (-20, -35)):
        tab.mouse.move(x + dx, y + dy)
        hand.settle()
    tab.mouse.up()
    assert (hand.state["x"], hand.state["y"]) != (0.5, 0.5)
    whole = "plate => plate.querySelector('.nf-atlas-icons').toDataURL()"
    moved = hand.plate.evaluate(whole)
    hand.filter("maze")
    assert hand.plate.evaluate(whole) != moved
    hand.figure.get_by_label("Show all classes").click()
    hand.settle()
    assert hand.plate.evaluate(whole) == moved


def test_pointing_says_what_a_cell_is_in_text_and_draws_its_real_examples(tabs):
    hand = Hand(tabs())
    cells = MAPS[0].levels[0]
    cell = int(np.flatnonzero(cells.top[:, 0] == 3)[0])
    hand.tab.mouse.move(*hand.place(*middles(cells)[cell]))
    hand.says(f"Mean of {cells.counts[cell]} activations")
    name = hand.figure.locator(".nf-atlas-name")
    assert name.text_content() == HOSTILE[0]
    listed = hand.figure.locator(".nf-atlas-top li").all_text_contents()
    values = [f"{value:+.1f}".replace("-", "−") if abs(value) >= 0.05 else "0.0" for value in cells.top_values[cell]]
    assert listed == [LABELS[label] + value for label, value in zip(cells.top[cell], values, strict=True)]
    assert hand.figure.locator(".nf-atlas-said dd").text_content() == f"{cells.about[cell]['spread']:.2f}"
    hand.figure.locator(".nf-atlas-examples span").first.wait_for()
    hand.tab.wait_for_function(DRAWN, arg=hand.figure.element_handle())
    drawn = hand.figure.locator(".nf-atlas-examples canvas").evaluate_all(
        "all => all.map(canvas => canvas.getContext('2d').getImageData(20, 20, 1, 1).data[0])"
    )
    assert drawn == cells.examples[cell].tolist()
    assert hand.figure.locator(".nf-atlas-examples span").all_text_contents() == [HOSTILE[1]] * 3
    hand.figure.get_by_text("Cells as a table").click()
    rows = hand.figure.locator(".nf-atlas-listing tbody tr")
    rows.first.wait_for()
    assert rows.count() == len(cells.rows) and HOSTILE[0] in rows.nth(cell).text_content()
    assert hand.figure.locator("img[src=x]").count() == 0


# Filtered -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("label", "sign", "intensity"), [(1, -1, 1), (3, 1, 2)])
def test_opacity_is_the_value_over_the_largest_of_the_chosen_class(tabs, label, sign, intensity):
    hand = Hand(tabs())
    icons(hand)
    before = hand.figure.locator(".nf-atlas-chooser canvas").first.evaluate("canvas => canvas.toDataURL()")
    hand.filter(LABELS[label][:6])
    hand.figure.get_by_label("Influence").select_option("positive" if sign > 0 else "negative")
    drag(hand.figure.get_by_label("Intensity"), intensity)
    hand.settle()
    cells = MAPS[0].levels[0]
    step = np.abs(cells.values[:, label]).max() / 127
    bytes_kept = np.rint(cells.values[:, label] / step) * sign
    wanted = np.minimum(1, intensity * np.maximum(0, bytes_kept) / bytes_kept.max())
    assert hand.pixels(middles(cells))[:, 3] / 255 == pytest.approx(wanted, abs=0.01)
    after = hand.figure.locator(".nf-atlas-chooser canvas").first.evaluate("canvas => canvas.toDataURL()")
    assert before != after
    assert hand.state == {"class": label} | ({"sign": -1} if sign < 0 else {})


def test_icons_grow_with_the_density_and_what_is_unsure_is_dimmed(tabs):
    hand = Hand(tabs())
    icons(hand)
    cells = MAPS[0].levels[0]
    hand.figure.get_by_label("Dim what is unsure").check()
    hand.settle()
    sure = np.round(cells.sureness, 2)
    assert hand.pixels(middles(cells))[:, 3] / 255 == pytest.approx(sure, abs=0.01)
    corner = middles(cells) + 0.4 / 6
    assert hand.pixels(corner)[:, 3].all()
    drag(hand.figure.get_by_label("Size of icons"), 0)
    hand.settle()
    assert hand.pixels(middles(cells))[:, 3].all() and not hand.pixels(corner)[:, 3].any()


# Moved ----------------------------------------------------------------------------------------------------------------


def test_a_wheel_scrolls_the_page_until_the_map_is_clicked_or_the_switch_is_on(tabs):
    tab = tabs()
    hand = Hand(tab)
    tab.mouse.move(*hand.place(0.3, 0.6))
    before = tab.evaluate("scrollY")
    tab.mouse.wheel(0, -60)
    tab.wait_for_function("before => scrollY < before", arg=before)
    assert hand.state == {}
    hand.options()
    hand.figure.get_by_label("Scroll to zoom").check()
    hand.plate.scroll_into_view_if_needed()
    before = tab.evaluate("scrollY")
    tab.mouse.move(*hand.place(0.3, 0.6))
    tab.mouse.wheel(0, -500)
    tab.wait_for_function("figure => figure.nfState?.z > 2", arg=hand.figure.element_handle())
    assert tab.evaluate("scrollY") == before
    hand.figure.get_by_label("Scroll to zoom").uncheck()
    tab.mouse.click(*hand.place(0.3, 0.6))
    zoom = hand.state["z"]
    tab.mouse.wheel(0, -200)
    tab.wait_for_function("([figure, zoom]) => figure.nfState.z > zoom", arg=[hand.figure.element_handle(), zoom])


def test_the_page_leads_to_a_point_and_a_path_from_cell_to_cell(tabs):
    tab = tabs()
    hand = Hand(tab)
    tab.locator("[data-point=corner]").hover()
    tab.wait_for_function("figure => figure.nfState?.class === 2", arg=hand.figure.element_handle())
    assert hand.state == {"x": 0.8, "y": 0.3, "z": 4, "class": 2, "cell": [0.8, 0.3]}
    hand.settle()
    near = MAPS[0].levels[GRIDS.index(hand.grid)]
    hand.says(f"Mean of {near.counts[np.linalg.norm(middles(near) - (0.8, 0.3), axis=1).argmin()]} activations")
    hand.figure.get_by_label("Show all classes").click()
    hand.figure.get_by_label("Show the whole map").click()
    hand.plate.press("Escape")
    assert hand.state == {}
    tab.mouse.move(1, 1)
    for lead in (tab.locator("[data-point=corner]"), hand.figure.get_by_role("button", name="the corner")):
        lead.click()
        tab.wait_for_function("figure => figure.nfState?.z === 4", arg=hand.figure.element_handle())
        hand.figure.get_by_label("Show the whole map").click()
    hand.figure.get_by_label("Show all classes").click()
    hand.figure.get_by_role("button", name="Follow: a way").click()
    cells = MAPS[0].levels[1]
    for at, cell in enumerate((40, 41, 60)):
        hand.figure.get_by_role("status").filter(has_text=f"a way: {at + 1} of 3").wait_for()
        hand.says(f"Mean of {cells.counts[cell]} activations")
        assert hand.state["cell"] == pytest.approx(middles(cells)[cell], abs=1e-3) and hand.grid == 18
        assert hand.state["walk"] == [0, at]
        tab.keyboard.press("Enter")
    hand.figure.get_by_label("Previous cell of the path").click()
    hand.figure.get_by_role("status").filter(has_text="2 of 3").wait_for()
    settle(tab, 400)
    again = Hand(tabs(tab.evaluate("location.hash")))
    again.figure.get_by_role("status").filter(has_text="a way: 2 of 3").wait_for()
    assert again.state == hand.state
    again.figure.get_by_label("Leave the path").click()
    assert not again.state.keys() & {"level", "walk"}


def test_a_link_to_a_point_is_a_place_of_the_page_that_one_comes_back_from(tabs):
    tab = tabs()
    hand = Hand(tab)
    lead = tab.locator("[data-point=corner]")
    lead.evaluate("lead => lead.scrollIntoView({ block: 'end' })")
    start = tab.evaluate("scrollY")
    lead.click()
    tab.wait_for_function("figure => figure.nfState?.z === 4", arg=hand.figure.element_handle())
    settle(tab, 400)
    top = hand.figure.bounding_box()["y"]
    assert tab.evaluate("scrollY") > start and 0 <= top < 200
    assert "z=4" in tab.url
    tab.go_back()
    tab.wait_for_function("start => Math.abs(scrollY - start) < 2", arg=start)
    assert tab.url == tab.url.partition("#")[0] and tab.locator("#fig-one[data-live]").count() == 1


def test_a_filter_lets_go_of_a_cell_that_it_hides(tabs):
    hand = Hand(tabs())
    cells = MAPS[0].levels[0]
    hidden, seen = (int(np.flatnonzero(each)[0]) for each in (cells.values[:, 1] < 0, cells.values[:, 1] > 1))
    for cell, kept in ((hidden, False), (seen, True)):
        hand.tab.mouse.click(*hand.place(*middles(cells)[cell]))
        assert "cell" in hand.state
        hand.filter("honey")
        assert ("cell" in hand.state) == kept
        hand.figure.get_by_label("Show all classes").click()
        settle(hand.tab, 400)


def test_points_are_offered_beside_their_own_map(tabs):
    hand = Hand(tabs())
    point = hand.figure.get_by_role("button", name="the corner")
    assert point.is_visible()
    hand.figure.get_by_role("radio", name="layer 1").check()
    point.wait_for(state="hidden")
    hand.figure.get_by_role("radio", name="layer 0").check()
    point.wait_for(state="visible")


def test_keys_reach_every_cell_and_everything_else(tabs):
    tab = tabs()
    hand = Hand(tab)
    hand.plate.focus()
    cells = MAPS[0].levels[0]
    there = set(zip(cells.rows.tolist(), cells.columns.tolist(), strict=True))
    reached = set()

    def press(key: str) -> tuple[int, int]:
        tab.keyboard.press(key)
        column, row = (np.array(hand.state["cell"]) * 6).astype(int).tolist()
        reached.add((row, column))
        return row, column

    while press("ArrowUp")[0]:
        pass
    for row in range(6):
        columns = [column for at, column in there if at == row]
        while press("ArrowLeft")[1] != min(columns):
            pass
        while press("ArrowRight")[1] != max(columns):
            pass
        if row < 5:
            assert press("ArrowDown")[0] == row + 1
    column = max(columns)
    assert reached == there
    said = hand.figure.locator(".nf-heard", has_text=f"row {row + 1}, column {column + 1} of 6, mean of ")
    said.wait_for(state="attached")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.matches('.nf-atlas-details')")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    assert "cell" not in hand.state
    for key, grid in (("PageDown", 18), ("PageUp", 6), ("+", 6)):
        tab.keyboard.press(key)
        hand.settle()
        assert hand.grid == grid
    assert hand.state["z"] > 1
    tab.keyboard.press("Home")
    assert "z" not in hand.state
    hand.figure.locator("summary", has_text="Options").press("Enter")
    hand.figure.locator(".nf-atlas-chooser input").first.focus()
    wanted = [
        "combobox",
        "summary",
        "Grid",
        "Size",
        "Side",
        "Labels",
        "Dim",
        "Scroll",
        "application",
        "Enlarge",
        "Full",
    ]
    found = [_focused(tab)]
    for _ in range(18):
        tab.keyboard.press("Tab")
        found.append(_focused(tab))
    assert [next((each for each in found if word in each), None) is not None for word in wanted] == [True] * len(wanted)
    assert any("the corner" in each for each in found) and any("Cells as a table" in each for each in found)


def _focused(tab) -> str:
    return tab.evaluate(
        """() => { const e = document.activeElement; return [e.tagName.toLowerCase(), e.getAttribute('role'),
        e.getAttribute('aria-label'), e.labels?.[0]?.textContent, e.textContent.slice(0, 40)].join(' ') }"""
    )


# Linked, and everywhere -----------------------------------------------------------------------------------------------


def test_an_address_brings_back_map_view_level_class_and_cell(tabs):
    hand = Hand(tabs())
    hand.figure.get_by_role("radio", name="layer 1").check()
    hand.filter("honey")
    hand.figure.get_by_label("Influence").select_option("negative")
    hand.plate.focus()
    for key in ("+", "+", "PageDown", "ArrowRight", "ArrowUp"):
        hand.tab.keyboard.press(key)
        hand.settle()
    state = hand.state
    assert state.keys() == {"map", "x", "y", "z", "level", "class", "sign", "cell"} and state["map"] == 1
    settle(hand.tab, 400)
    again = Hand(tabs(hand.tab.evaluate("location.hash")))
    again.says("Mean of")
    assert again.figure.get_by_role("radio", name="layer 1").is_checked() and again.grid == hand.grid
    assert again.figure.get_by_role("combobox", name="Filter by class").input_value() == "honeycomb"
    places = np.random.default_rng(0).random((200, 2))
    assert (hand.pixels(places) == again.pixels(places)).all(1).mean() > 0.9  # places are kept to 4 digits
    again.plate.focus()
    again.tab.keyboard.press("Home")
    assert again.state == {key: state[key] for key in ("map", "level", "class", "sign", "cell")}


@pytest.mark.parametrize(
    "state", ["map=9&x=a&y=[]&z=1e9&level=-1&class=77&cell=[5,null]", "map=[]&at=4&point=toString&x=9&y=-9&z=3"]
)
def test_an_address_that_anyone_may_have_written_breaks_nothing(tabs, state):
    hand = Hand(tabs(f"#fig-one?{state}"))
    assert hand.grid in GRIDS and hand.figure.locator(".nf-atlas-plate").count() == 1


def test_maps_side_by_side_share_the_filter_and_one_map_can_be_left(tabs):
    tab = tabs()
    hand = Hand(tab, "two")
    assert hand.figure.locator(".nf-atlas-plate").count() == 2
    hand.filter("maze")
    icons(hand)
    for index in (0, 1):
        hand.plate = hand.figure.locator(".nf-atlas-plate").nth(index)
        values = np.maximum(0, MAPS[index].levels[0].values[:, 2])
        seen = hand.pixels(middles(MAPS[index].levels[0]))
        assert seen[:, 3] / 255 == pytest.approx(values / values.max(), abs=0.02)
        solid = seen[:, 3] > 200
        assert np.abs(seen[solid, 0].astype(int) - MAPS[index].levels[0].pictures[solid, 0, 0, 0]).max() <= 1
    hand.figure.get_by_label("Side by side").select_option("1 map")
    hand.figure.locator(".nf-atlas-plate").nth(1).wait_for(state="detached")
    assert hand.state == {"map": 0, "class": 2}


def test_where_the_screen_cannot_be_filled_the_window_is(tabs):
    tab = tabs()
    tab.evaluate("() => { Element.prototype.requestFullscreen = () => Promise.reject(new Error('no')) }")
    hand = Hand(tab)
    narrow = hand.plate.bounding_box()["width"]
    hand.figure.get_by_role("button", name="Full screen").click()
    hand.settle()
    box = hand.figure.locator(".nf-atlas-full").bounding_box()
    assert (box["width"], box["height"]) == (DESKTOP["width"], DESKTOP["height"])
    assert hand.plate.bounding_box()["width"] > narrow
    tab.keyboard.press("Escape")
    assert hand.figure.locator(".nf-atlas-full").count() == 0
    assert hand.plate.bounding_box()["width"] == narrow


@pytest.mark.parametrize("name", DRAWINGS)
def test_on_a_phone_a_tap_says_what_a_cell_is_below_the_map_and_two_fingers_enlarge(tabs, name):
    tab = tabs(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    hand = Hand(tab, name)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert hand.plate.evaluate("plate => plate.style.touchAction") == "pan-y"
    cells = MAPS[0].levels[0]
    tab.touchscreen.tap(*hand.place(*middles(cells)[7]))
    hand.says(f"Mean of {cells.counts[7]} activations")
    map_box, said = hand.plate.bounding_box(), hand.figure.locator(".nf-atlas-details").bounding_box()
    assert said["y"] >= map_box["y"] + map_box["height"]
    hand.options()
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    hand.options()
    fingers = tab.context.new_cdp_session(tab)
    x, y = hand.place(0.5, 0.5)
    for apart in (30, 45, 60):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        what = "touchStart" if apart == 30 else "touchMove"
        fingers.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert hand.state["z"] == pytest.approx(2, rel=0.15)


@needs_axe
def test_axe_finds_nothing_in_a_live_atlas(tabs):
    tab = tabs()
    for name in DRAWINGS:
        hand = Hand(tab, name)
        hand.options()
        hand.filter("maze")
        hand.figure.get_by_text("Cells as a table").click()
        hand.plate.focus()
        tab.keyboard.press("ArrowRight")
    assert complaints(tab) == []
