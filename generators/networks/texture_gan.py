"""texture-gan: a learned generator of textures, 128 numbers to one picture, beside the exact renderer.

The first 27 numbers say the class, softly: the largest of them nearly alone. Between its convolutions it is given plane
waves that the code turns, stretches and shifts as a whole (after T. Karras and others, "Alias-free generative
adversarial networks", 2021), because bricks and honeycombs repeat over the whole picture and convolutions see little.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CODE_SIZE = 128
N_CLASSES = 27
SHARPNESS = 8.0
"""What the class's numbers are multiplied by before their softmax."""
STYLE = 192
N_WAVES = 24
FASTEST = 36.0
"""Radians per half picture of the fastest wave, before the code stretches it."""
WIDTHS = (160, 96, 64, 40)
"""Channels at 4, 8, 16 and 32 pixels."""
LAST = 16
"""Channels at 64 pixels."""


class TextureGAN(nn.Module):
    """Code (n, 128) to pictures (n, 3, 64, 64) in 0..1."""

    code_size = CODE_SIZE

    def __init__(self) -> None:
        super().__init__()
        self.classes = nn.Linear(N_CLASSES, 64, bias=False)
        self.style = nn.Sequential(
            nn.Linear(CODE_SIZE - N_CLASSES + 64, STYLE), nn.LeakyReLU(0.2), nn.Linear(STYLE, STYLE), nn.LeakyReLU(0.2)
        )
        self.first = nn.Linear(STYLE, WIDTHS[0] * 16)
        self.stages = nn.ModuleList(Stage(*widths) for widths in pairwise(WIDTHS))
        self.waves = Waves(WIDTHS[-1])
        self.sharpen = nn.Conv2d(WIDTHS[-1], 4 * LAST, kernel_size=3, padding=1)
        self.paint = nn.Conv2d(LAST, 3, kernel_size=3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        style = self.style(torch.cat([4 * self.classes(self.likely(z)), z[:, N_CLASSES:]], dim=1))  # (n, 192)
        x = F.leaky_relu(self.first(style), 0.2).view(-1, WIDTHS[0], 4, 4)
        x = x.contiguous(memory_format=torch.channels_last)
        for stage in self.stages:
            x = stage(x, style)  # (n, 40, 32, 32) in the end
        x = F.leaky_relu(x + self.waves(style, x.shape[-1]), 0.2)
        x = F.leaky_relu(F.pixel_shuffle(self.sharpen(x), 2), 0.2)  # (n, 16, 64, 64)
        return torch.sigmoid(self.paint(x))

    @staticmethod
    def likely(z: Tensor) -> Tensor:
        """How much of each class a code asks for: (n, 27), summing to 1."""
        return torch.softmax(SHARPNESS * z[:, :N_CLASSES], dim=1)

    @staticmethod
    def intended(z: Tensor) -> Tensor:
        """The class that a code asks for most: (n,)."""
        return z[:, :N_CLASSES].argmax(1)


class Stage(nn.Module):
    """Twice the size, a convolution, and a gain and shift for each channel that the style chooses."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(before, after, kernel_size=3, padding=1)
        self.scale = nn.Linear(STYLE, 2 * after)
        self.groups = after // 8

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        x = F.group_norm(self.convolution(F.interpolate(x, scale_factor=2.0)), self.groups)
        gain, shift = self.scale(style)[:, :, None, None].chunk(2, dim=1)
        return F.leaky_relu(x * (1 + gain) + shift, 0.2)


class Waves(nn.Module):
    """Plane waves, turned, stretched, shifted and weighed as the style says, mixed into channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        directions = F.normalize(torch.randn(N_WAVES, 2), dim=1)
        self.vectors = nn.Parameter(directions * torch.linspace(1, FASTEST, N_WAVES)[:, None])
        self.warp = nn.Linear(STYLE, 6)
        self.phase = nn.Linear(STYLE, N_WAVES)
        self.weight = nn.Linear(STYLE, N_WAVES)
        self.mix = nn.Conv2d(2 * N_WAVES, channels, kernel_size=1)
        nn.init.normal_(self.warp.weight, std=0.02)
        with torch.no_grad():
            self.warp.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]))

    def forward(self, style: Tensor, side: int) -> Tensor:
        warp = self.warp(style).float()
        vectors = torch.einsum("nij,wj->nwi", warp[:, :4].view(-1, 2, 2), self.vectors)  # (n, 24, 2)
        phase = self.phase(style).float() + (vectors * warp[:, None, 4:]).sum(-1)
        places = (torch.arange(side, device=style.device) + 0.5) / side * 2 - 1
        across = vectors[..., 0, None] * places + phase[..., None]
        down = vectors[..., 1, None] * places
        # sin and cos of a sum, from those of its parts: 64 values a wave in place of 1,024
        sin_x, cos_x = across.sin()[:, :, None, :], across.cos()[:, :, None, :]
        sin_y, cos_y = down.sin()[..., None], down.cos()[..., None]
        weight = self.weight(style).float()[:, :, None, None]
        waves = [(sin_x * cos_y + cos_x * sin_y) * weight, (cos_x * cos_y - sin_x * sin_y) * weight]
        return self.mix(torch.cat(waves, dim=1))
