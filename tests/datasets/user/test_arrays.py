"""A user's own examples in an npz file."""

import io
import zipfile
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.datasets import user
from generators.datasets.examples import batches
from generators.datasets.user import arrays
from generators.errors import UsageError


@pytest.fixture
def npz(tmp_path):
    def write(**content):
        np.savez(tmp_path / "data.npz", **content)
        return tmp_path / "data.npz"

    return write


def load(path, shape, mean, std, labels):
    return user.load(path, "classifier", shape, mean, std, labels)


LEVELS = np.random.default_rng(0).integers(0, 256, (6, 4, 4, 3), dtype="uint8")
Y = np.array([0, 1, 2, 0, 1, 0])


@pytest.mark.parametrize("x", [LEVELS, LEVELS.transpose(0, 3, 1, 2)], ids=["channels last", "channels first"])
def test_levels_are_scaled_standardised_and_put_channels_first(npz, x):
    mean, std = [0.1, 0.2, 0.3], [0.5, 0.25, 0.125]
    data = load(npz(x=x, y=Y), (3, 4, 4), mean, std, ("a", "b", "c"))
    expected = (LEVELS / 255 - mean) / std
    np.testing.assert_allclose(data.test.x.permute(0, 2, 3, 1), expected, atol=1e-5)
    assert data.test.y.tolist() == Y.tolist()
    assert data.labels == ("a", "b", "c") and data.chance == 0.5 and len(data.train) == 0


def test_grey_pictures_get_a_channel_and_are_resized(npz):
    data = load(npz(x=np.full((6, 28, 28), 255, "uint8"), y=Y), (1, 32, 32), [0.0], [1.0], ())
    assert data.test.x.shape == (6, 1, 32, 32)
    torch.testing.assert_close(data.test.x, torch.ones(6, 1, 32, 32))
    assert data.labels == ("0", "1", "2")


def test_floating_point_numbers_are_taken_as_they_are(npz):
    x = np.random.default_rng(1).normal(size=(6, 3)).astype("float64")
    np.testing.assert_allclose(load(npz(x=x, y=Y), (3,), [0.0], [1.0], ()).test.x, x, atol=1e-6)


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
        load(npz(**content), (3, 4, 4), [0.0], [1.0], ("a", "b", "c"))


def test_a_file_that_is_no_npz_is_refused(tmp_path):
    (tmp_path / "data.npz").write_bytes(b"PK no")
    with pytest.raises(UsageError, match="is no npz file"):
        load(tmp_path / "data.npz", (3,), [0.0], [1.0], ())


def test_sixteen_bits_are_scaled_not_clipped(npz):
    deep = np.array([[[0, 255], [256, 65535]]] * 6, "uint16")
    data = load(npz(x=deep, y=Y), (1, 2, 2), [0.0], [1.0], ())
    np.testing.assert_allclose(data.test.x[:, 0], deep / 65535, atol=1e-6)
    data = load(npz(x=np.minimum(deep, 255), y=Y), (1, 2, 2), [0.0], [1.0], ())
    np.testing.assert_allclose(data.test.x[:, 0], np.minimum(deep, 255) / 255, atol=1e-6)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", ["C", "F"])
def test_large_arrays_are_mapped_where_they_are_not_compressed(tmp_path, monkeypatch, save, order):
    x = np.asarray(np.random.default_rng(2).integers(0, 256, (500, 8, 8), dtype="uint8"), order=order)
    save(tmp_path / "data.npz", note=np.zeros(3), y=np.arange(500) % 3, x=x)
    monkeypatch.setattr(arrays, "MAPPED_FROM_BYTES", 1000)
    mapped = isinstance(arrays.read(tmp_path / "data.npz")[0], np.memmap)
    assert mapped == (save is np.savez)
    data = user.load(tmp_path / "data.npz", "image-classifier", (1, 8, 8), [0.0], [1.0])
    np.testing.assert_array_equal(data.test.raw, x)
    read = np.concatenate([batch.x.numpy() for batch in batches(data.examples, 64)])
    np.testing.assert_allclose(read[:, 0], x / 255, atol=1e-6)


def test_a_changed_bit_of_a_mapped_array_is_noticed(tmp_path, monkeypatch):
    np.savez(tmp_path / "data.npz", x=np.zeros((500, 640), "uint8"), y=np.zeros(500, int))
    content = bytearray((tmp_path / "data.npz").read_bytes())
    content[200_000] ^= 1
    (tmp_path / "data.npz").write_bytes(content)
    for smallest in (1000, 10**6):
        monkeypatch.setattr(arrays, "MAPPED_FROM_BYTES", smallest)
        with pytest.raises(UsageError, match="is no npz file of plain arrays, or a damaged one: Bad CRC-32"):
            arrays.read(tmp_path / "data.npz")


def test_pickled_objects_are_refused_unopened_whichever_way_they_are_read(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "data.npz", "w") as archive:
        for name, array in (("x", np.array([{}] * 6)), ("y", Y)):
            file = io.BytesIO()
            np.save(file, array)
            archive.writestr(f"{name}.npy", file.getvalue())
    for smallest in (10, 10**6):
        monkeypatch.setattr(arrays, "MAPPED_FROM_BYTES", smallest)
        with pytest.raises(UsageError, match="it holds pickled objects, which could execute code"):
            arrays.read(tmp_path / "data.npz")


def test_numbers_that_are_not_finite_are_counted(npz):
    x = np.zeros((6, 3), "float32")
    x[2, 1], x[4] = np.nan, np.inf
    with pytest.raises(UsageError, match="has 4 of 18 numbers in x that are NaN or infinite"):
        load(npz(x=x, y=Y), (3,), [0.0], [1.0], ())


@pytest.mark.parametrize("smallest", [10, 10**6])
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.booleans(), st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=4)
)
def test_damaged_files_are_read_or_refused(npz, monkeypatch, smallest, packed, end, flips):
    monkeypatch.setattr(arrays, "MAPPED_FROM_BYTES", smallest)
    path = npz(x=LEVELS, y=Y)
    if packed:
        np.savez_compressed(path, x=LEVELS, y=Y)
    content = bytearray(path.read_bytes())
    for at, flip in flips:
        content[at % len(content)] ^= flip
    path.write_bytes(content if end % 2 else content[: end % len(content)])
    with suppress(UsageError):
        load(path, (3, 4, 4), [0.0], [1.0], ())
