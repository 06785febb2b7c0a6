"""The guide is true: what it tells a reader to write is written here, what it tells them to run is run, as printed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generators.paths import REPOSITORY, Paths
from tests.tiny_site.project import lay_real, read

GUIDE = (REPOSITORY.site_src / "guide/your-own-network.md").read_text("utf-8")
WRITTEN = ("mine.py", "train.py", "networks.toml", "site_src/mine.md")
NAV = """nav:
  - The series: index.md
  - Networks: networks/index.md
  - Your own network: guide/your-own-network.md
  - Tags: tags.md
  - Mine: mine.md
"""


def written(file: str) -> str:
    """Take from the guide what it says to write into a file."""
    (block,) = re.findall(rf'^```\w+ title="{re.escape(file)}"\n(.*?)^```$', GUIDE, re.DOTALL | re.MULTILINE)
    return re.sub(r"\{% (?:end)?raw %\}", "", block)


def printed() -> list[str]:
    """Every command of the guide, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


class Reader:
    """Somebody with a copy of the project, who does what the guide says in its folder."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as it is printed, with this Python and without a browser to take stills."""
        settings, _, rest = command.rpartition("neuron-series ")
        environment = {**os.environ, "BROWSER_PATH": "no-browser", "OMP_NUM_THREADS": "1"}
        environment |= dict(setting.split("=", 1) for setting in settings.split())
        arguments = [sys.executable, "-m", "generators", *rest.split()]
        root = self.paths.root
        return subprocess.run(arguments, cwd=root, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A copy of the project with what the guide says to add, and without the networks and articles of the project."""
    paths = lay_real(tmp_path_factory.mktemp("reader"))
    ignored = shutil.ignore_patterns("__pycache__", "weights")
    shutil.copytree(REPOSITORY.root / "generators", paths.root / "generators", ignore=ignored)
    shutil.rmtree(paths.site_src / "articles")  # they show networks that are not made here
    for file in WRITTEN:
        (paths.root / file).write_text(written(file), "utf-8")
    settings = (paths.root / "mkdocs.yml").read_text("utf-8")
    settings = re.sub(r"^nav:\n(?:[ ]+.*\n)+", NAV, settings, count=1, flags=re.MULTILINE)
    (paths.root / "mkdocs.yml").write_text(settings, "utf-8")
    subprocess.run([sys.executable, "train.py"], cwd=paths.root, check=True, timeout=120)
    return Reader(paths)


def test_the_commands_make_a_report_and_a_site(reader: Reader) -> None:
    run = [command for command in printed() if re.search(r"\b(check|build|site)\b", command)]
    assert [command.split("neuron-series ")[1].split()[0] for command in run] == ["check", "build", "site", "site"]
    said = {}
    for command in run:
        done = reader.run(command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        said[command] = done.stdout
    checked = said["neuron-series check mine"]
    assert re.search(r"right about (9\d|100)", checked) and "mlp-two" in checked, checked
    site = reader.paths.site
    report = read(site / "networks/mine/index.html")
    assert report.one("h1").text == "mine" and "setosa" in report.one("article").text
    assert report.all("figure", id="fig-confusion") and report.all("figure", id="fig-layers")
    listed = read(site / "networks/index.html")
    assert [link for link in listed.all("a", href="mine/") if link.text == "mine"]
    assert "https://example.org/networks/networks/mine/" in (site / "sitemap.xml").read_text("utf-8")
    page = read(site / "mine/index.html")
    assert "My network has 9 neurons." in page.one("article").text and page.all("figure", id="fig-mlp-two")


def test_the_count_it_shows_is_the_count_that_is_printed(reader: Reader) -> None:
    done = reader.run("neuron-series inspect mine.py:network")
    assert done.returncode == 0, done.stderr
    shown = re.search(r"\$ neuron-series inspect mine\.py:network\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    assert shown and [line.rstrip() for line in done.stdout.splitlines()] == shown[1].splitlines()


def test_every_other_command_it_names_exists(reader: Reader) -> None:
    named = {re.search(r"neuron-series (\w+)", command)[1] for command in printed()}  # type: ignore[index]
    named |= set(re.findall(r"`neuron-series (\w+)", GUIDE))
    helped = reader.run("neuron-series --help").stdout
    assert len(named) >= 7 and all(re.search(rf"\b{command}\b", helped) for command in named)
    assert reader.run("neuron-series inspect spec:gpt3").returncode == 0


def test_the_keys_and_kinds_it_names_are_those_that_an_entry_may_have() -> None:
    from typing import get_args

    from generators.networks.configuration import Kind, Table

    keys = set(re.findall(r"^(\w+) =", written("networks.toml"), re.MULTILINE))
    assert keys <= set(Table.model_fields)
    (told,) = re.findall(r"`kind` is (.*?), for two", GUIDE, re.DOTALL)
    assert set(re.findall(r"`([a-z-]+)`", told)) == set(get_args(Kind))


def test_the_code_it_shows_is_written_as_ours_is() -> None:
    for file in ("mine.py", "train.py"):
        command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,I", "--line-length", "120"]
        done = subprocess.run([*command, "-"], input=written(file), capture_output=True, text=True, cwd=Path("/"))
        assert done.returncode == 0, f"{file}: {done.stdout}"
