"""Worker: a process that takes tasks one after another and says how each went; started by ``executor``."""

import os
import signal
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from generators.errors import UsageError
from generators.progress import listening
from generators.store.objects import DiskFull

_REPORT_SECONDS = 0.1
_taker: ContextVar[Callable[[Any], None]] = ContextVar("taker", default=lambda part: None)


@dataclass(frozen=True)
class Task:
    """One call of ``"module:function"``; arguments and what it returns must be picklable."""

    name: str
    function: str
    arguments: Mapping[str, Any]
    affinity: str = ""
    """Tasks of one affinity go to the same worker where they can: it has loaded what they share."""


def hand_over(part: Any) -> None:
    """Give whoever waits for a task a part of what it makes, to be kept even if the task never ends."""
    _taker.get()(part)


@contextmanager
def handing(taker: Callable[[Any], None]) -> Iterator[None]:
    """Send every part that is handed over inside the ``with`` block to ``taker``."""
    token = _taker.set(taker)
    try:
        yield
    finally:
        _taker.reset(token)


def serve(connection: Connection, log: Path | None) -> None:
    """Take tasks until there are no more; the body of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if log:
        _write_output_to(log)
    while True:
        try:
            task = connection.recv()
        except (EOFError, ConnectionError):
            return
        connection.send(_run(task, connection))


def _run(task: Task, connection: Connection) -> tuple[Any, ...]:
    last = 0.0

    def tell(done: int, total: int, what: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > _REPORT_SECONDS or done == total:
            last = now
            connection.send(("reported", done, total, what))

    start = time.monotonic()
    try:
        module, _, name = task.function.partition(":")
        with listening(tell), handing(lambda part: connection.send(("handed", part))):
            value = getattr(import_module(module), name)(**task.arguments)
        return "ended", value, time.monotonic() - start
    except UsageError as error:
        return "broke", "full" if isinstance(error, DiskFull) else "usage", str(error), traceback.format_exc()
    except Exception as error:
        return "broke", "error", _sentence(error), traceback.format_exc()


def _sentence(error: Exception) -> str:
    """Say what went wrong and at which line of the project, or of the user's own file."""
    said = str(error).strip().splitlines()
    frames = traceback.extract_tb(error.__traceback__)
    where = next((frame for frame in reversed(frames) if not _is_installed(frame.filename)), frames[-1])
    return f"{type(error).__name__}: {said[0] if said else 'no message'} ({Path(where.filename).name}:{where.lineno})"


def _is_installed(file: str) -> bool:
    return file.startswith("<") or any(
        Path(file).is_relative_to(sysconfig.get_path(each)) for each in ("stdlib", "purelib")
    )


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _write_output_to(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)
