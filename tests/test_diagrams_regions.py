"""The live diagrams of planes and of regions, moved by hand in a real browser."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from generators.articles.multi_neuron.analysis.planes import draw_planes
from generators.articles.multi_neuron.analysis.regions import draw_regions
from generators.articles.multi_neuron.figures import planes as planes_figures
from generators.articles.multi_neuron.figures import regions as regions_figures
from generators.articles.multi_neuron.figures.painter import height
from generators.drawing import Diagram
from tests.diagram_page import drag, live, opened, said, served, shown

NAMES = ("planes", "regions")


@pytest.fixture(scope="module")
def planes():
    return draw_planes(n_draws=3_000)


@pytest.fixture(scope="module")
def regions():
    return draw_regions(n_draws=1_500)


@pytest.fixture(scope="module")
def drawings(planes, regions) -> dict[str, Diagram]:
    return {"planes": planes_figures.planes(planes), "regions": regions_figures.regions(regions)}


@pytest.fixture(scope="module")
def site(drawings, tmp_path_factory) -> Iterator[str]:
    with served(drawings, tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture
def page(browser, site) -> Iterator:
    with opened(browser, site, 900) as tab:
        yield tab


@pytest.fixture
def phone(browser, site) -> Iterator:
    with opened(browser, site, 375) as tab:
        yield tab


def way(regions, first: int, second: int) -> str:
    neurons, _ = regions.route(first, second)
    return regions_figures.sentence(regions.codes[first].tolist(), neurons.tolist())


def middle(figure, regions, region: int) -> tuple[float, float]:
    """Where a region's centre is on screen."""
    box = shown(figure, "[data-floor] > rect").bounding_box()
    across, up = (regions.centres[region] + 1) / 2
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


@pytest.mark.parametrize("name", NAMES)
def test_waking_changes_no_word(page, name):
    words = f"#fig-{name} .nf-diagram text"
    before = page.locator(words).all_text_contents()
    live(page, name)
    assert page.locator(words).all_text_contents() == before
    assert "#" not in page.url


@pytest.mark.parametrize("name", NAMES)
def test_waking_moves_nothing(page, name):
    """The script draws what Python drew: every shape has the box it had, to a pixel."""
    boxes = """name => {
        const drawing = document.querySelector(`#fig-${name} .nf-wide`), from = drawing.getBoundingClientRect()
        return [...drawing.querySelectorAll('path, rect, circle, text')].map(each => each.getBoundingClientRect())
            .map(box => [box.x - from.x, box.y - from.y, box.width, box.height])
    }"""
    before = np.array(page.evaluate(boxes, name))
    live(page, name)
    after = np.array(page.evaluate(boxes, name))
    drawn = (before[:, 2:] > 0).any(1) & (after[:, 2:] > 0).any(1)
    assert drawn.sum() > 40
    np.testing.assert_allclose(after[drawn], before[drawn], atol=1)


@pytest.mark.parametrize("name", NAMES)
def test_letters_are_legible_on_a_phone(drawings, name):
    narrow = drawings[name].narrow
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', narrow)[1])
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', narrow)]
    assert min(sizes) * 343 / width >= 10.4


def test_no_word_sticks_out_of_its_drawing(page, phone):
    for tab in (page, phone):
        outside = tab.evaluate(
            """() => [...document.querySelectorAll('.nf-diagram svg')].flatMap(svg => {
                const box = svg.getBoundingClientRect(), halo = 6
                return [...svg.querySelectorAll('text')].filter(text => text.getClientRects().length).filter(text => {
                    const { left, right, top, bottom } = text.getBoundingClientRect()
                    return left < box.left - halo || right > box.right + halo
                        || top < box.top - halo || bottom > box.bottom + halo
                }).map(text => `${svg.closest('figure').id}: ${text.textContent}`)
            })"""
        )
        assert outside == []


def test_every_control_has_a_name(page):
    for name in NAMES:
        for control in live(page, name).locator(".nf-controls input, .nf-controls select").all():
            assert control.evaluate("input => input.labels.length") == 1


# --- planes ---------------------------------------------------------------------------------------------------------


def test_one_neuron_or_all(page):
    figure = live(page, "planes")
    everything = shown(figure, "[data-sheets]").inner_html()
    figure.get_by_label("Show").select_option("2")
    assert len(shown(figure, "[data-sheets]").inner_html()) < len(everything) / 3
    assert [shown(figure, f'[data-line="{k}"]').is_visible() for k in range(3)] == [False, True, False]
    assert [shown(figure, f'[data-show="{k}"]').is_visible() for k in (0, 1, 2, "all")] == [False, True, False, False]
    page.wait_for_function("location.hash.includes('show=')")
    figure.get_by_label("Show").select_option("all")
    assert shown(figure, "[data-sheets]").inner_html() == everything


def test_a_lone_neurons_floor_has_its_signs(page, planes):
    figure = live(page, "planes")
    figure.get_by_label("Show").select_option("3")
    frame = shown(figure, "[data-plate]").bounding_box()
    w, b = planes.weight[2], planes.bias[2]
    marks = figure.locator('.nf-diagram:visible [data-show="2"] rect').all()
    assert len(marks) > 40
    for mark in marks:
        box = mark.bounding_box()
        x = 2 * (box["x"] + box["width"] / 2 - frame["x"]) / frame["width"] - 1
        y = 1 - 2 * (box["y"] + box["height"] / 2 - frame["y"]) / frame["height"]
        assert (mark.get_attribute("fill") == "var(--nf-positive)") == (w @ [x, y] + b > 0)
        assert (mark.get_attribute("rx") == "1") == (w @ [x, y] + b > 0)


def test_pointing_at_the_floor_reads_its_outputs(page, planes):
    figure = live(page, "planes")
    box = shown(figure, "[data-plate]").bounding_box()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    x, y = map(float, re.findall(r"[−\d.]+", said(figure, "[data-says]").replace("−", "-"))[:2])
    assert abs(x - 0.5) < 0.02
    assert abs(y - 0.5) < 0.02
    outputs = planes.weight @ [x, y] + planes.bias
    assert said(figure, "[data-says]") == planes_figures.reading((x, y), outputs)


def test_pointing_at_space_puts_the_pin_on_the_floor_below(page):
    figure = live(page, "planes")
    foot = shown(figure, "[data-pin] circle").bounding_box()
    page.mouse.move(foot["x"] - 40, foot["y"] + 6)
    moved = shown(figure, "[data-pin] circle").bounding_box()
    assert abs(moved["x"] + moved["width"] / 2 - foot["x"] + 40) < 2
    assert abs(moved["y"] + moved["height"] / 2 - foot["y"] - 6) < 2


def test_arrow_keys_move_the_input(page, planes):
    figure = live(page, "planes")
    for selector in ("[data-space]", "[data-plate]"):
        shown(figure, selector).focus()
        page.keyboard.press("ArrowLeft")
    at = planes.at - [0.05 * 2, 0] if planes.at[0] > 0 else planes.at - [0.1, 0]
    outputs = [height((*w, b), at) for w, b in zip(planes.weight.tolist(), planes.bias.tolist(), strict=True)]
    assert said(figure, "[data-says]") == planes_figures.reading(at, outputs)


def test_turning_moves_planes_but_no_floor(page):
    figure = live(page, "planes")
    sheets, floor = shown(figure, "[data-sheets]").inner_html(), shown(figure, "[data-floor]").inner_html()
    box = shown(figure, "[data-sheets]").bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 210, box["y"] + 100, steps=4)
    page.mouse.up()
    assert figure.get_by_label("Turn the planes").input_value() == str(34 - 30)
    assert shown(figure, "[data-sheets]").inner_html() != sheets
    drag(figure.get_by_label("Turn the planes"), 34)
    assert shown(figure, "[data-sheets]").inner_html() == sheets
    assert re.sub("<circle[^>]*data-at[^>]*>", "", shown(figure, "[data-floor]").inner_html()) == re.sub(
        "<circle[^>]*data-at[^>]*>", "", floor
    )


def test_an_address_brings_a_view_of_planes_back(browser, site, planes):
    tab = browser.new_page()
    tab.goto(f"{site}#fig-planes?show=3&turn=120&at=[0.1,0.2]")
    tab.wait_for_selector("#fig-planes[data-live]")
    figure = tab.locator("#fig-planes")
    assert figure.get_by_label("Show").input_value() == "3"
    outputs = planes.weight @ [0.1, 0.2] + planes.bias
    assert said(figure, "[data-says]") == planes_figures.reading((0.1, 0.2), outputs)
    tab.goto("about:blank")
    tab.goto(f'{site}#fig-planes?show="<b>"&turn=1e9&at=7')
    tab.wait_for_selector("#fig-planes[data-live]")
    assert tab.locator("#fig-planes").get_by_label("Show").input_value() == "all"
    tab.close()


# --- regions --------------------------------------------------------------------------------------------------------


def test_the_browsers_ways_are_pythons_for_every_two_regions(page, regions, drawings):
    found = page.evaluate(
        """async data => {
            const { described, levels, route, sentence } = await import('./assets/diagrams/regions.js')
            const pairs = data.codes.map((_, a) => data.codes.map((_, b) => {
                const steps = route(data, a, b)
                const places = steps.map(step => step.share * 150)
                return { said: sentence(data.bias.length, steps), places, levels: levels(places) }
            }))
            return { pairs, words: data.codes.map(described) }
        }""",
        dict(drawings["regions"].data),
    )
    assert found["words"] == [regions_figures.described(code) for code in regions.codes.tolist()]
    for a, row in enumerate(found["pairs"]):
        for b, pair in enumerate(row):
            assert pair["said"] == way(regions, a, b)
            np.testing.assert_allclose(pair["places"], regions.route(a, b)[1] * 150, atol=1e-9)
            assert pair["levels"] == regions_figures.levels(pair["places"])


def test_a_badge_is_dragged_to_another_region(page, regions):
    figure = live(page, "regions")
    target = int(regions.partition.area.argmax())
    start = shown(figure, '[data-badge="0"]').bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(*middle(figure, regions, target), steps=5)
    page.mouse.up()
    assert said(figure) == way(regions, target, regions.second)
    page.wait_for_function(f"location.hash.includes('a={target}')")
    code = regions.codes[target]
    for k in range(8):
        fill = shown(figure, f'[data-sign="0 {k}"]').get_attribute("fill")
        assert (fill == "var(--nf-positive)") == bool(code[k])
        differs = bool(code[k] != regions.codes[regions.second, k])
        assert shown(figure, f'[data-changed="{k}"]').get_attribute("opacity") == str(int(differs))


def test_the_marks_on_the_way_say_on_or_off(page, regions):
    figure = live(page, "regions")
    neurons, _ = regions.route(regions.first, regions.second)
    marks = figure.locator(".nf-diagram:visible [data-way] g").all()
    assert [int(mark.locator("text").text_content()) - 1 for mark in marks] == neurons.tolist()
    for mark, neuron in zip(marks, neurons, strict=True):
        on = bool(regions.codes[regions.second, neuron])
        assert (mark.locator("rect").get_attribute("fill") == "var(--nf-positive)") == on


def test_a_tap_moves_the_nearer_badge(page, phone, regions):
    for tab in (page, phone):
        figure = live(tab, "regions")
        for region in range(regions.n_regions):
            if regions.partition.area[region] < 0.1 or region in (regions.first, regions.second):
                continue
            away = np.linalg.norm(regions.centres[[regions.first, regions.second]] - regions.centres[region], axis=1)
            tab.mouse.click(*middle(figure, regions, region))
            pair = (region, regions.second) if away[0] < away[1] else (regions.first, region)
            assert said(figure) == way(regions, *pair)
            break


def test_arrow_keys_lead_to_neighbours_only_and_to_all_regions(page, regions):
    figure = live(page, "regions")
    near = regions_figures.neighbours(regions)
    badge = shown(figure, '[data-badge="1"]')
    badge.focus()
    code = lambda: re.search(r"Code (\d+)", badge.get_attribute("aria-label"))[1]  # noqa: E731
    codes = ["".join(str(int(on)) for on in each) for each in regions.codes]
    before, seen = codes.index(code()), set()
    random = np.random.default_rng(0)
    for step in range(400):
        page.keyboard.press(f"Arrow{random.choice(['Left', 'Right', 'Up', 'Down'])}")
        here = codes.index(code())
        assert here == before or here in near[before], step
        before = here
        seen.add(here)
        if len(seen) == regions.n_regions:
            break
    assert len(seen) > 0.9 * regions.n_regions


def test_pointing_names_a_region_and_its_cell(page, regions):
    figure = live(page, "regions")
    region = int(regions.partition.area.argmax())
    page.mouse.move(*middle(figure, regions, region))
    words = regions_figures.described(regions.codes[region].tolist())
    assert shown(figure, "[data-one]").text_content() == words
    other = (region + 1) % regions.n_regions
    shown(figure, f'[data-cell="{other}"]').hover()
    assert shown(figure, "[data-one]").text_content() == regions_figures.described(regions.codes[other].tolist())
    page.mouse.move(2, 2)
    assert shown(figure, "[data-one]").text_content() == regions_figures.INVITATION


def test_an_address_brings_both_regions_back(browser, site, regions):
    tab = browser.new_page()
    tab.goto(f"{site}#fig-regions?a=3&b=11")
    tab.wait_for_selector("#fig-regions[data-live]")
    assert said(tab.locator("#fig-regions")) == way(regions, 3, 11)
    tab.goto("about:blank")
    tab.goto(f'{site}#fig-regions?a=-1&b="x"')
    tab.wait_for_selector("#fig-regions[data-live]")
    assert said(tab.locator("#fig-regions")) == way(regions, regions.first, regions.second)
    tab.close()
