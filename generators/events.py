"""What a build tells whoever watches it: a display, a log, a test."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Planned:
    """Known before anything runs: how many steps are stale, and how many things were found fresh."""

    stale: int
    fresh: int


@dataclass(frozen=True)
class Started:
    """A step began. ``label`` names it for a person: ``neuron · digits-net · counting`` or ``stills of 12 figures``."""

    label: str


@dataclass(frozen=True)
class Progress:
    """A step that takes long is ``done`` of ``total`` through with ``what``."""

    label: str
    done: int
    total: int
    what: str = ""


@dataclass(frozen=True)
class Finished:
    """A step came to its end; ``changed`` when its bytes are not those of last time."""

    label: str
    seconds: float
    changed: bool = True


@dataclass(frozen=True)
class Failed:
    """A step came to nothing; the others go on."""

    label: str
    message: str


@dataclass(frozen=True)
class Note:
    """Something a person should know at once: who holds the lock, that there is no browser for stills."""

    text: str


Event = Planned | Started | Progress | Finished | Failed | Note
Tell = Callable[[Event], None]
"""May be called from any thread."""


def nobody(event: Event) -> None:
    """Listen to nothing."""
