"""A user's folder with a file of networks, its weights and a networks.toml."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from generators.paths import Paths

NETS = '''"""Networks of a user."""
import torch
from torch import nn

WIDTH = 4


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, WIDTH)
        self.last = nn.Linear(WIDTH, 2)

    def forward(self, x):
        return self.last(self.first(x).relu())


def net():
    return Net()


def lazy():
    return nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(2))


def nothing():
    pass


def breaks():
    raise ValueError("no luck")


not_callable = 7
'''

ENTRY = """
[networks.mine]
source = "nets.py:net"
weights = "net.safetensors"
kind = "classifier"
input = { size = [3] }
"""


@pytest.fixture(autouse=True)
def nothing_measured_yet(monkeypatch, tmp_path_factory) -> Path:
    """Let every test measure quality for itself; return where it is kept."""
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(Paths, "cache", property(lambda self: cache))
    monkeypatch.setattr("generators.networks.quality._measured", {})
    return cache / "quality"


class Folder:
    """A folder to write networks into."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "networks.toml"
        self.nets = path / "nets.py"
        self.weights = path / "net.safetensors"

    def entry(self, text: str) -> Path:
        self.file.write_text(text)
        return self.file

    def save(self, tensors: dict[str, torch.Tensor], **metadata: str) -> None:
        save_file(tensors, self.weights, metadata or None)


@pytest.fixture
def folder(tmp_path, good) -> Folder:
    folder = Folder(tmp_path)
    folder.nets.write_text(NETS)
    folder.entry(ENTRY)
    folder.save(good)
    return folder


@pytest.fixture
def good() -> dict[str, torch.Tensor]:
    """Weights that fit ``nets.py:net``."""
    generator = torch.Generator().manual_seed(0)
    shapes = {"first.weight": (4, 3), "first.bias": (4,), "last.weight": (2, 4), "last.bias": (2,)}
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
