"""Class atlases: whose activations are chosen, where a pair's lie, and what a map of them holds."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.class_atlases import atlases, between
from generators.articles.activation_atlas.analysis.class_atlases.choosing import by_magnitude, by_rank, layer
from generators.articles.activation_atlas.analysis.class_atlases.mapped import mapped
from generators.articles.activation_atlas.analysis.collecting import Collected
from generators.articles.activation_atlas.facts.classes import classes as facts
from generators.articles.activation_atlas.figures.class_atlases import class_atlases, pair_atlases
from generators.articles.activation_atlas.results.classes import ClassAtlases
from generators.errors import UsageError
from tests.articles.activation_atlas import coloured
from tests.articles.activation_atlas.coloured import GREEN, LABELS, PATH, RED, WHITE


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return coloured.network(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def at_once(network) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atlases, "collected", lambda network, *_: coloured.collected(network))
        yield


def made(network, classes: list[str], pairs: list[list[str]], most: int = 60) -> ClassAtlases:
    return atlases.map_classes(network, [PATH], 160, PATH, classes, pairs, most, 1, 0)


@pytest.fixture(scope="module")
def drawn(network) -> ClassAtlases:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atlases, "collected", lambda network, *_: coloured.collected(network))
        return made(network, ["red", LABELS[GREEN]], [["red", LABELS[GREEN]]])


def test_by_rank_are_those_to_which_no_class_owes_more_and_by_magnitude_those_that_add_most(network):
    of = layer(coloured.collected(network), PATH)
    for label in range(4):
        values = np.asarray(of.gathered.attribution, float)[of.kept]
        assert by_rank(of, label).tolist() == [i for i in range(len(values)) if values[i].argmax() == label]
        chosen = by_magnitude(of, label, 25)
        assert len(set(chosen)) == len(chosen) <= 25
        assert by_magnitude(of, label, 10_000).tolist() == np.flatnonzero(values[:, label] > 0).tolist()
        others = np.setdiff1d(np.arange(len(values)), chosen)
        assert values[others, label].max() <= values[chosen, label].min()


def test_differences_lie_across_with_zero_in_the_middle_and_the_largest_at_the_edge():
    difference = np.random.default_rng(0).standard_t(3, 2000)
    across, scale = between.placed_across(difference)
    assert scale == np.percentile(abs(difference), 99)
    assert (across >= 0).all() and (across < 1).all()
    np.testing.assert_array_equal(across > 0.5, difference > 1e-7)
    inside = abs(difference) < scale
    np.testing.assert_allclose((2 * across - 1)[inside] * scale, difference[inside], atol=1e-5)
    assert across[difference.argmax()] == pytest.approx(1)
    assert across[difference.argmin()] == 0
    np.testing.assert_allclose(between.placed_across(-difference)[0], 1 - across, atol=1e-6)


def test_order_is_the_share_of_pairs_in_order_and_ties_count_half():
    draw = np.random.default_rng(1)
    left, right = draw.integers(0, 6, 40), draw.integers(2, 9, 30)
    slow = np.mean([(r > x) + 0.5 * (r == x) for x in left for r in right])
    assert between.ordered(left, right) == pytest.approx(slow)
    assert np.isnan(between.ordered(left, right[:0]))


def test_a_line_of_vectors_keeps_its_order_from_top_to_bottom():
    angle = np.random.default_rng(2).permutation(np.linspace(0, np.pi / 2, 80))
    vectors = np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)
    down = between.placed_down(vectors, 0)
    assert np.unique(down).size == 80
    assert abs(np.corrcoef(down, angle)[0, 1]) > 0.99


def test_a_class_map_holds_what_was_chosen(network, drawn):
    assert [(each.label, each.how) for each in drawn.maps] == [
        (RED, "rank"), (RED, "magnitude"), (GREEN, "rank"), (GREEN, "magnitude"),
    ]  # fmt: skip
    of = layer(coloured.collected(network), PATH)
    for each in drawn.maps:
        rows = by_rank(of, each.label) if each.how == "rank" else by_magnitude(of, each.label, 60)
        truth = of.truth(rows)
        assert each.layer.n_placed == len(rows)
        assert each.of_class == np.mean(truth == each.label)
        (level,) = each.layer.levels
        assert level.grid == int((len(rows) / 6) ** 0.5)  # 8 where there are enough
        assert (level.counts >= 4).all()
        assert len(level.icons) == len(level.counts)
        examples = level.nearest[level.nearest >= 0]
        assert sorted(examples) == list(range(len(each.layer.patches)))
        if each.of_class == 1:
            assert (each.layer.patch_truth == each.label).all()


def test_a_pair_map_has_each_class_at_its_side(drawn):
    (pair,) = drawn.pairs
    assert (pair.left, pair.right) == (RED, GREEN)
    assert pair.ordered == 1
    assert pair.correlation > 0.95
    assert (pair.n_left, pair.n_right) == (40, 40)
    assert pair.columns.sum() == pair.layer.n_placed
    first, *_, last = pair.columns[pair.columns.any(1)]
    assert first[0] and not first[1:].any() and last[1] and not last[[0, 2]].any()
    assert not pair.wrong.any()
    assert pair.layer.levels[0].grid == int((pair.layer.n_placed / 6) ** 0.5)


def test_facts_take_the_two_middle_columns_together(drawn):
    (pair,) = drawn.pairs
    columns, wrong = np.zeros((10, 3), np.int32), np.zeros(10, np.int32)
    columns[4], columns[5], columns[9], wrong[5], wrong[9] = (3, 0, 1), (1, 0, 4), (0, 9, 0), 3, 3
    changed = dataclasses.replace(pair, columns=columns, wrong=wrong)
    said = facts(dataclasses.replace(drawn, pairs=(changed,)))
    name = next(key.removesuffix("_middle_n") for key in said if key.endswith("_middle_n"))
    assert said[f"{name}_middle_n"] == 9
    assert said[f"{name}_middle_others"] == pytest.approx((1 + 4) / 9)
    assert (said[f"{name}_middle_wrong_n"], said[f"{name}_wrong_n"]) == (3, 6)


def test_drawings_and_facts_hold_the_results_numbers(drawn):
    atlas, pairs, said = class_atlases(drawn), pair_atlases(drawn), facts(drawn)
    assert [each.title for each in atlas.maps] == [
        "red, by rank", "red, by magnitude", "<b>green</b>, by rank", "<b>green</b>, by magnitude",
    ]  # fmt: skip
    assert (atlas.beside, atlas.map_word, pairs.map_word) == (True, "Class", "Pair")
    assert "Left edge: speaks for red, right edge: for <b>green</b>" in pairs.maps[0].said
    assert (atlas.maps[1].levels[0].counts == drawn.maps[1].layer.levels[0].counts).all()
    assert said["red_rank_n"] == drawn.maps[0].layer.n_placed
    assert said["red_b_green_b_correlation"] == drawn.pairs[0].correlation
    assert all(isinstance(value, str) or np.isfinite(value) for value in said.values())


@pytest.mark.parametrize(
    ("classes", "pairs", "said"),
    [
        (["whyte"], [], "no class 'whyte' in network 'tiny': did you mean 'white'"),
        ([], [["red", "rad"]], "no class 'rad' in network 'tiny': did you mean 'red'"),
        ([], [["red", "red"]], "both are 'red': name two"),
    ],
)
def test_classes_are_those_that_there_are(network, classes, pairs, said):
    with pytest.raises(UsageError, match=said):
        made(network, classes, pairs)


def test_a_class_needs_examples_and_activations_that_speak_for_it(network, tmp_path: Path, monkeypatch):
    whole = coloured.data()
    kept = whole.test.y != WHITE
    test = dataclasses.replace(whole.test, x=whole.test.x[kept], y=whole.test.y[kept])
    without = coloured.network(tmp_path, dataclasses.replace(whole, test=test))
    with pytest.raises(UsageError, match="none of the 120 pictures of network 'tiny' shows 'white'"):
        made(without, ["white"], [])
    few = coloured.network(tmp_path, coloured.data(24))
    with pytest.raises(UsageError, match="6 activations of network 'tiny' speak for no class more than for 'red'"):
        made(few, ["red"], [])


def muddled(network) -> Collected:
    """What was collected, but a third of the pictures are of another class than they look, and some are silent."""
    found, random = coloured.collected(network), np.random.default_rng(0)
    truth = np.where(random.random(160) < 0.3, random.integers(0, 4, 160), found.truth)
    gathered = found.layers[PATH]
    vectors = gathered.vectors.copy()
    vectors[:11] = 0
    return dataclasses.replace(found, truth=truth, layers={PATH: dataclasses.replace(gathered, vectors=vectors)})


def test_what_is_said_of_maps_is_counted_again(network, monkeypatch):
    found, aimed, invert = muddled(network), [], inverting.invert
    monkeypatch.setattr(atlases, "collected", lambda *_: found)
    monkeypatch.setattr(inverting, "invert", lambda *given, **how: (aimed.append(given[3]), invert(*given, **how))[1])
    drawn = made(network, ["red"], [["red", LABELS[GREEN]]])
    of = layer(found, PATH)
    assert of.kept.tolist() == list(range(11, 160))
    assert all(np.array_equal(each, of.mean) for each in aimed)
    for each, rows in zip(drawn.maps, (by_rank(of, RED), by_magnitude(of, RED, 60)), strict=True):
        assert (of.vectors[rows].argmax(1) == RED).all()
        truth = found.truth[of.kept[rows]]
        assert (each.of_class, each.n_others) == (np.mean(truth == RED), len({*truth.tolist()} - {RED}))
        assert (each.layer.n_images, each.layer.n_placed) == (160, len(rows))
    (pair,) = drawn.pairs
    rows = np.union1d(by_magnitude(of, RED, 60), by_magnitude(of, GREEN, 60))
    truth, answers = found.truth[of.kept[rows]], found.answers[of.kept[rows]]
    across, scale = between.placed_across(of.of(GREEN)[rows] - of.of(RED)[rows])
    assert pair.scale == scale and (pair.n_left, pair.n_right) == ((truth == RED).sum(), (truth == GREEN).sum())
    of_pair = np.isin(truth, (RED, GREEN))
    assert pair.correlation == pytest.approx(np.corrcoef(across[of_pair], truth[of_pair] == GREEN)[0, 1])
    for column in range(between.GRID):
        here = np.minimum((across * between.GRID).astype(int), between.GRID - 1) == column
        kinds = [truth[here] == RED, truth[here] == GREEN, truth[here] > GREEN]
        assert pair.columns[column].tolist() == [kind.sum() for kind in kinds]
        assert pair.wrong[column] == (truth[here] != answers[here]).sum()
    assert pair.wrong.any() and pair.columns[:, 2].any()


def test_a_cell_of_four_is_shown(network):
    of = layer(coloured.collected(network), PATH)
    points = np.repeat([[0.1, 0.1], [0.6, 0.1], [0.1, 0.6]], 4, 0).astype(np.float32)
    (level,) = mapped(network, of, np.arange(12), points, 8, 1, 0).levels
    assert (level.grid, level.counts.tolist()) == (2, [4, 4, 4])


def test_facts_name_every_number_as_the_result_does(drawn):
    layout = dataclasses.replace(drawn.maps[0].layer.layout, trustworthiness=0.9, continuity=0.8)
    first = dataclasses.replace(
        drawn.maps[0], of_class=0.75, n_others=3, layer=dataclasses.replace(drawn.maps[0].layer, layout=layout)
    )
    columns, wrong = np.arange(30, dtype=np.int32).reshape(10, 3), np.arange(10, dtype=np.int32)
    pair = dataclasses.replace(drawn.pairs[0], columns=columns, wrong=wrong, ordered=0.7, n_left=5, n_right=6)
    said = facts(dataclasses.replace(drawn, maps=(first,), pairs=(pair,)))
    assert (said["red_rank_of_class"], said["red_rank_n_others"], said["red_rank_trustworthiness"]) == (0.75, 3, 0.9)
    told = {key.removeprefix("red_b_green_b_"): value for key, value in said.items()}
    assert (told["middle_n"], told["middle_wrong_n"], told["wrong_n"]) == (sum(range(12, 18)), 9, 45)
    assert told["middle_others"] == pytest.approx((14 + 17) / told["middle_n"])
    assert (told["ordered"], told["n_left"], told["n_right"]) == (0.7, 5, 6)


def test_a_map_says_how_its_activations_were_chosen(drawn):
    by_rank_, by_magnitude_ = (each.said for each in class_atlases(drawn).maps[:2])
    assert by_rank_ == "40 activations that speak for no class more than for red; 100% of their pictures are of it."
    assert by_magnitude_.startswith("The ") and " activations that add most to red; " in by_magnitude_
