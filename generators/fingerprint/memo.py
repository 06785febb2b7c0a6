"""What was once computed from a file's bytes, remembered for as long as the file stays as it is.

A file counts as unchanged while its modification time, size, inode and status-change time are; so a build in which
nothing changed reads no file twice. All here can be computed again: a memo that is lost or damaged is started anew.
"""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from blake3 import blake3

_TICK_NS = 50_000_000  # a file written this recently may be written again without its times showing it


class Memo:
    """A table (kind, path) -> value, kept in one SQLite file, or in memory only."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        self._database = _open(file) if file else None
        if self._database:
            rows = self._database.execute("select kind, path, signature, value from memo")
            self._known = {(kind, path): (signature, value) for kind, path, signature, value in rows}

    def recall(self, kind: str, path: Path, compute: Callable[[Path], Any]) -> Any:
        """Return ``compute(path)``, a JSON value, computing only when the file has changed.

        Raises OSError where there is no file.
        """
        where = os.fspath(path)
        stat = os.stat(where)
        return self._recall(kind, where, _signature(stat), stat.st_ctime_ns, lambda: compute(path))

    def recall_all(self, kind: str, name: Path, files: Iterable[str], compute: Callable[[], Any]) -> Any:
        """The same for a value of several files, remembered in one line under ``name``: lines are all read when the
        memo is opened, and of a million files there would be a million.
        """
        where = os.fspath(name)
        stats = [(file, os.stat(file)) for file in files]
        names = "\n".join(f"{file}:{_signature(stat)}" for file, stat in stats)
        signature = blake3(os.fsencode(names)).hexdigest(16)
        return self._recall(kind, where, signature, max(s.st_ctime_ns for _, s in stats), compute)

    def _recall(self, kind: str, where: str, signature: str, changed_ns: int, compute: Callable[[], Any]) -> Any:
        known = self._known.get((kind, where))
        if known and known[0] == signature:
            return json.loads(known[1])
        value = json.dumps(compute())
        if time.time_ns() - changed_ns > _TICK_NS:
            self._keep(kind, where, signature, value)
        return json.loads(value)

    def file_digest(self, path: Path) -> str:
        """Return the BLAKE3 of a file's bytes."""
        return self.recall("digest", path, file_digest)

    def close(self) -> None:
        if self._database:
            self._database.close()

    def _keep(self, kind: str, path: str, signature: str, value: str) -> None:
        self._known[kind, path] = signature, value
        if self._database:
            with suppress(sqlite3.Error, UnicodeError):  # a memo that cannot be written costs time, nothing else
                self._database.execute(
                    "insert or replace into memo values (?, ?, ?, ?)", (kind, path, signature, value)
                )


def _signature(stat: os.stat_result) -> str:
    return f"{stat.st_mtime_ns}:{stat.st_size}:{stat.st_ino}:{stat.st_ctime_ns}"


def file_digest(path: Path) -> str:
    """Return the BLAKE3 of a file's bytes, reading it."""
    hasher = blake3()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            hasher.update(chunk)
    return hasher.hexdigest()


def _open(file: Path) -> sqlite3.Connection | None:
    for _ in range(2):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(file, isolation_level=None, timeout=5)
            database.executescript(
                "pragma journal_mode=wal; pragma synchronous=off;"
                "create table if not exists memo (kind, path, signature, value, primary key (kind, path)) without rowid"
            )
            database.execute("select kind, path, signature, value from memo limit 1").fetchone()
            return database
        except sqlite3.OperationalError:  # locked, or a disk that may only be read
            return None
        except (sqlite3.DatabaseError, OSError):
            for damaged in file.parent.glob(f"{file.name}*"):
                with suppress(OSError):
                    damaged.unlink()
    return None
