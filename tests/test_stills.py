"""Stills by a real Chrome, and what happens without one, or with one that hangs."""

import io
import os
import signal
import time
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from generators import drawing, stills, style

needs_chrome = pytest.mark.skipif(stills.chrome() is None, reason="needs Chrome")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="a shell script plays Chrome")
HOSTILE = "<img src=x onerror=alert(1)></text><script>while(1);</script>%{x}"


def plot(**layout) -> bytes:
    made = go.Figure(go.Bar(x=["a", "b"], y=[1, 2], marker={"color": "var(--nf-positive)"}), layout=layout)
    return drawing.files(made)["figure.json"]


def pretend(path: Path, *lines: str) -> str:
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o755)
    return str(path)


def refuse(sentence: str) -> None:
    raise AssertionError(sentence)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[dict, int]:
    """Three stills in both themes, and how often Chrome was started for them."""
    folder = tmp_path_factory.mktemp("chrome")
    starts = folder / "starts"
    browser = pretend(folder / "chrome.sh", f"echo started >> {starts}", f'exec "{stills.chrome()}" "$@"')
    figures = {"plain": plot(), "sized": plot(width=300, height=210), "hostile": plot(title=HOSTILE)}
    return dict(stills.export(figures, refuse, browser=browser)), len(starts.read_text().splitlines())


@needs_chrome
@needs_posix
def test_one_browser_draws_them_all(made):
    pictures, starts = made
    assert starts == 1
    assert {name: sorted(pair) for name, pair in pictures.items()} == {
        name: ["dark.webp", "light.webp"] for name in ("plain", "sized", "hostile")
    }


@needs_chrome
@needs_posix
@pytest.mark.parametrize(("name", "size"), [("plain", (drawing.WIDTH, drawing.HEIGHT)), ("sized", (300, 210))])
def test_a_still_has_two_pixels_for_one_of_css(made, name, size):
    for picture in made[0][name].values():
        assert Image.open(io.BytesIO(picture)).size == tuple(2 * side for side in size)


@needs_chrome
@needs_posix
@pytest.mark.parametrize("theme", style.THEMES)
def test_a_still_has_the_colours_of_its_theme(made, theme):
    picture = np.asarray(Image.open(io.BytesIO(made[0]["sized"][f"{theme}.webp"])).convert("RGB"), int)
    expected = [int(style.PALETTE[theme]["positive"][index : index + 2], 16) for index in (1, 3, 5)]
    assert (abs(picture - expected).max(axis=-1) <= 6).mean() > 0.1


@needs_posix
def test_a_chrome_that_hangs_costs_a_time_limit_and_a_sentence(tmp_path):
    browser = pretend(
        tmp_path / "chrome", f"echo $$ >> {tmp_path}/pids", f"sleep 600 & echo $! >> {tmp_path}/pids", "wait"
    )
    warnings: list[str] = []
    began = time.monotonic()
    assert dict(stills.export({"bars": plot()}, warnings.append, seconds=4, browser=browser)) == {}
    assert time.monotonic() - began < 15
    assert warnings == [f"1 of 1 figures have no stills: {browser} did not finish within 4 seconds."]
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 5
    while any(map(_lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = list(filter(_lives, pids))
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@needs_posix
def test_a_chrome_that_fails_costs_a_sentence(tmp_path):
    warnings: list[str] = []
    browser = pretend(tmp_path / "chrome", "exit 3")
    assert dict(stills.export({"bars": plot()}, warnings.append, seconds=30, browser=browser)) == {}
    assert len(warnings) == 1 and warnings[0].startswith("1 of 1 figures have no stills: ")
    assert "\n" not in warnings[0] and warnings[0].endswith(".") and not warnings[0].endswith("..")


def test_without_chrome_there_are_no_stills_but_a_sentence(monkeypatch):
    monkeypatch.setattr(stills, "chrome", lambda: None)
    warnings: list[str] = []
    assert dict(stills.export({"bars": plot()}, warnings.append)) == {}
    assert len(warnings) == 1 and warnings[0].startswith("No Chrome was found") and "BROWSER_PATH" in warnings[0]


def test_nothing_to_draw_needs_no_chrome(monkeypatch):
    monkeypatch.setattr(stills, "chrome", lambda: None)
    assert dict(stills.export({}, refuse)) == {}


def test_browser_path_names_the_browser(monkeypatch, tmp_path):
    browser = pretend(tmp_path / "mine", "exit 0")
    for named, found in ((browser, browser), (str(tmp_path / "gone"), None)):
        monkeypatch.setenv("BROWSER_PATH", named)
        stills.chrome.cache_clear()
        assert stills.chrome() == found
    stills.chrome.cache_clear()


def test_a_recipe_changes_with_the_figure_and_the_palette(monkeypatch):
    before = stills.recipe(plot())
    assert before == stills.recipe(plot()) != stills.recipe(plot(title="other"))
    monkeypatch.setitem(style.PALETTE["dark"], "ink", "#ffffff")
    assert stills.recipe(plot()) != before
