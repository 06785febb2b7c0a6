"""A map through a grid: who a cell's members are, counted again by hand; and paths over it."""

import dataclasses
import itertools

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis.cells import bin_cells, means
from generators.articles.activation_atlas.analysis.collecting import Collected, Gathered
from generators.articles.activation_atlas.analysis.paths import find_path
from generators.articles.activation_atlas.analysis.view import View, cosine
from generators.articles.activation_atlas.results.atlas import Landmark, Level, MadeLevel

N, UNITS, CLASSES, GRID = 600, 6, 4, 5


def viewed(seed: int, kept_classes: int = CLASSES) -> View:
    """A view of random activations, a fifth of which are not on the map."""
    random = np.random.default_rng(seed)
    vectors = random.random((N, UNITS)).astype(np.float16)
    attribution = random.normal(size=(N, CLASSES)).astype(np.float16)
    order = np.argsort(-attribution, 1)
    gathered = Gathered(
        "layer",
        (UNITS, 5, 5),
        vectors,
        random.integers(1, 4, (N, 2)).astype(np.int32),
        attribution[:, :kept_classes],
        order.astype(np.int32),
        np.take_along_axis(attribution, order, 1),
    )
    truth = random.integers(-1, CLASSES, N)
    found = Collected(np.arange(N), truth, truth, np.arange(kept_classes), {"layer": gathered})
    kept = np.sort(random.choice(N, 4 * N // 5, replace=False))
    points = random.random((len(kept), 2)).astype(np.float32)
    on, cells = np.asarray(vectors, np.float32)[kept], bin_cells(points, GRID)
    return View(found, gathered, kept, points, on, on.mean(0), cells, means(cells, on))


def members(view: View, cell: int) -> np.ndarray:
    """Rows of what was collected that lie in a cell, found by their points alone."""
    x, y = (view.points * GRID).astype(int).T
    return view.kept[(x == view.cells.columns[cell]) & (y == view.cells.rows[cell])]


@pytest.mark.parametrize("seed", range(3))
def test_attribution_and_truth_are_those_of_the_members(seed):
    view = viewed(seed)
    top, values = view.top(CLASSES)
    truth, shares = view.truth(CLASSES)
    for cell in range(len(view.cells.counts)):
        rows = members(view, cell)
        assert len(rows) == view.cells.counts[cell]
        mean = view.gathered.attribution[rows].astype(float).mean(0)
        assert np.allclose(view.attribution[cell], mean, atol=1e-5)
        assert top[cell, 0] == mean.argmax() and values[cell, 0] == pytest.approx(mean.max(), abs=1e-5)
        assert (top[cell, CLASSES:] == -1).all() and (values[cell, CLASSES:] == 0).all()
        known = view.found.truth[rows]
        tally = np.bincount(known[known >= 0], minlength=CLASSES) / len(rows)
        assert np.allclose(shares[cell], np.sort(tally)[::-1][:3])
        assert all(tally[label] == pytest.approx(share) for label, share in zip(truth[cell], shares[cell], strict=True))


def test_of_many_classes_the_five_largest_of_each_activation_are_added_up():
    """Here five are all there are: what is added up is what the mean over all classes says."""
    view, few = viewed(4), viewed(4, kept_classes=2)
    for whole, added in zip(view.top(CLASSES), few.top(CLASSES), strict=True):
        assert np.allclose(whole, added, atol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_nearest_members_are_the_nearest_of_all_members(seed):
    view = viewed(seed)
    nearest = view.nearest()
    for cell in range(len(view.cells.counts)):
        rows = members(view, cell)
        vectors = view.gathered.vectors[rows].astype(np.float32)
        close = cosine(vectors, np.repeat(view.means[cell][None], len(rows), 0), view.mean)
        wanted = rows[np.argsort(-close, kind="stable")][:5]
        assert nearest[cell, : len(wanted)].tolist() == wanted.tolist()
        assert (nearest[cell, len(wanted) :] == -1).all()


def test_the_centred_cosine_of_a_vector_that_is_the_mean_is_zero():
    mean = np.array([1.0, 2.0], np.float32)
    assert cosine(np.array([[1.0, 2.0], [2.0, 2.0]]), np.array([[5.0, 5.0], [3.0, 2.0]]), mean).tolist() == [0.0, 1.0]


def drawn(cells: list[tuple[int, int]], means_: np.ndarray) -> MadeLevel:
    """A level of cells at (column, row) with these means."""
    empty = np.zeros((len(cells), 1))
    columns, rows = np.array(cells).T
    fields = {field.name: empty for field in dataclasses.fields(Level)}
    level = Level(**fields | {"grid": 9, "columns": columns, "rows": rows, "counts": np.full(len(cells), 5)})
    return MadeLevel(level, means_, None, empty, 0.0, 0)


def mark(label: int, cell: tuple[int, int]) -> Landmark:
    return Landmark(0, label, *cell, 9)


def test_a_path_goes_where_cells_change_least_and_never_over_a_gap():
    """A ring of cells: one half turns smoothly from one end to the other, the other half jumps about."""
    upper = [(x, 0) for x in range(5)]
    lower = [(x, 2) for x in range(5)]
    cells = [*upper, (0, 1), (4, 1), *lower]
    angle = {cell: np.pi * cell[0] / 4 for cell in [*upper, (0, 1), (4, 1)]}
    angle |= {cell: np.pi * (cell[0] / 4 + (cell[0] % 2)) for cell in lower}
    means_ = np.array([(np.cos(angle[cell]), np.sin(angle[cell])) for cell in cells], np.float32)
    path = find_path(drawn(cells, means_), 0, 0, mark(0, (0, 1)), mark(1, (4, 1)))
    assert path is not None and (path.start, path.end) == (0, 1)
    places = [cells[each] for each in path.cells]
    assert places[0] == (0, 1) and places[-1] == (4, 1)
    assert {row for _, row in places} == {0, 1}
    assert all(max(abs(a - c), abs(b - d)) == 1 for (a, b), (c, d) in itertools.pairwise(places))


def test_there_is_no_path_between_islands():
    cells = [(0, 0), (1, 0), (3, 0), (4, 0)]
    assert find_path(drawn(cells, np.eye(4, dtype=np.float32)), 0, 0, mark(0, (0, 0)), mark(1, (4, 0))) is None
