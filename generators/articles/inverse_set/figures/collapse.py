"""The published objective climbed on the square: the points gather in a few places while the score rises.

Live, ``site_src/assets/diagrams/inverse-collapse.js`` goes through the steps.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot, log1p

import numpy as np

from generators.articles.inverse_set.figures.half_planes import Point
from generators.articles.inverse_set.figures.unit_square import UnitSquare, frame, members
from generators.articles.inverse_set.results.linear import Collapse, Linear
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, HALO, INK, MUTED, PAPER, canvas, heading, signed, words

REFERENCE = "independent members"
CROWD = 3
"""So many points at one place are counted in the picture."""
TICKS = (0, 5, 50)
"""Steps that have a number, beside the last."""


@dataclass(frozen=True)
class Curve:
    """Where one number over the steps stands in the picture."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def geometry(self) -> str:
        """Say the same to the script."""
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"

    def place(self, step: float, value: float, last: float, most: float) -> Point:
        """Place a value; steps are spaced by their logarithm."""
        return self.left + self.width * log1p(step) / log1p(last), self.bottom - self.height * value / most


@dataclass(frozen=True)
class Layout:
    """Where the three squares and the three curves stand."""

    name: str
    width: float
    height: float
    first: UnitSquare
    now: UnitSquare
    last: UnitSquare
    curves: tuple[Curve, Curve, Curve]


WIDE = Layout(
    name="wide",
    width=760,
    height=438,
    first=UnitSquare(36, 30, 200, 4.5),
    now=UnitSquare(296, 30, 200, 4.5),
    last=UnitSquare(554, 30, 200, 4.5),
    curves=(Curve(36, 312, 200, 90), Curve(296, 312, 200, 90), Curve(554, 312, 200, 90)),
)
NARROW = Layout(
    name="narrow",
    width=360,
    height=1012,
    first=UnitSquare(38, 402, 132, 3.5),
    now=UnitSquare(38, 30, 308, 5),
    last=UnitSquare(214, 402, 132, 3.5),
    curves=(Curve(38, 614, 308, 80), Curve(38, 756, 308, 80), Curve(38, 898, 308, 80)),
)


def collapse(result: Linear) -> Diagram:
    """Draw the first step, one on the way and the last; live, the reader goes through all."""
    found, k = result.collapse, middle(result.collapse)
    data = {
        "steps": found.steps.tolist(),
        "points": found.points.tolist(),
        "spread": found.spread.tolist(),
        "fill_mean": found.fill_mean.tolist(),
        "distinct": found.distinct.tolist(),
        "shown": k,
    }
    rows = [
        {"step": step, "objective": spread, "mean_gap": gap, "places": places}
        for step, spread, gap, places in zip(
            data["steps"], data["spread"], data["fill_mean"], data["distinct"], strict=True
        )
    ]
    wide, narrow = (_drawn(result, k, layout) for layout in (WIDE, NARROW))
    return Diagram(wide, data, rows, "inverse-collapse", narrow)


def middle(found: Collapse) -> int:
    """Choose the step on the way that the still shows."""
    return len(found.steps) // 2


def when(step: int) -> str:
    """Name a step."""
    return f"Step {step}"


def places(distinct: int) -> str:
    return f"{distinct} {'place' if distinct == 1 else 'places'}"


def hover(start: Sequence[float], point: Sequence[float]) -> str:
    said = [f"({signed(x)}, {signed(y)})" for x, y in (start, point)]
    return f"x = {said[1]}, from {said[0]}"


def _drawn(result: Linear, k: int, layout: Layout) -> str:
    found, last = result.collapse, len(result.collapse.steps) - 1
    truth = next(method for method in result.square.methods if method.name == REFERENCE).errors.fill_mean
    numbers = (
        ("spread", "Objective", "the score rises", found.spread, result.square.spread_of_set),
        ("fill_mean", "Mean gap", "the sample worsens", found.fill_mean, truth),
        ("distinct", "Places taken", "by all points", found.distinct, None),
    )
    first, now, end = (box.around(result.polygon) for box in (layout.first, layout.now, layout.last))
    return canvas(
        _square(result, 0, first),
        element("g", _square(result, k, now, trail=True), data_now=now.geometry),
        _square(result, last, end),
        *(_curve(found, k, *number, at=at) for number, at in zip(numbers, layout.curves, strict=True)),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _square(result: Linear, k: int, box: UnitSquare, trail: bool = False) -> str:
    """Draw the points after one step, and if asked the ways that they went."""
    found = result.collapse
    points, starts, outline = found.points[k], found.points[0], box.path(result.polygon)
    said = [hover(start, point) for start, point in zip(starts.tolist(), points.tolist(), strict=True)]
    title = element("tspan", text=when(int(found.steps[k])), font_weight=600, data_when="" if trail else None)
    count = element("tspan", text=places(int(found.distinct[k])), dx=8, fill=MUTED, data_places="" if trail else None)
    crowded = crowds(box, points) if k == len(found.steps) - 1 else ()
    return element(
        "g",
        words(box.left, box.top - 12, title, count),
        element("path", d=outline, fill=ACCENT, fill_opacity=0.15, stroke=ACCENT),
        *frame(box, (0.0, 1.0)),
        element("path", d=trails(box, found.points[: k + 1]), data_trails="", **_TRAIL) if trail else "",
        element("g", *members(box, points, said), data_members=""),
        *crowded,
    )


_TRAIL = {"fill": "none", "stroke": ACCENT, "stroke_opacity": 0.4}


def trails(box: UnitSquare, points: np.ndarray) -> str:
    """Join where each point was (s, n, 2) by a path."""
    return "".join(box.path(way, close=False) for way in points.transpose(1, 0, 2))


def crowds(box: UnitSquare, points: np.ndarray) -> Iterator[str]:
    """Write how many points lie at one place, towards the middle of the picture."""
    middle = box.left + box.side / 2, box.top + box.side / 2
    for point, count in Counter(map(tuple, points.round(2).tolist())).items():
        x, y = box.place(point)
        far = hypot(middle[0] - x, middle[1] - y) or 1.0
        right, down = 18 * (middle[0] - x) / far, 18 * (middle[1] - y) / far
        if count >= CROWD:
            style = {"font_weight": 600, "text_anchor": "middle", **HALO}
            yield words(x + right, y + down + 4.5, text=f"{count}", font_size=13, **style)


def _curve(
    found: Collapse, k: int, name: str, title: str, rest: str, values: np.ndarray, reference: float | None, at: Curve
) -> str:
    last, most = int(found.steps[-1]), float(values.max()) * 1.12
    digits = 0 if name == "distinct" else 3
    pairs = list(zip(found.steps.tolist(), values.tolist(), strict=True))
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in (at.place(*pair, last, most) for pair in pairs))
    x, y = at.place(*pairs[k], last, most)
    return element(
        "g",
        heading(at.left, at.top - 18, title, rest),
        *_axis(at, last),
        *_reference(reference, at, last, most),
        element("path", d=f"M{line}", fill="none", stroke=ACCENT, stroke_width=2.2),
        *(_value(at.place(*pair, last, most), signed(pair[1], digits), anchor) for pair, anchor in _ends(pairs)),
        element("path", d=f"M{x:.1f} {at.top - 6:g}V{at.bottom:g}", stroke=INK, stroke_dasharray="2 3", data_at=""),
        element("circle", cx=round(x, 1), cy=round(y, 1), r=5, fill=ACCENT, stroke=PAPER, data_dot=""),
        data_curve=name,
        data_geometry=f"{at.geometry} {last} {most:.6g}",
    )


def _ends(pairs: Sequence[Point]) -> Iterator[tuple[Point, str]]:
    yield pairs[0], "start"
    yield pairs[-1], "end"


def _axis(at: Curve, last: int) -> Iterator[str]:
    yield element("path", d=f"M{at.left:g} {at.bottom:g}h{at.width:g}", stroke=MUTED)
    for step in (*(tick for tick in TICKS if tick < 0.3 * last), last):
        x, _ = at.place(step, 0, last, 1)
        anchor = "start" if step == 0 else "end" if step == last else "middle"
        text = f"step {step}" if step == 0 else str(step)
        yield element("path", d=f"M{x:.1f} {at.bottom:g}v5", stroke=MUTED)
        yield words(x, at.bottom + 19, text=text, font_size=13, fill=MUTED, text_anchor=anchor)


def _reference(value: float | None, at: Curve, last: int, most: float) -> Iterator[str]:
    """Mark what independent members have."""
    if value is None:
        return
    x, y = at.place(last, value, last, most)
    yield element("path", d=f"M{at.left:g} {y:.1f}h{at.width:g}", stroke=MUTED, stroke_dasharray="5 4")
    yield words(x, y - 5, text=REFERENCE, font_size=12, fill=MUTED, text_anchor="end", **HALO)


def _value(place: Point, text: str, anchor: str) -> str:
    x, y = place
    return words(x, y - 9, text=text, font_size=13, text_anchor=anchor, **HALO)
