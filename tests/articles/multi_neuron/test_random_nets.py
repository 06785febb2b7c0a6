"""Ten thousand random networks of all kinds of layers, each cut a second time in whole numbers."""

from random import Random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from generators.articles.multi_neuron.analysis.plane import partition_plane
from tests.articles.multi_neuron.laws import STILL, Motion, check_exact, check_laws
from tests.articles.multi_neuron.nets import Subject, random_subject

HARD = ("hard 2108", "1 460 15")
"""Networks with many boundaries through one point at small angles: where two of them cross is blurred along both."""
CHUNKS, EXAMPLES, BATCH = 10, 20, 50


def check(subject: Subject, shown: Subject, motion: Motion = STILL, laws: bool = True) -> None:
    """Cut the domain that is shown, and compare with whole numbers on the subject's own."""
    partition = partition_plane(shown.module, shown.domain, shown.decision)
    if laws:
        check_laws(partition, shown.module, shown.domain)
    check_exact(partition, subject.exact(), motion)


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_the_smallest_networks_that_fail_are_found(random):
    subject = random_subject(random)
    note(repr(subject))
    check(subject, subject)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_networks_of_all_kinds_are_cut_as_in_whole_numbers(chunk):
    """Every other one in a plane that is turned, where rounding takes each coincidence a little apart."""

    @settings(max_examples=EXAMPLES, phases=[Phase.generate])
    @given(st.integers(0, 2**63))
    def batch(seed):
        for k in range(BATCH):
            random = Random(f"{chunk} {seed} {k}")
            subject = random_subject(random)
            shown = subject.turned(random) if k % 2 else (subject, STILL)
            try:
                check(subject, *shown, laws=k % 4 < 2)
            except Exception as error:
                raise AssertionError(f"network {chunk} {seed} {k}: {subject!r}, shown as {shown!r}") from error

    batch()


@pytest.mark.parametrize("name", HARD)
def test_boundaries_that_meet_at_small_angles_meet_in_one_point(name):
    random = Random(name)
    subject = random_subject(random)
    for _ in range(10):
        check(subject, *subject.turned(random))
