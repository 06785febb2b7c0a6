"""Triangles of a wanted area and perimeter, and how both are spread beside those found by throwing away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import dist, floor, log10

import numpy as np

from generators.articles.inverse_set.results.feasible import Triangles
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, INK, MUTED, canvas, heading, signed, words

DRAWN = 24
MARKED = 300
"""Members of each kind that are marked, at most."""
ROOM = 0.08
"""Beyond the bounds, in parts of their distance."""


@dataclass(frozen=True)
class Grid:
    """Where the triangles stand, each in its unit square."""

    left: float
    top: float
    columns: int
    side: float
    across: float
    down: float


@dataclass(frozen=True)
class Plot:
    """Where areas, to the right, and perimeters, upwards, stand in the picture."""

    left: float
    top: float
    width: float
    height: float
    low: tuple[float, float] = (0.0, 0.0)
    high: tuple[float, float] = (1.0, 1.0)

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        """Place an area and a perimeter."""
        along, up = ((point[k] - self.low[k]) / (self.high[k] - self.low[k]) for k in (0, 1))
        return self.left + self.width * along, self.bottom - self.height * up

    def of(self, area: tuple[float, float], perimeter: tuple[float, float]) -> "Plot":
        """Show what the bounds allow, with a little room."""
        room = [ROOM * (most - least) for least, most in (area, perimeter)]
        low, high = (area[0] - room[0], perimeter[0] - room[1]), (area[1] + room[0], perimeter[1] + room[1])
        return Plot(self.left, self.top, self.width, self.height, low, high)


@dataclass(frozen=True)
class Layout:
    """Where the triangles and the plot stand."""

    name: str
    width: float
    height: float
    grid: Grid
    plot: Plot


WIDE = Layout("wide", 760, 446, Grid(0, 34, 6, 60, 72, 104), Plot(500, 34, 254, 320))
NARROW = Layout("narrow", 360, 1040, Grid(4, 34, 4, 74, 92, 116), Plot(50, 764, 296, 196))


def triangles(result: Triangles) -> Diagram:
    """Draw the sample, and beside it area and perimeter of members by the sampler and by rejection."""
    sampled, rejected = result.sampled.tolist(), result.rejected.tolist()
    data = {
        "area": result.area,
        "perimeter": result.perimeter,
        "corners": result.corners.tolist(),
        "sampled": sampled,
        "rejected": rejected,
        "tried": result.tried,
        "evaluations": result.evaluations,
        "ks": result.ks,
        "ks_chance": result.ks_chance,
    }
    rows = [
        {"found_by": found_by, "area": area, "perimeter": perimeter}
        for found_by, members in (("sampler", sampled), ("rejection", rejected))
        for area, perimeter in members
    ]
    return Diagram(_drawn(result, WIDE), data, rows, None, _drawn(result, NARROW))


def area(corners: Sequence[Sequence[float]]) -> float:
    (ax, ay), (bx, by), (cx, cy) = corners
    return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2


def perimeter(corners: Sequence[Sequence[float]]) -> float:
    a, b, c = corners
    return dist(a, b) + dist(b, c) + dist(c, a)


def said(point: Sequence[float]) -> str:
    return f"area {signed(point[0], 3)}, perimeter {signed(point[1], 2)}"


def _drawn(result: Triangles, layout: Layout) -> str:
    plot = layout.plot.of(result.area, result.perimeter)
    parts = (
        heading(0, 16, "A sample", "of area and perimeter in the bounds"),
        *_sample(result.corners[:DRAWN].tolist(), layout.grid),
        heading(plot.left - 44, plot.top - 18, "All members", "within the bounds"),
        *_axes(plot),
        *_bounds(result, plot),
        *_rejected(result, plot),
        *_sampled(result, plot),
        *_key(result, plot),
    )
    return canvas(*parts, width=layout.width, height=layout.height, layout=layout.name)


# --- the triangles --------------------------------------------------------------------------------------------------


def _sample(found: Sequence[Sequence[Sequence[float]]], grid: Grid) -> Iterator[str]:
    for k, corners in enumerate(found):
        left, top = grid.left + grid.across * (k % grid.columns), grid.top + grid.down * (k // grid.columns)
        places = [(left + grid.side * x, top + grid.side * (1 - y)) for x, y in corners]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + "Z"
        look = {"fill": ACCENT, "fill_opacity": 0.25, "stroke": ACCENT, "stroke_width": 1.5, "stroke_linejoin": "round"}
        yield element("rect", x=left, y=top, width=grid.side, height=grid.side, fill="none", stroke=FAINT)
        yield element("path", element("title", text=said((area(corners), perimeter(corners)))), d=path, **look)
        for row, value in enumerate((signed(area(corners), 3), signed(perimeter(corners), 2))):
            style = {"font_size": 11.5, "fill": MUTED if row else INK, "text_anchor": "middle"}
            yield words(left + grid.side / 2, top + grid.side + 14 + 14 * row, text=value, **style)


# --- the members ----------------------------------------------------------------------------------------------------


def ticks(low: float, high: float, most: int) -> list[float]:
    """Give a few round numbers from low to high."""
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough)
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [float(k * step) for k in np.arange(first, last + 1)]


def _axes(plot: Plot) -> Iterator[str]:
    style = {"font_size": 13, "fill": MUTED}
    yield element("rect", x=plot.left, y=plot.top, width=plot.width, height=plot.height, fill="none", stroke=MUTED)
    for value in ticks(plot.low[0], plot.high[0], 5):
        x, _ = plot.place((value, plot.low[1]))
        yield element("path", d=f"M{x:.1f} {plot.bottom:g}v5", stroke=MUTED)
        yield words(x, plot.bottom + 18, text=_short(value), text_anchor="middle", **style)
    for value in ticks(plot.low[1], plot.high[1], 5):
        _, y = plot.place((plot.low[0], value))
        yield element("path", d=f"M{plot.left:g} {y:.1f}h-5", stroke=MUTED)
        yield words(plot.left - 8, y + 4.5, text=_short(value), text_anchor="end", **style)
    yield words(plot.left + plot.width / 2, plot.bottom + 35, text="area", text_anchor="middle", **style)
    turn = f"rotate(-90 {plot.left - 38:g} {plot.top + plot.height / 2:g})"
    yield words(
        plot.left - 38, plot.top + plot.height / 2, text="perimeter", text_anchor="middle", transform=turn, **style
    )


def _short(value: float) -> str:
    return signed(value, 3).rstrip("0").rstrip(".")


def _bounds(result: Triangles, plot: Plot) -> Iterator[str]:
    left, bottom = plot.place((result.area[0], result.perimeter[0]))
    right, top = plot.place((result.area[1], result.perimeter[1]))
    d = f"M{left:.1f} {bottom:.1f}H{right:.1f}V{top:.1f}H{left:.1f}Z"
    yield element("path", d=d, fill="none", stroke=INK, stroke_dasharray="5 4")


def _rejected(result: Triangles, plot: Plot) -> Iterator[str]:
    for point in result.rejected[:MARKED].tolist():
        x, y = (round(value, 1) for value in plot.place(point))
        title = element("title", text=f"by rejection: {said(point)}")
        yield element("circle", title, cx=x, cy=y, r=3, fill="none", stroke=MUTED, pointer_events="all")


def _sampled(result: Triangles, plot: Plot) -> Iterator[str]:
    for point in result.sampled[-MARKED:].tolist():
        x, y = (round(value, 1) for value in plot.place(point))
        title = element("title", text=f"by the sampler: {said(point)}")
        yield element("circle", title, cx=x, cy=y, r=2, fill=ACCENT)


def _key(result: Triangles, plot: Plot) -> Iterator[str]:
    left, y = plot.left, plot.bottom + 58
    sampler = f"sampler, {result.evaluations / len(result.sampled):,.0f} looked at for each"
    rejection = f"rejection, {result.tried / len(result.rejected):,.0f} drawn for each"
    yield element("circle", cx=left + 4, cy=y - 4.5, r=2, fill=ACCENT)
    yield words(left + 14, y, text=sampler, font_size=13)
    yield element("circle", cx=left + 4, cy=y + 14.5, r=3, fill="none", stroke=MUTED)
    yield words(left + 14, y + 19, text=rejection, font_size=13)
