"""Textures: a procedural picture set, 64 by 64 RGB, of 27 classes whose every factor is known.

A picture is f(class, code), the code 128 standard normal numbers: deterministic, batched and differentiable, so that
the set is also its own exact generator. Picture i of a seed is the same on every machine and needs no disk: its class
is i mod 27 and its code comes from ``randomness``; other rounding in other arithmetic may move a pixel by one level.
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from generators.datasets.textures import nature, randomness, surfaces, things
from generators.datasets.textures.canvas import CODE_SIZE, SIZE, Canvas, Factor, mix
from generators.errors import UsageError, nearest

__all__ = [
    "CLASSES",
    "CODE_SIZE",
    "SIZE",
    "Factor",
    "code_with",
    "factors",
    "images",
    "render",
    "render_mixed",
    "sample",
]

Recipe = Callable[[Canvas], Tensor]

RECIPES: Mapping[str, Recipe] = {
    recipe.__name__: recipe for recipe in (*surfaces.RECIPES, *nature.RECIPES, *things.RECIPES)
}
CLASSES = tuple(RECIPES)
NOISE_MOST = 0.04
"""The largest deviation of the sensor's noise, as a share of white; it differs from picture to picture."""
HAZE_MOST = 0.92
AT_ONCE = 64
"""Pictures rendered together on a CPU, so that their fields stay in its cache."""


def render(name: str, z: Tensor) -> Tensor:
    """Render codes (n, 128) as pictures of one class: (n, 3, 64, 64) in 0..1."""
    return _paint(name, z)[0]


def render_mixed(y: Tensor, z: Tensor) -> Tensor:
    """Render code z[i] as a picture of class y[i]; gradients flow to z."""
    order = torch.argsort(y, stable=True)
    parts = [
        render(CLASSES[int(y[part[0]])], z[part])
        for group in order.split(torch.bincount(y, minlength=len(CLASSES)).tolist())
        for part in (group.split(AT_ONCE) if z.device.type == "cpu" else [group])
        if len(part)
    ]
    return torch.cat(parts)[torch.argsort(order)]


def factors(name: str, z: Tensor) -> dict[str, Factor]:
    """Say by name what the pictures of these codes show: angle, scale, colours and the like, with units."""
    return _paint(name, z)[1].factors


def code_with(name: str, z: Tensor, factor: str, value: float | Tensor) -> Tensor:
    """Return codes (n, 128) whose pictures of one class differ from those of ``z`` in one factor only."""
    known = factors(name, z)
    if factor not in known or known[factor].values.ndim > 1:
        numbers = [each for each, about in known.items() if about.values.ndim == 1]
        raise UsageError(f"{name} has no factor {factor!r} that is one number: {nearest(factor, numbers)}")
    share = known[factor].share(torch.as_tensor(value, dtype=z.dtype, device=z.device)).clamp(1e-4, 1 - 1e-4)
    changed = z.clone()
    changed[:, known[factor].place] = torch.special.ndtri(share)
    return changed


def sample(index: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Draw class (n,) int64 and code (n, 128) float32 of the pictures at ``index``; classes take turns."""
    return index.remainder(len(CLASSES)), randomness.normal(2 * seed, index, CODE_SIZE)


@torch.no_grad()
def images(index: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Take the pictures at ``index`` as a camera would: uint8 (n, 3, 64, 64) with sensor noise; and classes (n,)."""
    y, z = sample(index, seed)
    clean = render_mixed(y, z)
    noise = randomness.grain(2 * seed + 1, index, clean[0].numel() + 2)
    strength = NOISE_MOST * torch.special.ndtr(noise[:, -1:])  # (n, 1)
    noisy = clean + (strength * noise[:, :-2]).view_as(clean)
    return (noisy * 255).round().clamp(0, 255).to(torch.uint8), y


def _paint(name: str, z: Tensor) -> tuple[Tensor, Canvas]:
    """Paint one class, then put it behind as much haze as its code says."""
    canvas = Canvas(z)
    picture = RECIPES[name](canvas)
    return _haze(canvas, picture.clamp(0, 1)), canvas


def _haze(canvas: Canvas, picture: Tensor) -> Tensor:
    """Blend a picture into grey: hardly in most, nearly wholly in a few, which a network will get wrong."""
    share = canvas.rare("haze", HAZE_MOST, "share of the picture")
    grey = canvas.factor("haze brightness", 0.35, 0.75, "share of white")
    return mix(picture, grey[:, None], share)
