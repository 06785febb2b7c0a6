"""The live diagrams of layers, perceptrons, convolutions and recurrence, moved by hand in a real browser."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from generators.articles.neuron.analysis import activations, convolution, linear, mlp, recurrent
from generators.articles.neuron.figures import activations as activation_figures
from generators.articles.neuron.figures import convolution as convolution_figures
from generators.articles.neuron.figures import linear as linear_figures
from generators.articles.neuron.figures import mlp as mlp_figures
from generators.articles.neuron.figures import recurrent as recurrent_figures
from generators.drawing import Diagram
from generators.drawing.weights import signed
from generators.networks import load
from tests.diagram_page import drag, live, opened, served, shown

NAMES = ("linear-layer", "mlp-two", "mlp-four", "activations", "kernels", "conv-as-matrix", "recurrent", "gates")


@pytest.fixture(scope="module")
def results() -> dict:
    digits = load("digits-net")
    return {
        "linear-layer": linear.dissect_linear(digits, "head"),
        "mlp-two": mlp.trace_perceptron(load("iris-net-2")),
        "mlp-four": mlp.trace_perceptron(load("iris-net-4")),
        "activations": activations.modify(digits, "conv1"),
        "kernels": convolution.apply_kernels(digits, "conv1"),
        "conv-as-matrix": convolution.unroll(digits, "conv1"),
        "recurrent": recurrent.read_rows(load("digits-rnn"), "rnn", "head"),
        "gates": recurrent.count_gates(8, 16),
    }


@pytest.fixture(scope="module")
def drawings(results) -> dict:
    draw: dict[str, Callable[[Any], Diagram]] = {
        "linear-layer": linear_figures.linear_layer,
        "mlp-two": mlp_figures.perceptron,
        "mlp-four": mlp_figures.perceptron,
        "activations": activation_figures.activations,
        "kernels": convolution_figures.kernels,
        "conv-as-matrix": convolution_figures.conv_as_matrix,
        "recurrent": recurrent_figures.recurrent,
        "gates": recurrent_figures.gates,
    }
    return {name: draw[name](results[name]) for name in NAMES}


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
    words = f"#fig-{name} .nf-diagram"
    before = page.locator(words).all_text_contents()
    live(page, name)
    assert page.locator(words).all_text_contents() == before
    assert "#" not in page.url


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


def test_pointing_at_a_neuron_lights_its_row_and_synapses(page, results):
    layer = results["linear-layer"]
    figure = live(page, "linear-layer")
    shown(figure, '[data-neuron="7"]').hover()
    assert shown(figure, '[data-dendrites="7"]').get_attribute("opacity") == "1"
    assert float(shown(figure, '[data-dendrites="3"]').get_attribute("opacity")) < 0.2
    assert shown(figure, '[data-ring="7"]').get_attribute("opacity") == "1"
    frame, row = shown(figure, "[data-frame]").bounding_box(), shown(figure, '[data-heat] [data-i="7"]').bounding_box()
    assert abs(frame["y"] + frame["height"] / 2 - row["y"] - row["height"] / 2) < 1
    z = layer.readings[layer.shown].preactivations[7]
    assert f"z = {signed(z)}" in shown(figure, "[data-sum]").text_content()


def test_a_cell_says_its_weight_and_arrow_keys_walk(page, results):
    layer = results["linear-layer"]
    figure = live(page, "linear-layer")
    shown(figure, '[data-heat] [data-i="2"][data-j="3"]').click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    contribution = layer.readings[layer.shown].contributions[3, 4]
    said = shown(figure, "[data-one]").text_content()
    assert said.startswith(f"Synapse 5: w {signed(layer.weight[3, 4])}")
    assert said.endswith(f"= {signed(contribution)}")
    page.wait_for_function("location.hash.includes('synapse=4')")


def test_choosing_a_picture_sums_anew(page, results):
    layer = results["linear-layer"]
    figure = live(page, "linear-layer")
    figure.get_by_label("Picture").select_option(label="7")
    reading = next(r for r in layer.readings if r.name == "7")
    values = [shown(figure, f'[data-value="{i}"]').text_content() for i in range(10)]
    assert values == [signed(z, 1) for z in reading.preactivations]
    assert "“7”" in shown(figure, "[data-sum]").text_content()


@pytest.mark.parametrize("name", ["mlp-two", "mlp-four"])
def test_the_browsers_forward_pass_is_torchs(page, results, name):
    """Every held-out flower, through the page's own code and data."""
    worst = page.evaluate(
        """async name => {
            const { flow } = await import('./assets/diagrams/mlp.js')
            const data = await (await fetch(`${name}.json`)).json()
            return data.check.raw.map(raw => flow(data, raw).preactivations.at(-1))
        }""",
        name,
    )
    logits = results[name].check_logits
    assert len(worst) == len(logits) > 30
    np.testing.assert_allclose(np.array(worst), logits, rtol=1e-5, atol=1e-5)


def test_moving_a_petal_moves_what_flows(page, results):
    network = results["mlp-four"]
    figure = live(page, "mlp-four")
    raw = network.passages[network.shown].raw.copy()
    raw[1] = 1.5
    drag(figure.get_by_label("petal length"), 1.5)
    preactivations, activations_ = mlp.flow(network.weights, (raw - network.mean) / network.scale)
    for k, z in enumerate(preactivations, start=1):
        for i, value in enumerate(z):
            assert shown(figure, f'[data-z-text="{k}-{i}"]').text_content() == signed(value)
            closed = k < len(preactivations) and value <= 0
            if k < len(preactivations):
                assert shown(figure, f'[data-gate="{k}-{i}"]').get_attribute("opacity") == str(int(closed))
    output = shown(figure, '[data-neuron="4-0"]')
    assert output.get_attribute("aria-label") == f"Neuron 1 of layer 4: {output.text_content()}"
    best = int(mlp.softmax(activations_[-1]).argmax())
    assert shown(figure, f'[data-class="{best}"]').get_attribute("font-weight") == "700"
    page.wait_for_function("location.hash.startsWith('#fig-mlp-four?x=')")


def test_a_flower_sets_the_sliders(page, results):
    network = results["mlp-two"]
    figure = live(page, "mlp-two")
    figure.get_by_label("Example").select_option(label=network.passages[-1].name)
    for feature, value in zip(network.features, network.passages[-1].raw, strict=True):
        assert float(figure.get_by_label(feature.split(" (")[0]).input_value()) == pytest.approx(value)


def test_an_address_brings_the_flower_back(browser, site):
    tab = browser.new_page()
    tab.goto(f"{site}#fig-mlp-two?x=[2.5,4.1,1.3]")
    tab.wait_for_selector("#fig-mlp-two[data-live]")
    assert tab.locator('#fig-mlp-two [data-raw="1"]').first.text_content() == "4.1"
    tab.goto("about:blank")
    tab.goto(f'{site}#fig-mlp-two?x=["<b>",1e9,null]')
    tab.wait_for_selector("#fig-mlp-two[data-live]")
    assert tab.locator('#fig-mlp-two [data-raw="1"]').first.text_content() != "1000000000.0"
    tab.close()


def test_a_preactivation_moves_along_all_four_curves(page, results):
    modified = results["activations"]
    figure = live(page, "activations")
    drag(figure.get_by_label("Preactivation z"), len(modified.grid) - 1)
    for panel, modifier in zip(
        figure.locator(".nf-diagram:visible [data-panel]").all(), modified.modifiers, strict=True
    ):
        said = panel.locator("[data-says]").text_content()
        assert said == f"{signed(modifier.values[-1])}, slope {signed(modifier.slopes[-1])}"


def test_pointing_at_a_map_sums_the_patch(page, results):
    kernels = results["kernels"]
    figure = live(page, "kernels")
    plate = shown(figure, '[data-plate="2"]')
    box = plate.bounding_box()
    plate.click(position={"x": box["width"] * 4.5 / 8, "y": box["height"] * 2.5 / 8})
    z = kernels.responses[kernels.shown].maps[2, 2, 4]
    assert shown(figure, "[data-sum]").text_content().startswith("Neuron 3 at (3, 5)")
    assert shown(figure, "[data-total-text]").text_content() == signed(z)
    page.keyboard.press("ArrowLeft")
    z = kernels.responses[kernels.shown].maps[2, 2, 3]
    assert shown(figure, "[data-sum]").text_content().endswith(f"z = {signed(z)}")
    seen = [shown(figure, f'[data-seen-text="{k}"]').text_content() for k in range(9)]
    patch = convolution.patches(kernels.responses[kernels.shown].pixels, 3, 1)[2, 3]
    assert [float(text) for text in seen] == pytest.approx(patch.ravel(), abs=0.0051)


def test_every_place_of_every_picture_sums_to_its_map(page, results):
    """The page's own patches and kernels, against what torch computed."""
    worst = page.evaluate(
        """async () => {
            const { patch } = await import('./assets/diagrams/convolution.js')
            const data = await (await fetch('kernels.json')).json()
            let worst = 0
            for (const { pixels, maps } of data.examples)
                maps.forEach((map, neuron) => map.forEach((z, place) => {
                    const seen = patch(data, pixels, Math.floor(place / data.columns), place % data.columns)
                    const kernel = data.weight[neuron]
                    const sum = seen.reduce((total, value, k) => total + value * kernel[k], data.bias[neuron])
                    worst = Math.max(worst, Math.abs(sum - z))
                }))
            return worst
        }"""
    )
    assert 0 < worst < 1e-5


def test_a_shared_weight_lights_everywhere(page, results):
    figure = live(page, "conv-as-matrix")
    shown(figure, '[data-source="4"]').hover()
    assert shown(figure, '[data-shared="4"]').get_attribute("opacity") == "1"
    assert float(shown(figure, '[data-shared="0"]').get_attribute("opacity")) < 0.2
    assert shown(figure, "[data-one]").text_content().endswith("stands 64 times")
    figure.get_by_label("Out neuron").select_option("0")
    assert shown(
        figure, "[data-weight-text='4']"
    ).text_content() == f"{results['kernels'].weight[0, 0, 1, 1]:.2f}".replace("-", "−")


def test_stepping_through_the_rows(page, results):
    read = results["recurrent"]
    figure = live(page, "recurrent")
    drag(figure.get_by_label("Rows read"), 3)
    best = read.recitals[read.shown].probabilities[2].argmax()
    page.wait_for_function(
        """best => [...document.querySelectorAll('#fig-recurrent output')]
            .some(output => output.textContent.startsWith('After 3 of 8 rows: ' + best))""",
        arg=read.labels[best],
    )
    frame, column = shown(figure, "[data-frame]").bounding_box(), shown(figure, '[data-step="2"]').bounding_box()
    assert abs(frame["x"] + frame["width"] / 2 - column["x"] - column["width"] / 2) < 2
    figure.get_by_label("Picture").select_option(label="0")
    assert shown(figure, '[data-says="7"]').text_content() == "0"


@pytest.mark.parametrize(("inputs", "hidden"), [(1, 1), (10, 20), (32, 32)])
def test_gates_are_recounted_as_torch_has_them(page, inputs, hidden):
    figure = live(page, "gates")
    drag(figure.get_by_label("Inputs I"), inputs)
    drag(figure.get_by_label("Hidden neurons H"), hidden)
    for cell in recurrent.count_gates(inputs, hidden).cells:
        said = shown(figure, f'[data-cell="{cell.name}"] [data-count]').text_content()
        assert said == f"{cell.neurons:,} neurons, {cell.synapses:,} synapses"
        block = shown(figure, f'[data-cell="{cell.name}"] [data-in="0"]').bounding_box()
        again = shown(figure, f'[data-cell="{cell.name}"] [data-again="0"]').bounding_box()
        assert block["width"] / again["width"] == pytest.approx(inputs / hidden, rel=0.02)


def test_a_tap_on_a_phone_works_too(phone):
    figure = live(phone, "linear-layer")
    shown(figure, '[data-neuron="5"]').click()
    assert "“5”" in shown(figure, "[data-sum]").text_content()
