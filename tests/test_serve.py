"""The live preview: an edit arrives, a mistake is told and the last good page stays, nobody else is served."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generators.errors import UsageError
from generators.paths import Paths
from generators.serve import HOST, serve
from tests.tiny_site.project import lay

PATIENCE_SECONDS = 60
"""How long to wait for what should take two: the machine may be busy."""
PAGE = """---
title: Neuron
series: 1
description: One sentence.
date: 2026-11-20
authors: [A. Author]
---

As it was written at first.
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def fetched(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def waited(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something has happened, or fail."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert process.poll() is None, "the preview ended by itself"
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    paths = lay(tmp_path)
    (paths.site_src / "articles/second.md").unlink()
    (paths.site_src / "articles/neuron.md").write_text(PAGE)
    settings = paths.root / "mkdocs.yml"
    settings.write_text(settings.read_text("utf-8").replace("      - Second: articles/second.md\n", ""), "utf-8")
    return paths


@pytest.fixture
def preview(project: Paths) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """Serve a project in another process: the process, its address, what it prints."""
    port, said = free_port(), project.root / "said.txt"
    program = (
        "from generators import paths, serve; from pathlib import Path; "
        f"serve.serve(paths.Paths(Path({str(project.root)!r})), {port})"
    )
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=Path(__file__).resolve().parent.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        yield process, f"http://{HOST}:{port}/", said
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals")
def test_an_edit_arrives_and_a_mistake_leaves_the_last_good_page(
    preview: tuple[subprocess.Popen[str], str, Path], project: Paths
) -> None:
    process, home, said = preview
    page, address = project.site_src / "articles/neuron.md", f"{home}articles/neuron/"
    waited(lambda: "As it was written at first." in fetched(address), process)

    page.write_text(PAGE.replace("at first", "anew"))
    waited(lambda: "As it was written anew." in fetched(address), process)

    page.write_text(PAGE + '\n{{ fact("a.b") }}\n')
    waited(lambda: "articles/neuron.md, line 11: there is no exhibit 'a'" in said.read_text(), process)
    assert "As it was written anew." in fetched(address)

    page.write_text(PAGE.replace("at first", "after all"))
    waited(lambda: "As it was written after all." in fetched(address), process)

    (project.site_src / "assets/extra.css").write_text("/* another look */")
    waited(lambda: "another look" in fetched(f"{home}assets/extra.css"), process)

    assert listeners(int(home.rsplit(":", 1)[1].strip("/"))) == {HOST}


def listeners(port: int) -> set[str]:
    """Every address of this machine on which something answers at a port."""
    own = {HOST, "127.0.0.2", *(each[4][0] for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET))}
    found = set()
    for address in own:
        with socket.socket() as probe:
            probe.settimeout(2)
            if probe.connect_ex((str(address), port)) == 0:
                found.add(str(address))
    return found


def test_a_port_that_is_taken_is_one_sentence(project: Paths) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError) as error:
            serve(project, port)
    assert re.fullmatch(rf"port {port} of 127\.0\.0\.1 cannot be had \(.+\): try --port {port + 1}\.", str(error.value))
    assert not project.docs.exists(), "pages were rendered for nothing"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals")
def test_ending_the_preview_ends_its_builder_too(
    preview: tuple[subprocess.Popen[str], str, Path],
) -> None:
    process, home, _ = preview
    waited(lambda: bool(fetched(home)), process)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    end = time.monotonic() + 20
    while fetched(home):
        assert time.monotonic() < end, "mkdocs still serves"
        time.sleep(0.1)
