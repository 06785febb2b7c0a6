"""Planes over a floor of two inputs, as a drawing; ``site_src/assets/diagrams/space.js`` turns it."""

from collections.abc import Iterator, Sequence

from generators.articles.multi_neuron.figures.painter import Facet, Plane, Point, View, chords, clip, facets, height
from generators.articles.multi_neuron.figures.signs import DASHES, HIGHLIGHT, colour, mark
from generators.drawing.svg import element
from generators.drawing.weights import HALO, INK, MUTED, PAPER, SURFACE, words

SQUARE: list[Point] = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
SPACING = 0.25
"""Of the grid on a plane."""
LABELS = (("−1", -1.0), ("0", 0.0), ("1", 1.0))


def space(planes: Sequence[Plane], at: Point, names: Sequence[str], view: View) -> str:
    """Draw planes over the floor with the positive inputs highlighted, and a pin at one input."""
    parts = (
        element("g", *_axis(view), data_axis=""),
        element("g", *(_facet(facet, planes, view) for facet in facets(planes, SQUARE, view.away)), data_facets=""),
        element("g", *_edges(view), data_edges=""),
        element("g", *_pin(planes, at, view), data_pin=""),
        *(_name(plane, name, k, view) for k, (plane, name) in enumerate(zip(planes, names, strict=True))),
    )
    geometry = f"{view.x:g} {view.y:g} {view.side:g} {view.tall:g} {view.elevation_degrees:g}"
    return element("g", *parts, data_space=geometry)


def _facet(facet: Facet, planes: Sequence[Plane], view: View) -> str:
    return element("g", *(_floor if facet.plane < 0 else sheet)(facet, planes, view))


def _floor(facet: Facet, planes: Sequence[Plane], view: View) -> Iterator[str]:
    """Lay a piece of the floor, and draw where planes come up through it from below."""
    yield paint(facet.floor, SURFACE, 0.8, view)
    if quarter := clip(clip(facet.floor, (1, 0, 0)), (0, 1, 0)):
        yield paint(quarter, HIGHLIGHT, 0.9, view)
    yield from _crossings(facet, [plane for plane in planes if height(plane, facet.middle) < 0], view)


def sheet(facet: Facet, planes: Sequence[Plane], view: View) -> Iterator[str]:
    """Lay a piece of a plane with its grid and rim, and where it crosses what lies below it."""
    plane = planes[facet.plane]
    lifted = [(u, v, height(plane, (u, v))) for u, v in facet.floor]
    yield paint(lifted, PAPER, 0.2, view)
    yield paint(lifted, colour(facet.on), 0.26, view)
    grid = [[(u, v, height(plane, (u, v))) for u, v in chord] for chord in chords(facet.floor, SPACING, 1)]
    thin = {"stroke": colour(facet.on), "stroke_dasharray": None if facet.on else DASHES}
    yield strokes(grid, view, stroke_width=0.9, stroke_opacity=0.8, **thin)
    rim = [[a, b] for a, b in _around(lifted) if any(a[k] == b[k] and abs(a[k]) == 1 for k in (0, 1))]
    yield strokes(rim, view, stroke_width=1.7, **thin)
    yield from _crossings(facet, [plane] if facet.on else [], view)


def _crossings(facet: Facet, planes: Sequence[Plane], view: View) -> Iterator[str]:
    """Draw the edges of a piece along which a plane is 0."""
    found = [
        [(*a, 0.0), (*b, 0.0)]
        for plane in planes
        for a, b in _around(facet.floor)
        if abs(height(plane, a)) < 1e-9 and abs(height(plane, b)) < 1e-9
    ]
    yield strokes(found, view, stroke=INK, stroke_width=2.2, stroke_linecap="round")


def _around(corners: Sequence) -> Iterator[tuple]:
    return zip(corners, [*corners[1:], *corners[:1]], strict=True)


def _path(points: Sequence[tuple[float, ...]], view: View) -> str:
    placed = (view.place((u, v), *lift) for u, v, *lift in points)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)


def paint(points: Sequence[tuple[float, ...]], fill: str, opacity: float, view: View) -> str:
    d = _path(points, view) + "Z"
    return element("path", d=d, fill=fill, fill_opacity=opacity, shape_rendering="crispEdges")


def strokes(parts: Sequence[Sequence[tuple[float, ...]]], view: View, **attributes: object) -> str:
    if not parts:
        return ""
    return element("path", d="".join(_path(part, view) for part in parts), fill="none", **attributes)


def _axis(view: View) -> Iterator[str]:
    """The output axis, at the corner that stands farthest left."""
    left = min(SQUARE, key=lambda corner: view.place(corner)[0])
    yield strokes([[(*left, -1.0), (*left, 1.0)]], view, stroke=MUTED)
    for text, value in LABELS:
        x, y = view.place(left, value)
        yield element("path", d=f"M{x:.1f} {y:.1f}h-5", stroke=MUTED)
        yield words(x - 9, y + 4.5, text=text, font_size=13, fill=MUTED, text_anchor="end")
    x, y = view.place(left, 1.0)
    yield words(x - 9, y - 14, text="A", font_size=13, fill=MUTED, text_anchor="end")


def _edges(view: View) -> Iterator[str]:
    """The inputs, along the two edges of the floor in front."""
    near = max(SQUARE, key=lambda corner: view.place(corner)[1])
    for axis, name in enumerate(("F₁", "F₂")):
        ends: list[Point] = [(end, near[1]) if axis == 0 else (near[0], end) for end in (-1.0, 1.0)]
        middle = (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
        right = view.place(middle)[0] > view.x
        anchor, push = ("start", 6) if right else ("end", -6)
        yield strokes([ends], view, stroke=MUTED)
        for text, along in (("−1", -0.88), (name, 0.0), ("1", 0.88)):
            x, y = view.place((along, near[1]) if axis == 0 else (near[0], along))
            yield words(x + push, y + 15, text=text, font_size=13, fill=MUTED, text_anchor=anchor, **HALO)


def _pin(planes: Sequence[Plane], at: Point, view: View) -> Iterator[str]:
    heights = [0.0, *(height(plane, at) for plane in planes)]
    yield strokes([[(*at, min(heights)), (*at, max(heights))]], view, stroke=INK, stroke_width=1.4)
    x, y = view.place(at)
    yield element("circle", cx=round(x, 1), cy=round(y, 1), r=3.5, fill=INK)
    for output in heights[1:]:
        x, y = view.place(at, output)
        yield mark(output > 0, round(x, 1), round(y, 1), 11, stroke=PAPER, stroke_width=1.5)


def _name(plane: Plane, name: str, index: int, view: View) -> str:
    """Name a plane at its highest corner."""
    top = max(SQUARE, key=lambda corner: height(plane, corner))
    x, y = view.place(top, height(plane, top))
    style = {"font_size": 13, "font_weight": 600, "text_anchor": "middle"}
    x = min(max(x, view.x - view.side), view.x + view.side)
    return words(x, y - 10, text=name, data_plane=index, **style, **HALO)
