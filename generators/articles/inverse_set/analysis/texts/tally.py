"""A histogram of numbers that come a few at a time, exact whatever comes, in memory that does not grow."""

import math

import torch
from torch import Tensor

BINS = 128


class Tally:
    """Counts in equally wide bins around a middle; where a number lies beyond them, bins are joined in pairs."""

    def __init__(self, low: float, high: float) -> None:
        """Begin with bins that reach half as far again as from ``low`` to ``high``."""
        self.middle = (low + high) / 2
        self.width = max((high - low) * 1.5 / BINS, abs(self.middle) * 1e-6, torch.finfo(torch.float32).tiny)
        self.counts = torch.zeros(BINS, dtype=torch.long)
        self.largest = -math.inf

    def add(self, values: Tensor) -> None:
        """Take in numbers (n,), finite."""
        away = values.double().cpu() - self.middle
        self.largest = max(self.largest, float(values.max()))
        while float(away.abs().max()) >= self.width * BINS / 2:
            self._join()
        self.counts += (away / self.width + BINS / 2).floor().long().bincount(minlength=BINS)

    def _join(self) -> None:
        """Make bins twice as wide, seen from the middle."""
        pairs = self.counts.view(-1, 2).sum(1)
        self.counts = torch.zeros_like(self.counts)
        self.counts[BINS // 4 : BINS // 4 + BINS // 2] = pairs
        self.width *= 2

    def histogram(self) -> tuple[Tensor, float, float]:
        """Give the counts from the first bin that is not empty to the last, and where these begin and end."""
        filled = self.counts.nonzero()[:, 0]
        first, last = int(filled[0]), int(filled[-1]) + 1
        begin = self.middle - self.width * BINS / 2
        return self.counts[first:last], begin + first * self.width, begin + last * self.width
