"""MNIST's format, by its own description and by what torchvision would make of it."""

import gzip
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.datasets import user
from generators.datasets.user import idx
from generators.errors import UsageError

X = np.random.default_rng(0).integers(0, 256, (6, 4, 5), dtype="uint8")
Y = np.array([0, 1, 2, 2, 1, 0], "uint8")


def load(path, labels=()):
    return user.load(path, "image-classifier", (1, 4, 5), [0.5], [0.25], labels)


@pytest.mark.parametrize("packed", [False, True])
def test_a_pair_of_files(disk, packed):
    images = disk.mnist("mnist/t10k", X, Y, packed)
    assert user.kind_of(images) == "idx"
    assert sorted(file.name.split("-")[1] for file in user.files(images)) == ["images", "labels"]
    for path in (images, disk / "mnist"):
        data = load(path)
        np.testing.assert_allclose(data.test.x[:, 0], (X / 255 - 0.5) / 0.25, atol=1e-6)
        np.testing.assert_array_equal(data.test.raw, X)
        assert data.test.y.tolist() == Y.tolist() and data.labels == ("0", "1", "2")
    assert load(disk / "mnist").name == "mnist/t10k" and load(images).name == "t10k-images-idx3-ubyte"


def test_the_test_pair_is_preferred(disk):
    disk.mnist("mnist/train", X[:2], Y[:2])
    assert load(disk / "mnist").name == "mnist/train"
    disk.mnist("mnist/t10k", X, Y, packed=True)
    assert load(disk / "mnist").name == "mnist/t10k" and len(load(disk / "mnist").test) == 6


def test_files_that_lie_there_packed_and_unpacked_are_one(disk):
    disk.mnist("raw/t10k", X, Y)
    disk.mnist("raw/t10k", X[:1], Y[:1], packed=True)
    assert len(load(disk / "raw").test) == 6


def test_labels_may_be_packed_where_the_images_are_not(disk):
    images = disk.mnist("t10k", X, Y)
    labels = disk / "t10k-labels-idx1-ubyte"
    disk.write(labels.name + ".gz", gzip.compress(labels.read_bytes()))
    labels.unlink()
    assert load(images).test.y.tolist() == Y.tolist()


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "float32", "float64"])
def test_every_type_of_number_is_read_big_end_first(disk, dtype):
    array = np.random.default_rng(1).integers(-100, 100, (3, 2, 2)).astype(dtype)
    np.testing.assert_array_equal(idx.read(disk.idx("a-idx3-ubyte", array)), array)


def test_a_pair_that_is_not_whole_or_not_clear_is_refused(disk):
    images = disk.mnist("letters/test", X, Y)
    disk.mnist("letters/other-test", X, Y)
    with pytest.raises(
        UsageError, match=r"has several files of images \(other-test-images.*name the one that is meant"
    ):
        load(disk / "letters")
    (disk / "letters" / "test-labels-idx1-ubyte").unlink()
    with pytest.raises(UsageError, match="has no file of labels beside it: expected test-labels-idx1-ubyte"):
        load(images)


def test_images_and_labels_that_do_not_match_are_refused(disk):
    with pytest.raises(UsageError, match=r"has x uint8 \(6, 4, 5\) and y uint8 \(5,\)"):
        load(disk.mnist("t10k", X, Y[:5]))
    with pytest.raises(UsageError, match="has labels up to 2: expected less than 2, one for each name"):
        load(disk.mnist("t10k", X, Y), ("a", "b"))


@pytest.mark.parametrize("packed", [False, True])
def test_a_header_that_describes_another_length_is_refused(disk, packed):
    images = disk.mnist("t10k", X, Y, packed)
    pack, unpack = (gzip.compress, gzip.decompress) if packed else (bytes, bytes)
    whole = unpack(images.read_bytes())
    for content, said in (
        (whole[:-1], "its header describes 136 bytes|its header describes 120 bytes and there are 119"),
        (whole + b"0", "and it has 137|and there are more"),
        (whole[:4] + b"\xff\xff\xff\xff" + whole[8:], "its header describes"),
        (whole[:9], "it ends in its header"),
        (b"\1" + whole[1:], "its first bytes are not"),
    ):
        images.write_bytes(pack(content))
        with pytest.raises(UsageError, match=f"is not an IDX file, or a damaged one: .*{said}"):
            idx.read(images)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.booleans(), st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=4)
)
def test_damaged_files_are_read_or_refused(disk, packed, end, flips):
    path = disk.mnist("t10k", X, Y, packed)
    content = bytearray(path.read_bytes())
    for at, flip in flips:
        content[at % len(content)] ^= flip
    path.write_bytes(content if end % 2 else content[: end % len(content)])
    with suppress(UsageError):
        assert len(load(path).test) == 6
