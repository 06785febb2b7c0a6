"""Planes over a square floor, seen from above without perspective, in the order in which a painter lays them down.

A plane is the graph of ``z = w · F + b`` over the square. The lines on which two of the planes, or one and the floor,
have the same height cut the square into cells. In a cell the order of heights is constant, and of two cells the one
farther from the viewer is painted first. That is exact as long as the viewer sees no plane from below: its slope must
be less than the tangent of the viewer's elevation. ``site_src/assets/diagrams/painter.js`` turns the drawing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

Point = tuple[float, float]
Polygon = list[Point]
Plane = tuple[float, float, float]
"""``(w1, w2, b)``; as a line, where that height is 0."""

FLOOR: Plane = (0.0, 0.0, 0.0)
NOTHING = 1e-9
"""A height or an area that is one of rounding."""


@dataclass(frozen=True)
class View:
    """Where the viewer stands, and the scale of the picture."""

    turn_degrees: float
    """How far the floor is turned to the left about its middle."""
    x: float
    """The middle of the floor, in the picture."""
    y: float
    side: float
    """Of one unit of the floor, in the picture."""
    tall: float
    """One unit of height, in units of the floor."""
    elevation_degrees: float = 32.0

    @property
    def away(self) -> Point:
        """The direction on the floor that leads away from the viewer."""
        return sin(radians(self.turn_degrees)), cos(radians(self.turn_degrees))

    def place(self, point: Point, height: float = 0.0) -> Point:
        """Project a point of the floor, lifted by ``height``."""
        (u, v), (back_u, back_v) = point, self.away
        rise = sin(radians(self.elevation_degrees)), cos(radians(self.elevation_degrees))
        deep = u * back_u + v * back_v
        across = u * back_v - v * back_u
        return self.x + self.side * across, self.y - self.side * (deep * rise[0] + self.tall * height * rise[1])


@dataclass(frozen=True)
class Facet:
    """One piece of one plane, to be painted over all that came before."""

    plane: int
    """-1 for the floor."""
    on: bool
    """Whether it lies above the floor."""
    floor: Polygon
    """What of the floor it stands over."""

    @property
    def middle(self) -> Point:
        """A point inside."""
        return _middle(self.floor)


def height(plane: Plane, point: Point) -> float:
    return plane[0] * point[0] + plane[1] * point[1] + plane[2]


def facets(planes: Sequence[Plane], square: Polygon, away: Point) -> Iterator[Facet]:
    """Give every piece of the planes and the floor, the first to be painted first."""
    surfaces = [FLOOR, *planes]
    creases = [(a[0] - b[0], a[1] - b[1], a[2] - b[2]) for k, a in enumerate(surfaces) for b in surfaces[:k]]
    for cell in _ordered(square, creases, away):
        heights = [height(plane, _middle(cell)) for plane in surfaces]
        for index in sorted(range(len(surfaces)), key=heights.__getitem__):
            yield Facet(index - 1, heights[index] > 0, cell)


def _ordered(cell: Polygon, creases: Sequence[Plane], away: Point) -> Iterator[Polygon]:
    """Cut a convex cell along every crease that crosses it, and give the pieces from the farthest to the nearest."""
    if not creases:
        yield cell
        return
    crease, *others = creases
    heights = [height(crease, corner) for corner in cell]
    if min(heights) >= -NOTHING or max(heights) <= NOTHING:
        yield from _ordered(cell, others, away)
        return
    if crease[0] * away[0] + crease[1] * away[1] < 0:
        crease = (-crease[0], -crease[1], -crease[2])
    for side in (crease, (-crease[0], -crease[1], -crease[2])):
        if piece := clip(cell, side):
            yield from _ordered(piece, others, away)


def _middle(polygon: Polygon) -> Point:
    return sum(u for u, _ in polygon) / len(polygon), sum(v for _, v in polygon) / len(polygon)


def clip(polygon: Polygon, plane: Plane) -> Polygon:
    """Keep what of a convex polygon lies where the plane is above 0; empty where that has no area."""
    kept: Polygon = []
    for here, there in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        a, b = height(plane, here), height(plane, there)
        if a >= -NOTHING:
            kept.append(here)
        if min(a, b) < -NOTHING and max(a, b) > NOTHING:
            t = a / (a - b)
            kept.append((here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1])))
    return kept if len(kept) > 2 and abs(area(kept)) > NOTHING else []


def area(polygon: Polygon) -> float:
    """Signed area, positive counter-clockwise."""
    pairs = zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in pairs) / 2


def chords(polygon: Polygon, spacing: float, reach: float) -> Iterator[tuple[Point, Point]]:
    """Give the lines of a square grid, ``spacing`` apart, where they cross a convex polygon."""
    steps = round(reach / spacing)
    for axis in (0, 1):
        for k in range(-steps, steps + 1):
            ends = _crossed(polygon, axis, k * spacing)
            if len(ends) == 2:
                yield ends[0], ends[1]


def _crossed(polygon: Polygon, axis: int, at: float) -> Polygon:
    """Where the border of a polygon passes ``at`` along an axis: two points or none."""
    ends = []
    for here, there in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if (here[axis] < at) != (there[axis] < at):
            t = (at - here[axis]) / (there[axis] - here[axis])
            ends.append((here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1])))
    return ends
