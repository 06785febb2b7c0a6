"""Networks whose lines meet, cut rightly, each with the count of a careless algorithm; and one origin, magnified."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log10

from generators.articles.multi_neuron.figures.axes import NOTHING
from generators.articles.multi_neuron.figures.floor import Floor, line_ends
from generators.articles.multi_neuron.figures.shading import active, by_activity
from generators.articles.multi_neuron.results.degenerate import Case, Degenerate
from generators.articles.multi_neuron.results.plane import BORDER
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import FAINT, INK, MUTED, PAPER, POSITIVE, SURFACE, canvas, lines, words

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Layout:
    """Where each square stands; two lines of words above it and one below."""

    name: str
    width: float
    height: float
    squares: tuple[tuple[float, float, float], ...]
    """Left, top and side for each case."""
    lens: tuple[float, float, float]
    letters: tuple[int, int]
    """On a line above the star and its lens, and above the small ones."""


WIDE = Layout(
    name="wide",
    width=760,
    height=654,
    squares=((0, 44, 320), *((x, 474, 136) for x in (0, 156, 312, 468, 624))),
    lens=(440, 44, 320),
    letters=(50, 20),
)
NARROW = Layout(
    name="narrow",
    width=360,
    height=1076,
    squares=((0, 60, 164), *((x, y, 164) for y in (330, 600, 870) for x in (0, 196)))[:6],
    lens=(196, 60, 164),
    letters=(24, 24),
)


def degenerate(result: Degenerate) -> Diagram:
    """Draw every case, and where the star's crossings were computed to be."""
    counts = [
        {"network": case.title, "regions": case.partition.n_regions, "careless count": case.careless}
        for case in result.cases
    ]
    data = {"cases": counts, "star": result.star.tolist(), "crossings": result.crossings.tolist()}
    return Diagram(_drawn(result, WIDE), data, counts, None, _drawn(result, NARROW))


def _drawn(result: Degenerate, layout: Layout) -> str:
    boxes = [
        Floor(*at, *map(tuple, case.partition.domain[[0, 2]]))
        for case, at in zip(result.cases, layout.squares, strict=True)
    ]
    letters = (layout.letters[0], *[layout.letters[1]] * (len(boxes) - 1))
    return canvas(
        *(part for each in zip(result.cases, boxes, letters, strict=True) for part in _case(*each)),
        *_lens(result, layout, boxes[0]),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _case(case: Case, box: Floor, letters: int) -> Iterator[str]:
    """One square: its regions, the lines between them, and both counts."""
    partition, shading, on = case.partition, by_activity([case.partition]), active(case.partition)
    yield from _title(case.title, box.left, box.top, letters)
    for region, shade in enumerate(shading.regions[0]):
        about = shading.shades[shade]
        path = box.path(partition.polygon(region).tolist())
        yield element("path", d=path, fill=about.colour, fill_opacity=about.opacity, data_on=on[region])
    inner = partition.edges[partition.edge_switch != BORDER]
    path = "".join(box.path(ends, close=False) for ends in partition.vertices[inner].tolist())
    yield element("path", d=path, fill="none", stroke=INK, stroke_width=1.1, stroke_linecap="round")
    yield element("rect", x=box.left, y=box.top, width=box.side, height=box.side, fill="none", stroke=MUTED)
    path = "".join(box.path(line_ends(box, row[:2], row[2]), close=False) for row in case.marked)
    yield element("path", d=path or NOTHING, fill="none", stroke=POSITIVE, stroke_width=3.5)
    yield words(box.left, box.bottom + 20, text=f"right: {case.partition.n_regions} regions", font_weight=600)
    yield words(box.left, box.bottom + 39, text=f"careless: {case.careless}", fill=MUTED)


def _title(title: str, left: float, top: float, letters: int) -> Iterator[str]:
    """Words that end just above a square."""
    rows = 1 + (len(title) > letters)
    yield lines(left, top - 10 - 18 * (rows - 1), title, letters, rows, 18, font_size=14)


def _lens(result: Degenerate, layout: Layout, star: Floor) -> Iterator[str]:
    """The origin of the star, so large that rounding errors show."""
    reach, left, side = 10.0 ** ceil(log10(result.spread)), layout.lens[0], layout.lens[2]
    lens = Floor(*layout.lens, (-reach, -reach), (reach, reach))
    times = _power((star.high[0] - star.low[0]) / (2 * reach))
    yield from _title(f"Its {len(result.crossings)} crossings, {times} times larger", left, lens.top, layout.letters[0])
    x, y = star.place((0, 0))
    for corner in (lens.top, lens.bottom):
        yield element("path", d=f"M{x:.1f} {y:.1f}L{left:g} {corner:g}", stroke=MUTED, stroke_dasharray="2 3")
    yield element("circle", cx=round(x, 1), cy=round(y, 1), r=3.5, fill=PAPER, stroke=POSITIVE, stroke_width=1.5)
    yield element("rect", x=left, y=lens.top, width=side, height=side, fill=PAPER)
    yield element("rect", x=left, y=lens.top, width=side, height=side, fill=SURFACE, stroke=MUTED)
    path = "".join(lens.path(line_ends(lens, row, 0.0), close=False) for row in result.star)
    yield element("path", d=path, fill="none", stroke=FAINT)
    for point, times_met in zip(*result.points, strict=True):
        x, y = lens.place(point)
        r = round(side / 110 * float(times_met) ** 0.5, 1)
        yield element(
            "circle", cx=round(x, 1), cy=round(y, 1), r=r, fill=POSITIVE, stroke=PAPER, data_crossings=times_met
        )
    n = len(result.points[0])
    yield words(left, lens.bottom + 20, text=f"at {n} points, not 1", font_weight=600)
    yield words(left, lens.bottom + 39, text=f"off by up to {_power(result.spread, 1)}", fill=MUTED)


def _power(value: float, digits: int = 0) -> str:
    """Write as a power of ten, ``8.9 · 10⁻¹⁶``."""
    factor, exponent = f"{value:.{digits}e}".split("e")
    power = f"10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    return power if float(factor) == 1 else f"{factor} · {power}"
