"""A reader's own examples, of whatever sort they are stored in; all of them are held out.

=================  =====================================================================================
``npz``            one file with arrays ``x`` and ``y``
``folder``         a folder with a folder of pictures for each class
``parquet``        a .parquet file, or a folder of them: a column of encoded pictures and one of labels
``hugging-face``   a data set as ``save_to_disk`` leaves it
``idx``            MNIST's format, plain or .gz: the file of images, or the folder with both files
``text``           a text file, for a language model or a text encoder
=================  =====================================================================================

Where there are several splits, the test split is read, else the validation split, else the training split; the data
set's name says which. ``kind_of`` and ``files`` look at files without importing torch.
"""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from generators.datasets.dataset import Dataset
from generators.datasets.user import folders, hugging_face, idx, parquet
from generators.errors import UsageError
from generators.fingerprint import digest
from generators.fingerprint.memo import Memo, file_digest

if TYPE_CHECKING:
    from generators.datasets.user.collection import Collection

Kind = Literal["npz", "folder", "parquet", "hugging-face", "idx", "text"]
Reader = Callable[[Path, tuple[int, ...], Sequence[float], Sequence[float], Sequence[str]], "Collection"]
DESCRIBED: dict[Kind, str] = {
    "npz": "an npz file",
    "folder": "a folder of pictures",
    "parquet": "a table of pictures",
    "hugging-face": "a table of pictures",
    "idx": "a file of images",
    "text": "a text",
}
READS_TEXT = ("language-model", "text-encoder")
"""The kinds of networks whose examples are tokens."""
MAGIC: dict[bytes, Kind] = {b"PK\x03\x04": "npz", b"PAR1": "parquet"}
LOOKED_AT = 1 << 16
"""How many bytes of a file are looked at to see whether it is a text."""


def kind_of(path: Path) -> Kind:
    """Say what sort of data lies at a path; UsageError where it is none that can be read."""
    try:
        if path.is_dir():
            return _kind_of_folder(path)
        return _kind_of_file(path)
    except OSError as error:
        raise UsageError(f"there are no data to read at {path}: {error.strerror}") from error


def _kind_of_folder(path: Path) -> Kind:
    if hugging_face.is_one(path):
        return "hugging-face"
    if idx.images_in(path):
        return "idx"
    if parquet.is_one(path):
        return "parquet"
    if folders.is_one(path):
        return "folder"
    raise UsageError(
        f"{path} is a folder without data: expected a folder of pictures for each class, parquet files, "
        "a data set saved by Hugging Face, or MNIST's files"
    )


def _kind_of_file(path: Path) -> Kind:
    if not path.exists():
        raise UsageError(f"there is no file {path}")
    if not path.is_file():
        raise UsageError(f"{path} is neither a file nor a folder")
    if path.suffix == ".npz":
        return "npz"
    if path.suffix == ".parquet":
        return "parquet"
    if idx.is_one(path):
        return "idx"
    with open(path, "rb") as file:
        start = file.read(LOOKED_AT)
    for magic, kind in MAGIC.items():
        if start.startswith(magic):
            return kind
    if start and _is_text(start):
        return "text"
    raise UsageError(f"{path} is no data that can be read: expected an npz file, parquet, IDX or a text in UTF-8")


def _is_text(start: bytes) -> bool:
    """Whether bytes are UTF-8, of which the last character may be cut."""
    try:
        return "\0" not in getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False


def files(path: Path) -> tuple[Path, ...]:
    """The files whose bytes are the data, sorted; UsageError where there are none."""
    match kind_of(path):
        case "folder":
            return folders.files(path)
        case "parquet":
            return parquet.files(path)[0]
        case "hugging-face":
            return hugging_face.files(path)[0]
        case "idx":
            return tuple(sorted(idx.pair(path)))
        case _:
            return (path,)


def fingerprint(path: Path, memo: Memo) -> str:
    """Hash the content of the data, each file by its place, so that all may move; needs neither torch nor numpy.

    A folder of pictures is remembered a class at a time: where nothing changed, only the files' times are looked at.
    """
    try:
        match kind_of(path):
            case "folder":
                return _of_folder(folders.listing(path), memo)
            case _:
                found = files(path)
                place = path if path.is_dir() or found == (path,) else path.parent  # one file is what it holds
                return digest([[ascii(str(file.relative_to(place))), memo.file_digest(file)] for file in found])
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _of_folder(found: folders.Listing, memo: Memo) -> str:
    classes = [[ascii(each.name), _of_class(found.root / each.name, each.files, memo)] for each in found.classes]
    return digest(found.split, classes, ascii(found.skipped))


def _of_class(folder: Path, names: list[str], memo: Memo) -> str:
    paths = [os.path.join(folder, name) for name in names]
    return memo.recall_all(
        "pictures", folder, paths, lambda: digest(ascii(names), [file_digest(Path(path)) for path in paths])
    )


def load(
    path: Path,
    kind: str,
    shape: tuple[int, ...] | None,
    mean: Sequence[float],
    std: Sequence[float],
    labels: Sequence[str] = (),
    tokenizer: Path | None = None,
) -> Dataset:
    """Open a data set for a network of ``kind`` that takes examples of ``shape``, channels first.

    ``test`` is at most 10,000 of them, evenly over the classes (so that what is measured on it counts each class
    alike), and fewer where they would take more than half a gigabyte; ``examples`` is everything. Classes that have
    names are matched with ``labels`` by name, else in order: see ``naming.by_name``.

    Where a network reads text, ``shape`` is the number of tokens that it reads at once, and ``labels`` the text of each
    token; ``tokenizer`` is the tokenizer.json that the labels came from, if they did.
    """
    from generators.datasets.user import text
    from generators.datasets.user.collection import hold

    stored = kind_of(path)
    if (kind in READS_TEXT) != (stored == "text"):
        wanted = "a text file" if kind in READS_TEXT else "examples with labels"
        raise UsageError(f"{path} is {DESCRIBED[stored]}, and a network of kind {kind} is watched on {wanted}")
    if stored == "text":
        return hold(text.collect(path, shape[-1] if shape else None, labels, tokenizer), (), ())
    if shape is None:
        raise UsageError(f"{path} cannot be prepared for a network whose input is not said: give size and channels")
    return hold(_reader(stored)(path, shape, mean, std, labels), mean, std)


def _reader(stored: Kind) -> Reader:
    from generators.datasets.user import arrays

    match stored:
        case "folder":
            return folders.collect
        case "parquet":
            return parquet.collect
        case "hugging-face":
            return hugging_face.collect
        case "idx":
            return idx.collect
        case _:
            return arrays.collect
