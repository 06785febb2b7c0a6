"""How many regions a plane would have, from the breakpoints on a few short segments of it.

Were boundaries straight lines thrown at random, with c of them on a unit of length, c² π / 4 of their crossings would
lie on a unit of area (Miles 1964), and a region has one crossing each.
"""

from dataclasses import replace

import numpy as np
from torch import nn

from generators.articles.multi_neuron.analysis.domain import Slice, lift
from generators.articles.multi_neuron.analysis.line import partition_line
from generators.articles.multi_neuron.results.slices import Estimate

DIRECTIONS = 3
ENOUGH = 24
"""Breakpoints on a segment that say enough of how dense they are."""
SHORTEST = 1e-5
"""The first segment, as a share of the domain's side; the next ones are three times as long each."""


def estimate(module: nn.Module, plane: Slice, name: str = "") -> Estimate:
    """Count breakpoints in a few directions from the middle of a slice's polygon."""
    corners = plane.polygon
    middle, side = corners.mean(0), float(np.ptp(corners, 0).min())
    densities, share = [], SHORTEST  # what was long enough in one direction is where the next one starts
    for k in range(DIRECTIONS):
        angle = np.pi * k / DIRECTIONS
        direction = np.array([np.cos(angle), np.sin(angle)]) * side / 2
        while True:
            ends = lift(plane, np.stack([middle - share * direction, middle + share * direction]))
            found = partition_line(module, (ends[0], ends[1]), name).n_regions - 1
            if found >= ENOUGH or share >= 1:
                break
            share = min(1.0, 3 * share)
        densities.append(found / (share * side))
    density = float(np.mean(densities))
    width, height = np.ptp(corners, 0)
    return Estimate(density, 1 + density * (width + height) / 2 + density**2 * np.pi / 4 * float(width * height))


def window(plane: Slice, at: np.ndarray, share: float) -> Slice:
    """The part of a slice's box that is ``share`` as wide and high, about a place float64[2]."""
    low, high = plane.polygon.min(0), plane.polygon.max(0)
    half = share * (high - low) / 2
    (x0, y0), (x1, y1) = at - half, at + half
    return replace(plane, polygon=np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
