"""The textures as a data set: as many held-out pictures as one asks for, rendered when they are read.

Networks learn from the pictures of one seed and are measured on those of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.datasets.dataset import Dataset, Split

if TYPE_CHECKING:
    from torch import Tensor

# fmt: off
LABELS = (
    "honeycomb", "brick", "cloth", "tiles", "knit", "maze", "lattice", "rope", "marble", "wood", "petals", "water",
    "leopard", "zebra", "scales", "flames", "clouds", "leaves", "gravel", "stars", "bubbles", "feathers", "baseball",
    "shark", "volcano", "monastery", "basin",
)
# fmt: on
"""Written out, so that to know them nothing need be imported."""
LEARNT, HELD_OUT = 0, 1
"""The seeds of the pictures that networks learn from, and are measured on."""
MEAN, STD = 0.5, 0.25
"""What 0..1 is standardised by."""
TEST = 40 * len(LABELS)
"""How many pictures are held in memory: 40 a class."""
EXAMPLES = 1_000_000


def load() -> Dataset:
    """The first 40 held-out pictures of each class, and a million to read on demand; others are for training."""
    import torch

    from generators.datasets.examples import Generated

    x, y = held_out(torch.arange(TEST))
    raw = (x * STD + MEAN).numpy()  # levels as a share of white
    test, train = Split(x, y, raw), Split(x[:0], y[:0], raw[:0])
    return Dataset("textures", train, test, LABELS, (), (MEAN,), (STD,), Generated(EXAMPLES, held_out))


def held_out(index: Tensor) -> tuple[Tensor, Tensor]:
    """Render held-out pictures (n, 3, 64, 64), standardised, and their classes (n,)."""
    from generators.datasets import textures

    levels, y = textures.images(index, HELD_OUT)
    return standardised(levels.float() / 255), y


def standardised(pictures: Tensor) -> Tensor:
    """Pictures in 0..1 as the networks take them."""
    return (pictures - MEAN) / STD
