"""Examples in arrays: an npz file with ``x`` and ``y``, and what other formats leave in arrays.

Integers are levels from 0 to 255 and become 0..1, those of 16 bits from 0 to 65535 where they reach beyond 255;
floating-point numbers are taken as they are. Pictures may have their channels first, last or none, and are resized
where the network wants another size.

An npz file that was not compressed (``np.savez``) is mapped, not read, so that it may be larger than the memory.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from generators.datasets.user import naming
from generators.datasets.user.collection import Collection
from generators.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

LEVELS, LEVELS_16 = 255, 65535
CHUNK = 1 << 22
"""How many numbers are checked, or bytes read, at once."""
MAPPED_FROM_BYTES = 1 << 26
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
"""What stands before a file in a zip archive, by APPNOTE.TXT 4.3.7."""


class Arrays:
    """Examples that lie in an array, made ready as they are read."""

    def __init__(
        self,
        path: Path,
        x: np.ndarray,
        y: np.ndarray,
        shape: tuple[int, ...],
        mean: Sequence[float],
        std: Sequence[float],
    ) -> None:
        """``x`` (n, …) as it was stored, ``y`` (n,); ``shape`` of one example as the network takes it."""
        self._path, self._x, self._shape = path, x, shape
        self.y = y.astype("int64")
        axes = (-1, 1, 1) if len(shape) == 3 else (-1,)
        self._mean, self._std = (np.asarray(numbers, np.float32).reshape(axes) for numbers in (mean, std))
        self._scale = np.float32(LEVELS_16 if _is_deep(x) else LEVELS if x.dtype.kind in "ui" else 1)

    def __len__(self) -> int:
        return len(self.y)

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """See ``Examples``."""
        import torch

        x = torch.from_numpy(self._x[index].astype(np.float32) / self._scale)
        x = _arrange(self._path, x, self._shape)
        return (x - torch.from_numpy(self._mean)) / torch.from_numpy(self._std), torch.from_numpy(self.y[index])

    def raw(self, index: np.ndarray, x: Tensor) -> np.ndarray:
        """The examples as they were stored."""
        return self._x[index]


def collect(
    path: Path, shape: tuple[int, ...], mean: Sequence[float], std: Sequence[float], labels: Sequence[str]
) -> Collection:
    """Open an npz file."""
    return of(path, path.stem, *read(path), shape, mean, std, labels)


def of(
    path: Path,
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    shape: tuple[int, ...],
    mean: Sequence[float],
    std: Sequence[float],
    labels: Sequence[str],
) -> Collection:
    """Examples and their answers; UsageError where they do not fit ``shape`` or ``labels``."""
    names = naming.numbered(str(path), y, labels)
    examples = Arrays(path, x, y, shape, mean, std)
    return Collection(name, examples, examples.y, names, examples.raw, 4 * int(np.prod(shape)))


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The arrays x and y of an npz file, checked; UsageError where there are none."""
    try:
        with zipfile.ZipFile(path) as archive:
            there = sorted(name.removesuffix(".npy") for name in archive.namelist())
            arrays = [_array(path, archive, name) for name in ("x", "y") if name in there]
    except Exception as error:  # whatever zipfile and numpy make of damaged bytes
        why = "it holds pickled objects, which could execute code" if "pickle" in str(error) else error
        raise UsageError(f"{path} is no npz file of plain arrays, or a damaged one: {why}") from error
    if missing := {"x", "y"} - set(there):
        found = ", ".join(there) or "nothing"
        raise UsageError(f"{path} has no array {sorted(missing)[0]!r}: expected x and y, and there is {found}")
    x, y = arrays
    check(path, x, y)
    return x, y


def _array(path: Path, archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Read one array; a large one that is not compressed is only mapped, once its check sum has been compared."""
    about = archive.getinfo(f"{name}.npy")
    if about.compress_type != zipfile.ZIP_STORED or about.file_size < MAPPED_FROM_BYTES:
        with archive.open(about) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    with archive.open(about) as file:
        shape, by_column, dtype = _header(file)
        before = file.tell()
        while file.read(CHUNK):
            pass
    begin = _begin(path, about) + before
    return np.memmap(path, dtype, "r", begin, shape, "F" if by_column else "C")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether columns come first, and type of the array that a file begins with."""
    version = np.lib.format.read_magic(file)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"version {version} of the npy format is for tables")
    shape, by_column, dtype = readers[version](file)
    if dtype.hasobject:
        raise ValueError("pickled objects")
    return shape, by_column, dtype


def _begin(path: Path, about: zipfile.ZipInfo) -> int:
    """Where the bytes of a stored file begin in its archive: behind a header, a name and more, of the lengths told."""
    with open(path, "rb") as file:
        file.seek(about.header_offset)
        header = file.read(LOCAL_HEADER.size)
    *_, name_bytes, extra_bytes = LOCAL_HEADER.unpack(header)
    return about.header_offset + LOCAL_HEADER.size + name_bytes + extra_bytes


def check(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    """UsageError unless there are finite numbers x and one whole number y for each."""
    if (
        x.dtype.kind not in "uif"
        or y.dtype.kind not in "ui"
        or y.ndim != 1
        or x.ndim < 2
        or len(x) != len(y)
        or not x.size
    ):
        raise UsageError(
            f"{path} has x {x.dtype} {x.shape} and y {y.dtype} {y.shape}: "
            "expected numbers x and one whole number y for each of them"
        )
    bad = sum(int((~np.isfinite(part)).sum()) for part in _parts(x)) if x.dtype.kind == "f" else 0
    if bad:
        raise UsageError(
            f"{path} has {bad:,} of {x.size:,} numbers in x that are NaN or infinite: expected finite ones"
        )


def _is_deep(x: np.ndarray) -> bool:
    """Whether integers have levels of 16 bits."""
    return x.dtype == np.uint16 and max(int(part.max()) for part in _parts(x)) > LEVELS


def _parts(x: np.ndarray) -> Iterator[np.ndarray]:
    """Some examples at a time, so that what is computed of them stays small."""
    step = max(1, CHUNK // max(1, x[0].size))
    return (x[begin : begin + step] for begin in range(0, len(x), step))


def _arrange(path: Path, x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Bring examples to ``shape``: channels to the front, pictures to their size."""
    import torch

    given = tuple(x.shape[1:])
    if len(shape) == 3:
        if x.ndim == 3:
            x = x[:, None]
        elif x.ndim == 4 and x.shape[1] != shape[0] and x.shape[-1] == shape[0]:
            x = x.movedim(-1, 1)
        if x.ndim == 4 and x.shape[1] == shape[0] and x.shape[2:] != shape[1:]:
            x = torch.nn.functional.interpolate(x, shape[1:], mode="bilinear", antialias=True)
    if tuple(x.shape[1:]) != shape:
        raise UsageError(f"{path} has examples of shape {given}: expected {shape}, as the network's input says")
    return x
