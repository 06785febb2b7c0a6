"""Where the parts of one memory stand in its drawing, and the pieces that they share: sentences, tokens, bars."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from generators.drawing.svg import Child, element
from generators.drawing.tokens import ADVANCE, MONOSPACE, n_columns
from generators.drawing.weights import MUTED, colour, words

LINE = 22.0
"""From one line of tokens to the next, in pixels."""

Part = tuple[float, list[Child]]
"""Where a part of a drawing ends, and its elements."""


@dataclass(frozen=True)
class Sheet:
    """Places and sizes, in pixels."""

    name: str
    width: float
    size: float
    """Of a letter of a text."""
    small: float
    """Of a number beside it."""
    edge: float
    """Where the token begins that fires."""
    bar: float
    bar_end: float
    cells: int
    """In a row of a value, at least."""
    letters: int
    """In a line of a sentence."""
    scale: tuple[float, float]
    """Where probability 0 and 1 stand."""

    @property
    def letter(self) -> float:
        """How wide a letter of a text is."""
        return ADVANCE * self.size


WIDE = Sheet("wide", 760.0, 13.0, 13.0, 352.0, 592.0, 712.0, 64, 112, (150.0, 330.0))
NARROW = Sheet("narrow", 360.0, 12.0, 11.5, 166.0, 282.0, 322.0, 32, 52, (96.0, 206.0))


def sentences(said: Iterable[str], sheet: Sheet, y: float) -> Part:
    """Set sentences one after the other, in lines."""
    broken = textwrap.wrap(" ".join(said), sheet.letters)
    return y + 18 * len(broken), [note(0, y + 18 * k, line, 13) for k, line in enumerate(broken)]


def note(x: float, y: float, text: str, size: float = 12, **attributes: Any) -> Child:
    """Write muted words."""
    return words(x, y, element("tspan", text=text), font_size=size, **{"fill": MUTED} | attributes)


def mono(sheet: Sheet, x: float, y: float, text: str, **attributes: object) -> Child:
    """Write tokens on the line that begins at ``y``, as wide as they should be in whatever font there is."""
    return element(
        "text", text=text, x=x, y=y + 14, font_family=MONOSPACE, font_size=sheet.size, style="white-space:pre",
        textLength=n_columns(text) * sheet.letter, lengthAdjust="spacingAndGlyphs", **attributes,
    )  # fmt: skip


def bar(sheet: Sheet, x: float, y: float, value: float, largest: float) -> Child:
    """Draw a number as a length, round when it is negative."""
    width, height = max((sheet.bar_end - sheet.bar) * abs(value) / largest, 1.0), 9.0
    return element(
        "rect", x=x, y=y + 5, width=width, height=height, rx=min(width, height) / 2 if value < 0 else None,
        fill=colour(value), fill_opacity=0.75,
    )  # fmt: skip
