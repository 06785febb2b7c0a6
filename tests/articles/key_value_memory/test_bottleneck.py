"""The counts of MLPs as memories are those of the networks themselves, and directions crowd as Welch says."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.articles.key_value_memory.analysis.bottleneck import OWN, count_memories, least_cosine
from generators.articles.key_value_memory.facts.bottleneck import bottleneck as facts
from generators.articles.key_value_memory.figures.bottleneck import NARROW, WIDE, bottleneck
from generators.drawing import files
from generators.errors import UsageError
from generators.networks import load
from generators.networks.spec import spec


@pytest.fixture(scope="module")
def result():
    return count_memories()


def largest_cosine(directions: np.ndarray) -> float:
    units = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return float(np.abs(units @ units.T)[np.triu_indices(len(units), 1)].max())


def test_gpt3s_counts_are_those_of_series_1(result):
    said = facts(result)
    assert (said["gpt3_neurons"], said["gpt3_synapses"]) == (61_440, 1_207_959_552)
    assert said["gpt3_memories"] == 49_152


@pytest.mark.parametrize("name", ["gpt2", "gpt3"])
def test_published_counts_are_the_sums_of_their_maps(result, name):
    maps = [each for each in spec(name).maps if each.path.startswith("blocks.0.feed_forward")]
    (width,) = [each for each in result.widths if each.name == name]
    assert (width.neurons, width.synapses) == (sum(m.neurons for m in maps), sum(m.synapses for m in maps))


@pytest.mark.parametrize("name", OWN)
def test_our_own_widths_are_those_of_the_weights(result, name):
    (width,) = [each for each in result.widths if each.name == name]
    mlp = load(name).module.blocks[0].mlp
    assert tuple(mlp.key.weight.shape) == (width.n_memories, width.d_model)
    assert tuple(mlp.value.weight.shape) == (width.d_model, width.n_memories)
    assert width.synapses == mlp.key.weight.numel() + mlp.value.weight.numel()


def test_neurons_are_5d_and_synapses_8d_squared(result):
    for width in result.widths:
        d = width.d_model
        assert (width.n_memories, width.neurons, width.synapses) == (4 * d, 5 * d, 8 * d * d)
        assert width.memories_per_dimension == 4


@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(1, 60))
def test_no_directions_are_further_apart_than_the_bound(seed, d, n):
    directions = np.random.default_rng(seed).normal(size=(n + 1, d))
    assert largest_cosine(directions) >= least_cosine(n + 1, d) - 1e-12


def test_the_bound_is_met_by_the_best_arrangements():
    golden = (1 + math.sqrt(5)) / 2
    icosahedron = [(0, 1, s * golden) for s in (1, -1)] + [(1, s * golden, 0) for s in (1, -1)]
    icosahedron += [(golden, 0, s) for s in (1, -1)]
    triangle = [(math.cos(t), math.sin(t)) for t in (0, 2 * math.pi / 3, 4 * math.pi / 3)]
    simplex = [signs for signs in itertools.product((1, -1), repeat=3) if math.prod(signs) == 1]
    for directions in (icosahedron, triangle, simplex):
        n, d = np.array(directions).shape
        assert largest_cosine(np.array(directions, dtype=float)) == pytest.approx(least_cosine(n, d))
    assert least_cosine(5, 5) == least_cosine(3, 5) == 0


def test_wider_networks_crowd_less(result):
    angles = [width.widest_angle_degrees for width in result.widths]
    assert angles == sorted(angles)
    assert angles[-1] < 90


@pytest.mark.parametrize("name", ["mixtral-8x7b", "llama3-8b", "nobody"])
def test_an_mlp_that_is_not_two_matrices_is_refused(name):
    with pytest.raises(UsageError, match="expected a decoder whose MLP is two matrices"):
        count_memories(published=(name,))


def test_the_drawing_is_to_scale(result):
    drawn = bottleneck(result)
    for svg, layout in ((drawn.svg, WIDE), (drawn.narrow, NARROW)):
        bars = [float(h) for h in re.findall(r'width="10" height="([\d.]+)" fill="var\(--nf-muted\)"', svg)]
        assert bars == [layout.d, 4 * layout.d, layout.d]
        assert "1,207,959,552" in svg
    assert files(drawn)["narrow.svg"]
