"""Galleries: what the files say when they are read back, how large they are, what a page shows, what is refused."""

import csv
import io
import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PIL import Image

from generators.drawing import files, kind, size
from generators.drawing.gallery import Companions, Gallery, Note, Question, Room, Scale, Shelf
from generators.drawing.gallery_files import BEYOND_PERCENT, COMPRESSED, LARGEST_SHEET_BYTES
from generators.drawing.sheets import MARGIN_PX

HOSTILE = '<img src=x onerror="alert(1)">&{{ 7*7 }}'


def room(seed: int, p: int = 6, r: int = 3, side: int = 5, channels: int = 3, name: str = "room") -> Room:
    random = np.random.default_rng(seed)
    paint = lambda n: random.integers(0, 256, (n, side, side, channels), np.uint8)  # noqa: E731
    about = [{"value": seed + k / 7, "kind": f"{name} {k}", "hidden": k} for k in range(p)]
    beside = Companions(paint(r), [{"value": -float(k)} for k in range(r)], random.integers(0, r, p))
    scale = Scale("Values", seed, seed + 1, random.integers(1, 9, 4), np.array([a["value"] for a in about]), ".2f")
    first = Shelf("first", random.permutation(p)[: p // 2], (Note("n", "3", is_best=True), Note("m", HOSTILE)))
    second = Shelf("second", random.permutation(p)[: p // 2])
    return Room((f"In {name}.", HOSTILE), paint(p), about, ((first,), (second,), (first, second)), beside, scale)


def gallery(**more) -> Gallery:
    rooms = [room(10 * k, name=f"{a}{b}") for k, (a, b) in enumerate(product("xy", "123"))]
    given = {
        "questions": (Question("Letter", ("x", "y")), Question("Number", ("1", "2", "3"), slides=True)),
        "rooms": rooms,
        "view": Question("View", ("one", "other", "both")),
        "formats": {"value": ".3f", "kind": ""},
        "companion": "beside",
        "companion_formats": {"value": ".1f"},
        "start": 4,
    }
    return Gallery(**given | more)


def cut(made: dict[str, bytes], index: int, at: int, drawing: Gallery) -> np.ndarray:
    """Cut a picture from a room's sheet as the script does, from what the files say alone."""
    told, about = json.loads(made[f"room-{index}.part.json"]), json.loads(made["data.json"])
    image = np.asarray(Image.open(io.BytesIO(made[f"room-{index}.sheet.webp"])).convert("RGB"))
    y, x = (
        part * (about[side] + 2 * about["margin"]) + about["margin"]
        for part, side in zip(divmod(at, told["sheet"]["columns"]), ("height", "width"), strict=True)
    )
    return image[y : y + about["height"], x : x + about["width"]]


def empty(views: int = 3) -> Room:
    return Room(("Nothing.",), np.zeros((0, 5, 5, 3), np.uint8), (), ((Shelf("", (), empty=HOSTILE),),) * views)


# Files


def test_kind_size_and_equal_bytes():
    assert kind(gallery()) == "gallery" and size(gallery())[1] == 0
    assert files(gallery()) == files(gallery())


@pytest.mark.parametrize("channels", [1, 3])
def test_every_picture_and_companion_is_found_on_its_rooms_sheet(channels):
    drawing = gallery(rooms=[room(k, channels=channels) for k in range(6)])
    made = files(drawing)
    for index, each in enumerate(drawing.rooms):
        whole = np.concatenate([each.pictures, each.companions.pictures])
        for at, picture in enumerate(whole):
            assert np.array_equal(cut(made, index, at, drawing), picture.repeat(3, -1) if channels == 1 else picture)
    assert json.loads(made["data.json"])["hung"] == [9] * 6


def test_a_room_says_its_numbers_in_words_and_hangs_its_shelves():
    drawing = gallery()
    made = files(drawing)
    for index, each in enumerate(drawing.rooms):
        told = json.loads(made[f"room-{index}.part.json"])
        assert told["said"] == list(each.said)
        assert told["values"] == [[f"{about['value']:.3f}", about["kind"]] for about in each.about]
        assert told["companions"]["of"] == each.companions.of.tolist()
        assert told["companions"]["values"] == [["−0.0" if k == 0 else f"−{k}.0"] for k in range(3)]
        shelves = [[shelf["pictures"] for shelf in view] for view in told["views"]]
        assert shelves == [[shelf.pictures.tolist() for shelf in view] for view in each.views]
        assert told["views"][0][0]["notes"][1] == {"label": "m", "value": HOSTILE, "best": False}


def test_a_scale_is_in_percent_and_what_lies_outside_stands_just_beyond_its_end():
    given = replace(room(0), scale=Scale("w", 2, 4, np.array([1, 4, 2]), np.array([2, 3, 4, 3.5, 0, 99]), ".1f"))
    told = json.loads(files(gallery(rooms=[given] * 6))["room-0.part.json"])["scale"]
    assert told["bars"] == [25, 100, 50] and told["at"] == [0, 50, 100, 75, -BEYOND_PERCENT, 100 + BEYOND_PERCENT]
    assert (told["low"], told["high"]) == ("2.0", "4.0")


@pytest.mark.parametrize(("n", "columns"), [(1, 4), (16, 4), (17, 5), (64, 8), (300, 8)])
def test_a_shelf_is_as_square_as_it_can_be(n, columns):
    given = room(0, p=n)
    hung = replace(given, views=((Shelf("all", np.arange(n)),),))
    told = json.loads(files(gallery(rooms=[hung] * 6, view=Question("", ("",))))["room-0.part.json"])
    assert told["views"][0][0]["columns"] == columns


def test_the_page_has_the_start_with_its_first_picture_enlarged():
    drawing = gallery()
    page = json.loads(files(drawing)["gallery.json"])
    assert page["answers"] == [["Letter", "y"], ["Number", "2"], ["View", "one"]]
    assert page["file"] == "room-4.sheet.webp" and page["said"] == ["In y2.", HOSTILE]
    here = drawing.rooms[4]
    (shelf,) = here.views[0]
    own, beside = page["looked_at"]
    first = int(shelf.pictures[0])
    assert own["said"] == [["value", f"{here.about[first]['value']:.3f}"], ["kind", f"y2 {first}"]]
    hanging = page["shelves"][0]["pictures"][0]
    assert (own["left"], own["top"]) == (hanging["left"], hanging["top"])
    assert beside["title"] == "beside" and beside["said"] == [["value", f"−{here.companions.of[first]}.0"]]
    columns = json.loads(files(drawing)["room-4.part.json"])["sheet"]["columns"]
    x, y = first % columns, first // columns
    assert own["left"] == pytest.approx(-100 * (x * (5 + 2 * MARGIN_PX) + MARGIN_PX) / 5)
    assert own["top"] == pytest.approx(-100 * (y * (5 + 2 * MARGIN_PX) + MARGIN_PX) / 5)


def test_the_table_has_a_row_for_each_picture_that_hangs_with_its_place_on_every_shelf():
    drawing = gallery()
    rows = list(csv.DictReader(io.StringIO(files(drawing)["data.csv"].decode())))
    where = [(a, b) for a, b in product("xy", "123")]
    for (letter, number), each in zip(where, drawing.rooms, strict=True):
        mine = [row for row in rows if (row["Letter"], row["Number"]) == (letter, number)]
        shelves = {"first": each.views[0][0].pictures.tolist(), "second": each.views[1][0].pictures.tolist()}
        shown = sorted({k for members in shelves.values() for k in members})
        assert [int(row["hidden"]) for row in mine] == shown
        for row, k in zip(mine, shown, strict=True):
            for title, members in shelves.items():
                assert row[f"place in {title}"] == (str(members.index(k) + 1) if k in members else "")
            assert float(row["value"]) == each.about[k]["value"]
            assert float(row["beside: value"]) == -each.companions.of[k]


def test_an_empty_room_has_no_sheet_and_says_why():
    made = files(gallery(rooms=[room(0), empty(), room(1), empty(), empty(), room(2)]))
    assert sorted(name for name in made if name.endswith(".sheet.webp")) == [f"room-{k}.sheet.webp" for k in (0, 2, 5)]
    assert json.loads(made["data.json"])["hung"] == [9, 0, 9, 0, 0, 9]
    page = json.loads(made["gallery.json"])
    assert page["looked_at"] == [] and page["shelves"][0]["empty"] == HOSTILE


def test_what_is_not_a_number_is_a_dash_and_a_lossy_sheet_says_so():
    random = np.random.default_rng(0)
    many = random.integers(0, 256, (150, 64, 64, 3), np.uint8)
    large = Room(("Large.",), many, [{"value": float("nan")}] * 150, ((Shelf("all", range(150)),),))
    made = files(Gallery((), [large], formats={"value": ".3g"}))
    told = json.loads(made["room-0.part.json"])
    assert told["values"] == [["–"]] * 150 and told["said"] == [f"Large. {COMPRESSED}"]
    assert len(made["room-0.sheet.webp"]) < 3 * LARGEST_SHEET_BYTES, "noise is as bad as pictures can be"


def test_noise_that_would_be_too_large_loses_quality_before_it_travels():
    random = np.random.default_rng(1)
    fine = random.integers(0, 256, (400, 16, 16, 3), np.uint8)
    smooth = np.stack([np.asarray(Image.fromarray(each).resize((64, 64), Image.Resampling.BICUBIC)) for each in fine])
    plain = Room((), smooth, [{}] * 400, ((Shelf("all", range(400)),),))
    assert len(files(Gallery((), [plain]))["room-0.sheet.webp"]) <= LARGEST_SHEET_BYTES


# What cannot be shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rooms": [room(0)] * 5}, "a gallery has a room for each of its 6 combinations of answers"),
        ({"start": 6}, "starts in one of its rooms"),
        ({"view": Question("View", ("a", "b"))}, "room 0 of a gallery has 2 views"),
        ({"view": Question("View", ("a", "a", "b"))}, "questions with different options"),
        ({"companion": ""}, "says what companions are"),
        ({"rooms": [empty()] * 6}, "pictures of one size in all its rooms, at least one"),
        ({"rooms": [room(0)] * 5 + [room(0, side=4)]}, "pictures of one size"),
        ({"rooms": [replace(room(0), about=[{}])] * 6}, "says something of each of its 6 pictures"),
        ({"rooms": [replace(room(0), views=((Shelf("", (6,)),),) * 3)] * 6}, "shelves of pictures that there are"),
        ({"rooms": [replace(room(0), views=((Shelf("", ()),),) * 3)] * 6}, "says something where a shelf is empty"),
        ({"rooms": [replace(room(0), views=((),) * 3)] * 6}, "has a shelf in each view"),
        ({"rooms": [replace(room(0), scale=Scale("", 1, 1, np.ones(2), np.ones(6), ""))] * 6}, "place on its scale"),
        ({"rooms": [replace(room(0), pictures=np.zeros((6, 5, 5, 3)))] * 6}, "uint8"),
    ],
)
def test_what_does_not_fit_together_is_refused_in_words(wrong, said):
    with pytest.raises(ValueError, match=said):
        files(gallery(**wrong))
