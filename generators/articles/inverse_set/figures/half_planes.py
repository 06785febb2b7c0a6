"""The linear neuron σ(w·x + b) on the unit square, for drawing: levels are lines, sets convex polygons.

``site_src/assets/diagrams/inverse-polygon.js`` does the same where the reader turns the neuron.
"""

from collections.abc import Sequence
from math import ceil, exp, floor, inf, log, log10

from generators.articles.inverse_set.results.linear import Case

Point = tuple[float, float]
Polygon = list[Point]

CORNERS: Polygon = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
NOTHING = 1e-12
"""A height that is one of rounding."""


def activation(case: Case, x: Sequence[float]) -> float:
    return 1 / (1 + exp(-(float(case.w[0]) * x[0] + float(case.w[1]) * x[1] + case.b)))


def bound(z: float, b: float) -> float:
    """Turn an activation into what ``w · x`` must be."""
    if z <= 0 or z >= 1:
        return -inf if z <= 0 else inf
    return log(z / (1 - z)) - b


def share_below(polygon: Polygon, w: Sequence[float], most: float) -> float:
    """Say which share of the set has ``w · x`` at most ``most``: its exact law of activations."""
    return area(clip(polygon, w, most)) / area(polygon)


def level_line(w: Sequence[float], at: float) -> list[Point]:
    """Where ``w · x`` is ``at``: both ends on the border, that farther up and to the right last; or nothing."""
    ends: list[Point] = []
    for (x0, y0), (x1, y1) in zip(CORNERS, [*CORNERS[1:], CORNERS[0]], strict=True):
        a, b = w[0] * x0 + w[1] * y0 - at, w[0] * x1 + w[1] * y1 - at
        if (a > 0) != (b > 0):
            t = a / (a - b)
            ends.append((x0 + t * (x1 - x0), y0 + t * (y1 - y0)))
    return sorted(ends, key=lambda end: end[0] + end[1])


def level_values(case: Case) -> list[float]:
    """Give a few round activations between the least and the greatest of the square."""
    heights = [activation(case, corner) for corner in CORNERS]
    low, high = min(heights), max(heights)
    if high - low < 1e-3:
        return []
    rough = (high - low) / 6
    power = 10.0 ** floor(log10(rough))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough)
    return [k * step for k in range(ceil(low / step), floor(high / step) + 1)]


def clip(polygon: Polygon, w: Sequence[float], most: float) -> Polygon:
    """Keep what of a convex polygon lies where ``w · x`` is at most ``most``."""
    kept: Polygon = []
    heights = [most - (w[0] * x + w[1] * y) for x, y in polygon]
    for k, (here, a) in enumerate(zip(polygon, heights, strict=True)):
        there, b = polygon[(k + 1) % len(polygon)], heights[(k + 1) % len(polygon)]
        if a >= -NOTHING:
            kept.append(here)
        if min(a, b) < -NOTHING and max(a, b) > NOTHING:
            t = a / (a - b)
            kept.append((here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1])))
    return kept


def area(polygon: Sequence[Point]) -> float:
    """Signed area, positive counter-clockwise."""
    pairs = zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in pairs) / 2
