"""Pictures as a page shows them: levels of grey or colour, no larger than is looked at."""

from __future__ import annotations

import numpy as np
from torch import Tensor
from torch.nn.functional import interpolate

LARGEST_PX = 128


def shown(pictures: Tensor) -> np.ndarray:
    """Pictures uint8 (n, c, h, w) as uint8 (n, height, width, c), c 1 or 3; large ones are made smaller."""
    if (side := max(pictures.shape[2:])) > LARGEST_PX and len(pictures):
        smaller = interpolate(pictures.float(), scale_factor=LARGEST_PX / side, mode="bilinear", antialias=True)
        pictures = smaller.round().clamp(0, 255).byte()
    if pictures.shape[1] not in (1, 3):
        pictures = pictures.float().mean(1, keepdim=True).round().byte()
    return pictures.movedim(1, -1).contiguous().numpy()
