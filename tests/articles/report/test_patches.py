"""Patches in a report: they do what the network's card says, and the drawings hold the result's numbers."""

import numpy as np
import pytest

from generators.articles.report.analysis.patches import wear
from generators.articles.report.facts.patches import patches as facts
from generators.articles.report.figures.patches import patch_effect, patched
from generators.networks import cards, load


@pytest.fixture(scope="module")
def worn():
    return wear(load("texture-net"), "shark", "baseball", pictures=60, sizes=[16, 32], shown=4, size=32)


def test_it_measures_again_what_the_card_says(worn):
    rows = cards.read("texture-net")["patches"]["rows"]
    for kind, low, high in zip(worn.kinds, worn.low[:, 1], worn.high[:, 1], strict=True):
        said = next(row["share"] for row in rows if (row["kind"], row["size"]) == (kind, 32))
        assert low <= said <= high, kind


def test_a_small_patch_of_anything_changes_little(worn):
    assert worn.share[:, 0].max() < 0.2 < worn.share[0, 1]
    assert np.all(worn.low <= worn.share) and np.all(worn.share <= worn.high)


def test_patches_lie_in_the_corner_and_nowhere_else(worn):
    bare, stitched = worn.pictures[0], worn.pictures[1]
    assert worn.pictures.shape == (5, 4, 64, 64, 3)
    changed = (bare != stitched).any((0, 3))
    assert changed[:32, :32].mean() > 0.9 and not changed[32:].any() and not changed[:, 32:].any()


def test_the_drawings_hold_the_numbers(worn):
    drawn = patched(worn)
    assert [count for _, count in drawn.rows] == [4] * 5
    assert list(drawn.captions[:4]) == ["shark"] * 4, "bare, they are named rightly"
    assert list(drawn.marked) == [caption == "baseball" for caption in drawn.captions]
    figure = patch_effect(worn)
    assert [trace.name for trace in figure.data] == list(worn.kinds)
    np.testing.assert_array_equal(figure.data[0].y, worn.share[0])
    assert facts(worn)["stitching_share"] == worn.share[0, 1]
