"""Neurons on one input: exact laws of the cut, quantiles by sampling, and a search that finds what it promises."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generators.articles.multi_neuron.analysis.neurons_on_a_line import (
    cut,
    draw,
    find_neurons,
    probability,
    turns_alone,
)
from generators.articles.multi_neuron.facts import neurons_on_a_line as facts
from generators.articles.multi_neuron.figures import eight_neurons, input_boundary
from generators.articles.multi_neuron.figures.axes import spread
from generators.errors import UsageError

ROUGH = st.integers(-6, 6).map(lambda k: k / 3)
"""Weights and biases with many coincidences: equal breakpoints, breakpoints at the ends, neurons that are constant."""
SMOOTH = st.floats(-2, 2, allow_nan=False, allow_subnormal=False).filter(lambda v: v == 0 or abs(v) > 1e-3)
QUANTILES = st.none() | st.floats(0.05, 0.99)


def layers(numbers: st.SearchStrategy) -> st.SearchStrategy:
    pairs = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12)
    return pairs.map(lambda rows: (np.array(rows)[:, 0], np.array(rows)[:, 1]))


LAYERS = layers(ROUGH) | layers(SMOOTH)
INTERVALS = st.tuples(st.floats(-3, 2.5), st.floats(0.2, 3)).map(lambda ends: (ends[0], ends[0] + ends[1]))


@pytest.fixture(scope="module")
def line():
    return find_neurons()


@given(LAYERS, INTERVALS, QUANTILES)
def test_there_is_one_interval_more_than_distinct_breakpoints_inside(layer, ends, quantile):
    weight, bias = layer
    found = cut(weight, bias, *ends, quantile)
    distinct = {c for c in found.crossings.tolist() if ends[0] < c < ends[1]}
    assert found.n_intervals == 1 + len(distinct) <= 1 + len(weight)
    assert np.diff(found.ends).min() > 0


@given(LAYERS, INTERVALS, QUANTILES)
def test_codes_of_neighbours_differ_in_exactly_the_neurons_whose_breakpoint_lies_between(layer, ends, quantile):
    weight, bias = layer
    found = cut(weight, bias, *ends, quantile)
    for k, breakpoint in enumerate(found.breakpoints):
        differ = found.codes[k] != found.codes[k + 1]
        np.testing.assert_array_equal(differ, found.crossings == breakpoint)
        np.testing.assert_array_equal(found.codes[k + 1][differ], weight[differ] > 0)


@given(LAYERS, INTERVALS, QUANTILES, st.integers(0, 10_000))
def test_any_input_inside_an_interval_has_its_code(layer, ends, quantile, seed):
    weight, bias = layer
    found = cut(weight, bias, *ends, quantile)
    x = np.random.default_rng(seed).uniform(*ends, 200)
    x = x[np.abs(x[:, None] - found.ends).min(1) > 1e-6]  # clear of rounding at a breakpoint
    codes = np.outer(x, weight) + bias > found.thresholds
    np.testing.assert_array_equal(codes, found.codes[np.searchsorted(found.breakpoints, x)])


@given(layers(SMOOTH), INTERVALS, st.floats(0.5, 0.99))
def test_the_share_above_a_quantile_is_the_rest(layer, ends, quantile):
    """Lengths of the intervals in which a neuron is above add up to 1 - q of the whole."""
    weight, bias = layer
    found = cut(weight, bias, *ends, quantile)
    shares = np.diff(found.ends) @ found.codes / (ends[1] - ends[0])
    np.testing.assert_allclose(shares[weight != 0], 1 - quantile, atol=1e-12)


@pytest.mark.parametrize("quantile", [0.5, 0.8, 0.95, 0.99])
def test_sampling_finds_the_same_quantiles(quantile):
    """A second method that knows nothing of lines: many inputs, sorted outputs."""
    random = np.random.default_rng(4)
    weight, bias = random.uniform(-1, 1, (2, 20))
    found = cut(weight, bias, -0.7, 1.3, quantile)
    outputs = np.outer(random.uniform(-0.7, 1.3, 200_000), weight) + bias
    np.testing.assert_allclose(np.quantile(outputs, quantile, axis=0), found.thresholds, atol=0.01)
    np.testing.assert_allclose((outputs > found.thresholds).mean(0), 1 - quantile, atol=0.006)


@given(layers(SMOOTH), INTERVALS, st.floats(0.51, 0.99))
def test_on_a_line_quantiles_cut_in_two_places_at_most(layer, ends, quantile):
    weight, bias = layer
    found = cut(weight, bias, *ends, quantile)
    assert len(found.breakpoints) == len({bool(w > 0) for w in weight if w})


@given(LAYERS, INTERVALS, QUANTILES, st.floats(0.1, 10))
def test_scaling_a_neuron_moves_no_breakpoint(layer, ends, quantile, scale):
    weight, bias = layer
    one, other = cut(weight, bias, *ends, quantile), cut(scale * weight, scale * bias, *ends, quantile)
    np.testing.assert_allclose(one.crossings, other.crossings, rtol=1e-12)


@given(LAYERS, QUANTILES)
def test_the_mirror_image_has_the_mirrored_codes(layer, quantile):
    weight, bias = layer
    one, other = cut(weight, bias, -1, 1, quantile), cut(-weight, bias, -1, 1, quantile)
    np.testing.assert_allclose(one.breakpoints, -other.breakpoints[::-1], atol=1e-12)
    np.testing.assert_array_equal(one.codes, other.codes[::-1])


def test_the_kept_draw_turns_exactly_one_neuron_off(line):
    weight, bias = draw(line.seed, 8)
    np.testing.assert_array_equal(line.weight[:, 0], weight)
    before, after = (weight * x + bias > 0 for x in (0.3, 0.7))
    assert before[2] and not after[2]
    assert (before != after).sum() == 1
    assert 0.3 < line.whole.crossings[2] < 0.7


def test_the_kept_seed_is_the_first_and_is_legible(line):
    marks = [-1, 0, 0.3, 0.7, 1]
    for seed in range(line.seed + 1):
        weight, bias = draw(seed, 8)
        inside = [-b / w for w, b in zip(weight, bias, strict=True) if abs(b) < abs(w)]
        gaps = np.diff(sorted([*inside, *marks]))
        wanted = len(inside) >= 7 and gaps.min() >= 0.06 and turns_alone(weight, bias, 2, 0.3, 0.7)
        assert wanted == (seed == line.seed)


@pytest.mark.parametrize(("n", "turning", "first", "second"), [(8, 2, 0.3, 0.7), (3, 0, -0.5, 0.5), (1, 0, 0.9, -0.2)])
def test_how_rare_such_a_draw_is(n, turning, first, second):
    """The closed form against 200,000 draws; five standard deviations."""
    weight, bias = np.random.default_rng(0).uniform(-1, 1, (2, 200_000, n))
    before, after = weight * first + bias > 0, weight * second + bias > 0
    wanted = np.arange(n) == turning
    share = ((before != after) == wanted).all(1) & before[:, turning]
    expected = probability(n, first, second)
    assert share.mean() == pytest.approx(expected, abs=5 * np.sqrt(expected / 200_000))


def test_the_share_of_seeds_agrees_with_the_closed_form(line):
    assert line.n_turning / line.n_draws == pytest.approx(line.probability, abs=5 * np.sqrt(0.024 / line.n_draws))
    assert 1 <= line.n_legible <= line.n_turning


def test_pytorch_starts_such_a_layer_with_the_same_distribution():
    torch.manual_seed(0)
    layer = nn.Linear(1, 100_000)
    levels = np.linspace(0, 1, 21)
    for ours, theirs in zip(draw(0, 100_000), (layer.weight, layer.bias), strict=True):
        quantiles = np.quantile(theirs.detach().numpy(), levels)
        np.testing.assert_allclose(np.quantile(ours, levels), quantiles, atol=0.02)


def test_a_search_in_vain_says_so():
    with pytest.raises(UsageError, match=r"none of 5 draws of 8 neurons has neuron 3 alone .* 0\.3 and 0\.7"):
        find_neurons(n_draws=5)


def test_facts_count_what_the_cuts_hold(line):
    said = facts.line(line)
    assert said["intervals"] == line.whole.n_intervals == said["breakpoints"] + 1
    assert said["positive_intervals"] == len(np.unique(line.positive.codes, axis=0))
    assert said["positive_falling"] == said["positive_breakpoints"]  # the article says that each turns a neuron off
    assert line.whole.crossings[said["unswitching"] - 1] < -1
    assert (said["first_code"], said["second_code"]) == ("11111001", "11011001")
    assert said["rising"] + said["falling"] == said["neurons"] == 8
    assert line.whole.codes[:, said["unswitching"] - 1].all()
    assert (said["quantile_low"], said["quantile_high"]) == pytest.approx((-0.9, 0.9))


def test_the_drawing_holds_the_results_numbers(line):
    drawn = input_boundary.input_boundary(line)
    whole = [row for row in drawn.rows if row["view"] == "all inputs, threshold 0"]
    assert [row["from"] for row in whole[1:]] == line.whole.breakpoints.tolist()
    assert [[digit == "1" for digit in row["code"]] for row in whole] == line.whole.codes.tolist()
    assert len(drawn.rows) == 8 + 4 + 3 + 3
    for picture in (drawn.svg, drawn.narrow):
        assert picture.count("data-boundary=") == 8
        assert picture.count("data-sign=") == 72
    assert eight_neurons.eight_neurons(line).rows[2]["breakpoint"] == line.whole.crossings[2]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([1, 1, 0], [1, 0, 0], "From 0 to 1 neuron 2 turns off; the other two keep their sign."),
        ([1, 1, 0], [0, 0, 1], "From 0 to 1 neurons 1 and 2 turn off and neuron 3 turns on; none keeps its sign."),
        ([1, 0, 0], [1, 1, 1], "From 0 to 1 neurons 2 and 3 turn on; the other one keeps its sign."),
        ([1, 0], [1, 0], "From 0 to 1 no neuron changes sign."),
    ],
)
def test_a_sentence_names_who_changes(before, after, said):
    assert eight_neurons.sentence(0.0, 1.0, list(map(bool, before)), list(map(bool, after))) == said


@given(st.lists(st.floats(0, 100), min_size=1, max_size=7))
def test_labels_stand_apart_inside_and_in_order(wanted):
    places = spread(wanted, 14, 0, 100)
    assert np.diff(np.sort(places)).min(initial=14) >= 14 - 1e-9
    assert min(places) >= -1e-9 and max(places) <= 100 + 1e-9
    for k, one in enumerate(wanted):
        for j, other in enumerate(wanted):
            assert one >= other or places[k] < places[j]
