"""Maxima as tournaments: candidates meet in pairs, round after round, until each window has one winner.

⌈log₂ k⌉ rounds for k candidates. An odd one out passes on without a comparison, so windows may differ in size, as those
of a padded pooling do: padding is no candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Candidates:
    """What each window compares, window after window."""

    places: np.ndarray
    """int64[n], where each candidate stands in one flattened example."""
    windows: np.ndarray
    """int64[n], ascending: the window that each belongs to."""
    labels: np.ndarray
    """int64[n], what a winner is called."""


@dataclass(frozen=True, eq=False)
class Round:
    kept: np.ndarray
    """int64[m], of the numbers still in the tournament those that stand first in a pair, or alone."""
    paired: np.ndarray
    """bool[m], which of them are in a pair: with the number after them."""

    @cached_property
    def first(self) -> np.ndarray:
        return self.kept[self.paired]


class Tournament:
    """The rounds that find the largest candidate of every window."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self.rounds: list[Round] = []
        windows = candidates.windows
        while len(windows) > len(np.unique(windows)):
            size = np.bincount(windows)
            start = np.cumsum(size) - size
            seat = np.arange(len(windows)) - start[windows]
            kept = np.flatnonzero(seat % 2 == 0)
            self.rounds.append(Round(kept, seat[kept] + 1 < size[windows[kept]]))
            windows = windows[kept]

    def differences(self, x: Tensor, index: int) -> Tensor:
        """Subtract, in each pair of a round, the second from the first: (V, n) to (V, pairs)."""
        x = x[:, torch.from_numpy(self.candidates.places).to(x.device)]
        for each in self.rounds[:index]:
            kept, paired = torch.from_numpy(each.kept).to(x.device), torch.from_numpy(each.paired).to(x.device)
            following = x[:, kept]
            following[:, paired] = torch.maximum(following[:, paired], x[:, kept[paired] + 1])
            x = following
        first = torch.from_numpy(self.rounds[index].first).to(x.device)
        return x[:, first] - x[:, first + 1]

    def winners(self, bits: np.ndarray) -> np.ndarray:
        """Follow the bits, 1 where the first of a pair wins: bool[R, pairs of all rounds] to int64[R, windows]."""
        standing = np.broadcast_to(self.candidates.labels, (len(bits), len(self.candidates.labels)))
        for each, won in zip(self.rounds, self._split(bits), strict=True):
            following = standing[:, each.kept]
            following[:, each.paired] = np.where(won, standing[:, each.first], standing[:, each.first + 1])
            standing = following
        return standing.copy()

    def relevant(self, bits: np.ndarray) -> np.ndarray:
        """Mark the comparisons that the winner went through: bool of the shape of ``bits``."""
        met: list[np.ndarray] = []
        needed = np.ones((len(bits), len(np.unique(self.candidates.windows))), dtype=bool)
        for each, won in reversed(list(zip(self.rounds, self._split(bits), strict=True))):
            asked = needed[:, each.paired]
            before = np.zeros((len(bits), len(each.kept) + len(each.first)), dtype=bool)
            before[:, each.kept] = needed
            before[:, each.first] = asked & won
            before[:, each.first + 1] = asked & ~won
            met.append(asked)
            needed = before
        return np.concatenate(met[::-1], axis=1)

    def _split(self, bits: np.ndarray) -> list[np.ndarray]:
        return np.split(bits, np.cumsum([len(each.first) for each in self.rounds])[:-1], axis=1)


def over_axes(shape: Sequence[int], axes: Sequence[int]) -> Candidates:
    """The largest along some axes of an example of that shape; a winner is called by its index along them."""
    places = np.arange(np.prod(shape, dtype=np.int64)).reshape(shape)
    rest = [axis for axis in range(len(shape)) if axis not in axes]
    table = places.transpose(*rest, *sorted(axes)).reshape(-1, int(np.prod([shape[axis] for axis in axes])))
    return _of_table(table, np.broadcast_to(np.arange(table.shape[1]), table.shape))


def pooling(shape: Sequence[int], out: Sequence[int], given: dict[str, Any]) -> Candidates:
    """Windows over the last axes, from ``shape`` to ``out``; a winner is called by its index in its plane."""
    sizes, outs = shape[len(shape) - len(out) :], out
    axes = [_windows(axis, size, n, given) for axis, (size, n) in enumerate(zip(sizes, outs, strict=True))]
    plane = np.zeros((1, 1), dtype=np.int64)
    for along, size in zip(axes, sizes, strict=True):
        each = plane[:, None, :, None] * size + along[None, :, None, :]
        inside = (plane[:, None, :, None] >= 0) & (along[None, :, None, :] >= 0)
        plane = np.where(inside, each, -1).reshape(len(plane) * len(along), -1)
    planes = int(np.prod(shape[: len(shape) - len(out)]))
    offset = np.arange(planes)[:, None, None] * int(np.prod(sizes))
    table = np.where(plane >= 0, plane + offset, -1).reshape(-1, plane.shape[1])
    return _of_table(table, np.tile(plane, (planes, 1)))


def _windows(axis: int, size: int, n: int, given: dict[str, Any]) -> np.ndarray:
    """Positions along one axis that each of ``n`` windows sees: int64[n, k], negative in the padding."""
    index = np.arange(n)
    if "kernel_size" not in given:  # adaptive
        start, end = index * size // n, -(-(index + 1) * size // n)
        position = start[:, None] + np.arange((end - start).max())
        return np.where(position < end[:, None], position, -1)
    kernel, stride, padding, dilation = (
        _along(axis, given[key]) for key in ("kernel_size", "stride", "padding", "dilation")
    )
    position = index[:, None] * (stride or kernel) - padding + np.arange(kernel) * dilation
    return np.where(position < size, position, -1)


def _along(axis: int, value: int | Sequence[int]) -> int:
    """One axis of a number for all, a list of one for all, a list of one for each, or an empty list for a default."""
    if isinstance(value, int):
        return value
    return value[axis % len(value)] if value else 0


def _of_table(table: np.ndarray, labels: np.ndarray) -> Candidates:
    """Windows as rows; −1 is no candidate."""
    there = table >= 0
    return Candidates(table[there], np.nonzero(there)[0], labels[there])
