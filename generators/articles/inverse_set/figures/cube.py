"""The inverse set of a linear neuron in the unit cube, a solid between two planes, and three samples of it.

Live, ``site_src/assets/diagrams/inverse-cube.js`` turns the cubes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import cos, exp, radians, sin

import numpy as np

from generators.articles.inverse_set.results.linear import Case, Linear, Method
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, HALO, MUTED, PAPER, canvas, signed, words

TITLES = {
    "hit-and-run, medoids": "Representative",
    "published, stopped when feasible": "Published, stopped",
    "published, to convergence": "Published, to the end",
}
"""The samples that are drawn, and what stands above them."""
ASIDE = 7.0
"""Degrees by which the two planes are turned from where they would be seen edge-on."""
ALIKE = 0.02
USUAL = 330
"""Of the turns that show the planes so, the nearest to this one is taken: the first input to the right."""
BEHIND, BEFORE = 0.16, 0.1
"""Opacity of the solid's faces on either side of the points."""
RADIUS = 3.8
NAME_AT = 1.13
"""Where the name of an input stands, along its edge."""
EDGES = [
    (corner, tuple(1 if axis == k else value for k, value in enumerate(corner)))
    for corner in product((0, 1), repeat=3)
    for axis in range(3)
    if corner[axis] == 0
]


@dataclass(frozen=True)
class View:
    """A viewer who looks down at a cube that is turned about its upright middle line, without perspective."""

    x: float
    """The middle of the cube, in the picture."""
    y: float
    side: float
    """Of its edge."""
    turn_degrees: float = 0.0
    elevation_degrees: float = 22.0

    @property
    def geometry(self) -> str:
        """Say the same to the script."""
        return f"{self.x:g} {self.y:g} {self.side:g} {self.elevation_degrees:g}"

    @property
    def away(self) -> np.ndarray:
        """The direction (3,) in which the viewer looks."""
        turn, rise = radians(self.turn_degrees), radians(self.elevation_degrees)
        return np.array([sin(turn) * cos(rise), cos(turn) * cos(rise), -sin(rise)])

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        """Project a point of the cube."""
        turn, rise = radians(self.turn_degrees), radians(self.elevation_degrees)
        u, v, lift = (float(value) - 0.5 for value in point)
        deep, across = u * sin(turn) + v * cos(turn), u * cos(turn) - v * sin(turn)
        return self.x + self.side * across, self.y - self.side * (deep * sin(rise) + lift * cos(rise))

    def path(self, points: Sequence[Sequence[float]] | np.ndarray, close: bool = False) -> str:
        joined = "L".join(f"{x:.1f} {y:.1f}" for x, y in map(self.place, points))
        return f"M{joined}{'Z' if close else ''}"


@dataclass(frozen=True)
class Layout:
    """Where the cubes stand."""

    name: str
    width: float
    height: float
    views: tuple[View, View, View]


WIDE = Layout("wide", 760, 312, (View(126, 150, 150), View(380, 150, 150), View(634, 150, 150)))
NARROW = Layout("narrow", 360, 936, (View(180, 150, 150), View(180, 462, 150), View(180, 774, 150)))


def cube(result: Linear) -> Diagram:
    """Draw three samples in the solid; live, the reader turns them."""
    case, turn = result.cube, edge_on(result.cube.w)
    shown = [next(method for method in case.methods if method.name == name) for name in TITLES]
    data = {
        "w": case.w.tolist(),
        "b": case.b,
        "turn_degrees": turn,
        "faces": [face.tolist() for face in outward(result.faces)],
        "points": [method.points.tolist() for method in shown],
    }
    rows = [
        {"method": method.name, "x1": x1, "x2": x2, "x3": x3, "activation": activation(case, (x1, x2, x3))}
        for method in shown
        for x1, x2, x3 in method.points.tolist()
    ]
    wide, narrow = (_drawn(result, shown, turn, layout) for layout in (WIDE, NARROW))
    return Diagram(wide, data, rows, "inverse-cube", narrow)


def activation(case: Case, x: Sequence[float]) -> float:
    return 1 / (1 + exp(-(float(case.w @ np.asarray(x)) + case.b)))


def edge_on(w: np.ndarray) -> int:
    """Turn the cube so that the planes of equal activation are nearly seen edge-on, or as nearly as the viewer can."""
    steep = [abs(float(View(0, 0, 1, turn).away @ w / np.linalg.norm(w))) for turn in range(360)]
    aim = max(sin(radians(ASIDE)), min(steep))
    good = [turn for turn in range(360) if abs(steep[turn] - aim) < ALIKE]
    return min(good, key=lambda turn: abs((turn - USUAL + 180) % 360 - 180))


def outward(faces: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Order the corners of every face so that they run counter-clockwise for who looks at the solid."""
    middle = np.concatenate(list(faces)).mean(0)
    return [face if normal(face) @ (face.mean(0) - middle) > 0 else face[::-1] for face in faces]


def normal(face: np.ndarray) -> np.ndarray:
    """Twice the area of a flat face (k, 3) as a vector that stands on it."""
    return np.cross(face, np.roll(face, -1, axis=0)).sum(0)


def hover(case: Case, point: Sequence[float]) -> str:
    return f"x = ({', '.join(signed(value) for value in point)}), activation {signed(activation(case, point), 3)}"


def errors(method: Method) -> str:
    return f"mean gap {signed(method.errors.fill_mean, 3)}, law missed by {signed(method.errors.activation_ks, 2)}"


def _drawn(result: Linear, shown: Sequence[Method], turn: int, layout: Layout) -> str:
    faces = outward(result.faces)
    panels = (
        _panel(result.cube, method, faces, replace(view, turn_degrees=turn))
        for method, view in zip(shown, layout.views, strict=True)
    )
    return canvas(*panels, width=layout.width, height=layout.height, layout=layout.name)


def _panel(case: Case, method: Method, faces: Sequence[np.ndarray], view: View) -> str:
    middle, half = {"text_anchor": "middle"}, 0.75 * view.side
    hand = element("rect", x=view.x - half, y=view.y - half, width=2 * half, height=2 * half, fill="transparent")
    return element(
        "g",
        hand,
        words(view.x, view.y - 134, text=TITLES[method.name], font_weight=600, **middle),
        element("g", *_solid(case, method, faces, view), data_cube=view.geometry),
        words(view.x, view.y + 152, text=errors(method), font_size=13, fill=MUTED, **middle),
        data_hand="",
    )


def _solid(case: Case, method: Method, faces: Sequence[np.ndarray], view: View) -> Iterator[str]:
    """Lay down, from the back: the cube, the faces turned away, the points, the faces turned to the viewer."""
    away = view.away
    behind, before = ([face for face in faces if (float(normal(face) @ away) > 0) == back] for back in (True, False))
    yield element("path", d="".join(view.path(edge) for edge in EDGES), stroke=FAINT, fill="none")
    yield from _faces(behind, view, BEHIND)
    for point in sorted(method.points.tolist(), key=lambda point: -float(np.dot(point, away))):
        x, y = (round(value, 1) for value in view.place(point))
        look = {"fill": ACCENT, "stroke": PAPER, "stroke_width": 1}
        yield element("circle", element("title", text=hover(case, point)), cx=x, cy=y, r=RADIUS, **look)
    yield from _faces(before, view, BEFORE)
    for axis, name in enumerate(("x₁", "x₂", "x₃")):
        x, y = view.place([NAME_AT if k == axis else 0.0 for k in range(3)])
        yield words(x, y + 4.5, text=name, font_size=13, fill=MUTED, text_anchor="middle", **HALO)


def _faces(faces: Sequence[np.ndarray], view: View, opacity: float) -> Iterator[str]:
    look = {"fill": ACCENT, "fill_opacity": opacity, "stroke": ACCENT, "stroke_opacity": 0.6, "pointer_events": "none"}
    for face in faces:
        yield element("path", d=view.path(face, close=True), **look)
