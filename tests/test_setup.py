"""Set-up asks for the right things, once, and has an answer where a thing cannot be had."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import setup

REPOSITORY = Path(__file__).resolve().parent.parent


class Machine:
    """A machine on which only the named programs exist, and every command is written down instead of run."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.programs: set[str] = set()
        self.failing: set[str] = set()
        self.ran: list[str] = []
        monkeypatch.setattr(setup, "ROOT", root)
        monkeypatch.setattr(setup, "INSTALLED_BROWSERS", [])
        monkeypatch.setattr(setup, "call", self.call)
        monkeypatch.setattr(setup.shutil, "which", lambda name: str(root / name) if name in self.programs else None)
        monkeypatch.setattr(setup.os, "geteuid", lambda: 0)
        monkeypatch.delenv("BROWSER_PATH", raising=False)
        for name in ("scripts/bundle.mjs", "scripts/bundle_fallback.py", "package.json", "package-lock.json"):
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(name)
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(REPOSITORY / name, root / name)

    def have(self, *programs: str) -> None:
        self.programs.update(programs)
        for program in programs:
            (self.root / program).touch()

    def call(self, *command: str | Path) -> None:
        words = " ".join(map(str, command)).replace(f"{self.root}/", "")
        self.ran.append(words)
        if any(word in words for word in self.failing):
            raise setup.SetupError(f"`{words}` failed")
        if "-m venv" in words:
            assert "--clear" in words
            shutil.rmtree(self.root / ".venv", ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.root / ".venv"], check=True)
            (next((self.root / ".venv/lib").iterdir()) / "site-packages/pip").mkdir()
        if "bundle" in words:
            (self.root / "build/javascript").mkdir(parents=True, exist_ok=True)
        if "install -y chromium" in words:
            self.have("chromium")

    def prepare(self, purpose: str) -> list[str]:
        """Set up and return what was run for it."""
        self.ran.clear()
        setup.prepare(purpose)
        return sorted(self.ran)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


PIP = ".venv/bin/python -m pip install --quiet --no-input -c constraints.txt"


def test_a_bare_clone_gets_everything_once(machine: Machine) -> None:
    machine.have("node", "npm", "apt-get")
    ran = machine.prepare("test")
    assert [command for command in ran if command.startswith(PIP)] == [
        f"{PIP} --editable .[test,transformers]",
        f"{PIP} torch==2.13.0",
    ]
    assert [command for command in ran if not command.startswith(PIP) and "venv" not in command] == [
        "apt-get install -y chromium fonts-liberation",
        "apt-get update",
        "node scripts/bundle.mjs",
        "npm ci --no-audit --no-fund",
    ]
    assert machine.prepare("test") == []
    assert machine.prepare("site") == []


def test_torch_comes_first(machine: Machine) -> None:
    machine.have("node", "npm", "chromium")
    setup.prepare("site")
    pip = [command for command in machine.ran if command.startswith(PIP)]
    assert pip == [f"{PIP} torch==2.13.0", f"{PIP} --editable ."]


def test_tests_need_more_than_the_site_and_a_change_keeps_both(machine: Machine) -> None:
    machine.have("node", "npm", "chromium")
    machine.prepare("site")
    assert f"{PIP} --editable .[test,transformers]" in machine.prepare("test")
    (machine.root / "constraints.txt").write_text("torch==2.13.1\n")
    assert machine.prepare("site") == [f"{PIP} --editable .[test,transformers]", f"{PIP} torch==2.13.1"]


def test_a_tool_setting_installs_nothing(machine: Machine) -> None:
    machine.have("node", "npm", "chromium")
    machine.prepare("site")
    with (machine.root / "pyproject.toml").open("a") as pyproject:
        pyproject.write("\n[tool.other]\nkey = 1\n")
    assert machine.prepare("site") == []


@pytest.mark.parametrize("damage", ["python gone", "pip gone", "moved"])
def test_a_broken_environment_is_made_anew(machine: Machine, damage: str) -> None:
    machine.have("node", "npm", "chromium")
    machine.prepare("site")
    if damage == "python gone":
        (machine.root / ".venv/bin/python").unlink()
        (machine.root / ".venv/bin/python").symlink_to(machine.root / "no-such-python")
    elif damage == "pip gone":
        next((machine.root / ".venv/lib").glob("*/site-packages/pip")).rmdir()
    else:
        (machine.root / ".venv/environment.stamp").write_text(json.dumps({"root": "/somewhere/else"}))
    ran = machine.prepare("site")
    assert [command.partition(" ")[2] for command in ran if "-m venv" in command] == ["-m venv --clear .venv"]
    assert f"{PIP} torch==2.13.0" in ran


def test_a_step_that_failed_is_done_again(machine: Machine) -> None:
    machine.have("node", "npm", "chromium")
    machine.failing = {"torch=="}
    with pytest.raises(setup.SetupError, match=r"torch==2\.13\.0` failed"):
        setup.prepare("site")
    machine.failing = set()
    assert machine.prepare("site") == [f"{PIP} --editable .", f"{PIP} torch==2.13.0"]


def test_a_changed_bundle_is_bundled_without_npm(machine: Machine) -> None:
    machine.have("node", "npm", "chromium")
    machine.prepare("site")
    (machine.root / "scripts/bundle.mjs").write_text("changed")
    assert machine.prepare("site") == ["node scripts/bundle.mjs"]
    shutil.rmtree(machine.root / "build/javascript")
    assert machine.prepare("site") == ["node scripts/bundle.mjs"]
    shutil.rmtree(machine.root / "node_modules")
    assert machine.prepare("site") == ["npm ci --no-audit --no-fund"]


def test_without_node_the_wheel_serves_and_says_so(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.have("chromium")
    assert ".venv/bin/python scripts/bundle_fallback.py" in machine.prepare("site")
    assert "Node.js is not installed; pages use the plotly.js inside the Python package" in capsys.readouterr().out
    assert machine.prepare("site") == []
    machine.have("node", "npm")  # installed since
    assert machine.prepare("site") == ["node scripts/bundle.mjs", "npm ci --no-audit --no-fund"]


def test_when_npm_fails_the_wheel_serves_and_the_reason_is_shown(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.have("node", "npm", "chromium")
    machine.failing = {"npm ci"}
    assert ".venv/bin/python scripts/bundle_fallback.py" in machine.prepare("site")
    assert "`npm ci --no-audit --no-fund` failed; pages use the plotly.js" in capsys.readouterr().out


def test_without_apt_plotly_downloads_chrome(machine: Machine) -> None:
    machine.have("node", "npm")
    assert ".venv/bin/plotly_get_chrome -y" in machine.prepare("site")


def test_without_any_browser_the_warning_comes_back_but_the_attempt_does_not(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.have("node", "npm", "apt-get")
    machine.failing = {"apt-get", "plotly_get_chrome"}
    ran = machine.prepare("site")
    assert "apt-get update" in ran
    assert ".venv/bin/plotly_get_chrome -y" in ran
    assert capsys.readouterr().out.count(setup.NO_BROWSER) == 1
    assert machine.prepare("site") == []
    assert capsys.readouterr().out.count(setup.NO_BROWSER) == 1
    machine.have("google-chrome")
    assert machine.prepare("site") == []
    assert setup.NO_BROWSER not in capsys.readouterr().out


def test_who_is_not_root_is_not_asked_to_be(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.have("node", "npm", "apt-get")
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    assert not [command for command in machine.prepare("site") if command.startswith("apt-get")]


def test_the_checks_need_neither_browser_nor_node(machine: Machine) -> None:
    assert machine.prepare("check")[-2:] == [f"{PIP} torch==2.13.0", next(c for c in machine.ran if "-m venv" in c)]


def test_a_failure_shows_the_last_words_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    program = "import sys; print('WARNING: noise'); print('the reason'); sys.exit(3)"
    with pytest.raises(setup.SetupError) as failure:
        setup.call(sys.executable, "-c", program)
    assert str(failure.value).splitlines()[-1].strip() == "the reason"
    assert "noise\n" not in str(failure.value)


def test_an_older_python_is_sent_away_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (REPOSITORY / "scripts/setup.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))  # else it would be a syntax error instead of a sentence
    older = SimpleNamespace(version_info=(3, 9, 2), version="3.9.2 (main)", exit=sys.exit, executable="python3")
    monkeypatch.setitem(sys.modules, "sys", older)  # type: ignore[arg-type]
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed and this is 3\.9\.2"):
        exec(compile(source, "setup.py", "exec"), {"__name__": "__main__", "__file__": str(REPOSITORY)})


def test_every_package_is_pinned_and_no_build_is_named() -> None:
    pins = [
        line for line in (REPOSITORY / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    assert all("==" in pin and "+" not in pin and "@" not in pin and "/" not in pin for pin in pins)
    assert "torch==2.13.0" in pins
