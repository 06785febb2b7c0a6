"""Triangles by the sampler and by throwing away: geometry by other formulas, and the same law."""

import math

import numpy as np
import pytest
import torch

from generators.articles.inverse_set.analysis import triangles as analysis
from generators.articles.inverse_set.analysis.triangles import measures, sample_triangles, smallest_angle
from generators.articles.inverse_set.facts.triangles import triangles as facts
from generators.articles.inverse_set.results.feasible import Triangles
from generators.errors import UsageError

AREA, PERIMETER = (0.3, 0.35), (2.6, 2.8)


@pytest.fixture(scope="module")
def result() -> Triangles:
    return sample_triangles(12, 500, AREA, PERIMETER, moves=40, starts=100, seed=1)


def sides(corners: np.ndarray) -> np.ndarray:
    """(n, 3, 2) -> (n, 3)."""
    return np.array([[math.dist(each[k], each[k - 1]) for k in range(3)] for each in corners])


def test_area_perimeter_and_angle_are_what_the_sides_alone_say():
    """Heron's formula and the law of cosines."""
    x = np.random.default_rng(0).random((200, 6))
    a, b, c = np.sort(sides(x.reshape(-1, 3, 2))).T
    s = (a + b + c) / 2
    found = measures(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(found[:, 0], np.sqrt((s * (s - a) * (s - b) * (s - c)).clip(0)), atol=1e-7)
    np.testing.assert_allclose(found[:, 1], 2 * s)
    angle = smallest_angle(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(angle, np.arccos(((b**2 + c**2 - a**2) / (2 * b * c)).clip(-1, 1)), atol=1e-6)


def test_random_triangles_have_the_mean_area_and_side_that_are_known():
    """11 / 144 for the area; a side is the distance of two random points."""
    found = measures(torch.rand(200_000, 6, generator=torch.Generator().manual_seed(0)).double())
    side = (2 + math.sqrt(2) + 5 * math.log(1 + math.sqrt(2))) / 15
    assert found.mean(0).tolist() == pytest.approx([11 / 144, 3 * side], rel=0.01)


def test_every_member_is_within_the_bounds(result):
    for found in (result.sampled, result.rejected):
        assert found.shape == (500, 2)
        assert ((found >= (AREA[0], PERIMETER[0])) & (found <= (AREA[1], PERIMETER[1]))).all()
    assert result.corners.shape == (12, 3, 2) and ((result.corners >= 0) & (result.corners <= 1)).all()
    np.testing.assert_allclose(sides(result.corners).sum(1), result.sampled[-12:, 1])


def test_both_ways_follow_one_law_and_unmoved_starts_do_not(result):
    assert result.ks < 1.5 * result.ks_chance
    assert result.ks_chance == pytest.approx(1.36 * math.sqrt(2 / 500), rel=0.25)  # Smirnov's, for one measure
    unmoved = sample_triangles(12, 500, AREA, PERIMETER, moves=0, starts=600, seed=1)
    assert unmoved.ks > 2 * unmoved.ks_chance


def test_how_many_were_tried_and_looked_at(result):
    x = torch.rand(400_000, 6, generator=torch.Generator().manual_seed(5)).double()
    low, high = torch.tensor([AREA, PERIMETER]).T
    share = float(((measures(x) >= low) & (measures(x) <= high)).all(1).double().mean())
    assert len(result.rejected) / result.tried == pytest.approx(share, rel=0.12)
    assert result.evaluations > 500 * 40
    assert facts(result)["per_member"] == result.evaluations / 500
    assert facts(result)["tried_per_member"] > facts(result)["per_member"]


def test_bounds_that_nothing_meets_are_refused(monkeypatch):
    monkeypatch.setattr(analysis, "MOST", 200_000)
    with pytest.raises(UsageError, match=r"0 of 200,000 random triangles .* expected 10; ask for wider bounds"):
        sample_triangles(4, 10, (0.6, 0.7), PERIMETER, moves=1, starts=5, seed=0)


def test_starts_that_cannot_be_brought_in_are_refused(monkeypatch):
    empty = type("Empty", (), {"points": torch.empty(0, 6)})()
    monkeypatch.setattr(analysis, "sample_feasible", lambda *_: empty)
    with pytest.raises(UsageError, match="none of 5 random triangles could be brought"):
        sample_triangles(4, 10, AREA, PERIMETER, moves=1, starts=5, seed=0)
