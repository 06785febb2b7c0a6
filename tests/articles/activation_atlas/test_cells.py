"""Cells: every point on the map lies in exactly one, and what is said of a cell is so of its members."""

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis.cells import bin_cells, means, spread

RANDOM = np.random.default_rng(0)


def on_lines(grid: int, n: int = 400) -> np.ndarray:
    """Random points, half of them exactly on the lines of the grid."""
    points = RANDOM.random((n, 2), np.float32)
    points[::2] = np.float32(RANDOM.integers(0, grid, (n // 2, 2)) / grid)
    return points


@pytest.mark.parametrize("grid", [1, 8, 20, 160])
def test_every_point_lies_in_exactly_one_cell(grid: int) -> None:
    cells = bin_cells(on_lines(grid), grid, at_least=1)
    assert cells.counts.sum() == 400
    assert (np.bincount(cells.member, minlength=len(cells.counts)) == cells.counts).all()


@pytest.mark.parametrize("grid", [4, 8, 16])
def test_bins_are_half_open(grid: int) -> None:
    points = on_lines(grid)
    cells = bin_cells(points, grid, at_least=1)
    for point, cell in zip(points, cells.member, strict=True):
        column, row = cells.columns[cell], cells.rows[cell]
        assert column / grid <= point[0] < (column + 1) / grid
        assert row / grid <= point[1] < (row + 1) / grid


def test_cells_stand_in_the_order_of_rows_then_columns() -> None:
    cells = bin_cells(on_lines(8), 8)
    place = cells.rows.astype(int) * 8 + cells.columns
    assert (np.diff(place) > 0).all()


def test_a_cell_with_too_few_points_is_none() -> None:
    points = np.array([[0.1, 0.1]] * 4 + [[0.9, 0.1]] * 5, np.float32)
    cells = bin_cells(points, 2)
    assert cells.columns.tolist() == [1] and cells.rows.tolist() == [0] and cells.counts.tolist() == [5]
    assert cells.member.tolist() == [-1] * 4 + [0] * 5


def test_points_off_the_map_are_in_no_cell() -> None:
    points = np.array([[np.nan, 0.5], [1, 0.5], [0.5, -0.01], [0, 0], [1 - 2**-24, 0.5]], np.float32)
    cells = bin_cells(points, 160, at_least=1)
    assert (cells.member >= 0).tolist() == [False, False, False, True, True]
    assert cells.columns.tolist() == [0, 159]


def test_what_a_cell_means_is_the_mean_of_its_members() -> None:
    values = RANDOM.normal(size=(400, 7)).astype(np.float16)
    cells = bin_cells(on_lines(5), 5, at_least=12)
    assert (cells.member < 0).any()
    slowly = [values[cells.member == cell].astype(np.float64).mean(0) for cell in range(len(cells.counts))]
    np.testing.assert_allclose(means(cells, values), slowly, atol=1e-6)


def test_spread_is_the_mean_cosine_to_the_mean() -> None:
    vectors, cells = RANDOM.normal(size=(400, 7)), bin_cells(on_lines(5), 5)
    mean = vectors.mean(0)
    found = spread(cells, vectors, mean)
    for cell in range(len(cells.counts)):
        own = vectors[cells.member == cell] - mean
        middle = own.mean(0)
        cosines = own @ middle / np.linalg.norm(own, axis=1) / np.linalg.norm(middle)
        assert found[cell] == pytest.approx(cosines.mean(), abs=1e-6)


def test_members_that_are_alike_agree_wholly() -> None:
    points, vectors = np.full((6, 2), 0.3, np.float32), np.tile([[1.0, 2.0]], (6, 1))
    cells = bin_cells(points, 10)
    assert spread(cells, vectors, np.zeros(2)).tolist() == [1]
    assert spread(cells, vectors, vectors[0]).tolist() == [0]  # the mean of all has no direction from itself


def test_no_cells_have_no_means() -> None:
    cells = bin_cells(RANDOM.random((20, 2), np.float32), 40)
    assert means(cells, np.ones((20, 3))).shape == (0, 3)
    assert spread(cells, np.ones((20, 3)), np.zeros(3)).shape == (0,)
