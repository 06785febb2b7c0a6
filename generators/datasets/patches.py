"""Patches: small squares to paste into a picture, and see what a network makes of them.

Stitching and plain leather are cut from close-ups of baseballs, where red is most and where it is least; white and
smooth noise say what any patch does.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from generators.datasets import textures
from generators.datasets.textures import randomness

KINDS = ("stitching", "white noise", "smooth noise", "plain leather")
CORNERS = ("upper left", "upper right", "lower left", "lower right")
ZOOM = 0.3, 1.1
"""How close the balls are, in doublings of a radius of half a picture: the patch is filled, and holds some stitches."""
STITCHED, BARE = 0.04, 0.001
"""How red a patch of stitching is at least, and one of plain leather at most, in the mean over its pixels."""
KNOTS = 5
"""Smooth noise has as many independent points on a side, and is linear between."""


def cut(kind: str, n: int, size: int, seed: int) -> Tensor:
    """Make patches of one of ``KINDS``: (n, 3, size, size) in 0..1, the same for the same seed."""
    match kind:
        case "white noise":
            return _uniform(n, size, seed)
        case "smooth noise":
            return F.interpolate(_uniform(n, KNOTS, seed), (size, size), mode="bilinear", align_corners=True)
    parts: list[Tensor] = []
    for start in range(0, 100 * n, n):
        parts.append(windows(*close_ups(torch.arange(start, start + n), seed), size, stitched=kind == "stitching"))
        if sum(map(len, parts)) >= n:
            break
    return torch.cat(parts)[:n]


def paste(pictures: Tensor, patches: Tensor, corner: str) -> Tensor:
    """Cover a corner of each picture (n, 3, h, w) by a patch (n, 3, k, k): new pictures."""
    size = patches.shape[-1]
    rows = slice(0, size) if corner.startswith("upper") else slice(-size, None)
    columns = slice(0, size) if corner.endswith("left") else slice(-size, None)
    covered = pictures.clone()
    covered[:, :, rows, columns] = patches
    return covered


@torch.no_grad()
def close_ups(index: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Render baseballs near by, in clear air: (n, 3, 64, 64); and where the ball is, 1 or 0: (n, 64, 64)."""
    z = randomness.normal(seed, index, textures.CODE_SIZE)
    zoom = ZOOM[0] + (ZOOM[1] - ZOOM[0]) * randomness.uniform(seed + 1, index, 1)[:, 0]
    z = textures.code_with("baseball", textures.code_with("baseball", z, "haze", 0.0), "zoom", zoom)
    balls = textures.render("baseball", z)
    grounds = [textures.render("baseball", textures.code_with("baseball", z, "backdrop", kind)) for kind in (1, 2)]
    return balls, ((grounds[0] - grounds[1]).abs().amax(1) < 1 / 255).float()  # on the ball no ground is seen


def windows(pictures: Tensor, on_ball: Tensor, size: int, stitched: bool) -> Tensor:
    """Cut the reddest window, or the least red one, that lies on the ball out of each picture that has one."""
    red = _means((pictures[:, 0] - pictures[:, 1] - 0.15).clamp(min=0), size)
    whole = _means(on_ball, size) > 0.999
    sought = torch.where(whole, red if stitched else -red, -torch.inf).flatten(1)
    best, place = sought.max(1)
    rows, columns = place // red.shape[-1], place % red.shape[-1]
    fit = (best > STITCHED if stitched else best > -BARE).nonzero()[:, 0].tolist()
    cuts = [pictures[i, :, rows[i] : rows[i] + size, columns[i] : columns[i] + size] for i in fit]
    return torch.stack(cuts) if cuts else pictures.new_zeros(0, 3, size, size)


def _means(field: Tensor, size: int) -> Tensor:
    """The mean of a field (n, h, w) over every window of that size."""
    return F.avg_pool2d(field[:, None], size, stride=1)[:, 0]


def _uniform(n: int, side: int, seed: int) -> Tensor:
    return randomness.uniform(seed, torch.arange(n), 3 * side**2).float().view(n, 3, side, side)
