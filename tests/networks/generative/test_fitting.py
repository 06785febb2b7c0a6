"""A generator fitted on a network's own pictures: it learns, it is kept by content, it fits any size."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from generators.networks.generative import fitting
from generators.networks.generative.quality import frechet


def halves(n: int, side: int = 8) -> torch.Tensor:
    """Pictures of which one half, any of four, is white."""
    pictures = torch.zeros(n, 1, side, side)
    middle = side // 2
    for index, picture in enumerate(pictures[:, 0]):
        part = (picture[:middle], picture[middle:], picture[:, :middle], picture[:, middle:])[index % 4]
        part.fill_(1)
    return pictures


def network(cache: Path) -> SimpleNamespace:
    return SimpleNamespace(name="mine", device="cpu", cache=cache)


@torch.no_grad()
def drawn(decoder: fitting.Decoder, n: int = 200) -> torch.Tensor:
    return decoder(torch.randn(n, fitting.CODE_SIZE, generator=torch.Generator().manual_seed(0))).flatten(1)


def test_it_learns() -> None:
    real = halves(200)
    before, after = (frechet(drawn(fitting.fit(real, steps)), real.flatten(1)) for steps in (1, 200))
    assert after < before / 4


def test_it_repeats_itself_and_leaves_the_random_numbers_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, second = (drawn(fitting.fit(halves(40), 3)) for _ in range(2))
    torch.testing.assert_close(first, second, rtol=0, atol=0)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 28, 28), (1, 5, 17), (3, 64, 64), (2, 100, 70), (1, 1, 1)])
def test_it_makes_pictures_of_any_size(shape: tuple[int, ...]) -> None:
    decoder = fitting.fit(torch.rand(8, *shape), steps=1)
    made = drawn(decoder, 3).view(3, *shape)
    assert made.min() >= 0
    assert made.max() <= 1


def test_it_is_fitted_once_for_the_same_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = network(tmp_path)
    z = torch.randn(4, fitting.CODE_SIZE)
    first = fitting.fitted(own, halves(40), steps=2)(z)
    monkeypatch.setattr(fitting, "_fit", None)  # whoever fits now fails
    torch.testing.assert_close(fitting.fitted(own, halves(40), steps=2)(z), first)
    with pytest.raises(TypeError):
        fitting.fitted(own, 1 - halves(40), steps=2)
    with pytest.raises(TypeError):
        fitting.fitted(own, halves(40), steps=3)


def test_what_is_kept_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "_paint", fail)
    with pytest.raises(KeyboardInterrupt):
        fitting.fitted(network(tmp_path), halves(40), steps=2)
    assert not list(tmp_path.rglob("*.safetensors"))
