"""Two neurons, and planes in a painter's order: what is painted last is what a ray from the viewer meets first."""

from itertools import pairwise
from math import radians, tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.articles.multi_neuron.analysis.two_neurons import place
from generators.articles.multi_neuron.facts import two_neurons as facts
from generators.articles.multi_neuron.figures import two_neurons as figures
from generators.articles.multi_neuron.figures.painter import FLOOR, View, area, chords, clip, facets, height
from generators.articles.multi_neuron.figures.space import SQUARE

SLOPES = st.floats(-0.39, 0.39)
PLANES = st.lists(st.tuples(SLOPES, SLOPES, st.floats(-0.8, 0.8)), min_size=1, max_size=3)
"""Less steep than the view from 30 degrees above: no plane is seen from below."""


@given(PLANES, st.floats(0, 360), st.integers(0, 10_000))
def test_what_is_painted_last_is_what_a_ray_meets_first(planes, turn, seed):
    view = View(turn, 0, 0, 1, 1, elevation_degrees=30)
    pieces = list(facets(planes, SQUARE, view.away))
    surfaces = [FLOOR, *planes]
    for x, y in np.random.default_rng(seed).uniform(-1.2, 1.2, (20, 2)):
        seen = [piece.plane for piece in pieces if _covers(piece, surfaces, view, (x, y))]
        met = _met(surfaces, view, x, y)
        if met is not None:
            assert seen[-1:] == met


def _covers(piece, surfaces, view, point) -> bool:
    """Whether the piece, as painted, covers a place of the picture."""
    plane = surfaces[piece.plane + 1]
    corners = [view.place(corner, height(plane, corner)) for corner in piece.floor]
    sides = [_side(a, b, point) for a, b in pairwise([*corners, corners[0]])]
    return all(side > 0 for side in sides) or all(side < 0 for side in sides)


def _side(a, b, point) -> float:
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])


def _met(surfaces, view, x, y):
    """Send a ray through the picture: the surface nearest to the viewer, or None where that is too close to tell."""
    deep, across = np.array(view.away), np.array([view.away[1], -view.away[0]])
    found = []
    for index, (w1, w2, b) in enumerate(surfaces):
        # place() gives y = -(d sin + z cos) with z = slope · d + level on this surface, d the depth
        level = (w1 * across[0] + w2 * across[1]) * x + b
        slope = w1 * deep[0] + w2 * deep[1]
        sine, cosine = np.sin(radians(30)), np.cos(radians(30))
        d = (-y - level * cosine) / (sine + slope * cosine)
        u, v = x * across + d * deep
        margin = 1 - max(abs(u), abs(v))
        if abs(margin) < 1e-3:
            return None
        if margin > 0:
            found.append((d, index - 1))
    found.sort()
    if len(found) > 1 and found[1][0] - found[0][0] < 1e-3:
        return None
    return [found[0][1]] if found else []


@given(PLANES, st.floats(0, 360))
def test_pieces_tile_the_square_once_for_each_surface(planes, turn):
    view = View(turn, 0, 0, 1, 1)
    pieces = list(facets(planes, SQUARE, view.away))
    for index in range(-1, len(planes)):
        assert sum(area(piece.floor) for piece in pieces if piece.plane == index) == pytest.approx(4, abs=1e-6)


@given(PLANES, st.floats(0, 360))
def test_no_piece_changes_sign(planes, turn):
    for piece in facets(planes, SQUARE, View(turn, 0, 0, 1, 1).away):
        if piece.plane >= 0:
            outputs = [height(planes[piece.plane], corner) for corner in piece.floor]
            assert min(outputs) >= -1e-9 if piece.on else max(outputs) <= 1e-9


@given(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1)))
def test_clipping_with_a_plane_and_its_negative_halves_the_square(plane):
    sides = [plane, tuple(-value for value in plane)]
    halves = [clip(SQUARE, side) for side in sides]
    if abs(plane[0]) + abs(plane[1]) > 1e-6:
        assert sum(abs(area(half)) for half in halves) == pytest.approx(4, abs=1e-6)
    for side, half in zip(sides, halves, strict=True):
        assert all(height(side, corner) >= -1e-9 for corner in half)


def test_a_grid_on_the_square_has_its_lines():
    lengths = [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in chords(SQUARE, 0.25, 1)]
    assert len(lengths) in (14, 16, 18)  # with the borders or without
    np.testing.assert_allclose(lengths, 2)


def test_the_figures_planes_are_never_seen_from_below():
    result = place()
    for layout in (figures.WIDE, figures.NARROW):
        steepest = layout.view.tall * np.linalg.norm(result.plane_weight, axis=1).max()
        assert steepest < tan(radians(layout.view.elevation_degrees))


def test_both_pairs_differ_in_sign_at_the_input_shown():
    result = place()
    for outputs in (result.line_outputs, result.plane_outputs):
        assert outputs[0] > 0 > outputs[1]
    np.testing.assert_allclose(result.line_weight[:, 0] * result.line_zeros + result.line_bias, 0, atol=1e-12)
    said = facts.pairs(result)
    assert said["line_first"] == pytest.approx(0.9 * 0.75 - 0.25)
    assert said["plane_second"] == pytest.approx(0.1 * 0.75 - 0.7 * 0.75 + 0.25)


def test_the_drawing_holds_the_results_numbers():
    result = place()
    drawn = figures.two_neurons(result)
    assert [row["b"] for row in drawn.rows] == [*result.line_bias, *result.plane_bias]
    for picture in (drawn.svg, drawn.narrow):
        assert "neuron 1 +0.30, neuron 2 −0.20" in picture
        assert "var(--nf-highlight)" in picture
