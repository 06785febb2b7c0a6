"""The slow method itself: it fills its domain, keeps Euler's law, and agrees with closed forms and with sampling."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from tests.articles.multi_neuron.exact import area_of, corners_of, exact_partition
from tests.articles.multi_neuron.laws import patterns
from tests.articles.multi_neuron.nets import random_subject
from tests.articles.multi_neuron.zoo import BOX, ZOO, lines


@pytest.mark.parametrize("case", ZOO, ids=lambda case: case.name)
def test_regions_of_the_zoo_fill_the_domain(case):
    exact = exact_partition(case.module, corners_of(case.domain))
    whole = Fraction(area_of(corners_of(case.domain)))
    assert sum(region.area for region in exact.regions) == whole
    assert all(region.area > 0 for region in exact.regions)
    assert len(exact.vertices) - exact.n_edges + exact.n_regions == 1
    assert len({region.code for region in exact.regions}) == exact.n_regions
    large = (exact.areas > 1e-12 * float(whole)).sum()
    assert case.n_regions in (None, exact.n_regions, large)


def test_one_layer_has_a_region_more_than_lines_and_crossings():
    random = Random(0)
    for _ in range(100):
        rows = {(random.randint(-3, 3), random.randint(-3, 3), random.randint(-3, 3) / 2) for _ in range(8)}
        exact = exact_partition(lines(*rows), corners_of(BOX))
        assert exact.n_regions == by_lines_and_crossings(rows)


def by_lines_and_crossings(rows) -> int:
    """Regions of the open box [−1, 1]², each different line and each point of several lines looked at once."""
    different, points = set(), {}
    for a, b, c in ((Fraction(a), Fraction(b), Fraction(c)) for a, b, c in rows):
        corners = [a * x + b * y + c for x in (-1, 1) for y in (-1, 1)]
        if min(corners) < 0 < max(corners):
            different.add((a / (a or b), b / (a or b), c / (a or b)))
    for a, b, c in different:
        for d, e, f in different:
            if a * e != b * d:
                x, y = (b * f - c * e) / (a * e - b * d), (c * d - a * f) / (a * e - b * d)
                if max(abs(x), abs(y)) < 1:
                    points.setdefault((x, y), set()).add((a, b, c))
    return 1 + len(different) + sum(len(through) - 1 for through in points.values())


def test_sampled_patterns_are_those_of_the_regions_around_them():
    rng = np.random.default_rng(0)
    for k in range(40):
        subject = random_subject(Random(f"sampled {k}"))
        if not isinstance(subject.domain, np.ndarray | tuple) or subject.decision:
            continue
        exact, corners = subject.exact(), corners_of(subject.domain)
        points = rng.uniform(corners.min(0), corners.max(0), (200, 2))
        found = patterns(subject.module, points)
        for region in exact.regions:
            sides = np.roll(region.corners, -1, 0) - region.corners
            away = points[:, None] - region.corners
            inside = (sides[:, 0] * away[..., 1] - sides[:, 1] * away[..., 0] > 1e-9).all(1)
            assert len(np.unique(found[inside], axis=0)) <= 1
