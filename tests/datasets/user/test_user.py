"""What sort of data lies at a path."""

import os
import time

import numpy as np
import pytest

from generators.datasets import user
from generators.errors import UsageError
from generators.fingerprint.memo import Memo, file_digest


def test_files_are_told_apart_by_name_or_by_their_first_bytes(disk, columns):
    np.savez(disk / "a.npz", x=np.zeros((2, 3)), y=np.zeros(2, int))
    disk.parquet("b.parquet", columns)
    kinds = {
        "a.npz": "npz",
        "b.parquet": "parquet",
        disk.mnist("c", np.zeros((2, 4, 4), "uint8"), np.zeros(2, "uint8")).name: "idx",
        disk.write("d.txt", "text").name: "text",
        disk.write("e", "täxt").name: "text",
        disk.write("f.py", "é" * 40_000).name: "text",
        disk.write("g.data", (disk / "a.npz").read_bytes()).name: "npz",
        disk.write("h.data", (disk / "b.parquet").read_bytes()).name: "parquet",
    }
    assert {name: user.kind_of(disk / name) for name in kinds} == kinds
    assert user.files(disk / "d.txt") == (disk / "d.txt",)


@pytest.mark.parametrize("place", ["a", "data/a", "default/test/0000"])
def test_parquet_files_lie_beside_one_another_or_deeper(disk, columns, place):
    disk.parquet(f"set/{place}.parquet", columns)
    assert user.kind_of(disk / "set") == "parquet" and len(user.files(disk / "set")) == 1


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"\0" * 100, b"", b"\x1f\x8b\x08\0"])
def test_files_of_other_sorts_are_refused(disk, content):
    with pytest.raises(UsageError, match="is no data that can be read: expected an npz file, parquet, IDX or a text"):
        user.kind_of(disk.write("a.bin", content))


def test_nothing_and_devices_are_refused(disk):
    with pytest.raises(UsageError, match=r"there is no file .*nothing"):
        user.kind_of(disk / "nothing")
    with pytest.raises(UsageError, match="is neither a file nor a folder"):
        user.kind_of(type(disk.path)("/dev/null"))
    (disk / "empty").mkdir()
    with pytest.raises(UsageError, match="is a folder without data"):
        user.files(disk / "empty")


def test_the_shape_of_the_input_must_be_known(disk):
    with pytest.raises(UsageError, match="cannot be prepared for a network whose input is not said"):
        user.load(disk.pictures(cat=1), "image-classifier", None, [0.0], [1.0])


@pytest.fixture(params=["folder", "parquet", "saved", "mnist", "text", "npz"])
def data(request, disk, columns):
    """Data of every sort in a folder of their own, and one of their files."""
    match request.param:
        case "folder":
            path = disk.pictures("here/set", cat=3, dog=2)
            return path, path / "dog" / "001.png"
        case "parquet":
            path = disk.parquet("here/set.parquet", columns)
        case "saved":
            path = disk.saved("here/set", columns)
            return path, path / "dataset_info.json"
        case "mnist":
            path = disk.mnist("here/t10k", np.zeros((2, 4, 4), "uint8"), np.zeros(2, "uint8"))
            return path.parent, path
        case "text":
            path = disk.write("here/a.txt", "text")
        case _:
            path = disk.write("here/a.npz", b"PK")
    return path, path


def test_a_fingerprint_is_the_content_wherever_it_lies(data, disk):
    path, file = data
    before = user.fingerprint(path, Memo())
    (disk / "here").rename(disk / "there")
    path, file = (disk / "there" / each.relative_to(disk / "here") for each in data)
    assert user.fingerprint(path, Memo()) == before
    file.write_bytes(file.read_bytes() + b" ")
    assert user.fingerprint(path, Memo()) != before


def test_one_file_is_what_it_holds_whatever_it_is_called(disk):
    one, other = (user.fingerprint(disk.write(name, "text"), Memo()) for name in ("a.txt", "b.txt"))
    assert one == other


def test_a_fingerprint_reads_no_file_twice_and_remembers_a_class_in_one_line(disk, monkeypatch):
    path = disk.pictures(cat=30, dog=30)
    time.sleep(0.06)  # a memo trusts a file's times only when they are not quite new
    memo = Memo()
    before = user.fingerprint(path, memo)
    read = []
    monkeypatch.setattr(user, "file_digest", lambda file: read.append(file) or file_digest(file))
    assert user.fingerprint(path, memo) == before and read == [] and len(memo._known) == 2
    (path / "dog" / "029.png").rename(path / "dog" / "030.png")
    changed = user.fingerprint(path, memo)
    assert changed != before and len(read) == 30
    (path / "dog" / "030.png").rename(path / "cat" / "030.png")
    assert user.fingerprint(path, memo) not in (before, changed)
    (path / "cat" / os.fsdecode(b"\xff\n.png")).write_bytes(b"")
    assert len(user.fingerprint(path, memo)) == len(before)
    (path / "eel").mkdir()
    with pytest.raises(UsageError, match="has no pictures in the class folder 'eel'"):
        user.fingerprint(path, memo)
