"""Corpus: the windows of text that a network reads, by number, whether they are held in memory or not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.datasets.dataset import Dataset
from generators.datasets.examples import Examples, batches

TOKENS_AT_ONCE = 4096
WINDOWS_AT_ONCE = 1024


class _Held:
    """Windows that are in memory, as ``Examples``."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self._x, self._y = x, y

    def __len__(self) -> int:
        return len(self._x)

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        return self._x[index], self._y[index]


@dataclass(frozen=True)
class Corpus:
    """Windows of ``length`` tokens, each with the tokens that follow; a place is ``window * length + position``."""

    examples: Examples
    length: int
    chosen: np.ndarray
    """int64[n], which windows are read, ascending."""

    @property
    def n_tokens(self) -> int:
        return len(self.chosen) * self.length

    def read(self, windows: np.ndarray) -> tuple[Tensor, Tensor]:
        """Read windows by their numbers: x and y, int64 (n, length)."""
        return self.examples.read(windows)

    def batches(self) -> Iterator[tuple[np.ndarray, Tensor, Tensor]]:
        """Read all chosen windows once, in order: their numbers, x and y."""
        size = max(1, TOKENS_AT_ONCE // self.length)
        for batch in batches(_Chosen(self.examples, self.chosen), size):
            yield self.chosen[batch.index], batch.x, batch.y

    def around(self, place: Tensor, n: int) -> tuple[Tensor, Tensor]:
        """Look up the ``n`` tokens up to each place and the one that follows: int64 (…, n) and (…).

        -1 where a text has fewer tokens, or where the place itself is -1.
        """
        there = place >= 0
        windows, inverse = np.unique((place[there] // self.length).numpy(), return_inverse=True)
        row, position = torch.from_numpy(inverse), place[there] % self.length
        texts = torch.full((len(row), n), -1)
        after = torch.full((len(row),), -1)
        for begin in range(0, len(windows), WINDOWS_AT_ONCE):
            x, y = self.read(windows[begin : begin + WINDOWS_AT_ONCE])
            here = (row >= begin) & (row < begin + len(x))
            padded = torch.cat([torch.full((len(x), n - 1), -1), x], 1)
            columns = position[here, None] + torch.arange(n)
            texts[here] = padded[row[here, None] - begin, columns]
            after[here] = y[row[here] - begin, position[here]]
        tokens, following = torch.full((*place.shape, n), -1), torch.full_like(place, -1)
        tokens[there], following[there] = texts, after
        return tokens, following

    def some(self, n_tokens: int) -> "Corpus":
        """Keep only as many windows, evenly spread, as hold about so many tokens; at least one."""
        n = min(len(self.chosen), max(1, round(n_tokens / self.length)))
        spread = np.linspace(0, len(self.chosen) - 1, n).round().astype(int)
        return Corpus(self.examples, self.length, self.chosen[np.unique(spread)])


class _Chosen:
    """Some windows of others, as ``Examples``."""

    def __init__(self, examples: Examples, chosen: np.ndarray) -> None:
        self._examples, self._chosen = examples, chosen

    def __len__(self) -> int:
        return len(self._chosen)

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        return self._examples.read(self._chosen[index])


def whole(data: Dataset) -> Corpus:
    """All text there is: a collection of any size, else what was learned from and then what was held out."""
    examples = data.examples
    if examples is None:
        x, y = (torch.cat([getattr(data.train, name), getattr(data.test, name)]) for name in "xy")
        examples = _Held(x, y)
    return _corpus(examples)


def held_out(data: Dataset) -> Corpus:
    """The text that was held out."""
    return _corpus(_Held(data.test.x, data.test.y))


def _corpus(examples: Examples) -> Corpus:
    return Corpus(examples, examples.read(np.arange(1))[0].shape[1], np.arange(len(examples)))
