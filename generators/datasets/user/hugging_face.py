"""A data set as Hugging Face's ``save_to_disk`` leaves it: Arrow files and notes, read without its library.

The files are mapped, not read, so that a data set may be larger than the memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generators.datasets.user import splits, tables
from generators.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from generators.datasets.user.collection import Collection

NOTES, STATE, SPLITS = "dataset_info.json", "state.json", "dataset_dict.json"


def is_one(folder: Path) -> bool:
    """Whether a folder was written by ``save_to_disk``."""
    return (folder / SPLITS).is_file() or all((folder / name).is_file() for name in (NOTES, STATE))


def files(path: Path) -> tuple[tuple[Path, ...], str | None]:
    """The notes and Arrow files to read, sorted, and the split that they are, where there are several."""
    folder, split = _root(path)
    state = _json(folder / STATE)
    if state.get("_indices_data_files") or state.get("_indices_files"):
        raise UsageError(f"{folder} is a selection of other rows: write it with flatten_indices() first")
    listed = [each.get("filename") for each in state.get("_data_files") or () if isinstance(each, Mapping)]
    if not listed:
        raise UsageError(f"{folder / STATE} lists no files of data")
    data = [folder / _plain(folder / STATE, name) for name in listed]
    if missing := [file for file in data if not file.is_file()]:
        raise UsageError(f"{folder / STATE} lists a file that is not there: {missing[0].name}")
    return tables.inside(path, [folder / NOTES, folder / STATE, *data]), split


def _root(path: Path) -> tuple[Path, str | None]:
    """Step into the preferred split, where there are several."""
    if not (path / SPLITS).is_file():
        return path, None
    names = _json(path / SPLITS).get("splits")
    if not isinstance(names, list) or not names:
        raise UsageError(f"{path / SPLITS} lists no splits")
    plain = [_plain(path / SPLITS, name) for name in names]
    split = splits.preferred(plain) or plain[0]
    for name in (NOTES, STATE):
        if not (path / split / name).is_file():
            raise UsageError(f"{path / SPLITS} lists a split {split!r}, and {path / split} has no {name}")
    return path / split, split


def _plain(file: Path, name: object) -> str:
    """A name that leads nowhere else."""
    if not isinstance(name, str) or not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise UsageError(f"{file} names {name!r}: expected the name of something beside it, not a path")
    return name


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise UsageError(f"{file} cannot be read: expected an object")
    return content


class ArrowPictures:
    """The encoded pictures of some mapped Arrow files."""

    def __init__(self, path: Path, files: Sequence[Path], labels: Sequence[str]) -> None:
        import numpy as np
        import pyarrow as pa

        self.name = str(path)
        notes = next(file for file in files if file.name == NOTES)
        features = _json(notes).get("features")
        features = features if isinstance(features, Mapping) else {}
        opened = [_open(file) for file in files if file.name not in (NOTES, STATE)]
        column, label = tables.columns(path, opened[0].schema, features or tables.features_of(opened[0].schema))
        for table in opened:
            if not {column, label} <= set(table.column_names):
                raise UsageError(f"{path} has files with other columns than {column!r} and {label!r}")
        parts = [_valid(path, table.select([column, label])) for table in opened]
        self._chunks = [chunk for part in parts for chunk in part.column(column).chunks if len(chunk)]
        self._starts = np.concatenate([[0], np.cumsum([len(chunk) for chunk in self._chunks])])
        answers = pa.chunked_array([chunk for part in parts for chunk in part.column(label).chunks])
        self.y, self.labels = tables.answers(path, answers, tables.class_names(features, label), labels)

    def picture_name(self, i: int) -> str:
        """Row of a picture, and its own name."""
        return tables.cell_name(f"row {i}", self._cell(i))

    def encoded(self, i: int) -> bytes:
        """See ``pictures.Encoded``."""
        return tables.cell(self._cell(i))

    def _cell(self, i: int) -> pa.Scalar:
        chunk = int(self._starts.searchsorted(i, side="right")) - 1
        return self._chunks[chunk][i - int(self._starts[chunk])]


def _open(file: Path) -> pa.Table:
    import pyarrow as pa

    try:
        with pa.memory_map(str(file)) as content:
            if content.read(6) == b"ARROW1":
                return pa.ipc.open_file(content).read_all()
            content.seek(0)
            return pa.ipc.open_stream(content).read_all()
    except Exception as error:  # pyarrow's own errors, and those of Python's that it lets through
        raise UsageError(f"{file} is no Arrow file, or a damaged one: {tables.first_line(error)}") from error


def _valid(path: Path, table: pa.Table) -> pa.Table:
    """UsageError where a cell would reach beyond the file: mapped bytes are taken as they are."""
    try:
        table.validate(full=True)
    except Exception as error:
        raise UsageError(f"{path} is damaged: {tables.first_line(error)}") from error
    return table


def collect(
    path: Path, shape: tuple[int, ...], mean: Sequence[float], std: Sequence[float], labels: Sequence[str]
) -> Collection:
    """Open a data set on disk."""
    from generators.datasets.user import pictures

    tables.need_pyarrow(path)
    found, split = files(path)
    source = ArrowPictures(path, found, labels)
    name = f"{path.name}/{split}" if split else path.name
    return pictures.collect(source, name, source.labels, shape, mean, std)
