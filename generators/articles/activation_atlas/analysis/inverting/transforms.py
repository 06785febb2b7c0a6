"""Transforms: every picture of a batch turned, moved and scaled a little by itself, with one reading of its pixels.

So that what is found means the same to the network wherever exactly it lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

DRAWS = 4
"""Numbers that one transform is made of."""


@dataclass(frozen=True)
class Strength:
    """The largest of each change."""

    degrees: float
    shift: float
    """A share of the side."""
    scale: float
    """1 ± so much."""


def transformed(pictures: Tensor, draws: Tensor, strength: Strength) -> Tensor:
    """Pictures (n, c, h, w) changed by ``draws`` (n, 4) between −1 and 1; beyond an edge lies its reflection."""
    grid = affine_grid(
        _matrices(draws, strength, pictures.shape[2] / pictures.shape[3]), list(pictures.shape), align_corners=False
    )
    return grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _matrices(draws: Tensor, strength: Strength, aspect: float) -> Tensor:
    """Where each pixel is read (n, 2, 3), in units of half a side, of pictures ``aspect`` times as high as wide."""
    angle = torch.deg2rad(draws[:, 0] * strength.degrees)
    scale = 1 + draws[:, 1] * strength.scale
    cosine, sine = scale * angle.cos(), scale * angle.sin()
    across = torch.stack([cosine, -sine * aspect], 1)
    down = torch.stack([sine / aspect, cosine], 1)
    return torch.cat([torch.stack([across, down], 1), 2 * strength.shift * draws[:, 2:, None]], 2)
