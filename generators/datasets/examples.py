"""Examples of any number, read as they are needed: what a collection offers, and one pass over it in flat memory.

``batches`` reads ahead on threads, which serve as long as the readers leave Python's lock, as decoders of pictures and
numpy do. The consumer gets whole batches in order; at most two more are being read or wait to be taken.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

import numpy as np

from generators.cores import cores
from generators.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

UNREADABLE = -1
"""The answer of an example that could not be read."""
SKIPPED_SHARE = 0.01
"""The share of a collection that may be unreadable before it is refused."""
NAMED_AT_MOST = 3
"""How many unreadable examples one sentence names."""
PIECE = 32
"""The fewest examples that a thread reads at once; fewer would cost more to hand over than to read."""
AHEAD = 2
"""How many batches are read ahead."""
THREADS_AT_MOST = 16
WINDOW = 4096
"""Among how many neighbours an example is shuffled, where a collection is stored in chunks."""


class Examples(Protocol):
    """A collection that is indexed and read on demand, by several threads at once.

    Collections of a reader's own also have ``y``, int64 (n,) the answer of each, or ``None`` where an example has many;
    and, where some may be unreadable, ``skipped``: name and reason of those met so far.

    Where examples are stored in chunks that are dear to open, an attribute ``starts`` may say at which indices those
    begin (the first at 0); a random order then keeps neighbours together.
    """

    def __len__(self) -> int: ...

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """Read the examples of these indices: x (n, …) as the network takes them and y (n,) int64, in that order.

        Where one cannot be read, its y is ``UNREADABLE`` and its x zero.
        """
        ...


@dataclass(frozen=True, eq=False)
class Batch:
    """Some examples, all readable."""

    x: Tensor
    y: Tensor
    index: np.ndarray
    """int64 (n,): which examples of the collection these are."""


class Generated:
    """Examples that are made, not stored: a function gives those of any indices."""

    def __init__(self, count: int, make: Callable[[Tensor], tuple[Tensor, Tensor]]) -> None:
        """``make``: indices (n,) int64 -> x (n, …) as the network takes it and y (n,); called by several threads."""
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """See ``Examples``."""
        import torch

        return self._make(torch.from_numpy(index))


class Skipped:
    """Which examples of a collection could not be read and why, each counted once, whichever thread meets it."""

    def __init__(self, collection: str, total: int) -> None:
        self._collection, self._total = collection, total
        self._found: dict[int | str, tuple[str, str]] = {}
        self._lock = threading.Lock()

    def add(self, key: int | str, name: str, reason: str) -> None:
        """Note an example; UsageError when they have become too large a share of the collection."""
        with self._lock:
            self._found[key] = (name, reason)
        self.check(self._total)

    def check(self, among: int) -> None:
        """UsageError where what was skipped is too large a share of ``among`` examples."""
        if len(self._found) <= SKIPPED_SHARE * among:
            return
        found = self.named()
        first = "; ".join(f"{name!r}: {reason}" for name, reason in found[:NAMED_AT_MOST])
        more = f" and {len(found) - NAMED_AT_MOST:,} more" if len(found) > NAMED_AT_MOST else ""
        raise UsageError(
            f"{self._collection} has {len(found):,} of {among:,} examples that cannot be read, and more than "
            f"{SKIPPED_SHARE:.0%} is too many to leave out: {first}{more}"
        )

    def named(self) -> list[tuple[str, str]]:
        """Name and reason of each, in the order of the collection."""
        with self._lock:
            return [self._found[key] for key in sorted(self._found, key=lambda key: (isinstance(key, int), key))]


def batches(examples: Examples, size: int = 256, seed: int | None = None) -> Iterator[Batch]:
    """Read all examples once, in order or in the random order of ``seed``; the last batch may be smaller.

    What a reader raises arrives here, at its place in the order. Examples that cannot be read are absent.
    """
    threads = max(1, min(cores(), THREADS_AT_MOST, -(-len(examples) // PIECE)))
    piece = min(size, max(PIECE, -(-size // threads)))
    pool = ThreadPoolExecutor(threads, thread_name_prefix="reading")
    try:
        work = ((number, part) for number, part in _pieces(_order(examples, seed), size, piece))
        ahead = AHEAD * -(-size // piece)
        done = _in_order(work, lambda part: pool.submit(_read, examples, part), ahead)
        for _, parts in groupby(done, key=lambda each: each[0]):
            if batch := _join([part for _, part in parts]):
                yield batch
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    work: Iterator[tuple[int, np.ndarray]], submit: Callable[[np.ndarray], Future[Batch]], ahead: int
) -> Iterator[tuple[int, Batch]]:
    """Keep ``ahead`` pieces under way, and give each when it is done and its turn has come."""
    waiting: deque[tuple[int, Future[Batch]]] = deque()
    for number, index in work:
        waiting.append((number, submit(index)))
        if len(waiting) > ahead:
            first, future = waiting.popleft()
            yield first, future.result()
    while waiting:
        first, future = waiting.popleft()
        yield first, future.result()


def _pieces(order: Iterator[np.ndarray], size: int, piece: int) -> Iterator[tuple[int, np.ndarray]]:
    """Cut an order into batches, and those into pieces that carry the number of their batch."""
    number, kept = 0, np.empty(0, np.int64)
    for part in order:
        kept = np.concatenate([kept, part])
        whole = len(kept) // size * size
        for begin in range(0, whole, size):
            yield from _parts(number, kept[begin : begin + size], piece)
            number += 1
        kept = kept[whole:]
    yield from _parts(number, kept, piece)


def _parts(number: int, index: np.ndarray, piece: int) -> Iterator[tuple[int, np.ndarray]]:
    return ((number, index[begin : begin + piece]) for begin in range(0, len(index), piece))


def _order(examples: Examples, seed: int | None) -> Iterator[np.ndarray]:
    """Every index once, in some arrays; a random order holds no more than one index an example."""
    n = len(examples)
    starts = getattr(examples, "starts", None)
    if seed is None:
        for begin in range(0, n, WINDOW):
            yield np.arange(begin, min(begin + WINDOW, n))
    elif starts is None:
        shuffled = np.random.default_rng(seed).permutation(np.arange(n, dtype=np.min_scalar_type(n)))
        for begin in range(0, n, WINDOW):
            yield shuffled[begin : begin + WINDOW].astype(np.int64)
    else:
        yield from _windows(starts, n, np.random.default_rng(seed))


def _windows(starts: Sequence[int], n: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Shuffle the chunks, then the examples of as many chunks as make a window."""
    ends = [*starts[1:], n]
    window: list[np.ndarray] = []
    for chunk in random.permutation(len(starts)):
        window.append(np.arange(starts[chunk], ends[chunk]))
        if sum(map(len, window)) >= WINDOW:
            yield random.permutation(np.concatenate(window))
            window = []
    if window:
        yield random.permutation(np.concatenate(window))


def _read(examples: Examples, index: np.ndarray) -> Batch:
    """Read some examples and leave out those that cannot be read."""
    x, y = examples.read(index)
    # text has many answers an example, and is always readable
    readable = y != UNREADABLE if y.ndim == 1 else None
    if readable is None or bool(readable.all()):
        return Batch(x, y, index)
    return Batch(x[readable], y[readable], index[readable.numpy()])


def _join(parts: list[Batch]) -> Batch | None:
    """One batch of several; ``None`` where nothing in it could be read."""
    import torch

    parts = [part for part in parts if len(part.index)]
    if len(parts) <= 1:
        return parts[0] if parts else None
    return Batch(
        torch.cat([part.x for part in parts]),
        torch.cat([part.y for part in parts]),
        np.concatenate([part.index for part in parts]),
    )
