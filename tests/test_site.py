"""The built site, under both builders: nothing is left over, nothing is missing, no data is taken for markup."""

import http.server
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from generators import pages
from generators.build import refresh
from generators.paths import Paths
from generators.store import Store
from scripts.check_links import check
from tests.tiny_site.catalogue import HOSTILE, HOSTILE_NETWORK, catalogue
from tests.tiny_site.project import Element, built, lay, lay_real, read, searched

BUILDERS = ("mkdocs", "zensical")
ADDRESS = "https://example.org/series/"


class Built(NamedTuple):
    builder: str
    project: Paths
    site: Path
    said: str


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    root = tmp_path_factory.mktemp("tiny")
    paths = lay(root)
    pages.render(catalogue(root / "store"), paths, ADDRESS)
    return paths


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """This repository's own pages, from the smallest build there is."""
    paths = lay_real(tmp_path_factory.mktemp("real"))
    report = refresh(paths, profile="smoke")
    assert not report.failures
    with closing(Store(paths.cache)) as store:
        pages.render(store.catalogue(), paths, ADDRESS)
    return paths


def _built(paths: Paths, builder: str) -> Built:
    site = paths.root / f"site-{builder}"
    done = built(paths, builder, site, ADDRESS)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(builder, paths, site, done.stdout + done.stderr)


@pytest.fixture(scope="session", params=BUILDERS)
def site(request: pytest.FixtureRequest, tiny: Paths) -> Built:
    return _built(tiny, request.param)


@pytest.fixture(scope="session", params=BUILDERS)
def real_site(request: pytest.FixtureRequest, real: Paths) -> Built:
    return _built(real, request.param)


@pytest.fixture(scope="session", params=[f"{which} {builder}" for which in ("tiny", "real") for builder in BUILDERS])
def either(request: pytest.FixtureRequest) -> Built:
    which, builder = request.param.split()
    return _built(request.getfixturevalue(which), builder)


def html(site: Path) -> Mapping[str, Element]:
    return {path.relative_to(site).as_posix(): read(path) for path in sorted(site.rglob("*.html"))}


# --- every site ----------------------------------------------------------------------------------------------------


def test_the_build_is_strict_and_says_nothing(either: Built) -> None:
    assert not re.search(r"WARN|ERROR|warning", either.said), either.said


def test_no_template_mark_is_left(either: Built) -> None:
    for path in either.site.rglob("*.html"):
        text = re.sub(r"<(pre|code)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL).replace("{{ 7*7 }}", "")
        assert not re.search(r"\{\{|\{%|[\ue000\ue001]|Undefined|///Footnotes", text), path
        assert not re.search(r"\{ ?[.:#]\w+|markdown=", text), f"{path}: an attribute list was not read"


def test_every_link_is_good_and_nothing_comes_from_another_host(either: Built) -> None:
    wrong, looked_at = check(either.site)
    assert wrong == []
    assert looked_at > 100
    for path in either.site.rglob("*.html"):
        for tag in re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", path.read_text("utf-8")):
            address = re.search(r'\b(?:src|href)="?((?:https?:)?//[^"\s>]+)', tag)
            assert not address or address[1].startswith(ADDRESS) or 'rel="canonical"' in tag, f"{path}: {tag}"


def is_one_of_many(picture: Element) -> bool:
    """Whether a picture is a window on a sheet: of a gallery, or of the cells of an atlas."""
    window = picture.parent
    on_map = window is not None and window.parent is not None and window.parent.has("class_", "nf-atlas-sheet")
    return on_map or (window is not None and window.has("class_", "nf-window"))


def test_every_picture_has_a_sentence_for_those_who_cannot_see_it(either: Built) -> None:
    seen = 0
    for name, page in html(either.site).items():
        for picture in [*page.all("img"), *page.all("figure")]:
            if picture.has("class_", "nf-figure") or picture.tag == "img":
                alt = picture.attributes.get("data-alt" if picture.tag == "figure" else "alt", "")
                if picture.tag == "img" and alt in ("logo", "Neuron Series"):
                    continue
                if is_one_of_many(picture):
                    assert alt == "", f"{name}: one of many pictures, which are described together"
                    continue
                assert len(alt.split()) >= 2 and alt[0].isupper() and alt.endswith("."), f"{name}: {alt!r}"
                seen += 1
    assert seen


def test_every_figure_is_placed_numbered_and_can_be_downloaded(either: Built) -> None:
    for source in sorted((either.project.site_src / "articles").glob("*.md")):
        placed = source.read_text("utf-8").count("{% call figure(")
        page = read(either.site / "articles" / source.stem / "index.html")
        figures = page.all("figure", class_="nf-figure")
        numbers = [figure.one("span", class_="nf-number").text for figure in figures]
        assert numbers == [f"Figure {number}." for number in range(1, placed + 1)], source
        for figure in figures:
            for link in [*figure.all("a", class_="nf-json"), *figure.all("a", class_="nf-csv")]:
                assert (either.site / "articles" / source.stem / link.attributes["href"]).is_file()
            assert figure.one("a", class_="nf-link").attributes["href"] == f"#{figure.attributes['id']}"
            assert "role" not in figure.attributes
            assert figure.all(id=figure.attributes["aria-labelledby"])


def test_every_page_has_one_title_of_its_own(either: Built) -> None:
    titles = {}
    for name, page in html(either.site).items():
        assert len(page.all("h1")) == 1, name
        titles[name] = page.one("head").one("title").text
    assert titles["index.html"] == titles["404.html"] == "Neuron Series"
    assert titles["articles/neuron/index.html"] == "Neuron – Neuron Series"
    assert titles["guide/your-own-network/index.html"] == "Your own network – Neuron Series"


def test_every_page_names_its_card_by_its_whole_address(either: Built) -> None:
    for name, page in html(either.site).items():
        card = page.one("meta", property="og:image").attributes["content"]
        assert card.startswith(f"{ADDRESS}assets/cards/"), name
        assert (either.site / card.removeprefix(ADDRESS)).is_file()
    article = read(either.site / "articles/neuron/index.html")
    assert article.one("meta", property="og:image").attributes["content"].endswith("/neuron.png")
    assert article.one("meta", property="og:type").attributes["content"] == "article"
    assert article.one("link", type="application/atom+xml").attributes["href"] == "../../feed.xml"


def test_the_sitemap_names_every_page(either: Built) -> None:
    named = set(re.findall(r"<loc>(.*?)</loc>", (either.site / "sitemap.xml").read_text("utf-8")))
    here = {path.relative_to(either.site).parent.as_posix() for path in either.site.rglob("index.html")}
    assert named == {ADDRESS + ("" if page == "." else f"{page}/") for page in here}
    assert (either.site / "robots.txt").is_file() and (either.site / "feed.xml").is_file()


def test_the_search_finds_prose_and_no_code(either: Built) -> None:
    index = searched(either.site)
    assert "file of matrices" in index
    for unsaid in ("commit 58406bd", "katex", "How it was made", "∈", "Neurology 64"):
        assert unsaid not in index, unsaid


# --- what is lost ---------------------------------------------------------------------------------------------------


class _Lost(http.server.SimpleHTTPRequestHandler):
    """Serve the site below ``/series/`` as a host of static files does: with 404.html for what is not there."""

    def log_message(self, *_: object) -> None: ...

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/series"))

    def send_error(self, code: int, *_: object, **__: object) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def served(site: Built) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Lost, directory=str(site.site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("lost", ["/series/nowhere", "/series/articles/neuron/deep/er/"])
def test_a_lost_reader_gets_a_page_that_helps(served: str, site: Built, lost: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(served + lost)
    with error.value as answer:
        assert answer.code == 404
        page = answer.read().decode()
    (site.project.root / "lost.html").write_text(page, "utf-8")
    lost_page = read(site.project.root / "lost.html")
    content = lost_page.one("article")
    links = {link.text: link.attributes["href"] for link in content.all("a") if "href" in link.attributes}
    assert {"The series", "Neuron", "Your own network"} <= links.keys()
    loaded = [link.attributes["href"] for link in lost_page.all("link", rel="stylesheet")]
    loaded += [script.attributes["src"] for script in lost_page.all("script") if "src" in script.attributes]
    for address in [*links.values(), *loaded]:
        assert address.startswith("/series/"), address
        with urllib.request.urlopen(served + address) as answer:
            assert answer.status == 200 and answer.read()


# --- hostile names --------------------------------------------------------------------------------------------------


def test_nothing_hostile_is_markup_anywhere(site: Built) -> None:
    for name, page in html(site.site).items():
        assert not [image for image in page.all("img") if image.attributes.get("src") == "x"], name
        assert not [key for each in page.all() for key in each.attributes if key.startswith("on")], name
        assert not [a for a in page.all("a") if "javascript:" in a.attributes.get("href", "")], name
        assert not [script for script in page.all("script") if "alert(1)" in script.text], name
        assert not page.all("b"), name
        assert not re.search(r"\b49\b", page.one("article").text), f"{name}: 7*7 was computed"


def test_hostile_labels_are_shown_as_they_are(site: Built) -> None:
    page = read(site.site / "articles/neuron/index.html")
    table = page.one("figure", id="fig-published")
    cells = [cell.text for cell in table.one("tbody").all("td")]
    caption = page.one("figure", id="fig-chain-iris-net").one("figcaption").text
    for label in HOSTILE:
        assert cells.count(label) == 2, "in a table's cell"
        assert label in caption, "in a caption, as a fact"
    assert table.attributes["data-alt"] == f"A table of networks, one of them named {HOSTILE[0]}."
    assert table.one("div", role="region").attributes["aria-label"] == table.attributes["data-alt"]
    told = {dt.text: dd.text for dt, dd in zip(table.all("dt"), table.all("dd"), strict=True)}
    assert HOSTILE[0] in told["models"], "in the record"
    assert HOSTILE[0] in page.one("figure", id="fig-chain").all("svg")[0].text, "in a drawing"


def test_a_hostile_network_is_shown_as_it_is_and_its_files_are_found(site: Built) -> None:
    figure = read(site.site / "articles/second/index.html").one("figure", id="fig-named")
    assert figure.one("span", class_="nf-network").text == HOSTILE_NETWORK
    assert HOSTILE_NETWORK in figure.one("figcaption").text
    assert figure.attributes["data-alt"] == f"A chain of {HOSTILE_NETWORK}."
    assert f"label {HOSTILE[0][:20]}" in figure.one("p", class_="nf-provenance").text
    csv = figure.one("a", class_="nf-csv")
    assert csv.attributes["download"] == "named.csv"
    assert re.fullmatch(r"[\w./-]+", csv.attributes["href"])
    assert (site.site / "articles/second" / csv.attributes["href"]).is_file()


def test_a_hostile_front_matter_is_shown_as_it_is(site: Built) -> None:
    page, front = read(site.site / "articles/second/index.html"), read(site.site / "index.html")
    title = 'Names that look like <img src=x onerror=alert(1)> & "markup" {{ 7*7 }}'
    description = 'A "description" </title><script>alert(1)</script> of **one** sentence.'
    assert page.one("h1").text == title
    assert page.one("head").one("title").text == f"{title} – Neuron Series"
    assert page.one("meta", property="og:title").attributes["content"] == title
    for name in ({"name": "description"}, {"property": "og:description"}):
        assert page.one("meta", **name).attributes["content"] == description
    assert page.one("meta", name="author").attributes["content"] == '<i>A. Author</i>, B. "Quote" O&#39;Author'
    assert page.one("p", class_="nf-subtitle").text == "A <b>subtitle</b> with **stars** and [x](javascript:alert(1))"
    assert "<i>A. Author</i>" in page.one("p", class_="nf-byline").text
    assert page.one("p", class_="nf-tags").all("a")[0].text == HOSTILE[0]
    entry = front.all("section", class_="nf-entry")[1]
    assert entry.one("h2").all("a")[0].text == title and description in entry.text
    assert HOSTILE[0] in read(site.site / "tags/index.html").one("article").text
    assert (
        page.one("figure", id="fig-published")
        .one("p", class_="nf-title")
        .text.startswith("Figure 1. A title with <b>markup</b>, **stars** and ")
    )


# --- the look of a page ---------------------------------------------------------------------------------------------


def test_formulas_notes_and_citations_survive_the_builder(site: Built) -> None:
    page = read(site.site / "articles/neuron/index.html")
    assert len(page.all("math")) >= 10 and not re.search(r"\\text|\\sum", page.one("article").text)
    assert page.one("span", class_="nf-note").text.startswith("Biases are not counted here")
    assert [link.text for link in page.all("a", href="#ref-drachman2005")] == ["2"]
    listed = [item.text for item in page.one("ol", class_="nf-references").all("li")]
    assert listed[1] == "Do we have brain to spare? David A. Drachman. Neurology 64, 2005."
    assert page.one("article").text.index("\\(x\\)") > 0, "code was read as a formula"


def test_tags_are_the_last_thing_an_article_says(site: Built) -> None:
    text = read(site.site / "articles/neuron/index.html").one("article").text
    assert text.index("A row is a row only by convention") < text.index("Tags counting linear layer")


def test_a_long_table_scrolls_and_can_be_reached_by_keyboard(real_site: Built) -> None:
    regions = read(real_site.site / "articles/neuron/index.html").all("div", class_="nf-scroll")
    assert regions
    for region in regions:
        assert region.attributes["tabindex"] == "0" and region.attributes["aria-label"]
        assert region.has("class_", "nf-long") == (len(region.one("tbody").all("tr")) > 14)


def test_the_front_page_is_a_list_of_what_there_is(real_site: Built) -> None:
    front = read(real_site.site / "index.html")
    entries = front.all("section", class_="nf-entry")
    links = [entry.one("h2").all("a")[0].attributes["href"] for entry in entries]
    names = ("neuron", "key-value-memory", "multi-neuron", "inverse-set", "activation-atlas")
    assert links == [f"articles/{name}/" for name in names]
    for entry in entries:
        assert re.fullmatch(r"\d+ \w+ \d{4} \d+ min read \d+ figures", entry.one("p", class_="nf-byline").text)
        assert len(entry.all("img")) in (0, 2)
    assert not front.all("section", class_="nf-announced")
