"""What is known of many columns of numbers that come some rows at a time: the largest of each, and how they spread.

Both are kept by one pass in memory that does not grow with the rows. A row is a token, a column a memory.
"""

import torch
from torch import Tensor

BINS = 24
WIDER = 1.0001
"""How far the last of the first bins reaches beyond the largest number, so that rounding does not put it outside."""


class Strongest:
    """The ``k`` largest numbers of each column, of different texts, each with its place and the number one row before.

    Of equal numbers the earliest is kept. Only what exceeds the least that is kept is looked at closely, which after
    N rows is a share of about k / N of what comes.
    """

    def __init__(self, n_columns: int, k: int, device: str) -> None:
        self.k = k
        self.value = torch.full((n_columns, k), 0.0, device=device)
        """Descending; 0 where fewer were above zero."""
        self.place = torch.full((n_columns, k), -1, dtype=torch.long, device=device)
        """-1 where there is none."""
        self.before = torch.full((n_columns, k), torch.nan, device=device)
        """NaN where the text has one token."""
        self._text = torch.full((n_columns, k), -1, dtype=torch.long, device=device)

    def add(self, values: Tensor, first: Tensor, texts: Tensor) -> None:
        """Take in windows: ``values`` (n, t, columns), ``first`` (n,) the place of each window's first row, ``texts``
        (n, t) a number for what was read so far, equal for equal texts."""
        window, row, column = (values > self.value[:, -1]).nonzero(as_tuple=True)
        value = values[window, row, column]
        before = torch.where(row > 0, values[window, row - 1, column], torch.nan)
        kept, rank = (self.place >= 0).nonzero(as_tuple=True)
        columns = torch.cat([kept, column])
        fields = [
            torch.cat([self.value[kept, rank], value]),
            torch.cat([self.place[kept, rank], first[window] + row]),
            torch.cat([self.before[kept, rank], before]),
            torch.cat([self._text[kept, rank], texts[window, row]]),
        ]
        order = fields[0].argsort(descending=True, stable=True)
        order = order[_first_of_each(columns[order], fields[3][order])]
        order = order[columns[order].argsort(stable=True)]
        columns = columns[order]
        rank = torch.arange(len(columns), device=columns.device) - _begins(columns, len(self.value))[columns]
        order, columns, rank = order[rank < self.k], columns[rank < self.k], rank[rank < self.k]
        for held, field in zip((self.value, self.place, self.before, self._text), fields, strict=True):
            held[columns, rank] = field[order]


def _begins(columns: Tensor, n_columns: int) -> Tensor:
    """Where each column's entries begin among sorted ``columns``."""
    counts = columns.bincount(minlength=n_columns)
    return counts.cumsum(0) - counts


def _first_of_each(columns: Tensor, texts: Tensor) -> Tensor:
    """Choose, ascending, the entries whose column and text did not occur before."""
    order = texts.argsort(stable=True)
    order = order[columns[order].argsort(stable=True)]
    again = torch.zeros_like(order, dtype=torch.bool)
    again[1:] = (columns[order][1:] == columns[order][:-1]) & (texts[order][1:] == texts[order][:-1])
    return order[~again].sort().values


class Spread:
    """A histogram of each column, in bins from zero, or from the largest below it, to the largest; exact at any time.

    Bins are equally wide. Where a number lies beyond them their width doubles, which puts every two of them together.
    """

    def __init__(self, n_columns: int, is_signed: bool, device: str) -> None:
        self.counts = torch.zeros(n_columns, 2 * BINS if is_signed else BINS, dtype=torch.long, device=device)
        self.width = torch.ones(n_columns, device=device)
        self.silent = torch.zeros(n_columns, dtype=torch.long, device=device)
        """Of columns without a sign, how many numbers were not above zero; these are in no bin."""
        self._zero = BINS if is_signed else 0
        self._is_fresh = torch.ones(n_columns, dtype=torch.bool, device=device)
        """Nothing has come that would say how wide bins should be: of columns with a sign zeros only."""

    def add(self, values: Tensor) -> None:
        """Take in rows (n, columns)."""
        self._make_room(values)
        n_bins = self.counts.shape[1]
        index = (values / self.width).floor_().to(torch.long).add_(self._zero + 1).clamp_(1, n_bins)
        if not self._zero:
            index[values <= 0] = 0
        index += torch.arange(len(self.counts), device=index.device) * (n_bins + 1)
        found = index.flatten().bincount(minlength=len(self.counts) * (n_bins + 1)).view(len(self.counts), -1)
        self.silent += found[:, 0]
        self.counts += found[:, 1:]

    def _make_room(self, values: Tensor) -> None:
        """Widen bins until the largest of these numbers is within."""
        largest = (values.abs() if self._zero else values).amax(0)
        fresh = self._is_fresh & (largest > 0)
        self._is_fresh &= ~fresh
        self.width[fresh] = (largest[fresh] * WIDER / BINS).clamp_min(torch.finfo(largest.dtype).tiny)
        while (beyond := largest >= self.width * BINS).any():
            self.counts[beyond] = self._doubled(self.counts[beyond])
            self.width[beyond] *= 2

    def _doubled(self, counts: Tensor) -> Tensor:
        """Put every two bins together, seen from zero."""
        merged = torch.zeros_like(counts)
        pairs = counts.view(len(counts), -1, 2).sum(2)
        begin = self._zero // 2
        merged[:, begin : begin + pairs.shape[1]] = pairs
        return merged

    @property
    def low(self) -> Tensor:
        return -self.width * self._zero

    @property
    def high(self) -> Tensor:
        return self.width * BINS
