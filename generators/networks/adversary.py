"""The adversary: the small change of an example that a network minds most."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

STRIDE = 0.7
"""How far one of several steps goes, in radii: far enough to reach the rim, and along it."""


def attack(module: nn.Module, x: Tensor, y: Tensor, radius: float, steps: int) -> Tensor:
    """Climb the loss from ``x`` (n, …) by gradient steps within an L2 ball of ``radius`` (Madry et al., 2018).

    The radius is in the units of ``x``. The module is used as it stands: put it into eval mode. Its gradients are not
    touched.
    """
    change = torch.zeros_like(x)
    for _ in range(steps):
        change.requires_grad_()
        with torch.enable_grad():
            loss = cross_entropy(module(x + change).float(), y, reduction="sum")
            (slope,) = torch.autograd.grad(loss, change)
        change = within(change.detach() + (radius if steps == 1 else STRIDE * radius) * unit(slope), radius)
    return x + change


def unit(x: Tensor) -> Tensor:
    """Scale each example to length 1; one of zeros stays."""
    return x / norm(x).clamp(min=1e-12)


def within(x: Tensor, radius: float) -> Tensor:
    """Shorten each example that is longer than the radius."""
    return x * (radius / norm(x).clamp(min=1e-12)).clamp(max=1)


def norm(x: Tensor) -> Tensor:
    """The length of each example, its axes kept: (n, 1, …)."""
    return x.flatten(1).norm(dim=1).view(-1, *[1] * (x.ndim - 1))
