"""Semantics against pixels: histograms and purity by closed forms, maps of pictures by hand, and figures."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from generators.articles.activation_atlas.analysis import pixels as analysis
from generators.articles.activation_atlas.analysis.picture_maps import picture_map
from generators.articles.activation_atlas.analysis.pictures import pictures
from generators.articles.activation_atlas.analysis.thumbnails import thumbnails
from generators.articles.activation_atlas.facts import pixels as facts
from generators.articles.activation_atlas.figures import pixels as figures
from generators.articles.activation_atlas.results.pixels import COLOURS, RAW, Pixels, Purity
from generators.drawing.atlas import check_atlas
from tests.articles.activation_atlas import mapped, tiny


def test_a_histogram_knows_how_much_there_is_of_a_colour_and_not_where():
    levels = tiny.levels(6)
    mixed = levels.flatten(2)[:, :, torch.randperm(144, generator=torch.Generator().manual_seed(0))].reshape(
        levels.shape
    )
    found = analysis.histograms(levels)
    assert found.shape == (6, 64) and np.allclose((found**2).sum(1), 1, atol=1e-5)
    assert np.array_equal(found, analysis.histograms(mixed))


def test_histograms_of_two_colours_overlap_by_the_shares_they_have_in_common():
    levels = torch.zeros(2, 3, 2, 2, dtype=torch.uint8)
    levels[0, 0, 0] = 255  # half red, half black
    levels[1, 0, 0, 0] = 200  # a quarter red, the rest black
    first, second = analysis.histograms(levels)
    assert first @ second == pytest.approx((0.5 * 0.25) ** 0.5 + (0.5 * 0.75) ** 0.5, abs=1e-6)


def test_grey_pictures_have_a_histogram_of_their_levels():
    levels = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    assert np.allclose(analysis.histograms(levels), 0.25)


def test_raw_pixels_lose_their_mean_only():
    levels = tiny.levels(5)
    assert np.allclose(analysis.coarse(levels).mean(0), 0, atol=1e-6)
    flat = levels.flatten(1).numpy() / 255
    assert np.allclose(analysis.coarse(levels), flat - flat.mean(0), atol=1e-5)


def test_nearest_are_those_of_all_angles():
    vectors = np.random.default_rng(0).normal(size=(700, 4)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    close = unit @ unit.T
    np.fill_diagonal(close, -2)
    expected = np.sort(np.argsort(-close, 1)[:, :15], 1)
    assert np.array_equal(np.sort(analysis.nearest(vectors), 1), expected)


def test_on_a_map_nobody_is_their_own_neighbour_even_where_many_lie_on_one_spot():
    points = np.repeat(np.random.default_rng(0).random((10, 2)), 20, 0)
    near = analysis.nearest_on_map(points)
    assert near.shape == (200, 15) and (near != np.arange(200)[:, None]).all()


def test_chance_is_the_share_of_pairs_that_agree():
    classes = np.array([0, 0, 0, 1, 1, 2])
    pairs = [(i, j) for i in range(6) for j in range(6) if i != j]
    assert analysis.by_chance(classes) == pytest.approx(np.mean([classes[i] == classes[j] for i, j in pairs]))


@pytest.mark.parametrize("seed", range(2))
def test_a_cell_shows_the_picture_nearest_to_its_middle(seed):
    random = np.random.default_rng(seed)
    points, classes = random.random((200, 2)).astype(np.float32), random.integers(0, 4, 200)
    pictures = np.arange(200, dtype=np.uint8)[:, None, None, None]
    made = picture_map("x", points, classes, np.arange(4), np.ones(200), pictures, [4, 8])
    assert made.density.sum() == 200
    for level in made.levels:
        assert level.counts.sum() == 200
        for cell, (column, row) in enumerate(zip(level.columns, level.rows, strict=True)):
            middle = (np.array([column, row]) + 0.5) / level.grid
            inside = np.flatnonzero((np.abs(points - middle) < 0.5 / level.grid).all(1))
            order = inside[np.argsort(((points[inside] - middle) ** 2).sum(1))]
            assert made.pictures[level.shown[cell]].item() == order[0]
            others = level.others[cell][level.others[cell] >= 0]
            assert made.pictures[others].ravel().tolist() == order[1:4].tolist()
            tally = np.bincount(classes[inside], minlength=4) / len(inside)
            assert np.allclose(level.shares[cell], tally, atol=1e-3)
            assert level.top_shares[cell, 0] == pytest.approx(tally.max())


@pytest.fixture
def result(tmp_path, monkeypatch) -> Pixels:
    net = mapped.network(tmp_path)
    view = mapped.view(net)
    monkeypatch.setattr(analysis, "collected", lambda *_: view.found)
    monkeypatch.setattr(analysis, "placed", lambda *_: SimpleNamespace(kept=view.kept, points=view.points))
    return analysis.compare_spaces(net, ["late"], ["late"], mapped.N, 120, [2, 4], 8, "pca", 0)


def test_random_classes_are_pure_by_chance_alone(result):
    assert result.n == 120 and [each.space for each in result.purities] == [RAW, COLOURS, "late"]
    assert all(
        abs(each.full - result.chance) < 0.05 and abs(each.on_map - result.chance) < 0.05 for each in result.purities
    )


def test_figures_hold_the_result_s_numbers(result):
    drawing = figures.picture_maps(result)
    check_atlas(drawing)
    assert [one.title for one in drawing.maps] == ["colours of the pixels", "layer late"] and drawing.beside
    figure = figures.purity(result)
    drawn = [list(trace.x) for trace in figure.data if trace.name]
    assert drawn == [[each.full for each in result.purities], [each.on_map for each in result.purities]]
    told = facts.pixels(result)
    assert told["late_purity"] == result.of("late").full and told["chance"] == result.chance


def test_every_space_and_map_is_of_the_same_pictures(tmp_path, monkeypatch):
    """Of those that every layer has on its map; each lies where its row of what was collected says."""
    net, random = mapped.network(tmp_path), np.random.default_rng(5)
    view = mapped.view(net)
    found = replace(view.found, layers={"late": view.gathered, "later": replace(view.gathered, path="later")})
    kept = {path: np.sort(random.choice(mapped.N, 250, replace=False)) for path in ("late", "later")}
    placed = {
        path: np.stack([rows / mapped.N, random.random(250)], 1).astype(np.float32) for path, rows in kept.items()
    }
    seen: list[tuple] = []
    monkeypatch.setattr(analysis, "collected", lambda *_: found)
    monkeypatch.setattr(
        analysis, "placed", lambda _n, _l, _i, path, _s: SimpleNamespace(kept=kept[path], points=placed[path])
    )
    monkeypatch.setattr(analysis, "_purities", lambda spaces, classes: (seen.append((spaces, classes)), ())[1])
    monkeypatch.setattr(analysis, "picture_map", lambda *given: seen.append(given))
    analysis.compare_spaces(net, ["late", "later"], ["late", "later"], mapped.N, 90, [2], 8, "pca", 0)
    (spaces, classes), by_colour, by_layer = seen
    rows = np.intersect1d(*kept.values())[:90]
    levels = pictures(net, found.index[rows])
    assert [each.name for each in spaces] == [RAW, COLOURS, "late", "later"]
    assert np.array_equal(spaces[0].vectors, analysis.coarse(levels))
    assert np.array_equal(spaces[1].vectors, analysis.histograms(levels))
    assert np.array_equal(classes, found.truth[rows])
    for space in spaces[2:]:
        assert np.array_equal(space.vectors, np.asarray(view.gathered.vectors, np.float32)[rows])
        np.testing.assert_allclose(space.points[:, 0], rows / mapped.N, rtol=1e-6)
    for given, space in ((by_colour, spaces[1]), (by_layer, spaces[-1])):
        name, points, of, _, purity, small, _ = given
        assert name == space.name and points is space.points and of is classes
        assert np.array_equal(purity, analysis._pure(analysis.nearest_on_map(points), classes))
        assert np.array_equal(small, thumbnails(levels, 8))


def test_purity_in_a_space_and_on_its_map_are_two_things():
    classes = np.arange(200) % 4
    random = np.random.default_rng(0)
    vectors = (9 * np.eye(4)[classes] + random.normal(size=(200, 4))).astype(np.float32)
    (told,) = analysis._purities([analysis.Space("x", vectors, random.random((200, 2)))], classes)
    assert told.full > 0.9 and told.on_map < 0.4 and told.dimensions == 4


def test_of_many_classes_the_most_frequent_are_kept():
    classes = np.repeat(np.arange(50), [1] * 10 + [3] * 40)
    assert analysis._most_frequent(classes, 60).tolist() == list(range(10, 50))


def test_a_cell_says_what_is_of_its_own_pictures():
    random = np.random.default_rng(0)
    points, classes, purity = random.random((90, 2)) ** (1, 2), random.integers(0, 5, 90), random.random(90)
    ids = np.arange(90, dtype=np.uint8)[:, None, None, None]
    made = picture_map("x", points, classes, np.arange(5), purity, ids, [6])
    edges = np.linspace(0, 1, 65)
    assert np.array_equal(made.density, np.histogram2d(points[:, 1], points[:, 0], (edges, edges))[0])
    assert np.array_equal(made.picture_class, classes[made.pictures.ravel()])
    (level,) = made.levels
    for cell, (column, row) in enumerate(zip(level.columns, level.rows, strict=True)):
        inside = ((points * 6).astype(int) == (column, row)).all(1)
        tally = np.bincount(classes[inside], minlength=5)
        there = [label for label in np.argsort(-tally, kind="stable")[:3].tolist() if tally[label]]
        assert level.top[cell].tolist() == [*there, -1, -1, -1][:3]
        assert level.purity[cell] == pytest.approx(purity[inside].mean())


def test_facts_and_figures_name_every_number_as_the_result_does(result):
    known = (Purity(RAW, 7, 0.2, 0.1), Purity(COLOURS, 64, 0.3, 0.25), Purity("late", 6, 0.96, 0.75))
    one = replace(result, purities=known, knows_truth=True)
    told = facts.pixels(one)
    assert (told["raw_pixels_purity"], told["raw_pixels_map_purity"], told["raw_pixels_dimensions"]) == (0.2, 0.1, 7)
    assert (told["latest"], told["latest_purity"], told["latest_map_purity"]) == ("late", 0.96, 0.75)
    said = [each.said for each in figures.picture_maps(one).maps]
    assert "25% of a picture’s 15 nearest on this map have the picture’s class" in said[0] and "75% of a" in said[1]
    assert "the network’s same answer" in figures.picture_maps(replace(one, knows_truth=False)).maps[0].said
