"""The patch search: what the map promises in closed form, and what pasting does where it can be told beforehand."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from generators.articles.activation_atlas.analysis.search import cue, pairs, pasting, searching, stitches, trials
from generators.articles.activation_atlas.analysis.search.ranking import Promises, promises
from generators.articles.activation_atlas.analysis.search.trials import Trial
from generators.articles.activation_atlas.results.search import BEST, CORNERS, DRAWN, THIRD, Search
from generators.datasets import Dataset, Split, texture_set, textures
from generators.datasets.examples import Generated
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.patches import wilson
from tests.articles.activation_atlas import coloured, tiny
from tests.articles.activation_atlas.coloured import BLUE, GREEN, LABELS, PATH, RED, SIDE, STRENGTH, WHITE


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return coloured.network(tmp_path)


@pytest.fixture
def on_the_map() -> Iterator[pytest.MonkeyPatch]:
    """Let the search look at the coloured map, its icons of one green."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "look", lambda network, *_: coloured.view(network))
        green = np.full((16, SIDE, SIDE, 3), (20, 230, 20), np.uint8)
        patch.setattr(searching, "level", lambda *_: SimpleNamespace(level=SimpleNamespace(icons=green)))
        yield patch


def search(network: Network, source: str = "blue", target: str = "red", **other) -> Search:
    asked = {"grid": 4, "steps": 1, "cells": 6, "n": 12, "pairs": 3, "pair_n": 4, "shown": 2, "seed": 0} | other
    return searching.search_patch(network, [PATH], 160, PATH, source, target, **asked)


def random_promises(seed: int, cells: int = 9, classes: int = 5) -> Promises:
    draw = np.random.default_rng(seed)
    truth = draw.dirichlet(np.ones(classes) / 4, cells).astype(np.float32)
    own = draw.normal(0, 1, (classes, classes)) + 3 * np.eye(classes)
    return Promises(np.arange(classes), draw.normal(0, 1, (cells, classes)), own, truth)


# what the map promises


@pytest.mark.parametrize("seed", range(3))
def test_a_patch_of_the_share_that_a_cell_needs_makes_source_and_target_equal(seed):
    promised = random_promises(seed)
    for source, target in ((0, 1), (3, 2)):
        need = promised.needs(source, target)
        moves = promised.cells[:, target] - promised.cells[:, source]
        assert np.isinf(need[moves <= 0]).all()
        for cell in np.flatnonzero(moves > 0):
            mixed = (1 - need[cell]) * promised.own[source] + need[cell] * promised.cells[cell]
            if promised.own[source, source] > promised.own[source, target]:
                assert mixed[source] == pytest.approx(mixed[target])
            else:
                assert need[cell] == 0
        assert (np.diff(need[np.argsort(-moves)][: (moves > 0).sum()]) >= 0).all()


def test_promises_are_means_over_members_and_over_pictures_that_are_named_rightly(network):
    view = coloured.view(network)
    wrong = view.found.answers.copy()
    wrong[::3] = RED
    view = dataclasses.replace(view, found=dataclasses.replace(view.found, answers=wrong))
    promised = promises(view, 4)
    attribution = view.gathered.attribution.astype(float)
    for label in range(4):
        rows = [i for i in range(len(wrong)) if view.found.truth[i] == label == wrong[i]]
        np.testing.assert_allclose(promised.own[label], attribution[rows].mean(0), rtol=1e-3)
    for cell in range(len(view.cells.counts)):
        members = np.flatnonzero(view.cells.member == cell)
        np.testing.assert_allclose(promised.cells[cell], attribution[members].mean(0), rtol=1e-3)
        shares = [np.mean(view.found.truth[members] == label) for label in range(4)]
        np.testing.assert_allclose(promised.truth[cell], shares, rtol=1e-6)


def test_a_cell_may_speak_for_two_classes_or_for_another_than_its_own_or_be_of_a_third():
    cells = np.array([[1.0, 0.6, 0.1], [1.0, 0.4, 0.1], [-1, -2, -3], [0.1, 2, 0.2]])
    truth = np.array([[1, 0, 0], [0, 0.05, 0.95], [1, 0, 0], [0, 0, 1]], float)
    promised = Promises(np.arange(3), cells, np.eye(3), truth)
    assert promised.two_classes().tolist() == [True, False, False, False]
    assert promised.other_class().tolist() == [False, True, False, True]
    assert promised.strangers(0, 1).tolist() == [False, True, False, True]


@pytest.mark.parametrize("seed", range(4))
def test_of_other_pairs_the_least_needs_are_tried_each_target_once_and_some_by_chance(seed):
    promised = random_promises(seed, cells=12)
    found, n_pairs = pairs.candidates(promised, 3, 0)
    assert n_pairs == 5 * 4
    for why in (BEST, THIRD):
        least = []
        for target in range(5):
            needs = [(promised.needs(source, target), source) for source in range(5) if source != target]
            allowed = [
                (need[cell], source, target, cell)
                for need, source in needs
                for cell in range(12)
                if why == BEST or promised.strangers(source, target)[cell]
            ]
            least.append(min(allowed, default=(np.inf,)))
        expected = [each for each in sorted(least)[:3] if np.isfinite(each[0])]
        mine = [(each.need, each.source, each.target, each.cell) for each in found if each.why == why]
        assert [each[0] for each in mine] == [each[0] for each in expected]
        assert len({each[2] for each in mine}) == len(mine)
        assert all(promised.needs(s, t)[cell] == need for need, s, t, cell in mine)
    drawn = [(each.source, each.target) for each in found if each.why == DRAWN]
    assert len(set(drawn)) == 3
    assert found == pairs.candidates(promised, 3, 0)[0] != pairs.candidates(promised, 3, 1)[0]


def test_classes_that_the_network_never_gets_right_are_no_source():
    promised = random_promises(0)
    promised.own[2] = np.nan
    found, n_pairs = pairs.candidates(promised, 30, 0)
    assert n_pairs == 4 * 4
    assert all(each.source != 2 for each in found)


# what is pasted


@pytest.mark.parametrize("side", [1, 4, 7, 9])
def test_squares_lie_about_their_place_and_within_the_picture(side):
    draw = np.random.default_rng(side)
    fields, middles = draw.random((40, 2, 9, 12)), draw.uniform(0, [8, 11], (40, 2))
    cut = pasting.cut(fields, middles, side)
    for field, (row, column), square in zip(fields, middles, cut, strict=True):
        begins = [(r, c) for r in range(9 - side + 1) for c in range(12 - side + 1)]
        apart = [max(abs(r + (side - 1) / 2 - row), abs(c + (side - 1) / 2 - column)) for r, c in begins]
        near = [begin for begin, far in zip(begins, apart, strict=True) if far <= min(apart) + 1e-9]
        assert any((square == field[:, r : r + side, c : c + side]).all() for r, c in near)


def test_the_middle_of_an_icon_is_cut_and_a_small_icon_repeated():
    icons = np.arange(36, dtype=np.uint8).reshape(1, 6, 6, 1)
    assert pasting.middles(icons, 2)[0, :, :, 0].tolist() == [[14, 15], [20, 21]]
    large = pasting.middles(icons, 10)[0, :, :, 0]
    assert (large[2:8, 2:8] == icons[0, :, :, 0]).all()
    assert (large[:4] == large[6:]).all()


def test_noise_fills_the_levels_and_smooth_noise_is_straight_between_its_points():
    white, smooth = (
        pasting.noise(50, 3, 9, is_smooth, torch.Generator().manual_seed(0)) for is_smooth in (False, True)
    )
    for noise in (white, smooth):
        assert noise.shape == (50, 3, 9, 9)
        assert 0 <= noise.min() < 0.1
        assert 0.9 < noise.max() <= 1
    bends = smooth.diff(dim=3).diff(dim=3).abs()
    assert bends[..., ::2].amax() < 1e-5  # 9 pixels, 5 points: every second is one
    assert bends[..., 1::2].mean() > 0.1


def test_an_effect_counts_what_the_network_says_of_each_size_and_corner(tmp_path):
    class Corner(nn.Module):
        """Says 1 where the upper left pixel is bright, or where more than a quarter of the picture is."""

        def forward(self, x):
            bright = 0.25 * x + 0.5
            sees = (bright[:, 0, 0, 0] > 0.5) | (bright.mean((1, 2, 3)) > 0.3)
            return torch.stack([torch.zeros(len(x)), 4.0 * sees - 2], 1)

    network = dataclasses.replace(coloured.network(tmp_path), module=Corner())
    black = torch.zeros(5, 3, SIDE, SIDE)
    white = [torch.ones(5, 3, side, side) for side in (4, 10)]
    white[0][3:] = 0  # two pictures get a small patch that shows nothing
    effect = Trial(network, black, 0, 1).effect(white)
    assert effect.turned.tolist() == [[3, 0, 0, 0], [5, 5, 5, 5]]
    assert [rate.share for rate in effect.fixed] == [3 / 4 / 5, 1.0]
    assert effect.anywhere.share == 1
    assert effect.fixed[1].low == pytest.approx(0.5655, abs=1e-4)  # Wilson's interval of 5 of 5
    high, low = torch.tensor([0.0, 2.0]).softmax(0)[1], torch.tensor([0.0, -2.0]).softmax(0)[1]
    np.testing.assert_allclose(effect.probability[0], [0.6 * high + 0.4 * low, *[low] * 3], rtol=1e-5)


# what is known of stitches


def test_thread_and_leather_change_places_as_the_renderer_would_do_it():
    index = textures.CLASSES.index("baseball") + len(textures.CLASSES) * np.arange(24)
    _, z = textures.sample(torch.from_numpy(index), texture_set.HELD_OUT)
    share, about = stitches.thread(index), textures.factors("baseball", z)
    assert share.min() >= 0 and share.max() <= 1
    other = z.clone()
    place = about["thread"].place
    other[:, place : place + 2] = torch.randn(24, 2, generator=torch.Generator().manual_seed(0)).clamp(-1.5, 1.5)
    change = textures.factors("baseball", other)["thread"].values - about["thread"].values
    painted = textures.render("baseball", z) + share[:, None] * change[:, :, None, None]
    true = textures.render("baseball", other)
    assert (painted - true).abs().mean() < 1e-4
    levels = textures.render("baseball", z)
    bare = stitches.bared(index, levels)
    red = (levels[:, 0] - levels[:, 1])[share > 0.3].mean()
    assert (bare[:, 0] - bare[:, 1])[share > 0.3].mean() < red / 4
    assert torch.equal(bare.movedim(1, -1)[share == 0], levels.movedim(1, -1)[share == 0])


def test_a_cue_is_known_of_rendered_baseballs_only(network):
    windows = pasting.Windows(network, coloured.view(network))
    assert cue.cue(windows, "red", 8) is None


# the whole search


@pytest.mark.usefixtures("on_the_map")
def test_the_search_finds_what_dazzles_and_counts_it(network):
    found = search(network)
    red, blue = (STRENGTH[RED] * 0.7 / 256, STRENGTH[BLUE] * 0.7 / 256)  # of a pixel of each colour: .9 − .1 − .1
    first = found.cells[0]
    assert first.truth == "red"
    assert first.moves == pytest.approx(red, rel=0.1)
    assert first.need == pytest.approx(blue / (blue + red), rel=0.1)
    assert [rate.share for rate in first.by_patch.fixed] == [0, 0, 1]  # 1/16 and 9/64 of the picture, then 1/4
    assert found.sizes == (4, 6, 8)
    assert found.covered == 0.25
    assert first.by_icon.fixed[-1].share == 0  # icons are green
    assert all(control.effect.anywhere.share == 0 for control in found.controls if control.name != "random cells")
    assert {cell.truth for cell in found.cells[:3]} == {"red"}
    assert (np.diff([cell.moves for cell in found.cells]) <= 0).all()
    assert (found.cue, found.patch_rank, found.n_pictures) == ("", 0, 12)
    assert found.pasted.after.shape == (2, len(found.pasted.kinds), 3, len(CORNERS), 2)
    reds = [pair for pair in found.pairs if pair.target == "red" and pair.why == BEST]
    assert [pair.cell.share for pair in reds] == [1.0]


@pytest.mark.usefixtures("on_the_map")
def test_no_patch_is_cut_from_a_picture_that_it_is_pasted_into(network, monkeypatch):
    pasted: list[np.ndarray] = []
    monkeypatch.setattr(searching, "pictures", lambda of, index: (pasted.append(index), original(of, index))[1])
    search(network, "red", "blue", cells=16)
    typical = coloured.view(network).nearest()
    assert not np.isin(pasted[0], typical).any()
    assert set(pasted[0] % 4) == {RED}


def test_nor_is_one_of_a_random_cell(network, on_the_map):
    strangers, drawn, pasted = pairs.strangers, [], []
    on_the_map.setattr(searching, "strangers", lambda *given: (drawn.append(strangers(*given)), drawn[-1])[1])
    on_the_map.setattr(searching, "pictures", lambda of, index: (pasted.append(index), original(of, index))[1])
    search(network, n=40)
    (rows,) = drawn
    assert len(rows) == 40 and not np.isin(coloured.view(network).found.index[rows], pasted[0]).any()


original = searching.pictures


def test_random_cells_are_none_of_those_tested():
    nearest = np.arange(20).reshape(10, 2)
    drawn = pairs.strangers(nearest, np.array([2, 5]), 6, 0)
    assert len(set(drawn)) == 6
    assert not np.isin(drawn, [4, 10]).any()
    assert len(pairs.strangers(nearest, np.arange(9), 5, 0)) == 5


# what cannot be searched


@pytest.mark.usefixtures("on_the_map")
@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("rde", "blue", "no class 'rde' in network 'tiny': did you mean 'red'"),
        ("red", "blux", "no class 'blux' in network 'tiny': did you mean 'blue'"),
        ("red", "red", "source and target are both 'red': name two"),
    ],
)
def test_a_pair_is_two_classes_that_there_are(network, source, target, said):
    with pytest.raises(UsageError, match=said):
        search(network, source, target)


@pytest.mark.usefixtures("on_the_map")
def test_a_source_needs_examples_that_are_named_rightly(tmp_path):
    whole = coloured.data()
    kept = whole.test.y != WHITE
    without = dataclasses.replace(
        whole, test=dataclasses.replace(whole.test, x=whole.test.x[kept], y=whole.test.y[kept])
    )
    with pytest.raises(UsageError, match="none of the 120 pictures of network 'tiny' shows 'white'"):
        search(coloured.network(tmp_path, without), "white", "red")
    blind = coloured.network(tmp_path)
    blind.module.head.weight.data[GREEN] = 0
    with pytest.raises(UsageError, match="names no picture of '<b>green</b>' rightly"):
        search(blind, LABELS[GREEN], "red")


# each number is of what it says


def test_squares_are_dealt_in_turn():
    squares = np.array([10, 20, 30], np.uint8)[:, None, None, None]
    assert (pasting.dealt(squares, 7) * 255).flatten().round().tolist() == [10, 20, 30, 10, 20, 30, 10]


def test_a_mean_over_corners_has_the_interval_of_the_nearest_whole_number():
    assert (trials.rate(3.75, 12).low, trials.rate(3.75, 12).high) == wilson(4, 12)


def test_other_pairs_are_pasted_into_pictures_that_no_patch_is_cut_from_and_noise_is_called_by_its_name(
    network, monkeypatch
):
    view, cut, pasted = coloured.view(network), [], []
    squares, red = pasting.Windows.squares, torch.tensor([0.9, 0.1, 0.1])[:, None, None]

    def noise(n: int, channels: int, side: int, is_smooth: bool, _random: torch.Generator) -> torch.Tensor:
        """White noise dazzles."""
        assert (channels, side) == (3, 8)
        return (0.0 if is_smooth else 1.0) * red.expand(n, 3, side, side)

    monkeypatch.setattr(
        pasting.Windows, "squares", lambda self, rows, sides: (cut.append(rows), squares(self, rows, sides))[1]
    )
    monkeypatch.setattr(pairs, "pictures", lambda of, index: (pasted.append(index), original(of, index))[1])
    monkeypatch.setattr(pairs, "noise", noise)
    promised = promises(view, 4)
    cell = int(promised.needs(BLUE, RED).argmin())
    promised = dataclasses.replace(promised, truth=np.roll(promised.truth, 2, 1))
    (pair,) = pairs.try_pairs(
        pasting.Windows(network, view), promised, [pairs.Candidate(BEST, BLUE, RED, cell, 0.1)], 8, 40, 0
    )
    assert (view.found.truth[np.concatenate(cut)] == BLUE).any()
    assert not np.isin(pasted[0], np.concatenate(cut)).any()
    assert (pair.cell.share, pair.white_noise.share, pair.smooth_noise.share) == (1, 1, 0)
    assert pair.random_cells.share < 1 and pair.truth == "blue"  # of the cell, as rolled


@pytest.mark.usefixtures("on_the_map")
def test_what_is_said_of_the_search_is_of_its_own_cell_class_and_control(network, on_the_map):
    view, asked = coloured.view(network), []
    kept = np.array([RED, BLUE, WHITE])
    gathered = dataclasses.replace(view.gathered, attribution=view.gathered.attribution[:, kept])
    view = dataclasses.replace(view, gathered=gathered, found=dataclasses.replace(view.found, classes=kept))
    icons = np.broadcast_to(np.arange(16, dtype=np.uint8)[:, None, None, None], (16, SIDE, SIDE, 3)).copy()
    strangers, red = pairs.strangers, torch.tensor([0.9, 0.1, 0.1])[:, None, None]
    on_the_map.setattr(searching, "look", lambda *_: view)
    on_the_map.setattr(searching, "level", lambda *_: SimpleNamespace(level=SimpleNamespace(icons=icons)))
    on_the_map.setattr(searching, "strangers", lambda *given: (asked.append(given[1]), strangers(*given))[1])
    on_the_map.setattr(
        searching, "noise", lambda n, c, side, smooth, _: (0.0 if smooth else 1.0) * red.expand(n, c, side, side)
    )
    on_the_map.setattr(Promises, "two_classes", lambda self: np.arange(16) < 3)
    on_the_map.setattr(Promises, "other_class", lambda self: np.arange(16) < 5)
    found = search(network, cells=16)
    at = {(int(x), int(y)): cell for cell, (x, y) in enumerate(zip(view.cells.columns, view.cells.rows, strict=True))}
    cells = [at[each.column, each.row] for each in found.cells]
    assert (found.n_two_classes, found.n_other_class) == (3, 5)
    assert asked[0].tolist() == cells
    assert [each.icon[0, 0, 0] for each in found.cells] == cells
    assert all(each.truth_share == 1 for each in found.cells)
    assert all(each.top[0] == each.truth for each in found.cells if each.truth != LABELS[GREEN])
    effect = {each.name: each.effect for each in found.controls}
    assert (effect["white noise"].fixed[-1].share, effect["smooth noise"].fixed[-1].share) == (1, 0)
    assert {each.patches.shape[1:] for each in found.controls} == {(8, 8, 3)}
    for kind in range(searching.PASTED_CELLS):
        assert np.array_equal(found.pasted.patches[-1][:, kind], found.cells[kind].patches[:2])
    x, y = network.dataset.test.x, network.dataset.test.y  # type: ignore[union-attr]
    blue = network.module(x[y == BLUE]).softmax(1).detach()
    assert found.before == pytest.approx(float(blue[:, RED].mean()), abs=0.01)
    assert found.before < 0.8 * float(blue[:, BLUE].mean())


@pytest.mark.usefixtures("on_the_map")
def test_the_first_cell_that_shows_the_cue_is_named_and_pasted_without_it(network, on_the_map):
    view, bared = coloured.view(network), []
    on_the_map.setattr(searching, "cue", lambda *_: None)
    plain = search(network, cells=4).cells
    at = [int(np.flatnonzero((view.cells.columns == each.column) & (view.cells.rows == each.row))[0]) for each in plain]
    of_class, member = view.found.truth == RED, view.cells.member
    shows = of_class & (np.arange(len(member)) % 3 == 0)  # a third, and all of the second cell
    shows |= member == at[1]
    on_the_map.setattr(searching, "cue", lambda *_: cue.Cue("a cue", of_class, shows))
    on_the_map.setattr(searching, "erased", lambda of, rows, sides: (bared.append(rows), of.squares(rows, sides))[1])
    found = search(network, cells=4)
    assert (found.cue, found.patch_rank) == ("a cue", 2)
    assert [each.cue_share for each in found.cells] == [shows[member == cell].mean() for cell in at]
    assert found.cue_share == shows[of_class].mean() < 1
    assert bared[0].tolist() == [row for row in view.nearest()[at[1]].tolist() if row >= 0]
    assert found.controls[-1].name == "stitches erased"


def baseballs(tmp_path: Path) -> pasting.Windows:
    """A map of eight baseballs and as many sharks; a position sees one pixel of 64 by 64."""
    number = [textures.CLASSES.index(name) for name in ("baseball", "shark")]
    truth = np.tile(number, 8)
    index = truth + len(textures.CLASSES) * np.arange(16)[::-1]
    x, y = texture_set.held_out(torch.arange(4))
    held, none = Split(x, y, x.numpy()), Split(x[:0], y[:0], x[:0].numpy())
    examples = Generated(10_000, texture_set.held_out)
    dataset = Dataset("textures", none, held, texture_set.LABELS, (), (0.5,), (0.25,), examples)
    network = tiny.network(tmp_path, coloured.Net(), dataset, example_shape=(3, 64, 64))
    places = np.random.default_rng(0).integers(1, 63, (16, 2))
    found = SimpleNamespace(index=index, truth=truth)
    view = SimpleNamespace(found=found, gathered=SimpleNamespace(path=PATH, places=places), kept=np.arange(2, 16))
    return pasting.Windows(network, view)  # type: ignore[arg-type]


def test_the_cue_is_what_thread_there_is_in_the_window_about_a_position(tmp_path):
    windows = baseballs(tmp_path)
    view, side = windows.view, 12
    known = cue.cue(windows, "baseball", side)
    assert known is not None and cue.cue(windows, "shark", side) is None
    balls = view.found.truth[view.kept] == view.found.truth[0]
    assert np.array_equal(known.of_class, balls) and 0 < known.shows.sum() < balls.sum()
    for shows, row in zip(known.shows[balls], view.kept[balls], strict=True):
        (share,) = stitches.thread(view.found.index[[row]]).numpy()
        top, left = (view.gathered.places[row] - side // 2 + 1).clip(0, 64 - side)
        assert shows == (share[top : top + side, left : left + side].mean() >= 0.05)
    assert not known.shows[~balls].any()


def test_of_a_window_whose_cue_is_erased_only_the_thread_is_another(tmp_path):
    windows, side = baseballs(tmp_path), 20
    rows = np.arange(2, 16, 2)
    (bare,), (real,) = cue.erased(windows, rows, (side,)), windows.squares(rows, (side,))
    share = stitches.thread(windows.view.found.index[rows])[:, None].numpy()
    thread = pasting.cut(share, windows.middles(rows), side)[:, 0]
    changed = (bare != real).any(-1)
    assert (thread > 0.3).any() and changed[thread > 0.3].all() and not changed[thread == 0].any()
