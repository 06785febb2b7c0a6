"""An image classifier and generators so small that every number of theirs can be found again in a second way."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from generators.articles.inverse_set.analysis.gallery import sample_gallery
from generators.articles.inverse_set.results.gallery import Gallery
from generators.datasets import Dataset, Split
from generators.networks import Network, generative
from generators.networks.configuration import Entry
from generators.networks.generative import Generator

SIDE, CODE, CHANNELS, HIDDEN, DEAD = 8, 5, 4, 6, 5
LABELS = ("first", "<b>second</b>", "third")
MEAN, STD = 0.4, 0.3
SMOKE: Mapping[str, Any] = {
    "draws": 200,
    "data": 60,
    "n": 4,
    "pool": 8,
    "starts": 4,
    "moves": 1,
    "published": [2, 3, 1],
    "intervals": {},
    "steps": 3,
    "seed": 0,
}
"""As little as the smallest profile asks for."""


def numbers(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


class Net(nn.Module):
    """Maps, units and logits; the unit ``DEAD`` never fires."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.maps = nn.Conv2d(1, CHANNELS, 3, padding=1), nn.ReLU()
        self.hidden, self.units = nn.Linear(CHANNELS * SIDE * SIDE // 4, HIDDEN), nn.ReLU()
        self.head = nn.Linear(HIDDEN, len(LABELS))
        draw = numbers(0)
        for parameter in self.parameters():
            scale = 2 / parameter[0].numel() ** 0.5 if parameter.ndim > 1 else 0.3
            parameter.data = scale * torch.randn(parameter.shape, generator=draw)
            parameter.requires_grad_(False)
        self.hidden.bias.data[DEAD] = -1000

    def forward(self, x: Tensor) -> Tensor:
        x = avg_pool2d(self.maps(self.conv(x)), 2)
        return self.head(self.units(self.hidden(x.flatten(1))))


def decode(z: Tensor, y: Tensor) -> Tensor:
    """Codes to smooth pictures, the same way whatever the class; a class has its own shade."""
    paint = torch.randn(CODE, 1, SIDE // 2, SIDE // 2, generator=numbers(1)).to(z)
    shade = torch.tensor([0.0, 0.8, -0.8]).to(z)[y]
    maps = torch.einsum("nk,kchw->nchw", z, paint) + shade[:, None, None, None]
    return torch.sigmoid(nn.functional.interpolate(maps, scale_factor=2, mode="bilinear"))


def generator(
    classes: tuple[str, ...] = (), decode: Callable[[Tensor, Tensor], Tensor] = decode, code: int = CODE
) -> Generator:
    return Generator("paint", "given", code, classes, decode, (MEAN,), (STD,))


def data(n: int = 90, seed: int = 3, n_classes: int = len(LABELS)) -> Dataset:
    """Pictures like those of the generator, with noise; the class is what the first number of the code says."""
    z = torch.randn(n, CODE, generator=numbers(seed))
    y = torch.bucketize(z[:, 0].contiguous(), torch.tensor([-0.4, 0.4])).clamp(max=n_classes - 1)
    x = 0.9 * decode(z, y) + 0.1 * torch.rand(n, 1, SIDE, SIDE, generator=numbers(seed + 1))
    cut = 2 * n // 3
    splits = [Split((part - MEAN) / STD, of, part.numpy()) for part, of in ((x[:cut], y[:cut]), (x[cut:], y[cut:]))]
    return Dataset("painted", *splits, LABELS, (), (MEAN,), (STD,))


def network(module: nn.Module | None = None, dataset: Dataset | None = None) -> Network:
    """A network as it is loaded."""
    entry = cast("Entry", SimpleNamespace(generator=None))
    shape, known = (1, SIDE, SIDE), dataset or data()
    module = (module or Net()).eval()
    return Network("tiny", "image-classifier", module, known, LABELS, "", {}, "cpu", shape, entry, Path())


@contextmanager
def painting(by: Generator) -> Iterator[None]:
    """Let ``by`` be every network's generator."""
    with patch.object(generative, "load", lambda *_: (by,)):
        yield


def gallery(neurons: int | list[str], of: Network | None = None, by: Generator | None = None, **other: Any) -> Gallery:
    """A gallery with the smallest profile's parameters but for those given."""
    with painting(by or generator()):
        return sample_gallery(of or network(), **{**SMOKE, "neurons": neurons, **other})
