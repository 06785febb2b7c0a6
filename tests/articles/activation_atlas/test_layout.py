"""Layouts keep neighbours, repeat themselves, fill the map, and are judged as others judge them."""

import sys
from typing import Any

import numpy as np
import pytest
from scipy.spatial import procrustes

from generators.articles.activation_atlas.analysis.cells import bin_cells
from generators.articles.activation_atlas.analysis.layout import (
    Graph,
    agreement,
    aligned,
    clipped,
    disparity,
    equalised,
    lay_out,
    neighbours,
    placeable,
    quality,
    stability,
)
from generators.articles.activation_atlas.analysis.layout.methods import PERPLEXITIES, needed
from generators.articles.activation_atlas.analysis.layout.neighbours import separate
from generators.errors import UsageError

SEARCH = sys.modules["generators.articles.activation_atlas.analysis.layout.neighbours"]
RANDOM = np.random.default_rng(0)


def islands(n: int = 240, d: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Activations about four directions, and which: float32 (n, d), int (n,)."""
    kind = np.arange(n) % 4
    return (np.eye(4, d)[kind] * 3 + 0.6 * RANDOM.random((n, d))).astype(np.float32), kind


def test_what_has_no_direction_cannot_be_placed() -> None:
    vectors = np.array([[0, 0], [0, 1e-6], [np.nan, 1], [np.inf, 1], [2, 3]], np.float16)
    assert placeable(vectors).tolist() == [False, True, False, False, True]


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_neighbours_are_those_of_all_pairs(metric: str) -> None:
    vectors = RANDOM.random((150, 6)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    far = 1 - unit @ unit.T if metric == "cosine" else np.linalg.norm(vectors[:, None] - vectors, axis=2)
    np.fill_diagonal(far, np.inf)
    graph = neighbours(vectors, 9, metric, seed=0)
    assert (graph.index == np.argsort(far, axis=1)[:, :9]).all()
    np.testing.assert_allclose(graph.distances, np.sort(far, axis=1)[:, :9], atol=1e-6)


def test_many_points_are_searched_and_none_is_its_own_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = []

    class Search:
        def __init__(self, vectors, metric, n_neighbors, random_state, low_memory):
            far = np.linalg.norm(vectors[:, None] - vectors, axis=2)
            order = np.argsort(far, axis=1)[:, :n_neighbors]
            assert (metric, random_state) == ("euclidean", 3)
            self.neighbor_graph = order, np.take_along_axis(far, order, 1)
            searches.append(self)

    monkeypatch.setattr("pynndescent.NNDescent", Search)
    vectors = RANDOM.random((60, 5)).astype(np.float32)
    exact = neighbours(vectors, 7, "cosine", seed=3)
    assert not searches
    monkeypatch.setattr(SEARCH, "EXACT", 10)
    searched = neighbours(vectors, 7, "cosine", seed=3)
    assert len(searches) == 1
    assert (searched.index == exact.index).all()
    np.testing.assert_allclose(searched.distances, exact.distances, atol=1e-6)


def test_repeats_are_moved_apart_and_nothing_else() -> None:
    vectors = RANDOM.random((50, 4)).astype(np.float32)
    assert (separate(vectors, 0) == vectors).all()
    twice = np.concatenate([vectors, vectors[:30], vectors[:30]])
    moved = separate(twice, 0)
    assert (moved[:50] == vectors).all()
    assert len(np.unique(moved, axis=0)) == len(twice)
    assert np.abs(moved - twice).max() < 1e-3
    graph = neighbours(twice, 5, "cosine", 0)
    assert (graph.index != np.arange(len(twice))[:, None]).all()


@pytest.mark.parametrize("vectors", [np.ones((40, 6)), np.eye(2, 6)[np.arange(40) % 2], RANDOM.random((40, 1))])
def test_what_does_not_differ_cannot_be_laid_out(vectors: np.ndarray) -> None:
    with pytest.raises(UsageError, match="expected at least"):
        lay_out(vectors.astype(np.float32), method="pca")


def test_principal_components_are_those_of_the_covariance() -> None:
    vectors = RANDOM.normal(size=(80, 5)).astype(np.float32)
    found = lay_out(vectors, method="pca", metric="euclidean")
    values, axes = np.linalg.eigh(np.cov(vectors.T))
    exact = (vectors - vectors.mean(0)) @ axes[:, :-3:-1]
    np.testing.assert_allclose(np.abs(found), np.abs(exact), atol=1e-5)
    np.testing.assert_allclose(found.var(0, ddof=1), values[:-3:-1], rtol=1e-4)


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_islands_stay_islands_and_a_seed_says_it_again(method: str) -> None:
    vectors, kind = islands()
    graph = neighbours(vectors, needed(method, 10), "cosine", 0)
    points = lay_out(vectors, method, n_neighbors=10, graph=graph)
    assert (lay_out(vectors, method, n_neighbors=10) == points).all()
    near = neighbours(points, 5, "euclidean", 0).index
    assert (kind[near] == kind[:, None]).mean() > 0.98


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_a_layout_begins_where_it_is_told(method: str) -> None:
    vectors, kind = islands()
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])[np.array([2, 0, 3, 1])[kind]]
    start = (corners + 0.2 * RANDOM.random((len(kind), 2))).astype(np.float32)
    told, free = (lay_out(vectors, method, 10, start=begin) for begin in (start, None))
    assert disparity(told, start) < min(0.25, disparity(free, start))


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_few_points_and_many_equal_ones_are_laid_out(method: str) -> None:
    few = RANDOM.random((6, 4)).astype(np.float32)
    for vectors in (few, np.repeat(few, 20, axis=0)):
        points = lay_out(vectors, method, n_neighbors=15)
        assert points.shape == (len(vectors), 2) and np.isfinite(points).all()


def test_tsne_looks_at_three_neighbours_for_each_that_counts() -> None:
    assert needed("tsne", 15) == 15 * PERPLEXITIES
    vectors, _ = islands(60)
    too_few = Graph(*(part[:, :3] for part in (neighbours(vectors, 9, "cosine", 0).index,) * 2))
    assert (lay_out(vectors, "tsne", 5, graph=too_few) == lay_out(vectors, "tsne", 5)).all()


def test_ranks_fill_every_column_and_row_evenly() -> None:
    points = RANDOM.normal(size=(400, 2)) ** 3
    flat = equalised(points)
    cells = (flat * 20).astype(int)
    assert (np.bincount(cells[:, 0]) == 20).all() and (np.bincount(cells[:, 1]) == 20).all()
    assert (equalised(np.exp(points)) == flat).all()
    assert flat.min() >= 0 and equalised(RANDOM.random((500_000, 1))).max() < 1


def test_more_cells_are_used_than_by_the_published_scaling() -> None:
    centres = RANDOM.normal(size=(40, 2)) * 10
    points = (centres[RANDOM.integers(0, 40, 4_000)] + RANDOM.normal(size=(4_000, 2)) * 0.3).astype(np.float32)
    assert len(bin_cells(equalised(points), 20).counts) > 1.5 * len(bin_cells(clipped(points), 20).counts)


def test_the_published_scaling_has_a_margin_on_either_side_and_no_pile_on_the_border() -> None:
    points = RANDOM.random((1_001, 2)).astype(np.float32)
    points[:5] = 50, -50
    scaled = clipped(points)
    assert np.isnan(scaled[:5]).all() and np.isfinite(scaled[5:]).all()
    low, high = np.percentile(points, (1, 99), axis=0)
    share = (points[5:] - low) / (high - low)
    np.testing.assert_allclose(scaled[5:], (share + 0.1) / 1.2, atol=1e-5)
    assert (clipped(np.ones((9, 2))) == 0.5).all()


def test_quality_agrees_with_counting_ranks() -> None:
    vectors, points = RANDOM.normal(size=(60, 5)), RANDOM.random((60, 2))
    found = quality(vectors, points, seed=0, method="none")
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    n, k = 60, 15
    ranks = [np.argsort(np.argsort(np.linalg.norm(x[:, None] - x, axis=2))) for x in (unit, points)]
    near = [(rank <= k) & (rank > 0) for rank in ranks]
    worst = 2 / (n * k * (2 * n - 3 * k - 1))
    for there, here, value in ((0, 1, found.trustworthiness), (1, 0, found.continuity)):
        missed = (ranks[there] - k)[near[here] & ~near[there]].sum()
        assert value == pytest.approx(1 - worst * missed)
    assert found.recall == pytest.approx((near[0] & near[1]).sum() / (n * k))
    assert found.n == 60 and found.recall_chance == k / 59


def test_a_layout_by_chance_recalls_what_chance_does() -> None:
    vectors, points = RANDOM.normal(size=(1_000, 5)), RANDOM.random((1_000, 2))
    found = quality(vectors, points, seed=0, method="none")
    assert found.recall == pytest.approx(found.recall_chance, abs=0.006)
    assert found.trustworthiness == pytest.approx(0.5, abs=0.03)


def test_turning_mirroring_scaling_and_shifting_change_nothing() -> None:
    points = RANDOM.normal(size=(300, 2))
    turn = np.array([[0.6, 0.8], [0.8, -0.6]])
    other = 3 * points @ turn + [7, -2]
    np.testing.assert_allclose(aligned(points, other), other, atol=1e-5)
    alike = agreement(points, other)
    assert alike.disparity < 1e-9 and alike.cells > 0.98 and alike.neighbors == 1


def test_disparity_is_that_of_procrustes() -> None:
    one, other = RANDOM.normal(size=(2, 100, 2))
    other += one
    assert disparity(one, other) == pytest.approx(procrustes(one, other)[2], rel=1e-5)
    assert disparity(other, one) == pytest.approx(disparity(one, other), rel=1e-5)


def test_stability_is_all_for_the_same_and_chance_for_the_dealt() -> None:
    points = RANDOM.random((2_000, 2))
    assert (stability([points, points, points]) == 1).all()
    dealt = stability([points, RANDOM.permutation(points)])
    assert dealt.shape == (2_000,) and dealt.mean() == pytest.approx(20 / 1_999, abs=0.003)


def test_what_moves_is_what_is_unstable() -> None:
    points = RANDOM.random((1_000, 2))
    moved = points.copy()
    moved[:50] = RANDOM.random((50, 2))
    stable = stability([points, moved])
    assert stable[:50].mean() < 0.1 and stable[50:].mean() > 0.8


def test_a_point_missing_among_its_own_neighbours_loses_the_farthest() -> None:
    index = np.array([[0, 1, 2], [2, 0, 3], [3, 2, 1]])
    distances = np.array([[0, 0.5, 0.6], [0, 0.1, 0.2], [0, 0, 0.3]])
    others, far = SEARCH._without_oneself(index, distances)
    assert others.tolist() == [[1, 2], [2, 0], [3, 1]]
    assert far.tolist() == [[0.5, 0.6], [0, 0.1], [0, 0.3]]


QUALITY = sys.modules["generators.articles.activation_atlas.analysis.layout.quality"]


def test_umap_is_asked_for_what_was_said_and_for_no_more_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    class Umap:
        def __init__(self, **how: Any) -> None:
            asked.update(how)

        def fit_transform(self, vectors: np.ndarray) -> np.ndarray:
            return vectors[:, :2]

    monkeypatch.setattr("umap.UMAP", Umap)
    vectors, _ = islands(60)
    start, graph = RANDOM.random((60, 2)).astype(np.float32), neighbours(vectors, 40, "cosine", 0)
    lay_out(vectors, "umap", 9, 0.3, "cosine", 5, start, graph)
    index, distances = asked["precomputed_knn"]
    assert (asked["n_neighbors"], asked["min_dist"], asked["random_state"]) == (9, 0.3, 5)
    assert (index[:, 0] == np.arange(60)).all() and not distances[:, 0].any()
    assert np.array_equal(index[:, 1:], graph.index[:, :8]) and np.array_equal(asked["init"], start)


def test_tsne_unfolds_from_a_small_picture_of_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[np.ndarray] = []

    class Tsne:
        def __init__(self, random_state: int) -> None: ...

        def fit(self, affinities: Any, initialization: np.ndarray) -> np.ndarray:
            begun.append(initialization)
            return initialization

    monkeypatch.setattr("openTSNE.TSNE", Tsne)
    vectors, _ = islands(60)
    start = RANDOM.random((60, 2)).astype(np.float32)
    lay_out(vectors, "tsne", 5, start=start)
    assert begun[0][:, 0].std() == pytest.approx(1e-4)
    np.testing.assert_allclose(begun[0] / begun[0][0, 0], start / start[0, 0], rtol=1e-5)


def test_components_of_directions_know_no_length() -> None:
    vectors, _ = islands(60)
    longer = vectors * RANDOM.uniform(1, 9, (60, 1)).astype(np.float32)
    np.testing.assert_allclose(lay_out(longer, "pca"), lay_out(vectors, "pca"), atol=1e-5)


def test_neighbours_are_recalled_among_all_points_though_ranks_are_counted_among_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QUALITY, "SAMPLE", 60)
    monkeypatch.setattr(QUALITY, "QUERIES", 50)
    vectors = RANDOM.normal(size=(400, 3))
    points = vectors[:, :2] + 0.1 * RANDOM.normal(size=(400, 2))
    found = quality(vectors, points, seed=1, method="none")
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = [np.argsort(np.linalg.norm(x[:, None] - x, axis=2))[:, 1:16] for x in (unit, points)]
    some = np.random.default_rng(1).choice(400, 60, replace=False)[:50]
    kept = [len(np.intersect1d(near[0][row], near[1][row])) / 15 for row in some]
    assert (found.n, found.recall_chance) == (60, 15 / 399) and found.recall == pytest.approx(np.mean(kept))


def test_stability_is_the_mean_over_all_pairs() -> None:
    one, other = RANDOM.random((2, 300, 2))
    np.testing.assert_allclose(stability([one, other, one]), (2 * stability([one, other]) + 1) / 3, rtol=1e-5)
