"""Bytes by their own hash: read-only files that are whole or not there.

A file is written beside its place, flushed to the disk and renamed into it, so that neither a crash nor a full disk
leaves half of one where a reader looks.
"""

import errno
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from blake3 import blake3

from generators.errors import UsageError
from generators.fingerprint.memo import Memo, file_digest

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_counter = itertools.count()


class DiskFull(UsageError):
    """There is no room for what was to be written; all that was there before still is."""


class Objects:
    """A folder ``ab/cdef…`` of files named by the BLAKE3 of their bytes."""

    def __init__(self, folder: Path, memo: Memo | None = None) -> None:
        self.folder = folder
        self._memo = memo or Memo()

    def path(self, name: str) -> Path:
        return self.folder / name[:2] / name[2:]

    def put(self, data: bytes) -> str:
        """Keep bytes and return their name; bytes that are there already are not written again."""
        name = blake3(data).hexdigest()
        place = self.path(name)
        if not (place.exists() and file_digest(place) == name):
            published(data, place, read_only=True)
        return name

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def intact(self, name: str) -> bool:
        """Say whether the bytes are there and unchanged; a file whose size and times are as they were is believed."""
        try:
            return self._memo.file_digest(self.path(name)) == name
        except OSError:
            return False

    def names(self) -> Iterator[str]:
        for folder in sorted(self.folder.glob("??")):
            for file in sorted(folder.iterdir()):
                if "." not in file.name:
                    yield folder.name + file.name

    def remove(self, name: str) -> int:
        """Remove an object and return how many bytes that freed."""
        place = self.path(name)
        size = place.stat().st_size
        _unlink(place)
        return size

    def sweep(self) -> None:
        """Remove what killed writers left half written; only while no one else writes."""
        for half in self.folder.glob("??/*.partial"):
            _unlink(half)


def published(data: bytes, place: Path, read_only: bool = False) -> None:
    """Put a file in its place, whole, replacing what was there; DiskFull where it does not fit."""
    with room(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_name(f"{place.name}.{os.getpid()}-{next(_counter)}.partial")
        try:
            with open(half, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if read_only:
                half.chmod(0o444)
            os.replace(half, place)
        except BaseException:
            with suppress(OSError):
                half.unlink()
            raise
        _flush_folder(place.parent)


@contextmanager
def room(place: Path) -> Iterator[None]:
    """Turn the errors of a full disk into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFull(
            f"no room on the disk for {place.parent}: {error.strerror}; nothing that was there is lost, "
            "make room and build again"
        ) from error


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unlink(file: Path) -> None:
    if os.name == "nt":  # where a read-only file cannot be removed
        file.chmod(0o644)
    file.unlink(missing_ok=True)
