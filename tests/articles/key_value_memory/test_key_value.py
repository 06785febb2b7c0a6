"""Eight keys over two values: exactly three fire, what is printed adds up, and both ways of adding are one product."""

import dataclasses
import re
import textwrap
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.articles.key_value_memory.analysis.key_value import direction_wise, find_network, neuron_wise
from generators.articles.key_value_memory.facts.key_value import key_value as facts
from generators.articles.key_value_memory.figures import dials
from generators.articles.key_value_memory.figures.direction_wise import direction_wise as draw_directions
from generators.articles.key_value_memory.figures.key_value import NARROW, WIDE
from generators.articles.key_value_memory.figures.key_value import key_value as draw_network
from generators.articles.key_value_memory.figures.neuron_wise import NARROW as NARROW_SUMS
from generators.articles.key_value_memory.figures.neuron_wise import WIDE as WIDE_SUMS
from generators.articles.key_value_memory.figures.neuron_wise import neuron_wise as draw_neurons
from generators.articles.key_value_memory.figures.neuron_wise import sentence
from generators.drawing import files
from generators.drawing.weights import signed
from generators.errors import UsageError

DRAWN = (draw_network, draw_neurons, draw_directions)


@pytest.fixture(scope="module")
def network():
    return find_network()


def choices(network) -> np.ndarray:
    """Every input that the reader can choose."""
    n = round(network.most / network.step)
    return np.array(list(product(np.arange(-n, n + 1) / n * network.most, repeat=3)))


def fed(network, x: np.ndarray):
    """The same network with another input, computed by matrix products."""
    z = np.round(network.w_key @ x, 2) + 0.0
    a = np.maximum(z, 0)
    each = np.round(network.w_value * a, 2)
    path = np.vstack([np.zeros(2), np.round(each.cumsum(1), 2).T])
    return dataclasses.replace(network, x=x, preactivations=z, activations=a, contributions=each, path=path)


def printed(value: float, digits: int = 2) -> Decimal:
    return Decimal(signed(value, digits).replace("−", "-"))


def test_exactly_keys_4_6_and_7_fire(network):
    weights = [[Fraction(w).limit_denominator(100) for w in row] for row in network.w_key]
    x = [Fraction(value).limit_denominator(100) for value in network.x]
    sums = [sum(w * value for w, value in zip(row, x, strict=True)) for row in weights]
    assert [i + 1 for i, z in enumerate(sums) if z > 0] == [4, 6, 7]
    assert [float(z) for z in sums] == network.preactivations.tolist()
    assert facts(network)["active"] == "4, 6 and 7"


def test_counts_are_the_sources(network):
    said = facts(network)
    assert (said["neurons"], said["key_synapses"], said["value_synapses"], said["synapses"]) == (10, 24, 16, 40)


def test_what_is_printed_adds_up_exactly(network):
    rng = np.random.default_rng(0)
    for now in [network, *(fed(network, x) for x in rng.permutation(choices(network))[:200])]:
        for i in range(8):
            terms = (printed(w, 1) * printed(value, 1) for w, value in zip(now.w_key[i], now.x, strict=True))
            assert sum(terms) == printed(now.preactivations[i])
        for j in range(2):
            products = [printed(now.w_value[j, i], 1) * printed(now.activations[i]) for i in range(8)]
            assert products == [printed(each) for each in now.contributions[j]]
            assert sum(products) == printed(now.path[-1, j])


def test_so_few_draws_have_these_keys_as_chance_says(network):
    """Each key fires for half of all draws, whatever the others do."""
    expected = network.n_draws / 2**8
    assert abs(network.n_wanted - expected) < 5 * expected**0.5
    assert 1 <= network.n_legible < network.n_wanted
    assert 1 <= network.draw <= network.n_draws


def test_no_sum_of_any_input_leaves_the_plane(network):
    activations = np.maximum(choices(network) @ network.w_key.T, 0)
    steps = activations[:, :, None] * network.w_value.T
    sums = np.concatenate([steps.cumsum(1), np.broadcast_to(network.w_value.T, steps.shape)], 1)
    np.testing.assert_allclose(sums.min((0, 1)), network.low, atol=1e-9)
    np.testing.assert_allclose(sums.max((0, 1)), network.high, atol=1e-9)


def test_moving_one_input_can_wake_every_key(network):
    woken = set()
    for j in range(3):
        for value in np.linspace(-1, 1, 21):
            x = network.x.copy()
            x[j] = value
            woken |= set(fed(network, x).active)
    assert woken == set(range(8))


@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 5), st.permutations(range(8)))
def test_both_ways_of_adding_are_the_matrix_product(seed, n, d, order):
    rng = np.random.default_rng(seed)
    w_value, activations = rng.normal(size=(d, 8)), rng.normal(size=(n, 8))
    rows, columns = neuron_wise(w_value, activations, range(8)), direction_wise(w_value, activations, order)
    np.testing.assert_allclose(rows, activations @ w_value.T, atol=1e-12)
    np.testing.assert_allclose(columns, activations @ w_value.T, atol=1e-12)
    assert np.array_equal(neuron_wise(w_value, activations, order), columns)


def test_rounding_alone_tells_the_ways_apart(network):
    """Each sum of n terms is off by at most n - 1 roundings of the sum of sizes (Higham, 2002, section 4.2)."""
    sizes = float((np.abs(network.w_value) * np.abs(network.w_key).sum(1)).sum(1).max())
    assert network.same_order_error == 0
    assert 0 < network.identity_error <= 2 * 8 * np.finfo(np.float64).eps * sizes
    assert network.identity_error < network.identity_error_float32 <= 2 * 8 * np.finfo(np.float32).eps * sizes


def test_asking_for_too_much_is_refused_in_a_sentence():
    with pytest.raises(UsageError, match="none of 2,000 draws of 8 keys has keys 1, 2, 3 alone fire"):
        find_network(wanted=(1, 2, 3), n_draws=2_000, n_inputs=10)


def test_the_longest_sentence_fits(network):
    rng = np.random.default_rng(1)
    for x in rng.permutation(choices(network))[:400]:
        now = fed(network, x)
        for layout in (WIDE, NARROW):
            _, letters, n_lines = layout.sentence
            for i in range(8):
                said = f"{dials.outcome(now)} {dials.about(now, i)}"
                assert len(textwrap.wrap(said, letters)) <= n_lines
        for sums in (WIDE_SUMS, NARROW_SUMS):
            letters, n_lines = sums.letters
            assert all(len(textwrap.wrap(sentence(now, j), letters)) <= n_lines for j in range(2))


@pytest.mark.parametrize("draw", DRAWN)
def test_silence_and_one_voice_can_be_drawn(network, draw):
    lone = dataclasses.replace(network, w_key=np.where(np.arange(8)[:, None] == 6, network.w_key, 0.0))
    for now, says in (
        (fed(network, np.zeros(3)), "No key fires, and y = (0.00, 0.00)."),
        (fed(lone, network.x), "Key 7 alone fires, and y = (2.60, −0.65)."),
    ):
        assert dials.outcome(now) == says
        assert files(draw(now))["diagram.svg"]


@pytest.mark.parametrize("draw", DRAWN)
def test_the_table_of_numbers_adds_up(network, draw):
    rows = draw(network).rows
    assert [sum(row[f"adds to y{j}"] for row in rows) for j in (1, 2)] == pytest.approx(network.path[-1].tolist())
    assert [row["memory"] for row in rows if row["activation"] > 0] == [4, 6, 7]
    assert files(draw(network))["narrow.svg"]


def test_bars_step_from_0_to_the_output(network):
    for svg, layout in ((draw_neurons(network).svg, WIDE_SUMS), (draw_neurons(network).narrow, NARROW_SUMS)):
        for j in range(2):
            slots = [svg.split(f'data-slot="{i} {j}"')[1].split("</g>")[0] for i in range(8)]
            for i, slot in enumerate(slots):
                bar = re.search(r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)"[^>]*data-bar=""', slot)
                top, height = float(bar[1]), float(bar[2])
                assert height == pytest.approx(layout.unit * abs(network.contributions[j, i]), abs=0.06)
                highest = max(network.path[i, j], network.path[i + 1, j])
                assert top == pytest.approx(layout.zero(network, j) - layout.unit * highest, abs=0.06)


def test_arrows_lie_head_to_tail(network):
    for svg in (draw_directions(network).svg, draw_directions(network).narrow):
        place = r"M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"
        links = [re.search(rf'd="{place}[^"]*"[^>]*data-link="{i}"', svg) for i in network.active]
        ends = [tuple(map(float, link.groups())) for link in links]
        for before, after in pairwise(ends):
            assert before[2:] == after[:2]
        output = re.search(rf'd="{place}[^"]*"[^>]*data-output=""', svg)
        assert tuple(map(float, output.groups())) == ends[0][:2] + ends[-1][2:]
        assert [bool(re.search(rf'd="{place}[^"]*"[^>]*data-link="{i}"', svg)) for i in range(8)] == [
            i in network.active for i in range(8)
        ]
