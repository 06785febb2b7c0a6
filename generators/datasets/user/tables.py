"""Pictures and labels in the columns of a table: which columns they are, and what the labels mean.

A picture is its encoded bytes, or a record {bytes, path} as Hugging Face writes it. Its path is only a name: nothing
that data name is opened. A label is a whole number or a word. Names of numbered classes are taken from what Hugging
Face notes beside the table (``ClassLabel``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generators.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

PICTURES = ("image", "img", "picture", "pixel_values", "x", "png", "jpg")
LABELS = ("label", "labels", "y", "class", "target", "answer", "category", "fine_label", "cls")
"""What the columns are called, the likelier first, where the table itself does not say which they are."""


def need_pyarrow(path: Path) -> None:
    """UsageError where the library is missing that reads tables."""
    if find_spec("pyarrow") is None:
        raise UsageError(f"{path} needs pyarrow to be read: pip install 'neuron-series[data]'")


def features_of(schema: pa.Schema) -> Mapping[str, Any]:
    """What Hugging Face notes in a table about its columns; empty where it notes nothing."""
    try:
        return dict(json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}


def columns(path: Path, schema: pa.Schema, features: Mapping[str, Any]) -> tuple[str, str]:
    """The names of the columns of pictures and of labels; UsageError where it is not clear which they are."""
    import pyarrow.types as types

    def is_label(kind: pa.DataType) -> bool:
        if types.is_dictionary(kind):
            kind = kind.value_type
        return types.is_integer(kind) or types.is_boolean(kind) or types.is_string(kind) or types.is_large_string(kind)

    pictures = [field.name for field in schema if _is_binary(field.type) or _is_record(field.type)]
    labels = [field.name for field in schema if is_label(field.type)]
    there = ", ".join(f"{field.name} ({str(field.type)[:40]})" for field in schema) or "none"
    return (
        _choose(f"{path} has no column of encoded pictures", pictures, _of_type(features, "Image"), PICTURES, there),
        _choose(f"{path} has no column of labels", labels, _of_type(features, "ClassLabel"), LABELS, there),
    )


def _is_binary(kind: pa.DataType) -> bool:
    import pyarrow.types as types

    return types.is_binary(kind) or types.is_large_binary(kind)


def _is_record(kind: pa.DataType) -> bool:
    import pyarrow.types as types

    return types.is_struct(kind) and kind.get_field_index("bytes") >= 0 and _is_binary(kind.field("bytes").type)


def _of_type(features: Mapping[str, Any], kind: str) -> set[str]:
    return {name for name, about in features.items() if isinstance(about, Mapping) and about.get("_type") == kind}


def _choose(problem: str, candidates: list[str], noted: set[str], names: Sequence[str], there: str) -> str:
    """The column that is noted, else the one with a usual name, else the only one."""
    candidates = [name for name in candidates if name in noted] or candidates
    if len(candidates) == 1:
        return candidates[0]
    if usual := [name for name in names if name in candidates]:
        return usual[0]
    what = "none can be one" if not candidates else f"several could be it, and none is called {names[0]!r}"
    raise UsageError(f"{problem} that stands out: {what}; there is {there}")


def class_names(features: Mapping[str, Any], label: str) -> tuple[str, ...]:
    """The names of numbered classes; empty where nothing says them."""
    about = features.get(label)
    names = about.get("names") if isinstance(about, Mapping) else None
    return tuple(map(str, names)) if isinstance(names, list) else ()


def answers(
    path: Path, column: pa.ChunkedArray, known: Sequence[str], labels: Sequence[str]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The index of each row's answer, int64 (n,), and the names of all answers."""
    import numpy as np
    import pyarrow.compute
    import pyarrow.types as types

    from generators.datasets.user import naming

    if not len(column):
        raise UsageError(f"{path} has no rows")
    if column.null_count:
        raise UsageError(f"{path} has {column.null_count:,} of {len(column):,} rows without a label")
    if types.is_integer(column.type) or types.is_boolean(column.type):
        y = column.cast("int64").to_numpy()
        classes = known or (() if labels else naming.numbered(str(path), y, ()))
        names = naming.numbered(str(path), y, classes or labels)
        if not classes:
            return y, names
    else:
        coded = pyarrow.compute.dictionary_encode(column.cast("string")).combine_chunks()
        words = coded.dictionary.to_pylist()
        names = tuple(sorted(words))
        y = np.array([names.index(word) for word in words])[coded.indices.to_numpy()]
    if known or labels:
        names, place = naming.by_name(str(path), names, labels)
        y = np.array(place)[y]
    return y.astype(np.int64), names


def cell(value: pa.Scalar) -> bytes:
    """The bytes of one cell of a column of pictures; Unreadable where there are none."""
    from generators.datasets.user.pictures import Unreadable

    record = _record(value)
    content = record["bytes"].as_py() if "bytes" in record else value.as_py()
    if content is None:
        only_path = "path" in record and record["path"].is_valid
        raise Unreadable("has only a path, which is not followed: expected its bytes" if only_path else "has no bytes")
    return content


def cell_name(row: str, value: pa.Scalar) -> str:
    """What a person calls the picture in a cell: its row and its own file name, if it has one."""
    path = _record(value).get("path")
    if path is None or not path.is_valid:
        return row
    return f"{row} ({path.as_buffer().to_pybytes().decode(errors='replace')})"


def _record(value: pa.Scalar) -> Mapping[str, pa.Scalar]:
    """The fields of a record; empty where a cell is none."""
    import pyarrow as pa

    return dict(value.items()) if isinstance(value, pa.StructScalar) and value.is_valid else {}


def inside(folder: Path, files: Iterable[Path]) -> tuple[Path, ...]:
    """The files, sorted; UsageError where one is a link that leads out of the folder."""
    real = folder.resolve()
    found = tuple(sorted(files))
    for file in found:
        if not file.resolve().is_relative_to(real):
            raise UsageError(f"{file} is a link out of {folder}, and such are not followed: copy the file into it")
    return found


def first_line(error: Exception) -> str:
    """What a library says, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
