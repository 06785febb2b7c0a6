"""Where a network is looked at: a box, a convex polygon, or a polygon of a plane through its space of inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generators.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

FLAT = 1e-9
"""The least area of a domain, and of a triangle of anchors, as a share of its longest side squared."""
ONCE = 1.5
"""More turns than this around a domain, and it is a star."""


@dataclass(frozen=True, eq=False)
class Slice:
    """A polygon of a plane through a space of inputs: place (p, q) of it is the input origin + p·across + q·up.

    ``across`` and ``up`` are perpendicular and of length 1 where ``through`` made them, so that lengths and areas in
    the plane are lengths and areas in the space of inputs.
    """

    origin: np.ndarray
    """float64 of the input's shape."""
    across: np.ndarray
    """float64 of the input's shape."""
    up: np.ndarray
    """float64 of the input's shape."""
    polygon: np.ndarray
    """float64[corners, 2], convex."""

    @classmethod
    def through(cls, a: np.ndarray, b: np.ndarray, c: np.ndarray, around: float = 1.0) -> Slice:
        """Take the triangle of three inputs, ``around`` times as large about its centre; the centre is the origin.

        UsageError where the three lie on one line.
        """
        anchors = np.stack([np.asarray(each, np.float64) for each in (a, b, c)])
        shape, flat = anchors.shape[1:], anchors.reshape(3, -1)
        if not np.isfinite(flat).all():
            raise UsageError("an anchor of the plane holds NaN or infinity: expected three inputs of finite numbers")
        centre = flat.mean(0)
        side, other = flat[1] - flat[0], flat[2] - flat[0]
        longest = max(map(np.linalg.norm, (side, other, other - side)))
        across = side / (np.linalg.norm(side) or 1.0)
        height = other - (other @ across) * across
        if np.linalg.norm(side) * np.linalg.norm(height) <= FLAT * longest**2:
            raise UsageError(
                "the three anchors of the plane lie on one line: expected three inputs that span a triangle; "
                "take another third one"
            )
        up = height / np.linalg.norm(height)
        corners = np.stack([(flat - centre) @ across, (flat - centre) @ up], 1) * around
        return cls(centre.reshape(shape), across.reshape(shape), up.reshape(shape), corners)

    def place(self, x: np.ndarray) -> np.ndarray:
        """Where the plane comes closest to inputs (n, …): float64[n, 2]; for perpendicular axes of length 1."""
        away = (np.asarray(x, np.float64) - self.origin).reshape(len(x), -1)
        return np.stack([away @ self.across.ravel(), away @ self.up.ravel()], 1)


Domain = Slice | np.ndarray | tuple[tuple[float, float], tuple[float, float]]
"""A box ((x0, x1), (y0, y1)) or a convex polygon (k, 2) for a network of two inputs; a ``Slice`` for any."""


def polygon_of(domain: Domain) -> np.ndarray:
    """The corners of a domain, counter-clockwise and without needless ones: float64[k, 2].

    UsageError for what is no convex polygon with an area.
    """
    given = domain.polygon if isinstance(domain, Slice) else domain
    try:
        corners = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        corners = np.empty(0)
    if not isinstance(domain, Slice | np.ndarray) and corners.shape == (2, 2):
        (x0, x1), (y0, y1) = corners
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
        raise UsageError(
            f"a domain is a box ((x0, x1), (y0, y1)), a convex polygon of at least 3 corners (k, 2), or a Slice: "
            f"got {type(domain).__name__} of shape {corners.shape}"
        )
    if not np.isfinite(corners).all():
        raise UsageError("the domain has a corner at NaN or infinity: expected finite numbers")
    return _convex(corners)


def _convex(corners: np.ndarray) -> np.ndarray:
    x, y = (corners - corners.mean(0)).T
    area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
    size = np.ptp(corners, 0).max()
    if abs(area) <= FLAT * size**2:
        raise UsageError(
            f"the domain has no area: its {len(corners)} corners lie on one line; give a box or polygon that is wide "
            "in both directions"
        )
    if area < 0:
        corners = corners[::-1]
    before, after = corners - np.roll(corners, 1, 0), np.roll(corners, -1, 0) - corners
    turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    around = np.arctan2(turn, (before * after).sum(1)).sum() / (2 * np.pi)
    if (turn < -FLAT * size**2).any() or around > ONCE:
        raise UsageError(
            "the domain is not convex: expected a polygon whose corners all turn the same way and that goes around once"
        )
    return np.ascontiguousarray(corners[turn > 0])


def lift(domain: Domain, points: np.ndarray) -> np.ndarray:
    """Turn points of the plane float64[n, 2] into inputs float64[n, …]."""
    if not isinstance(domain, Slice):
        return points
    axes = np.stack([domain.across.ravel(), domain.up.ravel()])
    return (domain.origin.ravel() + points @ axes).reshape(len(points), *domain.origin.shape)


def example(domain: Domain) -> Tensor:
    """One input of a domain, its centre: float64 (1, …)."""
    import torch

    return torch.from_numpy(lift(domain, polygon_of(domain).mean(0, keepdims=True)))
