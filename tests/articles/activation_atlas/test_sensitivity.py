"""Sensitivity: each layout differs in what it says, and the controls know what chance is."""

from dataclasses import asdict, replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import sensitivity as analysis
from generators.articles.activation_atlas.analysis.layout import disparity, neighbours, quality, stability
from generators.articles.activation_atlas.analysis.sensitivity import settings, telling, vary, vary_layout
from generators.articles.activation_atlas.facts.sensitivity import sensitivity as facts
from generators.articles.activation_atlas.results.sensitivity import UNSTABLE, Sensitivity, Variation

N, CHANGES = 400, {"neighbors": 1, "min_dist": 1, "metric": 1, "method": 1, "seed": 1, "published": 2}
"""Kind of a variation -> in how many ways it is set otherwise than the reference."""


def vectors(n: int = N) -> np.ndarray:
    """Activations on a plane that lies askew in twelve dimensions, which principal components can lay out."""
    random = np.random.default_rng(0)
    return (5 + random.random((n, 2)) @ random.normal(size=(2, 12))).astype(np.float32)


@cache
def made() -> tuple[tuple[Variation, ...], np.ndarray]:
    return vary(vectors(), ["pca"], 0)


def of(kind: str) -> Variation:
    return next(each for each in made()[0] if each.kind == kind)


def test_each_setting_differs_from_the_reference_in_what_it_is_called_after() -> None:
    reference, *others = settings(["umap", "tsne", "pca"], 7)
    for each in others:
        changed = {name for name, value in asdict(each).items() if value != getattr(reference, name)} - {"kind"}
        assert len(changed) == CHANGES.get(each.kind, 0)
        assert each.kind in changed or each.kind not in CHANGES or each.kind == "published"
    assert len({replace(each, kind="") for each in others if each.kind in CHANGES}) == 12
    assert [each.kind for each in others][-2:] == ["shuffled", "dealt"]


def test_the_reference_agrees_with_itself_and_chance_with_nothing() -> None:
    (same, chance), (variations, stable) = (of("reference"), of("dealt")), made()
    assert same.agreement.disparity < 1e-6 and same.agreement.cells == 1 and same.agreement.neighbors == 1
    assert chance.agreement.disparity > 0.9 and abs(chance.agreement.cells) < 0.02
    assert chance.agreement.neighbors == pytest.approx(15 / (N - 1), abs=0.02)
    assert variations[0] is same and variations[-1] is chance
    assert (stable == 1).all()  # principal components know no seed


def test_what_is_shuffled_has_lost_its_neighbours() -> None:
    assert of("shuffled").quality.trustworthiness < 0.8 < of("reference").quality.trustworthiness
    assert of("shuffled").quality.recall < 0.5 * of("reference").quality.recall


def test_a_sample_leaves_out_a_fifth_and_the_published_map_its_margin() -> None:
    sample, published = of("sample"), of("published")
    assert sample.n_placed == 0.8 * N
    assert np.isnan(sample.points).all(1).sum() == 0.2 * N
    assert 0.95 * N < published.n_placed <= N
    for each in made()[0]:
        there = np.isfinite(each.points).all(1)
        assert there.sum() == each.n_placed
        assert each.points[there].min() >= 0 and each.points[there].max() < 1


def test_the_classes_to_look_for_are_the_steadiest_and_the_least_steady() -> None:
    classes = np.repeat(np.arange(6), [30, 30, 30, 30, 30, 5])
    stable = np.repeat([0.5, 0.9, 0.7, 0.8, 0.2, 0.0], [30, 30, 30, 30, 30, 5])
    assert telling(classes, stable).tolist() == [1, 3, 0, 4]  # the last has too few points to say
    assert telling(classes[:60], stable[:60]).tolist() == [1, 0]
    assert telling(classes[::10], stable[::10]).tolist() == [1, 3, 0, 4]


def result(monkeypatch: pytest.MonkeyPatch, points: int = 200) -> Sensitivity:
    """What the analysis says of a network whose activations are known, half of its pictures on the map."""
    kept = np.arange(0, N, 2)
    found = SimpleNamespace(
        layers={"late": SimpleNamespace(vectors=vectors().astype(np.float16))},
        truth=np.arange(N) // 2 % 3,
        answers=np.zeros(N, int),
    )
    monkeypatch.setattr(analysis, "collected", lambda *asked: found)
    monkeypatch.setattr(analysis, "placed", lambda *asked: SimpleNamespace(kept=kept))
    network = SimpleNamespace(labels=("ant", "bee", "cow"))
    return vary_layout(network, ["early", "late"], N, "late", points, ["pca"], 0)  # type: ignore[arg-type]


def test_only_what_is_on_the_map_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = result(monkeypatch)
    assert whole.n == 200 and whole.knows_truth
    assert whole.classes.tolist() == (np.arange(200) % 3).tolist()
    again = vary(vectors()[::2].astype(np.float16).astype(np.float32), ["pca"], 0)[0]
    assert (again[0].points == whole.variations[0].points).all()
    assert result(monkeypatch, 90).n == 90


def test_facts_are_the_results_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = result(monkeypatch)
    apart = [replace(each, agreement=replace(each.agreement, disparity=each.seed / 8)) for each in whole.variations]
    said = facts(replace(whole, variations=tuple(apart)))
    assert (said["seed_disparity_least"], said["seed_disparity"], said["seed_disparity_most"]) == (1 / 8, 5 / 16, 1 / 2)
    assert said["reference_cells"] == whole.variations[0].quality.cells_used
    assert said["published_recall"] == whole.of("published")[0].quality.recall
    assert said["chance_kept"] == said["stability_chance"] == whole.variations[-1].agreement.neighbors
    assert said["unstable_share"] == (whole.stability < UNSTABLE).mean()
    assert said["stablest"] in whole.labels and said["seeds"] == 5


def test_what_is_said_to_differ_is_what_layouts_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[SimpleNamespace] = []

    def lay_out(
        given: np.ndarray, method: str, k: int, distance: float, metric: str, seed: int, start: Any, graph: Any
    ) -> np.ndarray:
        """What depends on the seed in a tenth."""
        asked.append(SimpleNamespace(given=given, how=(k, distance, metric, seed), start=start, graph=graph))
        return given[:, :2] + 0.1 * np.random.default_rng(seed).normal(size=(len(given), 2)).astype(np.float32)

    monkeypatch.setattr(analysis, "lay_out", lay_out)
    given = vectors()
    variations, stable = vary(given, ["umap"], 3)
    kinds = [each.kind for each in settings(["umap"], 3) for _ in range(1 + (each.kind == "shuffled"))]
    calls = dict(zip(kinds[:-1], asked, strict=True))  # dealt ones are not laid out; of seeds and shuffled the last
    shared = calls["reference"].graph
    assert shared.index.shape == (N, 200)
    assert calls["metric"].graph is None and calls["sample"].graph is None  # neighbours by cosine, of all, are others
    assert all(calls[kind].graph is shared for kind in ("neighbors", "min_dist", "published", "seed", "start"))
    begun = calls["start"].start
    assert ((begun >= 0) & (begun < 1)).all() and np.abs(np.corrcoef(begun.T, given[:, :2].T)[:2, 2:]).max() < 0.2
    assert [each.start for each in asked if each is not calls["start"]] == [None] * (len(asked) - 1)
    one, other = asked[-2:]
    assert (one.given == other.given).all() and other.how == (*one.how[:3], one.how[3] + 1)
    assert (np.sort(one.given, 0) == np.sort(given, 0)).all() and not (one.given == given).all(1).any()
    assert (one.graph.index == neighbours(one.given, 15, "cosine", 3).index).all()
    shuffled = next(each for each in variations if each.kind == "shuffled")
    own = [each.given[:, :2] + 0.1 * np.random.default_rng(s).normal(size=(N, 2)) for each, s in ((one, 3), (other, 4))]
    assert shuffled.agreement.disparity == pytest.approx(disparity(*own), abs=1e-4)
    seeds = [given[:, :2] + 0.1 * np.random.default_rng(s).normal(size=(N, 2)) for s in range(3, 8)]
    np.testing.assert_allclose(stable, stability(seeds), atol=0.02)
    assert 0.1 < stable.mean() < 0.9


def test_a_sample_is_judged_by_its_own_activations_and_lies_as_the_reference_does() -> None:
    sample, reference, published = of("sample"), of("reference"), of("published")
    own = np.isfinite(sample.points).all(1)
    assert sample.quality == quality(vectors()[own], sample.points[own], 0, "pca")
    for there in (sample, published):
        both = np.isfinite(there.points).all(1)
        for axis in (0, 1):
            assert np.corrcoef(there.points[both, axis], reference.points[both, axis])[0, 1] > 0.9
    turned = analysis._judged(vectors(), -reference.points, reference.points, next(settings(["pca"], 0)))
    np.testing.assert_array_equal(turned.points, reference.points)


def test_what_is_scaled_as_published_is_not_evened_out() -> None:
    published, even = of("published").points, of("reference").points
    both = np.isfinite(published).all(1)
    assert np.abs(np.sort(published[both, 0]) - np.sort(even[both, 0])).max() > 0.03


def test_classes_to_look_for_are_those_of_the_points_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "telling", lambda classes, stable: classes[:4])
    whole = result(monkeypatch)
    assert whole.shown.tolist() == whole.classes[:4].tolist()


def test_fewer_points_are_drawn_from_all_that_are_on_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of them may be of few classes, where a collection is stored in order."""
    given: list[np.ndarray] = []
    monkeypatch.setattr(analysis, "vary", lambda of, methods, seed: (given.append(of), vary(of, methods, seed))[1])
    result(monkeypatch, 90)
    rows = [int(np.flatnonzero((vectors().astype(np.float16) == each).all(1))[0]) for each in given[0]]
    assert rows == sorted(set(rows)) and set(rows) <= set(range(0, N, 2)) and rows[-1] > 300


def test_facts_name_every_number_as_the_result_does(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = result(monkeypatch)
    scored = [
        replace(
            each,
            quality=replace(each.quality, recall=k + 0.1, trustworthiness=k + 0.2, continuity=k + 0.3, cells_used=k),
            agreement=replace(each.agreement, disparity=k + 0.4, cells=k + 0.5, neighbors=k + 0.6),
        )
        for k, each in enumerate(whole.variations)
    ]
    stable = np.where(whole.classes == 1, 0.9, np.where(whole.classes == 2, 0.2, 0.5)).astype(np.float32)
    said = facts(replace(whole, variations=tuple(scored), stability=stable, shown=np.array([1, 0, 2], np.int16)))
    names = {"recall": 0.1, "trustworthiness": 0.2, "continuity": 0.3, "disparity": 0.4, "same_cell": 0.5, "kept": 0.6}
    assert {name: said[f"reference_{name}"] for name in names} == names
    metric = next(k for k, each in enumerate(scored) if each.kind == "metric")
    assert said["metric_kept"] == metric + 0.6 and said["pca_recall"] == 0.1
    assert (said["stablest"], said["unstablest"]) == ("bee", "cow")
    assert (said["stablest_kept"], said["unstablest_kept"]) == pytest.approx((0.9, 0.2))
    assert said["stability_mean"] == pytest.approx(stable.mean()) and said["n"] == 200
