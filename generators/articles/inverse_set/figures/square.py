"""The inverse set of a linear neuron on the unit square, a sample of it, and how far the sample is from the truth.

Live, ``site_src/assets/diagrams/inverse-square.js`` redraws all of it for another neuron, interval or way to sample.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, hypot

from generators.articles.inverse_set.figures.activation_law import Chart, chart
from generators.articles.inverse_set.figures.error_rows import ROWS, Columns, rows
from generators.articles.inverse_set.figures.half_planes import (
    Point,
    Polygon,
    activation,
    bound,
    level_line,
    level_values,
    share_below,
)
from generators.articles.inverse_set.figures.unit_square import UnitSquare, frame, members
from generators.articles.inverse_set.results.linear import Case, Linear, Method
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, HALO, INK, MUTED, PAPER, canvas, heading, lines, signed, words

REFERENCE = "independent members"
SHOWN = (
    REFERENCE,
    "hit-and-run",
    "hit-and-run, medoids",
    "hit-and-run, farthest",
    "hit-and-run, log-determinant",
    "published, stopped when feasible",
    "published, to convergence",
    "K at a time",
)
"""Ways to sample that the script knows too, so that the reader can choose among them."""
FIRST = "published, stopped when feasible"
"""What the still shows."""
NEAR = 0.1
"""The part of the interval that counts as its lower end."""
ARM = 0.46
"""Length of the arrow of the largest weight, in sides of the square."""


@dataclass(frozen=True)
class Layout:
    """Where the square, the law and the errors stand."""

    name: str
    width: float
    height: float
    square: UnitSquare
    said: Point
    letters: int
    n_lines: int
    law: Chart
    errors: Columns


WIDE = Layout(
    name="wide",
    width=760,
    height=468,
    square=UnitSquare(34, 44, 336),
    said=(4, 426),
    letters=58,
    n_lines=3,
    law=Chart(454, 40, 748, 166),
    errors=Columns(420, 250, middle=554, half=34, ours=654, theirs=752),
)
NARROW = Layout(
    name="narrow",
    width=360,
    height=876,
    square=UnitSquare(34, 44, 290),
    said=(4, 380),
    letters=47,
    n_lines=4,
    law=Chart(38, 500, 346, 614),
    errors=Columns(4, 696, middle=148, half=34, ours=258, theirs=354),
)


def square(result: Linear) -> Diagram:
    """Draw one sample; live, the reader turns the neuron, moves the interval, and chooses the way to sample."""
    case = result.square
    shown = [method for method in case.methods if method.name in SHOWN]
    first = next(method for method in shown if method.name == FIRST)
    data = {
        "w": case.w.tolist(),
        "b": case.b,
        "z1": case.z1,
        "z2": case.z2,
        "n": result.n,
        "reach": reach(case),
        "shown": first.name,
        "methods": [
            {
                "name": method.name,
                "points": method.points.tolist(),
                "errors": {name: getattr(method.errors, name) for name, *_ in ROWS},
            }
            for method in shown
        ],
    }
    table = [
        {"method": method.name, "x1": x1, "x2": x2, "activation": activation(case, (x1, x2))}
        for method in shown
        for x1, x2 in method.points.tolist()
    ]
    wide, narrow = (_drawn(result, first, layout) for layout in (WIDE, NARROW))
    return Diagram(wide, data, table, "inverse-square", narrow)


def reach(case: Case) -> int:
    """Say how large a weight the drawing has room for."""
    return max(4, *(ceil(abs(weight)) for weight in case.w.tolist()))


def corners(result: Linear) -> Polygon:
    return [(x, y) for x, y in result.polygon.tolist()]


def sentence(result: Linear, method: Method) -> str:
    """Say how many of a sample crowd at the interval's lower end."""
    case = result.square
    near = case.z1 + NEAR * (case.z2 - case.z1)
    count = sum(activation(case, point) <= near for point in method.points.tolist())
    expected = len(method.points) * share_below(corners(result), case.w.tolist(), bound(near, case.b))
    return (
        f"{count} of {len(method.points)} points lie in the lowest tenth of the interval; "
        f"of independent members {signed(expected, 1)} would."
    )


def hover(case: Case, point: Sequence[float]) -> str:
    return f"x = ({signed(point[0])}, {signed(point[1])}), activation {signed(activation(case, point), 3)}"


def _drawn(result: Linear, method: Method, layout: Layout) -> str:
    case, points = result.square, method.points.tolist()
    reference = next(each for each in case.methods if each.name == REFERENCE)
    return canvas(
        heading(0, 16, "Inputs", "shaded: the inverse set"),
        element("g", *_square(result, method, layout.square), data_square=layout.square.geometry),
        lines(*layout.said, sentence(result, method), layout.letters, layout.n_lines, 18, data_says=""),
        chart(case, corners(result), points, layout.law),
        rows(method.errors, reference.errors, layout.errors),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _square(result: Linear, method: Method, box: UnitSquare) -> Iterator[str]:
    case, outline = result.square, box.path(result.polygon)
    said = [hover(case, point) for point in method.points.tolist()]
    head = _head(case, box)
    board = (
        element("rect", x=box.left, y=box.top, width=box.side, height=box.side, fill="transparent", data_plate=""),
        element("g", *members(box, method.points, said), data_members=""),
    )
    yield element("path", d=outline, fill=ACCENT, fill_opacity=0.15, data_set="")
    yield element("g", *_levels(case, box), data_levels="")
    yield from frame(box)
    yield element("path", d=outline, fill="none", stroke=ACCENT, stroke_width=1.5, data_set="")
    yield element("g", *_bounds(case, box), data_bounds="")
    yield element("g", *_arrow(head, box), data_arrow="")
    yield element("g", *board, data_board="")
    yield element("path", d="M0 0", stroke=INK, stroke_width=1.5, display="none", pointer_events="none", data_probe="")
    yield element("circle", cx=round(head[0], 1), cy=round(head[1], 1), r=13, fill="transparent", data_head="")


def _levels(case: Case, box: UnitSquare) -> Iterator[str]:
    """Draw lines of round activations, and name those that leave room for other names and numbers."""
    taken = [place for z in (case.z1, case.z2) if (place := _beyond(box, _line(case, z)))]
    left, bottom = box.place((0.0, 0.0))
    for share in (0.0, 0.5, 1.0):  # where numbers stand along the sides
        x, y = box.place((share, share))
        taken += [(left - 12, y), (x, bottom + 11)]
    for value in level_values(case):
        ends = _line(case, value)
        if place := _beyond(box, ends):
            yield element("path", d=box.path(ends, close=False), stroke=FAINT, fill="none")
            if all(hypot(place[0] - x, place[1] - y) > 24 for x, y in taken):
                yield _name(place, signed(value, 3).rstrip("0"), font_size=12, fill=MUTED)


def _bounds(case: Case, box: UnitSquare) -> Iterator[str]:
    """Name the ends of the interval where their lines leave the square."""
    for name, z in (("z₁", case.z1), ("z₂", case.z2)):
        if place := _beyond(box, _line(case, z)):
            yield _name(place, name, font_weight=600, fill=ACCENT)


def _line(case: Case, z: float) -> list[Point]:
    return level_line(case.w.tolist(), bound(z, case.b))


def _beyond(box: UnitSquare, ends: Sequence[Point]) -> Point | None:
    """Place a name where a line leaves the square."""
    if not ends:
        return None
    u, v = ends[-1]
    x, y = box.place((u, v))
    rims = ((abs(1 - u), 12.0, 0.0), (abs(1 - v), 0.0, -11.0), (abs(u), -12.0, 0.0), (abs(v), 0.0, 11.0))
    _, right, down = min(rims, key=lambda rim: rim[0])
    return x + right, y + down


def _name(place: Point, text: str, **attributes: object) -> str:
    return words(place[0], place[1] + 4.5, text=text, text_anchor="middle", **HALO, **attributes)


def _head(case: Case, box: UnitSquare) -> Point:
    return box.place([0.5 + ARM * weight / reach(case) for weight in case.w.tolist()])


def _arrow(head: Point, box: UnitSquare) -> Iterator[str]:
    """Draw the weights as an arrow from the middle of the square."""
    (x, y), (u, v) = box.place((0.5, 0.5)), head
    long = hypot(u - x, v - y) or 1.0
    right, down = (u - x) / long, (v - y) / long
    tip = [(u, v), *((u - 11 * right - side * down, v - 11 * down + side * right) for side in (5, -5))]
    shaft, barbs = f"M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}", "L".join(f"{a:.1f} {b:.1f}" for a, b in tip)
    yield element("path", d=shaft, stroke=PAPER, stroke_width=5, fill="none")
    yield element("path", d=shaft, stroke=INK, stroke_width=2, fill="none")
    yield element("path", d=f"M{barbs}Z", fill=INK, stroke=PAPER, stroke_width=1.5, paint_order="stroke")
    yield element("circle", cx=round(x, 1), cy=round(y, 1), r=3, fill=INK)
    beside = (x + u) / 2 + 13 * down, (y + v) / 2 - 13 * right
    yield _name(beside, "w", font_weight=600, font_style="italic")
