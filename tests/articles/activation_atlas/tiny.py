"""Image classifiers so small that each of their numbers can be found again in a second way."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from generators.datasets import Dataset, Split
from generators.datasets.examples import UNREADABLE
from generators.networks import Network
from generators.networks.configuration import Entry

SIDE, CLASSES = 12, 7
MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.3, 0.25)


class Net(nn.Module):
    """Two convolutions, a pooling of the largest between them; from ``late`` on all is linear."""

    def __init__(self, classes: int = CLASSES) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.early = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)
        self.second = nn.Conv2d(4, 6, 3, padding=1)
        self.late = nn.ReLU()
        self.head = nn.Linear(6, classes)
        draw = torch.Generator().manual_seed(0)
        for parameter in self.parameters():
            scale = 2 / parameter[0].numel() ** 0.5 if parameter.ndim > 1 else 0.3
            parameter.data = scale * torch.randn(parameter.shape, generator=draw)
            parameter.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.early(self.first(x)))  # (n, 4, 6, 6)
        x = self.late(self.second(x))  # (n, 6, 6, 6)
        return self.head(x.mean((2, 3)))  # (n, classes)


class Pictures:
    """Examples that are read on demand, some of which may be unreadable."""

    def __init__(self, x: Tensor, y: Tensor, unreadable: tuple[int, ...] = ()) -> None:
        self.x, self.y, self.unreadable = x, y, unreadable

    def __len__(self) -> int:
        return len(self.y)

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        rows = torch.from_numpy(index)
        y = self.y[rows].clone()
        y[torch.isin(rows, torch.tensor(self.unreadable, dtype=torch.long))] = UNREADABLE
        return self.x[rows], y


def levels(n: int, seed: int = 1, channels: int = 3) -> Tensor:
    """Random pictures, uint8 (n, channels, 12, 12)."""
    draw = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (n, channels, SIDE, SIDE), generator=draw, dtype=torch.uint8)


def data(n: int = 300, unreadable: tuple[int, ...] | None = None, classes: int = CLASSES) -> Dataset:
    """Random pictures of random classes; held in memory unless some are to be unreadable."""
    raw = levels(n).float() / 255
    mean, std = (torch.tensor(each)[:, None, None] for each in (MEAN, STD))
    x, y = (raw - mean) / std, torch.arange(n) % classes
    held = n // 3 if unreadable is None else n
    test, train = (Split(x[part], y[part], raw[part].numpy()) for part in (slice(held), slice(held, None)))
    examples = None if unreadable is None else Pictures(x, y, unreadable)
    return Dataset("random", train, test, tuple(map(str, range(classes))), (), MEAN, STD, examples)


def network(cache: Path, module: nn.Module | None = None, dataset: Dataset | None = None, **other: Any) -> Network:
    """A network as it is loaded, which keeps what is made of it in ``cache``."""
    known = data() if dataset is None else dataset
    entry = cast("Entry", SimpleNamespace(generator=None))
    made = (module or Net()).eval()
    given: dict[str, Any] = {"fingerprint": "tiny", "device": "cpu", "example_shape": (3, SIDE, SIDE), **other}
    return Network("tiny", "image-classifier", made, known, known.labels, quality={}, entry=entry, cache=cache, **given)
