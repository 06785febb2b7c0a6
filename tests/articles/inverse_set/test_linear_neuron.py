"""The linear neuron's truth, by second opinions: fractions, other laws, draws, linear programmes and divergence."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from generators.articles.inverse_set.analysis.linear_neuron import Law, Slab, quantile
from generators.articles.inverse_set.analysis.linear_neuron.extent import support, width
from generators.articles.inverse_set.analysis.linear_neuron.nearest import at_value, nearest
from generators.articles.inverse_set.analysis.linear_neuron.shape import faces, polygon
from generators.articles.inverse_set.analysis.linear_neuron.slab import logit
from generators.errors import UsageError

SPECIAL = {
    "an axis": [1.0, 0.0],
    "the diagonal": [1.0, 1.0],
    "negative": [-1.0, -2.0],
    "one of each sign": [0.5, -0.5],
    "one large": [1.0, 1e-7],
}


def weights(d: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=d)


def slab(d: int, seed: int, low: float = 0.5, high: float = 0.9) -> Slab:
    """The set between two quantiles of w·x."""
    w = weights(d, seed)
    return Slab(w, quantile(w, low), quantile(w, high))


def share_below(w: list[float], t: float) -> Fraction:
    """P(w·x ≤ t) in fractions, one subset of the coordinates after another."""
    sizes = [Fraction(abs(each)) for each in w if each]
    t = Fraction(t) - sum(Fraction(each) for each in w if each < 0)
    terms = (
        (-1) ** n * max(t - sum(subset), Fraction(0)) ** len(sizes)
        for n in range(len(sizes) + 1)
        for subset in itertools.combinations(sizes, n)
    )
    return sum(terms, Fraction(0)) / (math.factorial(len(sizes)) * math.prod(sizes))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("small", [1, 1e-3, 1e-12])
def test_the_law_is_what_fractions_say_also_of_weights_of_very_different_size(seed, small):
    w = weights(7, seed)
    w[[1, 4]] *= small
    t = np.linspace(w[w < 0].sum(), w[w > 0].sum(), 9)[1:-1]
    np.testing.assert_allclose(Law(w).distribution(t), [float(share_below(w, each)) for each in t], rtol=0, atol=1e-15)


def test_the_law_of_sixteen_equal_weights_is_irwins_and_halls_in_fractions():
    expected = [
        float(sum((-1) ** k * math.comb(16, k) * Fraction(t - k) ** 16 for k in range(t)) / math.factorial(16))
        for t in range(17)
    ]
    np.testing.assert_allclose(Law(np.ones(16)).distribution(np.arange(17.0)), expected, rtol=1e-13, atol=1e-17)


@pytest.mark.parametrize("d", [2, 9, 16])
def test_the_law_is_what_draws_show_on_a_slab(d):
    each, random = slab(d, 1), np.random.default_rng(0)
    values = np.sort(each.members(40_000, random) @ each.w)
    found = each.law.distribution(values)
    assert np.abs(found - (np.arange(40_000) + 0.5) / 40_000).max() < 0.01  # 1.95 / √n: once in 1000
    inside = each.inside(random.random((100_000, d))).mean()
    assert inside == pytest.approx(each.share, abs=5 * math.sqrt(0.4 * 0.6 / 100_000))


@pytest.mark.parametrize("w", [*SPECIAL.values(), weights(5, 3), weights(16, 4)])
def test_the_law_rises_from_0_to_1_and_turned_around_it_is_one_minus_itself(w):
    w = np.array(w)
    t = np.linspace(w[w < 0].sum(), w[w > 0].sum(), 50)
    found = Law(w).distribution(t)
    assert found[0] == 0 and found[-1] == 1 and (np.diff(found) >= 0).all()
    np.testing.assert_allclose(found, 1 - Law(-w).distribution(-t), atol=1e-14)
    np.testing.assert_allclose(found, Law(np.append(w, 0)).distribution(t), rtol=0, atol=0)
    np.testing.assert_allclose(found, Law(w * 1e-200).distribution(t * 1e-200), atol=1e-14)


@pytest.mark.parametrize("of", [0.001, 0.5, 0.9, 0.99])
def test_a_quantile_is_where_the_law_says_so(of):
    w = weights(8, 2)
    assert Law(w).distribution(np.array([quantile(w, of)]))[0] == pytest.approx(of, abs=1e-10)


def test_intervals_that_hold_everything_nothing_or_half_a_bound():
    w = np.array([0.7, -0.2, 0.0])
    assert Law(w, -math.inf, math.inf).share == 1
    assert Law(w, -0.2, 0.7).share == 1
    assert Law(w, 0.8, math.inf).share == 0 and Law(w, -3, -0.2).share == 0
    assert Law(w, -math.inf, 0.25).share == pytest.approx(0.5)
    assert Law(np.zeros(3), -1, 1).share == 1 and Law(np.zeros(3), 0.1, 1).share == 0
    assert np.isnan(Law(w, 0.8, 1).distribution(np.array([0.9]))).all()


def test_a_neurons_interval_up_to_the_greatest_activation_is_the_sources_half_space():
    each = Slab.of_neuron(np.array([2.0, -1.0]), 0.5, 0.8, 1.0)
    assert each.low == pytest.approx(math.log(4) - 0.5) and each.high == math.inf
    assert Slab.of_neuron(np.array([2.0, -1.0]), 0.5, 0, 1).share == 1
    x = np.random.default_rng(0).random((1000, 2))
    activation = 1 / (1 + np.exp(-(x @ each.w + 0.5)))
    assert (each.inside(x) == (activation >= 0.8)).all() and each.inside(x).any()
    between = Slab.of_neuron(each.w, 0.5, 0.6, 0.75).inside(x)
    assert (between == (activation >= 0.6) & (activation <= 0.75)).all() and between.any()
    assert logit(0.5) == 0 and logit(0) == -math.inf


@pytest.mark.parametrize("interval", [(0.5, 0.5), (0.7, 0.2), (-0.1, 0.5), (0.5, 1.2), (math.nan, 0.5)])
def test_an_interval_that_is_none_is_refused(interval):
    with pytest.raises(UsageError, match="0 <= z1 < z2 <= 1, but got"):
        Slab.of_neuron(np.ones(2), 0, *interval)


def test_drawing_from_what_nothing_reaches_says_what_can_be_reached():
    with pytest.raises(UsageError, match=r"fill 0 of the cube.*w·x lies between -1 and 2"):
        Slab(np.array([2.0, -1.0]), 2.5, 3).members(1, np.random.default_rng(0))


@pytest.mark.parametrize("d", [2, 3, 8, 16])
@pytest.mark.parametrize("bounds", [(0.9, 0.99), (0.0, 0.05), (0.3, 0.6), (0.0, 1.0)])
def test_the_extent_is_what_linear_programmes_find(d, bounds):
    each, random = slab(d, d, *bounds), np.random.default_rng(d)
    directions = random.normal(size=(12, d))
    directions[0], directions[1, 0], directions[2] = each.w, 0, np.eye(d)[0]
    rows = np.array([each.w, -each.w])
    expected = [-linprog(-u, rows, [each.high, -each.low], bounds=[(0, 1)] * d).fun for u in directions]
    np.testing.assert_allclose(support(each, directions), expected, atol=1e-9)


def test_the_extent_with_weights_of_zero_and_open_bounds():
    each = Slab(np.array([1.0, 0.0, -2.0]), 0.5, math.inf)
    np.testing.assert_allclose(support(each, np.array([[0, 3.0, 0], [-1.0, 0, 0], [0, 0, 1.0]])), [3, -0.5, 0.25])
    np.testing.assert_allclose(width(each, np.eye(3)), [0.5, 1, 0.25])
    assert np.isnan(support(Slab(each.w, 1.5, 2), np.eye(3))).all()
    np.testing.assert_array_equal(support(Slab(np.zeros(2), -1, 1), np.array([[1.0, -1.0]])), [1])
    assert np.isnan(support(Slab(np.zeros(2), 1, 2), np.eye(2))).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_point_is_what_a_general_optimiser_finds(seed):
    each, random = slab(4, seed, 0.9, 0.99), np.random.default_rng(seed)
    x = random.normal(0.5, 0.7, (5, 4))
    found = nearest(each, x)
    assert each.inside(found).all()
    bounds = {"type": "ineq", "fun": lambda y: np.array([y @ each.w - each.low, each.high - y @ each.w])}
    for row, y in zip(x, found, strict=True):
        best = minimize(
            lambda y, row=row: ((y - row) ** 2).sum(), np.full(4, 0.5), bounds=[(0, 1)] * 4, constraints=[bounds],
            options={"ftol": 1e-14, "maxiter": 500},
        )  # fmt: skip
        np.testing.assert_allclose(y, best.x, atol=1e-6)


@pytest.mark.parametrize("d", [1, 2, 16])
def test_members_are_their_own_nearest_and_no_member_is_nearer(d):
    each, random = slab(d, 5, 0.9, 0.99), np.random.default_rng(0)
    members, x = each.members(300, random), random.normal(0.5, 1, (50, d))
    np.testing.assert_allclose(nearest(each, members), members, atol=1e-12)
    best = np.linalg.norm(nearest(each, x) - x, axis=1)
    assert (best[:, None] <= np.linalg.norm(members[None] - x[:, None], axis=2) + 1e-9).all()


def test_a_wanted_value_beyond_reach_ends_at_the_corner():
    w = np.array([1.0, -1.0, 0.0])
    np.testing.assert_allclose(at_value(w, np.full((1, 3), 0.25), np.array([9.0])), [[1, 0, 0.25]])


def area(corners: np.ndarray) -> float:
    x, y = corners.T if len(corners) else np.zeros((2, 1))
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


@pytest.mark.parametrize("w", [*SPECIAL.values(), *(weights(2, seed) for seed in range(8))])
@pytest.mark.parametrize("bounds", [(0.1, 0.6), (-math.inf, 0.3), (0.0, math.inf), (-math.inf, math.inf), (5, 6)])
def test_the_polygons_area_is_the_exact_share(w, bounds):
    each = Slab(np.array(w), *bounds)
    corners = polygon(each)
    assert area(corners) == pytest.approx(each.share, abs=1e-12)
    assert each.inside(corners).all() if len(corners) else each.share < 1e-12


def volume(found: tuple[np.ndarray, ...]) -> float:
    """By the divergence theorem, which asks of every face that it looks outwards."""
    return sum(np.linalg.det([face[0], face[i], face[i + 1]]) / 6 for face in found for i in range(1, len(face) - 1))


@pytest.mark.parametrize(
    "w",
    [[1, 0, 0], [0, -1, 0], [1, 1, 0], [1, 1, 1], [1, -1, 1], [-1, 2, 1e-6], *(weights(3, seed) for seed in range(8))],
)
@pytest.mark.parametrize(
    "bounds", [(0.1, 0.6), (-math.inf, 0.3), (0, 1), (1, 2), (1, math.inf), (-math.inf, math.inf), (7, 8)]
)
def test_the_faces_enclose_the_exact_share_and_are_flat_and_closed(w, bounds):
    each = Slab(np.array(w, float), *bounds)
    found = faces(each)
    assert volume(found) == pytest.approx(each.share, abs=1e-12)
    for face in found:
        assert each.inside(face).all()
        assert np.linalg.matrix_rank(face - face[0], tol=1e-9) == 2
    # a closed surface's areas, as vectors, cancel
    outward = sum(np.cross(f[i] - f[0], f[i + 1] - f[0]) for f in found for i in range(1, len(f) - 1))
    np.testing.assert_allclose(outward, 0, atol=1e-12)
