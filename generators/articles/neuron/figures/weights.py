"""How a weight, an activation and a synapse look in every drawing of this article.

Red is positive and blue is negative, and each has a second cue: a positive cell is square and a negative one round,
a positive synapse is a solid line and a negative one dashed. Strength of colour, or width of line, is the size.
``site_src/assets/diagrams/weights.js`` does the same to a drawing that is live.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from generators.svg import element

POSITIVE, NEGATIVE = "var(--nf-positive)", "var(--nf-negative)"
INK, MUTED, FAINT = "var(--nf-ink)", "var(--nf-muted)", "var(--nf-faint)"
PAPER, SURFACE, ACCENT = "var(--nf-paper)", "var(--nf-surface)", "var(--nf-accent)"
HALO = {"stroke": PAPER, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}
"""For words that stand on lines."""
STRONGEST = 0.9
"""Opacity of the largest weight."""
TONES = 16
"""Strengths told apart where many cells share one path."""
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
        x=float(x + inset),
        y=float(y + inset),
        width=float(w),
        height=float(h),
        rx=float(min(w, h) / 2 if value < 0 else 0),
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
    """Draw many numbers as cells, square or round by their sign: one path for each of the strengths that occur."""
    rows, columns = values.shape
    tones: dict[int, list[str]] = {}
    for (i, j), value in np.ndenumerate(values):
        if tone := round(STRONGEST * min(1.0, abs(float(value)) / largest) * TONES):
            negative = value < 0
            tones.setdefault(-tone if negative else tone, []).append(_round(i, j) if negative else _square(i, j))
    plate = element("path", d=f"M0 0h{columns}v{rows}h-{columns}z", fill=SURFACE)
    paths = [
        element("path", d="".join(d), fill=colour(tone), fill_opacity=round(abs(tone) / TONES, 2))
        for tone, d in sorted(tones.items())
    ]
    turn = f"translate({x:g} {y:g}) scale({side:g})"
    return element("g", plate, *paths, transform=turn, data_columns=columns, **attributes)


def _square(i: int, j: int) -> str:
    return f"M{j} {i}h.94v.94h-.94z"


def _round(i: int, j: int) -> str:
    return f"M{j} {i}.47a.47.47 0 1 0 .94 0a.47.47 0 1 0-.94 0z"


def synapse(
    weight: float, largest: float, x1: float, y1: float, x2: float, y2: float, widest: float = 3.0, **attributes: object
) -> str:
    """Draw a line as wide as the weight is large, dashed when it is negative."""
    width = max(0.35, widest * abs(float(weight)) / largest) if largest else 0.35
    return element(
        "line",
        x1=float(x1),
        y1=float(y1),
        x2=float(x2),
        y2=float(y2),
        stroke=colour(weight),
        stroke_width=round(width, 2),
        stroke_dasharray=f"{width + 2:.1f} {width + 1.5:.1f}" if weight < 0 else None,
        **attributes,
    )


def words(x: float, y: float, *parts: str, **attributes: object) -> str:
    """Write 14-unit text in ink; every default can be overridden."""
    style: dict[str, object] = {"fill": INK, "font_size": 14} | attributes
    return element("text", *parts, x=float(x), y=float(y), **style)


def heading(x: float, y: float, title: str, rest: str = "") -> str:
    """Write what a part of a drawing is, and in muted words how to read it."""
    parts = [element("tspan", text=title, font_weight=600)]
    if rest:
        parts.append(element("tspan", text=rest, dx=9, fill=MUTED))
    return words(x, y, *parts)


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
