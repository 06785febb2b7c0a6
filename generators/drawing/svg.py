"""SVG as nested elements, every text and attribute escaped; a drawing's colours are CSS variables, never literals.

``svg(element("circle", cx=1, cy=2, r=3), width=10, height=10)`` gives the text of a whole image.
"""

from collections.abc import Iterable
from html import escape
from itertools import pairwise

Child = str
STRIP = 16
"""How high the strips are along which dots follow one another, in whole units."""


def element(tag: str, *children: Child, text: object = None, **attributes: object) -> Child:
    """Write one element.

    ``class_`` becomes ``class`` and ``stroke_width`` ``stroke-width``; floats are rounded to two decimals and
    ``None`` is left out.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = (escape(str(text), quote=False) if text is not None else "") + "".join(children)
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def svg(*children: Child, width: float, height: float, **attributes: object) -> str:
    """Write a whole image of ``width`` by ``height`` units that scales to the page."""
    return element(
        "svg",
        *children,
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        xmlns="http://www.w3.org/2000/svg",
        **attributes,
    )


def dots(places: Iterable[tuple[int, int]]) -> str:
    """Write path data that has a dot at each place, in whole units; a stroke with round ends shows them.

    A dot is told by its distance to the last one, to and fro along strips, which takes fewer digits than its place.
    """
    strips = sorted((y // STRIP, x if y // STRIP % 2 else -x, x, y) for x, y in places)
    moves = (f"m{x - left} {y - top}h0" for (*_, left, top), (*_, x, y) in pairwise(strips))
    return "".join([f"M{strips[0][2]} {strips[0][3]}h0", *moves]).replace(" -", "-") if strips else ""


def _value(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
