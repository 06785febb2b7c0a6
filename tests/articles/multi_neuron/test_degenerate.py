"""Networks whose lines meet: right counts are theory's, careless ones those of the same rule in exact numbers."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import torch

from generators.articles.multi_neuron.analysis import degenerate as analysis
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.facts import degenerate as facts
from generators.articles.multi_neuron.figures import degenerate as figures
from generators.articles.multi_neuron.results.degenerate import Degenerate
from generators.drawing import files

SQUARE = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
THEORY = {"star": 2 * 16, "three": 2 * 3, "twice": 1 + 3 + 3, "grid": 17, "edge": 1 + 2 + 1, "layers": 4 * 8}
"""Of the last, each quadrant has three lines through its corner and one that crosses all four wedges between them."""


@pytest.fixture(scope="module")
def cut() -> Degenerate:
    return analysis.cut_by_hand()


def exactly(rows: list[tuple[Fraction, ...]]) -> int:
    """1 + lines + crossings by exact numbers: a line enters where > 0 changes, and so does another along it."""
    chords = {}
    for k, (a, b, c) in enumerate(rows):
        ends = []
        for (x, y), (u, v) in zip(SQUARE, SQUARE[1:] + SQUARE[:1], strict=True):
            here, there = a * x + b * y + c, a * u + b * v + c
            if (here > 0) != (there > 0):
                t = here / (here - there)
                ends.append((x + t * (u - x), y + t * (v - y)))
        if ends:
            chords[k] = ends
    crossings = 0
    for i, j in combinations(chords, 2):
        a, b, c = rows[j]
        crossings += len({a * x + b * y + c > 0 for x, y in chords[i]}) == 2
    return 1 + len(chords) + crossings


def test_the_right_counts_are_those_of_theory(cut):
    assert {case.slug: case.partition.n_regions for case in cut.cases} == THEORY


def test_the_careless_count_of_a_star_is_that_of_lines_in_general_position(cut):
    assert cut.cases[0].careless == 1 + 16 + 16 * 15 // 2
    assert len(cut.crossings) == 16 * 15 // 2


@pytest.mark.parametrize(
    ("slug", "rows"),
    [
        ("three", [(1, 0, 0), (0, 1, 0), (1, 1, 0)]),
        ("twice", [*analysis.TRIANGLE, analysis.TRIANGLE[0]]),
        ("grid", [*analysis.GRID, *analysis.DIAGONALS]),
        ("edge", [(1, 0, 1), (1, 2, 0.25), (1, -1, 0.25)]),
    ],
)
def test_careless_counts_are_what_the_rule_gives_in_exact_numbers(cut, slug, rows):
    case = next(case for case in cut.cases if case.slug == slug)
    assert case.careless == exactly([tuple(map(Fraction, row)) for row in rows])
    assert case.careless > case.partition.n_regions


@pytest.mark.parametrize("seed", range(8))
def test_of_random_layers_the_careless_count_is_right(seed):
    rows = np.random.default_rng(seed).uniform(-1, 1, (9, 3))
    layer = analysis.lines(*map(tuple, rows))
    (n, met), *_ = analysis.careless(layer, analysis.SQUARE)
    assert n == partition_plane(layer, analysis.SQUARE).n_regions == exactly([tuple(map(Fraction, r)) for r in rows])
    values = met @ rows[:, :2].T + rows[:, 2]
    assert (np.sort(np.abs(values), axis=1)[:, :2] < 1e-12).all()


@pytest.mark.parametrize("seed", range(4))
def test_of_random_deep_networks_too(seed):
    random = np.random.default_rng(seed)
    sizes = ((2, 6), (6, 5), (5, 4))
    deep = analysis.network(*((random.normal(size=(m, n)).tolist(), random.normal(size=m).tolist()) for n, m in sizes))
    assert sum(n for n, _ in analysis.careless(deep, analysis.SQUARE)) == (
        partition_plane(deep, analysis.SQUARE).n_regions
    )


def test_the_stars_crossings_are_truly_at_the_origin_and_were_not_put_there(cut):
    assert 1 < len(cut.points[0]) <= len(cut.crossings) == cut.points[1].sum()
    assert 0 < cut.spread < 1e-14
    assert len(np.unique(np.round(cut.star, 6), axis=0)) == len(cut.star)


def test_the_kaleidoscope_is_what_its_comment_says():
    layer = analysis.network(analysis.HALVES, analysis.KALEIDOSCOPE)
    inputs = np.random.default_rng(0).uniform(-1, 1, (100, 2))
    x, y = np.abs(inputs.T)
    with torch.no_grad():
        found = layer[:3](torch.from_numpy(inputs)).numpy()
    np.testing.assert_allclose(found, np.stack([x - y, 2 * x - y, x - 2 * y, x + y - 1], 1), atol=1e-15)


def test_the_drawing_holds_the_results_numbers(cut):
    diagram = figures.degenerate(cut)
    assert set(files(diagram)) >= {"diagram.svg", "narrow.svg", "data.json", "data.csv"}
    for drawn in (diagram.svg, diagram.narrow):
        assert drawn.count("data-on=") == sum(case.partition.n_regions for case in cut.cases)
        assert drawn.count("data-crossings=") == len(cut.points[0])
        for case in cut.cases:
            assert f"right: {case.partition.n_regions} regions" in drawn
            assert f"careless: {case.careless}<" in drawn
    assert [row["careless count"] for row in diagram.rows] == [case.careless for case in cut.cases]
    assert diagram.data["crossings"] == cut.crossings.tolist()


def test_powers_of_ten_are_written_as_such():
    assert figures._power(1e15) == "10¹⁵"
    assert figures._power(8.88e-16, 1) == "8.9 · 10⁻¹⁶"


def test_the_facts_are_the_results(cut):
    said = facts.degenerate(cut)
    assert (said["lines"], said["crossings"], said["star_careless"]) == (16, 120, 137)
    assert {slug: said[f"{slug}_right"] for slug in THEORY} == THEORY
    assert said["points"] == len({tuple(point) for point in cut.crossings.tolist()})
