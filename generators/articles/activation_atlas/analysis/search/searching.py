"""Searching: one pair of classes thoroughly, all others quickly; see the package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.pictures import pictures
from generators.articles.activation_atlas.analysis.search.cue import Cue, cue, erased
from generators.articles.activation_atlas.analysis.search.pairs import candidates, right, strangers, try_pairs
from generators.articles.activation_atlas.analysis.search.pasting import (
    LEVELS,
    Windows,
    dealt,
    middles,
    noise,
    shorter,
    shown,
    sides,
)
from generators.articles.activation_atlas.analysis.search.ranking import Promises, pair, promises
from generators.articles.activation_atlas.analysis.search.trials import Trial
from generators.articles.activation_atlas.analysis.view import View, look
from generators.articles.activation_atlas.results.search import Control, Pasted, Search, TriedCell
from generators.errors import UsageError
from generators.networks import Network
from generators.progress import report

SIDES = 1 / 4, 3 / 8, 1 / 2
"""Of patches, as shares of a picture's shorter side."""
WHITE, SMOOTH, RANDOM, BARED = "white noise", "smooth noise", "random cells", "stitches erased"
SHOWN_OF_CONTROL = 5
PASTED_CELLS = 3
"""Cells of which pasted pictures are shown."""
MOST = 0.5
"""A cell shows a cue where more of its members than this do."""


@dataclass(frozen=True, eq=False)
class Searched:
    """What is looked at: a map, a pair of classes, and pictures to paste into."""

    windows: Windows
    promised: Promises
    source: int
    target: int
    ranked: np.ndarray
    """int64 (cells,), the cells to test, the most promising first."""
    nearest: np.ndarray
    """int64 (c, 5), each cell's most typical positions."""
    strange: np.ndarray
    """int64 (n,), positions of cells that are not tested."""
    trial: Trial
    sizes: tuple[int, ...]
    seed: int

    @property
    def network(self) -> Network:
        return self.windows.network

    @property
    def view(self) -> View:
        return self.windows.view

    @property
    def n(self) -> int:
        return len(self.trial.pictures)

    def typical(self, cell: int) -> np.ndarray:
        return self.nearest[cell][self.nearest[cell] >= 0]

    def squares(self, rows: np.ndarray) -> list[np.ndarray]:
        """Windows about positions at each size."""
        return self.windows.squares(rows, self.sizes)

    def deal(self, squares: Sequence[np.ndarray]) -> list[Tensor]:
        return [dealt(each, self.n) for each in squares]


def search_patch(
    network: Network,
    layers: list[str],
    images: int,
    path: str,
    source: str,
    target: str,
    grid: int,
    steps: int,
    cells: int,
    n: int,
    pairs: int,
    pair_n: int,
    shown: int,
    seed: int,
) -> Search:
    """Rank the cells of a map by how they move ``source`` to ``target``; paste the first ``cells`` into n pictures.

    ``pairs`` pairs of classes of each sort are tested with ``pair_n`` pictures; ``shown`` pictures are kept with all
    their patches. UsageError where a class is unknown or has no example, and where the network gets none right.
    """
    view = look(network, tuple(layers), images, path, grid, seed)
    first, second = pair(network, view, source, target)
    promised = promises(view, len(network.labels))
    ranked = np.argsort(-promised.moves(first, second), kind="stable")[:cells]
    searched = _searched(Windows(network, view), promised, (first, second), ranked, n, seed)
    icons = level(network, tuple(layers), images, path, grid, steps, seed).level.icons
    known = cue(searched.windows, target, searched.sizes[-1])
    tested = _tested(searched, icons, known)
    rank = next((k for k, cell in enumerate(tested, start=1) if cell.cue_share > MOST), 0)
    controls = _controls(searched, known, searched.typical(int(ranked[max(rank, 1) - 1])))
    chosen, n_pairs = candidates(promised, pairs, seed)
    return Search(
        source,
        target,
        path,
        grid,
        len(view.cells.counts),
        len(view.found.index),
        network.labels,
        searched.n,
        searched.sizes,
        shorter(network),
        float(searched.trial.says(searched.trial.pictures)[1][:, 1].mean()),
        tested,
        tuple(Control(name, _some(squares[-1]), searched.trial.effect(squares)) for name, squares in controls.items()),
        known.name if known else "",
        rank,
        float(known.shows[known.of_class].mean()) if known else float("nan"),
        int(promised.two_classes().sum()),
        int(promised.other_class().sum()),
        _pasted(searched, controls, shown),
        try_pairs(searched.windows, promised, chosen, searched.sizes[-1], pair_n, seed),
        n_pairs,
    )


def _searched(
    windows: Windows, promised: Promises, pair: tuple[int, int], ranked: np.ndarray, n: int, seed: int
) -> Searched:
    """Find pictures to paste into: none of those that patches are cut from."""
    network, view, (source, target) = windows.network, windows.view, pair
    nearest = view.nearest()
    strange = strangers(nearest, ranked, n, seed)
    rows = right(view, source, np.concatenate([nearest[ranked].ravel(), strange]), n)
    if not len(rows):
        name = network.labels[source]
        raise UsageError(
            f"network {network.name!r} names no picture of {name!r} rightly, but for those that patches are cut from, "
            "and only a right answer can be turned: expected a source that it knows"
        )
    levels = pictures(network, view.found.index[rows]).float() / LEVELS
    trial = Trial(network, levels, source, target)
    return Searched(windows, promised, source, target, ranked, nearest, strange, trial, sides(network, SIDES), seed)


def _tested(searched: Searched, icons: np.ndarray, known: Cue | None) -> tuple[TriedCell, ...]:
    made = []
    for done, cell in enumerate(searched.ranked.tolist()):
        report(done, len(searched.ranked), "cells pasted")
        made.append(_cell(searched, cell, icons[cell : cell + 1], known))
    return tuple(made)


def _cell(searched: Searched, cell: int, icon: np.ndarray, known: Cue | None) -> TriedCell:
    view, promised = searched.view, searched.promised
    real = searched.squares(searched.typical(cell))
    seen = [middles(icon, side) for side in searched.sizes]
    top = np.argsort(-promised.cells[cell], kind="stable")[:2]
    truth = int(promised.truth[cell].argmax())
    return TriedCell(
        int(view.cells.columns[cell]),
        int(view.cells.rows[cell]),
        int(view.cells.counts[cell]),
        float(promised.moves(searched.source, searched.target)[cell]),
        float(promised.needs(searched.source, searched.target)[cell]),
        tuple(searched.network.labels[promised.classes[column]] for column in top),
        tuple(promised.cells[cell, top].tolist()),
        searched.network.labels[truth],
        float(promised.truth[cell, truth]),
        bool(promised.two_classes()[cell]),
        float(known.shows[view.cells.member == cell].mean()) if known else float("nan"),
        seen[-1][0],
        real[-1],
        searched.trial.effect(searched.deal(real)),
        searched.trial.effect(searched.deal(seen)),
    )


def _controls(searched: Searched, known: Cue | None, typical: np.ndarray) -> dict[str, list[Tensor]]:
    """Patches that should do nothing, one a picture at each size; and those of the best cell with their cue erased."""
    n, channels = searched.n, searched.trial.pictures.shape[1]
    random = torch.Generator().manual_seed(searched.seed)
    made = {
        name: [noise(n, channels, side, is_smooth, random) for side in searched.sizes]
        for name, is_smooth in ((WHITE, False), (SMOOTH, True))
    }
    made[RANDOM] = searched.deal(searched.squares(searched.strange))
    if known and len(rows := _with_cue(searched, known, typical)):
        made[BARED] = searched.deal(erased(searched.windows, rows, searched.sizes))
    return made


def _with_cue(searched: Searched, known: Cue, typical: np.ndarray) -> np.ndarray:
    """Of the positions whose patches are pasted those that may show the cue; of all positions where none may."""
    able = searched.windows.view.kept[known.of_class]
    own = typical[np.isin(typical, able)]
    return own if len(own) else able[: len(typical)]


def _some(squares: Tensor) -> np.ndarray:
    return shown(squares[:SHOWN_OF_CONTROL])


def _pasted(searched: Searched, controls: Mapping[str, list[Tensor]], n: int) -> Pasted:
    """Keep some pictures with everything that was pasted into them."""
    few = searched.trial.pictures[:n]
    trial = Trial(searched.network, few, searched.source, searched.target)
    kinds = {
        f"cell {rank}": searched.deal(searched.squares(searched.typical(cell)))
        for rank, cell in enumerate(searched.ranked[:PASTED_CELLS].tolist(), start=1)
    } | dict(controls)
    said = [trial.worn([squares[: len(few)] for squares in patches]) for patches in kinds.values()]
    return Pasted(
        shown(few),
        trial.says(few)[1],
        tuple(kinds),
        tuple(
            np.stack([shown(patches[size][: len(few)]) for patches in kinds.values()], axis=1)
            for size in range(len(searched.sizes))
        ),
        np.stack([shares for _, shares in said], axis=1),
        np.stack([answers for answers, _ in said], axis=1),
    )
