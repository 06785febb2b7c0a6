"""How noisy a picture is: differences between neighbours, and what lies at high spatial frequencies."""

from __future__ import annotations

import torch
from torch import Tensor

HALF = 0.25
"""Cycles a pixel: half of the highest frequency that a row of pixels holds."""


def roughness(pictures: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring pixels of pictures (n, c, h, w), across and down: (n,), float64."""
    x = pictures.double()
    pairs = [x.diff(dim=axis).abs().flatten(1) for axis in (2, 3)]
    return torch.cat(pairs, 1).mean(1)


def fine_share(pictures: Tensor) -> Tensor:
    """Share of a picture's variance (n, c, h, w) at frequencies above half the highest: (n,), 0 where there is none.

    Of white noise, whose variance is the same at every frequency, it is about 1 − π / 16.
    """
    x = pictures.double()
    if not len(x):
        return x.new_zeros(0)  # the transform refuses none
    power = torch.fft.fft2(x - x.mean((2, 3), keepdim=True)).abs().square()
    down, across = (torch.fft.fftfreq(side, dtype=torch.float64) for side in x.shape[2:])
    fine = (down[:, None].square() + across.square()).sqrt() > HALF
    total = power.sum((1, 2, 3))
    return torch.where(total > 1e-18 * power[0].numel(), power[..., fine].sum((1, 2)) / total.clamp(min=1e-300), 0)
