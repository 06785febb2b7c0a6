"""Pairs: every pair of classes ranked by the map, and some of them tested with few pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from generators.articles.activation_atlas.analysis.pictures import pictures
from generators.articles.activation_atlas.analysis.search.pasting import LEVELS, Windows, dealt, noise
from generators.articles.activation_atlas.analysis.search.ranking import Promises
from generators.articles.activation_atlas.analysis.search.trials import Trial
from generators.articles.activation_atlas.analysis.view import View
from generators.articles.activation_atlas.results.search import BEST, DRAWN, THIRD, Rate, TriedPair
from generators.progress import report


@dataclass(frozen=True)
class Candidate:
    """A pair of classes, and the cell that promises most for it."""

    why: str
    source: int
    target: int
    cell: int
    need: float


def candidates(promised: Promises, n: int, seed: int) -> tuple[list[Candidate], int]:
    """Choose ``n`` pairs of each sort, a target at most once in a sort but for those drawn; and count all pairs."""
    every = list(_all(promised, BEST))
    strange = [each for each in _all(promised, THIRD) if np.isfinite(each.need)]
    drawn = np.random.default_rng(seed).permutation(len(every))[:n]
    chosen = [*_first(every, n), *_first(strange, n), *(_as_drawn(every[index]) for index in drawn)]
    return chosen, len(every)


def _all(promised: Promises, why: str) -> Iterator[Candidate]:
    known = [int(label) for label in promised.classes if not np.isnan(promised.own[label]).any()]
    for source in known:
        for target in promised.classes.tolist():
            if source != target:
                needs = promised.needs(source, target)
                if why == THIRD:
                    needs = np.where(promised.strangers(source, target), needs, np.inf)
                cell = int(needs.argmin())
                yield Candidate(why, source, target, cell, float(needs[cell]))


def _first(found: list[Candidate], n: int) -> list[Candidate]:
    """The n least needs, each target once."""
    best: dict[int, Candidate] = {}
    for each in sorted(found, key=lambda each: each.need):
        best.setdefault(each.target, each)
    return list(best.values())[:n]


def _as_drawn(each: Candidate) -> Candidate:
    return Candidate(DRAWN, each.source, each.target, each.cell, each.need)


def try_pairs(
    windows: Windows, promised: Promises, chosen: list[Candidate], side: int, n: int, seed: int
) -> tuple[TriedPair, ...]:
    """Paste the real patches of each candidate's cell into ``n`` pictures of its source."""
    nearest, tested = windows.view.nearest(), []
    for done, each in enumerate(chosen):
        report(done, len(chosen), "pairs of classes tested")
        if pair := _try(windows, promised, each, nearest, side, n, seed + done):
            tested.append(pair)
    return tuple(tested)


def right(view: View, label: int, without: np.ndarray, n: int) -> np.ndarray:
    """The first n rows of what was collected that are of a class, are named rightly, and are none of ``without``."""
    truth, answers = np.asarray(view.found.truth), np.asarray(view.found.answers)
    return np.setdiff1d(np.flatnonzero((truth == label) & (answers == label)), without)[:n]


def _try(
    windows: Windows, promised: Promises, each: Candidate, nearest: np.ndarray, side: int, n: int, seed: int
) -> TriedPair | None:
    """``None`` where no picture of the source is left to paste into."""
    network, view = windows.network, windows.view
    own = nearest[each.cell][nearest[each.cell] >= 0]
    others = strangers(nearest, np.array([each.cell]), n, seed)
    rows = right(view, each.source, np.concatenate([own, others]), n)
    if not len(rows):
        return None
    levels = pictures(network, view.found.index[rows]).float() / LEVELS
    trial, p, random = Trial(network, levels, each.source, each.target), len(rows), torch.Generator().manual_seed(seed)

    def rated(squares: torch.Tensor) -> Rate:
        return trial.effect([squares]).fixed[0]

    return TriedPair(
        each.why,
        network.labels[each.source],
        network.labels[each.target],
        network.labels[int(promised.truth[each.cell].argmax())],
        each.need,
        p,
        rated(dealt(windows.squares(own, (side,))[0], p)),
        rated(dealt(windows.squares(others, (side,))[0], p)),
        rated(noise(p, levels.shape[1], side, False, random)),
        rated(noise(p, levels.shape[1], side, True, random)),
    )


def strangers(nearest: np.ndarray, tested: np.ndarray, n: int, seed: int) -> np.ndarray:
    """The most typical positions of n cells drawn from those not tested, more than once where there are too few."""
    free = np.setdiff1d(np.arange(len(nearest)), tested)
    free = free if len(free) else np.arange(len(nearest))
    return nearest[np.random.default_rng(seed).choice(free, n, replace=n > len(free)), 0]
