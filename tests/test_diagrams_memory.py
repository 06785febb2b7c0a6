"""The live diagrams of the network 3 -> 8 -> 2, moved by hand in a real browser."""

import dataclasses
import re
from collections.abc import Iterator

import numpy as np
import pytest

from generators.articles.key_value_memory.analysis.key_value import find_network
from generators.articles.key_value_memory.figures import dials
from generators.articles.key_value_memory.figures.direction_wise import VIEWS, direction_wise
from generators.articles.key_value_memory.figures.key_value import key_value
from generators.articles.key_value_memory.figures.neuron_wise import neuron_wise, sentence
from generators.drawing.weights import signed
from tests.diagram_page import drag, live, opened, said, served, shown

DRAW = {"key-value": key_value, "neuron-wise": neuron_wise, "direction-wise": direction_wise}
NAMES = tuple(DRAW)


@pytest.fixture(scope="module")
def network():
    return find_network(n_inputs=100)


@pytest.fixture(scope="module")
def drawings(network) -> dict:
    return {name: draw(network) for name, draw in DRAW.items()}


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


def controls(figure):
    return figure.locator(".nf-controls")


def fed(network, x):
    z = np.round(network.w_key @ np.array(x), 2) + 0.0
    a = np.maximum(z, 0)
    each = np.round(network.w_value * a, 2)
    path = np.vstack([np.zeros(2), np.round(each.cumsum(1), 2).T])
    return dataclasses.replace(network, x=np.array(x), preactivations=z, activations=a, contributions=each, path=path)


@pytest.mark.parametrize("name", NAMES)
def test_waking_changes_no_word(page, name):
    words = f"#fig-{name} .nf-diagram"
    before = page.locator(words).all_text_contents()
    live(page, name)
    assert page.locator(words).all_text_contents() == before
    assert "#" not in page.url


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("x", [[1, -1, 0.5], [0, 0, 0], [-0.3, 0.7, -1]])
def test_a_live_drawing_is_the_still_of_the_same_input(browser, site, network, name, x):
    """Numbers, places, colours and words: every attribute that a script sets, beside what Python draws."""
    now = fed(network, x)
    tab = browser.new_page()
    tab.goto(f"{site}#fig-{name}?x=[{','.join(map(str, x))}]" + f"&key={now.strongest}" * (name == "key-value"))
    tab.wait_for_selector(f"#fig-{name}[data-live]")
    for kind, drawn in (("wide", DRAW[name](now).svg), ("narrow", DRAW[name](now).narrow)):
        alive = tab.locator(f"#fig-{name} .nf-{kind} svg").evaluate(f"svg => ({PARTS})(svg)")
        parsed = "new DOMParser().parseFromString(markup, 'image/svg+xml').documentElement"
        still = tab.evaluate(f"markup => ({PARTS})({parsed})", drawn)
        assert len(alive) == len(still)
        assert [(one, other) for one, other in zip(alive, still, strict=True) if not _alike(one, other)] == []
    tab.close()


PARTS = """svg => [...svg.querySelectorAll('*')].map(part => [
    part.tagName,
    part.childElementCount ? '' : part.textContent,
    part.getAttribute('rx') ?? '0',
    ...['d', 'x', 'y', 'width', 'height', 'cx', 'opacity', 'stroke-opacity', 'fill', 'fill-opacity', 'stroke',
        'transform'].map(name => part.getAttribute(name) ?? ''),
])"""


def _alike(one: list[str], other: list[str]) -> bool:
    """Compare word for word, and numbers to a tenth of a unit, which is how finely scripts place things."""
    number = r"-?\d+(?:\.\d+)?"
    if [re.sub(number, "#", each) for each in one] != [re.sub(number, "#", each) for each in other]:
        return False
    pairs = zip(re.findall(number, " ".join(one)), re.findall(number, " ".join(other)), strict=True)
    return all(abs(float(a) - float(b)) < 0.11 for a, b in pairs)


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
                return [...svg.querySelectorAll('text')].filter(text => {
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


def test_the_browsers_forward_pass_is_numpys(page, network):
    inputs = np.random.default_rng(0).integers(-10, 11, (500, 3)) / 10
    outputs = page.evaluate(
        """async inputs => {
            const { flow } = await import('./assets/diagrams/dials.js')
            const data = await (await fetch('key-value.json')).json()
            return inputs.map(x => flow(data, x)).map(({ z, path }) => [z, path])
        }""",
        inputs.tolist(),
    )
    for x, (z, path) in zip(inputs, outputs, strict=True):
        now = fed(network, x)
        assert z == now.preactivations.tolist()
        np.testing.assert_allclose(path, now.path, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_a_dial_turns_by_hand_and_by_key_and_with_its_slider(page, network, name):
    figure = live(page, name)
    dial = shown(figure, '[data-x="1"]')
    box = dial.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 30, y, steps=4)
    page.mouse.up()
    assert dial.get_attribute("aria-valuenow") == "1"
    assert controls(figure).get_by_label("Input x₂").input_value() == "1"
    dial.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert dial.locator("[data-x-text]").text_content() == "0.8"
    page.keyboard.press("Home")
    assert dial.get_attribute("aria-valuetext") == "−1.0"
    drag(controls(figure).get_by_label("Input x₂"), 0.3)
    assert dial.locator("[data-x-text]").text_content() == "0.3"
    page.wait_for_function(f"decodeURIComponent(location.hash).startsWith('#fig-{name}?x=[-0.4,0.3,-0.3]')")


def test_a_chosen_key_lights_its_row_its_column_and_its_synapses(page, network):
    figure = live(page, "key-value")
    for selector in ('[data-neuron="3"]', '[data-key="3"]', '[data-value="3"]'):
        shown(figure, '[data-neuron="6"]').hover()
        shown(figure, selector).hover()
        for kind in ("key", "value"):
            lit = [shown(figure, f'[data-{kind}="{i}"]').get_attribute("stroke") != "none" for i in range(8)]
            assert lit == [i == 3 for i in range(8)]
        assert shown(figure, '[data-ring="3"]').get_attribute("opacity") == "1"
        strong = [float(shown(figure, f'[data-into="{i}"]').get_attribute("stroke-opacity")) for i in range(8)]
        assert np.argmax(strong) == 3
        assert said(figure, "[data-sentence]").endswith(dials.about(network, 3))


def test_arrow_keys_walk_among_keys(page):
    figure = live(page, "key-value")
    shown(figure, '[data-key="7"]').click()
    page.keyboard.press("ArrowDown")
    assert shown(figure, '[data-ring="0"]').get_attribute("opacity") == "1"
    page.keyboard.press("ArrowUp")
    page.wait_for_function("location.hash.includes('key=7')")


def test_gates_open_where_keys_fire(page, network):
    figure = live(page, "key-value")
    drag(controls(figure).get_by_label("Input x₁"), 0.9)
    now = fed(network, [0.9, *network.x[1:]])
    for i, z in enumerate(now.preactivations):
        assert shown(figure, f'[data-z-text="{i}"]').text_content() == signed(z)
        assert shown(figure, f'[data-gate="{i}"]').get_attribute("opacity") == str(int(z <= 0))
        assert shown(figure, f'[data-column="{i}"]').get_attribute("opacity") == ("1" if z > 0 else "0.25")
    assert said(figure, "[data-sentence]").startswith(dials.outcome(now))


def test_a_neurons_sum_is_read_out(page, network):
    figure = live(page, "neuron-wise")
    drag(controls(figure).get_by_label("Input x₃"), 0.6)
    now = fed(network, [*network.x[:2], 0.6])
    for j in range(2):
        assert said(figure, f'[data-sum="{j}"]') == sentence(now, j)
        assert shown(figure, f'[data-output="{j}"] [data-number]').text_content() == signed(now.path[-1, j])
    i = now.active[0]
    shown(figure, f'[data-slot="{i} 1"]').hover()
    product = f"{signed(now.w_value[1, i], 1)}·{signed(now.activations[i])} = {signed(now.contributions[1, i])}"
    assert shown(figure, "[data-one]").text_content() == f"Synapse {i + 1} of value neuron 2: {product}"


def test_the_switch_shows_rows_or_columns_of_the_same_numbers(page, network):
    figure = live(page, "direction-wise")
    numbers = figure.locator(".nf-diagram:visible [data-row]").all_text_contents()
    opacity = lambda of: float(shown(figure, f'[data-of="{of}"]').get_attribute("opacity"))  # noqa: E731
    assert opacity("direction") > opacity("neuron")
    controls(figure).get_by_label("Add").select_option("neuron")
    assert opacity("neuron") > opacity("direction")
    assert shown(figure, '[data-boxes="neuron"]').get_attribute("opacity") == "1"
    assert said(figure, "[data-view]") == VIEWS["neuron"]
    assert figure.locator(".nf-diagram:visible [data-row]").all_text_contents() == numbers


def test_a_value_is_followed_from_its_row_and_from_its_arrow(page, network):
    figure = live(page, "direction-wise")
    shown(figure, '[data-row="3"]').hover()
    assert shown(figure, '[data-link="3"]').get_attribute("stroke") == "var(--nf-accent)"
    says = f"{signed(network.activations[3])} · {dials.point(network.w_value[:, 3], 1)}"
    assert shown(figure, "[data-one]").text_content().startswith(says)
    page.mouse.move(3, 3)
    shown(figure, '[data-arrow="4"]').focus()
    assert shown(figure, "[data-one]").text_content().startswith("Key 5 is silent")


@pytest.mark.parametrize("name", NAMES)
def test_a_strange_address_is_harmless(browser, site, network, name):
    tab = browser.new_page()
    tab.goto(f'{site}#fig-{name}?x=["<b>",1e9,null]&key=99&synapse=-1&view="constructor"')
    tab.wait_for_selector(f"#fig-{name}[data-live]")
    values = [tab.locator(f'#fig-{name} [data-x="{j}"] [data-x-text]').first.text_content() for j in range(3)]
    assert values == [signed(network.x[0], 1), "1.0", signed(network.x[2], 1)]
    tab.close()
