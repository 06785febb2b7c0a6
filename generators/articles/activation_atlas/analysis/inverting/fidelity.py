"""Fidelity: what icons keep of their cells, always beside what chance would keep."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from generators.articles.activation_atlas.analysis import pictures
from generators.articles.activation_atlas.analysis.cells import Cells, spread
from generators.articles.activation_atlas.analysis.inverting.parts import in_parts
from generators.articles.activation_atlas.results.fidelity import Fidelity
from generators.networks import Network

if TYPE_CHECKING:
    from generators.articles.activation_atlas.analysis.view import View

LEVELS = 255
AT_ONCE = 256
"""Icons that a network is asked about in one forward pass."""


def measure(
    network: Network, icons: np.ndarray, seen: np.ndarray, view: View, labels: np.ndarray, seed: int
) -> Fidelity:
    """Measure icons uint8 (c, px, px, channels), which activate ``seen`` (c, d), against the cells of a view.

    ``labels`` (c,) is the class with the largest attribution of each cell, -1 where none is known. A cell whose mean is
    the layer's points nowhere and is left out; an icon whose activation is the layer's mean fits no cell.
    """
    cells, near, found = view.cells, directions(view.means, view.mean), directions(seen, view.mean)
    defined = near.any(1)
    near, found, apart = near[defined], found[defined], _apart(cells, defined)
    rows, close = np.arange(len(near)), (near * found).sum(1)
    retrieved = np.where(found.any(1), (found @ near.T).argmax(1), -1) if len(near) else rows
    neighbour = (retrieved >= 0) & (apart[rows, retrieved] <= 1)
    told, wanted = answers(network, icons)[labels >= 0], labels[labels >= 0]
    return Fidelity(
        grid=cells.grid,
        n_cells=len(cells.counts),
        cosine_mean=_mean(close),
        cosine_p10=float(np.quantile(close, 0.1)) if len(close) else np.nan,
        cosine_chance=_between(near),
        retrieval_exact=_mean(retrieved == rows),
        retrieval_3x3=_mean(neighbour),
        retrieval_chance=_mean(apart == 0),
        retrieval_3x3_chance=_mean(apart <= 1),
        label_agreement=_mean(told == wanted),
        label_chance=_mean(told[:, None] == wanted[None]),
        spread_mean=_mean(spread(cells, view.vectors, view.mean)),
        spread_chance=_mean(_dealt_spread(view, seed)),
    )


def directions(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Vectors (n, d) seen from their mean, of length 1; zero where one is the mean, but for rounding."""
    seen = np.asarray(vectors, np.float64) - mean
    length = np.linalg.norm(seen, axis=1, keepdims=True)
    scale = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(seen, length, out=np.zeros_like(seen), where=length > 1e-5 * scale)


def nearest_icons(targets: np.ndarray, mean: np.ndarray, means: np.ndarray, icons: np.ndarray) -> np.ndarray:
    """For each target (c, d), the icon of the one of other cells' ``means`` (k, d) that points most nearly its way.

    Icons of a coarser grid are a good start for those of a finer one, and let a reader who zooms in recognise them.
    """
    return np.asarray(icons)[(directions(targets, mean) @ directions(means, mean).T).argmax(1)]


def answers(network: Network, icons: np.ndarray) -> np.ndarray:
    """The class that a network names, given each icon alone, int64 (c,); a small icon goes on as its own reflection."""
    assert network.example_shape is not None
    height, width = network.example_shape[-2:]

    @torch.no_grad()
    def told(part: slice) -> torch.Tensor:
        levels = torch.from_numpy(_spread_out(icons[part], height, width)).movedim(-1, 1).float() / LEVELS
        answer = network.module(pictures.standardised(network, levels.to(network.device)))
        return getattr(answer, "logits", answer).argmax(1).cpu()

    return in_parts(told, len(icons), AT_ONCE)[0].numpy()


def _spread_out(icons: np.ndarray, height: int, width: int) -> np.ndarray:
    """Icons (c, px, px, channels) and around them their reflections: (c, height, width, channels)."""
    side = max(height, width)
    before = max(0, side - icons.shape[1]) // 2
    after = max(0, side - icons.shape[1] - before)
    spread_out = np.pad(icons, ((0, 0), (before, after), (before, after), (0, 0)), mode="symmetric")
    top, left = ((spread_out.shape[1] - each) // 2 for each in (height, width))
    return spread_out[:, top : top + height, left : left + width]


def _apart(cells: Cells, which: np.ndarray) -> np.ndarray:
    """How many cells lie between two, also diagonally: (n, n)."""
    places = np.stack([cells.columns, cells.rows], 1).astype(np.int16)[which]
    return np.abs(places[:, None] - places[None]).max(2)


def _between(near: np.ndarray) -> float:
    """The mean cosine of two different rows (n, d) of length 1."""
    n = len(near)
    return float(((near.sum(0) ** 2).sum() - n) / (n * (n - 1))) if n > 1 else np.nan


def _dealt_spread(view: View, seed: int) -> np.ndarray:
    """The spread of each cell when members are dealt to cells of the same sizes at random."""
    member = view.cells.member.copy()
    inside = member >= 0
    member[inside] = np.random.default_rng(seed).permutation(member[inside])
    return spread(replace(view.cells, member=member), view.vectors, view.mean)


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if np.size(values) else np.nan
