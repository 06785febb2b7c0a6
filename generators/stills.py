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
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from queue import Empty, SimpleQueue
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
) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Draw each ``figure.json`` in both themes and give name and ``light.webp``, ``dark.webp`` as each is done.

    What cannot be drawn is left out, after one warning. ``seconds`` limits the whole batch (default: 60, and 15 more a
    figure).
    """
    if not figures:
        return
    browser = browser or chrome()
    if browser is None:
        warn(
            "No Chrome was found, so figures have no stills: print, feeds and readers without JavaScript see their "
            "descriptions; get it with `apt-get install chromium` or `plotly_get_chrome`, or name it in BROWSER_PATH."
        )
        return
    names = list(figures)
    with tempfile.TemporaryDirectory(prefix="stills-", ignore_cleanup_errors=True) as folder:
        jobs = [
            [_job(position, figure, theme) for theme in style.THEMES]
            for position, figure in enumerate(figures.values())
        ]
        Path(folder, "jobs.json").write_text(json.dumps(jobs))
        missing = list(names)
        drawing = _run(Path(folder), browser, 60 + 15 * len(figures) if seconds is None else seconds)
        while True:
            try:
                position = next(drawing)
            except StopIteration as end:
                complaint = end.value
                break
            missing.remove(names[position])
            pair = {f"{theme}.webp": _path(folder, position, theme).read_bytes() for theme in style.THEMES}
            yield names[position], pair
    if missing:
        warn(f"{len(missing)} of {len(names)} figures have no stills: {complaint}.")


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


def _run(folder: Path, browser: str, seconds: float) -> Generator[int, None, str]:
    """Draw the folder's jobs in another process, giving the position of each figure that is done.

    Returns a phrase about what went wrong, if anything did.
    """
    temporary = folder / "tmp"
    temporary.mkdir()
    with (folder / "complaints.txt").open("w+") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "generators.stills", str(folder), browser],
            env=os.environ | {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)},
            cwd=REPOSITORY.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=os.name == "posix",
        )
        done: SimpleQueue[str | None] = SimpleQueue()
        threading.Thread(target=_listen, args=(process.stdout, done), daemon=True).start()
        deadline = time.monotonic() + seconds
        try:
            while position := done.get(timeout=max(0.0, deadline - time.monotonic())):
                yield int(position)
            process.wait(max(1.0, deadline - time.monotonic()))
        except (Empty, subprocess.TimeoutExpired):
            _end(process)
            return f"{browser} did not finish within {seconds:g} seconds"
        except BaseException:  # the reader's Ctrl-C, above all
            _end(process)
            raise
        complaints.seek(0)
        lines = complaints.read().strip().splitlines()
    return lines[-1].rstrip(".") if lines else f"{browser} drew nothing"


def _listen(said: Iterable[str], done: "SimpleQueue[str | None]") -> None:
    """Pass on each line, and ``None`` when there will be no more."""
    for line in said:
        done.put(line)
    done.put(None)


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
    process.wait()


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
    jobs = json.loads((folder / "jobs.json").read_text())

    async def draw() -> None:
        async with kaleido:
            for position, pair in enumerate(jobs):
                wanted = [job | {"path": folder / job["path"]} for job in pair]
                errors = await kaleido.write_fig_from_object(wanted) or ()
                for error in errors:
                    print(f"{type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)
                if not errors:
                    print(position, flush=True)

    asyncio.run(draw())


if __name__ == "__main__":
    _draw(Path(sys.argv[1]), sys.argv[2])
