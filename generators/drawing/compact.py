"""Whole numbers in few bytes, as a browser unpacks them without help: the inverse is ``assets/mosaic/numbers.js``.

Numbers of either sign become non-negative by zigzag (0, -1, 1, -2 … are 0, 1, 2, 3 …), all first bytes stand before
all second ones, which are mostly zeros then, and the whole is gzip's.
"""

import gzip

import numpy as np


def packed(*numbers: np.ndarray) -> bytes:
    """Write arrays of integers below 2**31, one after the other; the reader has to know their lengths."""
    flat = np.concatenate([np.asarray(each, np.int64).ravel() for each in numbers])
    zigzag = ((flat << 1) ^ (flat >> 63)).astype("<u4")
    return gzip.compress(zigzag.view(np.uint8).reshape(-1, 4).T.tobytes(), 9, mtime=0)


def steps(numbers: np.ndarray) -> np.ndarray:
    """Give the first number and each one's difference from the one before."""
    return np.diff(numbers, prepend=0)


def newest(numbers: np.ndarray) -> np.ndarray:
    """Tell indices, of which each new one is the next higher, by how far they lie below the next new one: 0 is new."""
    highest = np.maximum.accumulate(np.concatenate([[-1], numbers]))[:-1]
    return highest + 1 - numbers
