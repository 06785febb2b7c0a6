"""A folder with a folder of pictures for each class.

Classes are the sub-folders, in the order of their names as text ("10" before "2"), as torchvision's ImageFolder numbers
them. Pictures may lie deeper within. Where the sub-folders are called train, val or test, those are splits, with the
class folders inside them.

Hidden files and those that by their name accompany pictures (.txt, .json …) are left out; every other file counts as a
picture, whatever it is called. No link is followed that leads out of the folder, nor any to another folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generators.datasets.user import splits
from generators.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

    from generators.datasets.user.collection import Collection

BESIDE = frozenset((
    ".txt", ".json", ".jsonl", ".csv", ".tsv", ".md", ".rst", ".xml", ".html", ".htm", ".yaml", ".yml", ".toml",
    ".py", ".ipynb", ".log", ".pdf", ".db", ".ini", ".mat", ".npy", ".npz", ".zip", ".tar", ".gz", ".tgz",
))  # fmt: skip
"""How the names of files end that lie beside pictures, and are none."""
NOT_CLASSES = frozenset(("__MACOSX", "__pycache__", "lost+found"))


@dataclass(frozen=True)
class ClassFolder:
    """One class: its pictures' paths within its folder, sorted."""

    name: str
    files: list[str]


@dataclass(frozen=True)
class Listing:
    """What lies in a folder of class folders."""

    root: Path
    """The folder of the class folders: a split's, where there are several."""
    split: str | None
    classes: list[ClassFolder]
    skipped: list[tuple[str, str]]
    """Name and reason of what is neither read nor ignored."""


def is_one(path: Path) -> bool:
    """Whether a folder has class folders."""
    return bool(_sub_folders(path))


def listing(path: Path) -> Listing:
    """List a folder of class folders; UsageError where a class is empty or is a link."""
    root, split = _root(path)
    real = os.path.realpath(root)
    names = _sub_folders(root)
    if not names:
        raise UsageError(f"{root} has no folders in it: expected one folder of pictures for each class")
    skipped: list[tuple[str, str]] = []
    classes = [ClassFolder(name, sorted(_pictures(root, name, real, skipped))) for name in names]
    if empty := [each.name for each in classes if not each.files]:
        raise UsageError(
            f"{root} has no pictures in the class folder {', '.join(map(repr, empty[:5]))}: a class without pictures "
            "would shift or hide an answer of the network; fill it or remove it"
        )
    skipped += [(name, "lies in no class folder") for name in _loose(root)]
    return Listing(root, split, classes, sorted(skipped))


def _root(path: Path) -> tuple[Path, str | None]:
    """Step into the folder of a split where all sub-folders are splits."""
    names = _sub_folders(path)
    if names and all(name.lower() in splits.NAMES for name in names):
        split = splits.preferred(names)
        if split and _sub_folders(path / split):
            return path / split, split
    return path, None


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        raise UsageError(f"{folder} cannot be listed: {error.strerror}") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder, or a link to one; a link that leads in a circle is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _sub_folders(path: Path) -> list[str]:
    """The names of the class folders, sorted; UsageError where one is a link."""
    found = []
    for entry in _entries(path):
        if entry.name in NOT_CLASSES or not _is_folder(entry):
            continue
        if entry.is_symlink():
            raise UsageError(f"{path} has a link {entry.name!r} to a folder: expected folders, links are not followed")
        found.append(entry.name)
    return sorted(found)


def _pictures(root: Path, name: str, real: str, skipped: list[tuple[str, str]]) -> Iterator[str]:
    """Every picture of a class, by its path within the class folder."""
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        for entry in _entries(os.path.join(root, name, inner)):
            where = inner + entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append(where + os.sep)
            elif reason := _refusal(entry, real):
                skipped.append((os.path.join(name, where), reason))
            elif _suffix(where) not in BESIDE:
                yield where


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower()


def _refusal(entry: os.DirEntry[str], real: str) -> str | None:
    """Why an entry is not opened at all, if so."""
    if entry.is_symlink():
        target = os.path.realpath(entry.path)
        if os.path.commonpath([real, target]) != real:
            return "is a link out of the folder"
        if not os.path.isfile(target):
            return "is a link to no file"
        return None
    return None if entry.is_file(follow_symlinks=False) else "is no file"


def _loose(root: Path) -> Iterator[str]:
    """Files beside the class folders that are not known to accompany pictures."""
    for entry in _entries(root):
        if not _is_folder(entry) and "." in entry.name and _suffix(entry.name) not in BESIDE:
            yield entry.name


def files(path: Path) -> tuple[Path, ...]:
    """Every picture, sorted by class and name."""
    found = listing(path)
    return tuple(folder / file for each in found.classes for folder in [found.root / each.name] for file in each.files)


class FolderPictures:
    """The encoded pictures of a listing; one string a picture is all that is held of them."""

    def __init__(self, listing: Listing, answers: list[int]) -> None:
        """``answers``: the index of each class's answer."""
        import numpy as np

        self.name = str(listing.root)
        self._listing = listing
        counts = [len(each.files) for each in listing.classes]
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self.y: np.ndarray = np.repeat(np.asarray(answers, np.int64), counts)

    def picture_name(self, i: int) -> str:
        """The path within the folder."""
        which = int(self._starts.searchsorted(i, side="right")) - 1
        each = self._listing.classes[which]
        return os.path.join(each.name, each.files[i - int(self._starts[which])])

    def encoded(self, i: int) -> bytes:
        """See ``pictures.Encoded``."""
        from generators.datasets.user.pictures import BYTES_AT_MOST, Unreadable

        try:
            # a pipe that took a file's place would be waited for without end
            number = os.open(self._listing.root / self.picture_name(i), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            with open(number, "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Unreadable("is no file")
                return file.read(BYTES_AT_MOST + 1)
        except OSError as error:
            raise Unreadable(f"cannot be opened: {error.strerror}") from None


def _written(name: str) -> str:
    """A folder's name as text that can be written anywhere: bytes that are no character as Python shows them."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def collect(
    path: Path, shape: tuple[int, ...], mean: Sequence[float], std: Sequence[float], labels: Sequence[str]
) -> Collection:
    """Open a folder of class folders."""
    from generators.datasets.user import naming, pictures

    found = listing(path)
    names, place = naming.by_name(str(found.root), [_written(each.name) for each in found.classes], labels)
    name = f"{path.name}/{found.split}" if found.split else path.name
    return pictures.collect(FolderPictures(found, place), name, names, shape, mean, std, found.skipped)
