"""One class through the layers: its cells, chosen and counted again by hand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import levels, pipeline
from generators.articles.activation_atlas.analysis.layout import lay_out
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.through import follow_class
from generators.articles.activation_atlas.analysis.view import look
from generators.articles.activation_atlas.results.through import Through
from generators.errors import UsageError
from generators.networks import Network
from tests.articles.activation_atlas import tiny

LAYERS, IMAGES, GRID, CELLS, STEPS, SEED = ["early", "late"], 280, 4, 3, 2, 1
LABEL = 5


@pytest.fixture(scope="module", autouse=True)
def _flat() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "lay_out", lambda vectors, **how: lay_out(vectors, "pca", seed=how["seed"]))
        patch.setattr(levels, "fills", lambda _network, path: path == "early")
        yield


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return tiny.network(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def found(network: Network) -> Through:
    return follow_class(network, LAYERS, IMAGES, str(LABEL), GRID, CELLS, STEPS, SEED)


def test_chance_is_the_share_of_all_pictures(network: Network, found: Through) -> None:
    truth = pipeline.collected(network, tuple(LAYERS), IMAGES, SEED).truth
    assert found.label == str(LABEL)
    assert found.chance == pytest.approx(np.mean([each == LABEL for each in truth]))
    assert [stage.path for stage in found.stages] == LAYERS


@pytest.mark.parametrize("number", range(len(LAYERS)))
def test_a_stage_shows_the_cells_that_hold_most_of_the_class(network: Network, found: Through, number: int) -> None:
    stage, path = found.stages[number], LAYERS[number]
    view = look(network, tuple(LAYERS), IMAGES, path, GRID, SEED)
    members = [view.kept[view.cells.member == cell] for cell in range(len(view.cells.counts))]
    assert len(members) > 2 * CELLS
    attribution = [view.gathered.attribution[rows, LABEL].astype(float).mean() for rows in members]
    is_of_it = [view.found.truth[rows] == LABEL for rows in members]
    order = [(-is_of_it[cell].mean(), -len(members[cell]), cell) for cell in range(len(members))]
    chosen = [cell for _, _, cell in sorted(order)[:CELLS]]
    np.testing.assert_allclose(stage.attribution, [attribution[cell] for cell in chosen], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(stage.share, [is_of_it[cell].mean() for cell in chosen], rtol=1e-6)
    assert stage.share_all == pytest.approx(np.concatenate([is_of_it[cell] for cell in chosen]).mean())
    speaking = sorted(range(len(members)), key=lambda cell: -attribution[cell])[:CELLS]
    assert stage.share_spoken == pytest.approx(np.concatenate([is_of_it[cell] for cell in speaking]).mean())
    assert stage.share_all > found.chance > 0
    made = level(network, tuple(LAYERS), IMAGES, path, GRID, STEPS, SEED)
    assert np.array_equal(stage.icons, made.level.icons[chosen])
    for cell, other in zip(chosen, stage.others, strict=True):
        counts = np.bincount(view.found.truth[members[cell]], minlength=tiny.CLASSES)
        assert counts[int(other)] == counts.max()


def test_real_patches_are_those_nearest_to_the_cells(network: Network, found: Through) -> None:
    """In the early layer a position sees the 3 by 3 pixels around it."""
    view, stage = look(network, tuple(LAYERS), IMAGES, "early", GRID, SEED), found.stages[0]
    share = [
        (view.found.truth[view.kept[view.cells.member == cell]] == LABEL).mean() for cell in range(len(view.means))
    ]
    chosen = np.lexsort((-view.cells.counts, -np.array(share)))[:CELLS]
    raw = tiny.levels(300).movedim(1, -1).numpy()
    for cell, patch in zip(chosen, stage.patches, strict=True):
        rows = view.kept[view.cells.member == cell]
        away = view.gathered.vectors[rows].astype(float) - view.mean
        aim = view.means[cell] - view.mean
        row = rows[np.argmax(away @ aim / np.linalg.norm(away, axis=1))]
        y, x = view.gathered.places[row]
        assert np.array_equal(patch, raw[view.found.index[row], y - 1 : y + 2, x - 1 : x + 2])


def test_a_class_without_pictures_is_in_no_cell(tmp_path: Path) -> None:
    data = tiny.data(280)
    for split in (data.test, data.train):
        split.y[split.y == LABEL] = 0
    found = follow_class(tiny.network(tmp_path, dataset=data), ["late"], 280, str(LABEL), GRID, CELLS, STEPS, SEED)
    (stage,) = found.stages
    assert found.chance == 0 and not stage.share.any() and stage.share_all == stage.share_spoken == 0
    assert len(stage.icons) == len(stage.patches) == CELLS


def test_pictures_of_unknown_classes_have_no_other(tmp_path: Path) -> None:
    data = tiny.data(280)
    data = replace(
        data,
        **{name: replace(split, y=split.y[:, None]) for name, split in (("test", data.test), ("train", data.train))},
    )
    found = follow_class(tiny.network(tmp_path, dataset=data), ["late"], 280, str(LABEL), GRID, CELLS, STEPS, SEED)
    assert found.stages[0].others == ("",) * CELLS and found.chance == 0


def test_an_unknown_class_is_refused_by_name(network: Network) -> None:
    with pytest.raises(UsageError, match=r"^there is no class '77' in network 'tiny': there is '0', '1', "):
        follow_class(network, LAYERS, IMAGES, "77", GRID, CELLS, STEPS, SEED)


def test_a_class_whose_attributions_are_not_kept_is_refused_by_name(tmp_path: Path) -> None:
    network = tiny.network(tmp_path, tiny.Net(60), tiny.data(280, classes=60))
    kept = pipeline.collected(network, ("late",), 280, SEED).classes
    missing = next(name for name in range(60) if name not in kept)
    with pytest.raises(UsageError) as error:
        follow_class(network, ["late"], 280, str(missing), GRID, CELLS, STEPS, SEED)
    assert f"class '{missing}' is none of th" in str(error.value) and str(error.value).count(". ") == 0


def test_of_many_classes_the_attribution_is_to_the_one_that_was_named(tmp_path: Path) -> None:
    network = tiny.network(tmp_path, tiny.Net(70), tiny.data(280, classes=70))
    named = int(pipeline.collected(network, ("late",), 280, SEED).classes[-1])
    assert named > 40  # so that it is not its own column
    (stage,) = follow_class(network, ["late"], 280, str(named), GRID, CELLS, STEPS, SEED).stages
    view = look(network, ("late",), 280, "late", GRID, SEED)
    exact = view.means @ network.module.head.weight[named].numpy() / 36  # type: ignore[union-attr, operator, index]
    share = [(view.found.truth[view.kept[view.cells.member == cell]] == named).mean() for cell in range(len(exact))]
    chosen = np.lexsort((-view.cells.counts, -np.array(share)))[:CELLS]
    np.testing.assert_allclose(stage.attribution, exact[chosen], atol=2e-3)
