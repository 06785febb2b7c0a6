"""How the set looks: a polygon on the square, flat faces in the cube; half spaces cut both, one after the other."""

from __future__ import annotations

import itertools

import numpy as np

from generators.articles.inverse_set.analysis.linear_neuron.slab import Slab

CLOSE = 1e-12
"""Corners nearer than this are one, and lie on a plane that they miss by less, in units of the edge."""


def polygon(slab: Slab) -> np.ndarray:
    """The set on the square (d = 2), counter-clockwise: float64 (k, 2), empty where it has no area."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    for normal, bound in _half_spaces(slab):
        corners = _cut(corners, normal, bound)
    return corners


def faces(slab: Slab) -> tuple[np.ndarray, ...]:
    """The set in the cube (d = 3) as flat faces float64 (k, 3), counter-clockwise as seen from outside."""
    found = [_square(axis, end) for axis, end in itertools.product(range(3), (0, 1))]
    for normal, bound in _half_spaces(slab):
        on_plane = [_on(face, normal, bound) for face in found]
        found = [cut for face in found if len(cut := _cut(face, normal, bound))]
        if not any(each.all() and len(each) for each in on_plane):
            found += _lid(found, normal, bound)
    return tuple(found) if len(found) > 3 else ()


def _half_spaces(slab: Slab) -> list[tuple[np.ndarray, float]]:
    """Normals of length 1 and bounds, normal·x ≤ bound, of those that are bounds at all."""
    length = float(np.linalg.norm(slab.w)) or 1.0
    both = ((-slab.w / length, -slab.low / length), (slab.w / length, slab.high / length))
    return [(normal, bound) for normal, bound in both if np.isfinite(bound)]


def _cut(corners: np.ndarray, normal: np.ndarray, bound: float) -> np.ndarray:
    """Keep the part of a convex polygon (k, d) with normal·x ≤ bound (I. Sutherland and G. Hodgman, 1974)."""
    kept: list[np.ndarray] = []
    over = corners @ normal - bound
    for index in range(len(corners)):
        last, this = over[index - 1], over[index]
        if (last < -CLOSE and this > CLOSE) or (last > CLOSE and this < -CLOSE):
            kept.append(corners[index - 1] + last / (last - this) * (corners[index] - corners[index - 1]))
        if this <= CLOSE:
            kept.append(corners[index])
    return np.array(kept) if len(kept) > 2 else np.empty((0, corners.shape[1]))


def _square(axis: int, end: int) -> np.ndarray:
    """One side of the cube."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    side = np.insert(square, axis, end, 1)
    return side if (end == 1) == (axis != 1) else side[::-1]


def _on(corners: np.ndarray, normal: np.ndarray, bound: float) -> np.ndarray:
    return np.abs(corners @ normal - bound) <= CLOSE


def _lid(found: list[np.ndarray], normal: np.ndarray, bound: float) -> list[np.ndarray]:
    """The face that a cut leaves on its plane, turned outwards; none where the plane only touches."""
    if not found:
        return []
    corners = np.concatenate(found)
    corners = corners[_on(corners, normal, bound)]
    corners = corners[np.unique(np.round(corners / CLOSE / 1e3), axis=0, return_index=True)[1]]
    if len(corners) < 3:
        return []
    centre = corners.mean(0)
    first = np.eye(3)[np.abs(normal).argmin()]
    first = np.cross(normal, first)
    angles = np.arctan2((corners - centre) @ np.cross(normal, first), (corners - centre) @ first)
    return [corners[np.argsort(angles)]]
