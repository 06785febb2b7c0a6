"""The atlas, its tables and its numbers, drawn of results that nobody measured: every number is where it belongs."""

import dataclasses
import re
from math import nan

import numpy as np
import pytest

from generators.articles.activation_atlas.facts.atlas import atlas as facts
from generators.articles.activation_atlas.facts.through import through as through_facts
from generators.articles.activation_atlas.figures.atlas import atlas as draw
from generators.articles.activation_atlas.figures.atlas import layer_map
from generators.articles.activation_atlas.figures.fidelity import fidelity, layouts
from generators.articles.activation_atlas.figures.through import through
from generators.articles.activation_atlas.results.atlas import Atlas, Landmark, Level, MappedLayer, Path
from generators.articles.activation_atlas.results.fidelity import Fidelity, LayoutQuality
from generators.articles.activation_atlas.results.through import Stage, Through
from generators.drawing.atlas import check_atlas
from generators.drawing.pictured import check_pictures

LABELS = ("cat", "great white shark", "<b>x</b>", "Ära")
PATHS = ("layer1.0", "layer2")
GRIDS = (8, 18, 40)


def level(grid: int, n_patches: int, random: np.random.Generator) -> Level:
    """Twenty cells of a grid."""
    n = 20
    places = np.sort(random.choice(grid**2, n, replace=False))
    return Level(
        grid,
        (places % grid).astype(np.int16),
        (places // grid).astype(np.int16),
        random.integers(5, 90, n).astype(np.int32),
        random.uniform(-0.2, 1.2, n).astype(np.float32),
        random.normal(size=(n, 3)).astype(np.float16),
        np.where(random.random((n, 5)) < 0.7, random.integers(0, 4, (n, 5)), -1).astype(np.int16),
        random.normal(size=(n, 5)).astype(np.float32),
        np.array([[1, 0, -1]] * (n - 1) + [[-1, -1, -1]], np.int16),
        np.array([[0.625, 0.25, 0]] * n, np.float32),
        random.integers(0, 256, (n, 6, 6, 3), np.uint8),
        random.uniform(-1, 1, n).astype(np.float32),
        random.integers(-1, n_patches, (n, 5)).astype(np.int32),
    )


def scores(grid: int, shift: float) -> Fidelity:
    return Fidelity(grid, 20, *(shift + each / 100 for each in range(1, 12)))


def layer(path: str, shift: float, objective: str = "faithful") -> MappedLayer:
    random = np.random.default_rng(int(10 * shift))
    return MappedLayer(
        path,
        objective,
        64,
        3000,
        2950,
        17,
        False,
        random.integers(0, 9, (64, 64)).astype(np.uint16),
        tuple(level(grid, 7, random) for grid in GRIDS),
        random.integers(0, 256, (7, 5, 5, 3), np.uint8),
        np.array([0, 1, 2, 3, -1, 0, 1], np.int16),
        tuple(scores(grid, shift + grid / 1000) for grid in GRIDS),
        LayoutQuality("umap", 3000, 0.98 + shift / 100, 0.97, 0.4, 0.005, 391),
        12.5,
        2**30,
    )


def made(labels: tuple[str, ...] = LABELS, refused: tuple[str, ...] = ()) -> Atlas:
    marks = tuple(Landmark(index, label, 3, 6, 18) for index in range(2) for label in range(len(labels)))
    path = Path(1, 2, 1, 0, np.array([0, 4, 9], np.int32), 0.7, 0.1)
    layers, vivid = (layer(PATHS[0], 0.1), layer(PATHS[1], 0.2)), layer(PATHS[1], 0.3, "vivid")
    return Atlas(layers, vivid, labels, np.array([0, 1, 3], np.int16), marks, (path,), refused)


def test_the_drawing_is_one_that_can_be_shown_and_begins_with_the_last_layer() -> None:
    drawing = draw(made())
    check_atlas(drawing)
    assert drawing.start == 1 and drawing.labels == LABELS and drawing.classes == [0, 1, 3]
    assert [each.title for each in drawing.maps] == [*PATHS, "layer2, vivid"]
    assert drawing.value == "attribution, in logits"


def test_levels_hold_the_results_numbers() -> None:
    result = made().layers[0]
    drawn = layer_map(result, LABELS)
    assert np.array_equal(drawn.density, result.density) and np.array_equal(drawn.examples, result.patches)
    assert drawn.example_labels == ["cat", "great white shark", "<b>x</b>", "Ära", "", "cat", "great white shark"]
    for one, level_ in zip(drawn.levels, result.levels, strict=True):
        for name, other in {
            "grid": "grid", "columns": "columns", "rows": "rows", "counts": "counts", "pictures": "icons",
            "values": "attribution", "top": "top", "top_values": "top_values", "examples": "nearest",
        }.items():  # fmt: skip
            assert np.array_equal(getattr(one, name), getattr(level_, other)), name
        assert np.array_equal(one.sureness, level_.spread.clip(0, 1))
        assert [each["members agree"] for each in one.about] == pytest.approx(level_.spread.tolist())
        assert [each["icon keeps"] for each in one.about] == pytest.approx(level_.icon_cosine.tolist())
        assert [each["true classes"] for each in one.about] == ["great white shark 62%, cat 25%"] * 19 + ["unknown"]


def test_a_map_says_what_it_is_of_in_one_sentence() -> None:
    said = layer_map(layer("a", 0.1), LABELS).said
    assert said == (
        "2,950 activations of 64 neurons, one a picture; each position sees 17 pixels a side; 20 cells at the finest "
        "grid."
    )


def test_landmarks_lead_to_the_middle_of_the_cells_about_them_that_speak_for_their_class() -> None:
    result = made()
    points = draw(result).points
    assert [point.name for point in points] == [
        "cat-layer1-0", "great-white-shark-layer1-0", "b-x-b-layer1-0", "ra-layer1-0",
        "cat", "great-white-shark", "b-x-b", "ra",
    ]  # fmt: skip
    assert [point.words for point in points] == list(LABELS) * 2
    assert [point.map for point in points] == [0] * 4 + [1] * 4
    for point, mark in zip(points, result.landmarks, strict=True):
        seen = result.layers[mark.layer].levels[1]
        cells = {(3, 6)}
        for column, row, (first, *_) in zip(seen.columns, seen.rows, seen.top, strict=True):
            if first == mark.label and max(abs(column - 3), abs(row - 6)) <= 18 / point.scale / 2:
                cells.add((int(column), int(row)))
        columns, rows = zip(*cells, strict=True)
        middle = (sum(columns) / len(cells) + 0.5) / 18, (sum(rows) / len(cells) + 0.5) / 18
        assert (point.x, point.y) == pytest.approx(middle) and point.scale == 5
    assert len({(point.x, point.y) for point in points}) > 1


@pytest.mark.parametrize(
    "labels",
    [("猫", "犬", "鳥", ""), ("a b", "a-b", "A_B", "b"), ("a", "a ", "b", "a"), ("x", "x layer1.0", "-", "x-")],
)
def test_landmarks_have_names_of_their_own_whatever_classes_are_called(labels: tuple[str, ...]) -> None:
    drawing = draw(made(labels))
    check_atlas(dataclasses.replace(drawing, labels=LABELS))
    names = [point.name for point in drawing.points]
    assert len(set(names)) == len(names) == 2 * len(labels)
    assert all(re.fullmatch("[a-z0-9-]+", name) for name in names)


@pytest.mark.parametrize(("cells", "words"), [([3, 4], "in 1 step"), ([3, 4, 5, 9], "in 3 steps")])
def test_a_path_says_where_it_leads(cells: list[int], words: str) -> None:
    result = made()
    path = dataclasses.replace(result.paths[0], cells=np.array(cells, np.int32))
    (drawn,) = draw(dataclasses.replace(result, paths=(path,))).paths
    assert drawn.words == f"From great white shark to cat {words}"
    assert (drawn.map, drawn.level, drawn.cells) == (1, 2, cells)


def test_icons_are_scored_level_by_level_with_chance_below() -> None:
    result = made()
    table = fidelity(result)
    assert len(table.rows) == 2 * 3 * len(GRIDS)
    measured = [each for one in (*result.layers, result.vivid) for each in one.fidelity]
    paths = [title for title in (*PATHS, "layer2, vivid") for _ in GRIDS]
    for one, path, kept, chance in zip(measured, paths, table.rows[::2], table.rows[1::2], strict=True):
        grid = f"{one.grid} × {one.grid}"
        assert (kept["layer"], kept["grid"], kept["cells"]) == (path, grid, 20)
        assert (chance["layer"], chance["grid"], chance["cells"]) == (path, grid, "chance")
        assert [kept[name] for name in list(kept)[3:]] == [
            one.cosine_mean, one.cosine_p10, one.retrieval_exact, one.retrieval_3x3, one.label_agreement,
            one.spread_mean,
        ]  # fmt: skip
        assert [chance[name] for name in list(chance)[3:]] == [
            one.cosine_chance, None, one.retrieval_chance, one.retrieval_3x3_chance, one.label_chance,
            one.spread_chance,
        ]  # fmt: skip
        assert list(kept) == list(chance) and {*table.formats} <= {*kept}


def test_layouts_are_scored_layer_by_layer() -> None:
    table = layouts(made())
    assert [list(row.values()) for row in table.rows] == [
        [path, 2950, 0.98 + shift / 100, 0.97, 0.4, 0.005, 391] for path, shift in zip(PATHS, (0.1, 0.2), strict=True)
    ]
    assert {*table.formats} <= {*table.rows[0]}


def test_facts_are_named_by_layer_and_grid_and_the_last_layer_needs_no_name() -> None:
    result = made(refused=("one.", "two."))
    said = facts(result)
    assert (said["n_layers"], said["n_classes"], said["n_icons"], said["finest_grid"]) == (2, 4, 120, 40)
    assert (said["refused_1"], said["refused_2"], said["layer"]) == ("one.", "two.", "layer2")
    first, last = result.layers
    for one, prefix in ((first, "layer1_0_"), (last, "layer2_"), (last, "")):
        for measured in one.fidelity:
            for name, field in {"icon_cosine_mean": "cosine_mean", "icon_cosine_p10": "cosine_p10"}.items():
                assert said[f"{prefix}grid_{measured.grid}_{name}"] == getattr(measured, field)
        usual = one.fidelity[1]
        assert usual.grid == 18
        for name in (
            "retrieval_exact",
            "retrieval_3x3",
            "retrieval_chance",
            "label_agreement",
            "spread_mean",
            "n_cells",
        ):
            assert said[prefix + name] == getattr(usual, name), name
        assert said[prefix + "icon_cosine_mean"] == usual.cosine_mean
        assert said[prefix + "icon_cosine_chance"] == usual.cosine_chance
        assert said[prefix + "trustworthiness"] == said[prefix + "layout_trustworthiness"] == one.layout.trustworthiness
        assert (said[prefix + "n_images"], said[prefix + "n_placed"], said[prefix + "n_units"]) == (3000, 2950, 64)
        assert (said[prefix + "seconds"], said[prefix + "peak_bytes"]) == (12.5, 2**30)
        assert (said[prefix + "receptive_px"], said[prefix + "icon_px"]) == (17, 6)
    assert said["vivid_icon_cosine_mean"] == result.vivid.fidelity[1].cosine_mean
    assert (said["path_start"], said["path_end"], said["path_cells"]) == ("great white shark", "cat", 3)
    assert (said["path_cosine_least"], said["path_cosine_chance"]) == (0.7, 0.1)


def test_a_number_that_is_none_is_no_fact() -> None:
    result = made()
    last = dataclasses.replace(
        result.layers[1],
        fidelity=tuple(dataclasses.replace(each, label_agreement=nan) for each in result.layers[1].fidelity),
    )
    said = facts(dataclasses.replace(result, layers=(result.layers[0], last), paths=()))
    assert (
        "label_agreement" not in said
        and "layer2_grid_40_label_agreement" not in said
        and "layer1_0_label_agreement" in said
    )
    assert not any(name.startswith(("path_", "refused_")) for name in said)
    assert all(isinstance(each, str | int | float) for each in said.values())


def followed() -> Through:
    """An early layer with small icons and patches, a late one with larger ones; one cell fewer there."""
    random = np.random.default_rng(0)

    def pictures(n: int, px: int) -> np.ndarray:
        return random.integers(0, 256, (n, px, px, 3), np.uint8)

    early = Stage(
        "layer1.0",
        pictures(3, 4),
        pictures(3, 2),
        np.array([3, 2, 1.5]),
        np.array([0.5, 0.25, 0]),
        0.3,
        0.6,
        ("cat", "", "dog"),
    )
    late = Stage(
        "layer2", pictures(2, 8), pictures(2, 8), np.array([9, 8]), np.array([1, 0.994]), 0.99, 1.0, ("dog", "dog")
    )
    return Through("dog", 0.125, (early, late))


def test_a_class_is_followed_row_by_row() -> None:
    found = followed()
    drawing = through(found)
    assert check_pictures(drawing).shape == (10, 8, 8, 3)
    assert drawing.rows == [("layer1.0", 3), ("layer1.0, real", 3), ("layer2", 2), ("layer2, real", 2)]
    early, late = found.stages
    parts = np.split(drawing.pictures, [3, 6, 8])
    wanted = (
        np.kron(early.icons, np.ones((1, 2, 2, 1), int)),
        np.kron(early.patches, np.ones((1, 4, 4, 1), int)),
        late.icons,
        late.patches,
    )
    assert all(np.array_equal(part, each) for part, each in zip(parts, wanted, strict=True))
    assert drawing.captions == ["", "", "", "50%", "25%", "0%", "", "", "100%", "99%"]
    assert [each["layer"] for each in drawing.about] == ["layer1.0"] * 6 + ["layer2"] * 4
    assert [each["what"] for each in drawing.about] == ["icon"] * 3 + ["real patch"] * 3 + ["icon"] * 2 + [
        "real patch"
    ] * 2
    assert [each["attribution"] for each in drawing.about] == [3, 2, 1.5] * 2 + [9, 8] * 2
    assert [each["share of the class"] for each in drawing.about] == [0.5, 0.25, 0] * 2 + [1, 0.994] * 2
    assert [each["most frequent class"] for each in drawing.about] == ["cat", "", "dog"] * 2 + ["dog"] * 4


def test_the_class_in_numbers() -> None:
    assert through_facts(followed()) == {
        "label": "dog", "chance": 0.125, "n_cells": 3,
        "layer1_0_share": 0.3, "layer1_0_share_spoken": 0.6, "layer2_share": 0.99, "layer2_share_spoken": 1.0,
    }  # fmt: skip
