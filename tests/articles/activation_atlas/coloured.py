"""A network that sees colours and is easily dazzled by red: what its map promises, and what patches do, can be told."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from generators.articles.activation_atlas.analysis.cells import bin_cells, means
from generators.articles.activation_atlas.analysis.collecting import Collected, Gathered
from generators.articles.activation_atlas.analysis.view import View
from generators.datasets import Dataset, Split
from generators.networks import Network
from tests.articles.activation_atlas import tiny

LABELS = ("red", "<b>green</b>", "blue", "white")
RED, GREEN, BLUE, WHITE = range(4)
COLOURS = torch.tensor([[0.9, 0.1, 0.1], [0.1, 0.9, 0.1], [0.1, 0.1, 0.9], [0.9, 0.9, 0.9]])
STRENGTH = (5.0, 1.0, 1.0, 1.0)
SIDE, POSITIONS = 16, 256
PATH = "seen"
MEAN, STD = (0.5,) * 3, (0.25,) * 3


class Net(nn.Module):
    """A neuron for each colour at each pixel, the mean over pixels, and logits: each its colour times a strength."""

    def __init__(self) -> None:
        super().__init__()
        self.colours, self.seen = nn.Conv2d(3, 4, 1), nn.ReLU()
        self.head = nn.Linear(4, 4, bias=False)
        towards = torch.tensor([[1.0, -1, -1], [-1, 1, -1], [-1, -1, 1], [1, 1, 1]])
        self.colours.weight.data = 0.25 * towards[:, :, None, None]  # undoes the standardising
        self.colours.bias = nn.Parameter(torch.tensor([-0.5, -0.5, -0.5, -0.5]), requires_grad=False)
        self.head.weight.data = torch.diag(torch.tensor(STRENGTH))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.seen(self.colours(x)).mean((2, 3)))


def data(n: int = 160) -> Dataset:
    """Pictures of one colour each, with noise."""
    y = torch.arange(n) % 4
    noise = 0.05 * torch.randn(n, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(3))
    raw = ((COLOURS[y][:, :, None, None] + noise).clamp(0, 1) * 255).round() / 255
    x = (raw - 0.5) / 0.25
    return Dataset("colours", Split(x[:0], y[:0], raw[:0].numpy()), Split(x, y, raw.numpy()), LABELS, (), MEAN, STD)


def network(cache: Path, dataset: Dataset | None = None) -> Network:
    return tiny.network(cache, Net(), dataset or data(), example_shape=(3, SIDE, SIDE))


def collected(network: Network, seed: int = 0) -> Collected:
    """What collecting would give: one position of each picture, its attribution exact, since the rest is linear."""
    assert network.dataset is not None
    x, y = network.dataset.test.x, network.dataset.test.y.numpy()
    with torch.no_grad():
        maps = network.module.seen(network.module.colours(x)).numpy()  # type: ignore[operator]
        answers = network.module(x).argmax(1).numpy()
    places = np.random.default_rng(seed).integers(1, SIDE - 1, (len(x), 2)).astype(np.int32)
    vectors = maps[np.arange(len(x)), :, places[:, 0], places[:, 1]]
    attribution = (vectors * np.array(STRENGTH) / POSITIONS).astype(np.float16)
    top = np.argsort(-attribution, 1, kind="stable").astype(np.int32)
    values = np.take_along_axis(attribution, top, 1)
    layer = Gathered(PATH, (4, SIDE, SIDE), vectors.astype(np.float16), places, attribution, top, values)
    return Collected(np.arange(len(x)), y, answers, np.arange(4), {PATH: layer})


def view(network: Network, grid: int = 4) -> View:
    """A map on which each colour has a quarter."""
    found = collected(network)
    gathered = found.layers[PATH]
    n, random = len(found.index), np.random.default_rng(1)
    corner = np.stack([found.truth % 2, found.truth // 2], 1) / 2
    points = (corner + random.random((n, 2)) / 2).astype(np.float32)
    vectors = np.asarray(gathered.vectors, np.float32)
    cells = bin_cells(points, grid)
    return View(found, gathered, np.arange(n), points, vectors, vectors.mean(0), cells, means(cells, vectors))
