"""A network as a row of bars, one for each layer that has weights."""

from collections.abc import Sequence
from math import log10

from generators.articles.report.results.card import Card, LayerSize
from generators.drawing import Diagram
from generators.drawing.svg import Child, element, svg

MUTED, INK = "var(--nf-muted)", "var(--nf-ink)"
FAMILIES = (
    ("convolution", ("Conv",), "var(--nf-1)"),
    ("lookup table", ("Embedding",), "var(--nf-4)"),
    ("recurrent", ("RNN", "GRU", "LSTM"), "var(--nf-3)"),
    ("attention", ("Attention",), "var(--nf-2)"),
    ("linear", ("Linear", "Conv1D"), "var(--nf-5)"),
)
"""What a bar is called, by a word in the module's class, and its colour; the first that fits."""
OTHER = ("other", "var(--nf-6)")
WIDTH, HEIGHT, TOP, SIDE = 760.0, 150.0, 44.0, 4.0
NARROW = 360.0
WIDEST = 96.0
"""Of one bar and the gap behind it."""
NAMED = 20
"""The most bars that all have their names below them."""
LONGEST = 16
"""Letters of a name that is not cut."""


def layers(result: Card) -> Diagram:
    """Draw every layer that has weights, from left to right as they are defined."""
    rows = [
        {
            "layer": each.path,
            "type": each.type,
            "weights": "×".join(map(str, each.weight_shape)),
            "parameters": each.parameters,
        }
        for each in result.layers
    ]
    return Diagram(_drawn(result.layers, WIDTH), {"layers": rows}, rows, narrow=_drawn(result.layers, NARROW))


def _drawn(sizes: Sequence[LayerSize], width: float) -> str:
    pitch = min(WIDEST, (width - 2 * SIDE) / max(len(sizes), 1))
    bar = pitch - max(1.0, min(8.0, pitch * 0.16))
    named = len(sizes) <= (NAMED if width == WIDTH else NAMED // 2)
    decades = log10(max((each.parameters for each in sizes), default=0) + 10)
    longest = max((len(_short(each.path)) for each in sizes), default=0) if named else 0
    below = 12 + 0.72 * 6.6 * longest if named else 10
    shapes = [
        child for index, each in enumerate(sizes) for child in _bar(each, SIDE + index * pitch, bar, named, decades)
    ]
    return svg(*_key(sizes), *shapes, width=width, height=TOP + HEIGHT + below, role="presentation")


def _bar(each: LayerSize, x: float, width: float, named: bool, decades: float) -> list[Child]:
    _, colour = family(each)
    height = max(4.0, HEIGHT * log10(max(each.parameters, 1)) / decades)
    y = TOP + HEIGHT - height
    told = f"{each.path}: {each.type}, {'×'.join(map(str, each.weight_shape))}, {each.parameters:,} parameters"
    title = element("title", text=told)
    drawn = [element("rect", title, x=x, y=y, width=width, height=height, rx=2, fill=colour)]
    if not named:
        return drawn
    middle = x + width / 2
    count = element(
        "text", text=_count(each.parameters), x=middle, y=y - 5, text_anchor="middle", font_size=11, fill=MUTED
    )
    foot = TOP + HEIGHT + 14
    name = element(
        "text", text=_short(each.path), x=middle + 3, y=foot, text_anchor="end", font_size=11, fill=INK,
        transform=f"rotate(-45 {middle + 3:.1f} {foot:.1f})",
    )  # fmt: skip
    return [*drawn, count, name]


def _key(sizes: Sequence[LayerSize]) -> list[Child]:
    """Name the colours that are there."""
    shapes, x = [], SIDE
    for name, colour in dict.fromkeys(map(family, sizes)):
        shapes.append(element("rect", x=x, y=4, width=11, height=11, rx=2, fill=colour))
        shapes.append(element("text", text=name, x=x + 16, y=14, font_size=12, fill=MUTED))
        x += 32 + 6.6 * len(name)
    return shapes


def family(each: LayerSize) -> tuple[str, str]:
    """Name what a layer is, with its colour."""
    if each.type == "Conv1D":  # GPT-2's name for a linear layer
        return FAMILIES[-1][0], FAMILIES[-1][2]
    found = ((name, colour) for name, parts, colour in FAMILIES if any(part in each.type for part in parts))
    return next(found, OTHER)


def _short(path: str) -> str:
    return path if len(path) <= LONGEST else f"…{path[-LONGEST + 1 :]}"


def _count(n: int) -> str:
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if n >= size:
            return f"{n / size:.3g}{unit}"
    return str(n)
