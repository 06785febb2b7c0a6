"""The live diagrams of several neurons on one and on two inputs, moved by hand in a real browser."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from generators.articles.multi_neuron.analysis.neurons_on_a_line import cut, find_neurons
from generators.articles.multi_neuron.analysis.two_neurons import place
from generators.articles.multi_neuron.figures import eight_neurons, input_boundary, painter, two_neurons
from generators.articles.multi_neuron.figures.space import SQUARE
from generators.drawing import Diagram
from generators.drawing.weights import signed
from tests.diagram_page import drag, live, opened, said, served, settle, shown

NAMES = ("two-neurons", "eight-neurons", "input-boundary")


@pytest.fixture(scope="module")
def line():
    return find_neurons()


@pytest.fixture(scope="module")
def drawings(line) -> dict[str, Diagram]:
    return {
        "two-neurons": two_neurons.two_neurons(place()),
        "eight-neurons": eight_neurons.eight_neurons(line),
        "input-boundary": input_boundary.input_boundary(line),
    }


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
        const drawing = document.querySelector(`#fig-${name} .nf-wide`)
        const top = drawing.getBoundingClientRect().top
        return [...drawing.querySelectorAll('path, rect, circle, text')]
            .map(each => each.getBoundingClientRect())
            .map(box => [box.x, box.y - top, box.width, box.height])
    }"""
    assert not page.locator(f"#fig-{name}[data-live]").count()
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


# --- two neurons ----------------------------------------------------------------------------------------------------


def test_planes_turn_as_python_turns_them(page):
    """Facets for many turns: the same pieces in the same order."""
    random = np.random.default_rng(0)
    cases = [(random.uniform(-0.8, 0.8, (2, 3)).tolist(), float(turn)) for turn in random.uniform(0, 360, 40)]
    found = page.evaluate(
        """async cases => {
            const { facets, view } = await import('./assets/diagrams/painter.js')
            const square = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
            const from = turn => view({ x: 0, y: 0, side: 1, tall: 1, elevation: 30 }, turn)
            return cases.map(([planes, turn]) => facets(planes, square, from(turn).away))
        }""",
        cases,
    )
    for (planes, turn), theirs in zip(cases, found, strict=True):
        away = painter.View(turn, 0, 0, 1, 1).away
        ours = list(painter.facets([tuple(plane) for plane in planes], SQUARE, away))
        assert [(facet.plane, facet.on) for facet in ours] == [(facet["plane"], facet["on"]) for facet in theirs]
        for facet, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(np.array(facet.floor), np.array(other["floor"]), atol=1e-9)


def test_bending_a_line_moves_its_output_and_its_colours(page):
    figure = live(page, "two-neurons")
    drag(figure.get_by_label("Weight w of neuron 1"), -0.5)
    drag(figure.get_by_label("Bias b of neuron 1"), 0.1)
    output = -0.5 * 0.75 + 0.1
    assert shown(figure, '[data-says="line"]').text_content().startswith(f"F = 0.75: neuron 1 {signed(output)},")
    assert shown(figure, '[data-mark="0"]').get_attribute("fill") == "var(--nf-negative)"
    page.wait_for_function("location.hash.includes('w=-0.5')")


def test_a_handle_drags_the_bias(page):
    figure = live(page, "two-neurons")
    handle = shown(figure, '[data-handle="b"]')
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 60)
    page.mouse.up()
    assert figure.get_by_label("Bias b of neuron 1").evaluate("input => input.valueAsNumber") > 0


def test_arrow_keys_move_both_inputs(page):
    figure = live(page, "two-neurons")
    shown(figure, "[data-plate]").focus()
    page.keyboard.press("ArrowLeft")
    assert shown(figure, '[data-says="line"]').text_content().startswith("F = 0.70: ")
    shown(figure, "[data-space]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    weights = np.array([[0.7, 0.1, -0.3], [0.1, -0.7, 0.25]])
    outputs = weights @ [0.8, 0.7, 1]
    expected = f"F = (0.80, 0.70): neuron 1 +{signed(outputs[0])}, neuron 2 {signed(outputs[1])}"
    assert shown(figure, '[data-says="plane"]').text_content() == expected


def test_pointing_at_the_floor_puts_the_pin_there(page):
    figure = live(page, "two-neurons")
    foot = shown(figure, "[data-pin] circle").bounding_box()
    page.mouse.move(foot["x"] - 40, foot["y"] + 20)
    moved = shown(figure, "[data-pin] circle").bounding_box()
    assert abs(moved["x"] + moved["width"] / 2 - foot["x"] + 40) < 2
    assert abs(moved["y"] + moved["height"] / 2 - foot["y"] - 20) < 2
    settle(page, 400)
    assert "#" not in page.url  # only pointed at
    page.mouse.click(foot["x"] - 40, foot["y"] + 20)
    page.wait_for_function("location.hash.includes('p=')")


def test_dragging_turns_the_planes(page):
    figure = live(page, "two-neurons")
    before = shown(figure, "[data-facets]").inner_html()
    box = shown(figure, "[data-facets]").bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 210, box["y"] + 100, steps=4)
    page.mouse.up()
    assert shown(figure, "[data-facets]").inner_html() != before
    assert figure.get_by_label("Turn the planes").input_value() == str(34 - 30)


# --- eight neurons --------------------------------------------------------------------------------------------------


def test_the_sentence_is_the_one_that_the_article_promises(page):
    figure = live(page, "eight-neurons")
    assert said(figure) == "From 0.3 to 0.7 neuron 3 turns off; the other seven keep their sign."


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (0.9, 0.1), (0.5, 0.5), (0.25, 0.41)])
def test_the_sentence_is_pythons_for_any_two_inputs(page, line, a, b):
    figure = live(page, "eight-neurons")
    drag(figure.get_by_label("Input A"), a)
    drag(figure.get_by_label("Input B"), b)
    before, after = ((line.weight[:, 0] * x + line.bias > 0).tolist() for x in (a, b))
    assert said(figure) == eight_neurons.sentence(a, b, before, after)
    for k in range(8):
        changed = before[k] != after[k]
        assert shown(figure, f'[data-changed="{k}"]').get_attribute("opacity") == str(int(changed))
        fill = shown(figure, f'[data-sign="1 {k}"]').get_attribute("fill")
        assert fill == ("var(--nf-positive)" if after[k] else "var(--nf-negative)")


def test_the_browsers_sentence_is_pythons_for_any_codes(page):
    random = np.random.default_rng(0)
    cases = []
    for share in (0.1, 0.5, 0.9) * 30:
        first, second = random.random(2).round(2).tolist()
        cases.append((first, second, *(random.random((2, 8)) < share).tolist()))
    found = page.evaluate(
        """async cases => {
            const { sentence } = await import('./assets/diagrams/eight-neurons.js')
            return cases.map(each => sentence(...each))
        }""",
        cases,
    )
    assert found == [eight_neurons.sentence(*case) for case in cases]


def test_an_input_is_dragged_and_brought_back(page):
    figure = live(page, "eight-neurons")
    handle = shown(figure, '[data-handle="1"]').bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] - 200, handle["y"] + 30, steps=4)
    page.mouse.up()
    assert float(figure.get_by_label("Input B").input_value()) < 0.6
    figure.get_by_role("button").filter(has_text="Back to").click()
    assert figure.get_by_label("Input B").input_value() == "0.7"
    assert said(figure).startswith("From 0.3 to 0.7 neuron 3 turns off")


def test_a_click_beside_the_lines_moves_the_nearer_input(page):
    figure = live(page, "eight-neurons")
    box = shown(figure, "[data-plate]").bounding_box()
    page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + box["height"] - 6)
    assert float(figure.get_by_label("Input A").input_value()) == pytest.approx(0.1, abs=0.01)
    assert figure.get_by_label("Input B").input_value() == "0.7"


def test_a_neuron_says_its_formula(page, line):
    figure = live(page, "eight-neurons")
    shown(figure, '[data-column="2"]').hover()
    w, b = line.weight[2, 0], line.bias[2]
    assert shown(figure, "[data-one]").text_content() == (
        f"Neuron 3: y = {signed(w)} x + {signed(b)}, which is 0 at x = {signed(-b / w)}."
    )
    assert float(shown(figure, '[data-line="0"]').get_attribute("opacity")) < 0.5


# --- the input boundary ---------------------------------------------------------------------------------------------


def test_the_browsers_cuts_are_pythons(page):
    """Random layers, zero weights among them, at zero and at many quantiles."""
    random = np.random.default_rng(1)
    cases = []
    for k in range(60):
        weight, bias = random.uniform(-1, 1, (2, 1 + k % 9))
        weight[random.random(len(weight)) < 0.1] = 0
        low, high = sorted(random.uniform(-2, 2, 2))
        cases.append(
            (weight.tolist(), bias.tolist(), low, high, None if k % 3 == 0 else float(random.uniform(0.5, 0.99)))
        )
    found = page.evaluate(
        """async cases => {
            const { cut } = await import('./assets/diagrams/input-boundary.js')
            return cases.map(([weight, bias, ...rest]) => {
                const { breakpoints, codes, thresholds } = cut({ weight, bias }, ...rest)
                return { breakpoints, codes, thresholds }
            })
        }""",
        cases,
    )
    for (weight, bias, *rest), theirs in zip(cases, found, strict=True):
        ours = cut(np.array(weight), np.array(bias), *rest)
        np.testing.assert_allclose(ours.breakpoints, theirs["breakpoints"], rtol=1e-12)
        np.testing.assert_allclose(ours.thresholds, theirs["thresholds"], rtol=1e-9, atol=1e-12)
        assert ours.codes.tolist() == theirs["codes"]


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("percent", [None, 50, 80, 95, 99])
def test_every_interval_is_named_as_python_names_it(page, line, positive, percent):
    figure = live(page, "input-boundary")
    figure.get_by_label("Only inputs from 0").set_checked(positive)
    if percent:
        figure.get_by_label("Cut where a neuron passes").select_option("quantile")
        drag(figure.get_by_role("slider", name="Quantile"), percent)
    expected = cut(line.weight[:, 0], line.bias, 0 if positive else -1, 1, percent and percent / 100)
    visible = [k for k in range(9) if shown(figure, f'[data-interval="{k}"]').get_attribute("display") is None]
    assert visible == list(range(expected.n_intervals))
    for k in visible:
        shown(figure, f'[data-interval="{k}"]').hover()
        assert said(figure) == input_boundary.sentence(expected, k)
    for k in range(8):
        boundary = shown(figure, f'[data-boundary="{k}"]')
        assert (boundary.get_attribute("display") is None) == bool(expected.inside[k])


def test_labels_of_breakpoints_never_cover_one_another(page):
    figure = live(page, "input-boundary")
    figure.get_by_label("Cut where a neuron passes").select_option("quantile")
    for percent in (50, 51, 53, 60, 95, 99):
        drag(figure.get_by_role("slider", name="Quantile"), percent)
        boxes = [
            each.bounding_box()
            for each in figure.locator(".nf-diagram:visible [data-label]").all()
            if each.is_visible()
        ]
        assert len(boxes) == 8
        for k, one in enumerate(boxes):
            for other in boxes[:k]:
                apart = abs(one["x"] - other["x"]) > one["width"] or abs(one["y"] - other["y"]) > 12
                assert apart, percent


def test_guides_are_there_or_not(page):
    figure = live(page, "input-boundary")
    assert shown(figure, "g[data-guides]").get_attribute("opacity") == "1"
    figure.get_by_label("Lines of the neurons").uncheck()
    for part in figure.locator("[data-guides]").all():
        assert part.get_attribute("opacity") == "0"


def test_arrow_keys_walk_over_the_intervals(page, line):
    figure = live(page, "input-boundary")
    shown(figure, '[data-interval="0"]').focus()
    page.keyboard.press("ArrowRight")
    assert said(figure) == input_boundary.sentence(line.whole, 1)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert said(figure) == input_boundary.sentence(line.whole, 7)
    page.wait_for_function("location.hash.includes('interval=7')")


def test_an_address_brings_a_view_back(browser, site, line):
    tab = browser.new_page()
    tab.goto(f"{site}#fig-input-boundary?at=quantile&percent=90&positive=true&interval=2")
    tab.wait_for_selector("#fig-input-boundary[data-live]")
    expected = cut(line.weight[:, 0], line.bias, 0, 1, 0.9)
    lines = tab.locator("#fig-input-boundary .nf-wide [data-sentence] tspan").all_text_contents()
    assert " ".join(filter(None, lines)) == input_boundary.sentence(expected, 2)
    tab.goto("about:blank")
    tab.goto(f'{site}#fig-input-boundary?at="<b>"&percent=1e9&interval=-4')
    tab.wait_for_selector("#fig-input-boundary[data-live]")
    lines = tab.locator("#fig-input-boundary .nf-wide [data-sentence] tspan").all_text_contents()
    assert lines[0].startswith("Interval 4 of 8")
    tab.close()


def test_a_tap_on_a_phone_works_too(phone, line):
    figure = live(phone, "input-boundary")
    shown(figure, '[data-interval="5"]').click()
    assert said(figure) == input_boundary.sentence(line.whole, 5)
