"""How many memories make an answer: they are changed one by one until the answer is another.

Which few would suffice is not known without trying all sets; a search that takes the best next one each time finds a
number that suffices, and an order by lot says what any memories would do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.recall.asking import LAST, Asked, log_odds
from generators.articles.key_value_memory.results.recall import Trail

Answer = Callable[[Tensor, Tensor], Tensor]
"""Rows (n,) and which memories of each are changed (n, m) -> logits (n, words)."""
Choose = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Rows, what is changed, and what may be (n, m) -> scores (n, m): the highest is changed next."""


@dataclass(frozen=True, eq=False)
class Search:
    """Rows, each a question or a pair of them, whose memories are to be changed until an answer is another."""

    answer: Answer
    best: Choose
    open: Tensor
    """bool (n, m), what may be changed."""
    reached: Callable[[Tensor, Tensor], Tensor]
    """Rows and the words now said (n,) -> whether that is the end (n,)."""

    def follow(self, choose: Choose) -> Trail:
        """Change what ``choose`` prefers, one memory a step, until the end is reached or nothing is left."""
        n, m = self.open.shape
        changed = torch.zeros(n, m, device=self.open.device)
        needed = np.full(n, -1, np.int16)
        order: list[Tensor] = []
        said: list[Tensor] = []
        probability: list[Tensor] = []
        rows = torch.arange(n, device=self.open.device)
        while len(rows):
            with torch.no_grad():
                likeliest = self.answer(rows, changed[rows]).softmax(1).max(1)
            said.append(_spread(n, rows, likeliest.indices, -1))
            probability.append(_spread(n, rows, likeliest.values, torch.nan))
            ended = self.reached(rows, likeliest.indices)
            needed[rows[ended].cpu().numpy()] = len(order)
            left = self.open[rows] & (changed[rows] == 0)
            going = ~ended & left.any(1)
            rows, left = rows[going], left[going]
            if len(rows):
                chosen = choose(rows, changed[rows], left).masked_fill(~left, -torch.inf).argmax(1)
                changed[rows, chosen] = 1
                order.append(_spread(n, rows, chosen, -1))
        return Trail(_table(order, n, np.int16), _table(said, n, np.int16), _table(probability, n, np.float32), needed)

    def found(self) -> Trail:
        return self.follow(self.best)

    def by_lot(self, generator: torch.Generator) -> np.ndarray:
        """How many are needed (n,) in an order drawn anew for each row."""
        lots = torch.rand(self.open.shape, generator=generator).to(self.open.device)
        return self.follow(lambda rows, _changed, _left: lots[rows]).needed

    def with_all(self) -> np.ndarray:
        """Whether the end is reached when all is changed at once, bool (n,)."""
        rows = torch.arange(len(self.open), device=self.open.device)
        with torch.no_grad():
            return self.reached(rows, self.answer(rows, self.open.float()).argmax(1)).cpu().numpy()


def silencing(asked: Asked, within: Tensor) -> Search:
    """Silence memories ``within`` (m,) at the last token, until the answer is wrong: each is tried before one is."""

    def answer(rows: Tensor, changed: Tensor) -> Tensor:
        return asked.logits(rows, 1 - changed)

    def cost(rows: Tensor, changed: Tensor, left: Tensor) -> Tensor:
        row, memory = left.nonzero(as_tuple=True)
        tried = changed[row]
        tried[torch.arange(len(row)), memory] = 1
        with torch.no_grad():
            odds = log_odds(answer(rows[row], tried), asked.answers[rows[row]])
        return torch.zeros_like(changed).index_put((row, memory), -odds)

    return Search(answer, cost, (asked.last > 0) & within, lambda rows, said: said != asked.answers[rows])


def swapping(asked: Asked, pairs: Tensor, within: Tensor, at: slice = LAST) -> Search:
    """Give memories ``within`` the activations of each pair's (n, 2) second question, until the first has its answer.

    The next to be swapped is the one of the largest slope of the second answer's log probability.
    """
    mine, other = asked.activations[pairs[:, 0]][:, at][:, 0], asked.activations[pairs[:, 1]][:, at][:, 0]
    wanted = asked.answers[pairs[:, 1]]

    def answer(rows: Tensor, changed: Tensor) -> Tensor:
        return asked.logits(pairs[rows, 0], 1 - changed, changed * other[rows], at)

    def slope(rows: Tensor, changed: Tensor, _left: Tensor) -> Tensor:
        share = changed.clone().requires_grad_(True)
        log_p = answer(rows, share).log_softmax(1).gather(1, wanted[rows, None])
        return torch.autograd.grad(log_p.sum(), share)[0]

    return Search(answer, slope, (mine != other) & within, lambda rows, said: said == wanted[rows])


@torch.no_grad()
def cost_of_each(asked: Asked, at: slice = LAST) -> tuple[Tensor, Tensor]:
    """What silencing each memory alone takes from the log odds of each answer, and whether it changes it: (q, m)."""
    row, memory = (asked.activations[:, at] > 0).any(1).nonzero(as_tuple=True)
    kept = torch.ones(len(row), asked.last.shape[1], device=row.device)
    kept[torch.arange(len(row)), memory] = 0
    logits, answers = asked.logits(row, kept, at=at), asked.answers[row]
    lost = log_odds(asked.unchanged(), asked.answers)[row] - log_odds(logits, answers)
    nothing = torch.zeros_like(asked.last)
    return (
        nothing.index_put((row, memory), lost),
        nothing.bool().index_put((row, memory), logits.argmax(1) != answers),
    )


@torch.no_grad()
def right(asked: Asked, kept: Tensor, given: Tensor | None = None, at: slice = LAST) -> np.ndarray:
    """Whether each question is answered right when activations are changed, bool (q,)."""
    rows = torch.arange(len(kept), device=kept.device)
    return (asked.logits(rows, kept, given, at).argmax(1) == asked.answers).cpu().numpy()


def right_without(asked: Asked, within: Tensor, at: slice) -> np.ndarray:
    """The same when all memories ``within`` (m,) are silent."""
    return right(asked, (~within).float().expand(len(asked.tokens), -1), at=at)


def _spread(n: int, rows: Tensor, values: Tensor, otherwise: float) -> Tensor:
    """``values`` in their rows of ``n``."""
    return torch.full((n,), otherwise, device=rows.device, dtype=values.dtype).index_put((rows,), values)


def _table(columns: list[Tensor], n: int, kind: type) -> np.ndarray:
    return torch.stack(columns, 1).cpu().numpy().astype(kind) if columns else np.empty((n, 0), kind)
