"""Sensitivity: each layout differs in what it says, and the controls know what chance is."""

from dataclasses import asdict, replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import sensitivity as analysis
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
