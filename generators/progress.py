"""Progress inside a long analysis: the analysis reports, whoever runs it listens.

An analysis calls ``report(done, total, what)``; ``build`` installs a listener around it; without one nothing happens.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int, str], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def report(done: int, total: int, what: str = "") -> None:
    """Tell whoever listens that ``done`` of ``total`` steps of ``what`` are finished."""
    if listener := _listener.get():
        listener(done, total, what)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send every report made inside the ``with`` block to ``listener``."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
