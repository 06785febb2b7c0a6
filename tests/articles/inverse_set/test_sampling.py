"""The sampler: measures, moves that keep them, projection, and members against throwing away, whatever the set is."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling import (
    Classed,
    Constraints,
    Measure,
    Normal,
    Uniform,
    climbing,
    moves,
    sample_feasible,
)
from generators.articles.inverse_set.analysis.sampling.constraints import together
from generators.articles.inverse_set.analysis.sampling.feasible import bring_in, nearest_starts, spread_values
from generators.articles.inverse_set.analysis.sampling.moves import jump, move
from generators.articles.inverse_set.analysis.sampling.projection import LONGEST, project
from generators.articles.inverse_set.analysis.sampling.selections import bandwidth

UNIT = Uniform(torch.zeros(2), torch.ones(2))
RING = Constraints(lambda x: (x - 0.5).norm(dim=1, keepdim=True), torch.tensor([0.3]), torch.tensor([0.4]))
"""The docstring's: not convex, and a chord crosses it twice."""
CORNER = Constraints(lambda x: x.sum(1, keepdim=True), torch.tensor([1.5]), torch.tensor([9.0]))
TAIL = Constraints(lambda x: x[:, :1], torch.tensor([1.0]), torch.tensor([9.0]))


def numbers(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def linear(w: Tensor, low: list[float], high: list[float]) -> Constraints:
    """Intervals of w (m, k) times a point."""
    return Constraints(lambda x: x @ w.T, torch.tensor(low), torch.tensor(high))


def thrown_away(constraints: Constraints, measure: Measure, n: int, seed: int) -> Tensor:
    """Independent members (n, k): the truth."""
    x = measure.draw(60 * n, numbers(seed))
    return x[constraints.inside(x)][:n]


def same_law(first: Tensor, second: Tensor) -> bool:
    """Whether no coordinate and neither norm nor sum tells two samples apart, at one in 10,000 each (Smirnov)."""
    views = [lambda x: x.norm(dim=1), lambda x: x.sum(1), *(lambda x, k=k: x[:, k] for k in range(first.shape[1]))]
    return all(stats.ks_2samp(view(first).numpy(), view(second).numpy()).pvalue > 1e-4 for view in views)


class TestMeasures:
    @pytest.mark.parametrize("d", [1, 2, 3, 8, 64, 512])
    def test_a_thousandth_of_norms_would_exceed_the_radius(self, d):
        assert Normal(d).radius == pytest.approx(stats.chi(d).ppf(0.999), rel=0.021 if d < 4 else 0.005)

    @pytest.mark.parametrize("measure", [Normal(3), Classed(Normal(3), 4), Uniform(torch.zeros(3), 2 * torch.ones(3))])
    def test_draws_are_inside_and_so_is_what_is_brought_back(self, measure):
        x = measure.draw(500, numbers())
        assert measure.inside(x).all() and torch.equal(x, measure.draw(500, numbers()))
        far = x.clone()
        far[:, :3] *= 9
        assert not measure.inside(far).all()
        back = measure.nearest(far)
        assert measure.inside(back).all()
        torch.testing.assert_close(measure.nearest(x), x, rtol=2e-6, atol=0)

    def test_draws_follow_their_law(self):
        x = Classed(Normal(2), 3).draw(4000, numbers())
        assert stats.kstest(x[:, 0].numpy(), "norm").pvalue > 1e-3
        assert torch.bincount(x[:, 2].long()).tolist() == pytest.approx([4000 / 3] * 3, abs=120)
        box = Uniform(torch.tensor([-1.0, 2.0]), torch.tensor([3.0, 2.5])).draw(4000, numbers())
        assert stats.kstest(box[:, 0].numpy(), stats.uniform(-1, 4).cdf).pvalue > 1e-3
        assert stats.kstest(box[:, 1].numpy(), stats.uniform(2, 0.5).cdf).pvalue > 1e-3

    def test_what_is_brought_back_is_the_nearest_and_keeps_its_class(self):
        x = torch.tensor([[30.0, 40.0, 2.0]])
        back = Classed(Normal(2), 3).nearest(x)[0]
        r = Normal(2).radius
        torch.testing.assert_close(back, torch.tensor([0.6 * r, 0.8 * r, 2.0]), rtol=1e-5, atol=0)
        assert UNIT.nearest(torch.tensor([[-1.0, 0.3]])).tolist() == [[0.0, pytest.approx(0.3)]]

    @pytest.mark.parametrize("measure", [UNIT, Normal(2), Classed(Normal(2), 5)])
    def test_a_curve_begins_at_its_point_and_ends_where_the_space_does(self, measure):
        x, rows = measure.draw(50, numbers()), torch.arange(50)
        curves = measure.curves(x, numbers(1))
        torch.testing.assert_close(curves.at(torch.zeros(50), rows), x)
        assert (curves.low <= 0).all() and (curves.high >= 0).all() and (curves.high > curves.low).all()
        ends = torch.stack([curves.at(end, rows) for end in (curves.low, curves.high)])
        if measure is UNIT:
            assert ((ends[..., :2] < 1e-5) | (ends[..., :2] > 1 - 1e-5)).any(2).all()
        else:
            torch.testing.assert_close(ends[0], ends[1], rtol=0, atol=1e-4)  # an ellipse is closed
            torch.testing.assert_close(curves.high - curves.low, torch.full((50,), 2 * math.pi))

    def test_a_chord_goes_any_way_and_an_ellipse_begins_anywhere(self):
        chords = UNIT.curves(torch.full((2000, 2), 0.5), numbers())
        rows = torch.arange(2000)
        x, y = (chords.at(chords.high, rows) - chords.at(chords.low, rows)).T
        assert stats.kstest((torch.atan2(y, x) % math.pi).numpy(), stats.uniform(0, math.pi).cdf).pvalue > 1e-3
        torch.testing.assert_close(x.hypot(y), chords.high - chords.low, atol=1e-5, rtol=0)
        ellipses = Normal(2).curves(torch.ones(2000, 2), numbers())
        assert stats.kstest(-ellipses.low.numpy(), stats.uniform(0, 2 * math.pi).cdf).pvalue > 1e-3


class TestMoves:
    @pytest.mark.parametrize(
        ("constraints", "measure"),
        [(RING, UNIT), (CORNER, UNIT), (TAIL, Normal(2)), (TAIL, Normal(1)), (RING, Normal(2))],
        ids=["ring", "corner", "normal tail", "one number", "ring of a normal"],
    )
    def test_members_stay_members_and_keep_their_law(self, constraints, measure):
        x = thrown_away(constraints, measure, 1500, seed=1)
        truth = thrown_away(constraints, measure, 1500, seed=2)
        before, random = x, numbers(5)
        for _ in range(6):
            x, looked_at = move(constraints, measure, x, random)
            assert constraints.inside(x).all() and measure.inside(x).all()
            assert len(x) <= looked_at <= moves.TRIES * len(x)
        assert (x != before).any(1).double().mean() > 0.99
        assert same_law(x, truth)

    def test_members_forget_where_they_began(self):
        """All from one point: what is left of a law after moves is the set's, not the start's."""
        for constraints, measure, start in ((RING, UNIT, [0.5, 0.85]), (TAIL, Normal(2), [1.1, 2.0])):
            x, random = torch.tensor([start]).repeat(1500, 1), numbers(3)
            for _ in range(40):
                x, _ = move(constraints, measure, x, random)
            assert same_law(x, thrown_away(constraints, measure, 1500, seed=4))

    def test_a_jump_makes_each_class_as_likely_as_its_share_of_the_set(self):
        """A set that asks more of each next class: the shares are those of normal tails."""
        measure = Classed(Normal(2), 3)
        constraints = Constraints(lambda x: x[:, :1] - x[:, 2:], torch.tensor([0.0]), torch.tensor([9.0]))
        x, random = torch.tensor([[3.0, 0.0, 2.0]]).repeat(3000, 1), numbers(1)
        for _ in range(25):
            x, _ = move(constraints, measure, x, random)
            x, looked_at = jump(constraints, measure, x, random)
            assert looked_at == 3000 and constraints.inside(x).all()
        tails = stats.norm.sf([0, 1, 2])
        expected = 3000 * tails / tails.sum()
        assert stats.chisquare(torch.bincount(x[:, 2].long(), minlength=3).numpy(), expected).pvalue > 1e-4
        jumped, _ = jump(constraints, measure, x, random)
        assert torch.equal(jumped[:, :2], x[:, :2])

    def test_without_classes_nothing_jumps(self):
        x = UNIT.draw(5, numbers())
        for measure in (UNIT, Normal(2)):
            assert jump(RING, measure, x, numbers()) == (x, 0)

    @pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
    def test_a_thin_set_is_met_again_by_shrinking_from_either_side(self, place):
        slab = Constraints(lambda x: (x - place).abs(), torch.tensor([0.0]), torch.tensor([0.01]))
        x = torch.full((1000, 1), place)
        moved, _ = move(slab, Uniform(torch.zeros(1), torch.ones(1)), x, numbers())
        assert float((moved != x).double().mean()) > 0.8
        assert stats.kstest((moved - place).flatten().numpy(), stats.uniform(-0.01, 0.02).cdf).statistic < 0.1

    def test_a_set_too_thin_to_be_met_again_leaves_its_points_alone(self):
        here = torch.tensor([[0.25, 0.75]])
        only = Constraints(lambda x: (x - here).norm(dim=1, keepdim=True), torch.tensor([0.0]), torch.tensor([0.0]))
        moved, looked_at = move(only, UNIT, here, numbers())
        assert torch.equal(moved, here) and looked_at == moves.TRIES

    def test_constraints_are_asked_only_of_points_that_there_are(self):
        asked = []
        watched = Constraints(lambda x: asked.append(x) or x[:, :1], torch.tensor([-9.0]), torch.tensor([9.0]))
        move(watched, Normal(1), torch.full((200, 1), 3.0), numbers())
        assert Normal(1).inside(torch.cat(asked)).all()


class TestConstraints:
    def test_gradients_are_those_of_each_value_at_each_point(self):
        a = torch.randn(3, 4, generator=numbers())
        constraints = Constraints(lambda x: (x @ a.T) ** 2, torch.zeros(3), torch.ones(3))
        x = torch.randn(7, 4, generator=numbers(1))
        values, slopes = constraints.linearised(x)
        torch.testing.assert_close(values, (x @ a.T) ** 2)
        torch.testing.assert_close(slopes, 2 * (x @ a.T)[:, :, None] * a)
        assert not x.requires_grad

    def test_a_gradient_that_is_no_number_counts_as_none(self):
        cusp = Constraints(lambda x: (x - 0.5).abs().sqrt(), torch.zeros(1), torch.ones(1))
        assert cusp.linearised(torch.tensor([[0.5], [0.75]]))[1].flatten().tolist() == [0.0, 1.0]

    def test_both_ends_belong_to_an_interval_and_a_number_that_is_none_does_not(self):
        constraints = linear(torch.eye(2), [0.0, 0.0], [1.0, 2.0])
        x = torch.tensor([[0.0, 0.0], [1.0, 2.0], [1.1, 1.0], [0.5, -0.1], [math.nan, 1.0]])
        assert constraints.inside(x).tolist() == [True, True, False, False, False]
        assert constraints.inside(x[:0]).shape == (0,)

    def test_several_together_want_what_each_wants(self):
        both = together([RING, CORNER])
        x = UNIT.draw(4000, numbers())
        assert torch.equal(both.inside(x), RING.inside(x) & CORNER.inside(x))
        assert 0 < int(both.inside(x).sum()) < int(RING.inside(x).sum())


class TestProjection:
    def test_a_linear_target_is_reached_in_one_step_the_shortest(self):
        """w of even size: no component is clipped; the step is r w / |w|²."""
        w = torch.tensor([[1.0, -1.2, 0.8, 1.1, -0.9]])
        x = 0.3 * torch.randn(40, 5, generator=numbers())
        wanted = x @ w.T + torch.linspace(-2, 2, 40)[:, None]
        found = project(linear(w, [0.0], [0.01]), Normal(5), x, wanted, steps=1)
        torch.testing.assert_close(found, x + (wanted - x @ w.T) * w / w.square().sum(), atol=2e-5, rtol=1e-4)

    def test_two_values_at_once_take_the_least_squares_step(self):
        w = 1 + 0.3 * torch.rand(2, 6, generator=numbers()) * torch.tensor([[1.0], [-1.0]])
        w[1, ::2] *= -1
        x = 0.1 * torch.randn(20, 6, generator=numbers(1))
        wanted = x @ w.T + 0.5 * torch.randn(20, 2, generator=numbers(2))
        found = project(linear(w, [0.0, 0.0], [0.01, 0.03]), Normal(6), x, wanted, steps=1)
        shortest = np.linalg.lstsq(w.numpy(), (wanted - x @ w.T).numpy().T, rcond=None)[0].T
        np.testing.assert_allclose((found - x).numpy(), shortest, atol=1e-4)

    def test_two_curved_values_are_both_reached_by_repeating(self):
        both = Constraints(
            lambda x: torch.stack([(x - 0.5).norm(dim=1), x.sum(1) ** 2], 1),
            torch.tensor([0.3, 1.0]),
            torch.ones(2) * 2,
        )
        x, wanted = UNIT.draw(200, numbers()), torch.tensor([[0.4, 1.5]]).repeat(200, 1)
        off = ((both.values(project(both, UNIT, x, wanted)) - wanted) / torch.tensor([1.7, 1.0])).abs().amax(1)
        assert float((off < 0.02).double().mean()) > 0.95

    def test_a_value_that_is_where_it_should_be_is_left_alone(self):
        asked = []
        slab = Constraints(lambda x: asked.append(len(x)) or x[:, :1], torch.tensor([0.0]), torch.tensor([1.0]))
        project(slab, Normal(3), Normal(3).draw(50, numbers()), torch.full((50, 1), 0.5))
        assert asked[0] == 50 and len(asked) <= 4

    def test_a_curved_set_is_reached_by_repeating(self):
        x = UNIT.draw(200, numbers())
        wanted = torch.full((200, 1), 0.35)
        found = project(RING, UNIT, x, wanted)
        assert ((RING.values(found) - wanted).abs() < 0.01).all() and UNIT.inside(found).all()

    def test_points_stay_where_the_measure_is(self):
        far = linear(torch.ones(1, 4), [99.0], [101.0])
        x = Normal(4).draw(30, numbers())
        found = project(far, Normal(4), x, torch.full((30, 1), 100.0))
        assert Normal(4).inside(found).all()
        assert (far.values(found) > 0.999 * 2 * Normal(4).radius).all()  # as far along as the ball goes

    def test_the_nearest_point_that_was_met_is_returned(self):
        """A cliff: a whole step leads far away, and nothing that follows is as near."""
        cliff = Constraints(lambda x: torch.where(x < 0.1, x, x - 50.0), torch.tensor([0.0]), torch.tensor([1.0]))
        x = torch.tensor([[0.0]])
        found = project(cliff, Normal(1), x, torch.tensor([[0.5]]))
        assert 0.0 <= float(found) < 0.1
        for steps in range(4):
            again = project(RING, UNIT, start := UNIT.draw(50, numbers()), torch.full((50, 1), 0.31), steps)
            missed = [(RING.values(each) - 0.31).abs() for each in (start, again)]
            assert (missed[1] <= missed[0]).all()

    def test_halved_steps_help_where_whole_ones_do_not(self):
        """Newton's step for arctan runs away from far out; the last quarter of the steps brings it home."""
        arc = Constraints(lambda x: (4 * x).atan(), torch.tensor([-0.05]), torch.tensor([0.05]))
        x = torch.tensor([[0.5], [-0.6], [0.9]])
        assert arc.inside(project(arc, Normal(1), x, torch.zeros(3, 1), steps=60)).all()

    def test_no_step_is_longer_than_the_longest_and_stiff_gradients_are_clipped(self):
        w = torch.tensor([[1.0, 1.0, 1.0, 1.0, 1000.0]])
        x = torch.zeros(1, 5)
        found = project(linear(w, [0.0], [1e4]), Normal(5), x, torch.tensor([[9e3]]), steps=1)
        clipped = torch.tensor([1.0, 1.0, 1.0, 1.0, 4.0])
        torch.testing.assert_close(found[0], LONGEST * clipped / clipped.norm(), rtol=1e-3, atol=0)

    def test_what_has_no_slope_or_no_number_stays(self):
        x = UNIT.draw(9, numbers())
        for values in (lambda x: x[:, :1].round(), lambda x: x[:, :1] * math.nan):
            nowhere = Constraints(values, torch.tensor([5.0]), torch.tensor([6.0]))
            assert torch.equal(project(nowhere, UNIT, x, torch.full((9, 1), 5.5)), x)


class TestMembers:
    def test_wanted_values_are_spread_evenly_over_every_interval(self):
        values = spread_values(linear(torch.eye(2), [0.0, -10.0], [1.0, 30.0]), 50, numbers())
        shares = torch.stack([values[:, 0], (values[:, 1] + 10) / 40], 1)
        for column in shares.T:
            expected = 0.05 + 0.9 * (torch.arange(50) + 0.5) / 50
            torch.testing.assert_close(column.sort().values, expected, rtol=0, atol=1e-5)
        assert abs(np.corrcoef(shares.T.numpy())[0, 1]) < 0.5  # of one another they know nothing

    def test_those_brought_in_have_values_all_over_the_interval(self):
        """From below: the step that stops at the first bound would leave them all there."""
        slab = linear(torch.ones(1, 8), [4.0], [6.0])
        x = Normal(8).draw(300, numbers())
        arrived = bring_in(slab, Normal(8), x[~slab.inside(x)], numbers(1))
        assert slab.inside(arrived).all() and len(arrived) > 250
        assert stats.kstest(slab.values(arrived)[:, 0].numpy(), stats.uniform(4, 2).cdf).statistic < 0.1

    def test_a_set_that_is_not_convex_is_sampled_as_throwing_away_does(self):
        """Two shells and a start far from either, as in the docstring; thinned, so that Smirnov's law holds."""
        sample = sample_feasible(RING, UNIT.draw(300, numbers()), UNIT, 1200, 25, numbers(1))
        assert (
            sample.points.shape == (1200, 2) and RING.inside(sample.points).all() and UNIT.inside(sample.points).all()
        )
        assert same_law(sample.points, thrown_away(RING, UNIT, 1200, seed=9))

    def test_what_it_cost_is_counted(self):
        start = UNIT.draw(100, numbers())
        inside = int(RING.inside(start).sum())
        sample = sample_feasible(RING, start, UNIT, 250, 2, numbers(1))
        assert (sample.outside, sample.chains) == (100 - inside, inside + sample.reached)
        assert sample.reached > 0.9 * sample.outside
        assert 250 * 2 <= sample.looked_at <= 250 * 2 * moves.TRIES

    def test_a_point_belongs_to_the_chain_of_its_place(self):
        """Two islands, and moves too short to cross: a chain is known by where it is."""
        islands = Constraints(lambda x: (x.abs() - 2.0).abs(), torch.tensor([0.0]), torch.tensor([0.01]))
        start = torch.tensor([[2.0], [-2.0], [-2.0]])
        sample = sample_feasible(islands, start, Normal(1), 8, 1, numbers(2))
        assert sample.chains == 3 and len(sample.points) == 8

    def test_the_first_members_too_are_moved(self):
        start = thrown_away(RING, UNIT, 40, 0)
        sample = sample_feasible(RING, start, UNIT, 40, 3, numbers())
        assert (sample.points != start).any(1).all() and sample.outside == 0

    def test_classes_are_drawn_too_where_points_have_them(self):
        measure = Classed(Normal(2), 3)
        slab = Constraints(lambda x: x[:, :1], torch.tensor([1.0]), torch.tensor([2.0]))
        start = torch.tensor([[1.5, 0.0, 1.0]]).repeat(60, 1)
        sample = sample_feasible(slab, start, measure, 600, 4, numbers())
        counts = torch.bincount(sample.points[:, 2].long(), minlength=3).tolist()
        assert counts == pytest.approx([200] * 3, abs=60)
        assert sample.looked_at >= 600 * 4 * 2

    def test_nothing_is_found_where_nothing_is(self):
        nowhere = Constraints(RING.values, torch.tensor([0.8]), torch.tensor([0.9]))
        sample = sample_feasible(nowhere, UNIT.draw(30, numbers()), UNIT, 10, 2, numbers())
        assert (len(sample.points), sample.outside, sample.reached, sample.looked_at) == (0, 30, 0, 0)

    def test_the_same_seed_gives_the_same_members(self):
        first, again, other = (
            sample_feasible(RING, UNIT.draw(20, numbers(1)), UNIT, 50, 3, numbers(seed)).points for seed in (4, 4, 5)
        )
        assert torch.equal(first, again) and not torch.equal(first, other)

    def test_each_part_of_the_draws_gives_its_nearest(self):
        x = UNIT.draw(60, numbers())
        values = RING.values(x)
        found = nearest_starts(RING, x, values, 7)
        off = torch.maximum(0.3 - values, values - 0.4).clamp(min=0)[:, 0]
        expected = [part[off[part].argmin()] for part in torch.arange(60).chunk(7)]
        assert torch.equal(found, x[torch.stack(expected)])
        assert nearest_starts(RING, x, values, 100).shape == (60, 2)
        assert nearest_starts(RING, x[:0], values[:0], 7).shape == (0, 2)

    def test_of_two_intervals_the_farther_counts_in_units_of_its_width(self):
        both = linear(torch.eye(2), [0.0, 0.0], [1.0, 100.0])
        x = torch.tensor([[3.0, 50.0], [0.5, 150.0], [2.0, 120.0], [math.nan, 50.0]])
        assert nearest_starts(both, x, x, 1).tolist() == [[0.5, 150.0]]


class TestClimbing:
    def test_the_slope_of_the_volume_is_autograds(self):
        e = torch.randn(9, 4, generator=numbers()).double().requires_grad_(True)
        (expected,) = torch.autograd.grad(climbing.volume(e, 1.3), e)
        torch.testing.assert_close(climbing.volume_slope(e.detach(), 1.3), expected)

    def test_points_climb_inside_the_set(self):
        x = thrown_away(RING, UNIT, 12, 0)
        width = bandwidth(x)
        climbed = climbing.climb(RING, UNIT, lambda x: x, x, width, steps=15)
        assert RING.inside(climbed).all() and UNIT.inside(climbed).all()
        assert float(climbing.volume(climbed, width)) > float(climbing.volume(x, width)) + 1

    def test_a_step_goes_up_as_steep_as_the_slope_says(self, monkeypatch):
        monkeypatch.setattr(climbing, "FIRST", 1e-3)
        x = Normal(3).draw(8, numbers())
        climbed = climbing.climb(linear(torch.ones(1, 3), [-99.0], [99.0]), Normal(3), lambda x: 2 * x, x, 3.0, steps=1)
        gain = float(climbing.volume(2 * climbed, 3.0) - climbing.volume(2 * x, 3.0))
        slope = 2 * climbing.volume_slope(2 * x, 3.0)
        assert gain == pytest.approx(1e-3 * float(slope.norm(dim=1).sum()), rel=0.1)

    def test_steps_become_shorter_and_parts_make_no_difference(self, monkeypatch):
        """1, 3/4, 1/2 and 1/4 of the first, nearly straight."""
        monkeypatch.setattr(climbing, "FIRST", 1e-3)
        x, anywhere = Normal(3).draw(9, numbers()), linear(torch.ones(1, 3), [-99.0], [99.0])
        one, other = (climbing.climb(anywhere, Normal(3), lambda x: x, x, 1.5, 4, at_once) for at_once in (2, 32))
        torch.testing.assert_close(one, other)
        torch.testing.assert_close((one - x).norm(dim=1), torch.full((9,), 2.5e-3), rtol=0.02, atol=0)

    def test_points_at_the_end_of_the_space_move_along_it(self):
        x = Normal(3).nearest(9 * Normal(3).draw(12, numbers()))
        climbed = climbing.climb(linear(torch.ones(1, 3), [-99.0], [99.0]), Normal(3), lambda x: x, x, 2.0, steps=4)
        assert Normal(3).inside(climbed).all() and (climbed != x).any(1).all()

    def test_a_point_that_cannot_be_brought_back_stays(self):
        """In steps, so that nothing leads back in."""
        stairs = Constraints(lambda x: (20 * RING.values(x)).round() / 20, RING.low, RING.high)
        x = thrown_away(stairs, UNIT, 12, 0)
        climbed = climbing.climb(stairs, UNIT, lambda x: x, x, bandwidth(x), steps=5)
        assert stairs.inside(climbed).all() and UNIT.inside(climbed).all()

    def test_steps_that_lead_too_far_are_not_kept(self):
        anywhere, stayed = linear(torch.ones(1, 3), [-99.0], [99.0]), 0
        for seed in range(20):
            x = Normal(3).draw(6, numbers(seed))

            def embed(x: Tensor) -> Tensor:
                return torch.sin(9 * x)

            climbed = climbing.climb(anywhere, Normal(3), embed, x, 1.0, steps=1)
            assert climbing.volume(embed(climbed), 1.0) >= climbing.volume(embed(x), 1.0)
            stayed += torch.equal(climbed, x)
        assert 0 < stayed < 20

    def test_a_climb_that_leads_nowhere_returns_its_start(self):
        """Of points already far apart no step raises the volume by much, and none may lower it."""
        for seed in range(3):
            x = Normal(3).draw(5, numbers(seed))
            anywhere = linear(torch.ones(1, 3), [-99.0], [99.0])
            before = float(climbing.volume(x, 0.01))
            climbed = climbing.climb(anywhere, Normal(3), lambda x: x, x, 0.01, steps=3)
            assert float(climbing.volume(climbed, 0.01)) >= before
