"""Points of the plane: the shapes that they lie on, how far they can be told apart, and the picture."""

import numpy as np
import pytest
import torch

from generators import datasets
from generators.datasets import plane
from generators.datasets.splitting import held_out

NAMES = ("moons", "spirals", "picture")


@pytest.mark.parametrize("name", NAMES)
def test_points_are_the_same_every_time_and_within_reach(name):
    once, again = datasets.load(name), datasets.load(name)
    assert torch.equal(once.train.x, again.train.x) and torch.equal(once.test.y, again.test.y)
    assert once.train.x.abs().max() < 1.25 and once.features == ("x", "y")
    assert len({tuple(point) for split in (once.train, once.test) for point in split.raw}) == len(once.train) + len(
        once.test
    )


def test_moons_lie_on_two_half_circles_that_are_one_turned_by_half_a_circle():
    angle = np.linspace(0, np.pi, 50)
    upper, lower = (plane.moon(np.full(50, label), angle) for label in range(2))
    np.testing.assert_allclose(lower, -upper)
    middle = [-plane.MOON_RADIUS / 2, -plane.MOON_RADIUS / 4]
    np.testing.assert_allclose(np.linalg.norm(upper - middle, axis=1), plane.MOON_RADIUS)
    assert upper[:, 1].max() > lower[:, 1].max()


def test_noise_of_moons_is_what_the_module_says():
    """Far from its ends a moon is a straight line to the noise, so distances from the circle have its deviation."""
    data = datasets.load("moons")
    points = data.train.raw[data.train.y.numpy() == 0] + [plane.MOON_RADIUS / 2, plane.MOON_RADIUS / 4]
    angle = np.arctan2(points[:, 1], points[:, 0])
    off = np.linalg.norm(points[abs(angle - np.pi / 2) < 0.8], axis=1) - plane.MOON_RADIUS
    assert off.std() == pytest.approx(plane.MOON_NOISE, rel=0.1)


def test_ceiling_of_moons_is_what_many_neighbours_reach():
    """A second way: among 200,000 other points, the label that most of the nearest 200 have."""
    from sklearn.neighbors import KNeighborsClassifier

    data, chance = datasets.load("moons"), np.random.default_rng(1)
    y = np.arange(200_000) % 2
    points = plane.moon(y, chance.uniform(0, np.pi, len(y))) + plane.MOON_NOISE * chance.standard_normal((len(y), 2))
    neighbours = KNeighborsClassifier(200).fit(points, y)
    assert neighbours.score(data.test.raw, data.test.y.numpy()) == pytest.approx(plane.ceiling(data), abs=0.004)


def test_spirals_never_meet():
    """Unrolled, each arm is a straight line: angle − 2π turns radius is 0 on one and π on the other."""
    data = datasets.load("spirals")
    x, y = data.train.raw.T
    radius = np.hypot(x, y)
    outer = radius > 0.3  # nearer the middle the same noise is a wider angle
    turned = np.angle(np.exp(1j * (np.arctan2(y, x) - 2 * np.pi * plane.TURNS * radius - np.pi * data.train.y.numpy())))
    assert abs(turned[outer]).max() < np.pi / 2
    assert abs(turned[outer].mean()) < 0.01


def test_picture_holds_every_pixel_once_and_its_colour():
    data = datasets.load("picture")
    raw = np.concatenate([data.train.raw, data.test.raw])
    y = np.concatenate([data.train.y, data.test.y])
    row, column = ((raw.T[::-1] + 1) / 2 * plane.PIXELS).astype(int)
    image = np.full((plane.PIXELS, plane.PIXELS), -1)
    image[row, column] = y
    assert (image >= 0).all() and len(raw) == plane.PIXELS**2
    across = image[plane.PIXELS * 9 // 20]  # a little under the eye: the fish's head, two bands and, rimmed, the tail
    met = [plane.COLOURS[each] for each in across[np.flatnonzero(np.diff(across, prepend=-1))]]
    band = ["black", "white", "black", "orange"]
    assert met == ["water", "orange", *band, *band, "black", "orange", "black", "water"]


def test_colours_of_the_picture_that_one_can_point_at():
    names = {
        "water": (0, 0.9),
        "deep water": (0, -0.9),
        "orange": (-0.1, 0),
        "white": (-0.36, 0),
        "black": (-0.565, 0.08),
    }
    found = plane.colour(np.array(list(names.values())))
    assert [plane.COLOURS[each] for each in found] == list(names)


def test_held_out_points_are_spread_over_the_picture():
    data = datasets.load("picture")
    quadrant = (data.test.raw > 0) @ [1, 2]
    assert np.bincount(quadrant).min() > 0.2 * len(data.test)
    assert held_out(np.zeros(8, int), 4).tolist() == [False, False, False, True] * 2
