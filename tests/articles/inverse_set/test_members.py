"""Members of a set, to choose from and held out; and the choices with their scores."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats

from generators.articles.inverse_set.analysis import selecting
from generators.articles.inverse_set.analysis.drawing import draw
from generators.articles.inverse_set.analysis.members import Members, Work, find
from generators.articles.inverse_set.analysis.problem import Problem, Target, Views
from generators.articles.inverse_set.analysis.sampling import Sample, quality, selections
from generators.articles.inverse_set.analysis.sampling.objective import spread_of_pairs
from generators.articles.inverse_set.analysis.sampling.published import Settings
from generators.articles.inverse_set.analysis.selecting import choose, publish
from generators.articles.inverse_set.results.gallery import Neuron
from generators.meter import Meter, metered
from tests.articles.inverse_set import tiny

LOGIT, MAP = Neuron("c", "head", 1, "value"), Neuron("m", "maps", 2, "mean")
WORK = Work(pool=30, starts=10, moves=3)


@pytest.fixture(scope="module", params=[(), ("dark", "bright", "grey")], ids=["codes", "classes"])
def problem(request) -> Problem:
    return Problem(tiny.network(), tiny.generator(request.param), (LOGIT, MAP))


@pytest.fixture(scope="module")
def drawn(problem) -> Views:
    return draw(problem, 600, tiny.numbers(0))


def target(problem: Problem, drawn: Views, low: float, high: float) -> Target:
    """The logit between two quantiles of the draws; above 1, deviations above the largest."""
    values = drawn.values[:, 0].double()
    low, high = (
        float(values.quantile(share) if share <= 1 else values.max() + (share - 1) * values.std())
        for share in (low, high)
    )
    return Target(problem, (0,), (low,), (high,))


def rows(views: Views) -> set[tuple[float, ...]]:
    return {tuple(row) for row in views.points.tolist()}


def check(members: Members, target: Target) -> None:
    """Both parts are in the set as it is published, and have no point in common."""
    problem = target.problem
    for part in (members.pool, members.held_out):
        assert target.holds(problem.measured(problem.pictures(part.points))[:, list(target.columns)]).all()
        again = problem.see(part.points)
        torch.testing.assert_close(part.values, again.values)
        torch.testing.assert_close(part.embedding, again.embedding)
        assert problem.measure.inside(part.points).all()
    assert not rows(members.pool) & rows(members.held_out)


class TestFind:
    def test_where_draws_suffice_they_are_shared_out(self, problem, drawn):
        wanted = target(problem, drawn, 0.5, 0.9)
        members = find(wanted, drawn, 8, replace(WORK, pool=70), tiny.numbers(1))
        inside = drawn.points[wanted.constraints.holds(wanted.values(drawn))]
        assert (members.starts, members.outside, members.reached) == ("rejection", 0, 0)
        assert math.isnan(members.projected_share)
        assert torch.equal(members.pool.points, inside[::2][:70])
        assert torch.equal(members.held_out.points, inside[1::2][:70])
        check(members, wanted)

    def test_draws_suffice_from_four_times_the_selection_on(self, problem, drawn):
        wanted = target(problem, drawn, 0.5, 0.9)
        n = int(wanted.constraints.holds(wanted.values(drawn)).sum())
        assert find(wanted, drawn, n // 4, WORK, tiny.numbers(1)).starts == "rejection"
        assert find(wanted, drawn, n // 4 + 1, WORK, tiny.numbers(1)).starts == "projection"

    @pytest.mark.parametrize(("low", "high"), [(0.97, 0.999), (1.1, 1.6)], ids=["few draws", "no draw"])
    def test_where_they_do_not_draws_are_moved_there(self, problem, drawn, low, high):
        wanted = target(problem, drawn, low, high)
        members = find(wanted, drawn, 16, WORK, tiny.numbers(1))
        assert members.starts == "projection" and members.outside == WORK.starts
        assert members.projected_share == members.reached / WORK.starts >= 0.5
        check(members, wanted)
        n = len(members.pool), len(members.held_out)
        assert sum(n) <= 2 * WORK.pool and min(n) >= WORK.pool - 5 and max(n) <= WORK.pool

    def test_moved_members_follow_the_law_of_draws_that_lie_there(self, problem, drawn):
        """Against throwing away many more draws: activation and norm."""
        wanted = target(problem, drawn, 0.9, 0.97)
        few = drawn[torch.arange(150)]
        members = find(wanted, few, 40, Work(150, 30, 8), tiny.numbers(1))
        assert members.starts == "projection"
        many = draw(problem, 6000, tiny.numbers(7))
        truth = many[wanted.constraints.holds(wanted.values(many))]
        found = Views(
            *(
                torch.cat([getattr(members.pool, name), getattr(members.held_out, name)])
                for name in ("points", "values", "embedding")
            )
        )
        thinned = found[torch.arange(0, len(found), 2)]
        for view in (lambda x: x.values[:, 0], lambda x: problem.split(x.points)[0].norm(dim=1)):
            assert stats.ks_2samp(view(thinned).numpy(), view(truth).numpy()).pvalue > 1e-3

    @pytest.mark.parametrize("chains", [1, 2, 5, 6])
    def test_no_chain_is_in_both_parts(self, problem, drawn, monkeypatch, chains):
        """The points of a chain have its number; a single one is halved."""
        points = drawn.points[:40].clone()
        points[:, 0] = (torch.arange(40) % chains) / 10
        monkeypatch.setattr(
            "generators.articles.inverse_set.analysis.members.sample_feasible",
            lambda *_: Sample(points, chains, 10, 4, 0),
        )
        members = find(target(problem, drawn, 0.97, 0.999), drawn, 30, WORK, tiny.numbers(1))
        pool, held_out = ({*(10 * part.points[:, 0]).round().tolist()} for part in (members.pool, members.held_out))
        assert (members.outside, members.reached, members.projected_share) == (10, 4, 0.4)
        assert pool | held_out == {*range(chains)} and len(members.pool) + len(members.held_out) == 40
        assert not pool & held_out if chains > 1 else len(members.pool) == 20

    def test_a_single_chain_is_halved(self, problem, drawn):
        wanted = target(problem, drawn, 0.6, 0.9)
        one = drawn[wanted.constraints.holds(wanted.values(drawn)).nonzero()[:1, 0]]
        members = find(wanted, one, 4, Work(10, 5, 2), tiny.numbers(1))
        assert (len(members.pool), len(members.held_out)) == (10, 10) and members.outside == 0
        check(members, wanted)

    def test_every_draw_inside_and_still_too_few(self, problem, drawn):
        few = drawn[torch.arange(5)]
        members = find(Target(problem, (0,), (-1e6,), (1e6,)), few, 4, WORK, tiny.numbers(1))
        assert members.outside == 0 and len(members.pool) and len(members.held_out)

    def test_where_nothing_arrives_there_is_nothing(self, problem, drawn):
        members = find(Target(problem, (0,), (1e4,), (1e4 + 1,)), drawn, 4, WORK, tiny.numbers(1))
        assert (len(members.pool), len(members.held_out)) == (0, 0)
        assert (members.starts, members.outside, members.projected_share) == ("projection", WORK.starts, 0.0)
        assert members.pool.embedding.shape == (0, tiny.HIDDEN)

    def test_two_neurons_at_once(self, problem, drawn):
        values = drawn.values.double()
        bounds = [[float(values[:, k].quantile(share)) for k in (0, 1)] for share in (0.4, 0.8)]
        wanted = Target(problem, (0, 1), tuple(bounds[0]), tuple(bounds[1]))
        check(find(wanted, drawn, 60, WORK, tiny.numbers(1)), wanted)

    def test_the_same_numbers_give_the_same_members(self, problem, drawn):
        wanted = target(problem, drawn, 0.97, 0.999)
        first, again, other = (find(wanted, drawn, 16, WORK, tiny.numbers(seed)).pool.points for seed in (1, 1, 2))
        assert torch.equal(first, again) and not torch.equal(first, other)


class TestChoices:
    def test_each_way_chooses_of_the_pool_and_is_scored_against_what_was_held_out(self, problem, drawn):
        wanted = target(problem, drawn, 0.5, 0.9)
        members = find(wanted, drawn, 8, replace(WORK, pool=70), tiny.numbers(1))
        found = choose(wanted, members, 8, Meter(3.0, 10**12))
        assert [each.name for each in found] == ["representative", "diverse", "farthest", "as published", "by lot"]
        width = selections.bandwidth(members.held_out.embedding)
        for each in found:
            e, held_out = each.views.embedding, members.held_out
            assert len(each.views) == 8 and rows(each.views) <= rows(members.pool)
            scores = each.scores
            assert (scores.n, scores.feasible_share) == (8, 1.0)
            assert (scores.fill_mean, scores.fill_max) == quality.fill(e, held_out.embedding)
            assert scores.nearest_neighbour == quality.nearest_neighbour(e)
            assert scores.vendi == quality.vendi(e, width)
            law = stats.ks_2samp(each.views.values[:, 0].numpy(), held_out.values[:, 0].numpy())
            assert scores.activation_ks == pytest.approx(law.statistic)
            norms = problem.split(each.views.points)[0].norm(dim=1)
            assert scores.code_norm == pytest.approx(float(norms.mean()), rel=1e-6)
            assert scores.seconds > 3 and scores.peak_bytes == 10**12  # what the pool took is theirs too
        by_name = {each.name: each for each in found}
        e = members.pool.embedding
        for name, rows_of in (
            ("representative", selections.representative(e, 8)),
            ("diverse", selections.diverse(e, 8, width)),
            ("farthest", selections.farthest(e, 8)),
            ("as published", selections.as_published(e, 8)),
            ("by lot", torch.arange(8)),
        ):
            assert torch.equal(by_name[name].views.points, members.pool.points[rows_of])

    def test_the_kernels_width_is_of_those_held_out(self, problem, drawn, monkeypatch):
        wanted, widths = target(problem, drawn, 0.5, 0.9), []
        members = find(wanted, drawn, 8, WORK, tiny.numbers(1))
        monkeypatch.setattr(selections, "diverse", lambda _e, n, width=None: widths.append(width) or torch.arange(n))
        choose(wanted, members, 8, Meter())
        assert widths == [selections.bandwidth(members.held_out.embedding)]

    def test_fewer_members_than_wanted_are_all_chosen(self, problem, drawn):
        wanted = target(problem, drawn, 0.5, 0.9)
        members = find(wanted, drawn, 8, Work(3, 10, 1), tiny.numbers(1))
        for each in choose(wanted, members, 8, Meter()):
            assert len(each.views) == each.scores.n == 3

    def test_of_two_neurons_the_law_farther_off_counts(self, problem, drawn):
        values = drawn.values.double()
        bounds = [[float(values[:, k].quantile(share)) for k in (0, 1)] for share in (0.2, 0.9)]
        wanted = Target(problem, (0, 1), tuple(bounds[0]), tuple(bounds[1]))
        members = find(wanted, drawn, 8, WORK, tiny.numbers(1))
        for each in choose(wanted, members, 8, Meter()):
            laws = [
                stats.ks_2samp(each.views.values[:, k].numpy(), members.held_out.values[:, k].numpy()).statistic
                for k in (0, 1)
            ]
            assert each.scores.activation_ks == pytest.approx(max(laws))

    def test_the_published_algorithms_samples_count_though_they_are_not_all_shown(self, problem, drawn):
        wanted = target(problem, drawn, 0.9, 0.97)
        members = find(wanted, drawn, 4, WORK, tiny.numbers(1))
        long = publish(wanted, drawn, members, 12, Settings(4, 200, 60))
        assert long.name == "published algorithm" and long.scores.n == 12
        beyond = target(problem, drawn, 1.1, 1.6)
        short = publish(beyond, drawn, members, 12, Settings(4, 1, 0))
        assert long.scores.feasible_share > 0.7 > short.scores.feasible_share
        for each, of in ((long, wanted), (short, beyond)):
            assert of.constraints.holds(of.values(each.views)).all()
            assert len(each.views) == round(12 * each.scores.feasible_share)

    def test_its_starts_are_the_draws_nearest_to_the_set(self, problem, drawn):
        """Without a step the seeds are these."""
        wanted = target(problem, drawn, 0.5, 0.9)
        members = find(wanted, drawn, 4, WORK, tiny.numbers(1))
        made = publish(wanted, drawn, members, 3, Settings(3, 0, 0))
        thirds = torch.arange(600).chunk(3)
        inside = wanted.constraints.holds(wanted.values(drawn))
        expected = torch.stack([third[inside[third]][0] for third in thirds])
        assert torch.equal(made.views.points, drawn.points[expected])


def test_the_published_objective_is_divided_by_what_it_is_for_members(problem, drawn, monkeypatch):
    wanted, scales = target(problem, drawn, 0.5, 0.9), []
    members = find(wanted, drawn, 8, WORK, tiny.numbers(1))
    monkeypatch.setattr(selecting, "sample_as_published", lambda *given: scales.append(given[4]) or drawn.points[:3])
    publish(wanted, drawn, members, 3, Settings(3, 0, 0))
    e = members.held_out.embedding
    assert scales == [pytest.approx(float(spread_of_pairs(e.double())) / len(e) ** 2)]


def test_a_meter_counts_seconds_and_growth():
    with metered() as meter:
        held = np.ones(30_000_000)
    assert meter.seconds > 0 and meter.peak_bytes >= 0 and len(held)
    with pytest.raises(ValueError), metered() as meter:
        raise ValueError
    assert meter.seconds > 0
