"""The live diagrams of spiking neurons, the GPT block and the calculator, moved by hand in a real browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generators.articles.neuron.analysis import coincidence, gpt_block, spiking
from generators.articles.neuron.figures import coincidence as coincidence_figures
from generators.articles.neuron.figures import gpt_block as gpt_block_figures
from generators.articles.neuron.figures import spiking as spiking_figures
from generators.drawing import files
from generators.paths import REPOSITORY
from tests.diagram_page import drag, live, opened, served

DRAWINGS = {
    "spike-code": lambda: spiking_figures.spike_code(
        spiking.compare_codes({"weak": [10, 1.5], "shown": [20, 1.0]}, "shown", seed=7)
    ),
    "synapse-sign": lambda: spiking_figures.synapse_sign(spiking.oppose_signs()),
    "coincidence": lambda: coincidence_figures.coincidence(coincidence.tune_bank(step_ms=0.05)),
    "gpt-block": lambda: gpt_block_figures.gpt_block(gpt_block.open_block()),
    "calculator": lambda: gpt_block_figures.calculator(gpt_block.list_presets()),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    with served({name: draw() for name, draw in DRAWINGS.items()}, tmp_path_factory.mktemp("site") / "root") as address:
        yield address


@pytest.fixture
def page(browser, site) -> Iterator:
    with opened(browser, site, 900, 1200) as tab:
        yield tab


def role(figure, name: str):
    return figure.locator(f'[data-role="{name}"]').first


@pytest.mark.parametrize("name", DRAWINGS)
def test_waking_changes_nothing_that_the_still_said(page, name):
    before = page.locator(f"#fig-{name} .nf-wide svg").text_content()
    shape = page.locator(f"#fig-{name} .nf-wide svg").evaluate(
        "svg => [...svg.querySelectorAll('path')].map(p => p.getAttribute('d'))"
    )
    woken = live(page, name)
    assert woken.locator(".nf-wide svg").text_content() == before
    after = woken.locator(".nf-wide svg").evaluate(
        "svg => [...svg.querySelectorAll('path')].map(p => p.getAttribute('d'))"
    )
    same = [a == b or (not a and b == "M0 0") for a, b in zip(shape, after, strict=True)]
    assert sum(same) >= len(same) - 2, [pair for pair in zip(shape, after, strict=True) if pair[0] != pair[1]][:3]


def test_weight_and_count_move_the_spikes_both_ways(page):
    found = live(page, "spike-code")
    assert role(found, "reference-count").text_content() == "0 spikes"
    assert role(found, "chosen-count").text_content() == "4 spikes"
    drag(found.get_by_label("Weight", exact=True), 3.0)
    assert role(found, "reference-count").text_content() == "13 spikes"
    assert role(found, "chosen-count").text_content() == "10 spikes"
    assert "3 fewer" in found.locator("output").last.text_content()
    drag(found.get_by_label("Weight", exact=True), 2.0)
    assert "no more and no fewer" in found.locator("output").last.text_content()
    drag(found.get_by_label("Weight", exact=True), 1.5)
    drag(found.get_by_label("Input spikes"), 10)
    assert role(found, "chosen-count").text_content() == "2 spikes"
    assert "2 more" in found.locator("output").last.text_content()


def test_a_pattern_is_chosen_in_the_list_or_in_the_drawing(page):
    found = live(page, "spike-code")
    found.get_by_label("When they come").select_option("first")
    assert role(found, "chosen-title").text_content() == "Both in the first 20 ms"
    found.locator('.nf-wide [data-pattern="5"]').click()
    assert role(found, "chosen-title").text_content() == "Both in the last 20 ms"
    assert found.get_by_label("When they come").input_value() == "last"
    page.wait_for_function("location.hash.includes('p=last')")


def test_the_address_brings_the_view_back(browser, site):
    tab = browser.new_page()
    tab.goto(f"{site}#fig-spike-code?n=20&w=3&p=last&seed=7")
    tab.wait_for_selector("#fig-spike-code[data-live]")
    assert role(tab.locator("#fig-spike-code"), "chosen-count").text_content() == "7 spikes"
    tab.goto("about:blank")
    tab.goto(f"{site}#fig-spike-code?n=-4&w=1e9&p=<b>&seed=x")
    tab.wait_for_selector("#fig-spike-code[data-live]")
    assert role(tab.locator("#fig-spike-code"), "chosen-count").text_content() == "4 spikes"
    tab.close()


def test_stronger_inhibition_silences(page):
    found = live(page, "synapse-sign")
    drag(found.get_by_label("Inhibitory weight"), 0)
    assert "7 during it" in found.locator("output").last.text_content()
    drag(found.get_by_label("Inhibitory weight"), -4)
    assert " 0 during it" in found.locator("output").last.text_content()
    assert role(found, "inhibitory-weight").text_content() == "inhibits, −4.0"


@pytest.mark.parametrize(
    ("difference", "counts"),
    [(0, [0, 0, 24, 0, 0]), (0.5, [0, 0, 0, 0, 24]), (0.12, [0, 0, 24, 24, 0]), (0.8, [0] * 5)],
)
def test_the_sound_moves_from_neuron_to_neuron(page, difference, counts):
    found = live(page, "coincidence")
    drag(found.get_by_label("Time difference"), difference)
    assert [
        int(text) for text in found.locator('.nf-wide [data-neuron] [data-role="count"]').all_text_contents()
    ] == counts


def test_the_phone_drawing_is_moved_too(page):
    for name, label, value in (
        ("spike-code", "Weight", 3),
        ("synapse-sign", "Inhibitory weight", -1),
        ("coincidence", "Time", 0),
    ):
        found = live(page, name)
        still = found.locator(".nf-narrow svg").text_content()
        drag(found.get_by_label(label).first, value)
        said = [found.locator(f'.nf-{kind} [data-role$="count"]').all_text_contents() for kind in ("wide", "narrow")]
        assert said[0] == said[1]
        assert found.locator(".nf-narrow svg").text_content() != still


def test_a_matrix_opens_by_pointer_and_by_keyboard(page):
    found = live(page, "gpt-block")
    found.locator('.nf-wide [data-part="attention-query"]').click()
    assert role(found, "title").text_content() == "Query"
    assert role(found, "synapses").text_content() == "= 150,994,944 synapses"
    value = found.locator('.nf-wide [data-part="feed-forward-value"] [data-role="frame"]')
    value.focus()
    page.keyboard.press("Enter")
    assert value.get_attribute("aria-expanded") == "true"
    assert role(found, "each").text_content() == "× 49,152 synapses, one per column"
    page.keyboard.press("Escape")
    assert value.get_attribute("aria-expanded") == "false"
    assert role(found, "synapses").text_content() == "= 1,811,939,328 synapses"


def test_the_calculator_recounts_what_is_typed(page):
    found = live(page, "calculator")
    found.get_by_label("Start from").select_option("llama3-405b")
    assert role(found, "synapses").text_content() == "401,646,551,040"
    assert role(found, "neurons").text_content() == "19,869,696"
    found.get_by_label("Start from").select_option("gpt2")
    found.get_by_label("blocks").fill("24")
    assert role(found, "synapses").text_content() == f"{2 * 84_934_656:,}"
    assert role(found, "title").text_content() == "Your own, begun from GPT-2"
    found.get_by_label("width d").fill("1536")
    assert found.get_by_label("feed-forward width").input_value() == "6144"
    assert role(found, "each").text_content() == "2,048.0"
    found.get_by_label("gated feed-forward").check()
    assert role(found, "neurons").text_content() == f"{24 * (4 * 1536 + 2 * 6144 + 1536):,}"
    page.wait_for_function("location.hash.includes('d_model=1536')")


def test_the_calculator_says_what_is_wrong_and_keeps_the_last_counts(page):
    found = live(page, "calculator")
    before = role(found, "synapses").text_content()
    found.get_by_label("blocks").fill("")
    assert "whole number" in found.locator("output").last.text_content()
    assert role(found, "synapses").text_content() == before
    found.get_by_label("blocks").fill("96")
    assert role(found, "synapses").text_content() == before


def test_a_mixture_says_what_one_token_uses(page):
    found = live(page, "calculator")
    found.get_by_label("Start from").select_option("mixtral-8x7b")
    assert role(found, "active").text_content() == "a token uses 12,617,515,008"


def test_a_calculation_comes_back_from_the_address(browser, site):
    tab = browser.new_page()
    tab.goto(f"{site}#fig-calculator?p=gpt2&n_layers=24")
    tab.wait_for_selector("#fig-calculator[data-live]")
    assert role(tab.locator("#fig-calculator"), "synapses").text_content() == f"{2 * 84_934_656:,}"
    tab.close()


def test_every_preset_of_the_page_counts_as_python_does(page):
    found = live(page, "calculator")
    for preset in gpt_block.list_presets().presets:
        found.get_by_label("Start from").select_option(preset.name)
        assert role(found, "parameters").text_content() == f"{preset.parameters:,}", preset.name
        assert role(found, "neurons").text_content() == f"{preset.neurons:,}", preset.name


def test_controls_are_labelled(page):
    for name in DRAWINGS:
        found = live(page, name)
        for control in found.locator(".nf-controls input, .nf-controls select").all():
            assert control.evaluate("input => input.labels.length") == 1


def test_no_drawing_is_wider_than_a_phone_can_read(site):
    for draw in DRAWINGS.values():
        narrow = draw().narrow
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', narrow)[1])
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', narrow)]
        assert min(sizes) * 343 / width >= 11


def test_the_data_is_plain_json(site):
    for draw in DRAWINGS.values():
        assert json.loads(files(draw())["data.json"])


def test_assets_are_where_the_page_looks(site):
    for draw in DRAWINGS.values():
        assert Path(REPOSITORY.site_src, "assets", "diagrams", f"{draw().script}.js").is_file()
