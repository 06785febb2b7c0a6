"""Which examples stand for a large collection."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from generators.datasets.user.sampling import TEST_AT_MOST, held, spread


@given(st.lists(st.integers(0, 6), min_size=1, max_size=300), st.integers(1, 80))
def test_every_answer_has_its_even_share_or_all_there_are(answers, at_most):
    y = np.array(answers)
    chosen = spread(y, at_most)
    assert len(chosen) == min(len(y), at_most) == len(set(chosen.tolist()))
    assert (np.diff(chosen) > 0).all()
    counts, had = np.bincount(y[chosen], minlength=7), np.bincount(y, minlength=7)
    short = counts[counts < had]  # answers of which some were left out
    assert len(short) == 0 or counts.max() <= short.min() + 1


def test_the_choice_is_the_same_each_time_and_random_within_an_answer():
    y = np.repeat([0, 1], 50_000)
    chosen = spread(y, 10_000)
    assert chosen.tolist() == spread(y, 10_000).tolist() != spread(y, 10_000, seed=1).tolist()
    assert 20_000 < chosen[y[chosen] == 0].mean() < 30_000


def test_large_pictures_are_held_in_smaller_number():
    y = np.zeros(50_000, int)
    assert len(held(y, 64 * 64 * 3 * 4)) == TEST_AT_MOST
    assert len(held(y, 224 * 224 * 3 * 4)) == 512 * 1024**2 // (224 * 224 * 3 * 4)
    assert len(held(y, 10**12)) == 1
