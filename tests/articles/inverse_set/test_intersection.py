"""Two neurons at once: counts against a loop, pictures in both sets, and nothing where nothing is."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch

from generators.articles.inverse_set.analysis import intersection as analysis
from generators.articles.inverse_set.analysis import readings
from generators.articles.inverse_set.analysis.choosing import chosen, pictures
from generators.articles.inverse_set.analysis.drawing import draw
from generators.articles.inverse_set.analysis.intersection import intersect
from generators.articles.inverse_set.analysis.problem import Problem
from generators.articles.inverse_set.facts.intersection import intersection as facts
from generators.articles.inverse_set.results.intersection import Intersection
from generators.errors import UsageError
from generators.networks import Network
from tests.articles.inverse_set import tiny

NAMED = ["head:1", "maps:2", "units:0"]
CLASSES = ("dark", "bright", "grey")


def made(of: Network, classes: tuple[str, ...] = (), **other: Any) -> Intersection:
    asked = {"draws": 500, "data": 80, "n": 5, "starts": 8, "moves": 1, "neurons": NAMED, "steps": 1, "seed": 0}
    with tiny.painting(tiny.generator(classes)):
        return intersect(of, **{**asked, **other})


@pytest.fixture(scope="module")
def of() -> Network:
    return tiny.network()


@pytest.fixture(scope="module", params=[(), CLASSES], ids=["codes", "classes"])
def result(request, of) -> Intersection:
    return made(of, request.param)


def test_every_pair_is_there_and_the_first_has_pictures(result):
    names = [tiny.LABELS[1], "maps:2", "units:0"]
    pairs = [result.shown, *result.others]
    assert [(pair.first.name, pair.second.name) for pair in pairs] == [*combinations(names, 2)]
    assert all(len(meeting.pictures) for meeting in result.shown.meetings if meeting.starts != "empty")
    assert not any(len(meeting.pictures) for pair in result.others for meeting in pair.meetings)
    assert [meeting.level for meeting in result.shown.meetings] == ["weak", "middling", "strong", "very strong"]


def test_shares_and_counts_are_those_of_a_loop(result, of):
    problem = Problem(of, tiny.generator(result.classes), chosen(of, NAMED))
    values = draw(problem, 500, torch.Generator().manual_seed(0)).values.double().tolist()
    x = torch.cat([x for x, _ in pictures(of, 80)])
    real = readings.read(of, problem.neurons, x).values.double().tolist()
    for pair, (i, j) in zip([result.shown, *result.others], combinations(range(3), 2), strict=True):
        for meeting in pair.meetings:
            in_first = [meeting.low[0] <= row[i] <= meeting.high[0] for row in values]
            in_second = [meeting.low[1] <= row[j] <= meeting.high[1] for row in values]
            assert meeting.first_share == pytest.approx(sum(in_first) / 500)
            assert meeting.second_share == pytest.approx(sum(in_second) / 500)
            both = sum(a and b for a, b in zip(in_first, in_second, strict=True))
            assert meeting.both_share == pytest.approx(both / 500)
            assert meeting.product == pytest.approx(sum(in_first) * sum(in_second) / 500**2)
            count = sum(
                meeting.low[0] <= row[i] <= meeting.high[0] and meeting.low[1] <= row[j] <= meeting.high[1]
                for row in real
            )
            assert meeting.data_count == count
            if pair is not result.shown:
                assert (meeting.starts, meeting.tried) == ("rejection" if both else "empty", 0)
    assert (result.n_draws, result.n_data, result.n) == (500, 80, 5)


def test_every_picture_lies_in_the_sets_of_its_shelf(result, of):
    pair = result.shown
    met = 0
    for meeting in pair.meetings:
        x = (torch.from_numpy(meeting.pictures).movedim(-1, 1).float() / 255 - tiny.MEAN) / tiny.STD
        values = readings.read(of, [pair.first, pair.second], x).values.double().numpy()
        np.testing.assert_allclose(values, meeting.activation, atol=1e-5, rtol=1e-5)
        inside = (values >= np.array(meeting.low)) & (values <= np.array(meeting.high))
        assert inside[meeting.shelf == 0, 0].all() and inside[meeting.shelf == 1, 1].all()
        assert inside[meeting.shelf == 2].all()
        met += int((meeting.shelf == 2).sum())
        counts = np.bincount(meeting.shelf, minlength=3)
        assert (counts[:2] == 5).all() and (counts[2] == 5 or meeting.starts != "rejection")
        assert (np.diff(meeting.shelf) >= 0).all()
        assert set(meeting.kind) <= ({0, 1, 2} if result.classes else {-1})
    assert met >= 10


def test_at_bounds_that_exclude_one_another_it_is_empty(of, monkeypatch):
    """The same neuron at two intervals without a common activation."""
    intervals = {0: {"weak": (0.0, 0.5)}, 1: {"weak": (2.0, 2.5)}, 2: {"weak": (0.0, 9.0)}}
    monkeypatch.setattr(analysis, "_levels", lambda _problem, column, _drawn: intervals[column])
    found = made(of, neurons=["head:1", "head:1", "maps:2"])
    (meeting,) = found.shown.meetings
    assert (meeting.starts, meeting.both_share, meeting.data_count, meeting.reached) == ("empty", 0.0, 0, 0)
    assert meeting.product == meeting.first_share * meeting.second_share > 0
    assert meeting.tried == 8 and not (meeting.shelf == 2).any() and (meeting.shelf < 2).any()
    said = facts(found)
    assert said["weak_starts"] == "empty" and said["weak_shown"] == 0 and said["weak_ratio"] == 0.0


def test_a_pair_without_pictures_is_empty_where_no_draw_lies_in_both(of, monkeypatch):
    intervals = {0: {"weak": (0.0, 9.0)}, 1: {"weak": (0.0, 0.5)}, 2: {"weak": (2.0, 2.5)}}
    monkeypatch.setattr(analysis, "_levels", lambda _problem, column, _drawn: intervals[column])
    found = made(of, neurons=["maps:2", "head:1", "head:1"])
    assert [pair.meetings[0].starts for pair in found.others] == ["rejection", "empty"]


def test_where_no_draw_lies_in_either_nothing_is_painted(of, monkeypatch):
    monkeypatch.setattr(analysis, "_levels", lambda *_: {"weak": (1e5, 1e6)})
    (meeting,) = made(of, neurons=["head:1", "maps:2"]).shown.meetings
    assert meeting.starts == "empty" and meeting.product == 0 and len(meeting.pictures) == len(meeting.shelf) == 0


def test_two_that_have_nothing_to_do_with_one_another_meet_as_often_as_the_product_says(of):
    """Two numbers of the code, drawn as pictures: their intervals are independent."""
    halves = torch.zeros(2, 8, 8)
    halves[0, :4], halves[1, 4:] = 1, 1

    def decode(z: torch.Tensor, _y: torch.Tensor) -> torch.Tensor:
        return torch.einsum("nk,khw->nhw", torch.sigmoid(z[:, :2]), halves)[:, None]

    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 2))
    net[1].weight.data = halves.flatten(1) / 32
    with tiny.painting(tiny.generator((), decode, 2)):
        found = intersect(tiny.network(net), 4000, 20, 4, 4, 1, ["1:0", "1:1"], 1, 0)
    for meeting in found.shown.meetings:
        assert meeting.both_share == pytest.approx(meeting.product, abs=4 * (meeting.product / 4000) ** 0.5)


def test_the_same_seed_gives_the_same_pictures(of, result):
    again = made(of, result.classes).shown.meetings[0]
    assert np.array_equal(again.pictures, result.shown.meetings[0].pictures)
    assert not np.array_equal(made(of, result.classes, seed=1).shown.meetings[0].pictures, again.pictures)


def test_facts_are_those_of_the_pair_shown(result):
    said = facts(result)
    strong = result.shown.meetings[2]
    assert said["strong_both_share"] == strong.both_share and said["strong_ratio"] == (
        strong.both_share / strong.product
    )
    assert said["n_pairs"] == 3 and said["strong_shown"] == int((strong.shelf == 2).sum())
    assert said["n_without_draws"] == sum(
        not meeting.both_share for pair in (result.shown, *result.others) for meeting in pair.meetings
    )


def test_fewer_than_two_neurons_that_change_are_refused(of):
    with pytest.raises(UsageError) as error:
        made(of, neurons=["head:1", f"units:{tiny.DEAD}"])
    assert str(error.value) == (
        "an intersection takes two neurons that change, but of <b>second</b>, units:5 in network 'tiny' only 1 does: "
        "name others in its entry"
    )


def test_a_dead_one_among_others_is_left_out(of):
    found = made(of, neurons=["head:1", f"units:{tiny.DEAD}", "maps:2"])
    assert (found.shown.first.name, found.shown.second.name) == (tiny.LABELS[1], "maps:2") and not found.others
    for meeting in found.shown.meetings:
        first, second = meeting.activation[meeting.shelf != 1, 0], meeting.activation[meeting.shelf != 0, 1]
        assert ((first >= meeting.low[0]) & (first <= meeting.high[0])).all()
        assert ((second >= meeting.low[1]) & (second <= meeting.high[1])).all()
