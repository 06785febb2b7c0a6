"""Factors of cells: known ones found again, what of them a map loses by closed forms, and figures that say it."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from generators.articles.activation_atlas.analysis import factors as analysis
from generators.articles.activation_atlas.analysis.factors import lost
from generators.articles.activation_atlas.analysis.factors.parts import Parts, explained, fits, signed_parts, whole
from generators.articles.activation_atlas.analysis.factors.strongest import Strongest
from generators.articles.activation_atlas.analysis.pictures import patches
from generators.articles.activation_atlas.analysis.thumbnails import squared
from generators.articles.activation_atlas.facts import factors as facts
from generators.articles.activation_atlas.figures import factors as figures
from generators.articles.activation_atlas.results.factors import Factor, Factors, Fit
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


def test_every_fourth_cell_is_held_out(monkeypatch):
    vectors, fitted, of = np.random.default_rng(0).random((40, 6)), [], Parts.of
    monkeypatch.setattr(Parts, "of", lambda seen, n, seed: (fitted.append(seen), of(seen, n, seed))[1])
    (fit,) = fits(vectors, [3], 0)
    (seen,) = fitted
    unseen = np.array([each for each in vectors if not (each == seen).all(1).any()])
    assert (len(seen), len(unseen)) == (30, 10)
    middle, clusters = seen.mean(0), KMeans(3, n_init=4, random_state=0).fit(seen)
    assert fit.explained == pytest.approx(explained(unseen, of(seen, 3, 0).sums(unseen), middle))
    assert fit.clusters == pytest.approx(explained(unseen, clusters.cluster_centers_[clusters.predict(unseen)], middle))


def test_the_most_factors_are_taken_where_none_suffice():
    tried = (Fit(2, 0.5, 0.4), Fit(3, 0.7, 0.5), Fit(4, 0.6, 0.55))
    assert [analysis._number(tried, wanted) for wanted in (0.5, 0.6, 0.9)] == [2, 3, 4]


def test_what_is_said_of_factors_is_found_again_in_the_cells(tmp_path, result):
    view = mapped.view(mapped.network(tmp_path))
    found = Parts.of(view.means, len(result.factors), 0)
    weights, shares, columns, rows = found.weights(view.means), found.shares(view.means), result.columns, result.rows
    apart = lost.distances(shares, np.stack([columns, rows], 1) / 4, 0.2)
    said = (result.distance_main, result.distance_part, result.distance_chance)
    assert said == pytest.approx(apart, nan_ok=True) and result.distance_chance < 1
    assert result.needed.tolist() == lost.needed(shares, 0.8).tolist()
    middle = view.means.mean(0)
    assert result.explained == pytest.approx(explained(view.means, found.sums(view.means), middle))
    for index, factor in enumerate(result.factors):
        strong = shares[:, index] >= 0.2
        assert factor.share == pytest.approx(weights[:, index].sum() / weights.sum())
        np.testing.assert_allclose(factor.weights, shares[:, index], rtol=1e-5)
        assert factor.islands == lost.islands(columns[strong], rows[strong])
        assert factor.islands_chance == lost.islands_by_chance(columns, rows, int(strong.sum()), 0)


def test_cells_strong_in_a_factor_are_compared_with_cells_anywhere():
    columns, rows = (each.ravel() for each in np.meshgrid(np.arange(10), np.arange(10)))
    assert lost.islands_by_chance(columns, rows, 12, 0) > 4 > lost.islands(columns[:12], rows[:12])


def test_patches_are_the_strongest_of_each_class_where_they_are_strong(tmp_path, result):
    net = mapped.network(tmp_path)
    view = mapped.view(net)
    found = Parts.of(view.means, len(result.factors), 0)
    weights, shares, classes = found.weights(view.vectors), found.shares(view.vectors), view.found.truth[view.kept]
    for index, factor in enumerate(result.factors):
        best = [max(np.flatnonzero(classes == name), key=lambda row: weights[row, index]) for name in range(7)]
        order = sorted(best, key=lambda row: -weights[row, index])[:5]
        assert factor.patch_class.tolist() == classes[order].tolist()
        np.testing.assert_allclose(factor.patch_share, shares[order, index], rtol=1e-5)
        rows = view.kept[order]
        cut = patches(net, "late", view.found.index[rows], view.gathered.places[rows])
        assert np.array_equal(factor.patches, squared(cut, factor.icon.shape[0]))
    weak = Strongest(net, "late", view, found)
    weak._weights = np.where(classes == 3, 1.0, np.where(classes == 4, 0.31, 0.29))[:, None]
    assert weak.of(0, 8)[1].tolist() == [3, 4]


def test_icons_aim_at_the_mean_and_one_factor_and_are_read_by_all(asked, monkeypatch):
    aimed = []

    def invert(_network, _path, targets, mean, *_):
        aimed.append(targets - mean)
        return SimpleNamespace(icons=np.zeros((len(targets), 8, 8, 3), np.uint8))

    def activated(*_):
        """All icons are of the first factor."""
        return torch.from_numpy(np.abs(np.repeat(aimed[0][:1], len(aimed[0]), 0))).float()

    monkeypatch.setattr(analysis.inverting, "invert", invert)
    monkeypatch.setattr(analysis.inverting, "activated", activated)
    made = asked(counts=(3,))
    ((first, *others),) = aimed
    assert all((each >= 0).all() and each.any() for each in (first, *others))  # the network's activations are
    assert made.factors[0].icon_share > 0.9 and max(each.icon_share for each in made.factors[1:]) < 0.1


def distinct() -> Factors:
    """A result no two of whose numbers are the same."""
    random = np.random.default_rng(0)

    def factor(index: int) -> Factor:
        pictures = random.integers(0, 256, (3, 4, 4, 3), np.uint8)
        weights = np.eye(3, dtype=np.float32)[index]
        shares = np.array([0.5, 0.4], np.float32) + index / 100
        return Factor(
            0.6 - index / 4, weights, pictures[0], 0.3 + index / 10, pictures[1:], np.array([index, 2]), shares, 9,
            2 + index, 5.5 + index,
        )  # fmt: skip

    fits_ = (Fit(1, 0.11, 0.1), Fit(3, 0.66, 0.44), Fit(4, 0.7, 0.5))
    return Factors(
        "late", 6, 4, np.array([0, 3, 1]), np.array([2, 1, 0]), ("a", "b", "c"), True,
        tuple(map(factor, range(3))), fits_, 0.6, 0.77, np.array([1, 2, 3]), 0.2, 0.1, 0.3, 0.4,
    )  # fmt: skip


def test_facts_name_every_number_as_the_result_does():
    told = facts.factors(distinct())
    assert (told["explained"], told["held_out_explained"], told["clusters_explained"]) == (0.77, 0.66, 0.44)
    assert (told["islands_mean"], told["islands_most"], told["islands_chance"]) == (3, 4, 6.5)
    assert (told["distance_main"], told["distance_part"], told["distance_chance"]) == (0.1, 0.3, 0.4)
    assert told["distance_part_over_chance"] == pytest.approx(0.75)
    assert (told["needed_mean"], told["needed_one_share"]) == (2, pytest.approx(1 / 3))
    assert told["icon_share_mean"] == pytest.approx(0.4) and (told["n_cells"], told["n_factors"]) == (3, 3)


def test_figures_name_every_number_as_the_result_does():
    result = distinct()
    shown = figures.factors(result)
    assert shown.rows == [("1: 60%", 3), ("2: 35%", 3), ("3: 10%", 3)]
    assert shown.captions[:6] == ["icon", "a 50%", "c 40%", "icon", "b 51%", "c 41%"]
    assert [each["share"] for each in shown.about[:2]] == [0.3, 0.5]
    assert [list(trace.y) for trace in figures.needed(result).data[:2]] == [[0.11, 0.66, 0.7], [0.1, 0.44, 0.5]]
    maps = re.findall(r'<g role="img"|<path d="(M\d+ \d+h1v1h-1z)" fill-opacity', figures.factor_maps(result).svg)
    assert [each for each in maps if each] == ["M0 2h1v1h-1z", "M3 1h1v1h-1z", "M1 0h1v1h-1z"]
