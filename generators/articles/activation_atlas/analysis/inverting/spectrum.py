"""Pictures by their spectrum, with decorrelated colours: what gradient descent moves instead of pixels.

A picture is the sigmoid of an inverse Fourier transform whose coefficients are scaled by 1 / frequency, as those of
natural pictures are, with colours along their main directions in natural pictures (Olah, Mordvintsev and Schubert,
2017, "Feature visualization").
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.0, -0.05), (0.27, -0.09, 0.03))
"""Rows red, green, blue; columns the main directions of colours in ImageNet, each as long as its deviation."""
NOISE, CONTRAST = 0.01, 0.25
FAINT = 0.01


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The transform between coefficients (n, c, height, width // 2 + 1, 2) and pictures (n, c, height, width)."""

    height: int
    width: int
    scale: Tensor
    """(height, width // 2 + 1)"""
    colours: Tensor | None
    """(3, 3), of pictures with three channels."""

    @property
    def shape(self) -> tuple[int, int, int]:
        return (*self.scale.shape, 2)

    def picture(self, coefficients: Tensor) -> Tensor:
        """The pictures, 0 to 1."""
        plane = torch.fft.irfft2(torch.view_as_complex(coefficients) * self.scale, s=(self.height, self.width))
        if self.colours is not None:
            plane = torch.einsum("nchw,dc->ndhw", plane, self.colours)
        return plane.sigmoid()

    def coefficients(self, picture: Tensor) -> Tensor:
        """What gives pictures; extreme brightness, which has no finite coefficients, is moderated."""
        plane = picture.clamp(FAINT, 1 - FAINT).logit()
        if self.colours is not None:
            plane = torch.einsum("nchw,dc->ndhw", plane, torch.linalg.inv(self.colours))
        return torch.view_as_real(torch.fft.rfft2(plane) / self.scale)


def spectrum(channels: int, height: int, width: int, device: str = "cpu") -> Spectrum:
    """The transform for pictures of this size."""
    y, x = torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None]
    frequency = (y**2 + x**2).sqrt().clamp(min=1 / max(height, width))
    scale = CONTRAST * (height * width) ** 0.5 / frequency
    colours = torch.tensor(COLOURS)
    colours /= colours.norm(dim=0).max()
    return Spectrum(height, width, scale.to(device), colours.to(device) if channels == 3 else None)
