"""Measures of a generator: closed forms, and what they must say of a perfect and of a useless one."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from generators.errors import UsageError
from generators.networks.generative import Generator, measure
from generators.networks.generative.quality import frechet


def cloud(n: int = 400, d: int = 5) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(1), dtype=torch.float64) @ torch.diag(
        torch.arange(1.0, d + 1, dtype=torch.float64)
    )


def test_frechet_distance_of_a_shifted_cloud_is_the_squared_shift() -> None:
    x, shift = cloud(), torch.tensor([3.0, 0, 0, -4, 0], dtype=torch.float64)
    assert frechet(x, x) == pytest.approx(0, abs=1e-6)
    assert frechet(x, x + shift) == pytest.approx(25, rel=1e-6)


def test_frechet_distance_of_a_stretched_cloud_is_its_closed_form() -> None:
    x = cloud()
    x = x - x.mean(0)
    # C and s²C commute, so tr(C + s²C − 2sC) = (1 − s)² tr C
    assert frechet(x, 3 * x) == pytest.approx(4 * float(torch.cov(x.T).trace()), rel=1e-6)


def test_frechet_distance_needs_no_common_axes() -> None:
    """Against the definition with a matrix square root by another route: tr (√A B √A)^½."""
    first, second = cloud(), cloud() @ torch.linalg.qr(torch.randn(5, 5, dtype=torch.float64))[0] + 1
    a, b = torch.cov(first.T), torch.cov(second.T)
    values, vectors = torch.linalg.eigh(a)
    root = vectors @ torch.diag(values.sqrt()) @ vectors.T
    middle = torch.linalg.eigvalsh(root @ b @ root).clamp(min=0).sqrt().sum()
    expected = (first.mean(0) - second.mean(0)).square().sum() + a.trace() + b.trace() - 2 * middle
    assert frechet(first, second) == pytest.approx(float(expected), rel=1e-6)


class Brightness(nn.Module):
    """Is a picture (n, 1, 2, 2) dark or bright? Sure of both."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(4, 2)
        with torch.no_grad():
            self.head.weight.copy_(torch.tensor([[-10.0] * 4, [10.0] * 4]))
            self.head.bias.copy_(torch.tensor([20.0, -20.0]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(x.flatten(1))


NETWORK = SimpleNamespace(name="brightness", module=Brightness().eval(), device="cpu")


def pictures(n: int, seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    bright = (torch.arange(n) % 2)[:, None, None, None]
    return (0.1 + 0.8 * bright + 0.05 * torch.randn(n, 1, 2, 2, generator=random)).clamp(0, 1)


def generator(decode, classes: tuple[str, ...] = ()) -> Generator:
    return Generator("made", "given", 3, classes, decode)


def test_a_generator_that_makes_real_pictures_is_as_good_as_real_ones() -> None:
    quality = measure(generator(lambda z, y: pictures(len(z), 7), ("dark", "bright")), NETWORK, pictures(800, 8))
    assert quality.n == 400
    assert quality.confident == quality.confident_real == 1
    assert quality.covered == quality.covered_real == quality.n_classes == 2
    assert quality.intended == 1
    assert quality.frechet < 3 * quality.frechet_real + 1e-3
    assert quality.nearest == pytest.approx(quality.nearest_real, rel=0.3)


def test_a_generator_that_knows_one_picture_is_faithful_and_not_diverse() -> None:
    dark = pictures(2, 9)[:1]
    quality = measure(generator(lambda z, y: dark.expand(len(z), 1, 2, 2)), NETWORK, pictures(800, 8))
    assert quality.covered == 1
    assert quality.intended is None
    assert quality.nearest < 0.1
    assert quality.nearest_back > 0.5


def test_a_network_without_a_linear_layer_is_refused() -> None:
    bare = SimpleNamespace(name="bare", module=nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten()), device="cpu")
    with pytest.raises(UsageError, match=r"'bare' has no linear layer"):
        measure(generator(lambda z, y: pictures(len(z), 7)), bare, pictures(20, 8))
