"""What sort of data lies at a path."""

import numpy as np
import pytest

from generators.datasets import user
from generators.errors import UsageError


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
