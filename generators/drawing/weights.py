"""How a weight, an activation and a synapse look in every drawing, and the words around them.

Red is positive and blue is negative, and each has a second cue: a positive cell is square and a negative one round,
a positive synapse is a solid line and a negative one dashed. Strength of colour, or width of line, is the size.
``site_src/assets/diagrams/weights.js`` does the same to a drawing that is live.
"""

import textwrap
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from generators.drawing.svg import element, svg

POSITIVE, NEGATIVE = "var(--nf-positive)", "var(--nf-negative)"
INK, MUTED, FAINT = "var(--nf-ink)", "var(--nf-muted)", "var(--nf-faint)"
PAPER, SURFACE, ACCENT = "var(--nf-paper)", "var(--nf-surface)", "var(--nf-accent)"
HALO = {"stroke": PAPER, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}
"""For words that stand on lines."""
STRONGEST = 0.9
"""Opacity of the largest weight."""
TONES = 12
"""Strengths told apart where many cells share one path."""
NUMBERED = 28
"""The narrowest cell that a number fits into."""
WITH_NUMBER = 0.5
"""Opacity of the largest weight where a number stands on it."""


def colour(value: float) -> str:
    return NEGATIVE if value < 0 else POSITIVE


def strength(value: float, largest: float, strongest: float = STRONGEST) -> float:
    """Opacity of ``value`` where ``largest`` is the greatest absolute value shown."""
    return round(strongest * min(1.0, abs(float(value)) / largest), 3) if largest else 0.0


def cell(
    value: float,
    largest: float,
    x: float,
    y: float,
    width: float,
    height: float,
    strongest: float = STRONGEST,
    inset: float = 0.5,
    **attributes: object,
) -> str:
    """Draw one number as a rectangle, round when it is negative."""
    w, h = width - 2 * inset, height - 2 * inset
    return element(
        "rect",
        x=round(x + inset, 1),
        y=round(y + inset, 1),
        width=round(w, 1),
        height=round(h, 1),
        rx=round(min(w, h) / 2, 1) if value < 0 else None,
        fill=colour(value),
        fill_opacity=strength(value, largest, strongest),
        **attributes,
    )


def grid(
    values: np.ndarray, largest: float, x: float, y: float, width: float, height: float, strongest: float = STRONGEST
) -> str:
    """Draw a matrix as cells over a plate; each cell carries ``data-i`` and ``data-j``."""
    rows, columns = values.shape
    plate = element(
        "rect", x=float(x), y=float(y), width=float(columns * width), height=float(rows * height), fill=SURFACE
    )
    cells = [
        cell(values[i, j], largest, x + j * width, y + i * height, width, height, strongest, data_i=i, data_j=j)
        for i in range(rows)
        for j in range(columns)
    ]
    return element("g", plate, *cells)


def picture(pixels: np.ndarray, x: float, y: float, side: float, **attributes: object) -> str:
    """Draw pixels from 0 to 1 as ink on paper: one path for each of the tones that occur."""
    rows, columns = pixels.shape
    tones: dict[int, list[str]] = {}
    for (i, j), ink in np.ndenumerate(pixels):
        if tone := round(float(ink) * TONES):
            tones.setdefault(tone, []).append(f"M{j} {i}h1v1h-1z")
    plate = element("path", d=f"M0 0h{columns}v{rows}h-{columns}z", fill=SURFACE)
    paths = [element("path", d="".join(d), fill_opacity=round(tone / TONES, 2)) for tone, d in sorted(tones.items())]
    turn = f"translate({x:g} {y:g}) scale({side:g})"
    return element("g", plate, *paths, transform=turn, fill=INK, data_columns=columns, **attributes)


def mosaic(values: np.ndarray, largest: float, x: float, y: float, side: float, **attributes: object) -> str:
    """Draw many numbers as cells, square or round by their sign: a path of dots for each strength that occurs."""
    rows, columns = values.shape
    tones: dict[int, list[str]] = {}
    for (i, j), value in np.ndenumerate(values):
        if tone := round(STRONGEST * min(1.0, abs(float(value)) / largest) * TONES):
            tones.setdefault(-tone if value < 0 else tone, []).append(dot(i, j))
    plate = element("path", d=f"M0 0h{columns}v{rows}h-{columns}z", fill=SURFACE)
    signs = []
    for sign in (-1, 1):
        paths = [
            element("path", d="".join(d), stroke_opacity=round(abs(tone) / TONES, 2))
            for tone, d in sorted(tones.items())
            if tone * sign > 0
        ]
        signs.append(element("g", *paths, **dots(sign)) if paths else "")
    turn = f"translate({x:.4g} {y:.4g}) scale({side:.4g})"
    return element("g", plate, *signs, transform=turn, stroke_width=0.94, data_columns=columns, **attributes)


def dot(i: int, j: int) -> str:
    """Place one cell of a path of ``dots``: a stroke so short that only its ends are seen."""
    return f"M{j}.5 {i}.5h.01"


def dots(sign: float) -> dict[str, object]:
    """Say how a path of dots looks: square when positive, round when negative."""
    return {"stroke": colour(sign), "stroke_linecap": "round" if sign < 0 else "square"}


def synapse(
    weight: float, largest: float, x1: float, y1: float, x2: float, y2: float, widest: float = 3.0, **attributes: object
) -> str:
    """Draw a line as wide as the weight is large, dashed when it is negative."""
    width = max(0.35, widest * abs(float(weight)) / largest) if largest else 0.35
    return element(
        "path",
        d=f"M{x1:.4g} {y1:.4g}L{x2:.4g} {y2:.4g}",
        stroke=colour(weight),
        stroke_width=round(width, 1),
        stroke_dasharray=f"{width + 2:.1f} {width + 1.5:.1f}" if weight < 0 else None,
        **attributes,
    )


def gate(name: str, x: float, y: float, half: float, is_open: bool, upright: bool = False) -> str:
    """Draw ReLU's gate: a bar when it is closed, two posts when it is open."""
    bar, posts = _gate_paths(x, y, half, upright)
    shared = {"fill": "none", "stroke": INK, "stroke_linecap": "round"}
    return element(
        "g",
        element("path", d=posts, stroke_width=2, **shared),
        element("path", d=bar, stroke_width=4, opacity=0 if is_open else 1, data_gate=name, **shared),
    )


def _gate_paths(x: float, y: float, half: float, upright: bool) -> tuple[str, str]:
    post = half * 0.3
    if upright:
        return f"M{x - half:g} {y:g}H{x + half:g}", f"M{x - half:g} {y:g}h{post:g}M{x + half:g} {y:g}h{-post:g}"
    return f"M{x:g} {y - half:g}V{y + half:g}", f"M{x:g} {y - half:g}v{post:g}M{x:g} {y + half:g}v{-post:g}"


def canvas(*children: str, width: float, height: float, layout: str) -> str:
    """Write a whole drawing, ``"wide"`` or ``"narrow"``; its words are 14 units of ink unless they say otherwise."""
    return svg(*children, width=width, height=height, fill=INK, font_size=14, data_layout=layout)


def words(x: float, y: float, *parts: str, **attributes: object) -> str:
    """Write on a ``canvas``."""
    return element("text", *parts, x=round(x, 1), y=round(y, 1), **attributes)


def heading(x: float, y: float, title: str, rest: str = "") -> str:
    """Write what a part of a drawing is, and in muted words how to read it."""
    parts = [element("tspan", text=title, font_weight=600)]
    if rest:
        parts.append(element("tspan", text=rest, dx=9, fill=MUTED))
    return words(x, y, *parts)


def lines(x: float, y: float, text: str, width: int, n_lines: int, step: float, **attributes: object) -> str:
    """Write a sentence on lines of at most ``width`` letters; a script writes others there, so empty lines stay."""
    broken = textwrap.wrap(text, width)
    broken += [""] * (n_lines - len(broken))
    parts = [element("tspan", text=line, x=round(x, 1), y=round(y + k * step, 1)) for k, line in enumerate(broken)]
    return element("text", *parts, data_width=width, **attributes)


def indexed(letter: str, index: str = "") -> str:
    """Write a letter of a formula for ``words``, and its index below the line."""
    return element("tspan", text=letter, font_style="italic", font_weight=600) + (
        element("tspan", text=index, dy=4, font_size=11) if index else ""
    )


def short(labels: Sequence[str]) -> tuple[str, ...]:
    """Give names that fit into a circle: the labels themselves, or their numbers where one is long."""
    return tuple(labels) if max(map(len, labels)) <= 2 else tuple(str(i) for i in range(1, len(labels) + 1))


def bracket(x1: float, y1: float, x2: float, y2: float, depth: float, stroke: str) -> str:
    """Draw a square bracket from one point to the other along an axis, its ends turned by ``depth``."""
    path = (
        f"M{x1:g} {y1 + depth:g}V{y1:g}H{x2:g}v{depth:g}"
        if y1 == y2
        else f"M{x1 + depth:g} {y1:g}H{x1:g}V{y2:g}h{depth:g}"
    )
    return element("path", d=path, fill="none", stroke=stroke, stroke_width=1.5)


def signed(value: float, digits: int = 2) -> str:
    """Write a number with a true minus sign, ties away from zero as a browser's ``toFixed`` has them."""
    rounded = Decimal(float(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded}".replace("-", "−")


def listed(names: Sequence[object]) -> str:
    """Join names as a sentence does: ``1, 2 and 3``."""
    *most, last = map(str, names)
    return f"{', '.join(most)} and {last}" if most else last
