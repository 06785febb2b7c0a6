"""Stitches: how much of each pixel of a rendered baseball is thread, and the same ball without it.

The renderer's picture is linear in the colour of the thread, as long as nothing is clipped. So two renderings that
differ in this colour alone give every pixel's share of thread, through shade and haze alike; and that share times the
difference of two colours paints the thread as leather, and changes nothing else.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generators.datasets import texture_set, textures

CLASS = "baseball"
NAME = "stitching"
APART = 2.0
"""How far from the middle the two colours of the thread are, in deviations of the code."""


def thread(index: np.ndarray) -> Tensor:
    """The share of thread in each pixel of baseballs (n,) of the held-out textures: (n, h, w) in 0..1."""
    _, z = textures.sample(torch.from_numpy(index), texture_set.HELD_OUT)
    place = textures.factors(CLASS, z[:1])["thread"].place
    reds, pictures = [], []
    for way in (-APART, APART):
        coloured = z.clone()
        coloured[:, place : place + 2] = way
        reds.append(textures.factors(CLASS, coloured[:1])["thread"].values[0, 0])
        pictures.append(textures.render(CLASS, coloured)[:, 0])
    return ((pictures[1] - pictures[0]) / (reds[1] - reds[0])).clamp(0, 1)


def bared(index: np.ndarray, levels: Tensor) -> Tensor:
    """The same pictures (n, 3, h, w) in 0..1 with the thread in the colour of the leather."""
    _, z = textures.sample(torch.from_numpy(index), texture_set.HELD_OUT)
    about = textures.factors(CLASS, z)
    change = about["leather"].values - about["thread"].values  # (n, 3)
    return (levels + thread(index)[:, None] * change[:, :, None, None]).clamp(0, 1)
