"""An atlas: layers put together, laid out in turn, kept and found again; every index leads to what it names."""

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path as File
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import inverting, levels, mapping, pipeline
from generators.articles.activation_atlas.analysis.cells import bin_cells
from generators.articles.activation_atlas.analysis.layout import lay_out, quality
from generators.articles.activation_atlas.analysis.levels import level
from generators.articles.activation_atlas.analysis.mapping import map_layers
from generators.articles.activation_atlas.analysis.paths import find_path
from generators.articles.activation_atlas.analysis.view import look
from generators.articles.activation_atlas.results.atlas import Atlas, Landmark
from generators.articles.activation_atlas.results.placed import Placed
from generators.networks import Network
from generators.progress import listening
from generators.store.codec import decode, encode
from tests.articles.activation_atlas import tiny

LAYERS, IMAGES, GRIDS, STEPS, SEED = ["early", "late"], 280, [2, 4, 8], 2, 3


def flat(vectors: np.ndarray, **how: Any) -> np.ndarray:
    return lay_out(vectors, "pca", seed=how["seed"])


@pytest.fixture(scope="module", autouse=True)
def _flat() -> Iterator[None]:
    """Layouts are principal components: UMAP takes many seconds to compile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "lay_out", flat)
        for module in (levels, mapping):
            patch.setattr(module, "fills", lambda _network, path: path == "early")
        yield


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return tiny.network(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def atlas(network: Network) -> Atlas:
    return map_layers(network, LAYERS, IMAGES, GRIDS, STEPS, SEED)


def same(one: Any, other: Any, but: tuple[str, ...] = ()) -> bool:
    """Whether two results hold the same, but for some fields."""
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one) if field.name not in but]
        return type(one) is type(other) and all(same(getattr(one, name), getattr(other, name), but) for name in names)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(same(a, b, but) for a, b in zip(one, other, strict=True))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    return bool(one == other) or one != one


def test_layers_say_what_they_are_of(network: Network, atlas: Atlas) -> None:
    found = pipeline.collected(network, tuple(LAYERS), IMAGES, SEED)
    assert [layer.path for layer in atlas.layers] == LAYERS and atlas.refused == ()
    assert [layer.n_units for layer in atlas.layers] == [4, 6]
    assert [layer.receptive_px for layer in atlas.layers] == [3, 8]
    assert [layer.fills for layer in atlas.layers] == [True, False]
    assert atlas.labels == network.labels and atlas.classes.tolist() == list(range(tiny.CLASSES))
    for layer in atlas.layers:
        on = (np.asarray(found.layers[layer.path].vectors) != 0).any(1).sum()
        assert (layer.n_images, layer.n_placed) == (IMAGES, on)
        assert [each.grid for each in layer.levels] == [each.grid for each in layer.fidelity] == GRIDS
        assert layer.density.shape == (64, 64) and layer.density.sum() == on


def test_levels_are_those_that_were_made_and_the_work_is_added_up(network: Network, atlas: Atlas) -> None:
    for layer in atlas.layers:
        lies = pipeline.placed(network, tuple(LAYERS), IMAGES, layer.path, SEED)
        made = [level(network, tuple(LAYERS), IMAGES, layer.path, grid, STEPS, SEED) for grid in GRIDS]
        assert same(layer.levels, tuple(each.level for each in made), but=("nearest",))
        assert same(layer.fidelity, tuple(each.fidelity for each in made))
        assert layer.seconds == pytest.approx(lies.seconds + sum(each.seconds for each in made))
        assert layer.peak_bytes == max(lies.peak_bytes, *(each.peak_bytes for each in made))
        vectors, _ = pipeline.centre(
            pipeline.collected(network, tuple(LAYERS), IMAGES, SEED).layers[layer.path], lies.kept
        )
        assert layer.layout == quality(vectors, lies.points, SEED, "umap")


def test_the_last_layer_stands_there_again_with_vivid_icons(network: Network, atlas: Atlas) -> None:
    last = atlas.layers[-1]
    assert [layer.objective for layer in (*atlas.layers, atlas.vivid)] == ["faithful", "faithful", "vivid"]
    assert same(atlas.vivid, last, ("objective", "icons", "icon_cosine", "fidelity", "seconds", "peak_bytes"))
    for one in atlas.vivid.levels:
        made = level(network, tuple(LAYERS), IMAGES, "late", one.grid, STEPS, SEED, "vivid")
        assert np.array_equal(one.icons, made.level.icons) and np.array_equal(one.icon_cosine, made.level.icon_cosine)
    assert not np.array_equal(atlas.vivid.levels[0].icons, last.levels[0].icons)


def test_examples_are_what_the_nearest_members_see(network: Network, atlas: Atlas) -> None:
    """In the early layer a position sees the 3 by 3 pixels around it; every patch is named, and none twice."""
    raw, truth = tiny.levels(300).movedim(1, -1).numpy(), np.arange(300) % tiny.CLASSES
    layer = atlas.layers[0]
    for one in layer.levels:
        view = look(network, tuple(LAYERS), IMAGES, "early", one.grid, SEED)
        for named, row in zip(one.nearest.ravel(), view.nearest().ravel(), strict=True):
            example, (y, x) = view.found.index[row], view.gathered.places[row]
            assert np.array_equal(layer.patches[named], raw[example, y - 1 : y + 2, x - 1 : x + 2])
            assert layer.patch_truth[named] == truth[example]
    for each in atlas.layers:
        assert set(np.concatenate([one.nearest.ravel() for one in each.levels])) == set(range(len(each.patches)))
        assert each.levels[0].nearest.dtype == np.int32 and each.patches.shape[1] == each.receptive_px


def test_where_a_cell_has_fewer_members_nothing_is_named(network: Network, atlas: Atlas) -> None:
    made = [level(network, tuple(LAYERS), IMAGES, "early", grid, STEPS, SEED) for grid in GRIDS]
    fewer = made[1].level.nearest.copy()
    fewer[0, 3:] = fewer[2, 4] = -1
    made[1] = dataclasses.replace(made[1], level=dataclasses.replace(made[1].level, nearest=fewer))
    layer = mapping._layer(network, tuple(LAYERS), IMAGES, "early", "faithful", made, SEED)
    assert np.array_equal(layer.levels[1].nearest == -1, fewer == -1)
    before = atlas.layers[0]
    for one, other in zip(layer.levels, before.levels, strict=True):
        kept = one.nearest >= 0
        assert np.array_equal(layer.patches[one.nearest[kept]], before.patches[other.nearest[kept]])


def test_it_survives_the_store(atlas: Atlas) -> None:
    assert same(decode(encode(atlas), ("generators",)), atlas)


def test_a_second_run_makes_the_same(tmp_path: File, atlas: Atlas) -> None:
    again = map_layers(tiny.network(tmp_path), LAYERS, IMAGES, GRIDS, STEPS, SEED)
    assert same(again, atlas, but=("seconds", "peak_bytes"))
    other = map_layers(tiny.network(tmp_path), LAYERS, IMAGES, GRIDS, STEPS, SEED + 1)
    assert not same(other, atlas, but=("seconds", "peak_bytes"))


def test_another_grid_neither_collects_nor_lays_out_again(
    network: Network, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    invert = inverting.invert
    monkeypatch.setattr(
        inverting, "invert", lambda *given, **how: (made.append(len(given[2])), invert(*given, **how))[1]
    )
    monkeypatch.setattr(pipeline, "lay_out", lambda *_, **__: pytest.fail("it is laid out again"))
    monkeypatch.setattr(
        "generators.articles.activation_atlas.analysis.collecting.gathering.Reader.read",
        lambda *_: pytest.fail("it is collected again"),
    )
    other = map_layers(network, LAYERS, IMAGES, [2, 5], STEPS, SEED)
    assert made == [len(layer.levels[1].counts) for layer in (*other.layers, other.vivid)]
    for layer, before in zip(other.layers, atlas.layers, strict=True):
        assert [each.grid for each in layer.levels] == [2, 5]
        assert same(layer.levels[0], before.levels[0], but=("nearest",))


def test_it_says_which_layer_it_is_at(network: Network, atlas: Atlas) -> None:
    said: list[tuple[int, int, str]] = []
    with listening(lambda *each: said.append(each)):
        map_layers(network, LAYERS, IMAGES, GRIDS, STEPS, SEED)
    assert said == [(0, 2, "layers mapped; now early"), (1, 2, "layers mapped; now late")]


def test_landmarks_are_where_a_class_that_labels_cells_is_largest(atlas: Atlas) -> None:
    wanted = []
    for index, layer in enumerate(atlas.layers):
        middle = layer.levels[1]
        assert middle.grid == 4
        best: dict[int, int] = {}
        for cell, label in enumerate(middle.top[:, 0].tolist()):
            if label not in best or middle.top_values[cell, 0] > middle.top_values[best[label], 0]:
                best[label] = cell
        wanted += [
            Landmark(index, label, int(middle.columns[best[label]]), int(middle.rows[best[label]]), 4)
            for label in sorted(best)
        ]
    assert list(atlas.landmarks) == wanted and len(wanted) >= 4


def test_of_many_classes_those_with_the_largest_attributions_are_landmarks(
    network: Network, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "MARKS", 1)
    fewer = map_layers(network, LAYERS, IMAGES, GRIDS, STEPS, SEED)
    for index, layer in enumerate(atlas.layers):
        middle = layer.levels[1]
        largest = {label: middle.top_values[middle.top[:, 0] == label, 0].max() for label in middle.top[:, 0].tolist()}
        wanted = [max(largest, key=largest.__getitem__)]
        assert [mark.label for mark in fewer.landmarks if mark.layer == index] == wanted


def test_the_path_joins_landmarks_of_the_last_layer_by_the_gentlest_of_the_longest_steps(
    network: Network, atlas: Atlas
) -> None:
    (path,) = atlas.paths
    marks = {mark.label: (mark.column, mark.row) for mark in atlas.landmarks if mark.layer == 1}
    assert (path.layer, path.level) == (1, 1)
    middle = atlas.layers[1].levels[1]
    ends = [(middle.columns[cell], middle.rows[cell]) for cell in (path.cells[0], path.cells[-1])]
    assert ends == [marks[path.start], marks[path.end]]
    made = level(network, tuple(LAYERS), IMAGES, "late", GRIDS[1], STEPS, SEED)
    last = [mark for mark in atlas.landmarks if mark.layer == 1]
    others = [find_path(made, 1, 1, one, other) for one, other in itertools.combinations(last, 2)]
    worth = [(min(len(each.cells), mapping.LONG), each.cosine_least) for each in others if each]
    assert worth and (min(len(path.cells), mapping.LONG), path.cosine_least) == max(worth)


def test_a_path_says_how_little_it_changes_beside_two_cells_by_chance(network: Network, atlas: Atlas) -> None:
    (path,) = atlas.paths
    made = level(network, tuple(LAYERS), IMAGES, "late", GRIDS[1], STEPS, SEED)
    away = made.means - (made.means * made.level.counts[:, None]).sum(0) / made.level.counts.sum()
    unit = away / np.linalg.norm(away, axis=1, keepdims=True)
    close = [unit[one] @ unit[other] for one, other in itertools.pairwise(path.cells)]
    assert len(close) > 1 and path.cosine_least == pytest.approx(min(close), abs=1e-5)
    pairs = [one @ other for one, other in itertools.permutations(unit, 2)]
    assert path.cosine_chance == pytest.approx(np.mean(pairs), abs=1e-5)


def made(cells: list[tuple[int, int]]) -> Any:
    """A level of cells at (column, row), which all resemble one another."""
    columns, rows = np.array(cells).T
    means = np.random.default_rng(0).random((len(cells), 3)).astype(np.float32)
    return SimpleNamespace(
        level=SimpleNamespace(columns=columns, rows=rows, counts=np.full(len(cells), 5)), means=means
    )


def test_landmarks_that_no_cells_join_have_no_path() -> None:
    island, land = [(9, 9)], [(0, 0), (1, 0), (2, 1), (3, 1)]
    marks = tuple(Landmark(1, label, *cell, 10) for label, cell in enumerate([*island, land[0], land[2], land[3]]))
    elsewhere = Landmark(0, 8, 9, 0, 10)
    (path,) = mapping._paths([made(land), made(island + land)], (elsewhere, *marks), 1)
    assert (path.level, path.layer, path.start, path.end) == (1, 1, 1, 3)
    assert path.cells.tolist() == [1, 2, 3, 4]
    assert mapping._paths([made(island + land)], marks[:2], 1) == ()
    assert mapping._paths([made(land)], (elsewhere, marks[1]), 1) == ()


def test_of_paths_that_are_long_enough_the_gentlest_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "LONG", 2)
    land = [(x, 0) for x in range(6)]
    marks = tuple(Landmark(0, label, *cell, 10) for label, cell in enumerate(land))
    (path,) = mapping._paths([made(land)], marks, 0)
    all_paths = [find_path(made(land), 0, 0, one, other) for one, other in itertools.combinations(marks, 2)]
    assert path.cosine_least == max(each.cosine_least for each in all_paths if each)


@pytest.mark.parametrize("seed", range(2))
def test_the_thumbnail_counts_points(seed: int) -> None:
    points = np.random.default_rng(seed).beta(2, 3, (5000, 2)).astype(np.float32)
    points[0] = np.nextafter(np.float32(1), np.float32(0))
    edges = np.linspace(0, 1, 65)
    wanted, _, _ = np.histogram2d(points[:, 1], points[:, 0], (edges, edges))
    found = mapping.density(points)
    assert found.dtype == np.uint16 and np.array_equal(found, wanted)
    many = mapping.density(np.zeros((70_000, 2), np.float32))
    assert many[0, 0] == 65_535 and many.sum() == 65_535


def test_large_examples_are_shown_smaller_and_small_ones_as_they_are() -> None:
    random = np.random.default_rng(0)
    small = random.integers(0, 256, (3, 48, 48, 3), np.uint8)
    assert mapping.smaller(small) is small
    empty = np.zeros((0, 99, 99, 1), np.uint8)
    assert mapping.smaller(empty) is empty
    large = np.repeat(np.repeat(small, 2, 1), 2, 2)
    large[0] = 255
    found = mapping.smaller(large)
    assert found.shape == small.shape and found.dtype == np.uint8 and (found[0] == 255).all()
    assert np.abs(found[1:].mean((1, 2)) - large[1:].mean((1, 2))).max() < 1
    inner = (slice(1, None), slice(8, -8), slice(8, -8))
    assert np.corrcoef(found[inner].ravel(), small[inner].ravel())[0, 1] > 0.8


class TestPlacing:
    """Layouts, with a stand-in for the method."""

    def test_the_least_distance_that_fills_the_map_is_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        vectors = np.random.default_rng(0).normal(size=(3000, 3)).astype(np.float32)
        graph, tried = object(), []
        monkeypatch.setattr(
            pipeline,
            "neighbours",
            lambda *given: graph if given[1:] == (15, "cosine", 4) and given[0] is vectors else None,
        )

        def spread_out(given: np.ndarray, **how: Any) -> np.ndarray:
            """On a curve, on a band, or everywhere."""
            assert given is vectors and (how["start"], how["graph"]) == ("start", graph)
            assert (how["n_neighbors"], how["metric"], how["seed"]) == (15, "cosine", 4)
            tried.append(how["min_dist"])
            width = widths[len(tried) - 1]
            return np.stack([vectors[:, 0], vectors[:, 0] + width * vectors[:, 1]], 1)

        monkeypatch.setattr(pipeline, "lay_out", spread_out)
        for widths, wanted, count in (
            ((0, 9, 9), 0.5, 2),
            ((9, 9, 9), 0.1, 1),
            ((0, 0.3, 0.1), 0.5, 3),
            ((0, 0, 0), 0.1, 3),
        ):
            tried.clear()
            points, min_dist = pipeline._filled(vectors, "start", 4)  # type: ignore[arg-type]
            assert (min_dist, tried) == (wanted, [0.1, 0.5, 0.9][:count])
            width = widths[[0.1, 0.5, 0.9].index(wanted)]
            assert np.array_equal(np.argsort(points[:, 1]), np.argsort(vectors[:, 0] + width * vectors[:, 1]))
            assert ((points >= 0) & (points < 1)).all() and len(np.unique(points[:, 0])) == 3000
            assert (len(bin_cells(points, 20).counts) >= 240) == (count < 3)

    def test_a_layer_begins_where_the_one_before_it_lies(self, tmp_path: File, monkeypatch: pytest.MonkeyPatch) -> None:
        starts: list[np.ndarray | None] = []

        def note(vectors: np.ndarray, start: np.ndarray | None, graph: Any, seed: int, **_: Any) -> np.ndarray:
            assert start is None or start.shape == (len(vectors), 2)
            assert graph.index.shape == (len(vectors), 15)
            starts.append(start)
            return np.random.default_rng(len(starts)).random((len(vectors), 2)).astype(np.float32)

        monkeypatch.setattr(pipeline, "lay_out", note)
        monkeypatch.setattr(pipeline, "MIN_DISTS", (0.1,))
        of, layers = tiny.network(tmp_path), ("early", "pool", "late")
        late = pipeline.placed(of, layers, IMAGES, "late", SEED)
        pool, early = (pipeline.placed(of, layers, IMAGES, path, SEED) for path in ("pool", "early"))
        assert len(starts) == 3 and starts[0] is None
        for start, before, after in ((starts[1], early, pool), (starts[2], pool, late)):
            assert start is not None
            both, here, there = np.intersect1d(after.kept, before.kept, return_indices=True)
            assert len(both) > 200 and np.array_equal(start[here], before.points[there])
        assert (late.neighbors, late.min_dist) == (15, 0.1) and late.seconds > 0 and late.peak_bytes >= 0

    def test_one_that_was_silent_before_begins_anywhere(self) -> None:
        points = np.full((3, 2), 0.25, np.float32)
        earlier = Placed(np.array([0, 2, 5]), points, 15, 0.1, 0.0, 0)
        start = pipeline._start(earlier, np.array([1, 2, 4, 5]), 6, 0)
        assert start[[1, 3]].tolist() == [[0.25, 0.25]] * 2
        assert ((start >= 0) & (start < 1)).all() and len(np.unique(start[[0, 2]])) == 4
        assert np.array_equal(start, pipeline._start(earlier, np.array([1, 2, 4, 5]), 6, 0))

    def test_after_a_silent_layer_one_begins_where_that_before_lies(
        self, tmp_path: File, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        starts: list[np.ndarray | None] = []
        monkeypatch.setattr(
            pipeline, "lay_out", lambda vectors, start, **how: (starts.append(start), flat(vectors, **how))[1]
        )
        monkeypatch.setattr(pipeline, "MIN_DISTS", (0.1,))
        net = tiny.Net()
        net.late.register_forward_hook(lambda _module, _inputs, output: 0 * output)
        of, layers = tiny.network(tmp_path, net), ("early", "late", "second")
        second = pipeline.placed(of, layers, IMAGES, "second", SEED)
        early = pipeline.placed(of, layers, IMAGES, "early", SEED)
        both, here, there = np.intersect1d(second.kept, early.kept, return_indices=True)
        assert len(starts) == 2 and starts[0] is None
        assert starts[1] is not None and np.array_equal(starts[1][here], early.points[there]) and len(both) > 200

    def test_activations_and_their_mean(self) -> None:
        vectors = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float16)
        kept = np.array([3, 9, 40])
        found, mean = pipeline.centre(SimpleNamespace(vectors=vectors), kept)  # type: ignore[arg-type]
        assert found.dtype == np.float32 and np.array_equal(found, vectors[[3, 9, 40]])
        np.testing.assert_allclose(
            mean, [np.mean([float(vectors[row, i]) for row in kept]) for i in range(4)], rtol=1e-5
        )


def test_layers_stand_in_the_order_in_which_they_are_named(network: Network) -> None:
    atlas = map_layers(network, ["second", "late"], IMAGES, [4], 1, SEED)
    assert [layer.path for layer in atlas.layers] == ["second", "late"] and atlas.vivid.path == "late"


def test_the_finest_grids_have_no_vivid_icons(network: Network, atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "VIVID_FINEST", 4)
    assert [each.grid for each in map_layers(network, LAYERS, IMAGES, GRIDS, STEPS, SEED).vivid.levels] == [2, 4]
    monkeypatch.setattr(mapping, "VIVID_FINEST", 1)  # but the coarsest has
    assert [each.grid for each in map_layers(network, LAYERS, IMAGES, GRIDS, STEPS, SEED).vivid.levels] == [2]
