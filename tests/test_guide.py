"""The guide is true: what it tells a reader to write is written here, what it tells them to run is run."""

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from generators import pages
from generators.build import refresh
from generators.paths import REPOSITORY, Paths
from generators.store import Store
from tests.tiny_site.project import lay_real

GUIDE = (REPOSITORY.site_src / "guide/your-own-network.md").read_text("utf-8")


def written(file: str) -> str:
    """Take from the guide what it says to write into a file."""
    (block,) = re.findall(rf'^```\w+ title="{re.escape(file)}"\n(.*?)^```$', GUIDE, re.DOTALL | re.MULTILINE)
    return re.sub(r"\{% (?:end)?raw %\}", "", block)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The repository's own project, with what the guide says to add."""
    from safetensors.torch import save_file

    paths = lay_real(tmp_path_factory.mktemp("reader"))
    for file in ("mine.py", "site_src/mine.md"):
        (paths.root / file).write_text(written(file), "utf-8")
    with (paths.root / "networks.toml").open("a", encoding="utf-8") as entries:
        entries.write("\n" + written("networks.toml"))
    names: dict = {}
    exec(written("mine.py"), names)
    save_file(names["network"]().state_dict(), str(paths.root / "mine.safetensors"))
    random = np.random.default_rng(0)
    np.savez(paths.root / "mine.npz", x=random.normal(3, 1, (30, 4)).astype("float32"), y=random.integers(0, 3, 30))
    return paths


def test_the_count_it_shows_is_the_count_that_is_printed(project: Paths) -> None:
    command = [sys.executable, "-m", "generators", "inspect", "mine.py:network"]
    environment = {"PYTHONPATH": str(REPOSITORY.root), "PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shown = re.search(r"\$ neuron-series inspect mine\.py:network\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    assert shown and [line.rstrip() for line in done.stdout.splitlines()] == shown[1].splitlines()


def test_the_page_it_shows_is_made_from_the_entry_it_shows(project: Paths) -> None:
    report = refresh(project, network="mine", profile="smoke")
    assert report.made >= 2 and not report.failures
    for page in (project.site_src / "articles").glob("*.md"):
        page.unlink()  # they show other networks, which are not made here
    with closing(Store(project.cache)) as store:
        pages.render(store.catalogue(), project)
    shown = (project.docs / "mine.md").read_text("utf-8")
    assert "My network has 9 neurons." in shown
    assert 'id="fig-mlp-two"' in shown and "setosa" in shown


def test_every_command_it_names_exists() -> None:
    named = set(re.findall(r"neuron-series (\w+)", GUIDE))
    done = subprocess.run(
        [sys.executable, "-m", "generators", "--help"], capture_output=True, text=True, cwd=REPOSITORY.root
    )
    assert named and all(re.search(rf"\b{command}\b", done.stdout) for command in named)
