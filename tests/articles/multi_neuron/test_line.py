"""Exact partitions of a segment agree with whole numbers, with bisection, and with planes that the segment lies in."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from torch import nn

from generators.articles.multi_neuron.analysis.domain import Slice, lift
from generators.articles.multi_neuron.analysis.line import partition_line
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.results.line import LinePartition
from generators.errors import UsageError
from tests.articles.multi_neuron.exact import ExactPartition, Maximum, corners_of, exact_partition
from tests.articles.multi_neuron.laws import (
    along,
    bits_of,
    check_line,
    check_restriction,
    is_resolved,
    patterns,
    without_maxima,
)
from tests.articles.multi_neuron.nets import random_subject
from tests.articles.multi_neuron.zoo import BOX, UNIT, ZOO, folds, lines, relu, triangle_waves

SEGMENTS = (((-1, -1), (1, 1)), ((-1, 0), (1, 0)), ((-1, 0.25), (1, 0.25)), ((0, -1), (0, 1)), ((0, 0), (1, 0.5)))


def exact_line(module: nn.Module, ends: np.ndarray) -> ExactPartition:
    """A plane whose second axis leads nowhere: its regions are intervals times [0, 1]."""
    plane = (ends[0], ends[1] - ends[0], np.zeros_like(ends[0]))
    return exact_partition(module, corners_of(UNIT), plane, ends[0].shape)


def check_exact_line(p: LinePartition, exact: ExactPartition) -> None:
    """The intervals, codes too, of whole numbers."""
    assert is_resolved(exact)
    starts = np.array([region.corners[:, 0].min() for region in exact.regions])
    order = np.argsort(starts)
    np.testing.assert_allclose(p.breakpoints, starts[order][1:], atol=1e-12)
    np.testing.assert_array_equal(without_maxima(p, bits_of(p)), exact.signs[order])
    if any(isinstance(step, Maximum) for step in exact.steps):
        assert p.n_regions == len({region.code for region in exact.regions})


@pytest.mark.parametrize("case", [case for case in ZOO if case.domain is BOX], ids=lambda case: case.name)
def test_lines_through_networks_made_by_hand(case):
    for segment in SEGMENTS:
        ends = np.array(segment, float)
        partition = partition_line(case.module, tuple(ends))
        check_line(partition, case.module, ends)
        exact = exact_line(case.module, ends)
        if is_resolved(exact):
            check_exact_line(partition, exact)


@pytest.mark.parametrize("k", [1, 3, 8, 12])
def test_a_triangle_wave_of_k_layers_has_two_to_the_k_pieces(k):
    partition = partition_line(triangle_waves(k), (np.zeros(2), np.array([1.0, 0.0])))
    np.testing.assert_allclose(partition.breakpoints, np.arange(1, 2**k) / 2**k)


def test_three_neurons_that_switch_at_one_place_share_a_breakpoint():
    partition = partition_line(
        lines((1, 0, 0), (-2, 0, 0), (0, 1, 0), (1, 0, -0.5)), (np.array([-1.0, -1.0]), np.ones(2))
    )
    assert partition.breakpoints.tolist() == [0.5, 0.75]
    assert partition.switches.tolist() == [0, 1, 2, 3] and partition.turns_on.tolist() == [True, False, True, True]


def test_a_segment_along_a_boundary_is_off_there():
    partition = partition_line(lines((0, 1, 0), (1, 0, 0)), (np.array([-1.0, 0.0]), np.array([1.0, 0.0])))
    assert bits_of(partition).tolist() == [[False, False], [False, True]]


def test_one_input_is_enough():
    module = nn.Sequential(nn.Linear(1, 20), nn.ReLU(), nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 1)).double()
    ends = np.array([[-3.0], [3.0]])
    partition = partition_line(module, tuple(ends))
    check_line(partition, module, ends)
    check_exact_line(partition, exact_line(module, ends))
    inside = np.linspace(-3, 3, 4001)[:, None]
    sampled = {code.tobytes() for code in patterns(module, inside)}
    assert len(sampled) <= partition.n_regions


@pytest.mark.parametrize("chunk", range(2))
def test_random_networks_along_random_lines(chunk):
    @settings(max_examples=10, phases=[Phase.generate])
    @given(st.integers(0, 2**63))
    def batch(seed):
        for k in range(20):
            random = Random(f"line {chunk} {seed} {k}")
            subject = random_subject(random)
            d = subject.domain.origin.size if isinstance(subject.domain, Slice) else 2
            ends = np.array([[random.randint(-6, 6) / 4 for _ in range(d)] for _ in range(2)])
            if (ends[0] == ends[1]).all():
                continue
            try:
                partition, exact = partition_line(subject.module, tuple(ends)), exact_line(subject.module, ends)
                check_line(partition, subject.module, ends)
                if is_resolved(exact):
                    check_exact_line(partition, exact)
            except Exception as error:
                raise AssertionError(f"network {chunk} {seed} {k}: {subject!r} from {ends.tolist()}") from error

    batch()


def test_breakpoints_are_found_again_by_bisection():
    torch.manual_seed(1)
    module = nn.Sequential(nn.Linear(5, 30), nn.ReLU(), nn.Linear(30, 30), nn.ReLU(), nn.Linear(30, 1)).double()
    ends = np.random.default_rng(1).normal(size=(2, 5)) * 3
    partition = partition_line(module, tuple(ends))
    assert partition.n_regions > 20
    low = np.linspace(0, 1, 4097)
    low, high = low[:-1], low[1:]
    for _ in range(40):
        codes = [patterns(module, along(ends, t)) for t in (low, (low + high) / 2, high)]
        below, above = ((one != other).any(1) for one, other in pairwise(codes))
        middle = (low + high) / 2
        low, high = np.r_[low[below], middle[above]], np.r_[middle[below], high[above]]
    np.testing.assert_allclose(partition.breakpoints, np.unique(np.round(low, 11)), atol=1e-9)


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_a_line_in_a_plane_breaks_where_it_crosses_the_planes_edges(seed):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    module = nn.Sequential(nn.Linear(4, 12), nn.ReLU(), nn.Linear(12, 12), nn.LeakyReLU(0.2), nn.Linear(12, 3)).double()
    plane = Slice.through(*rng.normal(size=(3, 4)), around=3.0)
    places = plane.polygon.mean(0) + (plane.polygon[:2] - plane.polygon.mean(0)) * 0.9
    partition = partition_plane(module, plane)
    line = partition_line(module, tuple(lift(plane, places)))
    check_restriction(line, partition, places)


def test_the_way_back_has_the_same_breakpoints():
    module = folds(4)
    there, back = (
        partition_line(module, each)
        for each in ((-np.ones(2), np.array([1.0, 0.3])), (np.array([1.0, 0.3]), -np.ones(2)))
    )
    np.testing.assert_allclose(there.breakpoints, 1 - back.breakpoints[::-1], atol=1e-12)
    np.testing.assert_array_equal(there.codes, back.codes[::-1])


def test_a_segment_of_no_length_is_refused():
    with pytest.raises(UsageError, match="two different inputs"):
        partition_line(relu((np.eye(2), 0)), (np.ones(2), np.ones(2)))
    with pytest.raises(UsageError, match="finite"):
        partition_line(relu((np.eye(2), 0)), (np.ones(2), np.array([0.0, np.nan])))
