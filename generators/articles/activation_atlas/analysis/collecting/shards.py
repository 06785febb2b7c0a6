"""Shards: what was gathered, some thousand pictures a file, each whole or absent; and all of them put together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from generators import stages
from generators.store.objects import room

SHARD = 8192
"""Pictures in a file; no more are held in memory."""
TRUSTED = ("generators",)


class Shards:
    """The files of one collection, in a folder; only whoever holds its lock may change them."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count

    def missing(self) -> Iterator[int]:
        """Number each shard that is not there, or not whole."""
        return (number for number in range(self.count) if self.read(number) is None)

    def read(self, number: int) -> dict[str, np.ndarray] | None:
        return stages.kept(self._file(number), TRUSTED)

    def write(self, number: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays whose first axes count the same pictures."""
        stages.keep(self._file(number), dict(arrays), TRUSTED)

    def column(self, name: str) -> np.ndarray:
        """One array of all shards."""
        return np.concatenate([found[name] for number in range(self.count) if (found := self.read(number))])

    def merge(self, about: Mapping[str, Any], places: np.ndarray) -> None:
        """Put each array of all shards into one file ``NAME.npy``, then write what is said about them, last.

        ``places`` (n,) are where the shards' rows go, one after the other.
        """
        shapes, done = self._shapes(), 0
        with room(self.folder), ExitStack() as stack:
            files = {name: stack.enter_context(open(self._half(name), "wb")) for name in shapes}
            for name, (dtype, shape) in shapes.items():
                header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(files[name], header)
            headers = {name: file.tell() for name, file in files.items()}
            for number in range(self.count):
                arrays = self.read(number) or {}
                rows = places[done : done + max(map(len, arrays.values()), default=0)]
                for name, array in arrays.items():
                    _put(files[name], headers[name], array, rows)
                done += len(rows)
            for file in files.values():
                file.flush()
                os.fsync(file.fileno())
        for name in shapes:
            os.replace(self._half(name), self.folder / f"{name}.npy")
        stages.keep(self.folder / "value", dict(about), TRUSTED)
        self.sweep()

    def sweep(self) -> None:
        """Remove the shards: they are all in the whole."""
        for number in range(self.count):
            self._file(number).unlink(missing_ok=True)

    def _shapes(self) -> dict[str, tuple[np.dtype, tuple[int, ...]]]:
        """Type and shape of each array, all shards together."""
        found: dict[str, tuple[np.dtype, tuple[int, ...]]] = {}
        for number in range(self.count):
            for name, array in (self.read(number) or {}).items():
                before = found[name][1][0] if name in found else 0
                found[name] = array.dtype, (before + len(array), *array.shape[1:])
        return found

    def _half(self, name: str) -> Path:
        return self.folder / f"{name}.partial"

    def _file(self, number: int) -> Path:
        return self.folder / f"shard-{number:06}"


def _put(file: BinaryIO, header: int, array: np.ndarray, rows: np.ndarray) -> None:
    """Write rows of an array at their places behind a header, those that are neighbours in both at once."""
    array = np.ascontiguousarray(array)
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    for begin, end in pairwise([0, *breaks.tolist(), len(rows)]):
        file.seek(header + int(rows[begin]) * array[:1].nbytes)
        file.write(array[begin:end].data)


def about(folder: Path) -> dict[str, Any] | None:
    """What was said about the arrays of a folder; ``None`` where they are not all there."""
    return stages.kept(folder / "value", TRUSTED)


def array(folder: Path, name: str) -> np.ndarray:
    """One array, read from its file where it is looked at."""
    return np.load(folder / f"{name}.npy", mmap_mode="r")
