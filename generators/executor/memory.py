"""How much memory this process needed since it was last asked: its own, and a GPU's."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

_PROCESS = Path("/proc/self")


def start() -> None:
    """Forget the peak so far, where the operating system can."""
    with suppress(OSError):
        (_PROCESS / "clear_refs").write_text("5")
    if cuda := _cuda():
        cuda.reset_peak_memory_stats()


def peak_bytes() -> int:
    """Return the most memory held at once, of this process and on the GPU, since ``start``.

    Where the operating system cannot forget a peak (anywhere but Linux), since the process began; 0 on Windows.
    """
    return _resident() + (cuda.max_memory_allocated() if (cuda := _cuda()) else 0)


def _resident() -> int:
    with suppress(OSError, StopIteration):
        lines = (_PROCESS / "status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
    with suppress(ImportError):
        from resource import RUSAGE_SELF, getrusage

        return getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return 0


def _cuda() -> Any:
    torch = sys.modules.get("torch")
    return torch.cuda if torch and torch.cuda.is_available() and torch.cuda.is_initialized() else None
