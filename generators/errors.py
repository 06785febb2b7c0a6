"""The one error a person is meant to read: expected, got, where, what would be right, in one sentence.

Raised at the edges a person touches (names, files, configuration, page placeholders); the command line prints it and
leaves with exit status 2.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class UsageError(Exception):
    """Wrong use or configuration; the message is the whole explanation, without a traceback."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, else list them all; ends without a full stop."""
    known = sorted(known)
    if close := get_close_matches(name, known, n=1):
        return f"did you mean {close[0]!r}"
    return "there is " + (", ".join(map(repr, known)) if known else "none")
