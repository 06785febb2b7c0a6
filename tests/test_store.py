import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generators.errors import UsageError
from generators.fingerprint import Fingerprint
from generators.fingerprint.memo import Memo
from generators.store import Action, Store, objects
from generators.store.journal import Journal
from generators.store.lock import locked
from generators.store.objects import DiskFull, Objects, published

PLACE = ("article", "net", "exhibit")


def row(*keys, place=PLACE, figures=(), **fingerprints):
    return {
        "place": list(place),
        "keys": list(keys),
        "fingerprints": fingerprints,
        "facts": {"n": 1},
        "figures": list(figures),
        "record": {},
    }


def flip(file: Path, at: int = 0) -> None:
    """Damage one byte, as a disk would: size and times stay."""
    stat = file.stat()
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)
    file.chmod(0o444)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


# ---- objects


def test_bytes_are_kept_by_their_hash_and_read_only(tmp_path):
    kept = Objects(tmp_path)
    name = kept.put(b"bytes")
    assert kept.read(name) == b"bytes"
    assert kept.path(name) == tmp_path / name[:2] / name[2:]
    assert kept.path(name).stat().st_mode & 0o777 == 0o444
    assert list(kept.names()) == [name]


def test_equal_bytes_are_not_written_again(tmp_path):
    kept = Objects(tmp_path)
    before = kept.path(kept.put(b"bytes")).stat()
    after = kept.path(kept.put(b"bytes")).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_putting_bytes_repairs_a_damaged_object(tmp_path):
    kept = Objects(tmp_path)
    flip(kept.path(kept.put(b"bytes")))
    assert kept.read(kept.put(b"bytes")) == b"bytes"


def test_damage_that_shows_in_the_times_is_noticed_without_a_full_check(tmp_path):
    kept = Objects(tmp_path / "objects", Memo(tmp_path / "memo"))
    name = kept.put(b"bytes")
    time.sleep(0.06)
    assert kept.intact(name)
    flip(kept.path(name))  # the status-change time cannot be set back
    assert not kept.intact(name)
    kept.remove(name)
    assert not kept.intact(name)


def test_an_object_is_read_once_while_it_stays_as_it_is(tmp_path, monkeypatch):
    kept = Objects(tmp_path / "objects", memo := Memo(tmp_path / "memo"))
    name = kept.put(b"bytes")
    time.sleep(0.06)
    assert kept.intact(name)
    monkeypatch.setattr("generators.fingerprint.memo.file_digest", lambda path: pytest.fail("it was read again"))
    assert kept.intact(name)
    memo.close()


def test_half_written_files_are_no_objects_and_are_swept_away(tmp_path):
    kept = Objects(tmp_path)
    name = kept.put(b"bytes")
    half = kept.path(name).with_name(f"{name[2:]}.1-1.partial")
    half.write_bytes(b"by")
    assert list(kept.names()) == [name]
    kept.sweep()
    assert not half.exists()
    assert kept.intact(name)


# ---- a full disk


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path, monkeypatch, call):
    file = tmp_path / "file"
    published(b"old", file)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call == "write":
        real = open

        class Full:
            def __init__(self, *arguments):
                self.file = real(*arguments)

            def __enter__(self):
                return self

            def __exit__(self, *_):
                self.file.close()

            write = full

        monkeypatch.setattr(objects, "open", Full, raising=False)
    else:
        monkeypatch.setattr(objects.os, call, full)
    with pytest.raises(DiskFull, match=r"no room on the disk for .*: No space left on device; nothing .* is lost"):
        published(b"new", file)
    assert file.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def limited(bytes_: int):
    """Let a child process write files of a few bytes at most: as near to a full disk as one gets without root."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))

    return limit


def test_a_real_limit_leaves_objects_and_journal_whole(tmp_path):
    store = Store(tmp_path)
    store.commit("before", Action({"a": store.objects.put(b"small")}))
    code = f"""
from pathlib import Path
from generators.store import Store, Action
from generators.store.objects import DiskFull
store = Store(Path({str(tmp_path)!r}))
big = Action({{}}, {{"x": "y" * 100_000}})
for attempt in (lambda: store.objects.put(bytes(100_000)), lambda: store.commit("big", big)):
    try:
        attempt()
        print("written")
    except DiskFull as error:
        print("full")
store.commit("after", Action({{}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], preexec_fn=limited(40_000), capture_output=True, text=True, check=True
    )
    assert done.stdout == "full\nfull\n", done.stderr
    store = Store(tmp_path)
    assert store.action("before") and store.action("after") and not store.action("big")
    assert store.journal.damaged == 0
    assert not list(tmp_path.rglob("*.partial"))


# ---- the journal


def test_the_last_line_for_a_key_counts(tmp_path):
    journal = Journal(tmp_path / "journal")
    journal.put(("kind", "a", 1), ("kind", "b", {"x": [None]}))
    journal.put(("kind", "a", 2), ("other", "a", 3))
    journal.put(("kind", "b", None))
    for each in (journal, Journal(tmp_path / "journal")):
        assert each.get("kind", "a") == 2
        assert each.get("other", "a") == 3
        assert each.get("kind", "b") is None
        assert each.keys("kind") == ["a"]


def test_an_equal_value_adds_no_line(tmp_path):
    journal = Journal(tmp_path / "journal")
    journal.put(("kind", "a", {"x": 1}))
    before = (tmp_path / "journal").stat()
    journal.put(("kind", "a", {"x": 1}), ("kind", "nothing", None))
    assert (tmp_path / "journal").stat() == before


def test_a_line_cut_short_is_left_out_and_written_over(tmp_path):
    file = tmp_path / "journal"
    journal = Journal(file)
    journal.put(("kind", "a", 1))
    whole = file.read_bytes()
    journal.put(("kind", "b", "longer than the line that is written over it"))
    for cut in range(len(whole), len(file.read_bytes())):
        torn = tmp_path / f"torn{cut}"
        torn.write_bytes(file.read_bytes()[:cut])
        again = Journal(torn)
        assert again.keys("kind") == ["a"]
        assert again.damaged == 0
        again.put(("kind", "c", 3))
        assert Journal(torn).keys("kind") == ["a", "c"]
        assert torn.read_bytes().count(b"\n") == 2 and torn.read_bytes().endswith(b"\n")


def test_any_damaged_byte_costs_no_more_than_its_lines(tmp_path):
    file = tmp_path / "journal"
    Journal(file).put(*(("kind", key, key * 3) for key in "abcdef"))
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        journal = Journal(file)
        assert len(journal.keys("kind")) >= 4
        assert all(journal.get("kind", key) == key * 3 for key in journal.keys("kind"))


def test_a_journal_of_garbage_is_empty_and_can_be_written(tmp_path):
    file = tmp_path / "journal"
    file.write_bytes(random.Random(0).randbytes(10_000))
    journal = Journal(file)
    assert journal.damaged > 0
    assert journal.keys("kind") == []
    journal.put(("kind", "a", 1))
    assert Journal(file).get("kind", "a") == 1


def test_compacting_keeps_what_counts(tmp_path):
    file = tmp_path / "journal"
    journal = Journal(file)
    for value in range(20):
        journal.put(("kind", "a", value))
    journal.put(("kind", "b", "kept"))
    size = file.stat().st_size
    journal.compact()
    assert file.stat().st_size < size / 5
    for each in (journal, Journal(file)):
        assert (each.get("kind", "a"), each.get("kind", "b")) == (19, "kept")


# ---- the lock


HOLDER = """
import sys, time
from pathlib import Path
from generators.store.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_told_who_the_first_is(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path / "lock"], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(
                UsageError, match=rf"process {holder.pid} \(-c .*lock\), since \d\d:\d\d:\d\d, is building already"
            ),
            locked(tmp_path / "lock"),
        ):
            pass
    finally:
        holder.kill()
        holder.wait()
    with locked(tmp_path / "lock"):  # a holder that was killed holds nothing
        pass


# ---- the store


def test_an_action_counts_while_its_outputs_are_there(tmp_path):
    store = Store(tmp_path)
    name = store.objects.put(b"bytes")
    store.commit("key", Action({"file": name}, {"kind": "table"}))
    assert Store(tmp_path).action("key") == Action({"file": name}, {"kind": "table"})
    assert store.action("other") is None
    store.objects.remove(name)
    assert store.action("key") is None
    assert store.lost("key") == ["file missing"]


def test_the_catalogue_shows_exhibits_whose_files_are_all_there(tmp_path):
    store = Store(tmp_path)
    name = store.objects.put(b"{}")
    figure = {"name": "f", "kind": "table", "alt": "A.", "script": None, "width": 1, "height": 2, "files": {"a": name}}
    store.settle(row("key", figures=[figure]), [])
    made = store.catalogue()[PLACE]
    assert made.facts == {"n": 1}
    assert made.figures[0].files["a"].read_bytes() == b"{}"
    store.objects.remove(name)
    assert store.catalogue() == {}


def test_verify_finds_every_flipped_byte_and_names_whose_it_is(tmp_path):
    store = Store(tmp_path)
    names = [store.objects.put(bytes([i]) * 100) for i in range(5)]
    store.commit("key", Action({f"file{i}": name for i, name in enumerate(names)}))
    store.settle(row("key"), [])
    time.sleep(0.06)
    assert store.action("key")
    assert store.verify().damaged == ()
    flip(store.objects.path(names[2]), at=50)
    found = Store(tmp_path).verify()
    assert (found.checked, found.damaged) == (5, ("article · net · exhibit: file2",))
    assert not store.objects.path(names[2]).exists()
    assert Store(tmp_path).verify().checked == 4


def test_verify_reports_a_damaged_journal_and_mends_it(tmp_path):
    store = Store(tmp_path)
    store.commit("a", Action({}))
    store.commit("b", Action({}))
    flip(tmp_path / "journal", at=3)
    assert Store(tmp_path).verify().damaged == (f"1 lines of {tmp_path / 'journal'}",)
    assert Store(tmp_path).verify().damaged == ()
    assert Store(tmp_path).action("b")


def test_clean_keeps_what_exhibits_depend_on(tmp_path):
    store = Store(tmp_path)
    used, unused = store.objects.put(b"used"), store.objects.put(b"unused")
    store.commit("used", Action({"a": used}))
    store.commit("unused", Action({"a": unused, "b": used}))
    store.journal.put(("survey", "kept", []), ("survey", "dropped", []))
    store.settle(row("used", network="kept"), [Fingerprint({"x": "1"})])
    freed = store.clean()
    assert (freed.objects, freed.bytes) == (1, 6)
    again = Store(tmp_path)
    assert list(again.objects.names()) == [used]
    assert again.journal.keys("action") == ["used"]
    assert again.journal.keys("survey") == ["kept"]
    assert again.row(PLACE)


def test_settling_the_same_row_writes_nothing(tmp_path):
    store = Store(tmp_path)
    fingerprint = Fingerprint({"x": "1"})
    assert store.settle(row("k", code=fingerprint.digest), [fingerprint])
    assert not store.settle(row("k", code=fingerprint.digest), [fingerprint])
    assert store.parts(fingerprint.digest) == {"x": "1"}


# ---- SIGKILL at any moment, inside a write too


WRITER = """
import os, sys
from pathlib import Path
from generators.store import Action, Store
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
for i in range(10**6):
    data = i.to_bytes(4, "big") * 100_000
    store.commit(f"key{i}", Action({"file": store.objects.put(data)}))
    print(i, flush=True)
"""


def test_sigkill_leaves_every_file_whole_and_every_finished_action(tmp_path):
    moments = random.Random(1)
    inside_a_write = 0
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        writer = subprocess.Popen([sys.executable, "-c", WRITER, folder], stdout=subprocess.PIPE, text=True)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(moments.uniform(0, 0.15))
        writer.kill()
        said = writer.stdout.read().splitlines()
        writer.wait()
        inside_a_write += bool(list(folder.rglob("*.partial")))
        store = Store(folder)
        finished = int(said[-1]) + 1 if said and said[-1].isdigit() else 0
        assert all(store.action(f"key{i}") for i in range(finished))
        assert store.action(f"key{finished + 1}") is None  # at most one action was under way
        found = store.verify()
        assert found.damaged == ()
        assert not list(folder.rglob("*.partial"))
        assert found.checked - finished in (0, 1, 2)
    assert inside_a_write > 0
