"""A slow second opinion on partitions of the plane: whole numbers only, so that nothing is ever rounded.

Every float is a whole number over a power of two. A corner is (x, y, w) for the point (x/w, y/w), with whole numbers
and w > 0; the rows of a region are (a, b, c) for the neuron a·x + b·y + c, over one power of two. Regions are split by
one switch after the other, layer after layer, each with the affine map that holds in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from tests.articles.multi_neuron.modules import Abs, MaxOut, Residual

Corner = tuple[int, int, int]
Row = tuple[int, int, int]
Polygon = tuple[Corner, ...]


class Whole(NamedTuple):
    """Numbers as whole numbers over 2**shift."""

    numbers: list[int]
    shift: int


def whole(values: Iterable[float]) -> Whole:
    ratios = [float(value).as_integer_ratio() for value in values]
    shift = max((denominator.bit_length() - 1 for _, denominator in ratios), default=0)
    return Whole([numerator << (shift + 1 - denominator.bit_length()) for numerator, denominator in ratios], shift)


@dataclass(frozen=True)
class Region:
    polygon: Polygon
    rows: tuple[Row, ...]
    shift: int
    """The rows are over 2**shift."""
    code: tuple[tuple[int, ...], ...] = ()
    """For each layer of switches its bits, neuron by neuron; of a maximum the winners, group by group."""
    saved: tuple[tuple[tuple[Row, ...], int], ...] = ()
    """Rows and shifts that a residual connection adds later."""

    @cached_property
    def area(self) -> Fraction:
        points = [(Fraction(x, w), Fraction(y, w)) for x, y, w in self.polygon]
        turned = zip(points, points[1:] + points[:1], strict=True)
        return sum(((a * d - b * c) for (a, b), (c, d) in turned), Fraction(0)) / 2

    @property
    def corners(self) -> np.ndarray:
        """float64[corners, 2]"""
        return np.array([(x / w, y / w) for x, y, w in self.polygon])


def value(row: Row, corner: Corner) -> int:
    return row[0] * corner[0] + row[1] * corner[1] + row[2] * corner[2]


def between(p: Corner, at_p: int, q: Corner, at_q: int) -> Corner:
    """The point of the segment pq where a function that has opposite signs at both ends is 0."""
    x, y, w = (at_p * b - at_q * a for a, b in zip(p, q, strict=True))
    divisor = gcd(x, y, w) * (1 if w > 0 else -1)
    return x // divisor, y // divisor, w // divisor


def split(polygon: Polygon, row: Row) -> tuple[Polygon | None, Polygon | None]:
    """The parts of a convex polygon where a row is negative or 0, and where it is positive; None without area."""
    values = [value(row, corner) for corner in polygon]
    if max(values) <= 0:
        return polygon, None
    if min(values) >= 0:
        return None, polygon
    below: list[Corner] = []
    above: list[Corner] = []
    for k, (corner, here) in enumerate(zip(polygon, values, strict=True)):
        if here <= 0:
            below.append(corner)
        if here >= 0:
            above.append(corner)
        ahead = (k + 1) % len(polygon)
        if here * values[ahead] < 0:
            crossing = between(corner, here, polygon[ahead], values[ahead])
            below.append(crossing)
            above.append(crossing)
    return tuple(below), tuple(above)


@dataclass(frozen=True)
class Affine:
    weights: tuple[tuple[tuple[int, int], ...], ...]
    """For each output the inputs with a weight that is not 0, and those weights."""
    weight_shift: int
    bias: Whole

    @classmethod
    def of(cls, weight: np.ndarray, bias: np.ndarray) -> "Affine":
        numbers, shift = whole(weight.ravel())
        rows = np.array(numbers, dtype=object).reshape(weight.shape)
        return cls(tuple(tuple((j, w) for j, w in enumerate(row) if w) for row in rows), shift, whole(bias))

    def __call__(self, region: Region) -> Iterator[Region]:
        shift = max(region.shift + self.weight_shift, self.bias.shift)
        lift = shift - region.shift - self.weight_shift
        rows = []
        for weights, bias in zip(self.weights, self.bias.numbers, strict=True):
            a = b = c = 0
            for j, w in weights:
                d, e, f = region.rows[j]
                a, b, c = a + w * d, b + w * e, c + w * f
            rows.append((a << lift, b << lift, (c << lift) + (bias << (shift - self.bias.shift))))
        yield replace(region, rows=tuple(rows), shift=shift)


@dataclass(frozen=True)
class Pieces:
    """A piecewise-linear function of each neuron: between its thresholds slope · z + intercept."""

    thresholds: Whole
    slopes: tuple[tuple[int, ...], ...]
    """For each neuron the slopes from left to right."""
    slope_shift: int
    intercepts: Whole

    @classmethod
    def of(cls, thresholds: Sequence[float], slopes: np.ndarray, intercepts: Sequence[float]) -> "Pieces":
        numbers, shift = whole(slopes.ravel())
        per_neuron = tuple(map(tuple, np.array(numbers, dtype=object).reshape(slopes.shape).tolist()))
        return cls(whole(thresholds), per_neuron, shift, whole(intercepts))

    def __call__(self, region: Region) -> Iterator[Region]:
        parts: list[tuple[Polygon, tuple[int, ...]]] = [(region.polygon, ())]
        for row in region.rows:
            for number in self.thresholds.numbers:
                parts = list(cut(parts, self.above(row, region.shift, number)))
        return (replace(region, polygon=polygon, code=(*region.code, bits), **self.applied(region, bits))
                for polygon, bits in parts)  # fmt: skip

    def above(self, row: Row, shift: int, number: int) -> Row:
        """How far a neuron is above a threshold."""
        up = self.thresholds.shift
        return row[0] << up, row[1] << up, (row[2] << up) - (number << shift)

    def applied(self, region: Region, bits: tuple[int, ...]) -> dict:
        n, shift = len(self.thresholds.numbers), max(region.shift + self.slope_shift, self.intercepts.shift)
        lift, add = shift - region.shift - self.slope_shift, shift - self.intercepts.shift
        rows = []
        for i, (row, slopes) in enumerate(zip(region.rows, self.slopes, strict=True)):
            piece = sum(bits[i * n : (i + 1) * n])
            a, b, c = (slopes[piece] * part << lift for part in row)
            rows.append((a, b, c + (self.intercepts.numbers[piece] << add)))
        return {"rows": tuple(rows), "shift": shift}


def cut(parts: Iterable[tuple[Polygon, tuple[int, ...]]], row: Row) -> Iterator[tuple[Polygon, tuple[int, ...]]]:
    for polygon, bits in parts:
        for bit, part in enumerate(split(polygon, row)):
            if part:
                yield part, (*bits, bit)


@dataclass(frozen=True)
class Maximum:
    """The largest of each group; of candidates that are equal everywhere the first."""

    groups: tuple[tuple[int, ...], ...]

    def __call__(self, region: Region) -> Iterator[Region]:
        parts: list[tuple[Polygon, tuple[int, ...]]] = [(region.polygon, ())]
        for group in self.groups:
            rows = [region.rows[j] for j in group]
            parts = [(part, (*won, k)) for polygon, won in parts for part, k in winners(polygon, rows)]
        for polygon, won in parts:
            rows = [region.rows[group[k]] for group, k in zip(self.groups, won, strict=True)]
            yield replace(region, polygon=polygon, rows=tuple(rows), code=(*region.code, won))


def winners(polygon: Polygon, rows: list[Row]) -> Iterator[tuple[Polygon, int]]:
    for k, row in enumerate(rows):
        if row in rows[:k]:
            continue
        part: Polygon | None = polygon
        for other in rows:
            if part and other != row:
                ahead: Row = (row[0] - other[0], row[1] - other[1], row[2] - other[2])
                part = split(part, ahead)[1]
        if part:
            yield part, k


class Save:
    """Keep the rows for a residual connection."""

    def __call__(self, region: Region) -> Iterator[Region]:
        yield replace(region, saved=(*region.saved, (region.rows, region.shift)))


class Swap:
    """Go on with what was kept, and keep what there is."""

    def __call__(self, region: Region) -> Iterator[Region]:
        rows, shift = region.saved[-1]
        yield replace(region, rows=rows, shift=shift, saved=(*region.saved[:-1], (region.rows, region.shift)))


class Add:
    """Add what was kept."""

    def __call__(self, region: Region) -> Iterator[Region]:
        kept, kept_shift = region.saved[-1]
        shift = max(region.shift, kept_shift)
        up, kept_up = shift - region.shift, shift - kept_shift
        rows = [(a << up, b << up, c << up) for a, b, c in region.rows]
        kept = tuple((a << kept_up, b << kept_up, c << kept_up) for a, b, c in kept)
        total = tuple((a + d, b + e, c + f) for (a, b, c), (d, e, f) in zip(rows, kept, strict=True))
        yield replace(region, rows=total, shift=shift, saved=region.saved[:-1])


Step = Affine | Pieces | Maximum | Save | Swap | Add


def steps_of(module: nn.Module, shape: tuple[int, ...]) -> tuple[list[Step], tuple[int, ...]]:
    """What a module does to inputs of a shape, step by step, and the shape of what comes out."""
    if isinstance(module, nn.Sequential):
        steps: list[Step] = []
        for child in module:
            more, shape = steps_of(child, shape)
            steps += more
        return steps, shape
    if isinstance(module, Residual):
        body, out = steps_of(module.body, shape)
        return [Save(), *body, Swap(), *steps_of(module.shortcut, shape)[0], Add()], out
    if isinstance(module, nn.Linear):
        return steps_of_one(module, shape), (module.out_features,)
    out = tuple(module(torch.zeros(1, *shape, dtype=torch.float64)).shape[1:])
    return steps_of_one(module, shape), out


def steps_of_one(module: nn.Module, shape: tuple[int, ...]) -> list[Step]:
    n = int(np.prod(shape))
    match module:
        case nn.Flatten() | nn.Unflatten() | nn.Identity() | nn.Dropout():
            return []
        case nn.ReLU():
            return [pieces(n, (0.0,), (0.0, 1.0))]
        case nn.LeakyReLU():
            return [pieces(n, (0.0,), (module.negative_slope, 1.0))]
        case nn.PReLU():
            slopes = module.weight.detach().expand(shape[0]).repeat_interleave(n // shape[0])
            return [Pieces.of((0.0,), np.stack([slopes.numpy(), np.ones(n)], 1), (0.0, 0.0))]
        case Abs():
            return [pieces(n, (0.0,), (-1.0, 1.0))]
        case nn.Hardtanh():  # ReLU6 is one
            low, high = module.min_val, module.max_val
            return [pieces(n, (low, high), (0.0, 1.0, 0.0), (low, 0.0, high))]
        case MaxOut() | nn.MaxPool1d() | nn.MaxPool2d():
            seen = module(torch.eye(n, dtype=torch.float64).reshape(n, *shape)).flatten(1).numpy()
            return [Maximum(tuple(tuple(np.flatnonzero(column)) for column in seen.T))]
    weight, bias = affine(module, shape)
    return [Affine.of(weight, bias)]


def pieces(n: int, thresholds: Sequence[float], slopes: Sequence[float], intercepts: Sequence[float] = ()) -> Pieces:
    return Pieces.of(thresholds, np.tile(slopes, (n, 1)), intercepts or [0.0] * len(slopes))


def affine(module: nn.Module, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The matrix and the bias of an affine module."""
    if isinstance(module, nn.Linear):
        bias = torch.zeros(module.out_features) if module.bias is None else module.bias.detach()
        return module.weight.detach().numpy(), bias.numpy()
    zero = torch.zeros(shape, dtype=torch.float64)
    matrix = torch.autograd.functional.jacobian(lambda x: module(x[None])[0].flatten(), zero)
    return matrix.reshape(matrix.shape[0], -1).numpy(), module(zero[None]).detach().flatten().numpy()


def area_of(corners: np.ndarray) -> float:
    (x, y) = (corners - corners[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2


@dataclass(frozen=True)
class ExactPartition:
    regions: tuple[Region, ...]
    steps: tuple["Pieces | Maximum", ...]
    """The layers of switches."""
    counts: tuple[int, ...]
    """Regions after each of them."""

    @property
    def n_regions(self) -> int:
        return len(self.regions)

    @cached_property
    def areas(self) -> np.ndarray:
        """float64[n_regions], rounded"""
        return np.array([area_of(region.corners) for region in self.regions])

    @cached_property
    def points(self) -> np.ndarray:
        """float64[n_vertices, 2]"""
        return np.array([(x / w, y / w) for x, y, w in self.vertices])

    @cached_property
    def signs(self) -> np.ndarray:
        """bool[n_regions, switches] of all layers but maxima; of a layer with two thresholds all of the first first."""
        kept = [k for k, step in enumerate(self.steps) if isinstance(step, Pieces)]
        bits = [[region.code[k] for region in self.regions] for k in kept]
        columns = [
            np.array(each, bool).reshape(self.n_regions, -1, len(self.steps[k].thresholds.numbers)).swapaxes(1, 2)
            for k, each in zip(kept, bits, strict=True)
        ]
        return np.concatenate(
            [np.empty((self.n_regions, 0), bool), *(c.reshape(self.n_regions, -1) for c in columns)], 1
        )

    @cached_property
    def winners(self) -> np.ndarray:
        """int64[n_regions, groups] of all maxima"""
        kept = [k for k, step in enumerate(self.steps) if isinstance(step, Maximum)]
        rows = [sum((region.code[k] for k in kept), ()) for region in self.regions]
        return np.array(rows, int).reshape(self.n_regions, -1)

    @cached_property
    def vertices(self) -> tuple[Corner, ...]:
        """Where edges meet: every vertex is a true corner of some region."""
        return tuple({corner for region in self.regions for corner in region.polygon})

    @property
    def n_edges(self) -> int:
        """Pieces of the regions' sides between neighbouring vertices."""
        lines: dict[Row, list[tuple[Fraction, Fraction]]] = {}
        for region in self.regions:
            for p, q in zip(region.polygon, region.polygon[1:] + region.polygon[:1], strict=True):
                line = through(p, q)
                k = 0 if line[1] else 1  # along y where the line is upright
                ends = sorted((Fraction(p[k], p[2]), Fraction(q[k], q[2])))
                lines.setdefault(line, []).append((ends[0], ends[1]))
        return sum(map(pieces_of, lines.values()))


def through(p: Corner, q: Corner) -> Row:
    """The line through two points, the same row for the same line."""
    row = (p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0])
    divisor = gcd(*row) * (1 if (row[0] or row[1]) > 0 else -1)
    return row[0] // divisor, row[1] // divisor, row[2] // divisor


def pieces_of(sides: list[tuple[Fraction, Fraction]]) -> int:
    """How many pieces the ends of sides on one line cut those sides into, each counted once."""
    ends = sorted({end for side in sides for end in side})
    at = {end: k for k, end in enumerate(ends)}
    return len({k for start, stop in sides for k in range(at[start], at[stop])})


def corners_of(box_or_polygon: Sequence) -> np.ndarray:
    """float64[corners, 2] of a box ((x0, x1), (y0, y1)) or of a polygon, which is returned as it is."""
    polygon = np.asarray(box_or_polygon, float)
    if polygon.shape == (2, 2):
        (x0, x1), (y0, y1) = polygon
        polygon = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    return polygon


def exact_partition(
    module: nn.Module,
    polygon: np.ndarray,
    plane: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    shape: tuple[int, ...] = (2,),
    decision: bool = False,
) -> ExactPartition:
    """Cut a counter-clockwise convex polygon of a plane: origin, and the steps of both coordinates, each of a shape."""
    corners = tuple((*whole((x, y)).numbers, 1 << whole((x, y)).shift) for x, y in np.asarray(polygon, float).tolist())
    origin, u, v = plane or (np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    numbers, shift = whole(np.stack([u, v, origin]).reshape(3, -1).T.ravel())
    rows = tuple(zip(numbers[0::3], numbers[1::3], numbers[2::3], strict=True))
    steps, out = steps_of(module.double().eval(), shape)
    if decision:
        steps = [*steps, Maximum((tuple(range(int(np.prod(out)))),))]
    regions, switching, counts = [Region(corners, rows, shift)], [], []
    for step in steps:
        regions = [part for region in regions for part in step(region)]
        if isinstance(step, Pieces | Maximum):
            switching.append(step)
            counts.append(len(regions))
    return ExactPartition(tuple(regions), tuple(switching), tuple(counts))
