"""``watched``: how long something takes, and by how much the process grows meanwhile at most."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def watched(make: Callable[[], Made]) -> tuple[Made, float, int]:
    """Call ``make``; return what it makes, seconds and bytes.

    Where the system does not forget an earlier peak when asked, as outside Linux, only growth beyond it is seen.
    """
    _forget_peak()
    before, began = _peak_bytes(), time.perf_counter()
    made = make()
    return made, time.perf_counter() - began, max(0, _peak_bytes() - before)


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_bytes() -> int:
    try:
        status = Path("/proc/self/status").read_text()
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        return _most_ever()


def _most_ever() -> int:
    try:
        import resource
    except ImportError:  # Windows, where nothing is seen
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most
