"""The law of a sample's activations within the interval, beside the exact one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.articles.inverse_set.figures.half_planes import Point, Polygon, activation, bound, share_below
from generators.articles.inverse_set.results.linear import Case
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, INK, MUTED, heading, signed, words

STEPS = 40
"""Along the exact law."""
EXACT = {"fill": "none", "stroke": INK, "stroke_width": 1.6, "stroke_dasharray": "5 4"}
STAIRS = {"fill": "none", "stroke": ACCENT, "stroke_width": 2.2}
GAP = {"fill": "none", "stroke": INK, "stroke_width": 1.6, "stroke_dasharray": "1.5 3"}


@dataclass(frozen=True)
class Chart:
    """Where the law stands in the picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def geometry(self) -> str:
        """Say the same to the script."""
        return f"{self.left:g} {self.top:g} {self.right:g} {self.bottom:g}"

    def path(self, case: Case, pairs: Sequence[Point]) -> str:
        """Join activations and shares by a path; an activation out of the interval stands just beyond its end."""
        found = []
        for z, share in pairs:
            along = min(max((z - case.z1) / (case.z2 - case.z1), -0.02), 1.02)
            x, y = self.left + (self.right - self.left) * along, self.bottom - (self.bottom - self.top) * share
            found.append(f"{x:.1f} {y:.1f}")
        return "M" + "L".join(found)


def chart(case: Case, polygon: Polygon, points: Sequence[Sequence[float]], at: Chart) -> str:
    """Draw both laws, and where they are farthest apart."""
    z, exact, sample = largest_gap(case, polygon, points)
    parts = (
        heading(at.left - 34, at.top - 24, "Activations", "share at most so strong"),
        *_grid(at),
        element("path", d=at.path(case, exact_law(case, polygon)), data_exact="", **EXACT),
        element("path", d=at.path(case, stairs(case, points)), data_stairs="", **STAIRS),
        element("path", d=at.path(case, [(z, exact), (z, sample)]), data_gap="", **GAP),
        *_ends(case, at),
        *_key(at.left, at.bottom + 40),
    )
    return element("g", *parts, data_law=at.geometry)


def exact_law(case: Case, polygon: Polygon) -> list[Point]:
    """Give activations from z₁ to z₂ and the exact share of the set below each."""
    values = [case.z1 + (case.z2 - case.z1) * k / STEPS for k in range(STEPS + 1)]
    return [(z, share_below(polygon, case.w.tolist(), bound(z, case.b))) for z in values]


def stairs(case: Case, points: Sequence[Sequence[float]]) -> list[Point]:
    """Give the same of a sample, which rises at each of its activations."""
    found = sorted(activation(case, point) for point in points)
    steps = [(z, (k + up) / len(found)) for k, z in enumerate(found) for up in (0, 1)]
    return [(case.z1, 0.0), *steps, (case.z2, 1.0)]


def largest_gap(case: Case, polygon: Polygon, points: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Find where a sample's law is farthest from the exact one: activation, exact share, and the sample's."""
    _, *steps, _ = stairs(case, points)
    exact = {z: share_below(polygon, case.w.tolist(), bound(z, case.b)) for z, _ in steps}
    z, share = max(steps, key=lambda step: abs(step[1] - exact[step[0]]))
    return z, exact[z], share


def _grid(at: Chart) -> Iterator[str]:
    for text, share in (("0", 0.0), ("0.5", 0.5), ("1", 1.0)):
        y = at.bottom - (at.bottom - at.top) * share
        yield element("path", d=f"M{at.left:g} {y:.1f}H{at.right:g}", stroke=FAINT if share else MUTED)
        yield words(at.left - 8, y + 4.5, text=text, font_size=13, fill=MUTED, text_anchor="end")


def _ends(case: Case, at: Chart) -> Iterator[str]:
    for x, name, value, anchor in ((at.left, "z₁", case.z1, "start"), (at.right, "z₂", case.z2, "end")):
        style = {"font_size": 13, "fill": MUTED, "text_anchor": anchor, "data_end": name}
        yield words(x, at.bottom + 18, text=f"{name} = {signed(value, 3)}", **style)


def _key(left: float, y: float) -> Iterator[str]:
    for along, name, style in ((0, "exact", EXACT), (80, "sample", STAIRS), (170, "farthest apart", GAP)):
        yield element("path", d=f"M{left + along:g} {y - 4.5:g}h18", **style)
        yield words(left + along + 24, y, text=name, font_size=13, fill=MUTED)
