"""Planes over two inputs: the codes that occur, the floor that they cut, and what is drawn of both."""

from itertools import product

import numpy as np
import pytest

from generators.articles.multi_neuron.analysis import planes as analysis
from generators.articles.multi_neuron.analysis.zero_lines import crossings, draw, room
from generators.articles.multi_neuron.facts import planes as facts
from generators.articles.multi_neuron.figures import planes as figures
from generators.articles.multi_neuron.figures.painter import area, height
from generators.articles.multi_neuron.results.planes import Planes
from generators.drawing import files
from generators.errors import UsageError


@pytest.fixture(scope="module")
def drawn() -> Planes:
    return analysis.draw_planes(n_draws=3_000)


def test_the_draw_is_the_one_with_most_room_in_which_all_lines_cross(drawn):
    assert np.abs(crossings(drawn.weight, drawn.bias)).max() < 1
    for seed in range(3_000):
        weight, bias = draw(seed, 3)
        if analysis._legible(weight, bias):
            assert room(weight, bias) <= room(drawn.weight, drawn.bias)


def test_codes_that_occur_are_those_of_random_inputs(drawn):
    inputs = np.random.default_rng(0).uniform(-1, 1, (50_000, 2))
    seen = {tuple(code) for code in (inputs @ drawn.weight.T + drawn.bias > 0).tolist()}
    assert {tuple(code) for code in drawn.codes.tolist()} == seen
    assert {tuple(code) for code in drawn.absent.tolist()} == set(product((False, True), repeat=3)) - seen
    assert len(seen) == 7


def test_the_absent_code_is_the_opposite_of_the_triangle(drawn):
    inside = crossings(drawn.weight, drawn.bias).mean(0) @ drawn.weight.T + drawn.bias > 0
    assert drawn.absent.tolist() == [(~inside).tolist()]


def test_planes_never_reach_the_floor_and_are_never_seen_from_below(drawn):
    layout = figures.WIDE.view
    slope = np.linalg.norm(drawn.weight, axis=1).max() * layout.tall
    assert slope < np.tan(np.radians(layout.elevation_degrees))
    assert (np.abs(drawn.weight).sum(1) + np.abs(drawn.bias)).max() < figures.DROP


def test_there_is_no_draw_that_has_everything():
    with pytest.raises(UsageError, match="none of 2 draws of 9 neurons has zero lines that all cross"):
        analysis.draw_planes(9, 2)


def test_cells_tile_the_square_and_have_their_own_code(drawn):
    given = figures._planes(drawn)
    cells = figures.cells(given)
    assert sum(area(cell) for cell, _ in cells) == pytest.approx(4)
    assert sorted(code for _, code in cells) == sorted(tuple(code) for code in drawn.codes.tolist())
    for cell, code in cells:
        middle = figures._centroid(cell)
        assert tuple(height(plane, middle) > 0 for plane in given) == code


def test_both_sides_of_a_line_are_tinted_by_its_sign(drawn):
    for plane in figures._planes(drawn):
        found = dict(figures.sides(plane))
        assert sorted(found) == [False, True]
        for on, strip in found.items():
            heights = np.array([height(plane, corner) for corner in strip]) * (1 if on else -1)
            assert heights.min() > -1e-9
            assert heights.max() <= figures.BAND * np.hypot(*plane[:2]) + 1e-9


def test_every_plane_has_its_name_at_a_corner_of_its_own(drawn):
    assert len(set(figures.tops(figures._planes(drawn)))) == 3
    assert figures.tops([(0.6, 0.5, 0), (0.5, 0.6, 0.1)]) == [(1, 1), (-1, 1)]  # both are highest at (1, 1)


def test_the_reading_says_the_outputs_and_the_code():
    said = figures.reading((0.5, -0.25), (0.125, -1.0, 0.0))
    assert said == "At x = (0.50, −0.25) the outputs are +0.13, −1.00, 0.00: code 100."


def test_the_drawing_holds_the_results_numbers(drawn):
    diagram = figures.planes(drawn)
    assert set(files(diagram)) >= {"diagram.svg", "narrow.svg", "data.json", "data.csv"}
    assert diagram.data["at"] == drawn.at.tolist()
    np.testing.assert_allclose([[row["w1"], row["w2"]] for row in diagram.rows], drawn.weight)
    assert diagram.svg.count("data-line=") == diagram.svg.count("data-plane=") == 3
    assert figures.reading(drawn.at, drawn.outputs) in diagram.svg


def test_the_facts_are_the_results(drawn):
    said = facts.planes(drawn)
    assert (said["regions"], said["absent"], said["conceivable_codes"]) == (7, 1, 8)
    assert said["absent_code"] == "".join(str(int(on)) for on in drawn.absent[0])
