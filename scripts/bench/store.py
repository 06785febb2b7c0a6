"""How long a build takes that has nothing to do: ours, beside joblib.Memory asked about as many results.

    python scripts/bench/store.py [--json]

Each line is a fresh process that finds everything fresh, imports of Python's included: CPU seconds, which other work on
the machine hardly changes, and wall-clock seconds. The exhibits are synthetic: one analysis, a plot and a table each,
seven artifacts. joblib is asked for each result whether it is there, not for the result.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "tiny_articles"
ARTIFACTS_EACH = 7
EXHIBITS = """
from generators.exhibit import Exhibit, Figure

def exhibits(subject, profile):
    if subject.name == "reference":
        return ()
    return tuple(
        Exhibit(
            f"sums-{i}",
            "analysis:sum_weights",
            (Figure(f"bars-{i}", "figures:bars", "Bars."), Figure(f"listed-{i}", "figures:listed", "Rows.")),
            "facts:totals",
            {"power": 1 + i / 1000},
        )
        for i in range(COUNT)
    )
"""
OURS = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from generators import build
from generators.paths import Paths
from generators.build.project import Project
paths = Paths(Path(sys.argv[1]))
report = build.refresh(paths, project=Project(paths, None, "tiny", "tiny.networks", "tiny.stills"))
assert (report.made, report.failures) == (0, ()), report
assert not {"torch", "plotly"} & sys.modules.keys()
print(report.fresh)
"""
THEIRS = """
import sys
sys.path.insert(0, sys.argv[1])
from remembered import remembered
print(sum(remembered.check_call_in_cache(i) for i in range(int(sys.argv[2]))))
"""
REMEMBERED = """
from pathlib import Path
from joblib import Memory

memory = Memory(Path(__file__).parent / "joblib", verbose=0)

@memory.cache
def remembered(i):
    return bytes(100)
"""


class Inline:
    """Runs tasks in this process, where starting others is not what is measured."""

    def __init__(self) -> None:
        self.queue: list[Any] = []

    def submit(self, task: Any) -> None:
        self.queue.append(task)

    def events(self) -> Iterator[Any]:
        from generators.executor import Ended, Handed
        from generators.executor.worker import handing

        while self.queue:
            task = self.queue.pop(0)
            module, _, name = task.function.partition(":")
            parts: list[Any] = []
            with handing(parts.append):
                value = getattr(import_module(module), name)(**task.arguments)
            yield from (Handed(task, part) for part in parts)
            yield Ended(task, value, 0.0)


def prepare(folder: Path, exhibits: int) -> None:
    """Make a project of so many exhibits and build it, without waiting for the disk."""
    from generators.build.making import Making
    from generators.build.plan import Planner
    from generators.build.project import Project
    from generators.events import nobody
    from generators.paths import Paths
    from generators.store import Store

    shutil.copytree(TINY, folder / "tiny")
    shutil.rmtree(folder / "tiny" / "shapes")
    (folder / "tiny" / "count" / "exhibits.py").write_text(EXHIBITS.replace("COUNT", str(exhibits)))
    (folder / "networks.toml").write_text(json.dumps({"net": {"weights": [[2.0, 3.0], [4.0, 5.0]], "data": []}}))
    sys.path.insert(0, str(folder))
    os.fsync = lambda fd: None
    project = Project(Paths(folder), None, "tiny", "tiny.networks", "tiny.stills")
    store = Store(project.paths.cache)
    networks = import_module(project.networks)

    def survey(name: str, fingerprint: Any) -> Any:
        layers = networks.survey(name, project.paths)
        store.journal.put(
            ("survey", fingerprint.digest, import_module("generators.build.work").survey(project.place, name))
        )
        return layers

    declared = project.declared(store.memo, survey, "laptop")
    planner = Planner(store, project.roots, project.stills)
    pool: Any = Inline()
    making = Making(store, pool, project.place, planner, "cpu", nobody)
    assert making.make(declared) == exhibits
    assert not making.failures
    time.sleep(0.1)
    measure(OURS, folder)  # the files are now old enough to be remembered


def measure(code: str, folder: Path, *arguments: str) -> tuple[int, float, float]:
    """Run code in a fresh process; give what it counted, its CPU seconds and its wall-clock seconds."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return int(done.stdout), cpu, seconds


def joblib(folder: Path, results: int) -> tuple[int, float, float]:
    (folder / "remembered.py").write_text(REMEMBERED)
    fill = THEIRS.replace("remembered.check_call_in_cache(i)", "len(remembered(i)) > 0")
    measure(fill, folder, str(results))
    return measure(THEIRS, folder, str(results))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="ours only, as JSON")
    as_json = parser.parse_args().json
    sys.path.insert(0, str(ROOT))
    found = []
    for exhibits in (100, 10_000 // ARTIFACTS_EACH + 1):
        artifacts = exhibits * ARTIFACTS_EACH
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if os.fork() == 0:  # a process of its own, for its modules and for fsync
                prepare(folder, exhibits)
                os._exit(0)
            assert os.wait()[1] == 0
            fresh, cpu, wall = measure(OURS, folder)
            assert fresh == exhibits
            found.append({"exhibits": exhibits, "artifacts": artifacts, "cpu_seconds": cpu, "wall_seconds": wall})
            if not as_json:
                print(
                    f"{exhibits:5d} exhibits, {artifacts:6,d} artifacts   ours {cpu:5.2f} s CPU {wall:5.2f} s wall",
                    end="",
                )
                _, cpu, wall = joblib(folder, artifacts)
                print(f"   joblib.Memory {cpu:5.2f} s CPU {wall:5.2f} s wall", flush=True)
    if as_json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
