"""Parquet files of encoded pictures and labels: one file, or a folder of them as Hugging Face lays it out.

Rows are read a row group at a time, of which the last few are kept, so that memory stays flat.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from generators.datasets.user import splits, tables
from generators.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from generators.datasets.user.collection import Collection

DEPTHS = ("*.parquet", "*/*.parquet", "*/*/*.parquet")
"""Where in a folder the files lie: beside one another, in ``data/``, or in one folder a split."""
ENTRIES_LOOKED_AT = 30
KEPT_BYTES = 256 * 1024**2
GROUP_BYTES_AT_MOST = 512 * 1024**2


def is_one(folder: Path) -> bool:
    """Whether a folder holds parquet files, as far as a glance into it and into each folder in it shows."""
    if next(folder.glob("*.parquet"), None):
        return True
    inner = [found for each in folder.iterdir() if os.path.isdir(each) for found in _glance(each)]
    deeper = (found for each in inner if os.path.isdir(each) for found in _glance(each.path))
    return any(each.name.endswith(".parquet") for each in chain(inner, deeper))


def _glance(folder: str | Path) -> list[os.DirEntry[str]]:
    """A few entries of a folder: it may have a million."""
    with os.scandir(folder) as entries:
        return list(islice(entries, ENTRIES_LOOKED_AT))


def files(path: Path) -> tuple[tuple[Path, ...], str | None]:
    """The files to read, sorted, and the split that they are, where their names say one."""
    if path.is_file():
        return (path,), None
    found = next((each for pattern in DEPTHS if (each := tables.inside(path, path.glob(pattern)))), ())
    by_file = {file: splits.split_of(str(file.relative_to(path))) for file in found}
    split = splits.preferred({each for each in by_file.values() if each})
    return tuple(file for file in found if by_file[file] == split or split is None), split


class ParquetPictures:
    """The encoded pictures of some parquet files."""

    def __init__(self, path: Path, files: Sequence[Path], labels: Sequence[str]) -> None:
        import numpy as np
        import pyarrow as pa

        self.name = str(path)
        self._files = files
        opened = [_open(file) for file in files]
        features = tables.features_of(opened[0].schema_arrow)
        self._column, label = tables.columns(path, opened[0].schema_arrow, features)
        self._groups = [(i, group) for i, file in enumerate(opened) for group in range(file.num_row_groups)]
        for file, each in zip(files, opened, strict=True):
            _check(file, each, self._column, label)
        columns = [_read(file, each, label) for file, each in zip(files, opened, strict=True)]
        column = pa.chunked_array([chunk for each in columns for chunk in each.chunks], columns[0].type)
        self.y, self.labels = tables.answers(path, column, tables.class_names(features, label), labels)
        rows = [opened[i].metadata.row_group(group).num_rows for i, group in self._groups]
        self.starts: np.ndarray = np.concatenate([[0], np.cumsum(rows)])[:-1]
        if sum(rows) != len(self.y):
            raise UsageError(f"{path} is damaged: its row groups have {sum(rows):,} rows and {len(self.y):,} labels")
        self._opened = opened
        self._kept: OrderedDict[int, pa.ChunkedArray] = OrderedDict()
        self._lock = threading.Lock()

    def picture_name(self, i: int) -> str:
        """File and row of a picture, and its own name."""
        group, row = self._place(i)
        number, _ = self._groups[group]
        before = next(start for start, (each, _) in zip(self.starts, self._groups, strict=True) if each == number)
        return tables.cell_name(f"{self._files[number].name} row {i - int(before)}", self._cell(group, row))

    def encoded(self, i: int) -> bytes:
        """See ``pictures.Encoded``."""
        return tables.cell(self._cell(*self._place(i)))

    def _place(self, i: int) -> tuple[int, int]:
        group = int(self.starts.searchsorted(i, side="right")) - 1
        return group, i - int(self.starts[group])

    def _cell(self, group: int, row: int) -> pa.Scalar:
        return self._rows(group)[row]

    def _rows(self, group: int) -> pa.ChunkedArray:
        """The pictures of a row group; one thread reads while the others decode what they have."""
        with self._lock:
            if group not in self._kept:
                number, inner = self._groups[group]
                self._kept[group] = _read(self._files[number], self._opened[number], self._column, inner)
                while len(self._kept) > 1 and sum(each.nbytes for each in self._kept.values()) > KEPT_BYTES:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(group)
            return self._kept[group]


def _open(file: Path) -> pq.ParquetFile:
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(file, memory_map=False, pre_buffer=False)
    except Exception as error:  # pyarrow's own errors, and those of Python's that it lets through
        raise UsageError(f"{file} is no parquet file, or a damaged one: {tables.first_line(error)}") from error


def _check(file: Path, opened: pq.ParquetFile, *columns: str) -> None:
    """UsageError where a file lacks a column or has a row group that would not fit in memory."""
    for column in columns:
        if column not in opened.schema_arrow.names:
            there = ", ".join(opened.schema_arrow.names)
            raise UsageError(f"{file} has no column {column!r}, which the first file has: there is {there}")
    for group in range(opened.num_row_groups):
        about = opened.metadata.row_group(group)
        if about.total_byte_size > GROUP_BYTES_AT_MOST:
            raise UsageError(
                f"{file} has a row group of {about.total_byte_size:,} bytes: expected at most "
                f"{GROUP_BYTES_AT_MOST:,}; write it again with row_group_size={max(1, about.num_rows // 16)}"
            )


def _read(file: Path, opened: pq.ParquetFile, column: str, group: int | None = None) -> pa.ChunkedArray:
    """One column, of all row groups or of one."""
    try:
        if group is None:
            return opened.read(columns=[column], use_threads=False).column(column)
        found = opened.read_row_group(group, columns=[column], use_threads=False).column(column)
    except Exception as error:  # as above
        raise UsageError(f"{file} is damaged: {tables.first_line(error)}") from error
    if len(found) != (rows := opened.metadata.row_group(group).num_rows):
        raise UsageError(f"{file} is damaged: row group {group} has {len(found):,} rows of {rows:,}")
    return found


def collect(
    path: Path, shape: tuple[int, ...], mean: Sequence[float], std: Sequence[float], labels: Sequence[str]
) -> Collection:
    """Open a parquet file or a folder of them."""
    from generators.datasets.user import pictures

    tables.need_pyarrow(path)
    found, split = files(path)
    source = ParquetPictures(path, found, labels)
    name = f"{path.stem}/{split}" if split else path.stem
    return pictures.collect(source, name, source.labels, shape, mean, std)
