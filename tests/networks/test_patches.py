"""The effect of patches: counted on modules whose answers are known, and Wilson's interval."""

import pytest
import torch
from torch import nn

from generators.datasets import textures
from generators.datasets.patches import CORNERS, KINDS
from generators.errors import UsageError
from generators.networks.patches import patch_effect, right, wilson

BASEBALL, SHARK = (textures.CLASSES.index(name) for name in ("baseball", "shark"))


class Looks(nn.Module):
    """Answers baseball where the lower right pixel is as bright as ``least`` in all channels, and shark elsewhere."""

    def __init__(self, least: float) -> None:
        super().__init__()
        self.least = nn.Parameter(torch.tensor(least))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        bright = x[:, :, -1, -1].amin(1) * 0.25 + 0.5 > self.least
        return nn.functional.one_hot(torch.where(bright, BASEBALL, SHARK), len(textures.CLASSES)).float()


def test_patches_turn_what_they_cover_and_where():
    effect = patch_effect(Looks(0.6), sizes=(20, 24), pictures=25)
    assert effect.turned.shape == (len(KINDS), 2, len(CORNERS)) and effect.pictures == 25
    seen = CORNERS.index("lower right")
    elsewhere = [corner for corner in range(4) if corner != seen]
    assert (effect.turned[:, :, elsewhere] == 0).all()
    leather, noise = KINDS.index("plain leather"), KINDS.index("white noise")
    assert (effect.turned[leather, :, seen] > 12).all()
    # each of three channels is above 0.6 in two of five
    assert effect.turned[noise, 0, seen] < 8
    assert (effect.turned_somewhere >= effect.turned.max((1, 2))).all()
    assert effect.share("plain leather", 24) == effect.turned[leather, 1].sum() / 4 / 25


def test_only_pictures_that_are_named_rightly_wear_patches():
    pictures = right(Looks(0.35), "shark", 20)
    assert len(pictures) == 20 and (pictures[:, :, -1, -1].amin(1) <= 0.35).all()


def test_a_network_that_knows_no_shark_is_refused():
    with pytest.raises(UsageError, match="the network names 0 of 30 pictures of 'volcano' rightly: expected 10"):
        right(Looks(0.6), "volcano", 10)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_as_published(successes, trials, low, high):
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3."""
    assert wilson(successes, trials) == pytest.approx((low, high), abs=6e-5)
    mirrored = wilson(trials - successes, trials)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=6e-5)
