"""One page of a built site with drawings on it, tabs that fail a test for all that goes wrong in them, and axe."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from generators import pages
from generators.drawing import files, kind, size
from generators.paths import REPOSITORY
from generators.store import Drawn, Made
from tests.browser.server import Served, serve
from tests.diagram_page import settle
from tests.tiny_site.catalogue import RECORD, catalogue
from tests.tiny_site.project import built, lay

DESKTOP, PHONE = {"width": 1280, "height": 1000}, {"width": 375, "height": 812}
PAGE = "articles/second/"
HEAD = """---
title: Second
series: 2
subtitle: S
description: One sentence.
date: 2026-11-21
authors: [A]
tags: [linear layer]
---
"""
AXE = REPOSITORY.root / "node_modules/axe-core/axe.min.js"
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="needs npm ci")


@contextmanager
def built_with(drawings: Mapping[str, Any], root: Path, *lines: str) -> Iterator[Served]:
    """Build in ``root`` a site of which ``PAGE`` has ``lines`` and these drawings below much text, and serve it."""
    paths = lay(root / "site")
    exhibits = dict(catalogue(root / "store"))
    drawn = tuple(_drawn(name, drawing, root / "figures" / name) for name, drawing in drawings.items())
    exhibits["second", "digits-net", "drawings"] = Made("second", "digits-net", "drawings", {}, drawn, RECORD)
    placed = [f'{{% call figure("{name}", title="Drawn") %}}Look.{{% endcall %}}' for name in drawings]
    (paths.site_src / f"{PAGE.rstrip('/')}.md").write_text(
        "\n\n".join([HEAD, *["Text.\n"] * 40, *lines, *placed]), "utf-8"
    )
    if REPOSITORY.javascript.is_dir():
        shutil.copytree(REPOSITORY.javascript, paths.javascript)
    with serve(paths.site) as served:
        pages.render(exhibits, paths, served.address)
        ran = built(paths, "mkdocs", paths.site, served.address)
        assert ran.returncode == 0, ran.stderr
        yield served


def _drawn(name: str, drawing: Any, folder: Path) -> Drawn:
    folder.mkdir(parents=True)
    kept = {}
    for file, data in files(drawing).items():
        kept[file] = folder / file
        kept[file].write_bytes(data)
    script = getattr(drawing, "script", None)
    return Drawn(name, kind(drawing), f"A drawing, named {name}.", script, kept, *size(drawing))


@contextmanager
def opened_tabs(browser, site: Served, start: str = PAGE, **always: Any) -> Iterator[Callable]:
    """Open tabs, at an address as seen from ``start``, that fail the test for what ``watch`` notes."""
    wrong: list[str] = []
    contexts = []
    always = {"color_scheme": "light", "extra_http_headers": site.visit()} | always

    def open_tab(address: str = "", viewport: dict = DESKTOP, expected: str = "$^", **options: Any):
        contexts.append(browser.new_context(viewport=viewport, **always | options))
        tab = contexts[-1].new_page()
        tab.set_default_timeout(15_000)
        watch(tab, site.address, wrong, expected)
        tab.goto(urljoin(site.address + start, address))
        return tab

    yield open_tab
    for context in contexts:
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert wrong == []


def watch(tab, address: str, wrong: list[str], expected: str = "$^") -> None:
    """Note every error and dialog that is not expected, and every request to another host."""

    def note(said: str) -> None:
        if not re.search(expected, said):
            wrong.append(said)

    tab.on("pageerror", lambda error: note(str(error)))
    tab.on("console", lambda said: note(said.text) if said.type == "error" else None)
    tab.on("dialog", lambda dialog: (note(dialog.message), dialog.dismiss()))
    tab.on("request", lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else note(asked.url))


def complaints(tab) -> list[str]:
    """What axe finds in the figures of a page, in light and then in dark."""
    found = []
    tab.add_script_tag(path=AXE)
    for scheme in ("default", "slate"):
        tab.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
        settle(tab, 500)
        found += tab.evaluate(
            """async scheme => (await axe.run('.nf-figure', { resultTypes: ['violations'] })).violations.flatMap(
              ({ id, nodes }) => nodes.map(node => `${scheme}: ${id} ${node.target} ${node.failureSummary}`))""",
            scheme,
        )
    return found
