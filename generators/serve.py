"""Live preview: an edit to a page, a template or a style is on screen in seconds; so is a figure that was built anew.

``mkdocs serve`` watches ``build/docs`` and reloads the browser; this process watches what ``build/docs`` is made
from. Only 127.0.0.1 is listened on.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from generators import pages
from generators.errors import UsageError
from generators.paths import REPOSITORY, Paths
from generators.store import Store

HOST = "127.0.0.1"
LOOK_SECONDS = 0.2


def serve(paths: Paths = REPOSITORY, port: int = 8000) -> None:
    """Render, serve, and render again whenever a source changes, until interrupted."""
    _refuse_taken(port)
    url = f"http://{HOST}:{port}/"
    seen = _sources(paths)
    _render(paths, url)
    with _builder(paths, port, url) as builder:
        try:
            while builder.poll() is None:
                time.sleep(LOOK_SECONDS)
                now = _sources(paths)
                if now != seen:
                    seen = now
                    _render(paths, url)
        finally:
            builder.terminate()
    raise UsageError(f"mkdocs stopped serving with status {builder.returncode}; its last lines say why.")


def _render(paths: Paths, url: str) -> None:
    """Render; a mistake in a page is told, and the last good page stays on screen."""
    began = time.perf_counter()
    try:
        with closing(Store(paths.cache)) as store:
            rendered = pages.render(store.catalogue(), paths, url)
    except UsageError as error:
        print(error, file=sys.stderr, flush=True)
    else:
        print(f"{len(rendered.written)} files rendered in {time.perf_counter() - began:.1f} s: {url}", flush=True)


def _builder(paths: Paths, port: int, url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"{HOST}:{port}", "--quiet"]
    environment = {**os.environ, "SITE_URL": url, "NO_MKDOCS_2_WARNING": "1"}
    watched = ["--watch-theme", "--config-file", str(paths.root / "mkdocs.yml")]
    return subprocess.Popen([*command, *watched], cwd=paths.root, env=environment, stdin=subprocess.DEVNULL)


def _sources(paths: Paths) -> Mapping[Path, tuple[int, int]]:
    """Everything pages are rendered from, by time and size."""
    folders = [paths.site_src, paths.templates, paths.javascript]
    files = [file for folder in folders for file in folder.rglob("*")]
    found = {}
    for file in [*files, paths.cache / "journal"]:
        try:
            stat = file.stat()
        except FileNotFoundError:
            continue
        found[file] = (stat.st_mtime_ns, stat.st_size)
    return found


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"port {port} of {HOST} cannot be had ({error.strerror}): try --port {port + 1}."
            ) from None
