"""The textures as a data set: what is held, what is read on demand, and that it is one and the same."""

import numpy as np
import torch

from generators.datasets import texture_set, textures


def test_labels_are_those_of_the_renderer():
    assert texture_set.LABELS == textures.CLASSES


def test_test_split_is_the_beginning_of_all_examples():
    data = texture_set.load()
    assert len(data.train) == 0 and data.test.x.shape == (1080, 3, 64, 64) and data.chance == 1 / 27
    assert data.test.y.bincount().tolist() == [40] * 27
    assert data.examples is not None and len(data.examples) == 1_000_000
    index = np.array([700, 3, 999_999])
    x, y = data.examples.read(index)
    assert torch.equal(x[:2], data.test.x[index[:2]]) and torch.equal(y[:2], data.test.y[index[:2]])
    assert y.tolist() == (index % 27).tolist()
    torch.testing.assert_close(torch.from_numpy(data.test.raw), data.test.x / 4 + 0.5)
    levels = data.test.raw * 255
    assert abs(levels - levels.round()).max() < 1e-3 and levels.min() >= 0 and levels.max() <= 255


def test_held_out_pictures_are_not_those_that_are_learnt_from():
    index = torch.arange(27)
    learnt, held_out = (textures.images(index, seed)[0].float() for seed in (texture_set.LEARNT, texture_set.HELD_OUT))
    assert (learnt - held_out).abs().mean((1, 2, 3)).min() > 5
