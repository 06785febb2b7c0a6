"""One at a time: locks that the operating system releases when their holder ends, however it ends."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from generators.errors import UsageError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

_AGAIN_SECONDS = 0.05
_BEHIND_THE_TEXT = 1 << 30  # Windows refuses to read what is locked, so a byte is locked that nobody reads


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock for the ``with`` block; UsageError at once, saying who holds it, when another process does."""
    handle = _open(file)
    try:
        try:
            _acquire(handle)
        except OSError:
            raise UsageError(_who(handle)) from None
        with suppress(OSError):  # a full disk: then nobody can be told who holds it
            _write(handle, {"pid": os.getpid(), "command": _command(), "since": time.time()})
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextmanager
def awaited(file: Path) -> Iterator[None]:
    """Hold the lock for the ``with`` block, once whoever else holds it has let it go."""
    handle = _open(file)
    try:
        while True:
            with suppress(OSError):
                _acquire(handle)
                break
            time.sleep(_AGAIN_SECONDS)
        yield
    finally:
        os.close(handle)


def _open(file: Path) -> int:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UsageError(
            f"{file.parent} cannot be written ({error.strerror}): make room there, or let it be written"
        ) from None


def _acquire(handle: int) -> None:
    if fcntl:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        os.lseek(handle, _BEHIND_THE_TEXT, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]


def _command() -> str:
    program = Path(sys.argv[0])
    name = f"{program.parent.name}" if program.name == "__main__.py" else program.name
    return " ".join([name, *sys.argv[1:]])


def _write(handle: int, holder: dict[str, Any]) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(holder).encode())


def _who(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        holder = json.loads(os.read(handle, 4096))
        since = time.strftime("%H:%M:%S", time.localtime(holder["since"]))
        who = f"process {holder['pid']} ({holder['command']}), since {since},"
    except (ValueError, KeyError, TypeError):  # it was taken this very moment, and the name is not written yet
        who = "another process"
    return f"{who} is building already; wait until it ends, or stop it"
