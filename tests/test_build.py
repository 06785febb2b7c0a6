import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from generators import build
from generators.build import Report, Status
from generators.build.project import Project
from generators.errors import UsageError
from generators.events import Event, Failed, Finished, Note, Planned, Progress, Started
from generators.networks.subject import Layer
from generators.paths import REPOSITORY, Paths
from generators.store import Store

TINY = Path(__file__).parent / "tiny_articles"
NETWORKS = {
    "net-a": {"weights": [[1.0, 2.0], [3.0, 4.0]], "data": [1, 2]},
    "net-b": {"weights": [[5.0, 6.0], [7.0, 8.0]], "data": [3, 4]},
}
SUMS = ("count", "net-a", "sums")
ALL = ["sum_weights net-a", "sum_weights net-b", *["bars", "listed", "stills"] * 2]


@dataclass
class Tiny:
    """A copy of the tiny articles, to be changed and built."""

    root: Path

    @property
    def paths(self) -> Paths:
        return Paths(self.root)

    @property
    def project(self) -> Project:
        return Project(self.paths, None, "tiny", "tiny.networks", "tiny.stills")

    @property
    def store(self) -> Store:
        return Store(self.paths.cache)

    def build(self, tell=lambda event: None, **options) -> Report:
        _forget_modules()
        return build.refresh(self.paths, project=self.project, device="cpu", tell=tell, **options)

    def status(self, **options) -> dict[tuple[str, str, str], Status]:
        _forget_modules()
        found = build.status(self.paths, project=self.project, **options)
        return {(each.article, each.network, each.exhibit): each for each in found}

    def ran(self) -> list[str]:
        """What ran since this was last asked."""
        trace = self.root / "trace"
        lines = trace.read_text().splitlines() if trace.exists() else []
        trace.unlink(missing_ok=True)
        return sorted(lines)

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / "tiny" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def networks(self, networks: dict) -> None:
        self.paths.networks_toml.write_text(json.dumps(networks))

    def process(self, **options) -> subprocess.Popen:
        """Build in a process of its own; what it raises is printed as one line."""
        code = (
            "import sys\n"
            "from pathlib import Path\n"
            "from generators import build\n"
            "from generators.errors import UsageError\n"
            "from generators.paths import Paths\n"
            "from generators.build.project import Project\n"
            "if __name__ == '__main__':\n"
            "    paths = Paths(Path(sys.argv[1]))\n"
            "    project = Project(paths, None, 'tiny', 'tiny.networks', 'tiny.stills')\n"
            "    try:\n"
            "        print(build.refresh(paths, project=project, device='cpu', jobs=int(sys.argv[2])))\n"
            "    except UsageError as error:\n"
            "        print(type(error).__name__, error)\n"
        )
        script = self.root / "run.py"
        script.write_text(code)
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY.root)} | options.pop("env", {})
        command = [sys.executable, script, self.root, str(options.pop("jobs", 1))]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **options)


def _forget_modules() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "tiny"]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.setenv("TINY_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # edits within one second look alike to cached bytecode
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)
    shutil.copytree(TINY, tmp_path / "tiny", ignore=shutil.ignore_patterns("__pycache__"))
    made = Tiny(tmp_path)
    made.networks(NETWORKS)
    yield made
    _forget_modules()


@pytest.fixture
def built(tiny):
    assert tiny.build() == Report(3, 0, ())
    assert tiny.ran() == sorted(ALL)
    return tiny


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every file's inode, size and modification time."""
    stats = {path: path.stat() for path in folder.rglob("*") if path.is_file() and "logs" not in path.parts}
    return {str(path): (stat.st_ino, stat.st_size, stat.st_mtime_ns) for path, stat in stats.items()}


# ---- nothing to do


def test_a_second_build_does_nothing(built):
    time.sleep(0.06)
    built.build()  # now the files are old enough for their times to be believed
    before = snapshot(built.paths.cache / "objects") | snapshot(built.paths.cache / "journal")
    events = []
    assert built.build(events.append) == Report(0, 3, ())
    assert built.ran() == []
    assert events == [Planned(0, 3)]
    assert snapshot(built.paths.cache / "objects") | snapshot(built.paths.cache / "journal") == before
    assert {each.state for each in built.status().values()} == {"fresh"}


HEAVY = "print(sorted({'torch', 'plotly', 'kaleido'} & sys.modules.keys()))"


def test_a_build_with_nothing_to_do_imports_neither_torch_nor_plotly():
    """The real articles and networks, looked at in a fresh process."""
    code = f"import sys; from generators import build; build.status(); {HEAVY}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY.root)
    assert done.stdout == "[]\n", done.stderr


def test_that_test_can_fail():
    code = f"import sys; from generators import build; import torch; {HEAVY}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY.root)
    assert done.stdout == "['torch']\n", done.stderr


def test_a_build_with_nothing_to_do_is_quick():
    """In CPU seconds of the whole process, which a busy machine does not lengthen much."""
    bench = REPOSITORY.root / "scripts" / "bench" / "store.py"
    done = subprocess.run([sys.executable, bench, "--json"], capture_output=True, text=True, check=True)
    hundred, many = json.loads(done.stdout)
    assert hundred["exhibits"] == 100 and hundred["cpu_seconds"] < 1
    assert many["artifacts"] >= 10_000 and many["cpu_seconds"] < 2


# ---- what depends on what


@pytest.mark.parametrize(
    ("file", "old", "new", "reason", "runs"),
    [
        pytest.param(
            "count/arithmetic.py",
            "return a + b",
            "return a + b + 1",
            "code: arithmetic.plus changed",
            ALL,
            id="a helper two imports away",
        ),
        pytest.param(
            "count/arithmetic.py",
            "return a + b",
            "return b + a",
            "code: arithmetic.plus changed",
            ["sum_weights net-a", "sum_weights net-b"],
            id="a result that comes out the same stops the chain",
        ),
        pytest.param(
            "count/helper.py", "SCALE = 1.0", "SCALE = 2.0", "code: helper.SCALE changed", ALL, id="a constant"
        ),
        pytest.param("count/exhibits.py", "POWER = 1", "POWER = 2", "params: power 1 → 2", ALL, id="a parameter"),
        pytest.param(
            "count/figures.py", '"sum"', '"Σ"', "code: figures.HEADING changed", ["listed"] * 2, id="one drawing"
        ),
        pytest.param(
            "count/figures.py",
            "return Plot([float(row)",
            "return Plot([-float(row)",
            "code: figures.bars changed",
            ["bars", "stills"] * 2,
            id="a drawing that has stills",
        ),
        pytest.param(
            "count/figures.py",
            "self.y = y",
            "self.y = list(y)",
            "code: figures.Plot changed",
            ["bars"] * 2,
            id="a drawing that comes out the same keeps its stills",
        ),
        pytest.param(
            "count/facts.py",
            "len(sums.rows)}",
            "len(sums.rows) + 1}",
            "code: facts.totals changed",
            [],
            id="facts",
        ),
        pytest.param(
            "stills.py",
            'STYLE = "red"',
            'STYLE = "blue"',
            "style: tiny.stills.STYLE changed",
            ["stills"] * 2,
            id="a style",
        ),
        pytest.param(
            "stills.py",
            'return "1"',
            'return "2"',
            "style: versions and templates changed",
            ["stills"] * 2,
            id="a template",
        ),
        pytest.param(
            "count/exhibits.py",
            "One bar for each row",
            "A bar for each row",
            "figure bars: its description changed",
            [],
            id="a description",
        ),
    ],
)
def test_a_change_refreshes_exactly_what_depends_on_it(built, file, old, new, reason, runs):
    built.edit(file, old, new)
    status = built.status()
    assert {place: each.reasons for place, each in status.items() if each.state == "stale"} == {
        ("count", "net-a", "sums"): (reason,),
        ("count", "net-b", "sums"): (reason,),
    }
    assert built.build() == Report(2, 1, ())
    assert built.ran() == sorted(runs)
    assert {each.state for each in built.status().values()} == {"fresh"}
    assert built.build() == Report(0, 3, ())


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("count/analysis.py", '"""Sum each row of', '"""Add up each row of', id="a docstring"),
        pytest.param("count/results.py", '"""One sum for each row', '"""The sum of each row', id="a field's docstring"),
        pytest.param("count/helper.py", "    result = 0.0", "    # why\n\n    result = 0.0", id="a comment"),
        pytest.param("count/arithmetic.py", "return -a", "return 1 - a", id="a function that nothing calls"),
    ],
)
def test_a_change_that_changes_nothing_refreshes_nothing(built, file, old, new):
    built.edit(file, old, new)
    assert {each.state for each in built.status().values()} == {"fresh"}
    assert built.build() == Report(0, 3, ())
    assert built.ran() == []


def test_a_weight_refreshes_what_depends_on_its_network(built):
    weights = [[1.0, 2.0], [3.0, 5.0]]
    built.networks(NETWORKS | {"net-a": {"weights": weights, "data": [1, 2]}})
    status = built.status()
    assert status[SUMS].reasons == ("network net-a: 1 of 2 tensors changed",)
    assert status["count", "net-b", "sums"].state == "fresh"
    assert built.build() == Report(1, 2, ())
    assert built.ran() == sorted(["sum_weights net-a", "bars", "listed", "stills"])


def test_a_data_set_refreshes_what_depends_on_its_network(built):
    built.networks(NETWORKS | {"net-a": {**NETWORKS["net-a"], "data": [9]}})
    assert built.status()[SUMS].reasons == ("network net-a: data changed",)
    built.build()
    assert built.ran() == ["sum_weights net-a"]


def test_a_network_that_was_known_before_costs_nothing(built):
    built.networks(NETWORKS | {"net-a": {"weights": [[0.0]], "data": []}})
    built.build()
    built.ran()
    built.networks(NETWORKS)
    assert built.build() == Report(1, 2, ())
    assert built.ran() == []


def test_equal_bytes_are_not_written_again(built):
    before = snapshot(built.paths.cache / "objects")
    built.edit("count/arithmetic.py", "return a + b", "return b + a")
    built.build()
    assert snapshot(built.paths.cache / "objects") == before


def test_what_an_edit_makes_is_what_the_page_shows(built):
    built.edit("count/helper.py", "SCALE = 1.0", "SCALE = 2.0")
    built.build()
    made = built.store.catalogue()[SUMS]
    assert made.facts == {"total": 20.0, "largest": 14.0, "rows": 2}
    bars, listed = made.figures
    assert json.loads(bars.files["figure.json"].read_bytes())["data"][0]["y"] == [6.0, 14.0]
    assert listed.files["data.csv"].read_text().split() == ["row,sum", "0,6.0", "1,14.0"]
    assert bars.files["light.webp"].read_bytes().startswith(b"red")
    assert (bars.kind, bars.alt, bars.width, bars.height) == ("plotly", "One bar for each row of weights.", 760, 440)
    assert (listed.kind, listed.script) == ("table", None)


def test_a_change_of_facts_changes_what_prose_quotes(built):
    built.edit("count/facts.py", "len(sums.rows)}", "len(sums.rows) + 1}")
    built.build()
    assert built.store.catalogue()[SUMS].facts == {"total": 10.0, "largest": 7.0, "rows": 3}


def test_facts_are_nested_by_article_network_and_exhibit(built):
    assert build.facts(built.store.catalogue())["count"]["net-b"]["sums"]["total"] == 26.0
    assert build.facts(built.store.catalogue())["shapes"] == {"reference": {"polygons": {"polygons": 3}}}


def test_a_record_says_what_made_a_result(built):
    record = built.store.catalogue()[SUMS].record
    assert record["network"] == "net-a"
    assert record["params"] == {"power": 1, "seconds": 0.0, "seed": 0}
    assert (record["seed"], record["device"]) == (0, "cpu")
    assert record["versions"].keys() >= {"python", "numpy"}
    assert record["quality"] == {"accuracy": 0.75}
    assert record["seconds"] >= 0 and record["peak_memory_bytes"] > 1_000_000
    assert record["made_at"].startswith("20")
    assert record.keys() >= {"network_fingerprint", "code_fingerprint", "commit", "result"}
    assert built.store.catalogue()["shapes", "reference", "polygons"].record["network_fingerprint"] is None
    other = built.store.catalogue()["shapes", "reference", "polygons"].record["versions"]
    assert other == record["versions"], "what a process has imported by chance is no provenance"


def test_an_exhibit_that_is_no_longer_declared_is_forgotten(built):
    shutil.rmtree(built.root / "tiny" / "shapes")
    built.networks({"net-b": NETWORKS["net-b"]})
    built.build()
    assert list(built.store.catalogue()) == [("count", "net-b", "sums")]
    assert build.clean(built.paths).objects > 0
    assert built.build() == Report(0, 1, ())
    assert built.ran() == []


# ---- which, and wrong names


def test_one_article_or_network(tiny):
    assert tiny.build(article="shapes") == Report(1, 0, ())
    assert tiny.build(network="net-b") == Report(1, 0, ())
    assert tiny.ran() == sorted(["sum_weights net-b", "bars", "listed", "stills"])
    states = {place: each.state for place, each in tiny.status().items()}
    assert states == {
        ("shapes", "reference", "polygons"): "fresh",
        ("count", "net-b", "sums"): "fresh",
        SUMS: "missing",
    }
    assert tiny.status(article="count", network="net-a").keys() == {SUMS}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"article": "coutn"}, "there is no article 'coutn'; did you mean 'count'"),
        ({"network": "net_a"}, "there is no network 'net_a'; did you mean 'net-a'"),
    ],
)
def test_an_unknown_name_is_one_sentence(tiny, options, said):
    for ask in (tiny.build, tiny.status):
        with pytest.raises(UsageError, match=said):
            ask(**options)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("count/exhibits.py", "def exhibits(", "def exhibits((", r"exhibits\.py, line 7, does not parse"),
        ("count/exhibits.py", 'Figure("listed"', 'Figure("bars"', "declares the figure 'bars' of net-a twice"),
        (
            "count/exhibits.py",
            "figures:bars",
            "figures:bar",
            "exhibit 'sums' of article 'count': .* did you mean 'bars'",
        ),
        ("count/helper.py", "def total(", "def total((", r"helper\.py, line 6, does not parse"),
    ],
)
def test_an_article_that_is_wrong_is_one_sentence(tiny, file, old, new, said):
    tiny.edit(file, old, new)
    with pytest.raises(UsageError, match=said):
        tiny.build()


def test_a_network_that_cannot_be_loaded_is_one_sentence(tiny):
    tiny.networks(NETWORKS | {"net-b": {"weights": [[float("nan")]], "data": []}})
    with pytest.raises(UsageError, match="network 'net-b' has weights that are not numbers"):
        tiny.build()
    assert tiny.build(network="net-a").made == 1


def test_a_gpu_that_is_not_there_is_one_sentence(built):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    built.edit("count/helper.py", "SCALE = 1.0", "SCALE = 2.0")
    with pytest.raises(UsageError, match=r"there is no device 'cuda': torch .* sees no GPU"):
        build.refresh(built.paths, project=built.project, device="cuda")
    assert built.ran() == []


# ---- failures


def test_one_failure_does_not_stop_the_others(tiny):
    tiny.edit(
        "count/exhibits.py",
        "return (Exhibit(",
        'return (Exhibit("moody", "analysis:fail", (), "facts:totals"), Exhibit(',
    )
    events: list[Event] = []
    report = tiny.build(events.append)
    assert (report.made, report.fresh) == (3, 0)
    assert [(each.network, each.exhibit) for each in report.failures] == [("net-a", "moody"), ("net-b", "moody")]
    failure = report.failures[0]
    assert failure.message.startswith("ValueError: the weights are in the wrong mood (analysis.py:")
    assert "Traceback" in failure.traceback and "second line" in failure.log.read_text()
    assert Failed("count · net-a · moody", failure.message) in events
    assert tiny.status()["count", "net-a", "moody"].state == "missing"
    assert tiny.build().failures[0].message == failure.message


def test_a_process_that_dies_takes_only_its_own_step_with_it(tiny):
    tiny.edit(
        "count/exhibits.py",
        "return (Exhibit(",
        'return (Exhibit("deadly", "analysis:die", (), "facts:totals"), Exhibit(',
    )
    report = tiny.build()
    assert report.made == 3
    assert {each.message for each in report.failures} == {"its process ended with exit status 7"}


def test_what_was_made_is_shown_until_something_better_is(built):
    built.edit("count/figures.py", "return Plot(", "raise ValueError('no'); return Plot(")
    before = built.store.catalogue()[SUMS]
    report = built.build()
    assert [each.message for each in report.failures] == ["figure bars: ValueError: no (figures.py:38)"] * 2
    assert built.store.catalogue()[SUMS] == before
    assert built.status()[SUMS].reasons == ("code: figures.bars changed",)


@pytest.mark.parametrize("meanwhile", ["SCALE = 2.0", "SCALE = ="])
def test_code_that_changes_while_it_runs_makes_nothing(tiny, meanwhile):
    def meddle(event):
        if event == Progress("count · net-a · sums", 1, 3, "rows"):
            tiny.edit("count/helper.py", "SCALE = 1.0", meanwhile)

    report = tiny.build(meddle, network="net-a")
    assert [each.message for each in report.failures] == ["its code changed while it ran; build again"]
    tiny.edit("count/helper.py", meanwhile, "SCALE = 2.0")
    tiny.build()
    assert tiny.store.catalogue()[SUMS].facts["total"] == 20.0


def test_weights_that_change_while_they_are_read_make_nothing(tiny):
    def meddle(event):
        if isinstance(event, Planned):
            tiny.networks(NETWORKS | {"net-a": {"weights": [[1.0]], "data": []}})

    report = tiny.build(meddle, network="net-a")
    assert [each.message for each in report.failures] == ["its network changed while it ran; build again"]
    assert tiny.build().failures == ()
    assert tiny.store.catalogue()[SUMS].facts["total"] == 1.0


def test_a_build_tells_how_it_goes(tiny):
    events: list[Event] = []
    tiny.build(events.append, network="net-a")
    label = "count · net-a · sums"
    mine = [event for event in events if getattr(event, "label", "") == label]
    assert events[0] == Planned(4, 0)
    assert mine[0] == Started(label)
    assert mine[-2] == Progress(label, 3, 3, "rows")
    assert isinstance(mine[-1], Finished) and mine[-1].changed
    finished = [event.label for event in events if isinstance(event, Finished)]
    assert sorted(finished) == sorted(
        [
            label,
            f"{label} · facts",
            f"{label} · figure bars",
            f"{label} · figure listed",
            f"{label} · stills of figure bars",
        ]
    )


# ---- stills


def test_two_figures_that_name_one_another_are_still_two(tiny):
    """They reach the same code; it was once all that told them apart."""
    tiny.edit("count/figures.py", '_note("bars")', '_note("bars"), listed')
    tiny.edit("count/figures.py", '_note("listed")', '_note("listed"), bars')
    tiny.build()
    drawn = {figure.name: figure.kind for figure in tiny.store.catalogue()[SUMS].figures}
    assert drawn == {"bars": "plotly", "listed": "table"}


def test_without_chrome_figures_have_no_stills_until_there_is_one(tiny, monkeypatch):
    monkeypatch.setenv("TINY_CHROME", "")
    events: list[Event] = []
    tiny.build(events.append)
    assert [event for event in events if isinstance(event, Note)] == [Note("No Chrome was found.")]
    assert tiny.store.catalogue()[SUMS].figures[0].files.keys() == {"figure.json", "data.csv"}
    assert tiny.status()[SUMS].state == "fresh"
    monkeypatch.setenv("TINY_CHROME", "chrome")
    assert tiny.status()[SUMS].reasons == ("stills of figure bars: not made yet",)
    tiny.ran()
    tiny.build()
    assert tiny.ran() == ["stills", "stills"]
    assert "dark.webp" in tiny.store.catalogue()[SUMS].figures[0].files


def test_a_browser_that_hangs_costs_a_note(tiny, monkeypatch):
    monkeypatch.setenv("TINY_HANGS", "1")
    events: list[Event] = []
    assert tiny.build(events.append) == Report(3, 0, ())
    assert [event for event in events if isinstance(event, Note)] == [Note("Chrome did not finish.")]
    assert "total" in tiny.store.catalogue()[SUMS].facts
    monkeypatch.delenv("TINY_HANGS")
    assert tiny.build().made == 2


# ---- damage


def flip(file: Path) -> None:
    stat = file.stat()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_flipped_byte_in_any_object_is_found_and_repaired(built):
    store = built.store
    before = {name: store.objects.read(name) for name in store.objects.names()}
    for left, name in enumerate(sorted(before, reverse=True)):
        flip(store.objects.path(name))
        found = build.verify(built.paths)
        assert found.checked == len(before) - left
        assert found.damaged and all(" · " in each for each in found.damaged)
    assert {each.reasons for each in built.status().values()} == {("result: result missing",)}
    assert built.build().failures == ()
    assert {name: store.objects.read(name) for name in store.objects.names()} == before
    assert {each.state for each in built.status().values()} == {"fresh"}


def test_damage_is_noticed_by_an_ordinary_build(built):
    time.sleep(0.06)
    built.status()
    flip(built.store.catalogue()[SUMS].figures[0].files["figure.json"])
    assert built.status()[SUMS].reasons == ("figure bars: figure.json damaged",)
    assert built.build() == Report(0, 2, ()) or built.ran() == ["bars"]
    assert built.status()[SUMS].state == "fresh"


def test_a_damaged_journal_is_made_anew(built):
    journal = built.paths.cache / "journal"
    shown = built.store.catalogue()
    journal.write_bytes(random.Random(0).randbytes(5000))
    events: list[Event] = []
    assert built.build(events.append).made == 3
    assert isinstance(events[0], Note) and "journal are damaged" in events[0].text
    assert {place: made.facts for place, made in built.store.catalogue().items()} == {
        place: made.facts for place, made in shown.items()
    }


def test_a_folder_that_was_moved_or_copied_is_still_fresh(built, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(built.paths.cache, copy)
    shutil.rmtree(built.paths.cache)
    copy.rename(built.paths.cache)
    assert built.build() == Report(0, 3, ())
    assert built.ran() == []


# ---- other processes


def test_two_builds_at_once_do_not_harm_each_other(tiny):
    tiny.edit("count/exhibits.py", "SECONDS = 0.0", "SECONDS = 2.0")
    first = tiny.process()
    while traced(tiny) == 0:
        time.sleep(0.02)
    with pytest.raises(UsageError, match=rf"process {first.pid} \(run.py .*\), since .* is building already"):
        tiny.build()
    assert {each.state for each in tiny.status().values()} <= {"missing", "fresh"}  # looking is allowed
    assert first.communicate()[0] == "Report(made=3, fresh=0, failures=())\n"
    assert tiny.build() == Report(0, 3, ())


def test_same_inputs_same_bytes(tiny):
    def objects(**options) -> list[str]:
        shutil.rmtree(tiny.paths.cache, ignore_errors=True)
        assert tiny.process(**options).communicate()[0] == "Report(made=3, fresh=0, failures=())\n"
        return list(tiny.store.objects.names())

    tiny.edit("shapes/polygon.py", "return Polygons(names,", "return Polygons(tuple({*names}),")  # a set's order
    first = objects(env={"PYTHONHASHSEED": "1"})
    assert objects(env={"PYTHONHASHSEED": "2"}) == first
    assert objects(env={"PYTHONHASHSEED": "3"}, jobs=2) == first


def test_a_full_disk_is_one_sentence_and_loses_nothing(tiny):
    import resource

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    tiny.edit("count/analysis.py", "return Sums(rows,", "return Sums(np.zeros(10_000),")
    said = tiny.process(preexec_fn=limit).communicate()[0]
    assert said.startswith("DiskFull no room on the disk for ") and said.count("\n") == 1
    assert build.verify(tiny.paths).damaged == ()
    assert tiny.build().failures == ()
    assert tiny.store.catalogue()[SUMS].facts["rows"] == 10_000


def many(tiny, n: int, seconds: float) -> None:
    tiny.networks({f"net-{i}": {"weights": [[float(i), 1.0]], "data": []} for i in range(n)})
    tiny.edit("count/exhibits.py", "SECONDS = 0.0", f"SECONDS = {seconds}")


def traced(tiny) -> int:
    trace = tiny.root / "trace"
    return len(trace.read_text().splitlines()) if trace.exists() else 0


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_build_that_is_killed_again_and_again_redoes_one_step_a_kill(tiny, jobs):
    networks, kills = 12, 8
    many(tiny, networks, 0.1)
    moments = random.Random(jobs)
    for _ in range(kills):
        before = traced(tiny)
        process = tiny.process(jobs=jobs)
        while traced(tiny) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.3))
        process.kill()
        process.communicate()
        for made in tiny.store.catalogue().values():  # every published file is whole
            assert all(path.read_bytes() for drawn in made.figures for path in drawn.files.values())
    assert "failures=()" in tiny.process(jobs=jobs).communicate()[0]
    ran = tiny.ran()
    runs = [sum(line.startswith(step) for line in ran) for step in ("sum_weights", "bars", "listed")]
    assert min(runs) >= networks
    assert sum(runs) <= 3 * networks + kills * jobs
    assert build.verify(tiny.paths).damaged == ()
    assert tiny.build() == Report(0, networks + 1, ())


def test_a_still_is_kept_as_soon_as_it_is_taken(tiny):
    many(tiny, 6, 0.0)
    trace = tiny.root / "trace"
    process = tiny.process(env={"TINY_SLOW": "0.4"})
    while (trace.read_text() if trace.exists() else "").count("stills") < 4 and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    taken = tiny.ran().count("stills")
    assert "failures=()" in tiny.process().communicate()[0]
    plots = [drawn for made in tiny.store.catalogue().values() for drawn in made.figures if drawn.kind == "plotly"]
    assert all("light.webp" in drawn.files for drawn in plots)
    assert 0 < taken < len(plots)
    assert taken + tiny.ran().count("stills") <= len(plots) + 1  # the one under way is taken again


def test_a_build_sweeps_away_what_a_killed_one_left_half_written(built):
    folders = [built.paths.cache, next(built.paths.cache.glob("objects/??"))]
    for folder in folders:
        (folder / "name.1-1.partial").write_bytes(b"half")
    built.build()
    assert not list(built.paths.cache.rglob("*.partial"))


def alive(process_id: str) -> bool:
    try:
        return Path("/proc", process_id, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc who is alive")
def test_workers_end_when_the_build_is_killed(tiny):
    many(tiny, 3, 60.0)
    process = tiny.process(jobs=2)
    while traced(tiny) < 2:
        time.sleep(0.02)
    children = Path("/proc", str(process.pid), "task", str(process.pid), "children").read_text().split()
    assert len(children) >= 2
    process.kill()
    process.wait()
    deadline = time.time() + 20
    while any(map(alive, children)):
        assert time.time() < deadline
        time.sleep(0.02)


def test_ctrl_c_ends_a_build_at_once_and_keeps_what_was_made(tiny):
    many(tiny, 3, 4.0)
    process = tiny.process(stderr=subprocess.PIPE, start_new_session=True)
    while traced(tiny) < 2:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=3)
    assert process.returncode != 0
    assert error.strip().endswith("KeyboardInterrupt")
    assert "Traceback" not in (tiny.paths.cache / "logs" / "output.txt").read_text()
    store = tiny.store
    made = [key for key in store.journal.keys("action") if (action := store.action(key)) and "types" in action.meta]
    assert len(made) == 2  # the polygons and the first network


def test_a_layer_comes_back_from_the_journal_as_it_was():
    for layer in (
        Layer("experts", "Experts", (2, 4, 3), (), (("up", (2, 4, 3)), ("down", (2, 3, 4)))),
        Layer("scale", "Scale", (), None),
    ):
        assert build._layer(json.loads(json.dumps(asdict(layer)))) == layer
