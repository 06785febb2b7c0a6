"""SVG as nested elements, every text and attribute escaped; a drawing's colours are CSS variables, never literals.

``svg(element("circle", cx=1, cy=2, r=3), width=10, height=10)`` gives the text of a whole image.
"""

from html import escape

Child = str


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


def _value(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
