"""An atlas: maps of cells at several grids, each cell a small picture; what a reader may filter, look up and follow.

``atlas_files`` writes what a page shows at rest, the coarsest level of the first map, and the files from which
``site_src/assets/atlas.js`` shows the rest: each level's cells and pictures are fetched when a reader comes near.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

_NAME = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True)
class AtlasLevel:
    """The filled cells of one grid, in the order of rows, then columns."""

    grid: int
    """How many cells a side has; a level is twice as fine as the one before it, or finer."""
    columns: np.ndarray
    """int (c,), 0 at the left."""
    rows: np.ndarray
    """int (c,), 0 at the top."""
    pictures: np.ndarray
    """uint8 (c, px, px, 1 or 3), the icons."""
    counts: np.ndarray
    """int (c,), how many points each cell holds: icons are drawn larger where there are more."""
    values: np.ndarray
    """float (c, k), a number a cell and class, which the class filter turns into opacity."""
    top: np.ndarray
    """int (c, m), the classes listed for a cell, the first of which labels it, as indices of ``Atlas.labels``; -1 for
    none."""
    top_values: np.ndarray
    """float (c, m)"""
    about: Sequence[Mapping[str, Any]]
    """One mapping a cell: what else is said of it, named in ``Atlas.formats``; also the CSV."""
    examples: np.ndarray
    """int (c, e), indices of ``AtlasMap.examples``; -1 for none."""
    sureness: np.ndarray | None = None
    """float (c,) from 0 to 1; a reader may dim what is not sure. ``None`` where nothing was measured."""


@dataclass(frozen=True)
class AtlasMap:
    """One map: of a layer, a class or a setting."""

    title: str
    said: str
    """One sentence about it."""
    density: np.ndarray
    """int (n, n), points in each cell of a square grid: its thumbnail."""
    levels: Sequence[AtlasLevel]
    """From coarse to fine."""
    examples: np.ndarray
    """uint8 (p, q, q, 1 or 3), real pictures."""
    example_labels: Sequence[str]
    """One for each."""


@dataclass(frozen=True)
class AtlasPoint:
    """A point of interest: a view that the page's text may lead to."""

    name: str
    """Small letters, digits and dashes; ``data-point="NAME"`` in the text refers to it."""
    map: int
    x: float
    """Middle of the view, 0 at the left edge of the map, 1 at the right."""
    y: float
    """0 at the top."""
    scale: float
    """How often the map is wider than the view."""
    words: str
    label: int = -1
    """A class to filter by meanwhile, as an index of ``Atlas.labels``."""


@dataclass(frozen=True)
class AtlasPath:
    """A line through a map, along which a reader is led from cell to cell."""

    words: str
    map: int
    level: int
    cells: Sequence[int]
    """Indices of the level's cells."""


@dataclass(frozen=True)
class Atlas:
    """Maps that a reader moves about in; what travels with them is text, never markup."""

    maps: Sequence[AtlasMap]
    labels: Sequence[str]
    """Of all classes."""
    classes: Sequence[int]
    """Which of them ``AtlasLevel.values`` are of; a reader may filter by these."""
    value: str
    """What ``values`` and ``top_values`` are, such as ``"attribution, in logits"``."""
    map_word: str = "Layer"
    """What a reader chooses by."""
    example_word: str = "Nearest real patches"
    holds: str = "mean of {} activations"
    """What a cell is, with the number that it holds; ends with what is counted, in the plural."""
    signed: bool = True
    """Whether ``top_values`` are said with a plus sign."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Names in ``AtlasLevel.about`` -> Python formats, in the order in which they are said."""
    points: Sequence[AtlasPoint] = ()
    paths: Sequence[AtlasPath] = ()
    start: int = 0
    """The map that a page shows first."""
    beside: bool = False
    """Whether maps stand side by side at first, each at its coarsest level."""


def check_atlas(drawing: Atlas) -> None:
    """Raise ValueError for what cannot be shown."""
    _check(drawing.maps, "has at least one map")
    _check(0 <= drawing.start < len(drawing.maps), "starts with one of its maps")
    _check(_within(drawing.classes, len(drawing.labels)), f"filters by classes of its {len(drawing.labels)} labels")
    _check(len({int(each) for each in drawing.classes}) == len(drawing.classes), "names each class once")
    for index, one in enumerate(drawing.maps):
        _check_map(drawing, one, f"map {index} of an atlas")
    names = [point.name for point in drawing.points]
    _check(len(set(names)) == len(names), "names each point of interest once")
    for point in drawing.points:
        _check_point(drawing, point, f"the point {point.name!r} of an atlas")
    for path in drawing.paths:
        _check_path(drawing, path, f"the path {path.words!r} of an atlas")


def _check_map(drawing: Atlas, one: AtlasMap, where: str) -> None:
    density, examples = one.density, one.examples
    is_square = density.ndim == 2 and density.shape[0] == density.shape[1] and _is_whole(density)
    _check(is_square and density.min(initial=0) >= 0 and density.any(), "has a density int[n, n] of some points", where)
    _check(_are_pictures(examples), "has examples uint8[p, q, q, 1 or 3]", where)
    _check(len(one.example_labels) == len(examples), f"has a label for each of its {len(examples)} examples", where)
    _check(one.levels, "has at least one level", where)
    grids = [level.grid for level in one.levels]
    doubles = all(fine >= 2 * coarse for coarse, fine in pairwise(grids))
    _check(doubles, "has levels from coarse to fine, each at least twice as fine as the one before", where)
    for level in one.levels:
        _check_level(drawing, one, level, f"the level of grid {level.grid} in {where}")
    _check(len({level.pictures.shape[1:] for level in one.levels}) == 1, "has icons of one size at all levels", where)


def _check_level(drawing: Atlas, one: AtlasMap, level: AtlasLevel, where: str) -> None:
    c = len(level.pictures)
    _check(_are_pictures(level.pictures) and c, "has icons uint8[c, px, px, 1 or 3], at least one", where)
    _check(all(_within(each, level.grid) for each in (level.columns, level.rows)), "has cells on its grid", where)
    lengths = {len(each) for each in (level.columns, level.rows, level.counts, level.about)}
    _check(lengths == {c}, f"says column, row, count and more of each of its {c} cells", where)
    places = np.asarray(level.rows, int) * level.grid + np.asarray(level.columns, int)
    _check((np.diff(places) > 0).all(), "has each cell once, in the order of rows, then columns", where)
    _check(_is_whole(level.counts) and min(level.counts) > 0, "has cells that hold a point or more", where)
    k = len(drawing.classes)
    _check(level.values.shape == (c, k), f"has a value for each of its {c} cells and {k} classes", where)
    _check(np.isfinite(level.values).all(), "has values that are numbers", where)
    _check(
        level.top.shape[:1] == (c,) and _within(level.top, len(drawing.labels), -1), "lists classes of labels", where
    )
    _check(level.top_values.shape == level.top.shape, "has a value for each class that is listed", where)
    _check(np.isfinite(level.top_values[level.top >= 0]).all(), "lists values that are numbers", where)
    said = all(name in about for about in level.about for name in drawing.formats)
    _check(said, f"says {', '.join(drawing.formats)} of each cell", where)
    is_list = level.examples.ndim == 2 and len(level.examples) == c
    _check(is_list and _within(level.examples, len(one.examples), -1), "has examples that there are", where)
    if level.sureness is not None:
        is_share = level.sureness.shape == (c,) and ((level.sureness >= 0) & (level.sureness <= 1)).all()
        _check(is_share, "has a sureness from 0 to 1 for each cell", where)


def _check_point(drawing: Atlas, point: AtlasPoint, where: str) -> None:
    _check(_NAME.fullmatch(point.name), "is named by small letters, digits and dashes", where)
    _check(0 <= point.map < len(drawing.maps), "lies on a map that there is", where)
    _check(0 <= point.x <= 1 and 0 <= point.y <= 1, "has x and y from 0 to 1", where)
    _check(point.scale >= 1, "has a scale of 1 or more", where)
    _check(point.label == -1 or point.label in drawing.classes, "filters by a class that has values", where)


def _check_path(drawing: Atlas, path: AtlasPath, where: str) -> None:
    _check(0 <= path.map < len(drawing.maps), "lies on a map that there is", where)
    levels = drawing.maps[path.map].levels
    _check(0 <= path.level < len(levels), "lies on a level that there is", where)
    n = len(levels[path.level].pictures)
    _check(len(path.cells) > 1 and _within(path.cells, n), "leads through two or more cells of its level", where)


def _are_pictures(pictures: np.ndarray) -> bool:
    is_stack = pictures.dtype == np.uint8 and pictures.ndim == 4 and pictures.shape[3] in (1, 3)
    return is_stack and pictures.shape[1] == pictures.shape[2] > 0


def _is_whole(numbers: Any) -> bool:
    return bool(np.issubdtype(np.asarray(numbers).dtype, np.integer))


def _within(indices: Any, n: int, least: int = 0) -> bool:
    """Whether all are whole numbers from ``least`` up to ``n``, which is not among them; true where there are none."""
    array = np.asarray(indices)
    return not array.size or bool(_is_whole(array) and ((array >= least) & (array < n)).all())


def _check(holds: object, law: str, where: str = "an atlas") -> None:
    if not holds:
        raise ValueError(f"{where} {law}, but this one does not")
