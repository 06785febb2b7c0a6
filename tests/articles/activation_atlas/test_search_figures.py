"""The drawings and facts of the search: what is drawn is what was counted, and text stays text."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from generators.articles.activation_atlas.facts.search import search as facts
from generators.articles.activation_atlas.figures import search as figures
from generators.articles.activation_atlas.results.search import (
    BEST,
    CORNERS,
    DRAWN,
    THIRD,
    Control,
    Effect,
    Pasted,
    Rate,
    Search,
    TriedCell,
    TriedPair,
)
from generators.drawing import files
from generators.drawing.gallery import check_gallery

LABELS = ("shark", "<b>ball</b>", "brick")
SIZES, SIDE, N = (2, 4), 8, 12


def rate(draw: np.random.Generator) -> Rate:
    low, share, high = np.sort(draw.random(3)).tolist()
    return Rate(share, low, high)


def effect(draw: np.random.Generator) -> Effect:
    turned = draw.integers(0, N + 1, (2, 4)).astype(np.int32)
    return Effect(turned, (rate(draw), rate(draw)), rate(draw), draw.random((2, 4)).astype(np.float32))


def squares(draw: np.random.Generator, *shape: int) -> np.ndarray:
    return draw.integers(0, 256, (*shape, 3), np.uint8)


def cell(draw: np.random.Generator, truth: str, **other) -> TriedCell:
    made: dict[str, Any] = {
        "column": 3,
        "row": 4,
        "count": 17,
        "moves": 0.4,
        "need": 0.3,
        "top": (LABELS[1], LABELS[2]),
        "top_values": (0.3, 0.2),
        "truth": truth,
        "truth_share": 0.9,
        "has_two": False,
        "cue_share": 0.8,
        "icon": squares(draw, 4, 4),
        "patches": squares(draw, 5, 4, 4),
        "by_patch": effect(draw),
        "by_icon": effect(draw),
    }
    return TriedCell(**(made | other))


def pair(draw: np.random.Generator, why: str, cell: Rate | None = None) -> TriedPair:
    names = ("brick", LABELS[1], LABELS[1])
    return TriedPair(why, *names, 0.4, 6, cell or rate(draw), rate(draw), rate(draw), rate(draw))


@pytest.fixture
def found() -> Search:
    draw = np.random.default_rng(0)
    kinds = ("cell 1", "cell 2", "white noise")
    pasted = Pasted(
        squares(draw, 2, SIDE, SIDE),
        draw.random((2, 2)).astype(np.float32),
        kinds,
        tuple(squares(draw, 2, 3, side, side) for side in SIZES),
        draw.random((2, 3, 2, 4, 2)).astype(np.float32),
        draw.integers(0, 3, (2, 3, 2, 4)).astype(np.int16),
    )
    controls = tuple(
        Control(name, squares(draw, 5, 4, 4), effect(draw)) for name in ("white noise", "smooth noise", "random cells")
    )
    cells = (cell(draw, "brick", has_two=True, cue_share=0.1), cell(draw, LABELS[1]))
    tested = tuple(pair(draw, why) for why in (BEST, BEST, THIRD, DRAWN))
    return Search(
        "shark", LABELS[1], "relu5", 20, 300, 9000, LABELS, N, SIZES, SIDE, 0.01, cells, controls, "stitching", 2, 0.6,
        50, 20, pasted, tested, 6,
    )  # fmt: skip


def test_rates_have_their_share_and_interval_for_cells_icons_and_controls(found):
    real, icon, control = figures.rates(found).data
    for trace, rates in (
        (real, [each.by_patch.fixed[-1] for each in found.cells]),
        (icon, [each.by_icon.fixed[-1] for each in found.cells]),
        (control, [each.effect.fixed[-1] for each in found.controls]),
    ):
        assert list(trace.x) == [each.share for each in rates]
        np.testing.assert_allclose(trace.x + np.array(trace.error_x.array), [each.high for each in rates])
        np.testing.assert_allclose(trace.x - np.array(trace.error_x.arrayminus), [each.low for each in rates])
    assert list(real.y) == ["1 brick", "2 &lt;b&gt;ball&lt;/b&gt;"]


def test_pairs_stand_where_the_map_and_the_pasting_say(found):
    line, *sorts = figures.pairs(found).data
    assert set(line.x) == {found.covered} == {0.25}
    for trace in sorts:
        mine = [each for each in found.pairs if each.why == trace.name]
        assert list(trace.x) == [each.need for each in mine]
        assert list(trace.y) == [each.cell.share for each in mine]
        assert trace.customdata[0][0] == "brick → &lt;b&gt;ball&lt;/b&gt;"


def test_tables_hold_every_cell_control_and_pair(found):
    rows = json.loads(files(figures.turned(found))["table.json"])
    values = [[each["value"] for each in row] for row in rows["rows"]]
    names = [each["name"] for each in rows["headings"]]
    assert names == ["rank", "patch", "speaks for", "must cover", "2 px", "4 px", "best place", "icon", "stitching"]
    first, second = found.cells
    assert values[0][:4] == [1, "brick", "<b>ball</b>, brick", first.need]
    assert values[1][2:7] == [
        "<b>ball</b>",
        second.need,
        *(x.share for x in (*second.by_patch.fixed,)),
        second.by_patch.anywhere.share,
    ]
    assert values[2][4:] == [
        *(x.share for x in found.controls[0].effect.fixed),
        found.controls[0].effect.anywhere.share,
        None,
        None,
    ]
    assert len(values) == 5
    listed = json.loads(files(figures.pair_table(found))["table.json"])["rows"]
    assert [row[5]["value"] for row in listed] == [each.cell.share for each in found.pairs]


def test_each_row_of_cells_has_its_icon_and_real_patches(found):
    drawn = figures.cells(found)
    assert drawn.rows == [
        ("1 brick", 5), ("2 <b>ball</b>", 5), ("white noise", 5), ("smooth noise", 5), ("random cells", 5),
    ]  # fmt: skip
    assert (drawn.pictures[5] == found.cells[1].icon).all()
    assert (drawn.pictures[6:10] == found.cells[1].patches[:4]).all()
    assert drawn.captions[5] == f"icon {100 * found.cells[1].by_icon.fixed[-1].share:.0f}%"
    assert drawn.about[6]["turned"] == found.cells[1].by_patch.fixed[-1].share


def test_pasted_pictures_wear_the_patch_in_their_corner_and_say_what_the_network_says(found):
    gallery = figures.pasted(found)
    check_gallery(gallery)
    assert gallery.questions[0].options == ["cell 1: brick", "cell 2: <b>ball</b>", "white noise"]
    assert gallery.start == 3  # the second cell has the cue; its largest patch
    for kind in range(3):
        for size, side in enumerate(SIZES):
            room = gallery.rooms[kind * len(SIZES) + size]
            for number in range(2):
                for corner, words in enumerate(CORNERS):
                    shown = room.pictures[number * 4 + corner]
                    rows = slice(0, side) if "upper" in words else slice(SIDE - side, SIDE)
                    columns = slice(0, side) if "left" in words else slice(SIDE - side, SIDE)
                    assert (shown[rows, columns] == found.pasted.patches[size][number, kind]).all()
                    outside = np.ones((SIDE, SIDE), bool)
                    outside[rows, columns] = False
                    assert (shown[outside] == found.pasted.pictures[number][outside]).all()
                    about = room.about[number * 4 + corner]
                    assert about["answer"] == LABELS[found.pasted.answers[number, kind, size, corner]]
                    source, target = found.pasted.after[number, kind, size, corner].tolist()
                    assert (about["shark"], about[LABELS[1]]) == (source, target)
    files(gallery)


def test_facts_are_of_the_best_cell_with_the_cue(found):
    said = facts(found)
    best = found.cells[1]
    assert said["patch_rank"] == 2
    assert said["patch_flip_rate"] == best.by_patch.fixed[-1].share
    assert said["patch_icon_rate_anywhere_low"] == best.by_icon.anywhere.low
    assert said["patch_noise_rate"] == found.controls[0].effect.fixed[-1].share
    assert said["patch_random_cell_rate_high"] == found.controls[2].effect.fixed[-1].high
    assert said["patch_noise_times"] == best.by_patch.fixed[-1].low / found.controls[0].effect.fixed[-1].high
    unknown = facts(dataclasses.replace(found, cue="", patch_rank=0))
    assert unknown["patch_flip_rate"] == found.cells[0].by_patch.fixed[-1].share
    assert "cue" not in unknown


def test_a_pair_worked_where_no_control_could_have_done_it(found):
    draw, sure = np.random.default_rng(1), Rate(1.0, 0.95, 1.0)
    nothing = Rate(0.0, 0.0, 0.2)
    good = dataclasses.replace(pair(draw, BEST, sure), random_cells=nothing, white_noise=nothing, smooth_noise=nothing)
    bad = dataclasses.replace(good, smooth_noise=sure)
    said = facts(dataclasses.replace(found, pairs=(good, bad)))
    assert (said["best_pairs_tested"], said["best_pairs_worked"], said["drawn_pairs_tested"]) == (2, 1, 0)


def test_facts_name_every_number_as_the_result_does(found):
    said, best = facts(found), found.cells[1]
    assert (said["n_two_classes"], said["n_other_class"], said["n_pairs"]) == (50, 20, 6)
    assert (said["cell_cue_share"], said["cue_share"]) == (0.8, 0.6)
    assert (said["cell_need"], said["cell_members"], said["covered"], said["before"]) == (0.3, 17, 0.25, 0.01)
    assert said["patch_smooth_noise_rate"] == found.controls[1].effect.fixed[-1].share
    assert said["patch_flip_rate_anywhere_high"] == best.by_patch.anywhere.high
    kinds = ("best_pairs", "third_class_pairs", "drawn_pairs")
    assert [said[f"{kind}_tested"] for kind in kinds] == [2, 1, 1]
    for kind, why in zip(kinds, (BEST, THIRD, DRAWN), strict=True):
        assert said[f"{kind}_top_rate"] == max(each.cell.share for each in found.pairs if each.why == why)


def test_a_pair_whose_interval_meets_a_control_s_did_not_work(found):
    nothing = dict.fromkeys(("random_cells", "white_noise", "smooth_noise"), Rate(0.1, 0.0, 0.6))
    near = dataclasses.replace(pair(np.random.default_rng(0), BEST, Rate(0.9, 0.5, 1.0)), **nothing)
    sure = dataclasses.replace(near, cell=Rate(0.9, 0.61, 1.0))
    assert facts(dataclasses.replace(found, pairs=(near, sure)))["best_pairs_worked"] == 1


def test_tables_and_plots_name_every_number_as_the_result_does(found):
    for row, each in zip(figures.pair_table(found).rows, found.pairs, strict=True):
        assert list(row.items())[4:] == [
            ("must cover", each.need), ("turned", each.cell.share),
            ("interval", f"{100 * each.cell.low:.0f}–{100 * each.cell.high:.0f}%"),
            ("random cells", each.random_cells.share),
            ("noise", max(each.white_noise.share, each.smooth_noise.share)), ("works", "yes" if each.works else "no"),
        ]  # fmt: skip
    for row, each in zip(figures.turned(found).rows, found.cells, strict=False):
        assert row["icon"] == each.by_icon.fixed[-1].share and row["stitching"] == each.cue_share
    for trace in figures.pairs(found).data[1:]:
        mine = [each for each in found.pairs if each.why == trace.name]
        assert [each[2] for each in trace.customdata] == [each.random_cells.share for each in mine]
        np.testing.assert_allclose(trace.y + np.array(trace.error_y.array), [each.cell.high for each in mine])


def test_a_room_says_what_its_own_patch_did(found):
    gallery, pasted = figures.pasted(found), found.pasted
    effects = [*(each.by_patch for each in found.cells), found.controls[0].effect]
    for kind, effect in enumerate(effects):
        for size in range(len(SIZES)):
            room = gallery.rooms[kind * len(SIZES) + size]
            assert f"{100 * effect.fixed[size].share:.0f}% of 12 pictures" in room.said[0]
            (shelf,) = room.views[0]
            after = pasted.after[:, kind, size, :, 1].mean()
            assert [note.value for note in shelf.notes] == [
                f"{100 * pasted.before[:, 1].mean():.0f}%",
                f"{100 * after:.0f}%",
            ]
            assert [each[LABELS[1]] for each in room.companions.about] == pasted.before[:, 1].tolist()
            assert [each["shark"] for each in room.companions.about] == pasted.before[:, 0].tolist()


def test_names_stand_at_the_pairs_that_were_turned_often(found):
    told = [(each.x, each.y, each.text) for each in figures.pairs(found).layout.annotations]
    often = [each for each in found.pairs if each.cell.share > 0.2]
    assert told == [(each.need, each.cell.share, "brick → &lt;b&gt;ball&lt;/b&gt;") for each in often] and often
