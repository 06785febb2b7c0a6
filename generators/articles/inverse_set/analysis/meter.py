"""What a piece of work takes: seconds, and how much more memory the process held."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch


@dataclass
class Meter:
    """Filled when the work is over."""

    seconds: float = 0.0
    peak_bytes: int = 0
    """By how much the most that the process, or the GPU, ever held has grown; 0 where it had held more before."""


@contextmanager
def metered(device: str = "cpu") -> Iterator[Meter]:
    """Measure what happens inside the ``with`` block."""
    meter, begin, held = Meter(), time.perf_counter(), _most(device)
    try:
        yield meter
    finally:
        meter.seconds = time.perf_counter() - begin
        meter.peak_bytes = max(0, _most(device) - held)


def _most(device: str) -> int:
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated()
    try:
        import resource
    except ImportError:  # Windows has no such count
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024
