"""Pasting: the squares that are pasted, of cells' real positions and icons, and of noise; one for each picture.

Squares of a cell are cut as large as they are pasted, so nothing is resized: a layer sees again what it saw, as large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from generators.articles.activation_atlas.analysis.pictures import Receptive, pictures, receptive
from generators.articles.activation_atlas.analysis.view import View
from generators.datasets.patches import KNOTS
from generators.networks import Network

LEVELS = 255


def sides(network: Network, shares: Sequence[float]) -> tuple[int, ...]:
    """Shares of a picture's shorter side in whole pixels, ascending."""
    return tuple(sorted({max(1, round(share * shorter(network))) for share in shares}))


def shorter(network: Network) -> int:
    assert network.example_shape
    return min(network.example_shape[-2:])


@dataclass(frozen=True, eq=False)
class Windows:
    """Squares about the positions of a map, cut out of the pictures that they are of."""

    network: Network
    view: View

    @cached_property
    def _field(self) -> Receptive:
        return receptive(self.network, self.view.gathered.path)

    def middles(self, rows: np.ndarray) -> np.ndarray:
        """Where the positions of these rows of what was collected lie, in pixels: float (n, 2)."""
        return self._field.middles(np.asarray(self.view.gathered.places)[rows])

    def squares(self, rows: np.ndarray, sides: Sequence[int]) -> list[np.ndarray]:
        """Cut squares of each size: uint8 (n, side, side, c)."""
        return self.squares_of(pictures(self.network, self.view.found.index[rows]).numpy(), rows, sides)

    def squares_of(self, levels: np.ndarray, rows: np.ndarray, sides: Sequence[int]) -> list[np.ndarray]:
        """The same out of other pictures uint8 (n, c, h, w)."""
        middles = self.middles(rows)
        return [np.ascontiguousarray(cut(levels, middles, side).transpose(0, 2, 3, 1)) for side in sides]


def cut(fields: np.ndarray, middles: np.ndarray, side: int) -> np.ndarray:
    """Cut a square about a place out of each field (n, c, h, w), moved inside at the edge: (n, c, side, side)."""
    begin = np.floor(middles - (side - 1) / 2 + 0.5).astype(np.int64).clip(0, np.array(fields.shape[2:]) - side)
    every = np.lib.stride_tricks.sliding_window_view(fields, (side, side), (2, 3))
    return every[np.arange(len(fields)), :, begin[:, 0], begin[:, 1]]


def middles(icons: np.ndarray, side: int) -> np.ndarray:
    """The middle of icons (c, px, px, channels), repeated where they are smaller: (c, side, side, channels)."""
    px = icons.shape[1]
    along = (np.arange(side) + (px - side) // 2) % px
    return icons[:, along][:, :, along]


def dealt(squares: np.ndarray, n: int) -> Tensor:
    """Deal squares uint8 (m, k, k, c) in turn to n pictures: (n, c, k, k) in 0..1."""
    return torch.from_numpy(squares[np.arange(n) % len(squares)]).movedim(-1, 1).float() / LEVELS


def shown(squares: Tensor) -> np.ndarray:
    """Squares (n, c, k, k) in 0..1 as uint8 (n, k, k, c)."""
    return (squares * LEVELS).round().byte().movedim(1, -1).contiguous().numpy()


def noise(n: int, channels: int, side: int, is_smooth: bool, random: torch.Generator) -> Tensor:
    """White noise, or noise of few independent points with straight lines between: (n, c, side, side) in 0..1."""
    points = torch.rand(n, channels, *(2 * [min(KNOTS, side) if is_smooth else side]), generator=random)
    return interpolate(points, (side, side), mode="bilinear", align_corners=True) if is_smooth else points
