"""How the sign of an output looks in every drawing of this article, and the words around it.

A neuron that is on, above zero, is a red square or a red solid line; one that is off is a blue disc or a blue dashed
line. ``site_src/assets/diagrams/weights.js`` and its neighbours do the same to a drawing that is live.
"""

import textwrap
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from generators.drawing.svg import element, svg

POSITIVE, NEGATIVE, HIGHLIGHT = "var(--nf-positive)", "var(--nf-negative)", "var(--nf-highlight)"
INK, MUTED, FAINT = "var(--nf-ink)", "var(--nf-muted)", "var(--nf-faint)"
PAPER, SURFACE, ACCENT = "var(--nf-paper)", "var(--nf-surface)", "var(--nf-accent)"
HALO = {"stroke": PAPER, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}
"""For words that stand on lines."""
DASHES = "5 4"
"""Of a line where the output is not positive."""
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight")


def colour(on: bool) -> str:
    return POSITIVE if on else NEGATIVE


def mark(on: bool, x: float, y: float, side: float, **attributes: object) -> str:
    """Draw one sign: a square where it is positive, and else a disc."""
    corner = 1.0 if on else side / 2
    return element(
        "rect", x=x - side / 2, y=y - side / 2, width=side, height=side, rx=corner, fill=colour(on), **attributes
    )


def canvas(*children: str, width: float, height: float, layout: str) -> str:
    """Write a whole drawing, ``"wide"`` or ``"narrow"``; its words are 14 units of ink unless they say otherwise."""
    return svg(*children, width=width, height=height, fill=INK, font_size=14, data_layout=layout)


def words(x: float, y: float, *parts: str, **attributes: object) -> str:
    """Write on a ``canvas``."""
    return element("text", *parts, x=round(x, 1), y=round(y, 1), **attributes)


def lines(x: float, y: float, text: str, width: int, n_lines: int, step: float, **attributes: object) -> str:
    """Write a sentence on lines of at most ``width`` letters; a script writes others there, so empty lines stay."""
    broken = textwrap.wrap(text, width)
    broken += [""] * (n_lines - len(broken))
    parts = [element("tspan", text=line, x=round(x, 1), y=round(y + k * step, 1)) for k, line in enumerate(broken)]
    return element("text", *parts, data_width=width, **attributes)


def signed(value: float, digits: int = 2) -> str:
    """Write a number with a true minus sign, ties away from zero as a browser's ``toFixed`` has them."""
    rounded = Decimal(float(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded}".replace("-", "−")


def listed(names: Sequence[object]) -> str:
    """Join names as a sentence does: ``1, 2 and 3``."""
    *most, last = map(str, names)
    return f"{', '.join(most)} and {last}" if most else last
