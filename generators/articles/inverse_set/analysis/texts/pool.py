"""A draw of the different contexts in an interval, from a stream of any length.

Each context has a number that only equal ones share; mixed up, these are a lot that is drawn once for each context,
however often it comes. Those with the smallest lots are kept: every set of k different contexts is as likely, whatever
their order (the bottom-k sketch; E. Cohen and H. Kaplan, 2007).
"""

import torch
from torch import Tensor

FACTOR = 6364136223846793005
"""Of the congruential generator of Knuth's MMIX; numbers are taken modulo 2^64."""
MIXERS = (-4658895280553007687, -7723592293110705685)
"""Of the finalizer of SplitMix64 (G. Steele and others, 2014)."""


def number_ends(tokens: Tensor, w: int) -> Tensor:
    """Give the last ``w`` tokens up to each of (n, t) a number, int64 (n, t), that equal ones share."""
    padded = torch.cat([torch.zeros(len(tokens), w - 1, dtype=torch.long), tokens + 1], 1)
    number = torch.zeros_like(tokens)
    for k in range(w):
        number = number * FACTOR + padded[:, k : k + tokens.shape[1]]
    return number


def lots(number: Tensor, seed: int) -> Tensor:
    """Mix numbers int64 into others that look drawn by lot, equal for equal ones."""
    mixed = number + torch.tensor(seed) * FACTOR
    for shift, mixer in zip((30, 27), MIXERS, strict=True):
        mixed = (mixed ^ _shifted(mixed, shift)) * mixer
    return mixed ^ _shifted(mixed, 31)


def _shifted(number: Tensor, by: int) -> Tensor:
    """Shift right and fill with zeros."""
    return (number >> by) & ((1 << (64 - by)) - 1)


class Pool:
    """The ``k`` different contexts with the smallest lots."""

    def __init__(self, k: int) -> None:
        self.k, self.count = k, 0
        self.lot = torch.empty(0, dtype=torch.long)
        """int64 (p,), ascending"""
        self.place = torch.empty(0, dtype=torch.long)
        self.token = torch.empty(0, dtype=torch.long)
        self.activation = torch.empty(0)
        self.hidden = torch.empty(0, 0)

    def add(self, rows: Tensor, lot: Tensor, place: Tensor, token: Tensor, activation: Tensor, hidden: Tensor) -> None:
        """Take in tokens, those of some ``rows`` of all the others; of equal contexts the first is kept."""
        self.count += len(rows)
        if len(self.lot) == self.k:
            rows = rows[lot[rows] < self.lot[-1]]
        if not len(rows):
            return
        lots_of_all = torch.cat([self.lot, lot[rows]])
        order = lots_of_all.argsort(stable=True)
        fresh = torch.ones(len(order), dtype=torch.bool)
        fresh[1:] = lots_of_all[order][1:] != lots_of_all[order][:-1]
        kept = order[fresh][: self.k]
        self.lot = lots_of_all[kept]
        self.place = torch.cat([self.place, place[rows]])[kept]
        self.token = torch.cat([self.token, token[rows]])[kept]
        self.activation = torch.cat([self.activation, activation[rows]])[kept]
        held = self.hidden if len(self.hidden) else hidden[:0].cpu()
        self.hidden = torch.cat([held, hidden[rows.to(hidden.device)].cpu()])[kept]
