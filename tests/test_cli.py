"""Every command as a person meets it: help, output, mistakes, exit status."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generators import __main__ as cli
from generators import build as building
from generators import publish as publishing
from generators.errors import UsageError
from generators.events import Note
from generators.paths import REPOSITORY, Paths
from generators.store import Drawn, Made, Store

COMMANDS = ["build", "render", "site", "serve", "inspect", "check", "status", "facts", "verify", "clean"]
HOSTILE = "[red]net[/] <img src=x>"


def run(*arguments: str) -> int:
    return cli.main(arguments)


def made(network: str, exhibit: str, **facts: Any) -> tuple[tuple[str, str, str], Made]:
    figure = Drawn("linear-layer", "diagram", "A layer as a stack of neurons.", None, {}, 760, 440)
    return ("neuron", network, exhibit), Made("neuron", network, exhibit, facts, (figure,), {})


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A store in which two networks were looked at."""
    monkeypatch.setattr(cli, "PATHS", Paths(tmp_path))
    found = dict(
        [made("digits-net", "counting", neurons=66, name=HOSTILE), made("gpt3", "counting", synapses=173946175488)]
    )
    monkeypatch.setattr(Store, "catalogue", lambda self: found)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does_and_what_every_option_means(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, "--help") == 0
    said = capsys.readouterr().out
    assert f"Usage: neuron-series {command}" in said
    options = [line for line in said.splitlines() if line.startswith("│ ") and "--" in line[:16]]
    assert options
    assert all(len(line.rstrip(" │").split()) > 4 for line in options), said


def test_the_first_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    said = capsys.readouterr().out
    assert all(f"│ {command} " in said for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["buld"], "No such command 'buld'. Did you mean 'build'? See neuron-series --help.\n"),
        (["build", "--jobs", "0"], "See neuron-series build --help.\n"),
        (["build", "--device", "tpu"], "'tpu' is not one of 'auto', 'cpu', 'cuda'. See neuron-series build --help.\n"),
        (["build", "--profile", "x"], "'x' is not one of 'smoke', 'laptop', 'gpu'. See neuron-series build --help.\n"),
        (["inspect"], "Missing argument 'network'. See neuron-series inspect --help.\n"),
        (["facts", "nuron"], "No article 'nuron' was built: did you mean 'neuron'.\n"),
        (["inspect", "spec:gpt33"], "no published shape is named 'gpt33': did you mean 'gpt3'\n"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence_and_exit_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], catalogue: None
) -> None:
    assert run(*arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.endswith(said)
    assert shown.err.count("\n") == 1


def test_what_a_mistake_names_is_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UsageError(f"no network {HOSTILE}")

    monkeypatch.setattr(building, "status", refuse)
    assert run("status") == 2
    assert capsys.readouterr().err == f"no network {HOSTILE}\n"


def test_an_interruption_is_130_and_says_that_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "refresh", interrupt)
    assert run("build") == 130
    assert "what was finished is kept" in capsys.readouterr().err


def test_build_passes_on_what_was_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: dict[str, Any] = {}

    def refresh(paths: Paths, **options: Any) -> building.Report:
        asked.update(options)
        options["tell"](Note(f"about {HOSTILE}"))
        return building.Report(3, 4, ())

    monkeypatch.setattr(building, "refresh", refresh)
    options = ["--article", "neuron", "--network", "digits-net", "--networks", "mine.toml", "--profile", "smoke"]
    assert run("build", *options, "--device", "cpu", "--jobs", "2") == 0
    tell = asked.pop("tell")
    assert callable(tell)
    assert asked == {
        "article": "neuron",
        "network": "digits-net",
        "file": Path("mine.toml"),
        "profile": "smoke",
        "device": "cpu",
        "jobs": 2,
    }
    shown = capsys.readouterr()
    assert shown.err == f"about {HOSTILE}\n"
    assert shown.out.startswith("build: 3 made, 4 fresh, in ")


FAILURE = SimpleNamespace(
    article="neuron", network=HOSTILE, exhibit="counting", message="matrix [a] is singular", traceback="…", log="x.txt"
)


def test_failures_come_last_and_exit_is_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(building, "refresh", lambda *_, **__: building.Report(3, 4, (FAILURE,)))  # type: ignore[arg-type]
    assert run("build") == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("build: 3 made, 4 fresh, 1 failed, in ")
    assert shown.err == f"failed: neuron · {HOSTILE} · counting: matrix [a] is singular (where: x.txt)\n"


@pytest.mark.parametrize("pages", ["whole", "missing a figure"])
def test_the_site_is_made_as_far_as_it_goes_when_an_analysis_fails(
    pages: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def render() -> None:
        if pages != "whole":
            raise UsageError("neuron.md, line 3: no figure 'a'.")

    monkeypatch.setattr(cli, "PATHS", Paths(tmp_path))
    monkeypatch.setattr(building, "refresh", lambda *_, **__: building.Report(0, 0, (FAILURE,)))  # type: ignore[arg-type]
    monkeypatch.setattr(cli, "render", render)
    monkeypatch.setattr(publishing, "publish", lambda paths: True)
    assert run("site") == 1
    shown = capsys.readouterr()
    assert ("site: " in shown.out) == (pages == "whole")
    assert ("no figure 'a'" in shown.err) == (pages != "whole")
    assert shown.err.splitlines()[-1].startswith("failed: neuron")


def test_a_page_that_asks_for_what_never_was_is_wrong_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def render() -> None:
        raise UsageError("neuron.md, line 3: no figure 'a'.")

    monkeypatch.setattr(cli, "PATHS", Paths(tmp_path))
    monkeypatch.setattr(building, "refresh", lambda *_, **__: building.Report(0, 0, ()))
    monkeypatch.setattr(cli, "render", render)
    assert run("site") == 2


def test_status_in_words_and_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = (
        building.Status("neuron", "digits-net", "counting", "fresh", ()),
        building.Status(
            "neuron", "digits-net", "linear", "stale", ("params: grid 20 → 40", f"code: {HOSTILE} changed")
        ),
    )
    monkeypatch.setattr(building, "status", lambda *_, **__: found)
    assert run("status") == 0
    assert capsys.readouterr().out.splitlines() == [
        "fresh   neuron · digits-net · counting",
        f"stale   neuron · digits-net · linear  params: grid 20 → 40; code: {HOSTILE} changed",
        "0 missing, 1 stale, 1 fresh",
    ]
    assert run("status", "--json") == 0
    assert json.loads(capsys.readouterr().out)[1] == {
        "article": "neuron",
        "network": "digits-net",
        "exhibit": "linear",
        "state": "stale",
        "reasons": ["params: grid 20 → 40", f"code: {HOSTILE} changed"],
    }


def test_facts_by_name_for_an_author_and_for_a_program(catalogue: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("facts") == 0
    said = capsys.readouterr().out
    for part in (
        "figure linear-layer  A layer as a stack of neurons.",
        "fact counting.neurons = 66",
        f"fact counting.name = {HOSTILE}",
        "fact counting.synapses = 173,946,175,488",
    ):
        assert part in said
    assert run("facts", "neuron", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "neuron": {
            "digits-net": {"counting": {"neurons": 66, "name": HOSTILE}},
            "gpt3": {"counting": {"synapses": 173946175488}},
        }
    }


def test_verify_names_what_was_damaged(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    verified = SimpleNamespace(checked=1200, damaged=("neuron · digits-net · counting: light.webp",))
    monkeypatch.setattr(building, "verify", lambda *_: verified)
    assert run("verify") == 0
    assert capsys.readouterr().out.splitlines() == [
        "damaged: neuron · digits-net · counting: light.webp",
        "1,200 stored files, 1 damaged; neuron-series build makes them anew",
    ]


def test_clean_keeps_results_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = Paths(tmp_path)
    monkeypatch.setattr(cli, "PATHS", paths)
    for folder in (paths.docs, paths.site, paths.javascript):
        folder.mkdir(parents=True)
    assert run("clean") == 0
    assert (paths.docs.exists(), paths.site.exists(), paths.javascript.exists(), paths.cache.exists()) == (
        False, False, True, True,
    )  # fmt: skip
    assert run("clean", "--all") == 0
    assert not list(paths.cache.glob("*"))


def test_inspect_counts_a_published_shape_in_words_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("inspect", "spec:gpt3") == 0
    assert "10,616,832  173,946,175,488" in capsys.readouterr().out
    assert run("inspect", "spec:gpt3", "--json") == 0
    assert json.loads(capsys.readouterr().out)["synapses"] == 173_946_175_488


def test_the_network_that_the_readme_shows_can_be_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (REPOSITORY.root / "README.md").read_text("utf-8")
    code = readme.partition("$ cat mine.py\n")[2].partition("$ ")[0]
    (tmp_path / "mine.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    assert run("inspect", "mine.py:network", "--json") == 0
    assert json.loads(capsys.readouterr().out)["neurons"] == 256 + 10


def test_both_ways_to_start_leave_with_the_exit_status() -> None:
    for command in ([sys.executable, "-m", "generators"], [str(Path(sys.executable).with_name("neuron-series"))]):
        done = subprocess.run([*command, "buld"], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr


def test_a_reader_that_stops_reading_is_no_error() -> None:
    command = [sys.executable, "-m", "generators", "inspect", "spec:gpt3", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout is not None and reading.stderr is not None
        reading.stdout.close()
        assert reading.stderr.read() == b""
    assert reading.returncode == 0
