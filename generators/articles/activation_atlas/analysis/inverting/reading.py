"""What a layer gives for pictures, and nothing after it: the network runs no further than the layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from generators.articles.activation_atlas.analysis import pictures
from generators.networks import Network

IMAGES = 4
"""Axes of inputs with channels."""


class _Reached(BaseException):
    """The layer has answered; no network's own ``except`` is meant."""

    def __init__(self, output: Any) -> None:
        self.output = output


def maps(network: Network, path: str, levels: Tensor) -> Tensor:
    """The layer's maps (n, d, rows, columns) of pictures (n, c, h, w), 0 to 1, of any size that it takes."""
    x = pictures.standardised(network, levels)
    # convolutions of few channels are a third quicker when those lie side by side
    return until(network.module, path, x.contiguous(memory_format=torch.channels_last) if x.ndim == IMAGES else x)


def until(module: nn.Module, path: str, x: Tensor) -> Tensor:
    """What the part of ``module`` that ``path`` names gives when it is first called."""
    hook = module.get_submodule(path).register_forward_hook(_stop)
    try:
        module(x)
    except _Reached as reached:
        return reached.output
    finally:
        hook.remove()
    raise ValueError(f"the network does not call its layer {path!r}")


def _stop(_module: nn.Module, _inputs: Any, output: Any) -> None:
    raise _Reached(output)


def read(found: Tensor, fill: bool) -> Tensor:
    """One activation (n, d) of each map (n, d, rows, columns): in its middle or, to fill, the mean within its edges."""
    rows, columns = found.shape[2:]
    if not fill:
        return found[:, :, rows // 2, columns // 2].float()
    edge_y, edge_x = int(rows > 2), int(columns > 2)
    return found[:, :, edge_y : rows - edge_y, edge_x : columns - edge_x].float().mean((2, 3))
