"""The link check finds each kind of mistake, and finds none in a good site."""

from pathlib import Path

import pytest

from scripts.check_links import check, main

BASE = "https://example.org/series/"
GOOD = f"""<!doctype html>
<link rel="canonical" href="{BASE}"><link rel="stylesheet" href="assets/a.css"><link rel="icon" href="assets/a.webp">
<meta property="og:image" content="{BASE}assets/a.webp">
<h1 id="top-of-it">A</h1>
<a href="neuron/">N</a> <a href="neuron/#fig-a">F</a> <a href="neuron/#fig-a?s=x%3D1">S</a> <a href="#top-of-it">up</a>
<a href="https://elsewhere.example/">else</a> <a href="mailto:a@example.org">mail</a> <a href="/series/neuron/">root</a>
<img src="assets/a.webp#only-light" srcset="assets/a.webp 1x, assets/a.webp 2x" style="background: url(assets/a.webp)">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "neuron").mkdir()
    (tmp_path / "index.html").write_text(GOOD)
    (tmp_path / "assets/a.css").write_text("/* url(https://gone.example/x) */ body { background: url('a.webp') }")
    (tmp_path / "assets/a.webp").write_bytes(b"")
    (tmp_path / "neuron/index.html").write_text('<figure id="fig-a"></figure><a href="../">home</a>')
    (tmp_path / "sitemap.xml").write_text(f"<loc>{BASE}</loc><loc>{BASE}neuron/</loc>")
    return tmp_path


def test_a_good_site_is_good(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(site)]) == 0
    assert capsys.readouterr().out == "20 links: every one is good\n"


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ('<a href="nerve/">', "index.html:1: nerve/ is not there"),
        ('\n<a href="neuron/#fig-b">', "index.html:2: neuron/#fig-b: neuron/index.html has no #fig-b"),
        ('<a href="#below">', "index.html:1: #below: index.html has no #below"),
        ('<img src="assets/A.webp">', "index.html:1: assets/A.webp is not there"),
        ('<img srcset="assets/a.webp 1x, assets/b.webp 2x">', "index.html:1: assets/b.webp is not there"),
        ('<style>p { background: url("no.webp") }</style>', "index.html:1: no.webp is not there"),
        ('<p style="background: url(no.webp)">', "index.html:1: no.webp is not there"),
        ('<meta property="og:image" content="no.png">', "index.html:1: no.png is not there"),
        (
            '<script src="https://cdn.example/x.js"></script>',
            "index.html:1: https://cdn.example/x.js is loaded from another host",
        ),
        ('<link rel="preconnect" href="//fonts.example">', "index.html:1: //fonts.example is loaded from another host"),
        (
            "<style>@import 'https://fonts.example/css';</style>",
            "index.html:1: https://fonts.example/css is loaded from another host",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(site: Path, markup: str, said: str) -> None:
    (site / "index.html").write_text(markup + GOOD)
    assert check(site)[0] == [said]


def test_styles_and_sitemap_are_read_too(site: Path) -> None:
    (site / "assets/a.css").write_text("@font-face { src: url(../fonts/gone.woff2) }")
    (site / "sitemap.xml").write_text(f"<loc>{BASE}gone/</loc>")
    assert check(site)[0] == [
        "assets/a.css:1: ../fonts/gone.woff2 is not there",
        f"sitemap.xml:1: {BASE}gone/ is not there",
    ]


def test_no_site_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "make the site first" in capsys.readouterr().err
