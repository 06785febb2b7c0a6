"""A level of a map: whatever stands in it is found again by hand, from the cells and from the icons' 8 bits."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generators.articles.activation_atlas.analysis import cells, filling, inverting, levels, pipeline
from generators.articles.activation_atlas.analysis.filling import fills
from generators.articles.activation_atlas.analysis.layout import lay_out
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.pictures import Receptive
from generators.articles.activation_atlas.analysis.view import NoCells, View, look
from generators.articles.activation_atlas.results.atlas import MadeLevel
from generators.networks import Network
from tests.articles.activation_atlas import tiny

LAYERS, IMAGES, GRID, STEPS, SEED = ("early", "late"), 300, 4, 3, 7


@pytest.fixture(scope="module", autouse=True)
def _flat() -> Iterator[None]:
    """Layouts are principal components: UMAP takes many seconds to compile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "lay_out", lambda vectors, **how: lay_out(vectors, "pca", seed=how["seed"]))
        patch.setattr(levels, "fills", lambda _network, path: path == "early")
        yield


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return tiny.network(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def view(network: Network) -> View:
    return look(network, LAYERS, IMAGES, "early", GRID, SEED)


@pytest.fixture(scope="module")
def made(network: Network) -> MadeLevel:
    return level(network, LAYERS, IMAGES, "early", GRID, STEPS, SEED)


@pytest.mark.parametrize(
    ("shape", "px", "filled"), [((3, 12, 12), 6, True), ((3, 12, 12), 7, False), ((1, 40, 12), 7, False)]
)
def test_icons_are_filled_where_a_position_sees_at_most_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...], px: int, filled: bool
) -> None:
    monkeypatch.setattr(filling.pictures, "receptive", lambda _network, path: {"late": Receptive(px, 1, 0)}[path])
    monkeypatch.setattr(filling, "stage", lambda _network, make, path: make is filling.fill_as_well and path == "late")
    assert fills(tiny.network(tmp_path, example_shape=shape), "late") is filled


def test_a_view_holds_what_is_on_the_map(network: Network, view: View) -> None:
    early = np.asarray(view.gathered.vectors, np.float32)
    assert view.gathered is view.found.layers["early"]
    assert np.array_equal(view.kept, np.flatnonzero((early != 0).any(1)))
    assert np.array_equal(view.vectors, early[view.kept])
    np.testing.assert_allclose(view.mean, early[view.kept].astype(float).mean(0), rtol=1e-5)
    lies = pipeline.placed(network, LAYERS, IMAGES, "early", SEED)
    assert np.array_equal(view.points, lies.points)
    column, row = (view.points * GRID).astype(int).T
    for cell, (x, y) in enumerate(zip(view.cells.columns, view.cells.rows, strict=True)):
        own = (column == x) & (row == y)
        assert own.sum() == view.cells.counts[cell] >= 5
        np.testing.assert_allclose(view.means[cell], view.vectors[own].mean(0), rtol=1e-4, atol=1e-6)


def test_a_grid_too_fine_for_its_activations_is_one_sentence(network: Network) -> None:
    with pytest.raises(NoCells) as error:
        look(network, LAYERS, IMAGES, "late", 100, SEED)
    n = (np.asarray(pipeline.collected(network, LAYERS, IMAGES, SEED).layers["late"].vectors) != 0).any(1).sum()
    assert str(error.value) == (
        f"a grid of 100 has no cell with 5 of the {n} activations of layer 'late': expected more pictures, or a "
        "coarser grid"
    )


def test_a_level_says_of_each_cell_what_its_view_does(view: View, made: MadeLevel) -> None:
    found = made.level
    assert found.grid == GRID
    for name in ("columns", "rows", "counts"):
        assert np.array_equal(getattr(found, name), getattr(view.cells, name)), name
    assert found.attribution.dtype == np.float16
    np.testing.assert_allclose(found.attribution, view.attribution, rtol=1e-3, atol=1e-4)
    (top, values), (truth, shares) = view.top(tiny.CLASSES), view.truth(tiny.CLASSES)
    for one, other in (
        (found.top, top),
        (found.top_values, values),
        (found.truth, truth),
        (found.truth_shares, shares),
    ):
        assert np.array_equal(one, other)
    assert (found.top >= 0).all() and 0 < found.truth_shares[:, 0].min() <= found.truth_shares.max() <= 1
    np.testing.assert_array_equal(found.spread, cells.spread(view.cells, view.vectors, view.mean))
    assert np.array_equal(found.nearest, view.nearest())
    assert np.array_equal(made.means, view.means)


def test_icons_are_measured_as_they_are_published(view: View, made: MadeLevel) -> None:
    """All positions of the early layer within the edges, of the whole 8-bit icon, through the layers themselves."""
    icons = torch.from_numpy(made.level.icons.copy()).movedim(-1, 1).float() / 255
    assert icons.shape == (len(view.cells.counts), 3, tiny.SIDE, tiny.SIDE)
    mean, std = (torch.tensor(each)[:, None, None] for each in (tiny.MEAN, tiny.STD))
    net = tiny.Net()
    seen = net.early(net.first((icons - mean) / std))[:, :, 1:-1, 1:-1].mean((2, 3)).numpy() - view.mean
    wanted = view.means - view.mean
    close = (seen * wanted).sum(1) / np.linalg.norm(seen, axis=1) / np.linalg.norm(wanted, axis=1)
    np.testing.assert_allclose(made.level.icon_cosine, close, atol=1e-4)
    assert np.std(close) > 0.01
    assert made.fidelity.cosine_mean == pytest.approx(close.mean(), abs=1e-4)
    assert (made.fidelity.grid, made.fidelity.n_cells) == (GRID, len(close))
    told = net((icons - mean) / std).argmax(1).numpy()
    assert made.fidelity.label_agreement == pytest.approx((told == made.level.top[:, 0]).mean())


def test_icons_are_faithful_and_as_many_steps_as_asked(
    network: Network, view: View, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[Any, ...]] = []

    def invert(_network: Network, *given: Any, start: np.ndarray | None) -> inverting.Inverted:
        asked.append(given)
        assert start is None
        icons = np.full((len(given[1]), tiny.SIDE, tiny.SIDE, 3), 99, np.uint8)
        return inverting.Inverted(icons, np.arange(len(icons)))

    monkeypatch.setattr(inverting, "invert", invert)
    made = levels.make_level(network, list(LAYERS), IMAGES, "early", GRID, 5, SEED, "faithful")
    ((path, targets, mean, *how),) = asked
    assert np.array_equal(targets, view.means) and np.array_equal(mean, view.mean)
    assert (path, how) == ("early", ["faithful", True, 5, SEED])
    assert (made.level.icons == 99).all() and made.steps.tolist() == list(range(len(view.means)))
    assert made.seconds > 0 and made.peak_bytes >= 0


def test_icons_of_finer_grids_begin_from_those_of_the_grid_half_as_fine(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the icon of that coarser cell whose mean points most nearly where the finer cell's does."""
    coarse, view = (
        level(network, LAYERS, IMAGES, "early", GRID, 99, SEED),
        look(network, LAYERS, IMAGES, "early", 9, SEED),
    )
    asked: list[tuple[Any, ...]] = []

    def invert(_network: Network, *given: Any, start: np.ndarray) -> inverting.Inverted:
        asked.append((given[5], start))
        return inverting.Inverted(start, np.full(len(start), 48))

    monkeypatch.setattr(levels, "COARSEST", 8)
    monkeypatch.setattr(inverting, "invert", invert)
    made = levels.make_level(network, list(LAYERS), IMAGES, "early", 9, 99, SEED, "faithful")
    ((steps, start),) = asked
    assert steps == levels.FURTHER < 99
    near = coarse.means - view.mean
    for cell, (icon, aim) in enumerate(zip(start, view.means - view.mean, strict=True)):
        close = near @ aim / np.linalg.norm(near, axis=1)
        assert np.array_equal(icon, coarse.level.icons[close.argmax()]), cell
    assert np.array_equal(made.level.icons, start) and len(np.unique(start, axis=0)) > 3
    monkeypatch.setattr(levels, "COARSEST", 9)
    with pytest.raises(TypeError):
        levels.make_level(network, list(LAYERS), IMAGES, "early", 9, 99, SEED, "faithful")


def test_vivid_icons_begin_from_the_faithful_ones_of_their_cells(
    network: Network, made: MadeLevel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invert(_network: Network, *given: Any, start: np.ndarray) -> inverting.Inverted:
        assert given[3] == "vivid" and np.array_equal(start, made.level.icons)
        return inverting.Inverted(255 - start, np.full(len(start), 1))

    monkeypatch.setattr(inverting, "invert", invert)
    vivid = level(network, LAYERS, IMAGES, "early", GRID, STEPS, SEED, "vivid")
    assert np.array_equal(vivid.level.icons, 255 - made.level.icons)
    assert np.array_equal(vivid.level.counts, made.level.counts)


@pytest.mark.parametrize(("by_filling", "as_well"), [(0.9, True), (0.66, True), (0.6, False), (-0.5, False)])
def test_a_layer_is_filled_unless_that_costs_faithfulness(
    network: Network, monkeypatch: pytest.MonkeyPatch, by_filling: float, as_well: bool
) -> None:
    """What the middle positions of real pictures give is aimed at."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(filling, "_faithful", lambda *given: (asked.append(given), by_filling if given[4] else 0.9)[1])
    assert filling.fill_as_well(network, "late") is as_well
    assert [given[4] for given in asked] == [True, False]
    raw = tiny.levels(300)[np.linspace(0, 299, 4 * filling.TRIED).astype(int)].float() / 255
    mean, std = (torch.tensor(each)[:, None, None] for each in (tiny.MEAN, tiny.STD))
    net = tiny.Net()
    given = net.late(net.second(net.pool(net.early(net.first((raw - mean) / std)))))[:, :, 3, 3].numpy()
    np.testing.assert_allclose(asked[0][2], given[: filling.TRIED], atol=1e-4)
    np.testing.assert_allclose(asked[0][3], given.mean(0), atol=1e-4)


def test_the_time_of_a_level_is_not_that_of_its_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which says its own; both are added up."""
    of = tiny.network(tmp_path)

    def slow(vectors: np.ndarray, **how: Any) -> np.ndarray:
        time.sleep(1)
        return lay_out(vectors, "pca", seed=how["seed"])

    monkeypatch.setattr(pipeline, "lay_out", slow)
    monkeypatch.setattr(pipeline, "MIN_DISTS", (0.1,))
    monkeypatch.setattr(
        inverting,
        "invert",
        lambda *given, **_: inverting.Inverted(np.zeros((len(given[2]), 8, 8, 3), np.uint8), np.ones(len(given[2]))),
    )
    assert level(of, ("late",), IMAGES, "late", GRID, STEPS, SEED).seconds < 1
    assert pipeline.placed(of, ("late",), IMAGES, "late", SEED).seconds >= 1


def test_icons_take_no_more_steps_than_allowed(made: MadeLevel) -> None:
    assert made.steps.shape == made.level.counts.shape and set(made.steps.tolist()) == {STEPS}


def test_what_was_made_is_only_opened(network: Network, made: MadeLevel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inverting, "invert", lambda *_, **__: pytest.fail("it is made again"))
    again = level(network, LAYERS, IMAGES, "early", GRID, STEPS, SEED)
    assert np.array_equal(again.level.icons, made.level.icons)
    for other in (
        (LAYERS, IMAGES, "late", GRID, STEPS, SEED),
        (LAYERS, IMAGES, "early", 5, STEPS, SEED),
        (LAYERS, IMAGES, "early", GRID, 2, SEED),
    ):
        with pytest.raises(pytest.fail.Exception):
            level(network, *other)


def test_icons_of_either_kind_are_as_faithful_as_what_they_activate(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the mean over the activations that have a direction."""
    asked: list[Any] = []
    targets, seen = np.array([[2.0, 1], [1, 1], [1, 3]]), np.array([[3.0, 1], [5, 5], [2, 2]])
    made = inverting.Inverted(np.zeros((3, 8, 8, 3), np.uint8), np.ones(3))
    monkeypatch.setattr(inverting, "invert", lambda *given: (asked.append(given[4:]), made)[1])
    monkeypatch.setattr(inverting, "activated", lambda *given: (asked.append(given[3]), seen)[1])
    for fill in (True, False):
        close = filling._faithful(network, "late", targets, np.ones(2), fill)
        assert close == pytest.approx((1 + 0.5**0.5) / 2)
        assert asked[-2:] == [("faithful", fill, filling.STEPS, 0), fill]
