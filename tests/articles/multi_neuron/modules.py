"""Layers that torch has no module for, as a reader would write them."""

import torch
from torch import Tensor, nn


class Abs(nn.Module):
    """The absolute value."""

    def forward(self, x: Tensor) -> Tensor:
        return x.abs()


class MaxOut(nn.Module):
    """The largest of every ``k`` neighbouring neurons (I. Goodfellow and others, 2013)."""

    def __init__(self, k: int) -> None:
        super().__init__()
        self.k = k

    def forward(self, x: Tensor) -> Tensor:
        return x.unflatten(1, (-1, self.k)).amax(2)


class Residual(nn.Module):
    """What a body makes of its input, and beside it the input, or what a shortcut makes of it."""

    def __init__(self, body: nn.Module, shortcut: nn.Module | None = None) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + self.shortcut(x)


class Functional(nn.Module):
    """Two layers written with functions, one ReLU module used twice."""

    def __init__(self, first: nn.Linear, second: nn.Linear) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.second(nn.functional.relu(self.first(x))))
