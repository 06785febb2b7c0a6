"""How an atlas is made: squares that are what a position sees, classes that lie apart, and panels that hold it all."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import steps as analysis
from generators.articles.activation_atlas.analysis.pictures import patches, pictures
from generators.articles.activation_atlas.facts import steps as facts
from generators.articles.activation_atlas.figures import embedded
from generators.articles.activation_atlas.figures import steps as figures
from generators.articles.activation_atlas.results.steps import Steps
from generators.drawing.checks import check
from tests.articles.activation_atlas import mapped


@pytest.mark.parametrize("path", ["early", "late"])
def test_a_square_is_the_patch_that_the_position_sees(tmp_path, path):
    net, places = mapped.network(tmp_path), np.array([[1, 1], [2, 4], [4, 1]])
    index = np.arange(len(places))
    levels, cut = pictures(net, index).numpy(), patches(net, path, index, places)
    for k, square in enumerate(analysis.squares(net, path, places, (12, 12))):
        left, top, right, bottom = np.rint(square * 12).astype(int)
        assert np.array_equal(levels[k, :, top:bottom, left:right].transpose(1, 2, 0), cut[k])


def test_named_classes_lie_close_together_and_apart_from_one_another():
    random = np.random.default_rng(0)
    middles = np.array([[0.1, 0.1], [0.9, 0.9], [0.1, 0.12], [0.5, 0.5]])
    widths = (0.01, 0.01, 0.012, 0.4)
    points = np.concatenate([m + w * random.normal(size=(30, 2)) for m, w in zip(middles, widths, strict=True)])
    classes = np.repeat(np.arange(4), 30)
    assert analysis.closest(points, classes, 1, 20) in ((0,), (1,))
    assert set(analysis.closest(points, classes, 2, 20)) in ({0, 1}, {1, 2}, {1, 3}, {0, 3})
    assert 1 in analysis.closest(points, classes, 3, 20)
    assert analysis.closest(points, classes, 3, 31) == ()


def test_where_truth_is_unknown_the_network_answers(tmp_path):
    found = mapped.view(mapped.network(tmp_path)).found
    assert analysis.answers(found)[1] and analysis.answers(found)[0] is found.truth
    asked = replace(found, truth=np.where(np.arange(mapped.N) == 5, -1, found.truth))
    assert analysis.answers(asked) == (found.answers, False)


@pytest.fixture
def result(tmp_path, monkeypatch) -> Steps:
    net = mapped.network(tmp_path)
    view = mapped.view(net)
    icons = np.random.default_rng(0).integers(0, 256, (len(view.cells.counts), 9, 9, 3)).astype(np.uint8)
    monkeypatch.setattr(analysis, "look", lambda *_: view)
    monkeypatch.setattr(analysis, "level", lambda *_: SimpleNamespace(level=SimpleNamespace(icons=icons)))
    return analysis.show_steps(net, ["late"], "late", mapped.N, 4, 2, 0)


def test_what_is_shown_first_are_the_first_points_of_the_map(result):
    assert result.pictures.shape[:1] == (10,) and len(result.points) == 270 and result.field == (6, 6)
    assert result.counts.sum() == 270


def test_every_panel_is_drawn_and_data_are_text(result):
    drawing = figures.steps(replace(result, labels=("<i>&",) * len(result.labels), path="<u>"))
    for svg in (drawing.svg, drawing.narrow):
        assert len(re.findall(r'data-step="\d"', svg)) == 7
        assert "<i>" not in svg and "<u>" not in svg
        addresses = re.findall(r'<image href="([^"]*)"', svg)
        assert len(addresses) == 3 and all(each.startswith("data:image/webp;base64,") for each in addresses)
        check("drawing", re.sub(r"<image [^>]*/>", "", svg))
    assert len(list(figures.said(result))) == len(list(figures.titles(result))) == 7
    assert sum(row["activations"] for row in drawing.rows) == result.counts.sum()
    assert json.dumps(list(figures.said(result)))


def test_a_board_has_each_icon_at_its_place(result):
    board = embedded.board(result.icons, result.columns, result.rows, result.grid)
    for icon, column, row in zip(result.icons, result.columns, result.rows, strict=True):
        part = board[9 * row : 9 * row + 9, 9 * column : 9 * column + 9]
        assert np.array_equal(part[..., :3], icon) and (part[..., 3] == 255).all()
    missing = embedded.board(result.icons[:1], result.columns[:1], result.rows[:1], result.grid)
    assert (missing[..., 3] == 255).sum() == 81


def test_pictures_stand_below_one_another_with_nothing_between():
    pictures = np.full((3, 4, 5, 1), 7, np.uint8)
    tower = embedded.column(pictures, 2)
    assert tower.shape == (16, 5, 4)
    assert np.flatnonzero(tower[:, 0, 3] == 0).tolist() == [4, 5, 10, 11]


def test_facts_count_what_is_shown(result):
    told = facts.steps(result)
    assert (told["n_positions"], told["n_placed"], told["n_cells"]) == (36, 270, 16)
    assert (
        told["fullest_cell"]
        == np.bincount((result.points[:, 1] * 4).astype(int) * 4 + (result.points[:, 0] * 4).astype(int)).max()
    )


def test_points_and_pictures_are_of_the_same_rows(tmp_path, result):
    net = mapped.network(tmp_path)
    view = mapped.view(net)
    first = view.kept[:10]
    assert np.array_equal(result.point_class, view.found.truth[view.kept])
    assert np.array_equal(result.pictures, pictures(net, view.found.index[first]).movedim(1, -1))
    assert np.array_equal(result.vectors, np.asarray(view.gathered.vectors[first], np.float32))
    assert np.array_equal(result.places, view.gathered.places[first])


def test_the_field_is_rows_and_columns_of_positions(tmp_path, monkeypatch):
    net = mapped.network(tmp_path)
    view = mapped.view(net, path="early")
    monkeypatch.setattr(analysis, "look", lambda *_: view)
    monkeypatch.setattr(analysis, "level", lambda *_: SimpleNamespace(level=SimpleNamespace(icons=None)))
    made = analysis.show_steps(net, ["early"], "early", mapped.N, 4, 2, 0)
    assert made.field == (12, 12) and made.n_units == 4 and made.receptive_px == 3


def test_a_class_of_just_enough_points_is_told_apart():
    points = np.random.default_rng(0).random((40, 2))
    assert analysis.closest(points, np.repeat([3, 5], 20)) == (3, 5)
    assert analysis.closest(points[:-1], np.repeat([3, 5], 20)[:-1]) == (3,)


def test_the_chosen_position_is_marked_in_its_row_and_column(result):
    one = replace(result, places=np.array([[4, 1]] * 10, np.int16))
    drawn = figures._seen(one, 0, 0, 0, 60, 60, 1)
    assert re.findall(r'c[xy]="([\d.]+)"', drawn) == ["15", "45"]


def test_the_legend_says_whose_classes_these_are(result):
    assert "True classes" in figures.steps(result).svg
    assert "The network’s answers" in figures.steps(replace(result, knows_truth=False)).svg


def test_names_stand_amid_their_points_and_every_point_is_drawn_once(result):
    random = np.random.default_rng(0)
    classes = (np.arange(1_500) % 2).astype(np.int16)
    points = (0.2 + 0.1 * random.random((1_500, 2)) + 0.5 * classes[:, None]).astype(np.float32)
    one = replace(result, points=points, point_class=classes, named=(0, 1), labels=("left", "right"), n_placed=4_000)
    places = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(left|right)<', "".join(figures._names(one, 100)))
    assert [(name, abs(float(x) - middle) < 1) for (x, _, name), middle in zip(places, (25, 75), strict=True)] == [
        ("left", True), ("right", True),
    ]  # fmt: skip
    drawn = figures._thousand(one, 100), figures._all(one, 100)
    assert [svg.count("h0") for svg in drawn] == [1_000, 500]
    assert facts.steps(one)["n_drawn"] == 1_500


def test_means_of_the_neurons_that_differ_stand_at_their_cells(result, monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "mosaic", lambda values, *_: (drawn.append(values), "")[1])
    means = np.zeros((2, 20), np.float32)
    means[:, 4:] = np.arange(1, 17) * np.array([[1], [-1]])
    one = replace(result, means=means, columns=np.array([1, 0]), rows=np.array([0, 3]), grid=4)
    figures._means(one, 100)
    (values,) = drawn
    block = np.arange(1, 17).reshape(4, 4)
    assert np.array_equal(values[0:4, 5:9], block) and np.array_equal(values[15:19, 0:4], -block)


@pytest.mark.parametrize("vector", [[-4.0, -2, 1, 0.5], [-4.0, -3, -2, -1], [0.0, 0, 0, 0]])
def test_activations_of_either_sign_are_as_dark_as_they_are_large(result, vector):
    one = replace(result, vectors=np.tile(np.array(vector, np.float32), (10, 1)))
    tones = [float(each) for each in re.findall(r'stroke-opacity="([^"]*)"', figures._ten(one, 100))]
    assert all(0 < each <= 1 for each in tones) and (not any(vector) or max(tones) > 0.8)
