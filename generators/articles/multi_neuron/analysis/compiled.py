"""How loops over vertices and faces are compiled."""

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function at its first call on a machine; floating-point operations keep their order."""
    return njit(cache=True, error_model="numpy")(function)


def inlined(function: Callable[..., Any]) -> Any:
    """The same for a small one, which is written into its callers."""
    return njit(cache=True, error_model="numpy", inline="always")(function)
