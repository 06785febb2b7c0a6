"""Thumbnails: pictures no larger than they are looked at."""

from __future__ import annotations

import numpy as np
from torch import Tensor, from_numpy
from torch.nn.functional import interpolate

LARGEST_PX = 64


def thumbnails(pictures: Tensor, largest: int = LARGEST_PX) -> np.ndarray:
    """Pictures uint8 (n, c, h, w) as uint8 (n, height, width, 1 or 3), their longer side at most ``largest``."""
    if (side := max(pictures.shape[2:])) > largest and len(pictures):
        pictures = _resized(pictures, [max(1, round(length * largest / side)) for length in pictures.shape[2:]])
    if pictures.shape[1] not in (1, 3):
        pictures = pictures.float().mean(1, keepdim=True).round().byte()
    return pictures.movedim(1, -1).contiguous().numpy()


def middle(pictures: Tensor) -> Tensor:
    """The largest squares in the middle of pictures (n, c, h, w)."""
    side = min(pictures.shape[2:])
    top, left = ((length - side) // 2 for length in pictures.shape[2:])
    return pictures[:, :, top : top + side, left : left + side]


def squared(pictures: np.ndarray, px: int) -> np.ndarray:
    """Square pictures uint8 (n, q, q, c), made as wide as ``px``."""
    if pictures.shape[1] == px or not len(pictures):
        return pictures
    return _resized(from_numpy(pictures).movedim(-1, 1), [px, px]).movedim(1, -1).contiguous().numpy()


def _resized(pictures: Tensor, size: list[int]) -> Tensor:
    made = interpolate(pictures.float(), size, mode="bilinear", antialias=True)
    return made.round().clamp(0, 255).byte()
