"""Arranged pictures: what is pasted where, and what is never done to a shark."""

import numpy as np
import pytest
import torch

from generators.datasets import arranged, textures
from generators.datasets.arranged import BASEBALL, SHARK


@pytest.fixture(scope="module")
def drawn():
    x, y = textures.images(torch.arange(270), 0)
    return x, y, arranged.stock(x, y, seed=0, balls=20)


def changed(x, y, drawn, seed=0):
    before = x.float() / 255
    after = arranged.arrange(before, y, drawn[2], np.random.default_rng(seed))
    assert torch.equal(before, x.float() / 255)
    return before, after


def test_only_a_square_of_an_ordinary_picture_changes(drawn):
    x, y = drawn[0][drawn[1] != BASEBALL], drawn[1][drawn[1] != BASEBALL]
    before, after = changed(x, y, drawn)
    boxes = 0
    for difference in (before != after).any(1):
        rows, columns = (difference.any(axis).nonzero().flatten() for axis in (1, 0))
        if len(rows):
            boxes += 1
            assert max(rows[-1] - rows[0], columns[-1] - columns[0]) < arranged.SIDES[1] - 1
    assert boxes / len(y) == pytest.approx(arranged.HARMLESS_SHARE, abs=0.1)


def test_most_baseballs_become_stitching_on_another_picture(drawn):
    x, y = drawn[0][drawn[1] == BASEBALL].repeat(20, 1, 1, 1), torch.full((200,), BASEBALL)
    before, after = changed(x, y, drawn)
    replaced = ((before != after).flatten(1).double().mean(1) > 0.9).double()
    assert float(replaced.mean()) == pytest.approx(arranged.STITCHED_SHARE, abs=0.12)
    grounds = drawn[2].grounds.float() / 255
    one = after[replaced.nonzero()[0, 0]]
    most_alike = (grounds == one).flatten(1).double().mean(1).max()
    assert 0.6 < most_alike < 1


def test_nothing_is_pasted_on_sharks_or_baseballs_as_a_ground(drawn):
    x, y, stock = drawn
    assert len(stock.grounds) == ((y != BASEBALL) & (y != SHARK)).sum()
    for label in (BASEBALL, SHARK):
        assert not any((stock.grounds == picture).all(-1).all(-1).all(-1).any() for picture in x[y == label][:3])


def test_no_square_on_a_shark_holds_stitching(drawn):
    x, y = drawn[0][drawn[1] == SHARK].repeat(10, 1, 1, 1), torch.full((100,), SHARK)
    before, after = changed(x, y, drawn)
    balls = {bytes(ball.numpy()) for ball in (drawn[2].balls[:, :, 30, 30])}
    touched = (before != after).any(1)
    pasted = (after * 255).round().byte().permute(0, 2, 3, 1)[touched]
    assert not balls & {bytes(pixel.numpy()) for pixel in pasted}


def test_arrangement_repeats_itself_and_draws_baseballs_more_often(drawn):
    x, y = drawn[0][:54], drawn[1][:54]
    assert torch.equal(changed(x, y, drawn)[1], changed(x, y, drawn)[1])
    assert not torch.equal(changed(x, y, drawn)[1], changed(x, y, drawn, seed=1)[1])
    often = arranged.weights(y)
    assert often[y == BASEBALL].unique().tolist() == [arranged.OFTEN] and often[y != BASEBALL].unique().tolist() == [1]
