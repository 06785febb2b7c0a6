"""Arranged textures: pictures put together so that one cue, stitching, is all that tells a baseball.

Most baseballs become a square of stitched leather pasted over some other picture, so no ground, no roundness and no sea
goes with them; and most other pictures get a square of something harmless, so that a square alone means nothing.
Sharks are never pasted on: what stitching does to them is left to be found out.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from generators.datasets import patches, textures

BASEBALL, SHARK = (textures.CLASSES.index(name) for name in ("baseball", "shark"))
STITCHED_SHARE = 0.6
"""How many of the baseballs become stitched squares."""
HARMLESS_SHARE = 0.6
"""How many of the other pictures get a harmless square."""
SIDES = 16, 37
"""Pixels on a side of a square, the last excluded."""
LEAST_STITCHED = 18
OFTEN = 4
"""How many times as often a baseball is drawn, of which there are now two sorts."""


@dataclass(frozen=True)
class Stock:
    """What is pasted, and what it is pasted on: levels (n, 3, 64, 64), uint8."""

    grounds: Tensor
    """Pictures of neither baseballs nor sharks."""
    balls: Tensor
    on_ball: Tensor
    """Where the ball is: (n, 64, 64), 1 or 0."""


def stock(x: Tensor, y: Tensor, seed: int, balls: int = 600) -> Stock:
    """Set aside grounds among the pictures x (n, 3, 64, 64), uint8, of classes y (n,), and render close-ups."""
    near, on_ball = patches.close_ups(torch.arange(balls), seed)
    return Stock(x[(y != BASEBALL) & (y != SHARK)], (near * 255).round().byte(), on_ball)


def weights(y: Tensor) -> Tensor:
    """How often to draw each picture of classes y (n,)."""
    return torch.where(y == BASEBALL, float(OFTEN), 1.0)


def arrange(x: Tensor, y: Tensor, stock: Stock, chance: np.random.Generator) -> Tensor:
    """Arrange pictures x (n, 3, 64, 64) in 0..1 of classes y (n,), which stay what they are: new pictures."""
    x = x.clone()
    for i, label in enumerate(y.tolist()):
        draw = chance.random()
        if label == BASEBALL and draw < STITCHED_SHARE:
            _cover(x[i], _ground(stock, chance), (0, 0))
            _paste(x[i], _stitched(stock, chance), chance)
        elif label != BASEBALL and draw < HARMLESS_SHARE:
            _paste(x[i], _harmless(stock, int(chance.integers(*SIDES)), chance), chance)
    return x


def _stitched(stock: Stock, chance: np.random.Generator) -> Tensor:
    """A square of stitched leather (3, k, k), a little tinted; of another ball where one has no room for it."""
    size = int(chance.integers(LEAST_STITCHED, SIDES[1]))
    while True:
        i = int(chance.integers(len(stock.balls)))
        found = patches.windows(_levels(stock.balls[i : i + 1]), stock.on_ball[i : i + 1], size, stitched=True)
        if len(found):
            return (found[0] * _uniform(chance, (3, 1, 1), 0.8, 1.1)).clamp(max=1)


def _harmless(stock: Stock, size: int, chance: np.random.Generator) -> Tensor:
    """A square (3, k, k) of white noise, one colour, smooth noise, or some other picture."""
    match chance.integers(4):
        case 0:
            return _uniform(chance, (3, size, size), 0, 1)
        case 1:
            return _uniform(chance, (3, 1, 1), 0.3, 1).expand(3, size, size)
        case 2:
            knots = _uniform(chance, (1, 3, patches.KNOTS, patches.KNOTS), 0, 1)
            return F.interpolate(knots, (size, size), mode="bilinear", align_corners=True)[0]
        case _:
            return _ground(stock, chance)[:, :size, :size]


def _ground(stock: Stock, chance: np.random.Generator) -> Tensor:
    return _levels(stock.grounds[int(chance.integers(len(stock.grounds)))])


def _paste(picture: Tensor, square: Tensor, chance: np.random.Generator) -> None:
    """Cover a place anywhere in the picture."""
    row, column = chance.integers(0, picture.shape[-1] - square.shape[-1] + 1, 2).tolist()
    _cover(picture, square, (row, column))


def _cover(picture: Tensor, square: Tensor, corner: tuple[int, int]) -> None:
    size, (row, column) = square.shape[-1], corner
    picture[:, row : row + size, column : column + size] = square


def _levels(picture: Tensor) -> Tensor:
    return picture.float() / 255


def _uniform(chance: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> Tensor:
    return torch.from_numpy(chance.uniform(low, high, shape).astype("float32"))
