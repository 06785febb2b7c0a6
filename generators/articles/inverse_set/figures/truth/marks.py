"""What the exact and the learned generator look like, and the line that says so."""

from collections.abc import Callable

from generators.drawing.svg import element
from generators.drawing.weights import MUTED, words

EXACT, LEARNED = "var(--nf-1)", "var(--nf-2)"
HALF = 3.5


def exact(x: float, y: float, **attributes: object) -> str:
    return element("rect", x=x - HALF, y=y - HALF, width=2 * HALF, height=2 * HALF, fill=EXACT, **attributes)


def learned(x: float, y: float, **attributes: object) -> str:
    return element("circle", cx=x, cy=y, r=HALF + 1.4, fill="none", stroke=LEARNED, stroke_width=1.8, **attributes)


def legend(renderer: str, other: str, is_narrow: bool) -> str:
    """Name the two, below one another on a phone; the learned one only where there is one."""
    parts = [_named(exact, 6, 14, f"the renderer, {renderer}")]
    if other:
        x, y = (6, 34) if is_narrow else (42 + 7.2 * len(f"the renderer, {renderer}"), 14)
        parts.append(_named(learned, x, y, f"the learned generator, {other}"))
    return element("g", *parts)


def _named(mark: Callable[[float, float], str], x: float, y: float, name: str) -> str:
    return mark(x, y - 5) + words(x + 12, y, text=name, font_size=13, fill=MUTED)
