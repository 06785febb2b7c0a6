"""A user's own examples in an npz file."""

import numpy as np
import pytest
import torch

from generators.datasets import arrays
from generators.errors import UsageError


@pytest.fixture
def npz(tmp_path):
    def write(**content):
        np.savez(tmp_path / "data.npz", **content)
        return tmp_path / "data.npz"

    return write


LEVELS = np.random.default_rng(0).integers(0, 256, (6, 4, 4, 3), dtype="uint8")
Y = np.array([0, 1, 2, 0, 1, 0])


@pytest.mark.parametrize("x", [LEVELS, LEVELS.transpose(0, 3, 1, 2)], ids=["channels last", "channels first"])
def test_levels_are_scaled_standardised_and_put_channels_first(npz, x):
    mean, std = [0.1, 0.2, 0.3], [0.5, 0.25, 0.125]
    data = arrays.load(npz(x=x, y=Y), (3, 4, 4), mean, std, ("a", "b", "c"))
    expected = (LEVELS / 255 - mean) / std
    np.testing.assert_allclose(data.test.x.permute(0, 2, 3, 1), expected, atol=1e-5)
    assert data.test.y.tolist() == Y.tolist()
    assert data.labels == ("a", "b", "c") and data.chance == 0.5 and len(data.train) == 0


def test_grey_pictures_get_a_channel_and_are_resized(npz):
    data = arrays.load(npz(x=np.full((6, 28, 28), 255, "uint8"), y=Y), (1, 32, 32), [0.0], [1.0], ())
    assert data.test.x.shape == (6, 1, 32, 32)
    torch.testing.assert_close(data.test.x, torch.ones(6, 1, 32, 32))
    assert data.labels == ("0", "1", "2")


def test_floating_point_numbers_are_taken_as_they_are(npz):
    x = np.random.default_rng(1).normal(size=(6, 3)).astype("float64")
    np.testing.assert_allclose(arrays.load(npz(x=x, y=Y), (3,), [0.0], [1.0], ()).test.x, x, atol=1e-6)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"x": LEVELS}, "has no array 'y': expected x and y, and there is x"),
        ({"x": LEVELS, "y": Y[:3]}, r"has x uint8 \(6, 4, 4, 3\) and y int64 \(3,\): expected"),
        ({"x": LEVELS, "y": Y.astype("float64")}, "expected numbers x and one whole number y"),
        ({"x": np.array([{}] * 6), "y": Y}, "no npz file of plain arrays"),
        ({"x": LEVELS[..., :2], "y": Y}, r"has examples of shape \(4, 4, 2\): expected \(3, 4, 4\)"),
        ({"x": LEVELS, "y": Y + 9}, "has labels up to 11: expected less than 3, one for each name"),
    ],
)
def test_bad_files_are_refused_in_one_sentence(npz, content, sentence):
    with pytest.raises(UsageError, match=sentence):
        arrays.load(npz(**content), (3, 4, 4), [0.0], [1.0], ("a", "b", "c"))


def test_a_file_that_is_no_npz_is_refused(tmp_path):
    (tmp_path / "data.npz").write_bytes(b"PK no")
    with pytest.raises(UsageError, match="is no npz file"):
        arrays.load(tmp_path / "data.npz", (3,), [0.0], [1.0], ())
