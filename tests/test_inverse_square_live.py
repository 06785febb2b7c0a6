"""The linear neuron's inverse set, turned, sampled and climbed by hand in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from generators.articles.inverse_set.analysis.linear_neuron import Slab
from generators.articles.inverse_set.analysis.linear_neuron.published import climb, k_at_a_time
from generators.articles.inverse_set.figures import collapse, cube, half_planes, square
from generators.articles.inverse_set.figures.error_rows import ROWS, number
from generators.articles.inverse_set.results.linear import Case, Linear
from generators.drawing import Diagram
from generators.drawing.weights import signed
from tests.articles.inverse_set import linear_stand_in as stand_in
from tests.diagram_page import drag, live, opened, served

NAMES = ("square", "cube", "collapse")
NEURON = {"w": [2.0, -1.2], "b": -0.3, "z1": 0.6, "z2": 0.75}
MODULES = """
    const polygons = await import('./assets/diagrams/inverse-polygon.js')
    const samplers = await import('./assets/diagrams/inverse-samplers.js')
    const measures = await import('./assets/diagrams/inverse-errors.js')
"""


@pytest.fixture(scope="module")
def result() -> Linear:
    return stand_in.linear()


@pytest.fixture(scope="module")
def drawings(result) -> dict[str, Diagram]:
    return {"square": square.square(result), "cube": cube.cube(result), "collapse": collapse.collapse(result)}


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


def shown(figure, selector: str):
    """The parts in the drawing that is on screen."""
    return figure.locator(f".nf-diagram:visible {selector}")


def said(figure) -> str:
    return " ".join(filter(None, shown(figure, "[data-says]").locator("tspan").all_text_contents()))


def points(figure, box) -> np.ndarray:
    """The sample on screen, in inputs."""
    found = shown(figure, "[data-members] circle").evaluate_all(
        "all => all.map(each => [each.getAttribute('cx'), each.getAttribute('cy')].map(Number))"
    )
    x, y = np.array(found).reshape(-1, 2).T
    return np.stack([(x - box.left) / box.side, (box.bottom - y) / box.side], 1)


def case(neuron: dict) -> Case:
    low, high = (stand_in.logit(neuron[end]) - neuron["b"] for end in ("z1", "z2"))
    return Case(np.array(neuron["w"]), neuron["b"], neuron["z1"], neuron["z2"], low, high, 0, 1, 0, 0, ())


# --- all of them ----------------------------------------------------------------------------------------------------


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
    before = np.array(page.evaluate(boxes, name))
    live(page, name)
    after = np.array(page.evaluate(boxes, name))
    drawn = (before[:, 2:] > 0).any(1) & (after[:, 2:] > 0).any(1)
    assert drawn.sum() > 100
    np.testing.assert_allclose(after[drawn], before[drawn], atol=1)


def test_no_word_sticks_out_of_its_drawing(page, phone):
    for tab in (page, phone):
        for name in NAMES:
            live(tab, name)
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


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_name(page, name):
    controls = live(page, name).locator(".nf-controls input, .nf-controls select").all()
    assert controls
    for control in controls:
        assert control.evaluate("input => input.labels.length") == 1


# --- the mathematics of the browser ---------------------------------------------------------------------------------


def test_the_browsers_sets_are_pythons(page):
    random = np.random.default_rng(0)
    neurons = []
    for _ in range(40):
        z1, z2 = np.sort(random.random(2)).tolist()
        neurons.append({"w": random.normal(0, 2, 2).tolist(), "b": float(random.normal()), "z1": z1, "z2": z2 + 0.01})
    neurons += [{"w": [0, 0], "b": 0, "z1": 0.4, "z2": 0.6}, {"w": [3, 1], "b": -1, "z1": 0, "z2": 1}]
    neurons.append({"w": [1, 1], "b": -1, "z1": 0.5, "z2": 0.7})  # its line runs through two corners
    found = page.evaluate(
        f"""async neurons => {{ {MODULES}
            return neurons.map(neuron => {{
                const set = polygons.inverseSet(neuron)
                const [low, high] = [set.low, set.high].map(value => Math.min(99, Math.max(-99, value)))
                const area = set.polygon.length && polygons.area(set.polygon)
                return {{ low, high, area, levels: polygons.levels(neuron) }}
            }})
        }}""",
        neurons,
    )
    for neuron, theirs in zip(neurons, found, strict=True):
        w, b = neuron["w"], neuron["b"]
        low, high = (half_planes.bound(neuron[end], b) for end in ("z1", "z2"))
        np.testing.assert_allclose([theirs["low"], theirs["high"]], np.clip([low, high], -99, 99))
        kept = half_planes.clip(half_planes.clip(half_planes.CORNERS, w, high), [-each for each in w], -low)
        assert theirs["area"] == pytest.approx(half_planes.area(kept) if len(kept) > 2 else 0, abs=1e-9)
        bare = Case(np.array(w), b, 0, 0, 0, 0, 0, 0, 0, 0, ())
        np.testing.assert_allclose(theirs["levels"], half_planes.level_values(bare))


def test_the_browsers_errors_are_numpys(page):
    """Of samples of any quality, and of copies."""
    random, truth_case = np.random.default_rng(1), case(NEURON)
    truth = stand_in.members(truth_case, 200, random)
    samples = [random.random((30, 2)), stand_in.members(truth_case, 64, random), truth[:4].repeat(8, 0)]
    found = page.evaluate(
        f"""async ([neuron, samples, members]) => {{ {MODULES}
            const set = polygons.inverseSet(neuron)
            const size = measures.bandwidth(members)
            return {{ size, all: samples.map(points => measures.errors(set, points, members, size)) }}
        }}""",
        [NEURON, [x.tolist() for x in samples], truth.tolist()],
    )
    assert found["size"] == pytest.approx(stand_in.bandwidth(truth), rel=1e-3)
    outline = stand_in.polygon(truth_case)
    turns = np.pi * (np.arange(100) + 0.5) / 100
    around = np.stack([np.cos(turns), np.sin(turns)])
    for x, theirs in zip(samples, found["all"], strict=True):
        ours = stand_in.errors(x, truth_case, truth)
        for name in ("feasible_share", "fill_mean", "fill_max", "nearest_neighbour", "spread"):
            assert theirs[name] == pytest.approx(getattr(ours, name)), name
        assert theirs["vendi"] == pytest.approx(stand_in.vendi(x, found["size"]), rel=1e-6)
        assert theirs["width"] == pytest.approx((np.ptp(x @ around, 0) / np.ptp(outline @ around, 0)).mean())
        shares = [
            half_planes.share_below([*map(tuple, outline.tolist())], truth_case.w.tolist(), t)
            for t in np.sort(x @ truth_case.w)
        ]
        steps = np.arange(len(x) + 1) / len(x)
        ks = max((steps[1:] - shares).max(), (shares - steps[:-1]).max())
        assert theirs["activation_ks"] == pytest.approx(ks, abs=1e-9)


def test_a_neuron_without_weights_has_one_activation_and_misses_no_law(page):
    found = page.evaluate(
        f"""async neuron => {{ {MODULES}
            const points = samplers.sampled(neuron, 'independent members', 64, 1)
            return measures.errors(polygons.inverseSet(neuron), points, points, 0.3)
        }}""",
        {"w": [0, 0], "b": 0, "z1": 0.4, "z2": 0.6},
    )
    assert found["feasible_share"] == 1 and found["activation_ks"] == 0


def test_every_way_to_sample_stays_in_the_set_and_repeats_itself(page):
    for neuron in (
        NEURON,
        {"w": [3.0, 2.0], "b": -2.5, "z1": 0.5, "z2": 1},
        {"w": [0, -2], "b": 1, "z1": 0, "z2": 0.6},
    ):
        truth = case(neuron | {"z1": max(neuron["z1"], 1e-9), "z2": min(neuron["z2"], 1 - 1e-9)})
        found = page.evaluate(
            f"""async neuron => {{ {MODULES}
                const all = seed => Object.keys(samplers.SAMPLERS).map(name => samplers.sampled(neuron, name, 64, seed))
                return [all(1), all(1), all(2)]
            }}""",
            neuron,
        )
        assert found[0] == found[1]
        for first, other in zip(found[0], found[2], strict=True):
            x = np.array(first)
            assert x.shape == (64, 2) and stand_in.inside(x.clip(0, 1), truth).all() and first != other
            assert abs(x - x.clip(0, 1)).max() < 1e-9


def test_each_way_to_sample_does_what_its_name_says(page):
    truth_case = case(NEURON)
    truth = stand_in.members(truth_case, 4000, np.random.default_rng(3))
    found = page.evaluate(
        f"""async neuron => {{ {MODULES}
            const many = name => samplers.sampled(neuron, name, 3000, 5)
            const few = name => samplers.sampled(neuron, name, 64, 5)
            return {{
                many: ['independent members', 'hit-and-run'].map(many),
                few: Object.fromEntries(Object.keys(samplers.SAMPLERS).map(name => [name, few(name)])),
            }}
        }}""",
        NEURON,
    )
    for x in map(np.array, found["many"]):
        for direction in ((1, 0), (0, 1), NEURON["w"]):
            assert stand_in.ks(x @ direction, truth @ direction) < 0.05
    errors = {name: stand_in.errors(np.array(x), truth_case, truth[:1500]) for name, x in found["few"].items()}
    chance = errors["independent members"]
    assert errors["hit-and-run, medoids"].fill_mean < 0.85 * chance.fill_mean
    assert errors["hit-and-run, farthest"].fill_max < 0.7 * chance.fill_max
    assert errors["hit-and-run, log-determinant"].vendi == max(each.vendi for each in errors.values())
    assert errors["published, to convergence"].spread == max(each.spread for each in errors.values())
    assert errors["published, to convergence"].fill_mean > 3 * chance.fill_mean
    assert errors["published, stopped when feasible"].activation_ks > 0.4
    assert errors["K at a time"].nearest_neighbour < chance.nearest_neighbour


def test_the_browser_climbs_as_the_analysis_does(page):
    """From the same starts to the same points, step by step."""
    truth = case(NEURON)
    slab = Slab.of_neuron(truth.w, truth.b, truth.z1, truth.z2)
    starts = np.random.default_rng(7).random((32, 2))
    found = page.evaluate(
        f"""async ([neuron, starts]) => {{ {MODULES}
            const set = polygons.inverseSet(neuron)
            const climbed = [0, 1, 10, 300].map(steps => samplers.climbed(set, starts, steps))
            return [climbed, samplers.atATime(set, starts.slice(0, 8), 60)]
        }}""",
        [NEURON, starts.tolist()],
    )
    for theirs, steps in zip(found[0], (0, 1, 10, 300), strict=True):
        np.testing.assert_allclose(theirs, climb(slab, starts, 0.05, steps), atol=1e-6)
    np.testing.assert_allclose(found[1], k_at_a_time(slab, starts[:8], 0.2, 60), atol=1e-6)


# --- the square -----------------------------------------------------------------------------------------------------


def test_each_way_shows_the_analysis_own_points_and_errors(page, result):
    figure = live(page, "square")
    reference = result.square.methods[0].errors
    for method in result.square.methods:
        figure.get_by_label("Sampled by").select_option(method.name)
        np.testing.assert_allclose(points(figure, square.WIDE.square), method.points, atol=3e-4)
        assert said(figure) == square.sentence(result, method)
        for part, errors in (("ours", method.errors), ("theirs", reference)):
            texts = shown(figure, f"[data-error] [data-{part}]").all_text_contents()
            assert texts == [number(name, getattr(errors, name)) for name, *_ in ROWS]


def test_the_arrow_is_dragged_and_everything_follows(page):
    figure = live(page, "square")
    figure.get_by_label("Sampled by").select_option("hit-and-run, medoids")
    before = shown(figure, "[data-set]").first.get_attribute("d"), points(figure, square.WIDE.square)
    head = shown(figure, "[data-head]").bounding_box()
    x, y = head["x"] + head["width"] / 2, head["y"] + head["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y - 40, steps=3)
    page.mouse.up()
    page.wait_for_function("location.hash.includes('w=')")
    state = figure.evaluate("figure => figure.nfState")
    box = square.WIDE.square
    per_pixel = shown(figure, "[data-head]").evaluate("head => 1 / head.getScreenCTM().a")
    moved = np.array([-30, 40]) * per_pixel * 4 / (square.ARM * box.side)
    np.testing.assert_allclose(state["w"], np.array([2.6, 1.4]) + moved, atol=0.05)
    sample = points(figure, box)
    assert shown(figure, "[data-set]").first.get_attribute("d") != before[0] and len(sample) == 64
    now, rounded = case(state), 0.01  # of w·x: points are drawn to a tenth of a pixel
    assert stand_in.inside(sample.clip(0, 1), replace(now, low=now.low - rounded, high=now.high + rounded)).all()
    figure.get_by_role("button", name="Back to the first neuron").click()
    assert shown(figure, "[data-set]").first.get_attribute("d") == before[0]
    np.testing.assert_array_equal(points(figure, box), before[1])


def test_keys_turn_the_weights(page):
    figure = live(page, "square")
    shown(figure, "[data-head]").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    assert figure.evaluate("figure => figure.nfState.w") == [2.4, 1.5]
    assert "(2.40, 1.50)" in shown(figure, "[data-head]").get_attribute("aria-label")


def test_an_end_of_the_interval_pushes_the_other(page):
    figure = live(page, "square")
    drag(figure.get_by_label("Least activation"), 0.9)
    assert figure.evaluate("figure => [figure.nfState.z1, figure.nfState.z2]") == [0.9, 0.91]
    drag(figure.get_by_label("Greatest activation"), 0.3)
    assert figure.evaluate("figure => [figure.nfState.z1, figure.nfState.z2]") == [0.29, 0.3]
    for label, value, ends in (("Least", 1, [0.99, 1]), ("Greatest", 0, [0, 0.01])):
        drag(figure.get_by_label(f"{label} activation"), value)
        assert figure.evaluate("figure => [figure.nfState.z1, figure.nfState.z2]") == ends
        assert figure.get_by_label("Least activation").input_value() == str(ends[0])


def test_an_empty_set_is_said_with_what_is_in_reach(page, result):
    figure = live(page, "square")
    drag(figure.get_by_label("Greatest activation"), 0.99)
    drag(figure.get_by_label("Least activation"), 0.97)
    case = result.square
    heights = [half_planes.activation(case, corner) for corner in half_planes.CORNERS]
    low, high = min(heights), max(heights)
    assert said(figure) == (
        f"The set is empty: no input gives 0.970 to 0.990. They give {signed(low, 3)} to {signed(high, 3)}, "
        f"and the nearest interval in reach is {signed(high - 0.02, 3)} to {signed(high, 3)}."
    )
    assert not shown(figure, "[data-members] circle").count()
    assert set(shown(figure, "[data-ours]").all_text_contents()) == {"–"}
    drag(figure.get_by_label("Bias b"), 0)
    assert " of 64 points lie in the lowest tenth of the interval; " in said(figure)
    assert shown(figure, "[data-members] circle").count() == 64


def test_pointing_asks_what_an_input_gives(page, result):
    figure = live(page, "square")
    sentence = said(figure)
    plate = shown(figure, "[data-plate]").bounding_box()
    page.mouse.move(plate["x"] + 0.25 * plate["width"], plate["y"] + 0.9 * plate["height"])
    z = half_planes.activation(result.square, (0.25, 0.1))
    assert said(figure) == f"x = (0.25, 0.10), activation {signed(z, 3)}: below z₁."
    page.mouse.move(3, 3)
    assert said(figure) == sentence
    shown(figure, "[data-plate]").focus()
    page.keyboard.press("ArrowRight")
    assert said(figure).startswith("x = (0.55, 0.50), activation ")
    assert shown(figure, "[data-probe]").is_visible()


def test_pointing_at_a_point_of_the_sample_names_it(page, result):
    figure = live(page, "square")
    figure.get_by_label("Sampled by").select_option("independent members")
    mark = shown(figure, "[data-members] circle").last
    mark.hover()
    assert said(figure) == f"{square.hover(result.square, result.square.methods[0].points[-1].tolist())}: in the set."
    assert mark.locator("title").text_content() in said(figure)


def test_an_address_brings_the_neuron_back(page, site):
    figure = live(page, "square")
    drag(figure.get_by_label("Bias b"), -1.5)
    figure.get_by_label("Sampled by").select_option("hit-and-run, medoids")
    page.wait_for_function("location.hash.includes('medoids')")
    words = shown(figure, "text").all_text_contents()
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#fig-square[data-live]")
    assert shown(page.locator("#fig-square"), "text").all_text_contents() == words


@pytest.mark.parametrize("state", ["w=[9,9]&b=x&z1=2", "z1=0.7&z2=0.6&method=nothing", "w=<b>&b=1e9", "w=[null,1]"])
def test_an_address_that_nobody_wrote_opens_at_the_first_neuron(page, site, drawings, state):
    page.goto("about:blank")
    page.goto(f"{site}#fig-square?{state}")
    page.wait_for_selector("#fig-square[data-live]")
    still = re.findall(r"<tspan[^>]*>([^<]*points lie[^<]*)<", drawings["square"].svg)[0]
    assert still in said(page.locator("#fig-square"))


# --- the collapse ---------------------------------------------------------------------------------------------------


def test_the_steps_are_the_results(page, result):
    figure, found = live(page, "collapse"), result.collapse
    box = collapse.WIDE.now.around(result.polygon)
    for k in (0, 7, len(found.steps) - 1):
        drag(figure.get_by_label("Steps"), k)
        circles = shown(figure, "[data-now] circle").evaluate_all(
            "all => all.map(each => [each.getAttribute('cx'), each.getAttribute('cy')].map(Number))"
        )
        np.testing.assert_allclose(circles, [box.place(point) for point in found.points[k].tolist()], atol=0.051)
        assert shown(figure, "[data-when]").text_content() == collapse.when(int(found.steps[k]))
        assert shown(figure, "[data-places]").text_content() == collapse.places(int(found.distinct[k]))
        for index, name in enumerate(("spread", "fill_mean", "distinct")):
            dot, at = shown(figure, f'[data-curve="{name}"] [data-dot]'), collapse.WIDE.curves[index]
            values = getattr(found, name)
            place = at.place(int(found.steps[k]), float(values[k]), int(found.steps[-1]), float(values.max()) * 1.12)
            where = [float(dot.get_attribute(each)) for each in ("cx", "cy")]
            np.testing.assert_allclose(where, place, atol=0.06)
    page.wait_for_function("location.hash.includes('step=300')")


def test_playing_goes_to_the_last_step_and_stops(page, result):
    figure = live(page, "collapse")
    drag(figure.get_by_label("Steps"), len(result.collapse.steps) - 3)
    figure.get_by_role("button", name="Play").click()
    figure.get_by_role("button", name="Stop").wait_for()
    figure.get_by_role("button", name="Play").wait_for()
    assert shown(figure, "[data-when]").text_content() == "Step 300"


def test_a_step_of_the_address_is_shown(page, site):
    page.goto("about:blank")
    page.goto(f"{site}#fig-collapse?step=8")
    page.wait_for_selector("#fig-collapse[data-live]")
    assert shown(page.locator("#fig-collapse"), "[data-when]").text_content() == "Step 8"


# --- the cube -------------------------------------------------------------------------------------------------------


def test_the_cube_turns_as_python_turns_it(page, result):
    figure = live(page, "cube")
    for turn in (0, 77, 215):
        drag(figure.get_by_label("Turn the cubes"), turn)
        view = cube.View(126, 150, 150, turn)
        for k, name in enumerate(cube.TITLES):
            method = next(each for each in result.cube.methods if each.name == name)
            sorted_points = sorted(method.points.tolist(), key=lambda x: -float(np.dot(x, view.away)))
            place = cube.WIDE.views[k]
            circles = shown(figure, "[data-cube]").nth(k).locator("circle")
            found = circles.evaluate_all("all => all.map(each => [+each.getAttribute('cx'), +each.getAttribute('cy')])")
            wanted = [cube.View(place.x, place.y, place.side, turn).place(x) for x in sorted_points]
            np.testing.assert_allclose(np.sort(found, 0), np.sort(wanted, 0), atol=0.051)
            assert circles.first.locator("title").text_content() == cube.hover(result.cube, sorted_points[0])


def test_dragging_turns_the_cube_and_the_address_says_how(page):
    figure = live(page, "cube")
    slider = figure.get_by_label("Turn the cubes")
    before = int(slider.input_value())
    hand = shown(figure, "[data-hand] rect").first.bounding_box()
    x, y = hand["x"] + hand["width"] / 2, hand["y"] + hand["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 5, steps=4)
    page.mouse.up()
    turn = (before - 20) % 360
    assert slider.input_value() == str(turn)
    page.wait_for_function(f"location.hash.includes('turn={turn}')")
