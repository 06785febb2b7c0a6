"""Hear what goes into and comes out of one part of a network while the whole of it runs, wherever it runs."""

import numpy as np
import torch
from torch import Tensor, nn


def listen(whole: nn.Module, part: nn.Module, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Run the network without gradients; give its output, and the part's first input and first output, on the CPU."""
    heard: list[Tensor] = []
    handle = part.register_forward_hook(lambda _, inputs, output: heard.extend((inputs[0], _first(output))))
    try:
        with torch.no_grad():
            y = whole(x.to(next(whole.parameters()).device))
    finally:
        handle.remove()
    came, went = heard
    return y.cpu(), came.cpu(), went.cpu()


def array(tensor: Tensor) -> np.ndarray:
    """Give a tensor's numbers as float64, out of reach of autograd."""
    return tensor.detach().cpu().double().numpy()


def _first(output: Tensor | tuple[Tensor, ...]) -> Tensor:
    return output[0] if isinstance(output, tuple) else output
