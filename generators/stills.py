"""Stills: every plot as a light and a dark picture, made by kaleido in one browser for all of them.

The browser runs in a process of its own, so that one that hangs costs a time limit and a warning, not the build;
without Chrome, or when it fails, there are no stills, and the page shows each figure's ``alt`` in their place.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generators import style
from generators.drawing import HEIGHT, WIDTH
from generators.paths import REPOSITORY

SCALE = 2
"""Pixels of a still per CSS pixel, for sharp screens."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "brave-browser")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)

Warn = Callable[[str], None]


def export(
    figures: Mapping[str, bytes], warn: Warn, seconds: float | None = None, browser: str | None = None
) -> dict[str, dict[str, bytes]]:
    """Draw each ``figure.json`` in both themes: name -> ``light.webp`` and ``dark.webp``, or nothing after a warning.

    ``seconds`` limits the whole batch (default: 60, and 15 more a figure).
    """
    if not figures:
        return {}
    browser = browser or chrome()
    if browser is None:
        warn(
            "No Chrome was found, so figures have no stills: print, feeds and readers without JavaScript see their "
            "descriptions; get it with `apt-get install chromium` or `plotly_get_chrome`, or name it in BROWSER_PATH."
        )
        return {}
    with tempfile.TemporaryDirectory(prefix="stills-", ignore_cleanup_errors=True) as folder:
        jobs = [
            _job(position, figure, theme) for position, figure in enumerate(figures.values()) for theme in style.THEMES
        ]
        Path(folder, "jobs.json").write_text(json.dumps(jobs))
        complaint = _run(Path(folder), browser, 60 + 15 * len(figures) if seconds is None else seconds)
        made = {
            name: {
                f"{theme}.webp": path.read_bytes()
                for theme in style.THEMES
                if (path := _path(folder, position, theme)).is_file()
            }
            for position, name in enumerate(figures)
        }
    whole = {name: pair for name, pair in made.items() if len(pair) == len(style.THEMES)}
    if len(whole) < len(figures):
        missing = ", ".join(name for name in figures if name not in whole)
        warn(f"{len(figures) - len(whole)} of {len(figures)} figures have no stills ({missing}): {complaint}.")
    return whole


@cache
def chrome() -> str | None:
    """Find a browser of the Chrome family: ``BROWSER_PATH``, plotly_get_chrome's, on the path, or its usual place."""
    if named := os.environ.get("BROWSER_PATH"):
        return shutil.which(named)
    return _downloaded() or next(filter(None, map(shutil.which, (*_NAMES, *_PLACES))), None)


def recipe(figure: bytes) -> str:
    """Hash everything that a still depends on; equal recipes give equal stills."""
    versions = " ".join(version(package) for package in ("plotly", "kaleido"))
    parts = (figure, *style.templates().values(), style.css().encode(), versions.encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _downloaded() -> str | None:
    from choreographer.cli.defaults import default_download_path

    names = {"chrome", "chrome.exe", "Google Chrome for Testing"}
    found = sorted(path for path in Path(default_download_path).rglob("*") if path.name in names and path.is_file())
    return str(found[0]) if found else None


def _job(position: int, figure: bytes, theme: style.Theme) -> dict[str, Any]:
    spec = style.resolve(json.loads(figure), theme)
    layout = spec["layout"]
    layout["template"] = style.resolve(style.template(), theme)
    for on_the_page in ("sliders", "updatemenus"):  # native controls stand below the figure
        layout.pop(on_the_page, None)
    spec.pop("frames", None)
    return {
        "fig": spec,
        "path": _path(".", position, theme).name,
        # kaleido draws 700 by 500 unless told, whatever the layout says
        "opts": {
            "format": "webp",
            "width": layout.get("width", WIDTH),
            "height": layout.get("height", HEIGHT),
            "scale": SCALE,
        },
    }


def _path(folder: str, position: int, theme: style.Theme) -> Path:
    return Path(folder) / f"{position}-{theme}.webp"


def _run(folder: Path, browser: str, seconds: float) -> str:
    """Draw the folder's jobs in another process; say in a phrase what went wrong, if anything did."""
    temporary = folder / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "generators.stills", str(folder), browser],
        env=os.environ | {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)},
        cwd=REPOSITORY.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=os.name == "posix",
    )
    try:
        _, complaint = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"{browser} did not finish within {seconds:g} seconds"
    except BaseException:  # the reader's Ctrl-C, above all
        _end(process)
        raise
    lines = complaint.strip().splitlines()
    return lines[-1].rstrip(".") if lines else f"{browser} drew nothing"


def _end(process: subprocess.Popen[str]) -> None:
    """End the process and the browser that it started, which lives in a session of its own."""
    if os.name == "posix":
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
    process.communicate()


def _draw(folder: Path, browser: str) -> None:
    import asyncio

    from kaleido import Kaleido

    kaleido = Kaleido(path=browser, mathjax=False, timeout=60)

    def end(*_: object) -> None:
        if started := getattr(kaleido, "subprocess", None):
            os.killpg(started.pid, signal.SIGKILL)
        os._exit(1)

    if os.name == "posix":
        signal.signal(signal.SIGTERM, end)
    jobs = [job | {"path": folder / job["path"]} for job in json.loads((folder / "jobs.json").read_text())]

    async def draw() -> tuple[Exception, ...] | None:
        async with kaleido:
            return await kaleido.write_fig_from_object(jobs)

    for error in asyncio.run(draw()) or ():
        print(f"{type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)


if __name__ == "__main__":
    _draw(Path(sys.argv[1]), sys.argv[2])
