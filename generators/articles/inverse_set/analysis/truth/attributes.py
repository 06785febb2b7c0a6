"""Attributes: what can be measured on any picture, whoever made it: colour, brightness, contrast, edges and grain.

Edges by the structure tensor of brightness, the mean of ∇b ∇bᵀ over a picture (J. Bigün and G. Granlund, 1987): its
larger eigenvector crosses most edges, and how much the two eigenvalues differ says how alike their directions are.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

LUMA = (0.2126, 0.7152, 0.0722)
"""What red, green and blue add to brightness (ITU-R BT.709)."""
UNITS = {
    "red": "share of white",
    "green": "share of white",
    "blue": "share of white",
    "brightness": "share of white",
    "contrast": "share of white",
    "edges alike": "0 in all directions, 1 in one",
    "steepness of edges": "degrees from the horizontal",
    "grain": "waves across the picture",
}
"""Attribute -> its unit; those of ``measure``, in order."""


def measure(pictures: Tensor) -> Tensor:
    """Measure pictures (n, 1 or 3, h, w) from 0, black, to 1, white: (n, attributes), as ``UNITS`` names them."""
    colours = pictures.expand(-1, 3, -1, -1)
    light = brightness(colours)
    across, alike = edges(light)
    steepness = (90 - across.rad2deg()).remainder(180)  # an edge runs at right angles to its gradient
    columns = [
        *colours.mean((2, 3)).T,
        light.mean((1, 2)),
        light.flatten(1).std(1, correction=0),
        alike,
        torch.minimum(steepness, 180 - steepness),
        grain(light),
    ]
    return torch.stack(columns, 1)


def brightness(pictures: Tensor) -> Tensor:
    """(n, 3, h, w) -> (n, h, w)"""
    return torch.einsum("nchw,c->nhw", pictures, pictures.new_tensor(LUMA))


def edges(light: Tensor) -> tuple[Tensor, Tensor]:
    """The angle (n,) in radians, from −π/2 to π/2 and downwards from the right, in which brightness (n, h, w) changes
    most; and how alike the directions of change are, from 0 to 1; 0 of an even picture."""
    right, down = _slope(light, 2)[:, 2:-2], _slope(light, 1)[:, :, 2:-2]
    xx, xy, yy = ((first * second).mean((1, 2)) for first, second in ((right, right), (right, down), (down, down)))
    angle = torch.atan2(2 * xy, xx - yy) / 2
    apart = torch.hypot(xx - yy, 2 * xy)
    return angle, apart / (xx + yy).clamp(min=1e-12)


def _slope(light: Tensor, axis: int) -> Tensor:
    """The derivative along an axis by five points, without the two at either end; three would turn fine gratings."""
    n = light.shape[axis]
    before, last, following, after = (light.narrow(axis, begin, n - 4) for begin in (0, 1, 3, 4))
    return (8 * (following - last) - (after - before)) / 12


def grain(light: Tensor) -> Tensor:
    """The mean spatial frequency of brightness (n, h, w), weighed by power: (n,), in waves across the picture.

    The picture fades to its mean towards its rim (a Hann window), lest the rim count as an edge.
    """
    height, width = light.shape[1:]
    fade = _hann(height, light)[:, None] * _hann(width, light)
    weighed = (light * fade).sum((1, 2), keepdim=True) / fade.sum()
    power = torch.fft.rfft2((light - weighed) * fade).abs().square()
    across = torch.fft.rfftfreq(width).to(light) * width
    power[:, :, 1 : (width + 1) // 2] *= 2  # the half of the spectrum that is left out
    down = torch.fft.fftfreq(height).to(light) * height
    frequency = torch.hypot(down[:, None], across)
    return (power * frequency).sum((1, 2)) / power.sum((1, 2)).clamp(min=1e-12)


def _hann(n: int, like: Tensor) -> Tensor:
    places = (torch.arange(n, device=like.device, dtype=like.dtype) + 0.5) / n
    return 0.5 - 0.5 * torch.cos(2 * math.pi * places)
