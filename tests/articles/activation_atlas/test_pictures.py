"""Pictures come back as they were, and patches show what a position sees, known from the layers' sizes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from generators.articles.activation_atlas.analysis.pictures import Receptive, patches, pictures, receptive, standardised
from generators.datasets import Dataset, Split
from generators.errors import UsageError
from tests.articles.activation_atlas import tiny


def net(*layers: nn.Module) -> nn.Module:
    """Layers with random weights, all of which reach the answer."""
    torch.manual_seed(0)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()).requires_grad_(False)


def test_levels_of_the_data_come_back(tmp_path: Path) -> None:
    for dataset in (tiny.data(), tiny.data(unreadable=())):
        index = np.random.default_rng(0).permutation(300)[:270]
        assert torch.equal(pictures(tiny.network(tmp_path, dataset=dataset), index), tiny.levels(300)[index])


def test_what_cannot_be_read_is_black(tmp_path: Path) -> None:
    found = pictures(tiny.network(tmp_path, dataset=tiny.data(unreadable=(7,))), np.array([6, 7, 8]))
    assert (found[1] == 0).all()
    assert torch.equal(found[::2], tiny.levels(300)[[6, 8]])


def test_standardised_levels_are_what_the_network_takes(tmp_path: Path) -> None:
    network = tiny.network(tmp_path)
    assert network.dataset is not None
    index = np.array([3, 1, 99])
    levels = (pictures(network, index).float() / 255).requires_grad_()
    x = standardised(network, levels)
    torch.testing.assert_close(x, network.dataset.test.x[index])
    x.sum().backward()
    torch.testing.assert_close(levels.grad[0, :, 0, 0], 1 / torch.tensor(tiny.STD))  # type: ignore[index]


def test_pictures_without_a_channel_axis_measured_to_16(tmp_path: Path) -> None:
    raw = torch.arange(200.0).remainder(17).reshape(200, 1, 1).expand(200, 4, 5)
    split = Split((raw - 5) / 3, torch.zeros(200, dtype=torch.long), raw.numpy())
    dataset = Dataset(
        "ink", Split(split.x[:0], split.y[:0], split.raw[:0]), split, ("0",), (), (5.0,), (3.0,), white=16.0
    )
    network = tiny.network(tmp_path, dataset=dataset, example_shape=(4, 5))
    index = np.arange(17)
    found = pictures(network, index)
    assert found.shape == (17, 1, 4, 5)
    assert found[:, 0, 0, 0].tolist() == [round(255 * level / 16) for level in range(17)]
    torch.testing.assert_close(standardised(network, found / 255), split.x[index], atol=0.011, rtol=0)


@pytest.mark.parametrize(
    ("path", "px", "stride", "offset"),
    [("first", 3, 1, 0), ("early", 3, 1, 0), ("pool", 4, 2, 0.5), ("second", 8, 2, 0.5), ("late", 8, 2, 0.5)],
)
def test_a_position_sees_what_the_sizes_say(tmp_path: Path, path: str, px: int, stride: float, offset: float) -> None:
    assert receptive(tiny.network(tmp_path), path) == Receptive(px, stride, offset)


def test_without_padding_the_first_position_lies_inside(tmp_path: Path) -> None:
    network = tiny.network(tmp_path, net(nn.Conv2d(3, 4, 5, stride=2)))
    assert receptive(network, "0") == Receptive(5, 2, 2)


def test_more_than_the_picture_is_the_picture(tmp_path: Path) -> None:
    wide = net(nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 11, padding=5), nn.AvgPool2d(2))
    assert receptive(tiny.network(tmp_path, wide), "1").px == tiny.SIDE
    everywhere = net(nn.Conv2d(3, 4, 3, padding=1), nn.GroupNorm(2, 4), nn.AvgPool2d(2))
    assert receptive(tiny.network(tmp_path, everywhere), "2") == Receptive(tiny.SIDE, 2, 0.5)


def test_a_layer_that_cannot_be_differentiated_is_refused(tmp_path: Path) -> None:
    class Cut(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.detach()

    with pytest.raises(UsageError, match="from the layer '0' to its pictures"):
        receptive(tiny.network(tmp_path, net(Cut())), "0")


def test_only_what_a_patch_shows_can_change_its_activation(tmp_path: Path) -> None:
    network = tiny.network(tmp_path)
    index, places = np.array([40, 41, 250]), np.array([[2, 3], [3, 2], [2, 2]])  # far enough from the edges
    cut = patches(network, "late", index, places)
    levels = pictures(network, index)
    begin = (2 * places + 0.5 - 3.5).astype(int)
    maps: list[torch.Tensor] = []
    network.module.late.register_forward_hook(lambda *each: maps.append(each[-1]))  # type: ignore[union-attr, operator]
    assert cut.shape == (3, 8, 8, 3)
    for row, (top, left) in enumerate(begin):
        patch = torch.from_numpy(cut[row]).permute(2, 0, 1)
        other = 255 - levels[row]
        other[:, top : top + 8, left : left + 8] = patch
        for picture in (levels[row], other):
            network.module(standardised(network, picture[None] / 255))
        first, second = (each[0, :, *places[row]] for each in maps[-2:])
        torch.testing.assert_close(first, second)
        assert not torch.equal(*maps[-2:])


def test_patches_at_the_edge_are_moved_inside(tmp_path: Path) -> None:
    network = tiny.network(tmp_path)
    cut = patches(network, "late", np.array([9, 9, 9]), np.array([[0, 0], [5, 5], [0, 3]]))
    whole = pictures(network, np.array([9]))[0].permute(1, 2, 0).numpy()
    assert np.array_equal(cut[0], whole[:8, :8])
    assert np.array_equal(cut[1], whole[-8:, -8:])
    assert np.array_equal(cut[2], whole[:8, 3:11])


def test_a_patch_of_another_side_has_the_same_middle(tmp_path: Path) -> None:
    network = tiny.network(tmp_path)
    index, places = np.array([5]), np.array([[2, 3]])
    large, small = (patches(network, "late", index, places, px) for px in (8, 4))
    assert np.array_equal(small, large[:, 2:6, 2:6])
    assert patches(network, "late", index, places, 50).shape == (1, tiny.SIDE, tiny.SIDE, 3)
