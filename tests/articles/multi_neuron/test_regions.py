"""The regions of one layer: their number by brute force, their codes, and the way from one to another."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators import networks
from generators.articles.multi_neuron.analysis import regions as analysis
from generators.articles.multi_neuron.analysis.zero_lines import border_ends, crossings, room
from generators.articles.multi_neuron.exhibits import exhibits
from generators.articles.multi_neuron.facts import regions as facts
from generators.articles.multi_neuron.figures import regions as figures
from generators.articles.multi_neuron.figures.floor import Floor, line_ends, ticks
from generators.articles.multi_neuron.results.regions import Regions
from generators.drawing import files
from generators.errors import UsageError
from generators.networks.subject import Layer, Subject

LOW, HIGH = np.array([-1.0, -1.0]), np.array([1.0, 1.0])


def layer(seed: int, n: int) -> Regions:
    """A random layer, its lines through the square or not."""
    random = np.random.default_rng(seed)
    weight, bias = random.normal(size=(n, 2)), random.normal(size=n)
    partition = analysis.cut(weight, bias, LOW, HIGH)
    return analysis._regions(weight, bias, partition, ("x", "y"))


def meet(weight: np.ndarray, bias: np.ndarray) -> list[np.ndarray]:
    """Where two lines cross inside the square, by solving for each pair."""
    found = [np.linalg.solve(weight[list(pair)], -bias[list(pair)]) for pair in combinations(range(len(bias)), 2)]
    return [point for point in found if (np.abs(point) < 1).all()]


RANDOM = given(st.integers(0, 10_000), st.integers(1, 9))
SOME = settings(max_examples=40, deadline=None)


@RANDOM
@SOME
def test_there_is_one_region_more_than_lines_and_crossings(seed, n):
    found = layer(seed, n)
    on_corners = np.array(list(product((-1, 1), repeat=2))) @ found.weight.T + found.bias > 0
    n_lines = int((on_corners.any(0) & ~on_corners.all(0)).sum())
    met = meet(found.weight, found.bias)
    assert found.n_regions == 1 + n_lines + len(met)
    assert found.n_lines == n_lines
    assert len(found.crossings) == len(met)
    for point in met:
        assert np.abs(found.crossings - point).sum(1).min() < 1e-9


@RANDOM
@SOME
def test_there_are_never_more_regions_than_zaslavskys_bound(seed, n):
    found = layer(seed, n)
    assert found.bound == comb(n, 0) + comb(n, 1) + comb(n, 2)
    assert found.n_regions <= min(found.bound, found.n_codes)


def test_the_bound_is_reached_where_all_crossings_lie_inside():
    angles = np.arange(7) * np.pi / 7
    weight = np.stack([np.cos(angles), np.sin(angles)], 1)
    bias = np.random.default_rng(0).uniform(-0.05, 0.05, 7)  # near the origin, and no three through one point
    found = analysis._regions(weight, bias, analysis.cut(weight, bias, 8 * LOW, 8 * HIGH), ("x", "y"))
    assert found.n_regions == found.bound == 29


@RANDOM
@SOME
def test_a_code_is_the_signs_at_the_centre_and_no_two_are_equal(seed, n):
    found = layer(seed, n)
    assert (found.codes == (found.centres @ found.weight.T + found.bias > 0)).all()
    assert len(np.unique(found.codes, axis=0)) == found.n_regions


@RANDOM
@SOME
def test_neighbours_differ_in_one_neuron_and_only_they_do(seed, n):
    found = layer(seed, n)
    near = figures.neighbours(found)
    for a, b in combinations(range(found.n_regions), 2):
        differ = int((found.codes[a] != found.codes[b]).sum())
        assert (b in near[a]) == (a in near[b]) == (differ == 1)


@RANDOM
@SOME
def test_along_the_way_exactly_the_differing_neurons_change_each_once_in_order(seed, n):
    found = layer(seed, n)
    first, second = np.random.default_rng(seed).integers(found.n_regions, size=2)
    neurons, shares = found.route(first, second)
    start, stop = found.centres[first], found.centres[second]
    steps = np.linspace(0, 1, 20_001)[:, None]
    walked = ((1 - steps) * start + steps * stop) @ found.weight.T + found.bias > 0
    when, who = np.nonzero(walked[1:] != walked[:-1])
    assert sorted(who) == sorted(neurons) == np.flatnonzero(found.codes[first] != found.codes[second]).tolist()
    assert np.abs(np.sort(shares) - shares).max(initial=0) == 0
    for neuron, share in zip(neurons, shares, strict=True):
        assert abs(steps[when[who == neuron][0], 0] - share) < 1e-4


@RANDOM
@SOME
def test_the_middle_of_a_polygon_is_its_centre_of_mass(seed, n):
    found = layer(seed, n)
    points = np.random.default_rng(seed).uniform(-1, 1, (20_000, 2))
    codes = points @ found.weight.T + found.bias > 0
    largest = int(found.partition.area.argmax())
    inside = points[(codes == found.codes[largest]).all(1)]
    assert np.abs(inside.mean(0) - found.centres[largest]).max() < 0.05


def test_a_thin_region_far_away_has_its_centre_inside():
    triangle = np.array([[1e6, 1e6], [1e6 + 1e-3, 1e6], [1e6, 1e6 + 1e-3]])
    np.testing.assert_allclose(analysis.centroid(triangle) - 1e6, 1e-3 / 3, rtol=1e-3)


def test_room_is_the_least_distance_by_looking_at_every_pair():
    for seed in range(30):
        random = np.random.default_rng(seed)
        weight, bias = random.uniform(-1, 1, (5, 2)), random.uniform(-0.6, 0.6, 5)
        away = [1.0]
        for pair in combinations(range(5), 2):
            point = np.linalg.solve(weight[list(pair)], -bias[list(pair)])
            if (np.abs(point) < 1).all():
                away.append(1 - np.abs(point).max())
                away += [_distance(point, weight[k], bias[k]) for k in range(5) if k not in pair]
        for k in range(5):
            for point in line_ends(Floor(0, 0, 1), weight[k].tolist(), float(bias[k])):
                away.append(1 - min(map(abs, point)))
                away += [_distance(np.array(point), weight[j], bias[j]) for j in range(5) if j != k]
        assert room(weight, bias) == pytest.approx(min(away), abs=1e-9)


def _distance(point, weight, bias) -> float:
    return abs(point @ weight + bias) / np.hypot(*weight)


def test_crossings_and_ends_lie_on_their_lines():
    random = np.random.default_rng(0)
    weight, bias = random.normal(size=(6, 2)), random.normal(size=6) * 0.3
    for (i, j), point in zip(combinations(range(6), 2), crossings(weight, bias), strict=True):
        np.testing.assert_allclose(weight[[i, j]] @ point + bias[[i, j]], 0, atol=1e-9)
    ends = border_ends(weight, bias)
    assert len(ends)
    for k, *point in ends:
        assert abs(weight[int(k)] @ point + bias[int(k)]) < 1e-9
        assert np.abs(point).max() == 1


# --- the layer of the article, and that of a network -----------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn() -> Regions:
    return analysis.draw_regions(n_draws=1_500)


@pytest.fixture(scope="module")
def moons() -> Regions:
    return analysis.cut_network(networks.load("moons-net"), "layer1")


def test_the_draw_is_the_one_with_most_room(drawn):
    assert drawn.n_lines == drawn.n_neurons == 8
    assert len(drawn.crossings) >= 20
    for seed in range(1_500):
        weight, bias = analysis.draw(seed, 8)
        if len(meet(weight, bias)) >= 20 and len(border_ends(weight, bias)) == 16:
            assert room(weight, bias) <= room(drawn.weight, drawn.bias)


def test_there_is_no_draw_that_has_everything():
    with pytest.raises(UsageError, match="none of 3 draws of 8 neurons has all zero lines and 28 crossings"):
        analysis.draw_regions(at_least=28, n_draws=3)


def test_a_networks_regions_are_the_signs_of_its_own_first_layer(moons):
    """Points as measured, standardised, through the module itself."""
    import torch

    network = networks.load("moons-net")
    data = network.dataset
    inputs = torch.from_numpy((moons.centres - np.array(data.mean or 0)) / np.array(data.std or 1)).float()
    with torch.no_grad():
        preactivations = network.module.layer1(inputs).numpy()
    sure = np.abs(preactivations) > 1e-4
    assert sure.mean() > 0.9
    assert ((preactivations > 0) == moons.codes)[sure].all()


def test_all_of_a_networks_data_lie_in_the_box(moons):
    data = networks.load("moons-net").dataset
    points = data.test.x.numpy() * np.array(data.std or 1) + np.array(data.mean or 0)
    assert (points > moons.partition.domain.min(0)).all()
    assert (points < moons.partition.domain.max(0)).all()


def plane(n: int, *more: Layer, kind: str = "plane") -> Subject:
    hidden = Layer("layer1", "Linear", (n, 2), (n,))
    relu = Layer("relu1", "ReLU", None, (n,))
    return Subject("net", kind, (hidden, relu, *more, Layer("head", "Linear", (2, n), (2,))))


def test_only_one_small_hidden_layer_over_the_plane_has_this_exhibit():
    def shown(subject: Subject) -> bool:
        return "regions" in [each.name for each in exhibits(subject, "smoke")]

    assert shown(plane(8))
    assert shown(plane(12))
    assert not shown(plane(13))
    assert not shown(plane(8, kind="classifier"))
    assert not shown(plane(8, Layer("layer2", "Linear", (8, 8), (8,))))
    assert not shown(plane(8, Layer("norm", "BatchNorm1d", (8,), (8,))))
    (exhibit,) = [each for each in exhibits(plane(8), "smoke") if each.name == "regions"]
    assert exhibit.params == {"layer": "layer1"}
    assert exhibit.figures[0].title


# --- words and drawing -----------------------------------------------------------------------------------------------


def test_the_sentence_says_every_change_in_order():
    before = [False, True, False, False, False, True, False, False]
    said = figures.sentence(before, [1, 4, 5])
    assert said == "From A to B neuron 2 turns off, then 5 on, then 6 off; the other five keep their sign."
    assert figures.sentence([True], [0]) == "From A to B neuron 1 turns off; none keeps its sign."
    assert figures.sentence([True, True], [1]).endswith("neuron 2 turns off; the other one keeps its sign.")
    assert figures.sentence([False] * 12, [3]).endswith("the other 11 keep their sign.")
    assert figures.sentence(before, []) == "A and B are the same region: no neuron changes sign."


def test_a_region_is_described():
    assert figures.described([False, True, True]) == "Code 011, on: 2, 3."
    assert figures.described([False] * 2) == "Code 00, no neuron is on."
    assert figures.described([True] * 2) == "Code 11, every neuron is on."


@pytest.mark.parametrize("n", [1, 4, 6])
def test_neighbouring_cells_of_all_codes_differ_in_one_bit(n):
    places = {figures.gray(code): code for code in product((False, True), repeat=n)}
    assert sorted(places) == list(range(2**n))
    for place in range(2**n - 1):
        assert sum(a != b for a, b in zip(places[place], places[place + 1], strict=True)) == 1


def test_marks_on_the_way_never_cover_one_another_where_there_is_room():
    for seed in range(50):
        places = np.sort(np.random.default_rng(seed).uniform(0, 200, 6)).tolist()
        if any(c - a < figures.MARK_APART for a, c in zip(places, places[3:], strict=False)):
            continue  # four on one spot: three places are all there are
        for (a, here), (b, there) in combinations(zip(places, figures.levels(places), strict=True), 2):
            assert here != there or b - a >= figures.MARK_APART


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 0.03), (-1.12, 1.15), (1e5, 3e5), (2, 9)])
def test_ticks_are_few_round_and_inside(low, high):
    values = ticks(low, high)
    assert 3 <= len(values) <= 7
    assert low - 1e-9 <= values[0] < values[-1] <= high + 1e-9
    step = float(f"{values[1] - values[0]:.1e}")
    assert f"{step:e}"[0] in "125"


def test_the_drawing_holds_the_results_numbers(drawn):
    diagram = figures.regions(drawn)
    assert set(files(diagram)) >= {"diagram.svg", "narrow.svg", "data.json", "data.csv"}
    assert len(diagram.rows) == drawn.n_regions
    assert sum(row["area"] for row in diagram.rows) == pytest.approx(4)
    assert diagram.svg.count("data-region=") == diagram.svg.count("data-cell=") == drawn.n_regions
    assert diagram.svg.count("data-tag=") == drawn.n_lines
    assert diagram.data["codes"][drawn.first] == diagram.rows[drawn.first]["code"]


def test_the_facts_are_the_results(drawn, moons):
    said = facts.regions(drawn)
    assert said["regions"] == 1 + said["lines"] + said["crossings"]
    assert said["outside"] == 28 - said["crossings"]
    assert said["bound"] == 37
    neurons = [said[f"change_{k + 1}"] for k in range(said["changes"])]
    differ = [k + 1 for k in range(8) if said["first_code"][k] != said["second_code"][k]]
    assert sorted(neurons) == differ
    assert "seed" in said
    assert "seed" not in facts.regions(moons)
