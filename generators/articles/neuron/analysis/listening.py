"""Hear what goes into and comes out of one part of a network while the whole of it runs."""

import torch
from torch import Tensor, nn


def listen(whole: nn.Module, part: nn.Module, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Run the network without gradients; give its output, and the first input and the output of the part."""
    heard: list[Tensor] = []
    handle = part.register_forward_hook(lambda _, inputs, output: heard.extend((inputs[0], output)))
    try:
        with torch.no_grad():
            y = whole(x)
    finally:
        handle.remove()
    came, went = heard
    return y, came, went
