"""Reports, their index and their pictures in a real browser: on a phone, on paper, without JavaScript, and by axe."""

import io
import shutil
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image

from generators import pages
from generators.paths import REPOSITORY, Paths
from tests.browser.server import Served, serve
from tests.built_page import opened_tabs
from tests.test_browser import AXE, COMPLAINTS, DESKTOP, PHONE
from tests.tiny_site.catalogue import HOSTILE, catalogue
from tests.tiny_site.project import built, lay

INDEX, REPORT = "networks/", "networks/digits-net/"


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> Paths:
    if not REPOSITORY.javascript.is_dir():
        pytest.skip("needs the bundle: python scripts/setup.py")
    paths = lay(tmp_path_factory.mktemp("reports"))
    shutil.copytree(REPOSITORY.javascript, paths.javascript)
    return paths


@pytest.fixture(scope="module")
def site(paths) -> Iterator[Served]:
    with serve(paths.site) as served:
        pages.render(catalogue(paths.root / "store"), paths, served.address)
        ran = built(paths, "mkdocs", paths.site, served.address)
        assert ran.returncode == 0, ran.stderr
        yield served


@pytest.fixture(scope="module")
def pictured(site, paths) -> str:
    """The address of the report that has pictures: its network has a hostile name."""
    reports = (paths.site / "networks").rglob("index.html")
    (page,) = [path for path in reports if 'id="fig-examples"' in path.read_text("utf-8")]
    return page.parent.relative_to(paths.site).as_posix() + "/"


@pytest.fixture
def tabs(browser, site) -> Iterator[Callable]:
    with opened_tabs(browser, site, "") as open_tab:
        yield open_tab


def shades(tab, name: str) -> list[int]:
    """The level in the middle of each picture of a figure, as it is on the screen."""
    windows = tab.locator(f"#fig-{name} .nf-window")
    windows.first.scroll_into_view_if_needed()
    tab.wait_for_function(
        f"[...document.querySelectorAll('#fig-{name} img')].every(image => image.complete && image.naturalWidth)"
    )
    seen = []
    for window in windows.all():
        picture = np.asarray(Image.open(io.BytesIO(window.screenshot())).convert("L"))
        height, width = picture.shape
        inner = picture[3 : height - 3, 3 : width - 3]
        assert inner.min() == inner.max(), "a neighbour shows"
        seen.append(int(inner[0, 0]))
    return seen


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_window_shows_its_own_picture_and_no_other(tabs, pictured, viewport, scheme):
    tab = tabs(pictured, viewport, color_scheme=scheme)
    assert shades(tab, "examples") == shades(tab, "grid") == [0, 40, 80, 120, 160, 200]


def test_pictures_need_no_javascript_and_are_on_paper(tabs, pictured):
    assert shades_of_print(tabs(pictured)) == 12
    tab = tabs(pictured, java_script_enabled=False)
    tab.locator("#fig-examples").scroll_into_view_if_needed()
    assert tab.locator("#fig-examples .nf-marked").inner_text() == f"✗ {HOSTILE[4]}"
    box = tab.locator("#fig-examples .nf-window").first.bounding_box()
    assert box["width"] == box["height"] == pytest.approx(56, abs=0.5)


def shades_of_print(tab) -> int:
    tab.emulate_media(media="print")
    return sum(window.is_visible() for window in tab.locator(".nf-window img").all())


def test_one_sheet_is_fetched_for_all_pictures_and_only_when_they_are_near(tabs, site, pictured):
    tab = tabs(pictured)
    shades(tab, "examples")
    sheets = [path for path in site.paths() if path.endswith("examples.webp")]
    assert len(sheets) == 1


@pytest.mark.parametrize("path", [INDEX, REPORT, "pictured", ""])
def test_no_page_is_wider_than_a_phone(tabs, pictured, path):
    tab = tabs(pictured if path == "pictured" else path, PHONE)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_index_leads_to_a_report_and_the_report_back(tabs, site):
    tab = tabs("")
    tab.locator(".nf-strip").get_by_role("link", name="digits-net").click()
    tab.wait_for_url(site.address + REPORT)
    tab.locator("h1", has_text="digits-net").wait_for()
    tab.locator(".nf-back").get_by_role("link", name="Networks").click()
    tab.wait_for_url(site.address + INDEX)
    tab.locator(".nf-network-card").nth(2).wait_for()  # the address changes before the page does
    assert tab.locator(".nf-network-card").count() == 3


@pytest.mark.skipif(not AXE.is_file(), reason="needs npm ci")
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(tabs, pictured, viewport, scheme):
    found = {}
    for path in (INDEX, REPORT, pictured):
        tab = tabs(path, viewport, color_scheme=scheme)
        tab.add_script_tag(path=AXE)
        found[path] = tab.evaluate(COMPLAINTS)
    assert found == {INDEX: [], REPORT: [], pictured: []}
