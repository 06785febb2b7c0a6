"""Icons by four objectives: each row measured again by hand, and drawn as it was measured."""

import dataclasses
from collections.abc import Iterator
from math import nan
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from generators.articles.activation_atlas.analysis import inverting, levels, objectives, pipeline
from generators.articles.activation_atlas.analysis.layout import lay_out
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.objectives import compare_objectives
from generators.articles.activation_atlas.analysis.view import look
from generators.articles.activation_atlas.facts.objectives import objectives as facts
from generators.articles.activation_atlas.figures.objectives import fidelity_table, side_by_side
from generators.articles.activation_atlas.results.fidelity import Fidelity
from generators.articles.activation_atlas.results.objectives import ByObjective, Cells, Objectives
from generators.networks import Network
from tests.articles.activation_atlas import tiny

LAYERS, IMAGES, GRID, STEPS, SHOWN, SEED = ["early", "late"], 280, 4, 4, 2, 1
ASKED = ("path", "targets", "mean", "objective", "fill", "steps", "seed", "whitening")
NAMES = ("faithful", "vivid", "published", "whitened")


@pytest.fixture(scope="module", autouse=True)
def _flat() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "lay_out", lambda vectors, **how: lay_out(vectors, "pca", seed=how["seed"]))
        for module in (levels, objectives):
            patch.setattr(module, "fills", lambda _network, path: path == "early")
        yield


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return tiny.network(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def calls() -> list[dict[str, Any]]:
    """What inversions were asked for."""
    return []


@pytest.fixture(scope="module")
def found(network: Network, calls: list[dict[str, Any]]) -> Objectives:
    invert = inverting.invert

    def noted(_network: Network, path: str, *given: Any, **how: Any) -> inverting.Inverted:
        calls.append(dict(zip(ASKED, (path, *given), strict=False)))
        return invert(_network, path, *given, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverting, "invert", noted)
        return compare_objectives(network, LAYERS, IMAGES, LAYERS, GRID, STEPS, SHOWN, SEED)


def rows(found: Objectives, path: str) -> list[ByObjective]:
    return [row for row in found.rows if row.path == path]


def test_every_objective_is_tried_on_every_layer_and_said_what_it_was_asked(
    network: Network, found: Objectives, calls: list[dict[str, Any]]
) -> None:
    assert [(row.path, row.objective) for row in found.rows] == [(path, name) for path in LAYERS for name in NAMES]
    assert (found.grid, found.steps) == (GRID, STEPS)
    assert [(each["path"], each["objective"]) for each in calls] == [(path, name) for path in LAYERS for name in NAMES]
    for path in LAYERS:
        view = look(network, tuple(LAYERS), IMAGES, path, GRID, SEED)
        moment = view.vectors.astype(float).T @ view.vectors / len(view.vectors)
        for each in (each for each in calls if each["path"] == path):
            assert np.array_equal(each["targets"], view.means) and np.array_equal(each["mean"], view.mean)
            steps = STEPS if each["objective"] in NAMES[:2] else STEPS // 2
            assert (each["fill"], each["steps"], each["seed"]) == (path == "early", steps, SEED)
            if each["objective"] == "whitened":
                S = np.asarray(each["whitening"], float)
                np.testing.assert_allclose(S @ (moment + 1e-4 * np.eye(len(S))), np.eye(len(S)), atol=1e-3)
            else:
                assert each.get("whitening") is None


def test_the_faithful_icons_are_those_of_the_atlas(network: Network, found: Objectives) -> None:
    for path, cells in zip(LAYERS, found.cells, strict=True):
        made = level(network, tuple(LAYERS), IMAGES, path, GRID, STEPS, SEED)
        view = look(network, tuple(LAYERS), IMAGES, path, GRID, SEED)
        chosen = objectives._apart(view, tiny.CLASSES, SHOWN)
        row = rows(found, path)[0]
        assert np.array_equal(row.icons, made.level.icons[chosen]) and row.fidelity == made.fidelity
        assert row.steps_mean == made.steps.mean() == STEPS == row.steps_most
        np.testing.assert_allclose(row.cosine, made.level.icon_cosine[chosen], atol=1e-5)
        assert cells.path == path and cells.labels == tuple(str(made.level.top[cell, 0]) for cell in chosen)


def test_rows_are_measured_on_their_own_icons(network: Network, found: Objectives) -> None:
    """The early layer's icons are whole pictures: its activations of their 8 bits are found by the layers alone."""
    view = look(network, tuple(LAYERS), IMAGES, "early", GRID, SEED)
    chosen = objectives._apart(view, tiny.CLASSES, SHOWN)
    mean, std = (torch.tensor(each)[:, None, None] for each in (tiny.MEAN, tiny.STD))
    wanted = view.means[chosen] - view.mean
    for row in rows(found, "early"):
        icons = torch.from_numpy(row.icons.copy()).movedim(-1, 1).float() / 255
        net = tiny.Net()
        seen = net.early(net.first((icons - mean) / std))[:, :, 1:-1, 1:-1].mean((2, 3)).numpy() - view.mean
        close = (seen * wanted).sum(1) / np.linalg.norm(seen, axis=1) / np.linalg.norm(wanted, axis=1)
        np.testing.assert_allclose(row.cosine, close, atol=1e-4)
        assert row.fidelity.n_cells == len(view.means)
        assert row.steps_mean == row.steps_most == (STEPS if row.objective in NAMES[:2] else STEPS // 2)
    assert len({row.fidelity.cosine_mean for row in rows(found, "early")}) == len(NAMES)


def test_real_patches_stand_beside(network: Network, found: Objectives) -> None:
    raw = tiny.levels(300).movedim(1, -1).numpy()
    view = look(network, tuple(LAYERS), IMAGES, "early", GRID, SEED)
    chosen = objectives._apart(view, tiny.CLASSES, SHOWN)
    for cell, patch in zip(chosen, found.cells[0].patches, strict=True):
        row = view.nearest(n=1)[cell, 0]
        y, x = view.gathered.places[row]
        assert np.array_equal(patch, raw[view.found.index[row], y - 1 : y + 2, x - 1 : x + 2])


@pytest.mark.parametrize("truth_known", [True, False])
def test_shown_are_the_largest_cells_of_the_classes_that_label_most(network: Network, truth_known: bool) -> None:
    """Classes by attribution: no true class need be known."""
    view = look(network, tuple(LAYERS), IMAGES, "late", 6, SEED)
    if not truth_known:
        unknown = dataclasses.replace(view.found, truth=np.full(len(view.found.truth), -1))
        view = dataclasses.replace(view, found=unknown)
    labels, counts = view.top(tiny.CLASSES)[0][:, 0], view.cells.counts
    totals = {label: counts[labels == label].sum() for label in np.unique(labels)}
    for n in (1, 2, 99):
        chosen = objectives._apart(view, tiny.CLASSES, n)
        assert len(chosen) == min(n, len(totals))
        assert len(set(labels[chosen])) == len(chosen)
        own = [totals[label] for label in labels[chosen]]
        assert own == sorted(totals.values(), reverse=True)[:n]
        assert all(counts[cell] == counts[labels == labels[cell]].max() for cell in chosen)


SCORES = dataclasses.asdict(Fidelity(20, 9, *(each / 100 for each in range(11, 22))))


def drawn(label_agreement: float = 0.17) -> Objectives:
    """Two layers, two objectives, three cells."""
    random = np.random.default_rng(0)
    by = [
        ByObjective(
            path,
            name,
            Fidelity(**SCORES | {"cosine_mean": 0.9 - number / 10, "label_agreement": label_agreement}),
            60.0,
            128,
            random.integers(0, 256, (3, 6, 6, 3), np.uint8),
            np.array([0.5, 0.625, -0.25], np.float32),
        )
        for path in ("a", "b.1")
        for number, name in enumerate(("faithful", "published"))
    ]
    cells = [Cells(path, ("cat", "", "<b>"), random.integers(0, 256, (3, 3, 3, 3), np.uint8)) for path in ("a", "b.1")]
    return Objectives(20, 96, tuple(cells), tuple(by))


def test_icons_of_the_last_layer_stand_below_real_patches() -> None:
    found = drawn()
    shown = side_by_side(found)
    assert shown.rows == [("real patch", 3), ("faithful", 3), ("published", 3)]
    doubled = np.repeat(np.repeat(found.cells[1].patches, 2, 1), 2, 2)
    assert np.array_equal(shown.pictures, np.concatenate([doubled, found.rows[2].icons, found.rows[3].icons]))
    assert shown.captions == ["cat", "", "<b>", *["0.50", "0.62", "-0.25"] * 2]
    assert [each["objective"] for each in shown.about] == ["real patch"] * 3 + ["faithful"] * 3 + ["published"] * 3
    assert [each["label"] for each in shown.about] == ["cat", "", "<b>"] * 3
    assert [each["centred cosine"] for each in shown.about] == [None] * 3 + [0.5, 0.625, -0.25] * 2


def test_the_table_has_a_row_for_each_objective_and_chance_below() -> None:
    table = fidelity_table(drawn())
    assert [(row["layer"], row["objective"]) for row in table.rows] == [
        (path, name) for path in ("a", "b.1") for name in ("faithful", "published", "chance")
    ]
    assert [row["cosine"] for row in table.rows[:3]] == [0.9, 0.8, SCORES["cosine_chance"]]
    for name, key in {"its 10%": "cosine_p10", "own cell": "retrieval_exact", "within 3×3": "retrieval_3x3"}.items():
        assert table.rows[0][name] == SCORES[key]
    chance = table.rows[-1]
    assert (chance["own cell"], chance["within 3×3"]) == (SCORES["retrieval_chance"], SCORES["retrieval_3x3_chance"])
    assert (chance["its 10%"], chance["steps"], table.rows[0]["steps"]) == (None, None, 60.0)
    assert [row["label"] for row in table.rows[:3]] == [0.17, 0.17, SCORES["label_chance"]]
    assert {*table.formats} <= {*table.rows[0]}
    assert fidelity_table(drawn(label_agreement=nan)).rows[0]["label"] is None


def test_facts_say_every_score_by_layer_and_objective_and_leave_out_what_is_none() -> None:
    said = facts(drawn())
    assert (said["grid"], said["steps"], said["published_steps"], said["published_tries"]) == (20, 96, 1024, 4)
    assert said["b_1_published_icon_cosine_mean"] == 0.8 and said["a_faithful_icon_cosine_mean"] == 0.9
    assert said["a_faithful_retrieval_exact"] == SCORES["retrieval_exact"]
    assert (said["a_faithful_steps"], said["a_faithful_steps_most"], said["a_faithful_fewer"]) == (60.0, 128, 32.0)
    assert said["a_published_label_agreement"] == 0.17 and "a_published_label_agreement" not in facts(drawn(nan))
    assert all(isinstance(each, str | int | float) and each == each for each in said.values())


def test_steps_are_those_that_icons_took_and_the_most_that_one_did(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    icons = level(network, LAYERS, IMAGES, "early", GRID, STEPS, SEED).level.icons
    taken = np.arange(len(icons)) + 1
    made = SimpleNamespace(level=SimpleNamespace(icons=icons), steps=taken)
    monkeypatch.setattr(objectives, "level", lambda *_: made)
    monkeypatch.setattr(inverting, "invert", lambda *_: inverting.Inverted(icons, taken))
    found = compare_objectives(network, LAYERS, IMAGES, ["early"], GRID, 200, SHOWN, SEED)
    assert [(row.steps_mean, row.steps_most) for row in found.rows] == [
        (taken.mean(), most) for most in (len(icons), len(icons), 100, 100)
    ]


def test_a_class_labels_activations_not_cells() -> None:
    labels = np.array([1, 1, 1, 2, 3, -1])
    view = SimpleNamespace(
        cells=SimpleNamespace(counts=np.array([5, 6, 5, 50, 20, 99])), top=lambda _n: (labels[:, None], None)
    )
    assert objectives._apart(view, 4, 2).tolist() == [3, 4]  # type: ignore[arg-type]
    assert objectives._apart(view, 4, 9).tolist() == [3, 4, 1]  # type: ignore[arg-type]


def test_facts_name_the_last_layer() -> None:
    assert facts(drawn())["layer"] == "b.1"
