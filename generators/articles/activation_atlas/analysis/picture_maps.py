"""A map whose cells are pictures: in each the one nearest to its middle."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.cells import Cells, bin_cells
from generators.articles.activation_atlas.results.pixels import PictureLevel, PictureMap

OTHERS, TOP = 3, 3
DENSITY = 64


def picture_map(
    space: str,
    points: np.ndarray,
    classes: np.ndarray,
    kept: np.ndarray,
    purity: np.ndarray,
    pictures: np.ndarray,
    grids: list[int],
) -> PictureMap:
    """Put pictures (n, …) of ``classes`` (n,) on a map at ``points`` (n, 2), through some grids.

    ``kept`` (k,) are the classes whose shares are wanted, ``purity`` (n,) what each picture's neighbours share with it.
    """
    levels = [_level(points, classes, kept, purity, grid) for grid in grids]
    pool, places = np.unique(
        np.concatenate([np.concatenate([each.shown, each.others.ravel()]) for each in levels]), return_inverse=True
    )
    missing = int((pool < 0).sum())
    pool, places = pool[missing:], np.maximum(places - missing, -1).astype(np.int32)
    renamed = []
    for each in levels:
        shown, others, places = np.split(places, [len(each.shown), len(each.shown) + each.others.size])
        renamed.append(PictureLevel(**{**each.__dict__, "shown": shown, "others": others.reshape(each.others.shape)}))
    density = np.bincount(_cell(points, DENSITY), minlength=DENSITY**2).reshape(DENSITY, DENSITY)
    return PictureMap(space, density.astype(np.uint16), tuple(renamed), pictures[pool], classes[pool].astype(np.int16))


def _level(points: np.ndarray, classes: np.ndarray, kept: np.ndarray, purity: np.ndarray, grid: int) -> PictureLevel:
    cells = bin_cells(points, grid, 1)
    near = _nearest(cells, points)
    tally = np.zeros((len(cells.counts), int(max(classes.max(), kept.max())) + 1), np.float32)
    np.add.at(tally, (cells.member, classes), 1)
    shares = tally / cells.counts[:, None]
    top = np.argsort(-shares, 1, kind="stable")[:, :TOP]
    top_shares = np.take_along_axis(shares, top, 1)
    wide = ((0, 0), (0, TOP - top.shape[1]))
    return PictureLevel(
        grid,
        cells.columns,
        cells.rows,
        cells.counts,
        near[:, 0],
        near[:, 1:],
        shares[:, kept].astype(np.float16),
        np.pad(np.where(top_shares > 0, top, -1), wide, constant_values=-1).astype(np.int16),
        np.pad(top_shares, wide),
        (np.bincount(cells.member, purity, len(cells.counts)) / cells.counts).astype(np.float32),
    )


def _nearest(cells: Cells, points: np.ndarray) -> np.ndarray:
    """For each cell the members nearest to its middle: int32 (c, 4), -1 where fewer."""
    middles = (np.stack([cells.columns, cells.rows], 1) + 0.5) / cells.grid
    order = np.lexsort((((points - middles[cells.member]) ** 2).sum(1), cells.member))
    ranks = np.arange(len(order)) - (np.cumsum(cells.counts) - cells.counts)[cells.member[order]]
    first = ranks <= OTHERS
    found = np.full((len(cells.counts), OTHERS + 1), -1, np.int32)
    found[cells.member[order][first], ranks[first]] = order[first]
    return found


def _cell(points: np.ndarray, grid: int) -> np.ndarray:
    column, row = np.minimum((points * grid).astype(int), grid - 1).T
    return row * grid + column
