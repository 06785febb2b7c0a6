"""Collection: what a reader finds at a path; and the part of it that is held in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generators.datasets.dataset import Dataset, Split
from generators.datasets.examples import Examples, Skipped, batches
from generators.datasets.user import sampling
from generators.errors import UsageError
from generators.progress import report

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Collection:
    """Examples with their answers, not yet read."""

    name: str
    examples: Examples
    y: np.ndarray
    """int64 (n,): the answer of each example, known without reading it; of text all zero."""
    labels: tuple[str, ...]
    raw: Callable[[np.ndarray, Tensor], np.ndarray]
    """The examples of an index, given also as the network takes them, in the units they were measured in."""
    example_bytes: int
    """What one takes in memory as the network takes it."""
    tally: Skipped | None = None
    """Where examples that cannot be read are counted; ``None`` where all can."""


class Chosen:
    """Some examples of others, by their index."""

    def __init__(self, examples: Examples, index: np.ndarray) -> None:
        self._examples, self._index = examples, index

    def __len__(self) -> int:
        return len(self._index)

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """See ``Examples``."""
        return self._examples.read(self._index[index])


def hold(found: Collection, mean: Sequence[float], std: Sequence[float]) -> Dataset:
    """Read the examples that stand for a collection; UsageError where too many of them cannot be read."""
    chosen = sampling.held(found.y, found.example_bytes)
    x, y, kept = _read(Chosen(found.examples, chosen))
    index = chosen[kept]
    _check(found, index, len(chosen))
    test = Split(x, y, found.raw(index, x))
    train = Split(x[:0], y[:0], test.raw[:0])
    return Dataset(found.name, train, test, found.labels, (), tuple(mean), tuple(std), found.examples)


def _read(examples: Examples) -> tuple[Tensor, Tensor, np.ndarray]:
    """All examples in one tensor, filled as they come; and which of them could be read."""
    import torch

    x = y = torch.empty(0)
    kept: list[np.ndarray] = []
    done = 0
    for batch in batches(examples):
        if not kept:
            x = torch.empty((len(examples), *batch.x.shape[1:]), dtype=batch.x.dtype)
            y = torch.empty((len(examples), *batch.y.shape[1:]), dtype=batch.y.dtype)
        kept.append(batch.index)
        x[done : done + len(batch.x)], y[done : done + len(batch.x)] = batch.x, batch.y
        done += len(batch.x)
        report(done, len(examples), "examples read")
    return x[:done], y[:done], np.concatenate(kept) if kept else np.empty(0, np.int64)


def _check(found: Collection, index: np.ndarray, chosen: int) -> None:
    """UsageError where too many were skipped, or all of one answer."""
    if found.tally:
        found.tally.check(chosen)
    unread = np.setdiff1d(found.y, found.y[index])
    if len(unread) and len(index) >= len(np.unique(found.y)):
        raise UsageError(
            f"{found.name} has no readable example of {found.labels[unread[0]]!r} among those that were tried"
        )
    if not len(index):
        raise UsageError(f"{found.name} has no example that can be read")
