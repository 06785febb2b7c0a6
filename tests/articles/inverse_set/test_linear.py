"""Samples of the linear neuron's set: laws of the ways to sample, of the errors, and of what is judged."""

import dataclasses
import math

import numpy as np
import pytest

from generators import meter
from generators.articles.inverse_set.analysis.linear import clumps, expected_ks, sample_linear
from generators.articles.inverse_set.analysis.linear_neuron import Slab, quantile
from generators.articles.inverse_set.analysis.linear_neuron.known import known_samples
from generators.articles.inverse_set.analysis.linear_neuron.published import climbing, k_at_a_time
from generators.articles.inverse_set.analysis.linear_neuron.samplers import anywhere, projected_starts, walk
from generators.articles.inverse_set.analysis.linear_neuron.shape import polygon
from generators.articles.inverse_set.analysis.linear_neuron.verdict import FAULTY, Verdict
from generators.articles.inverse_set.analysis.linear_neuron.yardstick import Yardstick, ks_exact
from generators.articles.inverse_set.facts.linear import linear as facts
from generators.articles.inverse_set.figures.ground_truth import calibrations, ground_truth
from generators.articles.inverse_set.results.linear import Linear
from generators.drawing import files
from generators.meter import watched

SMALL = {
    "n": 40,
    "square": [3.2, 2.4],
    "cube": [2.4, 2.0, -2.5],
    "dims": [5],
    "shares": [0.9, 0.99],
    "members": 400,
    "repeats": 100,
    "moves": 15,
    "pool": 300,
    "steps": 300,
    "step": 0.05,
    "k": 8,
    "k_step": 0.2,
    "seed": 0,
}


@pytest.fixture(scope="module")
def result() -> Linear:
    return sample_linear(**SMALL)


def slab(d: int, seed: int = 0) -> Slab:
    w = np.random.default_rng([seed, d]).normal(size=d)
    return Slab(w, quantile(w, 0.9), quantile(w, 0.99))


def yardstick(d: int, n_members: int = 500) -> Yardstick:
    return Yardstick.of(slab(d), n_members, 50, np.random.default_rng(d))


def pairs(x: np.ndarray) -> float:
    return sum(((a - b) ** 2).sum() for a in x for b in x)


# --- the ways to sample ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [2, 5, 12])
def test_the_published_objective_never_falls_while_it_is_climbed_and_keeps_below_its_optimum(d):
    way = list(climbing(slab(d), anywhere(slab(d), 30, 1), 0.1, 80))
    climbed = np.array([pairs(x) for x in way[::8]])
    assert (np.diff(climbed) >= -1e-9).all() and climbed[-1] > 1.5 * climbed[0]
    assert climbed[-1] / 30**2 <= d / 2


@pytest.mark.parametrize("d", [2, 3, 16])
def test_half_of_the_points_at_either_end_of_a_diagonal_reach_the_objectives_optimum(d):
    ends = np.repeat([np.zeros(d), np.ones(d)], 10, axis=0)
    assert pairs(ends) / 20**2 == d / 2
    *_, last = climbing(Slab(np.ones(d), -math.inf, math.inf), ends, 0.3, 5)
    np.testing.assert_array_equal(last, ends)  # and stay there


def test_climbing_ends_at_corners_of_the_set_and_in_a_few_clumps():
    *_, last = climbing(slab(2), anywhere(slab(2), 64, 0), 0.05, 300)
    corners = polygon(slab(2))
    assert np.linalg.norm(last[:, None] - corners, axis=2).min(1).max() < 1e-9
    assert clumps(last, 0.02) <= len(corners)


def test_a_sample_that_stops_when_feasible_has_nearly_all_points_at_the_lower_end():
    each = slab(6)
    first = next(climbing(each, anywhere(each, 500, 0), 0.05, 0))
    at_end = np.isclose(first @ each.w, each.low, atol=1e-9).mean()
    assert at_end == pytest.approx(0.90, abs=0.06)  # the share of the cube that lies below the interval


def test_k_at_a_time_moves_each_batch_along_the_gradient_from_the_last_and_keeps_the_seeds():
    each, random = Slab(np.ones(3), -math.inf, math.inf), np.random.default_rng(0)
    start = random.uniform(0, 0.4, (4, 3))
    found = k_at_a_time(each, start, 0.6, 11)
    assert found.shape == (11, 3)
    np.testing.assert_allclose(found[:4], start)
    x = found[4:8]
    assert not np.allclose(x.mean(0), start.mean(0))  # some met the cube's sides, so both means count
    gradient = sum(4 * (x - other) for other in x) + sum(2 * (x - seed) for seed in start)
    np.testing.assert_allclose(found[8:], np.clip(x + 0.6 * gradient / (4 * 4 + 2 * 4), 0, 1)[:3])


@pytest.mark.parametrize("d", [2, 6, 16])
def test_moves_from_anywhere_follow_the_uniform_law_on_the_set(d):
    each = slab(d)
    points = walk(each, 400, 400, 60, seed=3)
    assert points.shape == (400, d) and each.inside(points).all()
    assert ks_exact(each.law.distribution(points @ each.w)) < 1.95 / math.sqrt(400)  # once in 1000
    members = each.members(4000, np.random.default_rng(5))
    error = members.std(0) * math.sqrt(1 / 400 + 1 / 4000)
    assert (np.abs(points.mean(0) - members.mean(0)) < 4.5 * error).all()


def test_projected_starts_spread_evenly_over_the_interval():
    each = slab(4)
    values = np.sort((projected_starts(each, 50, 0) @ each.w - each.low) / (each.high - each.low))
    np.testing.assert_allclose(values, (np.arange(50) + 0.5) / 50, atol=0.08)


# --- the errors -----------------------------------------------------------------------------------------------------


def test_the_errors_are_what_loops_say():
    each = yardstick(3, 60)
    points = each.slab.members(12, np.random.default_rng(1))
    found = each.errors(points, 1.5, 7)
    members = each.members.numpy()
    gaps = [min(math.dist(member, point) for point in points) for member in members]
    assert (found.fill_mean, found.fill_max) == pytest.approx((np.mean(gaps), max(gaps)))
    near = [min(math.dist(a, b) for j, b in enumerate(points) if i != j) for i, a in enumerate(points)]
    assert found.nearest_neighbour == pytest.approx(np.mean(near))
    assert found.spread == pytest.approx(pairs(points) / 12**2)
    assert found.code_norm == pytest.approx(np.mean([math.hypot(*point) for point in points]))
    reached = [np.ptp(points @ u) / width for u, width in zip(each.directions, each.widths, strict=True)]
    assert found.width == pytest.approx(np.mean(reached))

    def alike(first, second):
        return np.mean(
            [[math.exp(-(math.dist(a, b) ** 2) / (2 * each.kernel_width**2)) for a in first] for b in second]
        )

    assert found.mmd == pytest.approx(alike(points, points) + alike(members, members) - 2 * alike(points, members))
    values = np.linalg.eigvalsh([[alike([a], [b]) / 12 for a in points] for b in points])
    assert found.vendi == pytest.approx(math.exp(-(values * np.log(values)).sum()), rel=1e-6)
    assert (found.feasible_share, found.seconds, found.peak_bytes) == (1, 1.5, 7)


def test_the_kolmogorov_distance_is_the_largest_gap_between_the_steps_and_the_law():
    random = np.random.default_rng(0)
    for n in (1, 2, 7, 64):
        shares = random.random(n)
        grid = np.sort(np.concatenate([shares - 1e-12, shares, [0, 1]]))
        expected = max(abs((shares <= at).mean() - at) for at in grid)
        assert ks_exact(shares) == pytest.approx(expected, abs=1e-9)


def test_the_expected_distance_is_kolmogorovs_mean_and_what_members_show():
    assert expected_ks(64, 0) == pytest.approx((math.sqrt(math.pi / 2) * math.log(2) - 1 / (6 * 8)) / 8, abs=0.003)
    each, random = slab(5), np.random.default_rng(2)
    shown = [ks_exact(each.law.distribution(each.members(20, random) @ each.w)) for _ in range(600)]
    assert np.mean(shown) == pytest.approx(expected_ks(20, 0), abs=0.01)


def test_clumps_are_chains_of_near_points():
    line = np.column_stack([np.array([0, 0.01, 0.02, 0.03, 0.5, 0.51, 0.9]), np.zeros(7)])
    assert clumps(line, 0.015) == 3 and clumps(line[::-1], 0.015) == 3
    assert clumps(line, 0.005) == 7 and clumps(line, 2) == 1


def test_watching_sees_seconds_and_bytes(monkeypatch):
    np.ones(12_000_000).sum()  # an earlier peak, which is not its own
    made, seconds, peak = watched(lambda: np.ones(8_000_000).sum())  # too large for freed memory to serve
    assert made == 8_000_000 and 0 < seconds < 5 and peak > 50_000_000
    assert watched(lambda: 1)[2] < 5_000_000
    monkeypatch.setattr(meter.Path, "read_text", lambda _: "")  # as on other systems
    assert meter._peak_bytes("cpu") > 50_000_000 and watched(lambda: 1)[2] < 5_000_000


# --- what is judged -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [2, 12])
def test_independent_samples_pass_and_known_faults_fail(d):
    each, random = yardstick(d), np.random.default_rng(9)
    verdict = Verdict.by([each.errors(each.slab.members(64, random)) for _ in range(200)])
    passed = [not verdict.failed(each.errors(each.slab.members(64, random))) for _ in range(100)]
    assert sum(passed) >= 95
    failed = {name: verdict.failed(each.errors(x)) for name, x in known_samples(each.slab, 64, random).items()}
    assert failed.pop("one outside") == ("feasible_share",)
    assert not failed.pop("independent members")
    assert {"nearest_neighbour", "fill_mean"} <= set(failed.pop("each eight times"))
    assert "activation_ks" in failed.pop("all at z1")
    corners = failed.pop("corners only")
    assert {"fill_mean", "activation_ks", "mmd"} <= set(corners) and not failed
    if d == 12:  # where every number of diversity alone lets corners pass
        assert not {"vendi", "nearest_neighbour", "spread", "width"} & set(corners)


def test_known_samples_are_what_they_are_called():
    each = slab(3)
    known = known_samples(each, 64, np.random.default_rng(0))
    assert all(len(points) == 64 for points in known.values())
    assert len(np.unique(known["each eight times"], axis=0)) == 8
    np.testing.assert_allclose(known["all at z1"] @ each.w, each.low, atol=1e-9)
    assert each.inside(known["one outside"]).sum() == 63
    corners = known["corners only"]
    ends = np.isclose(corners[..., None], [0, 1]).any(2).sum(1)
    at_bound = np.isclose((corners @ each.w)[:, None], [each.low, each.high]).any(1)
    assert (ends + at_bound >= 3).all()  # a corner lies on as many planes as there are dimensions


def test_a_verdict_asks_every_error_in_its_own_direction():
    each, random = yardstick(3), np.random.default_rng(0)
    independent = [each.errors(each.slab.members(40, random)) for _ in range(100)]
    verdict = Verdict.by(independent)
    larger, smaller = (
        {"fill_mean", "fill_max", "activation_ks", "mmd"},
        {"width", "vendi", "nearest_neighbour", "spread"},
    )
    assert set(FAULTY) == larger | smaller
    for name in FAULTY:
        for change in (10, -10):
            changed = dataclasses.replace(independent[0], **{name: getattr(independent[0], name) + change})
            assert (name in verdict.failed(changed)) == (name in (larger if change > 0 else smaller))


# --- the whole ------------------------------------------------------------------------------------------------------


def test_the_result_holds_together(result):
    assert [len(case.w) for case in result.cases] == [2, 3, 5]
    for case in result.cases:
        assert case.share == pytest.approx(0.09, abs=1e-9)
        middle = 1 / (1 + math.exp(-(case.w.sum() / 2 + case.b)))
        assert middle == pytest.approx(0.5) and 0.5 < case.z1 < case.z2 < 1
        assert math.log(case.z1 / (1 - case.z1)) - case.b == pytest.approx(case.low)
        assert all(len(each.points) == 0 for each in case.methods)
        assert all(each.errors.feasible_share == 1 for each in case.methods)
    for whole, case in ((result.square, result.cases[0]), (result.cube, result.cases[1])):
        assert [each.errors for each in whole.methods] == [each.errors for each in case.methods]
        assert all(each.points.shape == (40, len(case.w)) for each in whole.methods)
    assert result.collapse.points.shape == (len(result.collapse.steps), 40, 2)
    assert result.collapse.steps[0] == 0 and result.collapse.steps[-1] == 300


def test_the_findings_hold(result):
    """What the facts of the project found before: where each way goes wrong."""
    for case in result.cases:
        errors = {each.name: each.errors for each in case.methods}
        worse = {each.name: each.worse for each in case.methods}
        stopped, converged = (errors[f"published, {name}"] for name in ("stopped when feasible", "to convergence"))
        assert stopped.activation_ks > 0.75
        assert converged.fill_mean == max(each.fill_mean for each in errors.values())
        assert converged.spread == max(each.spread for each in errors.values())
        assert errors["hit-and-run, medoids"].fill_mean < errors["independent members"].fill_mean
        assert not worse["independent members"] and not worse["projected starts, then moves"]
        assert errors["K at a time"].nearest_neighbour < 0.7 * errors["independent members"].nearest_neighbour
    found = result.collapse
    assert (np.diff(found.spread) >= -1e-12).all()
    assert found.fill_mean[-1] > 2 * found.fill_mean[0] and found.distinct[-1] < found.distinct[0]


def test_the_same_seed_gives_the_same_points(result):
    again = sample_linear(**SMALL | {"dims": []})
    for first, second in zip(result.square.methods, again.square.methods, strict=True):
        np.testing.assert_array_equal(first.points, second.points)


def test_tables_and_facts_say_what_the_result_says(result):
    table, known = ground_truth(result), calibrations(result)
    assert len(table.rows) == 3 * 10 and len(table.rows[0]) <= 9
    row = next(row for row in table.rows if row["Way"] == "K at a time" and row["d"] == 3)
    method = result.cube.methods[-1]
    assert (row["Gap"], row["Law missed by"]) == (method.errors.fill_mean, method.errors.activation_ks)
    assert row["Told apart by"].count(",") == len(method.worse) - 1
    assert (
        len(known.rows) == 10 and [row["Sample"] for row in known.rows if row["Passes"]] == ["independent members"] * 2
    )
    assert files(table)["data.csv"] and files(known)["table.json"]
    found = facts(result)
    assert found["k_at_a_time_fill_mean_3"] == method.errors.fill_mean
    assert found["spread_optimum_5"] == 2.5 and found["feasible_share"] == 1
    assert found["calibrations_right"] == found["n_calibrations"] == 10
    assert 0.75 < found["stopped_at_end"] < 1 and found["independent_worse"] == 0
    assert all(isinstance(value, int | float) and not math.isnan(value) for value in found.values())
