"""Stages: computed once, found again whole, forgotten when what made them changes, never by two at a time."""

import importlib
import multiprocessing
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from generators import stages
from generators.errors import UsageError
from generators.networks import Network
from generators.store import Store
from generators.store.lock import awaited, locked
from tests.test_store import flip

CODE = """
from dataclasses import dataclass
import numpy as np

@dataclass(frozen=True)
class Made:
    numbers: np.ndarray
    name: str

def helper(n):
    return np.arange(n) * 2

def make(network, n, name="x"):
    network.calls.append(n)
    return Made(helper(n), name)

def other(network, n, name="x"):
    network.calls.append(n)
    return Made(helper(n), name)

def unrelated():
    return 1
"""


@dataclass(frozen=True)
class Foreign:
    """What no stage of another package may hold."""

    n: int


def network(cache: Path, fingerprint: str = "f") -> Any:
    return cast("Network", SimpleNamespace(cache=cache, fingerprint=fingerprint, calls=[]))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write and import a package with the code of a stage, older than this process, as another process would see it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "staged").mkdir()

    def written(code: str = CODE, old: bool = True) -> ModuleType:
        for name in [name for name in sys.modules if name.partition(".")[0] == "staged"]:
            monkeypatch.delitem(sys.modules, name)
        for file, text in (("__init__.py", ""), ("making.py", code)):
            (tmp_path / "staged" / file).write_text(text)
            if old:
                os.utime(tmp_path / "staged" / file, (1e9, 1e9 + len(text)))
        importlib.invalidate_caches()
        stages._codes.clear()
        stages._sources.cache_clear()
        return importlib.import_module("staged.making")

    return written


def test_what_was_computed_is_found(tmp_path: Path, package: Any) -> None:
    make, net = package().make, network(tmp_path / "cache")
    first, again = (stages.stage(net, make, n=5, name="a") for _ in "ab")
    assert net.calls == [5]
    assert type(again) is type(first)
    assert again.name == "a"
    assert again.numbers.tolist() == first.numbers.tolist() == [0, 2, 4, 6, 8]
    assert not first.numbers.flags.writeable


def test_each_thing_that_it_depends_on_makes_another(tmp_path: Path, package: Any) -> None:
    module, net = package(), network(tmp_path / "cache")
    stages.stage(net, module.make, n=5)
    stages.stage(net, module.make, n=6)
    stages.stage(net, module.other, n=5)
    another = network(tmp_path / "cache", "g")
    stages.stage(another, module.make, n=5)
    assert (net.calls, another.calls) == ([5, 6, 5], [5])
    changed = network(tmp_path / "cache")
    assert stages.stage(changed, package(CODE.replace("* 2", "* 3")).make, n=2).numbers.tolist() == [0, 3]
    assert changed.calls == [2]


def test_what_it_cannot_reach_does_not(tmp_path: Path, package: Any) -> None:
    net = network(tmp_path / "cache")
    places = {
        stages.folder(net, package(code).make, n=1)
        for code in (CODE, CODE.replace("return 1", "return 2"), CODE + "# a remark\n")
    }
    assert len(places) == 1
    assert places.pop() != stages.folder(net, package(CODE.replace("* 2", "* 3")).make, n=1)


def test_a_damaged_file_is_made_again(tmp_path: Path, package: Any) -> None:
    make, net = package().make, network(tmp_path / "cache")
    stages.stage(net, make, n=5)
    file = stages.folder(net, make, n=5) / "value"
    size = file.stat().st_size
    for damage in (lambda: flip(file, size - 40), lambda: file.write_bytes(b""), file.unlink):
        damage()
        assert stages.stage(net, make, n=5).numbers.tolist() == [0, 2, 4, 6, 8]
    assert net.calls == [5] * 4


def test_a_result_that_could_not_be_read_is_not_kept(tmp_path: Path, package: Any) -> None:
    module, net = package(), network(tmp_path / "cache")
    module.Made = lambda *_: Foreign(1)
    with pytest.raises(ValueError, match="Foreign"):
        stages.stage(net, module.make, n=5)
    assert not (stages.folder(net, module.make, n=5) / "value").exists()


def test_what_is_made_of_younger_code_serves_this_process_alone(tmp_path: Path, package: Any) -> None:
    make, net = package(old=False).make, network(tmp_path / "cache")
    places = [stages.folder(net, make, n=5) for _ in "ab"]
    assert places[0] == places[1]
    os.utime(make.__code__.co_filename, (1e9, 1e9))  # as another process finds it
    os.utime(Path(make.__code__.co_filename).with_name("__init__.py"), (1e9, 1e9))
    assert stages.folder(net, make, n=5) == places[0]
    stages._codes.clear()
    assert stages.folder(net, make, n=5) != places[0]


def test_so_does_what_is_made_while_it_changes(tmp_path: Path, package: Any) -> None:
    module, net = package(), network(tmp_path / "cache")
    place, calls = stages.folder(net, module.make, n=5), []
    net.calls = SimpleNamespace(append=lambda n: (calls.append(n), os.utime(module.__file__)))
    for _ in "ab":
        assert stages.stage(net, module.make, n=5).numbers.tolist() == [0, 2, 4, 6, 8]
    assert calls == [5]
    assert stages.folder(net, module.make, n=5) != place
    assert not (place / "value").exists()


def test_a_process_knows_when_it_began() -> None:
    before = time.time()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        began = pool.apply(stages._began)
    assert before - 0.1 > stages._BEGAN
    assert before - 0.1 < began < time.time()


def _make_slowly(cache: Path, module: str, log: str) -> None:
    def note(_: int) -> None:
        time.sleep(0.3)
        with open(log, "a") as file:
            file.write("x")

    net = network(cache)
    net.calls = SimpleNamespace(append=note)
    assert stages.stage(net, importlib.import_module(module).make, n=3).numbers.tolist() == [0, 2, 4]


def test_two_processes_do_the_work_once(tmp_path: Path, package: Any) -> None:
    package()
    log = tmp_path / "log"
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_make_slowly, args=(tmp_path / "cache", "staged.making", str(log))) for _ in "ab"]
    for each in both:
        each.start()
    for each in both:
        each.join(300)
    assert [each.exitcode for each in both] == [0, 0]
    assert log.read_text() == "x"


def test_who_waits_for_a_lock_gets_it_when_it_is_free(tmp_path: Path) -> None:
    def hold() -> None:
        with awaited(tmp_path / "lock"):
            (tmp_path / "held").touch()
            time.sleep(0.5)

    holder = multiprocessing.get_context("fork").Process(target=hold)
    holder.start()
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    began = time.monotonic()
    with pytest.raises(UsageError, match="building already"), locked(tmp_path / "lock"):
        pass
    with awaited(tmp_path / "lock"):
        assert time.monotonic() - began > 0.3
    holder.join()


def test_clean_forgets_all_stages(tmp_path: Path, package: Any) -> None:
    make, net = package().make, network(tmp_path / "cache")
    stages.stage(net, make, n=5)
    (stages.folder(net, make, n=6)).mkdir()
    np.save(stages.folder(net, make, n=6) / "shard.npy", np.zeros(10))
    size = sum(file.stat().st_size for file in tmp_path.glob("cache/stages/*/*"))
    store = Store(tmp_path / "cache")
    freed = store.clean()
    store.close()
    assert freed.bytes == size > 200
    assert freed.objects == 3
    assert not (tmp_path / "cache" / stages.STAGES).exists()
    stages.stage(net, make, n=5)
    assert net.calls == [5, 5]
