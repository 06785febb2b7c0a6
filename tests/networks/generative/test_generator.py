"""Where a network's generator comes from, and what is refused."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from generators.datasets import textures
from generators.datasets.dataset import Dataset, Split
from generators.errors import UsageError
from generators.networks.generative import generator as generators
from generators.networks.generative.fitting import Decoder
from generators.networks.generative.generator import Generator, check, exact


def network(shape: tuple[int, ...] = (1, 8, 8), name: str = "own", **more) -> SimpleNamespace:
    x = torch.rand(40, *shape, generator=torch.Generator().manual_seed(0))
    split = Split(x, torch.arange(40) % 2, x.numpy())
    data = Dataset(name, split, split, ("a", "b"), (), (0.0,), (1.0,))
    given = {"name": "mine", "dataset": data, "example_shape": shape, "device": "cpu"}
    return SimpleNamespace(**{**given, "entry": SimpleNamespace(generator=None), **more})


def test_the_exact_generator_is_the_renderer() -> None:
    renderer = exact("textures")
    z, y = renderer.draw(54, seed=3)
    assert y.tolist() == [*range(27)] * 2
    torch.testing.assert_close(renderer(z, y), textures.render_mixed(y, z))


def test_textures_have_the_exact_generator_first() -> None:
    found = generators.load(network((3, 64, 64), "textures"), steps=1)
    assert found[0].origin == "exact"
    assert all(each.origin == "bundled" for each in found[1:])


def test_pictures_are_standardised_channel_by_channel() -> None:
    made = Generator("x", "given", 1, (), lambda z, y: z, mean=(0.5, 0.0, 1.0), std=(0.5, 1.0, 2.0))
    prepared = made.prepare(torch.ones(2, 3, 4, 4))
    assert prepared[0, :, 0, 0].tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("decode", "said"),
    [
        (lambda z, y: torch.zeros(len(z), 1, 9, 8), r"makes \(4, 1, 9, 8\) of 4 codes: expected .*\(4, 1, 8, 8\)"),
        (lambda z, y: torch.full((len(z), 1, 8, 8), -1.0), r"makes numbers from -1 to -1: expected 0 to 1"),
        (lambda z, y: None, "makes NoneType of 4 codes"),
        (lambda z, y: torch.full((len(z), 1, 8, 8), float("nan")), "makes numbers from nan to nan: expected 0 to 1"),
        (lambda z, y: {}["gone"], "cannot take a code of 5 numbers: KeyError: 'gone'"),
        (lambda z, y: z @ torch.ones(7, 2), "cannot take a code of 5 numbers"),
    ],
)
def test_a_generator_that_does_not_fit_its_network_is_refused(decode, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check(Generator("theirs", "given", 5, (), decode), network())


def test_a_network_without_pictures_has_none() -> None:
    with pytest.raises(UsageError, match="has no pictures"):
        generators.load(network((3,)), steps=1)


def test_a_generator_is_fitted_on_levels_whatever_the_unit_of_its_pictures(tmp_path, monkeypatch) -> None:
    """Ink from 0 to 16 and levels from 0 to 1 are the same pictures, and come back in the network's own numbers."""
    own = network(cache=tmp_path)
    seen = []
    monkeypatch.setattr(generators.fitting, "fit", lambda pictures, *_: seen.append(pictures) or Decoder((1, 8, 8)))
    ink = replace(own.dataset, mean=(0.0,), std=(16.0,), white=16.0)
    made = [generators.load(each, steps=1)[0] for each in (own, SimpleNamespace(**{**vars(own), "dataset": ink}))]
    assert len(seen) == 1, "the same levels need no second fit"
    torch.testing.assert_close(seen[0], own.dataset.test.x)
    half = torch.full((1, 1, 8, 8), 0.5)
    assert all(torch.equal(each.prepare(half), half) for each in made)
