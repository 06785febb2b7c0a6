"""An MLP as a memory, its widths to scale: four keys for each number of the stream, which all values share."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from generators.articles.key_value_memory.results.bottleneck import Bottleneck, Width
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    FAINT,
    HALO,
    INK,
    MUTED,
    PAPER,
    SURFACE,
    canvas,
    heading,
    indexed,
    lines,
    words,
)

FAN = 13
"""Lines that stand for all synapses of a neuron."""
MEMORY, NEURON = 0.3, 0.7
"""Where along the keys the memory stands, and along the outputs the value neuron."""
THICK = 10.0
CLOSEST = (
    "Only d directions can all be at right angles. However 4d of them point, the lines of some two cross at this angle "
    "or a smaller one."
)


@dataclass(frozen=True)
class Layout:
    """Where the widths, the matrices and the table stand."""

    name: str
    width: float
    height: float
    d: float
    """Height of the stream in the drawing of widths; side of the shorter edge of a matrix."""
    flow: tuple[float, float, float, float]
    """Left edges of the stream, the keys and the stream again, and top of the keys."""
    side: float
    """Shorter edge of a matrix."""
    matrices: tuple[float, float, float]
    """Left edges of the first and the second matrix, and top of the first."""
    table: float
    """Top of the table."""
    columns: tuple[float, ...]
    """Right ends of its columns; the first is the left end of the names."""


WIDE = Layout("wide", 760, 590, 60, (94, 245, 396, 62), 38, (548, 606, 104), 396, (0, 212, 322, 424, 580, 730))
NARROW = Layout("narrow", 360, 858, 50, (0, 168, 336, 62), 44, (42, 160, 424), 648, (0, 0, 142, 202, 302, 360))


def bottleneck(result: Bottleneck) -> Diagram:
    """Draw the widths, the counting rule in them, and the counts of every network."""
    rows = [_numbers(width) for width in result.widths]
    data = {"shown": result.shown, "widths": rows}
    return Diagram(_drawn(result, WIDE), data, rows, narrow=_drawn(result, NARROW))


def _numbers(width: Width) -> dict:
    return {
        "network": width.title,
        "d": width.d_model,
        "memories": width.n_memories,
        "neurons": width.neurons,
        "synapses": width.synapses,
        "memories per dimension": width.memories_per_dimension,
        "least largest cosine": width.least_cosine,
        "widest smallest angle (degrees)": width.widest_angle_degrees,
    }


def _drawn(result: Bottleneck, layout: Layout) -> str:
    shown, wide = result.shown_width, layout.name == "wide"
    second = (layout.matrices[0] - (18 if wide else 42), 16 if wide else layout.matrices[2] - 62)
    return canvas(
        heading(0, 16, "Neurons", f"widths to scale, {shown.title}"),
        *_flow(shown, layout),
        heading(*second, "Weights", "the same, as matrices"),
        *_matrices(shown, layout),
        *_table(result, layout),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _flow(shown: Width, layout: Layout) -> Iterator[str]:
    """Draw stream, keys and stream as bars as long as they are wide, one memory and one value neuron between them."""
    (first, keys, last, top), d = layout.flow, layout.d
    long = d * shown.n_memories / shown.d_model
    low = top + (long - d) / 2
    memory, neuron = top + MEMORY * long, low + NEURON * d
    for x, y, length in ((first, low, d), (keys, top, long), (last, low, d)):
        yield element("rect", x=x, y=y, width=THICK, height=length, fill=MUTED, rx=2)
    left, middle = first + THICK, keys + THICK
    yield _funnel((left, low, d), (keys, top, long))
    yield _funnel((middle, top, long), (last, low, d))
    yield _fan((middle, top, long), (last, neuron), INK, 0.45)
    yield _fan((left, low, d), (keys, memory), ACCENT, 0.8)
    yield _fan((last, low, d), (middle, memory), ACCENT, 0.8)
    yield element("circle", cx=keys + THICK / 2, cy=memory, r=6.5, fill=ACCENT, stroke=PAPER, stroke_width=1.5)
    yield element("circle", cx=last + THICK / 2, cy=neuron, r=6.5, fill=INK, stroke=PAPER, stroke_width=1.5)
    bold, small = {"font_weight": 600, "font_size": 13}, {"font_size": 13, "fill": MUTED}
    yield words(keys + THICK / 2, top - 10, text=f"{shown.n_memories:,} keys: 4d", text_anchor="middle", **bold)
    wide, number = layout.name == "wide", f"d = {shown.d_model:,}"
    y = low + d / 2 - 4 if wide else low - 26
    for x, anchor, what in ((first - 9, "end", "numbers"), (last + THICK + 9, "start", "value neurons")):
        if not wide:
            x, anchor = (first, "start") if what == "numbers" else (last + THICK, "end")
        yield words(x, y, text=number, text_anchor=anchor, **bold, **HALO)
        yield words(x, y + 17, text=what, text_anchor=anchor, **small, **HALO)
    below = top + long + 24
    for k, (fill, text) in enumerate(_rules()):
        yield element("circle", cx=6, cy=below + 20 * k - 5, r=6, fill=fill)
        yield words(20, below + 20 * k, text=text, font_size=13)


def _rules() -> tuple[tuple[str, str], ...]:
    return (
        (ACCENT, "a memory: key reads d numbers, value writes d"),
        (INK, "a value neuron: 4d synapses, one from every key"),
    )


def _funnel(start: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    """Shade what lies between two bars, each given by its edge, top and length."""
    (x1, y1, h1), (x2, y2, h2) = start, end
    return element("path", d=f"M{x1:g} {y1:g}L{x2:g} {y2:g}v{h2:g}L{x1:g} {y1 + h1:g}z", fill=SURFACE)


def _fan(bar: tuple[float, float, float], tip: tuple[float, float], stroke: str, opacity: float) -> str:
    """Join one neuron with every part of a bar."""
    x, y, length = bar
    ends = (y + length * (k + 0.5) / FAN for k in range(FAN))
    d = "".join(f"M{x:g} {end:.1f}L{tip[0]:g} {tip[1]:.1f}" for end in ends)
    return element("path", d=d, stroke=stroke, stroke_width=1, opacity=opacity)


def _matrices(shown: Width, layout: Layout) -> Iterator[str]:
    """Draw both matrices to scale, with the row and the column of the memory, and the row of the value neuron."""
    (x1, x2, top), side = layout.matrices, layout.side
    long = side * shown.n_memories / shown.d_model
    y2 = top + (long - side) / 2
    row, column, other = top + MEMORY * long, x2 + MEMORY * long, y2 + NEURON * side
    plate = {"fill": SURFACE, "stroke": MUTED, "stroke_width": 1.2}
    yield element("rect", x=x1, y=top, width=side, height=long, **plate)
    yield element("rect", x=x2, y=y2, width=long, height=side, **plate)
    yield element("path", d=f"M{x1:g} {row:g}h{side:g}M{column:g} {y2:g}v{side:g}", stroke=ACCENT, stroke_width=4)
    yield element("path", d=f"M{x2:g} {other:g}h{long:g}", stroke=INK, stroke_width=2.5)
    yield words(x1 + side / 2, top - 10, indexed("W", "key"), text_anchor="middle")
    yield words(x2 + long / 2, y2 - 10, indexed("W", "value"), text_anchor="middle")
    small = {"font_size": 12.5, "text_anchor": "middle", "fill": MUTED}
    yield words(x1 + side / 2, top + long + 17, text="d", **small)
    yield words(x1 - 14, top + long / 2 + 4, text="4d", **small)
    yield words(x2 + long / 2, y2 + side + 17, text="4d", **small)
    yield words(x2 - 10, y2 + side / 2 + 4, text="d", **small)


def _table(result: Bottleneck, layout: Layout) -> Iterator[str]:
    """Write every network's counts, and draw how far from a right angle some two of its values must be."""
    top, wide = layout.table, layout.name == "wide"
    heads = (
        ("d", "memories: 4d", "neurons: 5d", "synapses: 8d²", "closest two")
        if wide
        else ("", "4d", "5d", "8d²", "angle")
    )
    yield heading(0, top, "Networks", "the MLP of one block" if wide else "4d memories, 5d neurons")
    for x, head in zip(layout.columns[1:], heads, strict=True):
        yield words(x, top + 26, text=head, fill=MUTED, font_size=12.5, text_anchor="end")
    yield element("path", d=f"M0 {top + 33:g}H{layout.width:g}", stroke=FAINT)
    for k, width in enumerate(result.widths):
        yield from _row(width, layout, top + 54 + 26 * k)
    below = top + 60 + 26 * len(result.widths)
    yield lines(0, below, CLOSEST, 104 if wide else 50, 2 if wide else 3, 19, fill=MUTED, font_size=13)


def _row(width: Width, layout: Layout, y: float) -> Iterator[str]:
    name, *ends = layout.columns
    wide = layout.name == "wide"
    yield words(name, y, text=width.title, font_size=13, font_weight=600)
    cells = [f"{width.d_model:,}", f"{width.n_memories:,}", f"{width.neurons:,}", f"{width.synapses:,}"]
    for x, text in zip(ends, [*cells, f"{width.widest_angle_degrees:.1f}°"], strict=True):
        if x:
            yield words(x, y, text=text, font_size=13 if wide else 12, text_anchor="end")
    if wide:
        yield _angle(layout.width - 21, y + 3, math.radians(width.widest_angle_degrees), 20)


def _angle(x: float, y: float, radians: float, size: float) -> str:
    upright = element("path", d=f"M{x:g} {y:g}v{-size:g}", stroke=MUTED, stroke_dasharray="2 2")
    d = f"M{x + size:g} {y:g}H{x:g}L{x + size * math.cos(radians):.2f} {y - size * math.sin(radians):.2f}"
    return upright + element("path", d=d, stroke=INK, stroke_width=1.5, fill="none")
