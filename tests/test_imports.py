"""Who may import whom: the contracts in pyproject.toml hold, each of them can break, and fresh processes agree."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "plotly", "numpy", "jinja2", "mkdocs"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the copy of this repository in ``folder``."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)


def loaded_by(*modules: str) -> set[str]:
    """Import modules in a fresh process and say which heavy packages came with them."""
    program = f"import sys, json, {', '.join(modules)}; print(json.dumps([*sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return HEAVY & set(json.loads(done.stdout))


def modules(pattern: str) -> list[str]:
    """Name the modules whose files match a pattern below ``generators``."""
    files = sorted((REPOSITORY / "generators").glob(pattern))
    return [".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__") for file in files]


def test_the_contracts_hold() -> None:
    linted = lint(REPOSITORY)
    assert linted.returncode == 0, linted.stdout
    assert "7 kept, 0 broken" in linted.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        ("One direction", "store/__init__.py", "import generators.pages"),
        ("One direction", "shelf.py", "'''A module that no layer names.'''"),
        ("Inside a folder", "store/objects.py", "import generators.store.journal"),
        ("Articles know nothing of one another", "articles/b/__init__.py", "import generators.articles.neuron.results"),
        ("Inside an article", "articles/neuron/results/other.py", "import generators.articles.neuron.figures"),
        ("What computes never reaches", "networks/subject.py", "def late():\n    import plotly.graph_objects"),
        ("What declares, draws and publishes never reaches", "style.py", "def late():\n    import torch"),
        ("No circles", "networks/configuration.py", "import generators.networks.network"),
    ],
)  # fmt: skip
def test_each_contract_can_break(tmp_path: Path, contract: str, file: str, line: str) -> None:
    shutil.copytree(
        REPOSITORY / "generators", tmp_path / "generators", ignore=shutil.ignore_patterns("__pycache__", "weights")
    )
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    target = tmp_path / "generators" / file
    target.parent.mkdir(exist_ok=True)
    with target.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    linted = lint(tmp_path)
    broken = [said for said in linted.stdout.splitlines() if said.endswith("BROKEN")]
    assert linted.returncode == 1
    assert any(said.startswith(contract) for said in broken), linted.stdout


def test_the_command_line_starts_without_anything_heavy() -> None:
    assert loaded_by("generators.__main__") == set()


def test_deciding_what_is_stale_needs_no_torch_and_no_plotly() -> None:
    assert not loaded_by("generators.build", "generators.networks", "generators.store") & {"torch", "plotly"}


def test_declaring_exhibits_imports_nothing_heavy() -> None:
    declaring = modules("articles/*/exhibits.py")
    assert declaring, "no article declares exhibits"
    assert loaded_by(*declaring) == set()


def test_what_draws_and_publishes_runs_without_torch() -> None:
    drawing = [
        *modules("articles/*/figures/**/*.py"),
        *modules("articles/*/facts/**/*.py"),
        *modules("articles/*/results/**/*.py"),
    ]
    assert "torch" not in loaded_by(
        *drawing, "generators.pages", "generators.publish", "generators.stills", "generators.style"
    )


def test_these_tests_would_see_torch() -> None:
    assert "torch" in loaded_by("generators.articles.neuron.analysis.counting")
