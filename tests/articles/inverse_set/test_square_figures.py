"""The linear neuron's inverse set and the triangles as drawings: their geometry, and the result's numbers in them."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from generators.articles.inverse_set.figures import collapse as collapses
from generators.articles.inverse_set.figures import cube as cubes
from generators.articles.inverse_set.figures import half_planes, square, unit_square
from generators.articles.inverse_set.figures import triangles as triangle_figures
from generators.articles.inverse_set.figures.activation_law import exact_law, largest_gap, stairs
from generators.articles.inverse_set.figures.error_rows import ROWS, number, ratio
from generators.articles.inverse_set.results.linear import Linear
from generators.drawing import Diagram, files
from generators.drawing.weights import signed
from tests.articles.inverse_set import linear_stand_in, triangles_stand_in


@pytest.fixture(scope="module")
def result() -> Linear:
    return linear_stand_in.linear()


@pytest.fixture(scope="module")
def drawings(result) -> dict[str, Diagram]:
    return {
        "square": square.square(result),
        "cube": cubes.cube(result),
        "collapse": collapses.collapse(result),
        "triangles": triangle_figures.triangles(triangles_stand_in.triangles()),
    }


def circles(svg: str) -> np.ndarray:
    """Places of all circles with a title: the points of samples."""
    found = re.findall(r"<circle ([^>]*)><title>", svg)
    return np.array([[float(re.search(rf'\b{name}="([-\d.]+)"', each)[1]) for name in ("cx", "cy")] for each in found])


def corners(result: Linear) -> half_planes.Polygon:
    return [(x, y) for x, y in result.polygon.tolist()]


# --- all of them ----------------------------------------------------------------------------------------------------


def test_every_drawing_may_stand_in_a_page(drawings):
    for drawing in drawings.values():
        assert {"diagram.svg", "narrow.svg", "data.json", "data.csv"} <= set(files(drawing))
        assert files(drawing) == files(drawing)


def test_letters_are_legible_on_a_phone(drawings):
    for drawing in drawings.values():
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', drawing.narrow)[1])
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', drawing.narrow)]
        assert width <= 400 and min(sizes) * 343 / width >= 10.4


# --- half planes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_a_clipped_square_has_the_area_that_random_points_say(seed):
    random = np.random.default_rng(seed)
    w, points = random.normal(size=2), random.random((40_000, 2))
    low, high = np.quantile(points @ w, np.sort(random.random(2)))
    kept = half_planes.clip(half_planes.clip(half_planes.CORNERS, w, high), -w, -low)
    inside = (points @ w >= low) & (points @ w <= high)
    assert half_planes.area(kept) == pytest.approx(inside.mean(), abs=0.012)
    middle = (low + high) / 2
    assert half_planes.share_below(kept, w, middle) == pytest.approx(((points @ w)[inside] <= middle).mean(), abs=0.03)


def test_clipping_keeps_all_or_nothing_where_no_side_is_cut():
    for most, area in ((3.1, 1), (float("inf"), 1), (-0.1, 0), (-float("inf"), 0)):
        assert half_planes.area(half_planes.clip(half_planes.CORNERS, (1, 2), most)) == area
    for most, area in ((0.1, 1), (-0.1, 0)):
        assert half_planes.area(half_planes.clip(half_planes.CORNERS, (0, 0), most)) == area


def test_a_line_through_corners_halves_the_square():
    kept = half_planes.clip(half_planes.CORNERS, (1, 1), 1)
    assert sorted(kept) == [(0, 0), (0, 1), (1, 0)] and half_planes.area(kept) == 0.5


def test_an_activation_and_its_bound_are_inverse(result):
    case = result.square
    for x in np.random.default_rng(0).random((20, 2)).tolist():
        z = half_planes.activation(case, x)
        assert half_planes.bound(z, case.b) == pytest.approx(case.w @ x)
    assert half_planes.bound(0, 1) == -np.inf and half_planes.bound(1, 1) == np.inf


def test_a_level_line_lies_on_its_level_and_on_the_border():
    random = np.random.default_rng(1)
    for w in random.normal(size=(30, 2)):
        at = float(random.random(2) @ w)
        one, other = half_planes.level_line(w, at)
        for x in (one, other):
            assert w @ x == pytest.approx(at)
            assert min(abs(np.array([*x, x[0] - 1, x[1] - 1]))) < 1e-12
        assert sum(one) <= sum(other)
        assert half_planes.level_line(w, 9.0) == []


def test_levels_are_round_and_in_reach(result):
    case = result.square
    found = half_planes.level_values(case)
    heights = [half_planes.activation(case, corner) for corner in half_planes.CORNERS]
    assert 2 <= len(found) <= 7 and min(heights) <= found[0] and found[-1] <= max(heights)
    assert all(round(value, 3) == pytest.approx(value) for value in found)
    assert half_planes.level_values(replace(case, w=np.zeros(2))) == []


# --- the square -----------------------------------------------------------------------------------------------------


def test_points_stand_where_they_are_in_both_layouts(result, drawings):
    method = next(each for each in result.square.methods if each.name == square.FIRST)
    for svg, box in ((drawings["square"].svg, square.WIDE.square), (drawings["square"].narrow, square.NARROW.square)):
        left, bottom = box.left, box.top + box.side
        wanted = np.stack([left + box.side * method.points[:, 0], bottom - box.side * method.points[:, 1]], 1)
        np.testing.assert_allclose(circles(svg), wanted, atol=0.051)


def test_a_window_of_the_square_holds_its_points_and_little_more():
    for seed in range(20):
        random = np.random.default_rng(seed)
        points = random.random(2) * 0.6 + random.random((9, 2)) * 0.4
        box = unit_square.UnitSquare(10, 20, 100).around(points)
        places = np.array([box.place(point) for point in points])
        assert (places >= (10 - 1e-9, 20 - 1e-9)).all() and (places <= (110 + 1e-9, 120 + 1e-9)).all()
        assert box.extent <= 1.16 * np.ptp(points, axis=0).max() + 0.01
        assert min(box.low) >= 0 and max(box.low) + box.extent <= 1 + 1e-9


def test_the_data_are_the_results(result, drawings):
    data = drawings["square"].data
    assert [each["name"] for each in data["methods"]] == [method.name for method in result.square.methods]
    for each, method in zip(data["methods"], result.square.methods, strict=True):
        np.testing.assert_array_equal(each["points"], method.points)
        assert each["errors"] == {name: getattr(method.errors, name) for name, *_ in ROWS}
    assert len(drawings["square"].rows) == sum(len(method.points) for method in result.square.methods)


def test_ways_that_the_script_does_not_know_are_not_offered(result):
    other = replace(result.square.methods[0], name="by guessing")
    case = replace(result.square, methods=(*result.square.methods, other))
    assert "by guessing" not in [each["name"] for each in square.square(replace(result, square=case)).data["methods"]]


def test_every_error_is_written_beside_that_of_independent_members(result, drawings):
    shown = next(each for each in result.square.methods if each.name == square.FIRST)
    for name, title, _ in ROWS:
        for errors in (shown.errors, result.square.methods[0].errors):
            assert f">{number(name, getattr(errors, name))}</text>" in drawings["square"].svg
        assert f">{title}</text>" in drawings["square"].svg


def test_a_ratio_is_nothing_for_equals_and_ends_at_eight_times():
    assert ratio(0.3, 0.3) == ratio(0.0, 0.0) == 0
    assert ratio(0.8, 0.1) == ratio(80, 0.1) == ratio(1, 0) == 1
    assert ratio(0.1, 0.8) == ratio(0, 1) == -1
    assert ratio(2, 1) == pytest.approx(1 / 3) == -ratio(1, 2)


def test_the_sentence_counts_what_crowds_at_the_lower_end(result):
    case = result.square
    method = next(each for each in case.methods if each.name == square.FIRST)
    near = case.z1 + 0.1 * (case.z2 - case.z1)
    activations = 1 / (1 + np.exp(-(method.points @ case.w) - case.b))
    truth = linear_stand_in.members(case, 20_000, np.random.default_rng(2)) @ case.w + case.b
    count, n, expected = re.fullmatch(
        r"(\d+) of (\d+) points lie in the lowest tenth of the interval; of independent members ([\d.]+) would.",
        square.sentence(result, method),
    ).groups()
    assert (int(count), int(n)) == ((activations <= near).sum(), len(method.points))
    assert float(expected) == pytest.approx(n_of(truth, near) * len(method.points), abs=0.4)


def n_of(preactivations: np.ndarray, near: float) -> float:
    return float((1 / (1 + np.exp(-preactivations)) <= near).mean())


def test_the_gap_between_the_laws_is_kolmogorovs(result):
    case, polygon = result.square, corners(result)
    for method in case.methods:
        points = method.points.tolist()
        _, exact, sample = largest_gap(case, polygon, points)
        found = stats.kstest(
            method.points @ case.w, np.vectorize(lambda t: half_planes.share_below(polygon, case.w, t))
        )
        assert abs(exact - sample) == pytest.approx(found.statistic, abs=1e-9)


def test_both_laws_rise_from_nothing_to_all(result):
    case, points = result.square, result.square.methods[0].points.tolist()
    for pairs in (exact_law(case, corners(result)), stairs(case, points)):
        z, share = np.array(pairs).T
        assert (np.diff(z) >= 0).all() and (np.diff(share) >= -1e-12).all()
        assert share[0] == pytest.approx(0, abs=1e-9) and share[-1] == pytest.approx(1)


# --- the cube -------------------------------------------------------------------------------------------------------


def test_the_view_is_a_rotation_without_the_depth():
    for turn in (0, 34, 124, 301):
        view = cubes.View(0, 0, 1, turn)
        middle = np.full(3, 0.5)
        axes = np.array([view.place(middle + unit) for unit in np.eye(3)]).T
        right, up = axes[0], -axes[1]
        frame = np.stack([right, up, view.away])
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(np.stack([right, up, -view.away])) == pytest.approx(1)  # no mirror


def test_faces_look_outward_and_their_areas_close(result):
    found = cubes.outward(result.faces)
    middle = np.concatenate(found).mean(0)
    assert all(cubes.normal(face) @ (face[0] - middle) > 0 for face in found)
    np.testing.assert_allclose(sum(cubes.normal(face) for face in found), 0, atol=1e-9)
    volume = sum(cubes.normal(face) @ face[0] for face in found) / 6
    case, points = result.cube, np.random.default_rng(0).random((200_000, 3))
    assert volume == pytest.approx(linear_stand_in.inside(points, case).mean(), abs=0.003)


def test_the_planes_are_seen_nearly_edge_on():
    for seed in range(20):
        w = np.random.default_rng(seed).normal(size=3)
        w /= np.linalg.norm(w)
        steep = [abs(cubes.View(0, 0, 1, turn).away @ w) for turn in range(360)]
        aim = max(np.sin(np.radians(cubes.ASIDE)), min(steep))
        good = [turn for turn in range(360) if abs(steep[turn] - aim) < cubes.ALIKE]
        assert cubes.edge_on(w) == min(good, key=lambda turn: min(abs(turn - 330), 360 - abs(turn - 330)))


def test_the_cube_shows_each_sample_and_its_errors(result, drawings):
    case = result.cube
    for k, name in enumerate(cubes.TITLES):
        method = next(each for each in case.methods if each.name == name)
        np.testing.assert_array_equal(drawings["cube"].data["points"][k], method.points)
        assert cubes.errors(method) in drawings["cube"].svg
        assert signed(method.errors.fill_mean, 3) in cubes.errors(method)
    assert len(circles(drawings["cube"].svg)) == 3 * result.n


# --- the collapse ---------------------------------------------------------------------------------------------------


def test_the_collapse_draws_first_middle_and_last(result, drawings):
    found = result.collapse
    layout = collapses.WIDE
    boxes = [box.around(result.polygon) for box in (layout.first, layout.now, layout.last)]
    wanted = [
        [box.place(point) for point in found.points[k].tolist()]
        for k, box in zip((0, collapses.middle(found), -1), boxes, strict=True)
    ]
    np.testing.assert_allclose(circles(drawings["collapse"].svg), np.concatenate(wanted), atol=0.051)
    for k in (0, collapses.middle(found), -1):
        assert f">{collapses.when(int(found.steps[k]))}</tspan>" in drawings["collapse"].svg
        assert f">{collapses.places(int(found.distinct[k]))}</tspan>" in drawings["collapse"].svg


def test_crowds_are_counted_where_they_are(result):
    box = unit_square.UnitSquare(0, 0, 100)
    points = np.array([[1, 0.4]] * 5 + [[0.6, 1]] * 3 + [[0.2, 0.2]] * 2)
    assert re.findall(r">(\d+)</text>", "".join(collapses.crowds(box, points))) == ["5", "3"]


def test_curves_hold_every_value_below_their_top(result, drawings):
    found = result.collapse
    for name, values in (("spread", found.spread), ("fill_mean", found.fill_mean), ("distinct", found.distinct)):
        assert drawings["collapse"].data[name] == values.tolist()
        most = float(re.search(rf'data-curve="{name}" data-geometry="[^"]* ([\d.]+)"', drawings["collapse"].svg)[1])
        assert most > values.max()


# --- triangles ------------------------------------------------------------------------------------------------------


def test_area_and_perimeter_are_herons():
    corners = np.random.default_rng(3).random((200, 3, 2))
    for one, (area, perimeter) in zip(corners.tolist(), triangles_stand_in.measures(corners), strict=True):
        assert triangle_figures.area(one) == pytest.approx(area, abs=1e-9)
        assert triangle_figures.perimeter(one) == pytest.approx(perimeter)


def test_triangles_are_drawn_with_their_numbers(drawings):
    result = triangles_stand_in.triangles()
    svg = drawings["triangles"].svg
    for area, perimeter in triangles_stand_in.measures(result.corners):
        assert f"<title>area {signed(area, 3)}, perimeter {signed(perimeter, 2)}</title>" in svg
    assert svg.count("<title>area") == len(result.corners) == 24
    assert f"rejection, {round(result.tried / len(result.rejected))} drawn for each" in svg


def test_members_stand_within_the_bounds_that_are_drawn(drawings):
    svg = drawings["triangles"].svg
    left, bottom, right, top = map(float, re.search(r'd="M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H', svg).groups())
    found = circles(svg)
    assert len(found) == 2 * triangle_figures.MARKED
    assert (found >= (left - 0.1, top - 0.1)).all() and (found <= (right + 0.1, bottom + 0.1)).all()
