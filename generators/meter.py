"""What a piece of work takes: seconds, and by how much the process grows meanwhile at most."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch

Made = TypeVar("Made")


@dataclass
class Meter:
    """Filled when the work is over."""

    seconds: float = 0.0
    peak_bytes: int = 0
    """Growth of the process, or of what the GPU holds. Where the system does not forget an earlier peak when asked, as
    outside Linux, only growth beyond it is seen."""


@contextmanager
def metered(device: str = "cpu") -> Iterator[Meter]:
    """Measure what happens inside the ``with`` block, in which no other may stand."""
    _forget_peak(device)
    meter, began, held = Meter(), time.perf_counter(), _peak_bytes(device)
    try:
        yield meter
    finally:
        meter.seconds = time.perf_counter() - began
        meter.peak_bytes = max(0, _peak_bytes(device) - held)


def watched(make: Callable[[], Made]) -> tuple[Made, float, int]:
    """Call ``make``; return what it makes, seconds and bytes."""
    with metered() as meter:
        made = make()
    return made, meter.seconds, meter.peak_bytes


def _forget_peak(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_bytes(device: str) -> int:
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated()
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
