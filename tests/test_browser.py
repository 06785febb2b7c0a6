"""The real article in a real browser: alive, operable, accessible, small, and whole without any of it."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator

import plotly.graph_objects as go
import pytest

from generators import build, drawing, pages, stills, style
from generators.networks.spec import spec
from generators.paths import REPOSITORY
from generators.store import Store
from tests.browser.server import Served, serve
from tests.built_page import opened_tabs, watch
from tests.diagram_page import drag, settle
from tests.tiny_site.catalogue import HOSTILE, catalogue
from tests.tiny_site.project import built, lay, lay_real

ARTICLE = "articles/neuron/"
LIVING = ".nf-figure[data-kind=plotly], .nf-figure[data-script], .nf-figure[data-kind=table]"
MODULES = REPOSITORY.root / "node_modules"
MOST_BYTES, MOST_INDEX_BYTES = 235_000, 50_000
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}


# The site, the browser, tabs ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory) -> Iterator[Served]:
    """The repository's own site, built from nothing."""
    if not REPOSITORY.javascript.is_dir():
        pytest.skip("needs the bundle: python scripts/setup.py")
    paths = lay_real(tmp_path_factory.mktemp("real"), every_network=False)
    shutil.copytree(REPOSITORY.javascript, paths.javascript)
    with serve(paths.site) as served:
        report = build.refresh(paths, profile="smoke", jobs=2)
        assert not report.failures
        with contextlib.closing(Store(paths.cache)) as store:
            pages.render(store.catalogue(), paths, served.address)
        ran = built(paths, "mkdocs", paths.site, served.address)
        assert ran.returncode == 0, ran.stderr
        yield served


@pytest.fixture
def tabs(browser, site) -> Iterator[Callable]:
    with opened_tabs(browser, site, ARTICLE) as open_tab:
        yield open_tab


def wake(tab, *names: str) -> None:
    """Bring figures to life as a reader does: scroll to each and move the pointer."""
    names = names or tuple(identifier.removeprefix("fig-") for identifier in living(tab))
    for name in names:
        tab.locator(f"#fig-{name}").scroll_into_view_if_needed()
        tab.mouse.move(3, 3)
        tab.mouse.move(5, 5)
        tab.wait_for_selector(f"#fig-{name}[data-live]", state="attached")


def living(tab) -> list[str]:
    return tab.locator(LIVING).evaluate_all("figures => figures.map(figure => figure.id)")


def labelled(tab, name: str, label: str):
    return tab.locator(f"#fig-{name} .nf-controls").get_by_label(label, exact=True)


def value_of(tab, name: str, label: str) -> str:
    return labelled(tab, name, label).evaluate("input => input.parentElement.querySelector('output').textContent")


def copied_link(tab, name: str) -> str:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.locator(f"#fig-{name} a.nf-link").click()
    tab.wait_for_selector(f"#fig-{name} a.nf-link[data-said]", state="attached")
    return tab.evaluate("navigator.clipboard.readText()")


# Alive ----------------------------------------------------------------------------------------------------------------


def test_nothing_but_the_page_is_fetched_before_a_sign_of_life(tabs, site):
    tab = tabs()
    tab.wait_for_load_state("networkidle")
    sent = sorted(site.sent, key=lambda each: -each[1])
    index = sum(
        size for path, size in sent if "/search/" in path
    )  # the theme's, in the background; grows with articles
    assert sum(size for _, size in sent) - index < MOST_BYTES, sent[:8]
    assert index < MOST_INDEX_BYTES
    assert not [path for path in site.paths() if "plotly" in path or "/diagrams/" in path or "figure.json" in path]
    alive = tab.locator(".nf-figure[data-live]").evaluate_all("all => all.map(figure => figure.dataset.kind)")
    assert set(alive) <= {"table"}
    tab.locator("#fig-brains").evaluate("figure => figure.scrollIntoView()")
    wake(tab, "brains")
    assert [path for path in site.paths() if "plotly" in path]


def test_every_figure_goes_live_and_no_page_is_wider_than_a_phone(tabs):
    tab = tabs(viewport=PHONE)
    wake(tab)
    assert len(living(tab)) >= 18
    assert tab.locator(LIVING).evaluate_all("figures => figures.filter(figure => !figure.dataset.live).length") == 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_slider_moves_and_the_read_out_follows(tabs):
    tab = tabs()
    wake(tab, "mlp-two", "spike-code")
    words = tab.locator("#fig-mlp-two .nf-stage .nf-wide")
    before = words.text_content()
    first = tab.locator("#fig-mlp-two .nf-slider input").first
    drag(first, float(first.get_attribute("max")))
    assert words.text_content() != before
    heard = tab.locator("#fig-spike-code .nf-output").last
    for spikes in (5, 28):
        before = heard.text_content()
        drag(labelled(tab, "spike-code", "Input spikes"), spikes)
        assert value_of(tab, "spike-code", "Input spikes") == str(spikes)
        assert heard.text_content() != before


def test_the_calculator_counts_as_python_does(tabs):
    tab = tabs()
    wake(tab, "calculator")
    presets = labelled(tab, "calculator", "Start from").locator("option")
    named = dict(
        zip(presets.evaluate_all("all => all.map(each => each.value)"), presets.all_text_contents(), strict=True)
    )
    for name in sorted(named)[:: len(named) // 3]:
        labelled(tab, "calculator", "Start from").select_option(name)
        counted = spec(name)
        drawn = tab.locator("#fig-calculator .nf-wide")
        assert drawn.locator('[data-role="title"]').text_content() == named[name]
        for role in ("neurons", "synapses", "parameters"):
            assert drawn.locator(f'[data-role="{role}"]').text_content() == f"{getattr(counted, role):,}", (name, role)


def test_a_still_and_its_live_plot_fill_the_same_place(tabs):
    tab = tabs()
    stage = tab.locator("#fig-brains .nf-stage")
    before = stage.bounding_box()
    wake(tab, "brains")
    after = stage.bounding_box()
    assert (before["width"], before["height"]) == (after["width"], after["height"])


# Colours --------------------------------------------------------------------------------------------------------------

COLOURS = """() => ({
  plot: getComputedStyle(document.querySelector('#fig-brains .nf-plot .xtick text')).fill,
  diagram: getComputedStyle(document.querySelector('#fig-linear-layer svg text')).fill,
  scheme: getComputedStyle(document.body).colorScheme,
})"""


def test_the_theme_changes_everything_that_is_drawn_and_fetches_no_data(tabs, site):
    tab = tabs(color_scheme="light")
    wake(tab, "linear-layer", "brains")
    tab.wait_for_load_state("networkidle")
    light, fetched, start = tab.evaluate(COLOURS), set(site.paths()), len(site.sent)
    tab.evaluate("window.same = true")
    darken(tab)
    tab.wait_for_function(f"light => ({COLOURS})().plot !== light.plot", arg=light)
    dark = tab.evaluate(COLOURS)
    assert light["plot"] == rgb(style.PALETTE["light"]["muted"]) and dark["plot"] == rgb(style.PALETTE["dark"]["muted"])
    assert light["diagram"] != dark["diagram"]
    assert (light["scheme"], dark["scheme"]) == ("light", "dark")
    assert tab.evaluate("window.same") is True
    assert "/assets/template-dark.json" in site.paths(start)
    assert not fetched & set(site.paths(start))


def darken(tab) -> None:
    for _ in range(3):
        if tab.locator("body").get_attribute("data-md-color-scheme") == "slate":
            return
        tab.locator("label.md-header__button[for^=__palette]:visible").click()
    assert tab.locator("body").get_attribute("data-md-color-scheme") == "slate"


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[index : index + 2], 16)) for index in (1, 3, 5))})"


# Coming and going -----------------------------------------------------------------------------------------------------


def test_a_figure_lives_again_when_the_reader_returns(tabs):
    tab = tabs()
    wake(tab, "brains", "mlp-two")
    tab.locator("a[href*='your-own-network']:visible").first.click()
    tab.wait_for_url("**/guide/your-own-network/")
    assert tab.locator(".nf-plot").count() == 0
    tab.go_back()
    tab.wait_for_url(f"**/{ARTICLE}*")
    wake(tab, "brains", "mlp-two")
    assert tab.locator("#fig-brains .nf-plot").count() == 1
    assert tab.locator("#fig-mlp-two .nf-slider").count() == tab.locator("#fig-mlp-two .nf-slider input").count() > 0


def test_a_link_within_the_page_leaves_figures_as_they_are(tabs):
    tab = tabs()
    wake(tab, "brains")
    tab.evaluate("window.left = document.querySelector('#fig-brains .nf-plot')")
    tab.locator(".md-nav--secondary a:visible").first.click()
    tab.wait_for_function("location.hash")
    tab.go_back()
    tab.wait_for_function("!location.hash")
    settle(tab, 500)
    assert tab.evaluate("left.isConnected && Boolean(left._fullLayout)")


def test_a_copied_link_opens_the_figure_as_it_was_left(tabs):
    tab = tabs()
    wake(tab, "spike-code", "brains")
    drag(labelled(tab, "spike-code", "Input spikes"), 27)
    drag(labelled(tab, "spike-code", "Weight"), 2.5)
    labelled(tab, "spike-code", "When they come").select_option(index=1)
    told = "figure => figure.querySelector('.nf-stage').textContent + figure.querySelector('.nf-controls').textContent"
    left = tab.locator("#fig-spike-code").evaluate(told)
    link = copied_link(tab, "spike-code")
    other = tabs(link)
    other.wait_for_selector("#fig-spike-code[data-live]")
    assert other.locator("#fig-spike-code").evaluate(told) == left
    assert value_of(other, "spike-code", "Input spikes") == "27" and value_of(other, "spike-code", "Weight") == "2.5"

    ranges = "plot => [...plot.layout.xaxis.range, ...plot.layout.yaxis.range].map(each => Number(each.toPrecision(4)))"
    plot = tab.locator("#fig-brains .nf-plot")
    whole = plot.evaluate(ranges)
    plot.focus()
    for press in ("+", "+", "ArrowRight"):
        tab.keyboard.press(press)
    tab.wait_for_function(
        "whole => document.querySelector('#fig-brains .nf-plot').layout.xaxis.range[1] !== whole", arg=whole[1]
    )
    settle(tab, 300)
    zoomed, link = plot.evaluate(ranges), copied_link(tab, "brains")
    other = tabs(link)
    other.wait_for_selector("#fig-brains[data-live]")
    assert other.locator("#fig-brains .nf-plot").evaluate(ranges) == zoomed != whole


def test_an_address_that_anyone_may_have_written_breaks_nothing(tabs):
    for name, state in (
        ("brains", "xaxis=[1e999,null]&yaxis=%22x%22&hidden=[99]&c0=99&scene=[1]"),
        ("spike-code", "n=-5&w=1e9&p=%3Cb%3E&seed=null"),
        ("mlp-two", "%E0%A4%A"),
    ):
        tab = tabs(f"#fig-{name}?{state}")
        tab.wait_for_selector(f"#fig-{name}[data-live]")


# Paper, no JavaScript, keyboard ---------------------------------------------------------------------------------------


def test_paper_shows_stills_and_drawings(tabs):
    tab = tabs(color_scheme="dark")
    wake(tab, "linear-layer", "brains")
    tab.emulate_media(media="print")
    shown = tab.locator("#fig-brains img:visible")
    assert [re.sub(r".*#", "", src) for src in shown.evaluate_all("all => all.map(image => image.src)")] == [
        "only-light"
    ]
    assert tab.locator(".nf-plot:visible, .nf-controls:visible, .nf-link:visible").count() == 0
    assert tab.locator("#fig-linear-layer svg:visible").count() == 1
    ink = tab.locator("#fig-linear-layer svg").first.evaluate(
        "svg => getComputedStyle(svg).getPropertyValue('--nf-ink')"
    )
    assert ink.strip() == style.PALETTE["light"]["ink"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_javascript_every_figure_is_there(tabs, viewport):
    tab = tabs(viewport=viewport, java_script_enabled=False)
    for figure in tab.locator(".nf-figure").all():
        kind = figure.get_attribute("data-kind")
        part = {"plotly": "img", "diagram": "svg", "table": "table"}[kind]
        assert figure.locator(f".nf-stage {part}:visible").count() == 1, figure.get_attribute("id")
    image = tab.locator("#fig-brains img:visible")
    image.scroll_into_view_if_needed()
    tab.wait_for_function("() => document.querySelector('#fig-brains img').naturalWidth === 1520")
    assert tab.locator("#fig-models-table tbody tr").count() >= 20


def test_the_keyboard_reaches_a_slider_a_plot_and_the_order_of_a_table(tabs):
    tab = tabs()
    wake(tab, "spike-code", "brains", "models-table")
    slider = labelled(tab, "spike-code", "Input spikes")
    tab_to(tab, "spike-code", "input[type=range]")
    before = slider.input_value()
    tab.keyboard.press("ArrowRight")
    assert float(slider.input_value()) == float(before) + 1
    assert value_of(tab, "spike-code", "Input spikes") == slider.input_value()
    assert outline(tab) != "none"
    tab_to(tab, "brains", ".nf-plot")
    assert outline(tab) != "none"
    tab_to(tab, "models-table", ".nf-sort")
    heading = tab.locator("#fig-models-table th").first
    for order in ("ascending", "descending"):
        tab.keyboard.press("Enter")
        assert heading.get_attribute("aria-sort") == order
        first = tab.locator("#fig-models-table tbody tr td:first-child").all_text_contents()
        assert [first[0].lower()] == sorted(map(str.lower, first), reverse=order == "descending")[:1]


def tab_to(tab, name: str, selector: str) -> None:
    """Press Tab from the link before the figure until the focus is on the part."""
    tab.locator(f"#fig-{name}").evaluate(
        """figure => {
          const before = [...document.querySelectorAll('a[href]')].filter(link => link.offsetParent
            && link.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING)
          before.at(-1).focus()
        }"""
    )
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("part => document.activeElement.matches(part)", f"#fig-{name} {selector}"):
            return
    raise AssertionError(f"forty presses of Tab do not reach {selector} of {name}")


def outline(tab) -> str:
    return tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")


# Names that look like markup ------------------------------------------------------------------------------------------


def test_a_name_that_looks_like_markup_is_text_everywhere(browser, tmp_path):
    paths = lay(tmp_path)
    shutil.copytree(REPOSITORY.javascript, paths.javascript)
    made = catalogue(tmp_path / "store")
    label = HOSTILE[0]
    named = drawing.text(label)
    figure = go.Figure(go.Bar(x=[named, "b", "c"], y=[1, -2, 3], name=named, text=[named] * 3, hovertext=[named] * 3))
    figure.update_layout(title=named, showlegend=True, annotations=[{"text": named, "x": 1, "y": 2}])
    figure.update_xaxes(title=named)
    (tmp_path / "store/digits-net/weights/figure.json").write_bytes(drawing.files(figure)["figure.json"])
    wrong: list[str] = []
    with serve(paths.site) as served:
        pages.render(made, paths, served.address)
        ran = built(paths, "mkdocs", paths.site, served.address)
        assert ran.returncode == 0, ran.stderr
        tab = browser.new_page(viewport=DESKTOP)
        watch(tab, served.address, wrong)
        for path in ("", "articles/neuron/", "articles/second/"):
            tab.goto(served.address + path)
            wake(tab)
            assert tab.locator("img[src='x'], [onerror], [href^='javascript:']").count() == 0
            assert label in tab.locator("body").text_content()
        tab.goto(served.address + "articles/neuron/")
        wake(tab, "weights")
        assert tab.locator("#fig-weights .nf-plot").text_content().count(label) >= 5
        bar = tab.locator("#fig-weights .nf-plot .bars .point path").first.bounding_box()
        tab.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        tab.wait_for_function(
            "label => document.querySelector('#fig-weights .hoverlayer').textContent.includes(label)", arg=label
        )
        assert tab.locator("img[src='x']").count() == 0
        tab.close()
    assert wrong == []


# Accessible -----------------------------------------------------------------------------------------------------------

AXE = MODULES / "axe-core/axe.min.js"
# the theme gives each code block a navigation without a name
COMPLAINTS = """async () =>
  (await axe.run({ exclude: ['.md-code__nav'] }, { resultTypes: ['violations'] })).violations.flatMap(
    ({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${target} (${help})`))"""


@pytest.mark.skipif(not AXE.is_file(), reason="needs npm ci")
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_while_every_figure_lives_in_light_and_dark(tabs, viewport):
    tab = tabs(viewport=viewport, color_scheme="light")
    wake(tab)
    tab.evaluate("scrollTo(0, 0)")
    tab.add_script_tag(path=AXE)
    found = {"light": tab.evaluate(COMPLAINTS)}
    darken(tab)
    settle(tab, 500)  # the theme's own colours fade
    found["dark"] = tab.evaluate(COMPLAINTS)
    assert found == {"light": [], "dark": []}


@pytest.mark.skipif(not (MODULES / ".bin/lighthouse").exists() or not shutil.which("node"), reason="needs npm ci")
def test_lighthouse_gives_full_marks_for_accessibility(site, tmp_path):
    report = tmp_path / "report.json"
    ran = subprocess.run(
        [
            MODULES / ".bin/lighthouse", site.address + ARTICLE, "--only-categories=accessibility", "--output=json",
            f"--output-path={report}", "--quiet", "--no-enable-error-reporting", "--max-wait-for-load=30000",
            "--chrome-flags=--headless=new --no-sandbox --disable-background-networking",
        ],
        env=os.environ | {"CHROME_PATH": str(stills.chrome())}, cwd=tmp_path,
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-500:]
    found = json.loads(report.read_text())
    low = [name for name, audit in found["audits"].items() if audit["score"] is not None and audit["score"] < 1]
    assert (found["categories"]["accessibility"]["score"], low) == (1, [])
