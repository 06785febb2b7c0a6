"""One page with live diagrams, as the site's own scripts find them, and the hand that moves them."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from generators import style
from generators.drawing import Diagram, files
from generators.paths import REPOSITORY
from generators.stills import chrome

PHONE = """<style>
  .nf-narrow { display: none }
  @media (max-width: 599px) { .nf-wide { display: none } .nf-narrow { display: block } }
</style>"""


@contextmanager
def served(drawings: Mapping[str, Diagram], root: Path) -> Iterator[str]:
    """Serve a page with these diagrams from ``root``; give its address."""
    shutil.copytree(REPOSITORY.site_src / "assets", root / "assets")
    (root / "palette.css").write_text(style.css())
    for name, drawing in drawings.items():
        (root / f"{name}.json").write_bytes(files(drawing)["data.json"])
    body = "".join(_figure(name, drawing) for name, drawing in drawings.items())
    (root / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>diagrams</title><link rel="stylesheet" href="palette.css">{PHONE}'
        f'<body data-md-color-scheme="default">{body}<script type="module" src="assets/figure.js"></script></body>'
    )
    with _Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@contextmanager
def chromium() -> Iterator:
    """Start the browser that takes the stills; skip the tests where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if not (path := chrome()):
        pytest.skip("needs Chrome")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(path))
        yield running
        running.close()


@contextmanager
def opened(browser, address: str, width: int, height: int = 1000) -> Iterator:
    """Open a page that fails the test for any error."""
    page = browser.new_page(viewport={"width": width, "height": height})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    yield page
    page.close()
    assert [error for error in errors if "404" not in error] == []  # no icon


def live(page, name: str):
    """Bring one figure to life as a reader does: scroll to it and move the pointer.

    Its neighbours wake as well; one above that grows meanwhile would move this one under the pointer.
    """
    found = page.locator(f"#fig-{name}")
    found.scroll_into_view_if_needed()
    page.mouse.move(3, 3)
    page.mouse.move(5, 5)
    page.wait_for_selector(f"#fig-{name}[data-live]")
    page.wait_for_function(NEIGHBOURS_ARE_AWAKE)
    return found


NEIGHBOURS_ARE_AWAKE = """() => [...document.querySelectorAll('.nf-figure')].every(figure => {
    const { top, bottom } = figure.getBoundingClientRect()
    return figure.dataset.live || figure.dataset.script === 'None' || bottom < -400 || top > innerHeight + 400
})"""


def shown(figure, selector: str):
    """The part in the drawing that is on screen, wide or narrow."""
    return figure.locator(f".nf-diagram:visible {selector}").first


def said(figure, selector: str = "[data-sentence]") -> str:
    """A sentence of the drawing on screen, its lines joined."""
    return " ".join(filter(None, shown(figure, selector).locator("tspan").all_text_contents()))


def settle(page, milliseconds: int = 0) -> None:
    """Let the page's own clock go on, and two frames be painted: a busy machine's page is slow, not wrong."""
    page.evaluate(
        """ms => new Promise(done =>
          setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), ms))""",
        milliseconds,
    )


def drag(control, value: float) -> None:
    """Move a slider."""
    control.evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})) }", value
    )


def _figure(name: str, drawn: Diagram) -> str:
    return f"""
      <figure class="nf-figure" id="fig-{name}" data-kind="diagram" data-script="{drawn.script}" role="group"
              aria-labelledby="fig-{name}-title">
        <div class="nf-stage"><div class="nf-diagram nf-wide">{drawn.svg}</div>
          <div class="nf-diagram nf-narrow">{drawn.narrow}</div></div>
        <div class="nf-controls"></div>
        <figcaption><p class="nf-title" id="fig-{name}-title">{name}</p>
          <p class="nf-provenance"><a class="nf-json" href="{name}.json">JSON</a>
            <a class="nf-link" href="#fig-{name}">link</a></p>
        </figcaption>
      </figure>"""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A tab that closes while it loads is no error."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
