"""Patches: that they are what their kind says, and where they come to lie."""

import pytest
import torch

from generators.datasets import patches
from generators.datasets.patches import CORNERS, KINDS


def redness(pictures: torch.Tensor) -> torch.Tensor:
    return (pictures[:, 0] - pictures[:, 1] - 0.15).clamp(min=0).mean((1, 2))


@pytest.fixture(scope="module")
def squares():
    return {kind: patches.cut(kind, 12, 28, seed=5) for kind in KINDS}


def test_patches_have_their_size_and_are_pictures(squares):
    for square in squares.values():
        assert square.shape == (12, 3, 28, 28) and square.min() >= 0 and square.max() <= 1
    again = patches.cut("stitching", 12, 28, seed=5)
    assert torch.equal(again, squares["stitching"])
    assert not torch.equal(patches.cut("white noise", 12, 28, seed=6), squares["white noise"])


def test_stitching_is_red_and_leather_is_bare(squares):
    assert redness(squares["stitching"]).min() > patches.STITCHED
    assert redness(squares["plain leather"]).max() < patches.BARE
    assert squares["plain leather"].mean() > 0.5


def test_white_noise_has_no_memory_and_smooth_noise_has(squares):
    def neighbours(kind: str) -> float:
        x = squares[kind] - squares[kind].mean()
        return float((x[..., 1:] * x[..., :-1]).mean() / x.square().mean())

    assert abs(neighbours("white noise")) < 0.02 and neighbours("smooth noise") > 0.9


@pytest.mark.parametrize("corner", CORNERS)
def test_pasted_patch_covers_its_corner_and_nothing_else(corner):
    pictures, square = torch.zeros(2, 3, 10, 12), torch.ones(2, 3, 4, 4)
    covered = patches.paste(pictures, square, corner)
    assert pictures.sum() == 0 and covered.sum() == square.sum()
    row, column = 9 * corner.startswith("lower"), 11 * corner.endswith("right")
    assert (covered[:, :, row, column] == 1).all()


def test_windows_are_the_reddest_ones_that_lie_on_the_ball():
    picture, on_ball = torch.full((1, 3, 8, 8), 0.5), torch.ones(1, 8, 8)
    picture[0, 0, 5:7, 1:3] = 1.0
    picture[0, 0, 0:2, 6:8] = 0.9
    assert torch.equal(patches.windows(picture, on_ball, 2, stitched=True)[0], picture[0, :, 5:7, 1:3])
    on_ball[0, 6, 1] = 0
    found = patches.windows(picture, on_ball, 2, stitched=True)[0]
    assert torch.equal(found, picture[0, :, 0:2, 6:8])
    assert patches.windows(picture, on_ball, 2, stitched=False).mean() == 0.5
    assert len(patches.windows(picture, on_ball * 0, 2, stitched=True)) == 0


def test_close_ups_know_where_the_ball_is():
    """On the ball there is leather and thread, which have no more blue than red; around it grass, sea or a blur."""
    balls, on_ball = patches.close_ups(torch.arange(16), seed=3)
    on, off = on_ball[:, None].expand_as(balls) == 1, on_ball[:, None].expand_as(balls) == 0
    assert 0.5 < on_ball.mean() < 1
    assert balls[on].mean() > balls[off].mean() + 0.2
