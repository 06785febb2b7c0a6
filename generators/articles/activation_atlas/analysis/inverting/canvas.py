"""The canvas: how large a picture is that icons are made on, and which square of it is the icon.

A canvas is no larger than what the middle position of a layer sees, with a margin that transforms can move in; so early
layers are cheap. An icon is a square cut out of it, or, of a canvas that is no square, the canvas on a grey ground.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis import pictures
from generators.articles.activation_atlas.analysis.inverting.reading import maps
from generators.errors import UsageError
from generators.networks import Network

GREY = 0.5
FILLED_STRIDES, FILLED_PX = 4, 40
"""An icon that all positions fill is so much larger than what one sees, and no smaller than this."""


@dataclass(frozen=True)
class Canvas:
    """Pictures (n, channels, height, width), 0 to 1, and the square on them that is shown."""

    channels: int
    height: int
    width: int
    top: int
    """The square's first row; below 0 where it is larger than the canvas."""
    left: int
    px: int
    whole: bool
    """Whether the canvas is as large as the network's input."""

    def cut(self, canvases: Tensor) -> Tensor:
        """The squares of pictures (n, c, height, width): (n, c, px, px)."""
        found = canvases.new_full((len(canvases), self.channels, self.px, self.px), GREY)
        on_icon, on_canvas = self._overlap()
        found[:, :, *on_icon] = canvases[:, :, *on_canvas]
        return found

    def lay(self, icons: Tensor) -> Tensor:
        """Squares (n, c, px, px) back on grey pictures (n, c, height, width)."""
        found = icons.new_full((len(icons), self.channels, self.height, self.width), GREY)
        on_icon, on_canvas = self._overlap()
        found[:, :, *on_canvas] = icons[:, :, *on_icon]
        return found

    def _overlap(self) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Rows and columns that the square and the canvas share, on the one and on the other."""
        (rows, y), (columns, x) = (
            (slice(max(0, -start), min(self.px, size - start)), slice(max(0, start), min(size, start + self.px)))
            for start, size in ((self.top, self.height), (self.left, self.width))
        )
        return (rows, columns), (y, x)


def canvas(network: Network, path: str, fill: bool) -> Canvas:
    """Plan for icons of a layer; UsageError where it has no map or the network reads no pictures."""
    channels, *input_sides = pictures.input_shape(network)
    at_full_size = _map_shape(network, path, channels, *input_sides)
    if at_full_size is None:
        raise UsageError(
            f"layer {path!r} of network {network.name!r} gives no map of channels, rows and columns, of which an atlas "
            "is made; choose a convolution or what follows one"
        )
    seen = pictures.receptive(network, path)
    wanted = max(seen.px + FILLED_STRIDES * seen.stride, FILLED_PX) if fill else seen.px + seen.stride
    rounded = round(math.ceil(wanted / seen.stride) * seen.stride)
    height, width = (min(rounded, side) for side in input_sides)
    shape = _map_shape(network, path, channels, height, width)
    if shape is None:
        (height, width), shape = input_sides, at_full_size
    whole = [height, width] == input_sides
    if fill or (whole and seen.px + seen.stride > min(input_sides)):
        px = max(height, width)
        return Canvas(channels, height, width, (height - px) // 2, (width - px) // 2, px, whole)
    top, left = (math.floor(side // 2 * seen.stride + seen.offset - (seen.px - 1) / 2) for side in shape)
    return Canvas(channels, height, width, top, left, seen.px, whole)


def _map_shape(network: Network, path: str, channels: int, height: int, width: int) -> tuple[int, int] | None:
    """Rows and columns of a layer's map of a picture of this size; ``None`` where the network does not take it."""
    blank = torch.zeros(1, channels, height, width, device=network.device)
    try:
        found = maps(network, path, blank)
    except (RuntimeError, ValueError, AssertionError, IndexError, TypeError):
        return None
    return (found.shape[2], found.shape[3]) if found.ndim == 4 else None
