"""Parts: work on many rows, as many at once as memory has room for."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generators.errors import UsageError


def in_parts(make: Callable[[slice], Tensor], n: int, at_once: int) -> tuple[Tensor, int]:
    """Make ``n`` rows in parts that fit into memory, smaller ones when it runs out; return how many fit, too."""
    while True:
        try:
            return torch.cat([make(slice(begin, begin + at_once)) for begin in range(0, n, at_once)]), at_once
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and "memory" not in str(error).lower():
                raise
            if at_once == 1:
                raise UsageError(
                    "one icon has no room in memory: expected memory for a forward and a backward pass through the "
                    "network; a CPU has more"
                ) from error
            at_once //= 2
