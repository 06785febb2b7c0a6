"""Planes over two inputs: in space, above the floor that their signs cut, and beside them that floor alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

from generators.articles.multi_neuron.figures.floor import Floor, frame, glyph, line_ends, tag
from generators.articles.multi_neuron.figures.painter import Plane, Point, View, area, clip, facets, height
from generators.articles.multi_neuron.figures.signs import colour, mark
from generators.articles.multi_neuron.figures.space import LABELS, SQUARE, paint, sheet, strokes
from generators.articles.multi_neuron.results.planes import Planes
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import HALO, INK, MUTED, PAPER, SURFACE, canvas, lines, signed, words

TURN_DEGREES = 34.0
"""How far the still's floor is turned."""
DROP = 2.1
"""How far below output 0 the floor lies, so that no plane cuts it."""
BAND = 0.065
"""How wide the two sides of a zero line are tinted, in inputs."""
TINT = 0.34
"""Of a side."""
STEP = 0.25
"""From one sign to the next on the floor of a single neuron."""
ALL = "all"


@dataclass(frozen=True)
class Layout:
    """Where the space and the floor stand."""

    name: str
    width: float
    height: float
    view: View
    floor: Floor
    headings: tuple[Point, Point]
    reading: Point
    letters: int
    n_lines: int


WIDE = Layout(
    name="wide",
    width=760,
    height=442,
    view=View(TURN_DEGREES, 198, 174, 120, 0.55),
    floor=Floor(444, 56, 296),
    headings=((0, 16), (404, 16)),
    reading=(0, 432),
    letters=100,
    n_lines=1,
)
NARROW = Layout(
    name="narrow",
    width=360,
    height=850,
    view=View(TURN_DEGREES, 190, 172, 112, 0.55),
    floor=Floor(42, 456, 304),
    headings=((0, 14), (0, 420)),
    reading=(0, 822),
    letters=44,
    n_lines=2,
)


def planes(result: Planes) -> Diagram:
    """Draw all neurons; live, the reader looks at one or all, turns the space, and moves the input."""
    given = _planes(result)
    data = {
        "planes": given,
        "tops": tops(given),
        "at": result.at.tolist(),
        "turn_degrees": TURN_DEGREES,
        "drop": DROP,
        "band": BAND,
    }
    rows = [{"neuron": k + 1, "w1": w1, "w2": w2, "b": b} for k, (w1, w2, b) in enumerate(given)]
    return Diagram(_drawn(result, WIDE), data, rows, "planes", _drawn(result, NARROW))


def _planes(result: Planes) -> list[Plane]:
    return [(w1, w2, b) for (w1, w2), b in zip(result.weight.tolist(), result.bias.tolist(), strict=True)]


def tops(given: Sequence[Plane]) -> list[Point]:
    """Where each plane has its name: at its highest corner that no plane before it has taken."""
    found: list[Point] = []
    for plane in given:
        free = [corner for corner in SQUARE if corner not in found] or SQUARE
        found.append(max(free, key=lambda corner: height(plane, corner)))
    return found


def reading(at: Sequence[float], outputs: Sequence[float]) -> str:
    """Say what every neuron gives for an input."""
    said = ", ".join(f"{'+' if y > 0 else ''}{signed(y)}" for y in outputs)
    code = "".join(str(int(y > 0)) for y in outputs)
    return f"At x = ({signed(at[0])}, {signed(at[1])}) the outputs are {said}: code {code}."


def _drawn(result: Planes, layout: Layout) -> str:
    given, at = _planes(result), (float(result.at[0]), float(result.at[1]))
    titles = ("The outputs", "y = w₁ x₁ + w₂ x₂ + b"), ("The floor alone", "where y changes sign")
    return canvas(
        *(_heading(*place, *title) for place, title in zip(layout.headings, titles, strict=True)),
        _space(given, at, layout.view),
        _floor(given, at, layout.floor),
        lines(
            *layout.reading,
            reading(at, result.outputs.tolist()),
            layout.letters,
            layout.n_lines,
            18,
            font_size=14,
            data_says="",
        ),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _heading(x: float, y: float, title: str, said: str) -> str:
    return words(x, y, element("tspan", text=title, font_weight=600), element("tspan", text=said, dx=9, fill=MUTED))


# --- the space ------------------------------------------------------------------------------------------------------


def _space(given: Sequence[Plane], at: Point, view: View) -> str:
    parts = (
        element("g", *_ground(given, view), data_ground=""),
        element("g", *_axis(view), data_axis=""),
        element("g", *_sheets(given, view), data_sheets=""),
        element("g", *_edges(view), data_edges=""),
        element("g", *_pin(given, at, view), data_pin=""),
        *(_name(plane, top, k, view) for k, (plane, top) in enumerate(zip(given, tops(given), strict=True))),
    )
    geometry = f"{view.x:g} {view.y:g} {view.side:g} {view.tall:g} {view.elevation_degrees:g}"
    return element("g", *parts, data_space=geometry)


def _dropped(points: Sequence[Point]) -> list[tuple[float, ...]]:
    return [(u, v, -DROP) for u, v in points]


def _ground(given: Sequence[Plane], view: View) -> Iterator[str]:
    """Lay the floor, both sides of every zero line, and the drop of its ends from the plane."""
    yield paint(_dropped(SQUARE), SURFACE, 1, view)
    for plane in given:
        for on, side in sides(plane):
            yield paint(_dropped(side), colour(on), TINT, view)
    for plane in given:
        ends = line_ends(Floor(0, 0, 1), plane[:2], plane[2])
        yield strokes([_dropped(ends)], view, stroke=INK, stroke_width=1.8)
        drops = [[(u, v, 0.0), (u, v, -DROP)] for u, v in ends]
        yield strokes(drops, view, stroke=MUTED, stroke_width=0.9, stroke_dasharray="2 3")


def sides(plane: Plane) -> Iterator[tuple[bool, list[Point]]]:
    """Give the two strips along a plane's zero line, and which of them is positive."""
    band = BAND * hypot(*plane[:2])
    for on in (True, False):
        up: Plane = plane if on else (-plane[0], -plane[1], -plane[2])
        if strip := clip(clip(SQUARE, up), (-up[0], -up[1], band - up[2])):
            yield on, strip


def _sheets(given: Sequence[Plane], view: View) -> Iterator[str]:
    for facet in facets(given, SQUARE, view.away):
        if facet.plane >= 0:
            yield element("g", *sheet(facet, given, view))


def _axis(view: View) -> Iterator[str]:
    """The output axis, at the corner that stands farthest left, down to the floor."""
    left = min(SQUARE, key=lambda corner: view.place(corner)[0])
    yield strokes([[(*left, -DROP), (*left, 1.0)]], view, stroke=MUTED)
    for text, value in LABELS:
        x, y = view.place(left, value)
        yield element("path", d=f"M{x:.1f} {y:.1f}h-5", stroke=MUTED)
        yield words(x - 9, y + 4.5, text=text, font_size=13, fill=MUTED, text_anchor="end")
    x, y = view.place(left, 1.0)
    yield words(x - 9, y - 14, text="y", font_size=13, fill=MUTED, text_anchor="end")


def _edges(view: View) -> Iterator[str]:
    """The inputs, along the two edges of the floor in front."""
    near = max(SQUARE, key=lambda corner: view.place(corner)[1])
    for axis, name in enumerate(("x₁", "x₂")):
        ends: list[Point] = [(end, near[1]) if axis == 0 else (near[0], end) for end in (-1.0, 1.0)]
        middle = (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
        right = view.place(middle)[0] > view.x
        anchor, push = ("start", 6) if right else ("end", -6)
        yield strokes([_dropped(ends)], view, stroke=MUTED)
        for text, along in (("−1", -0.88), (name, 0.0), ("1", 0.88)):
            x, y = view.place((along, near[1]) if axis == 0 else (near[0], along), -DROP)
            yield words(x + push, y + 15, text=text, font_size=13, fill=MUTED, text_anchor=anchor, **HALO)


def _pin(given: Sequence[Plane], at: Point, view: View) -> Iterator[str]:
    outputs = [height(plane, at) for plane in given]
    yield strokes([[(*at, -DROP), (*at, max(outputs))]], view, stroke=INK, stroke_width=1.2)
    x, y = view.place(at, -DROP)
    yield element("circle", cx=round(x, 1), cy=round(y, 1), r=3.5, fill=INK)
    for output in sorted(outputs):
        x, y = view.place(at, output)
        yield mark(output > 0, round(x, 1), round(y, 1), 10, stroke=PAPER, stroke_width=1.5)


def _name(plane: Plane, top: Point, index: int, view: View) -> str:
    x, y = view.place(top, height(plane, top))
    style = {"font_size": 13, "font_weight": 600, "text_anchor": "middle"}
    return words(x, y - 8, text=index + 1, data_plane=index, **style, **HALO)


# --- the floor alone ------------------------------------------------------------------------------------------------


def _floor(given: Sequence[Plane], at: Point, box: Floor) -> str:
    """Draw the floor of every neuron and of all at once; a script shows one of them."""
    x, y = box.place(at)
    parts = (
        element("rect", x=box.left, y=box.top, width=box.side, height=box.side, fill=SURFACE),
        *(
            element("g", *_half_planes(plane, box), display="none", data_show=k)
            for k, plane in enumerate(given)
        ),
        element("g", *_strips(given, box), data_show=ALL),
        *frame(box, ("input x₁", "input x₂")),
        *(_line(plane, k, given, box) for k, plane in enumerate(given)),
        element("g", *_codes(given, box), data_show=ALL),
        element("circle", cx=round(x, 1), cy=round(y, 1), r=5, fill=INK, stroke=PAPER, stroke_width=2, data_at=""),
        element("rect", x=box.left, y=box.top, width=box.side, height=box.side, fill="transparent", data_plate=""),
    )  # fmt: skip
    return element("g", *parts, data_floor=box.geometry)


def _half_planes(plane: Plane, box: Floor) -> Iterator[str]:
    """Paint both sides of one neuron, and sow them with its signs."""
    for on in (True, False):
        up: Plane = plane if on else (-plane[0], -plane[1], -plane[2])
        if half := clip(SQUARE, up):
            yield element("path", d=box.path(half), fill=colour(on), fill_opacity=TINT)
    n = round(2 / STEP)
    for row in range(n):
        for column in range(n):
            place = ((column + 0.5) * STEP - 1, (row + 0.5) * STEP - 1)
            output = height(plane, place)
            if abs(output) > 0.06 * hypot(*plane[:2]):
                x, y = box.place(place)
                yield mark(output > 0, round(x, 1), round(y, 1), 6.5)


def _strips(given: Sequence[Plane], box: Floor) -> Iterator[str]:
    for plane in given:
        for on, side in sides(plane):
            yield element("path", d=box.path(side), fill=colour(on), fill_opacity=TINT)


def _line(plane: Plane, index: int, given: Sequence[Plane], box: Floor) -> str:
    """Draw a zero line, its name near that end which lies farther from the others' ends."""
    ends = line_ends(box, plane[:2], plane[2])
    others = [end for k, other in enumerate(given) if k != index for end in line_ends(box, other[:2], other[2])]
    places = [(a[0] + 0.12 * (b[0] - a[0]), a[1] + 0.12 * (b[1] - a[1])) for a, b in (ends, ends[::-1])]
    at = max(places, key=lambda place: min(hypot(place[0] - u, place[1] - v) for u, v in others))
    return element(
        "g",
        element("path", d=box.path(ends, close=False), stroke=INK, stroke_width=1.8),
        tag(box, *box.place(at), plane[:2], str(index + 1)),
        data_line=index,
    )


def _codes(given: Sequence[Plane], box: Floor) -> Iterator[str]:
    """Write its code into every region, at its middle."""
    for cell, code in cells(given):
        x, y = box.place(_centroid(cell))
        yield glyph(code, x, y, 1, 9, 11)


def cells(given: Sequence[Plane]) -> list[tuple[list[Point], tuple[bool, ...]]]:
    """Cut the square along every zero line: the regions and their codes."""
    found: list[tuple[list[Point], tuple[bool, ...]]] = [(SQUARE, ())]
    for w1, w2, b in given:
        found = [
            (piece, (*code, on))
            for cell, code in found
            for on, up in ((True, (w1, w2, b)), (False, (-w1, -w2, -b)))
            if (piece := clip(cell, up))
        ]
    return found


def _centroid(polygon: Sequence[Point]) -> Point:
    pairs = list(zip(polygon, [*polygon[1:], *polygon[:1]], strict=True))
    size = 6 * area(list(polygon))
    return (
        sum((a[0] + b[0]) * (a[0] * b[1] - a[1] * b[0]) for a, b in pairs) / size,
        sum((a[1] + b[1]) * (a[0] * b[1] - a[1] * b[0]) for a, b in pairs) / size,
    )
