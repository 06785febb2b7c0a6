"""What the pieces of a tokenizer look like in a drawing: nothing unseen, in columns of a monospaced letter."""

import re
import unicodedata
from collections.abc import Sequence

MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"
ADVANCE = 0.6
"""Width of a monospaced letter over its size."""
MANY = 5
"""So many spaces are counted rather than shown."""
_ENDS = re.compile("^ +| +$|(?<=↵) +")


def visible(text: str) -> str:
    """Text with what cannot be seen made visible, and nothing that SVG may not hold."""
    shown = text.replace("\t", "⇥").replace("\n", "↵")
    return "".join(letter if letter.isprintable() else "�" for letter in shown)


def alone(token: str) -> str:
    """A token by itself: the spaces at its ends are dots, for they tell it from others; many are counted."""
    return _ENDS.sub(lambda found: _dots(len(found[0])), visible(token))


def picked(token: str) -> str:
    """A token that is picked out of its text: as it stands there, but seen even if it is all spaces."""
    return visible(token) if token.strip(" ") else alone(token)


def between(tokens: Sequence[str]) -> str:
    """What stands between two tokens of a text: a space where they are words that bring none of their own."""
    return "" if any(" " in token for token in tokens) else " "


def _dots(n: int) -> str:
    return "·" * n if n < MANY else f"·×{n}"


def n_columns(text: str) -> int:
    """How many columns a text takes where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, most: int) -> str:
    """The beginning of a text that takes at most so many columns."""
    if n_columns(text) <= most:
        return text
    while n_columns(text) >= most:
        text = text[:-1]
    return text + "…"
