"""How the sign of an output looks in every drawing of this article.

A neuron that is on, above zero, is a red square or a red solid line; one that is off is a blue disc or a blue dashed
line. ``site_src/assets/diagrams/weights.js`` and its neighbours do the same to a drawing that is live.
"""

from generators.drawing.svg import element
from generators.drawing.weights import NEGATIVE, POSITIVE

HIGHLIGHT = "var(--nf-highlight)"
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
