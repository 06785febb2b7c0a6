"""Mosaics on a built page in a real browser: drawn as Python draws them, pointed at, moved, enlarged, printed."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from generators.drawing import files
from generators.drawing.mosaic import Shade
from generators.drawing.mosaic_files import ticks
from generators.drawing.plates import blended
from generators.drawing.tiling import Tiling
from tests.browser.server import Served
from tests.built_page import DESKTOP, PHONE, built_with, complaints, needs_axe, opened_tabs
from tests.cells import SHADES, Read, arrange, mosaic, read
from tests.diagram_page import drag, live, settle
from tests.test_drawing_mosaic import raster

LINES = arrange(22, 7)
OTHER = arrange(9, 2)


def _boundary(arrangement, line: int) -> np.ndarray:
    """The edges along one line."""
    cells = arrangement.cells()
    given = Tiling(cells.vertices, cells.corner_start, cells.corners)
    ends = np.stack([given.corners[given.edges], given.heads[given.edges]], 1)
    a, b, c = arrangement.lines[line]
    return ends[(abs(arrangement.vertices[ends] @ (a, b) + c) < 1e-9).all(1)]


DRAWINGS = {
    "one": mosaic(LINES.cells(heavy=_boundary(LINES, 4)), heavy="the answer changes", points=[(0.5, -0.25, "anchor")]),
    "deep": mosaic(
        OTHER.cells(label="1 layer"),
        LINES.cells(label="2 layers"),
        shades=[*SHADES, *(Shade("var(--nf-3)", k / 30) for k in range(30))],
        legend=[("fewest neurons on", 3), *(("", 3 + k) for k in range(1, 29)), ("most neurons on", 32)],
    ),
}


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, bytes]]:
    return {name: files(drawing) for name, drawing in DRAWINGS.items()}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Served]:
    with built_with(DRAWINGS, tmp_path_factory.mktemp("mosaic")) as served:
        yield served


@pytest.fixture
def tabs(browser, site) -> Iterator[Callable]:
    with opened_tabs(browser, site) as open_tab:
        yield open_tab


class Hand:
    """A reader's hand on one mosaic."""

    def __init__(self, tab, name: str) -> None:
        self.tab, self.name = tab, name
        self.figure = live(tab, name)
        self.plate = self.figure.locator(".nf-hand")
        self.plate.scroll_into_view_if_needed()
        settle(tab, 100)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the square from -1 to 1 is on the screen."""
        left, right, low, high = self.view
        box = self.plate.bounding_box()
        return box["x"] + (x - left) / (right - left) * box["width"], box["y"] + (high - y) / (high - low) * box[
            "height"
        ]

    @property
    def view(self) -> list[float]:
        self.settle()
        return self.state.get("v", [-1, 1, -1, 1])

    @property
    def state(self) -> dict[str, Any]:
        """What the figure's address would keep."""
        return self.figure.evaluate("figure => ({ ...figure.nfState })")

    def settle(self) -> None:
        """Wait for what glides and for the frame after it."""
        settle(self.tab, 350)

    def point(self, x: float, y: float) -> None:
        self.tab.mouse.move(*self.place(x, y))

    def click(self, x: float, y: float) -> None:
        settle(self.tab, 400)  # or it would be a double click
        self.tab.mouse.click(*self.place(x, y))

    def reads(self, said: str | re.Pattern) -> str:
        """Wait until the line below says something; return all of it."""
        self.figure.locator(".nf-said", has_text=said).wait_for()
        return self.said

    @property
    def said(self) -> str:
        return " ".join(self.figure.locator(".nf-said span").all_text_contents())


def cell_at(made: Read, x: float, y: float) -> int:
    """Find the polygon that holds a point, one after the other."""
    for cell, polygon in enumerate(made.polygons):
        ends = np.roll(polygon, -1, 0)
        cross = (ends - polygon)[:, 0] * (y - polygon[:, 1]) - (ends - polygon)[:, 1] * (x - polygon[:, 0])
        if (cross > 0).all():
            return cell
    raise AssertionError(f"no cell holds {x}, {y}")


def named(made: Read, differing: np.ndarray) -> str:
    """Write bits as the page does: the layers' neurons, counted from 1."""
    words, first = [], 0
    for layer, neurons in zip(made.told["layers"], made.neurons, strict=True):
        mine = [str(neurons[bit - first] + 1) for bit in differing if first <= bit < first + len(neurons)]
        first += len(neurons)
        if mine:
            listed = f"s {', '.join(mine[:-1])} and {mine[-1]}" if len(mine) > 1 else f" {mine[0]}"
            words.append(f"{layer['name']} neuron{listed}")
    return "; ".join(words)


# Drawn as Python draws ------------------------------------------------------------------------------------------------

PAINT = """async ({ name, state, view, side }) => {
  const [{ Painter }, { View }, { fetchCells }] = await Promise.all(
    ['painter', 'view', 'cells'].map(file => import(`${location.origin}/assets/mosaic/${file}.js`)))
  const address = document.querySelector(`#fig-${name} a.nf-json`).href.replace('.json', '')
  const data = await (await fetch(`${address}.json`)).json()
  const cells = await fetchCells(`${address}.cells-${state}.bin`, data.states[state], data)
  cells.shade = Int32Array.from(cells.shade, (_, cell) => cell)
  const shades = Array.from(cells.shade, cell => [cell & 255, cell >> 8, 1])
  const canvas = document.createElement('canvas')
  const seen = new View(data.box)
  seen.kept = view
  const painter = new Painter(canvas, seen, { ...data.lines, strength: 0, heavy: 0, halo: 0 })
  cells.heavy = new Int32Array(0)
  painter.resize(side, side)
  painter.show(cells, { shades, paper: [255, 255, 255], ink: [0, 0, 0] })
  await painter.done()
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
  const at = k => (pixels[k + 2] === 1 ? pixels[k] + 256 * pixels[k + 1] : -1)
  const painted = Array.from({ length: pixels.length / 4 }, (_, k) => at(4 * k))
  return { painted, corner: painter.corner, scale: painter.scale }
}"""


@pytest.mark.parametrize("view", [None, [-0.31, 0.27, -0.5, 0.08], [0.1, 0.102, 0.2, 0.202]])
def test_every_pixel_has_the_cell_that_python_gives_it(tabs, made, view):
    side = 300
    tab = tabs()
    seen = tab.evaluate(PAINT, {"name": "one", "state": 0, "view": view, "side": side})
    there = read(made["one"])
    corners = np.concatenate(there.polygons)
    vertices, renamed = np.unique(corners, axis=0, return_inverse=True)
    start = np.cumsum([0, *map(len, there.polygons)])
    left, top = np.array(seen["corner"]) / seen["scale"]  # whole pixels, whatever was asked for
    box = left - 1, left - 1 + 2 * side / seen["scale"], 1 - top - 2 * side / seen["scale"], 1 - top
    wanted = raster(Tiling(vertices, start, renamed.ravel()), box, 2 * side, 2 * side)
    assert np.array_equal(np.array(seen["painted"]).reshape(wanted.shape), wanted)
    if view:
        assert box == pytest.approx(view, abs=2 / seen["scale"])


def test_colours_are_the_shades_over_the_papers_of_both_themes(tabs, made):
    tab = tabs()
    hand = Hand(tab, "one")
    there = read(made["one"])
    largest = int(np.argmax([np.ptp(polygon, axis=0).prod() for polygon in there.polygons]))
    x, y = there.polygons[largest].mean(0)
    pixel = """(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(
        Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data].slice(0, 3)"""
    shade = SHADES[there.shade[largest]]
    for theme in ("light", "dark"):
        tab.evaluate(
            "scheme => document.body.dataset.mdColorScheme = scheme", {"light": "default", "dark": "slate"}[theme]
        )
        hand.settle()
        shown = hand.plate.locator("canvas").first.evaluate(pixel, [(x + 1) / 2, (1 - y) / 2])
        assert shown == blended((shade.colour, shade.opacity), theme).tolist(), theme


def test_the_live_picture_is_the_still_but_for_its_compression(tabs, made):
    from io import BytesIO

    from PIL import Image

    hand = Hand(tabs(device_scale_factor=2), "one")
    hand.tab.mouse.move(1, 1)
    hand.settle()
    shot = Image.open(BytesIO(hand.figure.locator(".nf-plate").screenshot())).convert("RGB")
    still = Image.open(BytesIO(made["one"]["light.webp"])).convert("RGB").resize(shot.size)
    apart = abs(np.asarray(shot, float) - np.asarray(still, float)).mean(2)
    assert apart.mean() < 5 and (apart > 60).mean() < 0.02


def test_the_numbers_along_the_axes_are_pythons(tabs):
    tab = tabs()
    spans = [(-1, 1), (-0.31, 0.27), (1e-4, 1.7e-4), (0, 123456), (-7.25, -7.2)]
    written = tab.evaluate(
        """async spans => {
            const { ticks } = await import(`${location.origin}/assets/mosaic/axes.js`)
            return spans.map(([low, high]) => ticks(low, high).map(({ label }) => label))
        }""",
        spans,
    )
    assert written == [[label for _, label in ticks(*span)] for span in spans]


# Fetched when needed --------------------------------------------------------------------------------------------------


def test_nothing_but_the_still_is_fetched_before_a_sign_of_life_and_no_codes_before_one_points(tabs, site, made):
    tab = tabs()
    tab.wait_for_load_state("networkidle")
    assert not [path for path in site.paths() if "mosaic" in path or path.endswith(".bin")]
    hand = Hand(tab, "one")
    tab.mouse.move(1, 1)
    hand.settle()
    fetched = [path.rpartition("/")[2] for path in site.paths() if path.endswith(".bin")]
    assert sorted(set(fetched)) == ["deep.cells-0.bin", "one.cells-0.bin"] == sorted(fetched)
    hand.point(0.1, 0.1)
    hand.reads("On: ")
    assert [path.rpartition("/")[2] for path in site.paths() if ".codes-" in path] == ["one.codes-0.bin"]


def test_a_state_is_fetched_when_the_slider_reaches_it_and_once(tabs, site, made):
    tab = tabs()
    hand = Hand(tab, "deep")
    start = len(site.sent)
    slider = hand.figure.get_by_label("Layers")
    note = hand.figure.locator(".nf-note-cells.nf-live")
    for value in (1, 0, 1):
        drag(slider, value)
        said = json.loads(made["deep"]["data.json"])["states"][value]
        hand.figure.locator(".nf-note-cells.nf-live", has_text=f"{said['cells']} regions").wait_for()
        assert note.text_content() == said["note"]
        assert hand.figure.locator(".nf-slider output").text_content() == f"{value + 1} layer{'s' * value}"
    hand.settle()
    assert [path.rpartition("/")[2] for path in site.paths(start) if path.endswith(".bin")] == ["deep.cells-1.bin"]
    assert hand.state == {"s": 1}


# Pointed at and compared ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(0.13, 0.21), (-0.6, 0.55), (0.71, -0.82)])
def test_pointing_says_number_shade_size_and_how_many_neurons_are_on(tabs, made, place):
    hand = Hand(tabs(), "one")
    there = read(made["one"])
    hand.point(*place)
    cell = cell_at(there, *place)
    said = hand.reads("On: ")
    x, y = there.polygons[cell].T
    area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
    shade = SHADES[there.shade[cell]].words
    corners = len(there.polygons[cell])
    assert said.startswith(f"Region {cell + 1}: {f'{shade}; ' if shade else ''}{corners} corners, ")
    assert float(re.search(r"([\d.]+)% of the plane", said)[1]) == pytest.approx(100 * area / 4, rel=0.06)
    on = there.bits[cell, :11].sum() + 2, there.bits[cell, 11:].sum()
    assert said.endswith(f"On: {on[0]} of 14 in first, {on[1]} of 11 in second.")


def test_two_picks_say_which_neurons_change_sign_and_in_which_order_on_the_way(tabs, made):
    tab = tabs()
    hand = Hand(tab, "one")
    there = read(made["one"])
    start, end = (-0.52, -0.37), (0.33, 0.41)
    one, two = (cell_at(there, *place) for place in (start, end))
    hand.click(*start)
    hand.reads(f"1 is region {one + 1}; pick another")
    hand.point(*end)
    differing = np.flatnonzero(there.bits[one] != there.bits[two])
    assert f"Unlike 1, region {one + 1}: {named(there, differing)}." in hand.reads("Unlike 1")
    hand.click(*end)
    tab.mouse.move(1, 1)
    said = hand.reads("change sign")
    assert said.startswith(
        f"From 1, region {one + 1}, to 2, region {two + 1}: {len(differing)} neurons of 25 change sign: "
        f"{named(there, differing)}."
    )
    heights = LINES.lines @ np.array([(*start, 1), (*end, 1)]).T  # at both ends of the way, of every line
    share = heights[differing, 0] / (heights[differing, 0] - heights[differing, 1])
    order = [bit for _, bit in sorted(zip(share, differing, strict=True))]
    names = [re.sub(" neurons?", "", named(there, np.array([bit]))) for bit in order]
    shown = " → ".join(names[:10]) + (f" → … {len(names) - 10} more" if len(names) > 10 else "")
    assert f"crosses {len(order)} boundaries: {shown}." in said
    tab.wait_for_function("said => document.querySelector('#fig-one .nf-heard').textContent === said", arg=said)

    other = tabs(f"#fig-one?p={json.dumps([*start, *end])}")
    other.wait_for_selector("#fig-one[data-live]")
    other.locator("#fig-one .nf-said", has_text=said).wait_for()
    hand.figure.get_by_label("Forget the picks").click()
    hand.reads("Point at a region")
    assert hand.state == {}


def test_picks_stay_where_they_are_when_the_state_changes(tabs, made):
    hand = Hand(tabs(), "deep")
    start, end = (-0.52, -0.37), (0.33, 0.41)
    hand.click(*start)
    hand.click(*end)
    hand.tab.mouse.move(1, 1)
    for state in (0, 1):
        there = read(made["deep"], state)
        drag(hand.figure.get_by_label("Layers"), state)
        one, two = (cell_at(there, *place) + 1 for place in (start, end))
        hand.reads(f"From 1, region {one}, to 2, region {two}: ")


# Moved and enlarged ---------------------------------------------------------------------------------------------------


def test_a_wheel_scrolls_the_page_until_the_figure_is_clicked_and_then_enlarges_about_the_pointer(tabs, made):
    tab = tabs()
    hand = Hand(tab, "one")
    hand.point(0.4, 0.4)
    before = tab.evaluate("scrollY")
    tab.mouse.wheel(0, -60)
    tab.wait_for_function("before => scrollY < before", arg=before)
    assert hand.view == [-1, 1, -1, 1]
    hand.plate.scroll_into_view_if_needed()
    place = (0.4, 0.4)
    hand.click(*place)
    screen = hand.place(*place)
    before = tab.evaluate("scrollY")
    for _ in range(5):
        tab.mouse.wheel(0, -200)
    left, right, *_ = hand.view
    assert right - left < 0.5 and tab.evaluate("scrollY") == before
    assert hand.place(*place) == pytest.approx(screen, abs=6)  # a mouse is at whole pixels, now seven times as large
    assert hand.said.startswith(f"Region {cell_at(read(made['one']), *place) + 1}:")
    ticks_shown = hand.figure.locator(".nf-ticks-x.nf-live span").all_text_contents()
    assert ticks_shown == [label for _, label in ticks(left, right)]
    for _ in range(9):
        tab.mouse.wheel(0, 200)
    assert hand.view == [-1, 1, -1, 1]


def test_dragging_keeps_the_region_under_the_pointer_and_the_plane_in_its_frame(tabs):
    tab = tabs()
    hand = Hand(tab, "one")
    hand.figure.get_by_label("Enlarge").click()
    hand.figure.get_by_label("Enlarge").click()
    hand.settle()
    left, right, low, high = hand.view
    assert (left, right, low, high) == pytest.approx((-0.25, 0.25, -0.25, 0.25), abs=0.02)
    start = hand.place(0.1, -0.1)
    tab.mouse.move(*start)
    tab.mouse.down()
    tab.mouse.move(start[0] - 60, start[1] - 90, steps=5)
    tab.mouse.up()
    assert hand.place(0.1, -0.1) == pytest.approx((start[0] - 60, start[1] - 90), abs=1)
    assert "p" not in hand.state, "a drag is no click"
    tab.mouse.down()
    tab.mouse.move(start[0] + 9000, start[1], steps=3)
    tab.mouse.up()
    assert hand.view[0] == -1


def test_a_double_click_enlarges_the_whole_resets_a_part_and_picks_nothing(tabs):
    tab = tabs()
    hand = Hand(tab, "one")
    settle(hand.tab, 400)
    tab.mouse.dblclick(*hand.place(0.5, 0.5))
    assert hand.view[1] - hand.view[0] == pytest.approx(2 / 3, rel=0.01) and hand.state.keys() == {"v"}
    settle(tab, 400)
    tab.mouse.dblclick(*hand.place(0.5, 0.5))
    assert hand.view == [-1, 1, -1, 1] and hand.state == {}


def test_an_address_brings_back_view_and_picks(tabs):
    view = [-0.3, 0.1, 0.2, 0.6]
    tab = tabs(f"#fig-one?v={json.dumps(view)}&p=[0,0.4]")
    hand = Hand(tab, "one")
    hand.reads("pick another")
    assert hand.figure.locator(".nf-ticks-x.nf-live span").all_text_contents() == [
        label for _, label in ticks(-0.3, 0.1)
    ]
    hand.point(0.05, 0.45)
    hand.figure.get_by_label("Reduce").click()
    assert hand.view == pytest.approx([-0.5, 0.3, 0.0, 0.8], abs=1e-3)


@pytest.mark.parametrize(
    "state",
    [
        "v=[1,0,0,1]",
        "v=[0,0.5,%22x%22,%22y%22]",
        "v=[null,1,0,1]&s=length&p=%22x%22",
        "s=99&p=[1e999,0]",
        "v=[9,10,9,10]&p=[5,5]",
    ],
)
def test_an_address_that_anyone_may_have_written_breaks_nothing(tabs, state):
    tab = tabs(f"#fig-deep?{state}")
    tab.wait_for_selector("#fig-deep[data-live]")
    hand = Hand(tab, "deep")
    hand.plate.hover()
    hand.reads(re.compile(r"Region \d"))


# Keys, fingers, paper -------------------------------------------------------------------------------------------------


def test_the_keyboard_walks_to_the_next_region_picks_enlarges_and_comes_back(tabs, made):
    tab = tabs()
    hand = Hand(tab, "one")
    there = read(made["one"])
    tab.mouse.move(1, 1)
    hand.plate.focus()
    tab.keyboard.press("ArrowRight")
    here = cell_at(there, 1e-9, 1e-9)
    hand.reads(f"Region {here + 1}:")
    tab.keyboard.press("Enter")
    hand.reads("pick another")
    tab.keyboard.press("ArrowRight")
    line_ends = [(p[0], p[1]) for p in there.polygons[here]]
    right = max(_leaves(np.array(line_ends)))
    beyond = cell_at(there, right + 0.005, 1e-9)
    said = hand.reads("Unlike 1")
    assert said.startswith(f"Region {beyond + 1}:")
    assert len(np.flatnonzero(there.bits[here] != there.bits[beyond])) == 1
    for press in ("+", "+"):
        tab.keyboard.press(press)
        hand.settle()
    left, end, low, _ = hand.view
    assert end - left == pytest.approx(2 / 1.6**2, rel=1e-3)
    tab.keyboard.press("Shift+ArrowUp")
    tab.keyboard.press("Shift+ArrowUp")
    tab.keyboard.press("Shift+ArrowUp")
    assert hand.view[2] > low
    tab.keyboard.press("Escape")
    tab.keyboard.press("0")
    hand.settle()
    assert hand.state == {}
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def _leaves(polygon: np.ndarray) -> list[float]:
    """Where a polygon's border meets the line y = 0."""
    ends = np.roll(polygon, -1, 0)
    return [
        x0 + y0 / (y0 - y1) * (x1 - x0)
        for (x0, y0), (x1, y1) in zip(polygon, ends, strict=True)
        if (y0 > 0) != (y1 > 0)
    ]


def test_on_a_phone_a_tap_picks_two_fingers_enlarge_and_nothing_is_wider_than_the_screen(tabs, made):
    tab = tabs(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    hand = Hand(tab, "one")
    there = read(made["one"])
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert hand.plate.evaluate("plate => plate.style.touchAction") == "pan-y"
    tab.touchscreen.tap(*hand.place(0.2, 0.3))
    hand.reads(f"1 is region {cell_at(there, 0.2, 0.3) + 1};")
    fingers = tab.context.new_cdp_session(tab)
    x, y = hand.place(0, 0)
    for apart in (30, 45, 60):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        fingers.send(
            "Input.dispatchTouchEvent", {"type": "touchStart" if apart == 30 else "touchMove", "touchPoints": points}
        )
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    left, right, *_ = hand.view
    assert right - left == pytest.approx(1, rel=0.15)
    assert hand.plate.evaluate("plate => plate.style.touchAction") == "none"
    assert len(hand.state["p"]) == 2


def test_paper_shows_the_still_with_its_own_numbers_whatever_the_reader_did(tabs):
    tab = tabs(color_scheme="dark")
    hand = Hand(tab, "one")
    hand.figure.get_by_label("Enlarge").click()
    hand.settle()
    tab.emulate_media(media="print")
    shown = hand.figure.locator("img:visible").evaluate_all("all => all.map(image => image.src.split('#')[1])")
    assert shown == ["only-light"]
    assert hand.figure.locator(".nf-live:visible, .nf-controls:visible, canvas:visible").count() == 0
    assert hand.figure.locator(".nf-ticks-x span:visible").all_text_contents() == [label for _, label in ticks(-1, 1)]
    seen = "marks.filter(mark => getComputedStyle(mark).visibility === 'visible' && mark.getClientRects().length)"
    said = f"marks => {seen}.map(mark => mark.textContent)"
    assert hand.figure.locator(".nf-mark").evaluate_all(said) == ["anchor"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_javascript_there_is_the_still_with_axes_key_and_count(tabs, viewport):
    tab = tabs(viewport=viewport, java_script_enabled=False)
    figure = tab.locator("#fig-one")
    figure.scroll_into_view_if_needed()
    image = figure.locator("img:visible")
    assert image.count() == 1
    tab.wait_for_function("() => document.querySelector('#fig-one img').naturalWidth === 1120")
    assert figure.locator(".nf-ticks-y span:visible").all_text_contents() == [label for _, label in ticks(-1, 1)]
    assert figure.locator(".nf-legend li").all_text_contents() == ["inside", "outside", "the answer changes"]
    assert figure.locator(".nf-note-cells").text_content().startswith(f"{len(LINES.polygons)} regions")
    assert "height (m)" in figure.locator(".nf-above").text_content()


@needs_axe
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_a_live_mosaic(tabs, viewport):
    tab = tabs(viewport=viewport)
    for name in DRAWINGS:
        hand = Hand(tab, name)
        hand.click(0.2, 0.3)
    assert complaints(tab) == []
