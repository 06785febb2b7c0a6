"""How many cores there are to work with."""

import os


def cores() -> int:
    """How many cores this process may use; not every system says."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
