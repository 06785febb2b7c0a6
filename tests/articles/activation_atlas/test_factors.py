"""Factors of cells: known ones found again, what of them a map loses by closed forms, and figures that say it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import factors as analysis
from generators.articles.activation_atlas.analysis.factors import lost
from generators.articles.activation_atlas.analysis.factors.parts import Parts, explained, fits, signed_parts, whole
from generators.articles.activation_atlas.facts import factors as facts
from generators.articles.activation_atlas.figures import factors as figures
from generators.articles.activation_atlas.results.factors import Factors
from generators.drawing import files
from generators.errors import UsageError
from tests.articles.activation_atlas import mapped


def sums(seed: int, n: int = 80, k: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Vectors that are sums of k factors, each of which has neurons of its own; and the factors, of length 1."""
    random = np.random.default_rng(seed)
    directions = np.zeros((k, 4 * k))
    for index in range(k):
        directions[index, 4 * index : 4 * index + 4] = random.random(4) + 0.1
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    weights = random.random((n, k)) * (random.random((n, k)) < 0.7) * np.arange(1, k + 1)
    return weights @ directions, directions


@pytest.mark.parametrize("seed", range(3))
def test_known_factors_are_found_again_the_largest_first(seed):
    vectors, directions = sums(seed)
    found = Parts.of(vectors, 3, seed)
    assert np.allclose(found.directions, directions[::-1], atol=0.05)
    assert np.allclose(found.sums(vectors), vectors, atol=0.05)
    assert explained(vectors, found.sums(vectors), vectors.mean(0)) > 0.99


def test_shares_are_of_length_and_of_nothing_are_none():
    vectors, directions = sums(0)
    found = Parts.of(vectors, 3, 0)
    mixed = np.array([3 * directions[2] + directions[0], np.zeros(12)])
    assert np.allclose(found.shares(mixed), [[0.75, 0, 0.25], [0, 0, 0]], atol=0.03)


def test_sums_explain_what_was_held_out_and_as_many_clusters_less():
    vectors, _ = sums(1, 200)
    tried = fits(vectors, [1, 2, 3], 0)
    assert tried[-1].explained > 0.98 > tried[0].explained
    assert all(fit.explained > fit.clusters for fit in tried[1:])


@pytest.mark.parametrize("seed", range(3))
def test_what_is_below_zero_is_a_part_of_its_own(seed):
    vectors = np.random.default_rng(seed).normal(size=(9, 5))
    parts = signed_parts(vectors)
    assert parts.shape == (9, 10) and (parts >= 0).all()
    assert np.array_equal(whole(parts, 5), vectors)
    assert np.array_equal(signed_parts(np.abs(vectors)), np.abs(vectors))
    assert Parts.of(vectors, 2, 0).sums(np.abs(vectors)).shape == (9, 5)


def test_explained_is_one_where_exact_and_none_at_the_mean():
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    assert explained(vectors, vectors, vectors.mean(0)) == 1
    assert explained(vectors, np.broadcast_to(vectors.mean(0), vectors.shape), vectors.mean(0)) == pytest.approx(0)


def test_needed_counts_the_largest_shares_until_they_suffice():
    shares = np.array([[1, 0, 0, 0], [0.4, 0.3, 0.2, 0.1], [0.25, 0.25, 0.25, 0.25], [0.1, 0.8, 0.1, 0], [0, 0, 0, 0]])
    assert lost.needed(shares, 0.8).tolist() == [1, 3, 4, 1, 4]


def test_distances_are_of_cells_that_share_the_largest_factor_or_another_strong_one():
    shares = np.array([[0.9, 0.1, 0], [0.8, 0, 0.2], [0, 0.7, 0.3], [0, 0, 1]])
    places = np.array([[0.0, 0], [1, 0], [3, 0], [7, 0]])
    # the largest: cells 0 and 1; another: 1 and 2, 1 and 3, 2 and 3
    assert lost.distances(shares, places, 0.2) == pytest.approx((1, (2 + 6 + 4) / 3, (1 + 3 + 7 + 2 + 6 + 4) / 6))


def flooded(cells: set[tuple[int, int]]) -> int:
    """Count places by walking over each."""
    count = 0
    while cells:
        count += 1
        reached = [cells.pop()]
        while reached:
            x, y = reached.pop()
            near = {(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & cells
            cells -= near
            reached += near
    return count


@pytest.mark.parametrize("seed", range(8))
def test_islands_are_counted_as_by_walking(seed):
    random = np.random.default_rng(seed)
    columns, rows = np.nonzero(random.random((12, 9)) < 0.2)
    assert lost.islands(columns, rows) == flooded(set(zip(columns.tolist(), rows.tolist(), strict=True)))
    assert lost.islands(columns[:0], rows[:0]) == 0


def test_all_cells_by_chance_are_all_cells():
    columns, rows = (each.ravel() for each in np.meshgrid(np.arange(6), np.arange(5)))
    assert lost.islands_by_chance(columns, rows, 30, 0) == 1
    assert lost.islands_by_chance(columns, rows, 1, 0) == 1


@pytest.fixture
def asked(tmp_path, monkeypatch):
    net = mapped.network(tmp_path)
    monkeypatch.setattr(analysis, "look", lambda _net, _layers, _images, _path, grid, _seed: mapped.view(net, grid))
    return lambda grid=4, counts=(2, 3): analysis.factorise(
        net, ["late"], "late", mapped.N, grid, list(counts), 0.5, 2, 0
    )


@pytest.fixture
def result(asked) -> Factors:
    return asked()


def test_a_cell_s_shares_are_whole_and_patches_are_of_different_classes(result):
    together = np.sum([factor.weights for factor in result.factors], 0)
    assert np.allclose(together[together > 0], 1, atol=1e-4)
    assert sum(factor.share for factor in result.factors) == pytest.approx(1, abs=1e-5)
    for factor in result.factors:
        assert len(set(factor.patch_class.tolist())) == len(factor.patch_class) > 0
        assert factor.patches.shape[1:] == factor.icon.shape
        assert factor.n_cells == (factor.weights >= result.strong).sum()


def test_the_fewest_factors_that_suffice_are_taken(result):
    enough = [fit.n_factors for fit in result.fits if fit.explained >= result.wanted]
    assert len(result.factors) == min(enough, default=3) == result.chosen.n_factors


def test_too_few_cells_are_refused_in_a_sentence(asked):
    with pytest.raises(
        UsageError, match=r"^the map of layer 'late' of network 'tiny' has 1 cells in a grid of 1: expected"
    ):
        asked(1)


def test_figures_show_every_factor_and_labels_stay_text(result):
    result = replace(result, labels=("<b>&",) * len(result.labels))
    shown, maps, needed = figures.factors(result), figures.factor_maps(result), figures.needed(result)
    assert len(shown.pictures) == sum(1 + min(4, len(factor.patches)) for factor in result.factors)
    assert sum(shown.marked) == len(result.factors)
    written = files(maps)
    assert b"<b>" not in written["diagram.svg"] and b"&lt;b&gt;&amp;" in written["diagram.svg"]
    assert len(json.loads(written["data.json"])["factors"]) == len(result.factors)
    assert list(needed.data[0].y) == [fit.explained for fit in result.fits]
    assert sum(needed.data[2].y) == len(result.columns)
    assert files(shown)["sheet.webp"] and files(needed)["figure.json"]


def test_facts_hold_no_nan(result):
    told = facts.factors(result)
    assert told["n_factors"] == len(result.factors)
    assert not any(isinstance(value, float) and np.isnan(value) for value in told.values())
