"""Fidelity against closed forms: perfect icons, icons dealt at random, and icons of nothing."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.cells import bin_cells, means, spread
from generators.articles.activation_atlas.analysis.inverting.fidelity import answers
from tests.articles.activation_atlas import tiny

GRID, D = 6, 40


def view(n: int = 4000, grid: int = GRID, noise: float = 0.3) -> Any:
    """A map on which all of a cell's members point much the same way."""
    random = np.random.default_rng(0)
    points = random.random((n, 2)).astype(np.float32)
    column, row = (points * grid).astype(int).T
    own = random.standard_normal((grid * grid, D))
    vectors = (own[row * grid + column] + noise * random.standard_normal((n, D)) + 3).astype(np.float32)
    cells = bin_cells(points, grid)
    return SimpleNamespace(cells=cells, vectors=vectors, mean=vectors.mean(0), means=means(cells, vectors))


def icons(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, tiny.SIDE, tiny.SIDE, 3), np.uint8)


def test_icons_that_activate_their_cells_means_are_perfect(tmp_path):
    seen, network, pictures = view(), tiny.network(tmp_path), icons(GRID**2)
    labels = answers(network, pictures)
    found = inverting.measure(network, pictures, seen.means, seen, labels, 0)
    assert found.n_cells == GRID**2 and found.grid == GRID
    for value in (found.cosine_mean, found.cosine_p10, found.retrieval_exact, found.retrieval_3x3):
        assert value == pytest.approx(1)
    assert found.label_agreement == 1
    stretched = seen.mean + 7 * (seen.means - seen.mean)  # only the direction counts
    again = inverting.measure(network, pictures, stretched, seen, labels, 0)
    assert again.cosine_mean == pytest.approx(1) and again.retrieval_exact == 1


def test_icons_dealt_at_random_reach_chance(tmp_path):
    seen, network = view(), tiny.network(tmp_path)
    labels = np.random.default_rng(1).integers(0, 3, GRID**2)
    found = []
    for seed in range(40):
        order = np.random.default_rng(seed).permutation(GRID**2)
        pictures = icons(GRID**2)[order]
        found.append(inverting.measure(network, pictures, seen.means[order], seen, labels, 0))
    mean = {name: np.mean([getattr(each, name) for each in found]) for name in vars(found[0])}
    own = 1 / GRID**2
    assert mean["cosine_mean"] == pytest.approx(own + (1 - own) * mean["cosine_chance"], abs=0.02)
    assert mean["retrieval_exact"] == pytest.approx(found[0].retrieval_chance, abs=0.02)
    assert mean["retrieval_3x3"] == pytest.approx(found[0].retrieval_3x3_chance, abs=0.03)
    assert mean["label_agreement"] == pytest.approx(found[0].label_chance, abs=0.03)


def test_chance_levels_are_their_closed_forms(tmp_path):
    seen, network = view(), tiny.network(tmp_path)
    labels = np.arange(GRID**2) % 3
    found = inverting.measure(network, icons(GRID**2), seen.means, seen, labels, 0)
    assert found.retrieval_chance == pytest.approx(1 / GRID**2)
    a_side = (3 * GRID - 2) / GRID**2  # neighbours along one axis, over pairs
    assert found.retrieval_3x3_chance == pytest.approx(a_side**2)
    told = answers(network, icons(GRID**2))
    by_class = [(told == each).mean() * (labels == each).mean() for each in range(3)]
    assert found.label_chance == pytest.approx(sum(by_class))
    centred = seen.means - seen.mean
    pairs = np.corrcoef(np.c_[centred, -centred])  # rows of mean 0: their correlation is their cosine
    assert found.cosine_chance == pytest.approx(pairs[~np.eye(len(pairs), dtype=bool)].mean(), abs=1e-5)


def test_spread_is_that_of_the_cells_and_falls_to_little_when_members_are_dealt(tmp_path):
    for noise in (0.1, 1.0):
        seen = view(noise=noise)
        found = inverting.measure(tiny.network(tmp_path), icons(GRID**2), seen.means, seen, np.zeros(GRID**2), 0)
        assert found.spread_mean == pytest.approx(1 / np.sqrt(1 + noise**2), abs=0.03)
        assert found.spread_chance == pytest.approx(1 / np.sqrt(len(seen.vectors) / GRID**2), abs=0.03)


def test_a_neighbour_counts_within_3x3_and_not_exactly(tmp_path):
    seen = view()
    columns, rows = seen.cells.columns.astype(int), seen.cells.rows.astype(int)
    beside = rows * GRID + np.where(columns < GRID - 1, columns + 1, columns - 1)
    far = (rows + 3) % GRID * GRID + columns
    network, labels = tiny.network(tmp_path), np.zeros(GRID**2)
    for other, near in ((beside, 1), (far, 0)):
        found = inverting.measure(network, icons(GRID**2), seen.means[other], seen, labels, 0)
        assert (found.retrieval_exact, found.retrieval_3x3) == (0, near)


def test_cells_and_icons_without_a_direction(tmp_path):
    seen, network = view(), tiny.network(tmp_path)
    seen.means[2] = seen.mean
    activated = seen.means.copy()
    activated[5] = seen.mean
    found = inverting.measure(network, icons(GRID**2), activated, seen, np.full(GRID**2, -1), 0)
    assert found.n_cells == GRID**2
    assert found.cosine_mean == pytest.approx(1 - 1 / (GRID**2 - 1))
    assert found.retrieval_exact == pytest.approx(1 - 1 / (GRID**2 - 1))
    assert np.isnan(found.label_agreement) and np.isnan(found.label_chance)


def test_a_cell_that_holds_all_has_no_direction(tmp_path):
    seen = view(n=60, grid=1)
    found = inverting.measure(tiny.network(tmp_path), icons(1), seen.means + 1, seen, np.zeros(1), 0)
    assert found.n_cells == 1 and np.isnan([found.cosine_mean, found.cosine_p10, found.retrieval_exact]).all()


def test_a_network_answers_an_icon_of_its_size_as_it_is_and_a_small_one_amid_its_reflections(tmp_path):
    network = tiny.network(tmp_path)
    slope = np.linspace(0, 1, tiny.SIDE)[:, None, None] * np.ones((1, tiny.SIDE, 1))
    tint = np.random.default_rng(0).random((200, 1, 1, 3))
    whole = (255 * np.abs(tint - slope)).astype(np.uint8)
    mean, std = (torch.tensor(each)[:, None, None] for each in (tiny.MEAN, tiny.STD))

    def told(pictures: np.ndarray) -> list[int]:
        return network.module((torch.from_numpy(pictures).movedim(-1, 1) / 255 - mean) / std).argmax(1).tolist()

    assert answers(network, whole).tolist() == told(whole)
    small = whole[:, :4, :4]
    twice = np.concatenate([small[:, ::-1], small, small[:, ::-1]], 1)
    tiled = np.concatenate([twice[:, :, ::-1], twice, twice[:, :, ::-1]], 2)
    assert answers(network, small).tolist() == told(np.ascontiguousarray(tiled))


def test_the_tenth_percentile_is_of_the_worst_icons(tmp_path):
    seen, random = view(), np.random.default_rng(0)
    centred = seen.means - seen.mean
    activated = seen.mean + centred + random.uniform(0, 3, (GRID**2, 1)) * random.standard_normal(centred.shape)
    found = inverting.measure(tiny.network(tmp_path), icons(GRID**2), activated, seen, np.zeros(GRID**2), 0)
    away = activated - seen.mean
    close = (away * centred).sum(1) / np.linalg.norm(away, axis=1) / np.linalg.norm(centred, axis=1)
    assert (found.cosine_mean, found.cosine_p10) == pytest.approx((close.mean(), np.quantile(close, 0.1)), abs=1e-5)


def test_cells_without_a_label_are_asked_nothing(tmp_path):
    seen, network = view(), tiny.network(tmp_path)
    tints = np.random.default_rng(0).integers(0, 256, (GRID**2, 1, 1, 3), np.uint8)
    pictures = np.broadcast_to(tints, (GRID**2, tiny.SIDE, tiny.SIDE, 3)).copy()
    labels = answers(network, pictures)
    assert len(set(labels.tolist())) > 2
    labels[:9] = -1
    assert inverting.measure(network, pictures, seen.means, seen, labels, 0).label_agreement == 1


def test_members_agree_in_the_mean_over_cells_however_many_each_holds(tmp_path):
    seen = view(noise=1.0)
    cell = seen.cells.member
    few = np.flatnonzero((cell % 2 == 0) | (np.arange(len(cell)) % 12 == 0))  # of every second cell a twelfth
    points = np.stack([seen.cells.columns, seen.cells.rows], 1)[cell[few]] / GRID + 0.5 / GRID
    cells = bin_cells(points.astype(np.float32), GRID)
    one = SimpleNamespace(cells=cells, vectors=seen.vectors[few], mean=seen.mean, means=means(cells, seen.vectors[few]))
    found = inverting.measure(tiny.network(tmp_path), icons(GRID**2), one.means, one, np.zeros(GRID**2), 0)
    by_cell = spread(cells, one.vectors, one.mean)
    assert (
        found.spread_mean == pytest.approx(by_cell.mean()) != pytest.approx(np.average(by_cell, weights=cells.counts))
    )
