"""IDX, the format in which MNIST was published: one file of images, one of labels, plain or gzipped.

A file is four bytes (zero, zero, the type of its numbers, how many axes it has), the length of each axis, and the
numbers; all of it big-endian. A plain file is mapped, not read. Source: Y. LeCun, C. Cortes and C. J. C. Burges, The
MNIST database of handwritten digits, "File formats".
"""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from generators.datasets.user import splits
from generators.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

    from generators.datasets.user.collection import Collection

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
IMAGES = re.compile(r"(images|x)?[-._]?idx[2-4][-._]?ubyte(\.gz)?$", re.IGNORECASE)
MOST_GZIP_SHRINKS = 1032
"""No gzip file is smaller than its content by more."""


def is_one(path: Path) -> bool:
    """Whether a file is of this format, by its first bytes, or by its name where it is gzipped."""
    if path.suffix == ".gz":
        return "idx" in path.name.lower()
    with open(path, "rb") as file:
        start = file.read(4)
    return len(start) == 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 4


def images_in(folder: Path) -> list[Path]:
    """The files of images in a folder, sorted; a packed one only where it does not lie there unpacked as well."""
    found = {path.name: path for path in sorted(folder.iterdir()) if path.is_file() and IMAGES.search(path.name)}
    return [path for name, path in found.items() if name.removesuffix(".gz") not in found.keys() - {name}]


def pair(path: Path) -> tuple[Path, Path]:
    """The files of images and of labels; UsageError where one is missing or it is not clear which are meant."""
    images = _images(path) if path.is_dir() else path
    plain = re.sub("idx[2-4]", "idx1", images.name.replace("images", "labels")).removesuffix(".gz")
    for name in (plain, f"{plain}.gz"):
        if name != images.name and (images.parent / name).is_file():
            return images, images.parent / name
    raise UsageError(f"{images} has no file of labels beside it: expected {plain}, as in MNIST's four files")


def _images(folder: Path) -> Path:
    """The images of the preferred split."""
    found = images_in(folder)
    by_split = {splits.split_of(path.name): path for path in found}
    if len(by_split) < len(found):
        names = ", ".join(path.name for path in found)
        raise UsageError(f"{folder} has several files of images ({names}): name the one that is meant")
    preferred = splits.preferred(split for split in by_split if split)
    return by_split[preferred] if preferred else found[0]


def collect(
    path: Path, shape: tuple[int, ...], mean: Sequence[float], std: Sequence[float], labels: Sequence[str]
) -> Collection:
    """Open a pair of files."""
    from generators.datasets.user import arrays

    images, answers = pair(path)
    x, y = read(images), read(answers)
    arrays.check(images, x, y)
    split = splits.split_of(images.name) if path.is_dir() else None
    name = f"{path.name}/{split}" if split else images.name.split(".")[0]
    return arrays.of(images, name, x, y, shape, mean, std, labels)


def read(path: Path) -> np.ndarray:
    """The array of one file; UsageError where it is damaged."""
    import numpy as np

    try:
        with _open(path) as file:
            dtype, shape, begin = _header(file)
            size = begin + math.prod(shape) * np.dtype(dtype).itemsize
            if path.suffix != ".gz":
                if path.stat().st_size != size:
                    raise ValueError(f"its header describes {size:,} bytes and it has {path.stat().st_size:,}")
                return np.memmap(path, dtype, "r", begin, shape)
            return _unpacked(file, path, dtype, shape, size - begin)
    except Exception as error:  # whatever gzip and numpy make of damaged bytes
        raise UsageError(f"{path} is not an IDX file, or a damaged one: {error}") from error


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else open(path, "rb")


def _header(file: IO[bytes]) -> tuple[str, tuple[int, ...], int]:
    """Type and shape of the array, and where it begins."""
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in TYPES or not 1 <= start[3] <= 4:
        raise ValueError("its first bytes are not 0, 0, a type of numbers and how many axes there are")
    lengths = file.read(4 * start[3])
    if len(lengths) < 4 * start[3]:
        raise ValueError("it ends in its header")
    shape = tuple(int.from_bytes(lengths[at : at + 4], "big") for at in range(0, len(lengths), 4))
    return TYPES[start[2]], shape, 4 + len(lengths)


def _unpacked(file: IO[bytes], path: Path, dtype: str, shape: tuple[int, ...], size: int) -> np.ndarray:
    import numpy as np

    if size > MOST_GZIP_SHRINKS * path.stat().st_size:
        raise ValueError(f"its header describes {size:,} bytes, more than it can hold")
    content = file.read(size + 1)
    if len(content) != size:
        there = "more" if len(content) > size else f"{len(content):,}"
        raise ValueError(f"its header describes {size:,} bytes and there are {there}")
    return np.frombuffer(content, dtype).reshape(shape)
