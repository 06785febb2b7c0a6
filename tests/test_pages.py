"""Pages place figures and facts by name; what is wrong is told with page and line; what is data stays text."""

import json
import os
import re
import shutil
import socket
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generators import pages
from generators.drawing import files, kind, size
from generators.errors import UsageError
from generators.pages import mathematics, references, reports
from generators.pages.article import reading_minutes
from generators.pages.curves import shorten
from generators.pages.markup import escape, verbatim
from generators.pages.phrasing import file_name, provenance, written
from generators.pages.thumbnails import choose, spread
from generators.paths import REPOSITORY, Paths
from generators.store import Drawn, Made
from tests.test_drawing_gallery import empty, gallery, room
from tests.tiny_site.catalogue import HOSTILE, RECORD, catalogue
from tests.tiny_site.project import lay

Write = Callable[..., str]
HEAD = """---
title: Neuron
series: 1
description: One sentence.
date: 2026-11-20
authors: [A. Author, B. Author]
---
"""
BODY_LINE = HEAD.count("\n") + 1
"""The line of the page on which a body after ``HEAD`` begins."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping:
    return catalogue(tmp_path_factory.mktemp("store"))


@pytest.fixture
def tiny(tmp_path: Path) -> Paths:
    """A project of one article, to be written by the test."""
    paths = lay(tmp_path)
    for page in paths.site_src.rglob("*.md"):
        page.unlink()
    for asset in (paths.site_src / "assets").rglob("*.js"):
        asset.unlink()
    return paths


@pytest.fixture
def write(tiny: Paths, made: Mapping) -> Write:
    """Render one article with this body; give the Markdown it became."""

    def write(body: str, head: str = HEAD, name: str = "articles/neuron.md") -> str:
        page = tiny.site_src / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(head + body, "utf-8")
        pages.render(made, tiny)
        return (tiny.docs / name).read_text("utf-8")

    return write


def refused(write: Write, body: str, **how: str) -> str:
    with pytest.raises(UsageError) as error:
        write(body, **how)
    return str(error.value)


WORK = '[a]\nauthors = ["A"]\ntitle = "T"\nyear = 1\n'
FIGURE = '{% call figure("weights", title="Bars") %}A caption.{% endcall %}\n\n'


# --- the words --------------------------------------------------------------------------------------------------------


def test_figures_are_numbered_in_the_order_they_stand(write: Write) -> None:
    page = write(
        '{{ ref("chain") }} comes after {{ ref("weights") }}.\n\n'
        + FIGURE
        + '{% call figure("chain", network="iris-net", title="A chain") %}{% endcall %}\n'
    )
    assert "[Figure 2](#fig-chain) comes after [Figure 1](#fig-weights)." in page
    assert page.index('id="fig-weights"') < page.index('id="fig-chain"')
    assert '<span class="nf-number">Figure 2.</span> A chain' in page


def test_one_figure_of_two_networks_has_two_addresses(write: Write) -> None:
    page = write(
        '{% call figure("chain", network="digits-net", title="One") %}{% endcall %}\n\n'
        '{% call figure("chain", network="iris-net", title="Other") %}{% endcall %}\n\n'
        '{{ ref("chain", network="iris-net") }} {{ ref("chain", network="digits-net") }}\n'
    )
    assert "[Figure 2](#fig-chain-iris-net) [Figure 1](#fig-chain)" in page


def test_a_figure_brings_its_files_and_its_origin(write: Write, tiny: Paths) -> None:
    page = write(FIGURE)
    folder = tiny.docs / "assets/figures/neuron/digits-net"
    endings = ("csv", "dark.webp", "json", "light.webp")
    assert sorted(path.name for path in folder.glob("weights.*")) == [f"weights.{ending}" for ending in endings]
    for scheme in ("light", "dark"):
        assert f"](../assets/figures/neuron/digits-net/weights.{scheme}.webp#only-{scheme})" in page
    words = ["From", "digits-net", "grid 20", "seed 0", "3.2 s", "20 November 2026", "commit 58406bd"]
    assert [word for word in words if word not in page] == []
    assert all(f"<dt>{name}</dt>" in page for name in ("grid", "code fingerprint", "versions", "device"))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('fact("published.gpt3_synapses")', "173,946,175,488"),
        ('fact("layer.synapses", network="digits-net")', "6"),
        ('fact("layer.share", network="digits-net", format=".1%")', "12.3%"),
        ('fact("layer.share", network="digits-net", format=".3f")', "0.123"),
        ('fact("layer.trained", network="digits-net")', "yes"),
        ('fact("layer.neurons", network="iris-net")', "4"),
        ("reading_time", "1 min read"),
    ],
)
def test_facts_are_written_as_prose_writes_them(write: Write, call: str, said: str) -> None:
    assert f"There: {said} so." in unescape(write(f"There: {{{{ {call} }}}} so."))


def test_a_fact_inside_a_formula_is_the_fact(write: Write) -> None:
    page = write(r'\(N = {{ fact("published.gpt3_synapses") }}\)')
    shown = "".join(part.partition(">")[2] for part in page.split("<"))
    assert "173,946,175,488" in unescape(shown)


def test_works_are_numbered_as_they_are_cited_and_listed_once(write: Write) -> None:
    page = write('First {{ cite("drachman2005") }}, both {{ cite("geva2021", "drachman2005") }}.')
    assert page.count("#ref-drachman2005") == 2
    assert '<a href="#ref-geva2021">2</a>, <a href="#ref-drachman2005">1</a>' in page
    listed = page.partition("## References")[2]
    assert listed.index("ref-drachman2005") < listed.index("ref-geva2021") and listed.count("<li") == 2


def test_a_title_that_asks_or_a_list_cut_short_gets_no_second_stop(write: Write, tiny: Paths) -> None:
    (tiny.site_src / "references.toml").write_text(
        '[a]\nauthors = ["A. Author", "others"]\ntitle = "Really?"\nyear = 2000\n'
        f'[b]\nauthors = {[f"N{i}" for i in range(7)]}\ntitle = "Yes"\nyear = 2001\nvenue = "Here"\n'
    )
    listed = unescape(write('{{ cite("a", "b") }}').partition("## References")[2])
    assert "Really?</span> A. Author et al. 2000." in listed
    assert "Yes.</span> N0 et al. Here, 2001." in listed


def test_a_page_without_citations_has_no_references(write: Write) -> None:
    assert "References" not in write("Nothing cited.")


def test_a_note_is_one_paragraph_in_the_margin(write: Write) -> None:
    page = write(
        'A word.{% call note() %}Two\nlines with \\(x\\) and {{ fact("layer.neurons", network="iris-net") }}.'
        "{% endcall %}"
    )
    assert '<span class="nf-note" role="note">Two lines with <var class="nf-math"' in page
    assert " and 4.</span>" in page


def test_an_article_says_how_to_cite_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://example.org/series")
    page = write("{{ cite_as() }}")
    assert "## Cite as\n\n```bibtex\n@misc{neuronseries2026neuron,\n  title  = {Neuron},\n" in page
    assert "author = {A. Author and B. Author}" in page and "{https://example.org/series/articles/neuron/}" in page


def test_the_front_page_lists_the_series_and_what_is_coming(write: Write, tiny: Paths) -> None:
    write(FIGURE, head=HEAD.replace("---\n", "---\npicture: weights\ntags: [linear layer]\n", 1))
    coming = "".join(
        f"  - {{series: {series}, title: {title}, description: Not yet.}}\n"
        for series, title in ((3, "Later"), (2, "Soon"))
    )
    page = write("{{ series() }}\n\n{{ tags() }}", head=f"---\ncoming:\n{coming}---\n", name="index.md")
    assert "## [Neuron](articles/neuron.md)" in page and "One sentence" in page
    assert "20 November 2026" in page and "1 min read" in page and "1 figure<" in page
    assert "(assets/figures/neuron/digits-net/weights.light.webp#only-light)" in page
    assert page.index("## Coming") < page.index("### Soon") < page.index("### Later")
    assert "[linear layer](tags.md#linear-layer)" in page and "## linear layer { #linear-layer }" in page


def test_footnotes_stand_before_the_tags(write: Write) -> None:
    tagged = HEAD.replace("---\n", "---\ntags: [one]\n", 1)
    assert "Footnotes" not in write("None.", head=tagged)
    page = write("A word.[^a]\n\n[^a]: Below.\n", head=tagged)
    assert page.index("///Footnotes Go Here///") < page.index("nf-tags")


def test_code_is_left_alone(write: Write) -> None:
    page = write('`\\(x\\)` and\n\n```python\npattern = r"\\[(.*)\\]"\n```\n')
    assert '`\\(x\\)` and\n\n```python\npattern = r"\\[(.*)\\]"\n```' in page


def test_reading_time_counts_prose_and_no_calls() -> None:
    assert reading_minutes("") == 1
    assert (
        reading_minutes("word " * 660 + "{% call x(" + "word " * 400 + ") %}\n```\n" + "word " * 400 + "\n```\n") == 3
    )


def test_a_fact_without_a_format_says_what_it_needs() -> None:
    assert written(True, None, "a.b") == "yes"
    assert written("text", None, "a.b") == "text"
    with pytest.raises(UsageError, match=r"fact 'a\.b' is 0\.5: say how many digits, such as format='\.3f'"):
        written(0.5, None, "a.b")
    with pytest.raises(UsageError, match=r"fact 'a\.b' is 'x', which format '\.3f' cannot write"):
        written("x", ".3f", "a.b")


def test_only_short_parameters_stand_right_under_a_figure(made: Mapping) -> None:
    exhibit = next(iter(made.values()))
    record = {**RECORD, "params": {"grid": 20, "cases": {"weak": [10, 1.5], "strong": [20, 3.0]}}, "seconds": 0.0004}
    told = provenance(replace(exhibit, record=record))
    assert told["words"][:3] == ["grid 20", "seed 0", "< 0.01 s"]
    assert ("cases", "{strong: [20, 3.0], weak: [10, 1.5]}") in told["full"]


def test_different_names_are_different_files() -> None:
    assert file_name("digits-net") == "digits-net"
    names = ["a/b", "a\\b", "a b", "../a", "a?b", "<a>", ""]
    assert len({file_name(name) for name in names}) == len(names)
    assert all("/" not in file_name(name) and not file_name(name).startswith(".") for name in names)


# --- mistakes ---------------------------------------------------------------------------------------------------------

LINE = BODY_LINE + 2
MISTAKES = {
    "a figure that does not exist": (
        '{% call figure("wieghts", title="T") %}{% endcall %}',
        "there is no figure 'wieghts'; did you mean 'weights'",
    ),
    "a figure unlike any": (
        '{% call figure("zzz", title="T") %}{% endcall %}',
        "there is no figure 'zzz'; there is 'chain', 'linear-layer', 'published', 'weights'",
    ),
    "a figure of two networks": (
        '{% call figure("chain", title="T") %}{% endcall %}',
        "figure 'chain' was made for digits-net, iris-net: say which with network=…",
    ),
    "a figure of another network": (
        '{% call figure("weights", network="iris-net", title="T") %}{% endcall %}',
        "figure 'weights' was not made for network 'iris-net'; did you mean 'digits-net'",
    ),
    "a figure without a title": (
        '{% call figure("weights") %}{% endcall %}',
        "figure 'weights' needs title=…, a few words that state what it shows",
    ),
    "a figure placed twice": (
        FIGURE.strip() + FIGURE.strip(),
        "figure 'weights' of 'digits-net' is on this page already",
    ),
    "a reference to a figure that is not placed": (
        '{{ ref("weights") }}',
        "ref('weights') names a figure that is not on this page; there is none",
    ),
    "an exhibit that does not exist": (
        '{{ fact("layr.neurons") }}',
        "there is no exhibit 'layr'; did you mean 'layer'",
    ),
    "a fact that does not exist": (
        '{{ fact("published.gpt3_synapsis") }}',
        "exhibit 'published' has no fact 'gpt3_synapsis'; did you mean 'gpt3_synapses'",
    ),
    "a fact of two networks": (
        '{{ fact("layer.neurons") }}',
        "exhibit 'layer' was made for digits-net, iris-net: say which with network=…",
    ),
    "a fact of an article that was not made": (
        '{{ fact("layer.neurons", article="atlas") }}',
        "there is no exhibit 'layer'; nothing was made for this page yet: `neuron-series build` makes it",
    ),
    "a number without digits": (
        '{{ fact("layer.share", network="digits-net") }}',
        "fact 'layer.share' is 0.1234: say how many digits, such as format='.3f'",
    ),
    "a work that does not exist": (
        '{{ cite("geva2012") }}',
        "there is no reference 'geva2012'; did you mean 'geva2021'",
    ),
    "no work at all": ("{{ cite() }}", "cite() needs the key of a work in references.toml"),
    "a word that does not exist": ("{{ fct(1) }}", "'fct' is undefined; did you mean 'fact'"),
    "a wrong argument": ('{{ fact("layer.neurons", net="a") }}', "got an unexpected keyword argument 'net'"),
    "a call that is not closed": ("{{ fact( }}", "unexpected '}'"),
    "TeX that cannot be set": (r"\(\frac{1}\)", r"the formula '\\frac{1}' is not TeX that can be set: "),
    "TeX in a title": (
        '{% call figure("weights", title="A \\\\(\\\\nosuch\\\\)") %}{% endcall %}',
        r"the formula '\\nosuch' is not TeX that can be set",
    ),
}  # fmt: skip


@pytest.mark.parametrize("body, said", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_page_and_line_and_what_exists(write: Write, tiny: Paths, body: str, said: str) -> None:
    if "TeX" in said and not mathematics.engine().startswith("katex"):
        pytest.skip("latex2mathml takes any TeX")
    told = refused(write, f"One line.\n\n{body}\n\nAnother.\n")
    assert told.startswith(f"articles/neuron.md, line {LINE}: ") and said in told, told
    assert told.count("\n") == 0 and told.endswith(".")
    assert not tiny.docs.exists(), "something was written"


def test_a_reference_to_one_of_two_figures_is_refused(write: Write) -> None:
    told = refused(
        write,
        '{% call figure("chain", network="digits-net", title="One") %}{% endcall %}\n\n'
        '{% call figure("chain", network="iris-net", title="Other") %}{% endcall %}\n\n{{ ref("chain") }}\n',
    )
    assert told.startswith(
        f"articles/neuron.md, line {BODY_LINE + 4}: ref('chain') could be the figure of digits-net, iris-net"
    )


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("---\ntitle: [\n---\n", "articles/neuron.md, line 3: the front matter is not YAML"),
        ("---\njust words\n---\n", "line 2: the front matter must be `name: value` lines, got str."),
        (HEAD.replace("2026-11-20", "soon"), "line 1: the front matter needs 'date' (date), got 'soon'."),
        (HEAD.replace("title: Neuron\n", ""), "line 1: the front matter needs 'title' (str), got None."),
        (HEAD.replace("[A. Author, B. Author]", "A. Author"), "needs 'authors' (list), got 'A. Author'."),
    ],
)  # fmt: skip
def test_bad_front_matter_is_told(write: Write, head: str, said: str) -> None:
    assert said in refused(write, "Text.\n", head=head)


def test_two_articles_of_one_number_are_refused(write: Write) -> None:
    write("Text.")
    told = refused(write, "Text.", name="articles/second.md")
    assert told == "articles/second.md, line 1: series 1 is articles/neuron.md already."


def test_a_page_that_is_not_text_is_refused(write: Write, tiny: Paths) -> None:
    write("Text.")
    (tiny.site_src / "articles/neuron.md").write_bytes(b"caf\xe9")
    with pytest.raises(UsageError, match=r"articles/neuron\.md: the page is not UTF-8 text \(byte 3\)"):
        pages.render({}, tiny)


def test_cite_as_is_for_articles(write: Write) -> None:
    told = refused(write, "{{ cite_as() }}", head="", name="index.md")
    assert told == "index.md, line 1: cite_as() is for an article: the front matter has no 'series'."


def test_a_picture_that_does_not_exist_is_told(write: Write) -> None:
    write("Text.", head=HEAD.replace("---\n", "---\npicture: wights\n", 1))
    told = refused(write, "\n{{ series() }}", head="", name="index.md")
    assert "the picture of articles/neuron.md: there is no figure 'wights'; did you mean 'weights'" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a\n", "references.toml is not TOML: "),
        ("a = 1\n", "'a' must be a table with authors, title and year, got 1"),
        ('[a]\ntitle = "T"\n', "reference 'a' has no authors and no year"),
        (f"{WORK}yaer = 2\n", "reference 'a' has an unknown entry 'yaer'; did you mean 'year'"),
        ('[a]\nauthors = "A"\ntitle = "T"\nyear = 1\n', "the authors of 'a' must be a list of names, got 'A'"),
        (f'{WORK}url = "javascript:x"\n', "the url of 'a' must begin with https://"),
    ],
)  # fmt: skip
def test_bad_references_are_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "references.toml").write_text(text)
    with pytest.raises(UsageError) as error:
        references.load(tmp_path / "references.toml")
    assert said in str(error.value)


# --- networks ---------------------------------------------------------------------------------------------------------


def networks_of(made: Mapping) -> set[str]:
    return {each.network for each in made.values()} - {"reference"}


def test_every_network_has_a_report_and_the_index_leads_there(write: Write, tiny: Paths, made: Mapping) -> None:
    page = write("{{ networks() }}", head="", name="networks/index.md")
    leads = re.findall(r"^### \[.*\]\((.*)\)$", page, re.MULTILINE)
    there = {path.relative_to(tiny.docs).as_posix() for path in (tiny.docs / "networks").glob("*.md")}
    assert {f"../{name}" for name in there - {"networks/index.md"}} == set(map(str, leads))
    assert len(leads) == len(networks_of(made)) == 3
    assert page.index("## Image classifiers") < page.index("[digits-net]") < page.index("## Other networks")
    assert "2,730 parameters" in page and "98.6&#37; right &#40;10.1&#37; by chance&#41;" in page
    assert "A small convolutional network that reads one handwritten digit" in page, "its card was not read"
    brief = write("{{ networks(brief=true) }}", head="", name="index.md")
    assert re.findall(r"nf-strip-name\" markdown=\"1\">\[.*?\]\((.*?)\)", brief) == [lead[3:] for lead in leads]


def test_a_report_shows_everything_that_was_made_and_where_it_is_explained(write: Write, tiny: Paths) -> None:
    write('{% call figure("weights", title="Bars") %}{% endcall %}\n')
    page = unescape((tiny.docs / "networks/digits-net.md").read_text("utf-8"))
    assert "<h1>digits-net</h1>" in page and "A small convolutional network" in page
    assert "digits-net is an image classifier that reads grey pictures of 8 × 8 pixels, with 2,730 parameters." in page
    assert "It is right about 98.6% of what it has never seen" in page and "would be right about 10.1%." in page
    assert [f'id="fig-{name}"' in page for name in ("weights", "linear-layer", "chain")] == [True] * 3
    assert '<span class="nf-number">Figure 3.</span> Chain' in page
    assert (
        "The three weights of each of two neurons, as bars. [Neuron explains it](../articles/neuron.md#fig-weights)"
        in page
    )
    assert "[Neuron explains it](../articles/neuron.md)" in page, "an article need not show every figure itself"
    assert "unwritten" not in page and "Later" not in page, "of an article that is not there nothing is shown"
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    assert (
        told["Accuracy"] == "98.6%"
        and told["Steps"] == "690"
        and told["Examples"] == "1,442 to learn from, 355 to be tested on"
    )
    assert told["Quality"] == "accuracy 98.6%, chance 10.1%, train accuracy 100%"


def test_a_network_that_could_not_be_measured_has_a_page_all_the_same(write: Write, tiny: Paths) -> None:
    write("Text.")
    page = (tiny.docs / "networks/iris-net.md").read_text("utf-8")
    assert "<h1>iris-net</h1>" in page and "iris-net is a network&#46;" in page and 'id="fig-chain"' in page


def test_a_report_that_somebody_wrote_is_left_alone(write: Write, tiny: Paths, made: Mapping) -> None:
    assert write("By hand.", head="", name="networks/digits-net.md") == "By hand."
    assert pages.render(made, tiny).n_pages == len(networks_of(made))


def test_a_network_called_index_leaves_the_index_its_page(tiny: Paths, made: Mapping) -> None:
    one = replace(made["neuron", "iris-net", "layer"], network="index")
    pages.render({("neuron", "index", "layer"): one}, tiny)
    (page,) = (tiny.docs / "networks").glob("*.md")
    assert page.stem.startswith("-index-") or page.stem.startswith("index-"), page


def test_a_figure_has_its_own_title_or_its_name_in_words_and_neither_is_a_formula(tiny: Paths, made: Mapping) -> None:
    one = made["neuron", "iris-net", "layer"]
    titled = replace(one.figures[0], name="titled-chain", title=r"A \\(\nosuch\) <b>title</b>")
    untitled = replace(one.figures[0], name="a-chain-of-neurons")
    (tiny.site_src / "articles").mkdir(parents=True, exist_ok=True)
    (tiny.site_src / "articles/neuron.md").write_text(HEAD + "Text.")
    pages.render({("neuron", "iris-net", "layer"): replace(one, figures=(titled, untitled))}, tiny)
    page = (tiny.docs / "networks/iris-net.md").read_text("utf-8")
    assert r"A \\(\nosuch\) <b>title</b>" in unescape(page) and "<b>" not in page
    assert "</span> A chain of neurons" in page


def test_an_exhibit_without_a_figure_shows_its_facts(tiny: Paths, made: Mapping) -> None:
    one = replace(
        made["neuron", "digits-net", "layer"], figures=(), facts={"n_rows": 1234, "text": HOSTILE[0], "long": "a\nb"}
    )
    (tiny.site_src / "articles").mkdir(parents=True, exist_ok=True)
    (tiny.site_src / "articles/neuron.md").write_text(HEAD + "Text.")
    pages.render({("neuron", "digits-net", "layer"): one}, tiny)
    page = (tiny.docs / "networks/digits-net.md").read_text("utf-8")
    told = {name: unescape(value) for name, value in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", unescape(page))}
    assert told["n rows"] == "1,234" and told["text"] == HOSTILE[0] and "long" not in told


def test_figures_of_one_name_from_two_articles_have_two_addresses(tiny: Paths, made: Mapping) -> None:
    for series, name in enumerate(("neuron", "second"), 1):
        (tiny.site_src / "articles").mkdir(parents=True, exist_ok=True)
        (tiny.site_src / f"articles/{name}.md").write_text(HEAD.replace("series: 1", f"series: {series}") + "Text.")
    one = made["neuron", "iris-net", "layer"]
    pages.render({(a, "iris-net", "layer"): replace(one, article=a) for a in ("neuron", "second")}, tiny)
    page = (tiny.docs / "networks/iris-net.md").read_text("utf-8")
    assert re.findall(r'<figure class="nf-figure" id="([^"]+)"', page) == ["fig-chain", "fig-chain-iris-net"]


def test_a_sample_keeps_its_lines_and_spaces_and_is_text() -> None:
    text = "def f(x):\n    return  x\n" + HOSTILE[0] + "\n" + HOSTILE[1]
    safe = verbatim(text)
    assert unescape(str(safe)) == text and "\n" not in safe and "  " not in safe
    assert not set(str(safe)) & set("<>\"'*_[](){}`")


@pytest.mark.parametrize(
    ("share", "said"), [(0.98591, "98.6%"), (0.99963, "99.96%"), (1.0, "100%"), (0, "0%"), (0.1014, "10.1%")]
)
def test_a_share_has_as_many_digits_as_say_something(share: float, said: str) -> None:
    assert reports.percent(share) == said


def test_what_a_card_says_of_attacks_and_apostrophes() -> None:
    attacks = [{"radius": 0.75, "steps": 10, "pictures": 270, "accuracy": 0.9629}]
    assert str(reports._attacked(attacks)).startswith("right about 96.3% within 0.75 (")
    assert reports._attacked(None) is None and reports._attacked([]) is None
    assert reports.curled("the network's 'own' layers") == "the network’s 'own' layers"


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_every_picture_is_a_window_on_the_one_sheet_and_a_small_one_stands_for_all(write: Write, tiny: Paths) -> None:
    index = write("{{ networks() }}", head="", name="networks/index.md")
    (page,) = [path for path in (tiny.docs / "networks").glob("*.md") if "fig-examples" in path.read_text("utf-8")]
    text = page.read_text("utf-8")
    assert text.count('<span class="nf-window">') == 12 and text.count("nf-marked") == 2
    (sheet,) = set(re.findall(r"!\[\]\((\S*examples\.webp)\)", text))
    assert sheet.startswith("../assets/figures/report/") and (tiny.docs / sheet.removeprefix("../")).is_file()
    assert f"✗ {HOSTILE[4]}" in unescape(text) and f"<dt>{HOSTILE[0]}</dt>" in unescape(text)
    assert '<th scope="col">' in text and '<table class="nf-sheet"' in text
    (small,) = (tiny.docs / "assets/networks").glob("*both.webp")
    assert small.name in index
    with Image.open(small) as image:
        assert image.width > 4 * 8 and image.getpixel((5, 5))[:3] == (0, 0, 0)


def test_the_pictures_of_a_thumbnail_come_from_every_row() -> None:
    assert spread([[1, 2, 3], [4], [5, 6]], 4) == [1, 4, 5, 2]
    assert spread([[row] for row in range(100)], 5) == [0, 20, 40, 60, 80]
    assert spread([[1], [2]], 9) == [1, 2]


def test_a_gallery_that_has_pictures_stands_for_a_network(tmp_path: Path) -> None:
    def small(start: int):
        drawing = gallery(rooms=[room(0), *[empty()] * 5], start=start)
        kept = {name: tmp_path / f"{start}-{name}" for name in files(drawing)}
        for name, data in files(drawing).items():
            kept[name].write_bytes(data)
        drawn = Drawn("sets", kind(drawing), "Pictures.", None, kept, *size(drawing))
        return drawing, choose([Made("second", "net", "sets", {}, (drawn,), RECORD)], tmp_path)

    drawing, chosen = small(0)
    assert chosen is not None
    (path,) = chosen.images.values()
    with Image.open(path) as image:
        seen = image.convert("RGB").getpixel((2, 2))
    first = int(drawing.rooms[0].views[0][0].pictures[0])
    assert seen == tuple(drawing.rooms[0].pictures[first, 0, 0])
    assert small(1)[1] is None, "where nothing hangs at the start there is nothing to show"


def test_the_parts_of_a_diagram_lie_beside_its_data(write: Write, tiny: Paths) -> None:
    page = write('{% call figure("chain", network="iris-net", title="A chain") %}{% endcall %}\n')
    (data,) = set(re.findall(r"\[JSON\]\((\S*/chain\.json)\)", page))
    address = (tiny.docs / "articles" / data).resolve()
    labels = [json.loads(address.with_suffix(f".{name}.part.json").read_text("utf-8")) for name in ("one", "two")]
    assert labels == [{"label": HOSTILE[0]}, {"label": HOSTILE[1]}]
    assert "part.json" not in page


# --- a mosaic ---------------------------------------------------------------------------------------------------------


def test_a_mosaic_brings_stills_key_and_numbers_and_lays_out_what_its_script_fetches(write: Write, tiny: Paths) -> None:
    write("")
    (page,) = [path for path in (tiny.docs / "networks").glob("*.md") if "fig-regions" in path.read_text("utf-8")]
    text = page.read_text("utf-8")
    figure = text[text.index('id="fig-regions"') :]
    assert 'data-kind="mosaic"' in text and figure.index("nf-mosaic") < figure.index("</figure>")
    for scheme in ("light", "dark"):
        assert re.search(rf"!\[A square cut.*\]\(\S+/regions\.{scheme}\.webp#only-{scheme}\)", figure)
    (data,) = set(re.findall(r"\[JSON\]\((\S*/regions\.json)\)", figure))
    beside = (tiny.docs / data.removeprefix("../")).parent
    assert sorted(path.name for path in beside.glob("regions.*.bin")) == [
        f"regions.{what}-{state}.bin" for what in ("cells", "codes") for state in (0, 1)
    ]
    assert '<span style="left:50.0%">0.0</span>' in figure and '<span style="top:0.0%">1.0</span>' in figure
    shown = unescape(figure)
    assert (
        f"↑ {HOSTILE[4]}" in shown
        and f"{HOSTILE[3]} →" in shown
        and f"data-search-exclude>{HOSTILE[4]}</span>" in shown
    )
    assert f"<li>{HOSTILE[0]}<span" in shown and f"</span>{HOSTILE[3]}</li>" in shown
    assert figure.count('class="nf-swatch" style="background:color-mix(in srgb, var(--nf-1)') == 3
    assert re.search(r"nf-note-cells nf-resting\S*>\d+ regions", figure)


# --- data is text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*HOSTILE, "\ue000m0\ue001", "a\n\n# b", "x\x00y", "~~a~~ [^1] ![a](b)"])
def test_an_escaped_value_has_no_character_left_that_means_anything(text: str) -> None:
    safe = escape(text)
    assert not set(str(safe)) & set("<>\"'*_[](){}`|\\$~^!\n\ue000\ue001\x00")
    plain = "".join(character for character in text if character not in "\x00\ue000\ue001")
    assert unescape(str(safe)) == " ".join(plain.split())
    assert escape(safe) == safe


# --- mathematics ------------------------------------------------------------------------------------------------------

needs_node = pytest.mark.skipif(not mathematics.engine().startswith("katex"), reason="needs Node.js and KaTeX")


@pytest.fixture
def node_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Put a Node.js that counts its calls before the real one."""
    folder, log = tmp_path / "bin", tmp_path / "calls"
    folder.mkdir()
    log.touch()
    (folder / "node").write_text(f'#!/bin/sh\necho called >> "{log}"\nexec "{shutil.which("node")}" "$@"\n')
    (folder / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return lambda: log.read_text().count("called")


@needs_node
@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for Node.js")
def test_all_new_formulas_start_one_node_and_known_ones_none(write: Write, node_calls: Callable[[], int]) -> None:
    first = write("\\(a\\) and \\[b = \\textcolor{red}{c}\\]")
    assert node_calls() == 1
    assert write("\\(a\\) and \\[b = \\textcolor{red}{c}\\]") == first and node_calls() == 1
    write("\\(a\\), \\(d\\) and \\(e\\)")
    assert node_calls() == 2
    assert '<span class="katex">' in first and '<var class="nf-math nf-display"' in first
    assert "color:var(--nf-positive)" in first


def test_without_node_formulas_are_mathml(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    mathematics.engine.cache_clear()
    try:
        page = write("So \\(a_1 < b\\) and\n\n\\[c = \\frac{1}{2}\\]\n")
        assert mathematics.engine() == "latex2mathml"
        assert page.count("<math") == 2 and "katex" not in page and "<mfrac>" in page
        told = refused(write, "\\(\\frac{1}{2\\)")
        assert told.startswith(f"articles/neuron.md, line {BODY_LINE}: the formula") and "braces" in told
    finally:
        monkeypatch.undo()
        mathematics.engine.cache_clear()


def test_without_node_the_articles_own_rows_stay_rows() -> None:
    for article in (REPOSITORY.site_src / "articles").glob("*.md"):
        for tex in re.findall(r"\\\[(.*?)\\\]", article.read_text("utf-8"), re.DOTALL):
            html = mathematics._with_latex2mathml({"": mathematics.Formula(tex, True, article.name)})[""]
            said = re.sub(r"<[^>]+>", "", html)
            assert html.count("<mtr") == (1 + tex.count("\\\\") if "\\begin" in tex else 0)
            assert "&#x26;" not in said and "&amp;" not in said and "em]" not in said


def test_what_another_engine_set_is_set_anew(tmp_path: Path) -> None:
    kept = tmp_path / "mathematics.json"
    kept.write_text(json.dumps({"engine": "katex 0.0.1", "html": {"inline x": "OLD"}}))
    assert "OLD" not in mathematics.typeset([mathematics.Formula("x", False, "here")], kept)["inline x"]
    kept.write_text("{")
    assert "nf-math" in mathematics.typeset([mathematics.Formula("x", False, "here")], kept)["inline x"]


def test_a_letter_that_every_computer_has_needs_no_font(write: Write) -> None:
    page = write(r"\(W \in \mathbb{R}^n\)")
    assert "mathbb" not in page and "ℝ" in page


# --- drawings ---------------------------------------------------------------------------------------------------------


def drawn(path: str) -> list[tuple[float, float]]:
    """Follow a path of M, L and l to the corners it turns at."""
    places: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MLl])([-\d. ]*)", path):
        values = [float(number) for number in numbers.split()]
        for x, y in zip(values[::2], values[1::2], strict=True):
            at = places[-1] if command == "l" else (0.0, 0.0)
            places.append((round(at[0] + x, 6), round(at[1] + y, 6)))
    return [
        place
        for index, place in enumerate(places)
        if not (0 < index < len(places) - 1 and places[index - 1][1] == place[1] == places[index + 1][1])
    ]


@given(
    st.lists(st.tuples(st.decimals(-999, 999, places=1), st.sampled_from(["0", "0.5", "-12.5", "7"])), min_size=5)
)  # fmt: skip
def test_a_shortened_curve_is_the_same_curve(points: list[tuple[object, str]]) -> None:
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    short = shorten(f'<path d="{path}"/>')
    assert drawn(short) == drawn(f'<path d="{path}"/>')


@pytest.mark.parametrize("path", ["M1 2L3 4", "M1 2H3", "M1 2L3 4L5 6L7 8L9 1Z", "M1 2L3 4L5 6L7 8L9 1L2 3v4", ""])
def test_any_other_path_is_left_alone(path: str) -> None:
    assert shorten(f'<path d="{path}" stroke-width="1"/>') == f'<path d="{path}" stroke-width="1"/>'


def test_a_curve_becomes_steps() -> None:
    path = "M10.0 5.0L11.5 5.0L12.0 5.0L12.5 4.0L13.0 3.5L14.0 3.5L13.0 3.5"
    assert shorten(f'<path d="{path}"/>') == '<path d="M10 5l2 0 0.5 -1 0.5 -0.5 1 0 -1 0"/>'


# --- files ------------------------------------------------------------------------------------------------------------


def test_only_what_changed_is_written(write: Write, tiny: Paths, made: Mapping) -> None:
    write(FIGURE + "\\(x\\)")
    again = pages.render(made, tiny)
    assert again.written == () and again.removed == () and again.n_pages == 1 + len(networks_of(made))
    page = tiny.site_src / "articles/neuron.md"
    page.write_text(page.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert pages.render(made, tiny).written == ("articles/neuron.md",)


def test_a_figure_that_left_takes_its_files_along(write: Write, tiny: Paths, made: Mapping) -> None:
    write(FIGURE)
    (tiny.docs / "stray/empty").mkdir(parents=True)
    (tiny.site_src / "articles/neuron.md").write_text(HEAD + "Nothing to see.\n")
    removed = pages.render({}, tiny).removed
    assert "assets/figures/neuron/digits-net/weights.light.webp" in removed
    assert not (tiny.docs / "assets/figures").exists() and not (tiny.docs / "stray").exists()


def test_the_feed_names_every_article_by_its_whole_address(write: Write, tiny: Paths) -> None:
    hostile = HEAD.replace("series: 1", "series: 2").replace("title: Neuron", f"title: '{HOSTILE[0]} & more'")
    write("Text.")
    write("Text.", head=hostile.replace("2026-11-20", "2026-11-21"), name="articles/second.md")
    pages.render({}, tiny, "https://example.org/series")
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(tiny.docs / "feed.xml").getroot()
    assert feed.tag == f"{atom}feed"
    for each in [feed, *feed.findall(f"{atom}entry")]:
        assert all(each.find(f"{atom}{name}") is not None for name in ("id", "title", "updated")), each
    assert feed.findtext(f"{atom}updated") == "2026-11-21T00:00:00Z"
    links = [link.get("href") for link in feed.iter(f"{atom}link")]
    assert links[2:] == [f"https://example.org/series/articles/{name}/" for name in ("second", "neuron")]
    assert links[:2] == ["https://example.org/series/", "https://example.org/series/feed.xml"]
    assert feed.findtext(f"{atom}entry/{atom}title") == f"{HOSTILE[0]} & more"
    assert [name.text for name in feed.findall(f"{atom}entry[1]/{atom}author/{atom}name")] == ["A. Author", "B. Author"]
    robots = (tiny.docs / "robots.txt").read_text()
    assert "Sitemap: https://example.org/series/sitemap.xml\n" in robots


def test_a_card_is_made_of_words_and_a_still_with_no_font_fetched(
    write: Write, tiny: Paths, made: Mapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object) -> None:
        raise AssertionError("something was asked for over the network")

    monkeypatch.setattr(socket.socket, "connect", offline)
    write(FIGURE, head=HEAD.replace("---\n", "---\npicture: weights\n", 1))
    for name in ("neuron", "series"):
        with Image.open(tiny.docs / f"assets/cards/{name}.png") as card:
            assert (card.format, card.size) == ("PNG", (1200, 630))
    with Image.open(tiny.docs / "assets/cards/neuron.png") as card:
        right = card.convert("RGB").crop((600, 0, 1200, 630)).getcolors(1 << 20)
    assert right is not None and max(right)[1] != min(right)[1] and len(right) > 1, "the still is not on the card"
    kept = {path: path.stat().st_mtime_ns for path in (tiny.cache / "pages").glob("card-*.png")}
    (tiny.docs / "assets/cards/neuron.png").unlink()
    pages.render(made, tiny)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
