import math
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from generators.store.codec import decode, encode, result_types

HERE = (__name__,)


@dataclass(frozen=True)
class Point:
    x: Any
    y: Any


@dataclass(frozen=True)
class Holder:
    value: Any
    doubled: Any = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "doubled", [self.value, self.value])


def same(a, b):
    """Equal in value and in type, all the way down."""
    if type(a) is not type(b):
        return False
    match a:
        case np.ndarray() | np.generic():
            return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        case float():
            return repr(a) == repr(b)
        case list() | tuple():
            return len(a) == len(b) and all(map(same, a, b))
        case dict():
            return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
        case Point():
            return same(a.x, b.x) and same(a.y, b.y)
        case _:
            return a == b


numbers = arrays.arrays(
    st.sampled_from(["?", "i1", "<i8", "u1", "<u4", "<f2", "<f4", "<f8", "<c8"]),
    arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**60, 2**70)
    | st.floats()
    | st.text()
    | numbers
    | numbers.filter(lambda a: a.size).map(lambda a: a.ravel()[0])
)
results = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
        | st.builds(Point, inner, inner)
    ),
    max_leaves=8,
)


@given(results)
def test_what_is_written_is_read(value):
    data = encode(Point(value, 0))
    assert same(decode(data, HERE), Point(value, 0))
    assert encode(decode(data, HERE)) == data


@pytest.mark.parametrize(
    "value",
    [
        math.inf,
        -math.inf,
        math.nan,
        -0.0,
        2**63,
        -(2**200),
        np.zeros((0, 3)),
        np.float32(1.5),
        np.array(True),
        "\ud800",
    ],
)
def test_the_hard_ones(value):
    assert same(decode(encode(Point(value, None)), HERE).x, value)


def test_big_endian_and_strided_arrays_mean_the_same():
    array = np.arange(12.0).reshape(3, 4)
    assert encode(Point(array.astype(">f8"), 0)) == encode(Point(array, 0))
    assert np.array_equal(decode(encode(Point(array.T[::2], 0)), HERE).x, array.T[::2])


def test_arrays_are_aligned_and_read_only():
    read = decode(encode(Point(np.ones(3, bool), np.arange(5.0))), HERE)
    assert not read.x.flags.writeable
    assert read.y.ctypes.data % read.y.itemsize == 0
    with pytest.raises(ValueError, match="read-only"):
        read.y[0] = 1


def test_fields_that_are_not_arguments():
    assert decode(encode(Holder(3)), HERE).doubled == [3, 3]


def test_types_are_named_without_importing_them():
    data = encode(Point({"a": [Holder((Point(1, 2),))]}, 0)).replace(b"test_codec:Point", b"test_xxxxx:Point")
    module = __name__.replace("test_codec", "test_xxxxx")
    assert result_types(data) == sorted([f"{__name__}:Holder", f"{module}:Point"])


def renamed(data, old, new):
    """Name another class in the header, whose length may change."""
    start = data.index(b"\n") + 9
    end = start + int.from_bytes(data[start - 8 : start], "little")
    header = data[start:end].replace(old.encode(), new.encode())
    return data[: start - 8] + len(header).to_bytes(8, "little") + header + data[end:]


def test_a_foreign_class_is_not_instantiated():
    data = renamed(encode(Point(1, 2)), f"{__name__}:Point", "subprocess:Popen")
    with pytest.raises(ValueError, match="subprocess:Popen is not a dataclass of generators"):
        decode(data, ["generators"])
    with pytest.raises(ValueError, match="subprocess:Popen is not a dataclass"):
        decode(data, ["subprocess"])


def test_a_package_is_not_trusted_for_its_name_s_beginning():
    with pytest.raises(ValueError, match="is not a dataclass of"):
        decode(encode(Point(1, 2)), [__name__[:-1]])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({1, 2}, "Point.x is a set"),
        ([b"bytes"], r"Point.x\[0\] is a bytes"),
        ({1: 2}, "Point.x has the key 1"),
        (np.array(["a"]), "Point.x is an array of <U1"),
        (np.array([object()]), "Point.x is an array of object"),
    ],
)
def test_what_a_result_cannot_hold_is_named(value, said):
    with pytest.raises(TypeError, match=said):
        encode(Point(value, 0))


def test_bytes_that_are_no_result():
    with pytest.raises(ValueError, match="not a result"):
        decode(b"\x80\x04K\x01.", HERE)


def test_equal_results_give_equal_bytes_in_any_process():
    code = (
        "import hashlib, numpy as np, sys; sys.path.insert(0, 'tests'); from test_codec import Point, encode;"
        "names = sorted({'a', 'b', 'c', 'd'});"
        "print(hashlib.sha256(encode(Point({n: np.arange(3) for n in names}, (1.5, None)))).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1 and runs != {""}
