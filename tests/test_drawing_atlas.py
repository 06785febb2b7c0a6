"""Atlases: what the files say when they are read back, how large they are, what a page shows, what is refused."""

import csv
import io
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from generators import pages
from generators.drawing import files, kind, size
from generators.drawing.atlas import Atlas, AtlasLevel, AtlasMap, AtlasPath, AtlasPoint
from generators.drawing.atlas_levels import blocks_of
from generators.drawing.atlas_stills import WIDTH_PX, shares
from generators.drawing.sheets import MARGIN_PX
from generators.store import Drawn, Made
from generators.style import PALETTE
from tests.built_page import HEAD
from tests.tiny_site.catalogue import HOSTILE, RECORD, catalogue
from tests.tiny_site.project import Element, built, lay, read

K, M, E = 4, 3, 2
LABELS = ("honeycomb", HOSTILE[0], "maze", "brick", HOSTILE[1], "flames")
CLASSES = (4, 0, 2, 5)
SMALL = mock.patch("generators.drawing.atlas_levels.blocks_of", lambda x, y: blocks_of(x, y, 9))
"""Nine icons a sheet."""
PAGE = HEAD + '\n{% call figure("atlas", title="A map") %}Look.{% endcall %}\n'


def level(seed: int, grid: int, px: int = 5, channels: int = 3, p: int = 7, filled: float = 0.7) -> AtlasLevel:
    random = np.random.default_rng(seed)
    rows, columns = np.nonzero(random.random((grid, grid)) < filled)
    c = len(rows)
    return AtlasLevel(
        grid,
        columns.astype(np.int16),
        rows.astype(np.int16),
        random.integers(0, 256, (c, px, px, channels), np.uint8),
        random.integers(5, 99, c),
        random.normal(0, 10 ** random.uniform(-3, 3), (c, K)).astype(np.float16),
        random.integers(-1, len(LABELS), (c, M)).astype(np.int16),
        random.normal(0, 9, (c, M)).astype(np.float32),
        [{"spread": float(share), "word": HOSTILE[0], "hidden": at} for at, share in enumerate(random.random(c))],
        random.integers(-1, p, (c, E)),
        random.random(c).astype(np.float32),
    )


def atlas_map(seed: int, grids=(4, 8), p: int = 7, channels: int = 3) -> AtlasMap:
    random = np.random.default_rng(seed)
    levels = [level(seed + grid, grid, channels=channels, p=p) for grid in grids]
    examples = random.integers(0, 256, (p, 3, 3, channels), np.uint8)
    said = f"Map {seed}: {HOSTILE[1]}"
    return AtlasMap(HOSTILE[seed % 2], said, random.poisson(3, (6, 6)), levels, examples, [f"of {k}" for k in range(p)])


def atlas(**more) -> Atlas:
    given = {
        "maps": [atlas_map(0), atlas_map(1)],
        "labels": LABELS,
        "classes": CLASSES,
        "value": "attribution, in logits",
        "formats": {"spread": ".2f", "word": ""},
        "points": [AtlasPoint("red-stitch", 1, 0.25, 1, 4, HOSTILE[0], 5)],
        "paths": [AtlasPath(HOSTILE[1], 0, 1, np.array([3, 9, 4]))],
        "start": 1,
    }
    return Atlas(**given | more)


def opened(webp: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(webp)).convert("RGB"))


def cut(made: dict[str, bytes], name: str, sheets: list[dict], index: int, px: int) -> np.ndarray:
    """Cut a picture from its sheet as the script does, from what the files say alone."""
    s = next(s for s, each in enumerate(sheets) if each["first"] <= index < each["first"] + each["count"])
    edge = px + 2 * MARGIN_PX
    y, x = (edge * part + MARGIN_PX for part in divmod(index - sheets[s]["first"], sheets[s]["columns"]))
    image = opened(made[f"{name}-{s}.sheet.webp"])
    assert image.shape[:2] == (edge * sheets[s]["rows"], edge * sheets[s]["columns"])
    return image[y : y + px, x : x + px]


def parts(drawing: Atlas, made: dict[str, bytes]) -> Iterator[tuple[str, AtlasLevel, dict, np.ndarray]]:
    """Each level with its part, and which of the level's cells the part's are, by where they lie."""
    for m, one in enumerate(drawing.maps):
        for at, each in enumerate(one.levels):
            name = f"map-{m}-level-{at}"
            part = json.loads(made[f"{name}.part.json"])
            cells = {place: k for k, place in enumerate(zip(each.columns.tolist(), each.rows.tolist(), strict=True))}
            order = np.array([cells[place] for place in zip(part["columns"], part["rows"], strict=True)])
            assert sorted(order) == list(range(len(each.pictures)))
            yield name, each, part, order


# Files


def test_kind_size_and_equal_bytes():
    assert kind(atlas()) == "atlas" and size(atlas()) == (WIDTH_PX, WIDTH_PX)
    assert files(atlas()) == files(atlas())


@pytest.mark.parametrize("channels", [1, 3])
def test_every_icon_and_example_is_found_on_its_sheet(channels):
    drawing = atlas(maps=[atlas_map(k, channels=channels) for k in (0, 1)])
    with SMALL, mock.patch("generators.drawing.atlas_files.EXAMPLES", 3):
        made = files(drawing)
    for name, each, part, order in parts(drawing, made):
        assert len(part["sheets"]) == -(-len(order) // 9)
        for at, cell in enumerate(order):
            picture = cut(made, name, part["sheets"], at, 5)
            assert np.array_equal(picture, np.broadcast_to(each.pictures[cell], (5, 5, 3)))
    for m, one in enumerate(drawing.maps):
        told = json.loads(made["data.json"])["maps"][m]["example"]
        assert (told["px"], told["count"], [each["count"] for each in told["sheets"]]) == (3, 7, [3, 3, 1])
        for k, picture in enumerate(one.examples):
            found = cut(made, f"map-{m}-examples", told["sheets"], k, 3)
            assert np.array_equal(found, np.broadcast_to(picture, (3, 3, 3)))
        assert json.loads(made[f"map-{m}-examples.part.json"])["labels"] == list(one.example_labels)


def test_what_is_said_of_a_cell_is_its_own():
    drawing = atlas()
    with SMALL:
        made = files(drawing)
    for _, each, part, order in parts(drawing, made):
        assert part["counts"] == each.counts[order].tolist()
        assert part["top"] == each.top[order].tolist() and part["examples"] == each.examples[order].tolist()
        assert part["sure"] == pytest.approx(each.sureness[order], abs=0.00501)
        assert part["said"] == [[f"{each.about[k]['spread']:.2f}", HOSTILE[0]] for k in order]
        values = np.frombuffer(b64decode(part["values"]), np.int8).reshape(-1, K) * part["scale"]
        off = np.abs(values - each.values[order].astype(float))
        assert (off <= np.abs(each.values.astype(float)).max(0) / 254 * (1 + 1e-9)).all()
        for said, top, exact in zip(part["top_values"], each.top[order], each.top_values[order], strict=True):
            for text, label, value in zip(said, top, exact, strict=True):
                assert (text == "") == (label < 0)
                if text:
                    assert text[0] == ("−" if value < 0 else "+")
                    assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.051)


@pytest.mark.parametrize(
    ("most", "said"), [(1234, "+1234"), (99.96, "+100.0"), (1.5, "+1.50"), (0.01234, "+0.0123"), (1e-9, "0.000000")]
)
def test_the_largest_value_that_is_listed_has_three_digits(most, said):
    one = atlas_map(0, grids=(4,))
    given = replace(one.levels[0], top_values=np.full(one.levels[0].top.shape, most, float))
    made = files(atlas(maps=[replace(one, levels=[given])], start=0, points=(), paths=()))
    assert {text for row in json.loads(made["map-0-level-0.part.json"])["top_values"] for text in row} == {"", said}


def test_values_that_are_all_zero_stay_so():
    one = atlas_map(0, grids=(4,))
    given = replace(one.levels[0], values=np.zeros_like(one.levels[0].values), sureness=None)
    made = files(atlas(maps=[replace(one, levels=[given])], start=0, points=(), paths=()))
    part = json.loads(made["map-0-level-0.part.json"])
    assert set(b64decode(part["values"])) == {0} and min(part["scale"]) > 0 and part["sure"] is None


@pytest.mark.parametrize("seed", range(6))
def test_blocks_are_few_of_equal_size_and_of_neighbours(seed):
    random = np.random.default_rng(seed)
    rows, columns = np.nonzero(random.random((40, 40)) < random.uniform(0.1, 1))
    most = int(random.integers(20, 200))
    blocks = blocks_of(columns, rows, most)
    sizes = [len(block) for block in blocks]
    assert sorted(np.concatenate(blocks)) == list(range(len(rows)))
    assert len(blocks) == -(-len(rows) // most) and max(sizes) <= most and max(sizes) - min(sizes) <= 2
    spans = [np.ptp(columns[block]) + np.ptp(rows[block]) for block in blocks]
    assert np.mean(spans) < 2.7 * 40 / np.sqrt(len(blocks))


def test_a_full_grid_is_parted_into_its_quarters():
    rows, columns = np.divmod(np.arange(32 * 32), 32)
    quarters = {frozenset(zip(columns[block], rows[block], strict=True)) for block in blocks_of(columns, rows, 256)}
    halves = (range(16), range(16, 32))
    assert quarters == {frozenset((x, y) for x in left for y in top) for left in halves for top in halves}


def test_data_speak_of_the_maps_and_a_path_leads_to_the_same_places():
    drawing = atlas()
    with SMALL:
        made = files(drawing)
    data = json.loads(made["data.json"])
    assert (data["labels"], data["classes"], data["start"]) == (list(LABELS), list(CLASSES), 1)
    assert data["headings"] == ["spread", "word"] and data["beside"] is False
    point = {"name": "red-stitch", "map": 1, "x": 0.25, "y": 1, "scale": 4, "words": HOSTILE[0], "label": 5}
    assert data["points"] == [point]
    for told, one in zip(data["maps"], drawing.maps, strict=True):
        assert (told["title"], told["said"], told["icon"]) == (one.title, one.said, 5)
        assert told["points"] == one.density.sum()
        shown = np.frombuffer(b64decode(told["density"]["counts"]), np.uint8).reshape(told["density"]["n"], -1)
        assert np.abs((shown / 255) ** 2 - one.density / one.density.max()).max() <= 1 / 255
        levels = [(each.grid, len(each.pictures), each.counts.max()) for each in one.levels]
        assert [(each["grid"], each["cells"], each["most"]) for each in told["levels"]] == levels
    (path,) = data["paths"]
    part, level = json.loads(made["map-0-level-1.part.json"]), drawing.maps[0].levels[1]
    for mine, given in zip(path["cells"], drawing.paths[0].cells, strict=True):
        assert (part["columns"][mine], part["rows"][mine]) == (level.columns[given], level.rows[given])


def test_the_table_has_a_row_for_each_cell():
    drawing = atlas()
    rows = csv.DictReader(io.StringIO(files(drawing)["data.csv"].decode()))
    for one in drawing.maps:
        for each in one.levels:
            for cell, about in enumerate(each.about):
                row = next(rows)
                assert (row["Layer"], int(row["grid"])) == (one.title, each.grid)
                place = each.columns[cell] + 1, each.rows[cell] + 1, each.counts[cell], about["hidden"]
                assert tuple(int(row[name]) for name in ("column", "row", "count", "hidden")) == place
                assert float(row["sureness"]) == pytest.approx(each.sureness[cell])
                for at, label in enumerate(each.top[cell]):
                    assert row[f"label {at + 1}"] == (LABELS[label] if label >= 0 else "")
                    value = row[f"label {at + 1}: attribution, in logits"]
                    assert value == "" if label < 0 else float(value) == pytest.approx(each.top_values[cell, at])
    assert next(rows, None) is None


def test_the_first_view_is_small_even_of_noise():
    grid = 10
    rows, columns = np.divmod(np.arange(grid**2), grid)
    given = level(0, grid, filled=1)
    noise = np.random.default_rng(0).integers(0, 256, (grid**2, 64, 64, 3), np.uint8)
    one = replace(atlas_map(0), levels=[replace(given, columns=columns, rows=rows, pictures=noise)])
    made = files(atlas(maps=[one], start=0, points=(), paths=()))
    first = ["data.json", "map-0-level-0.part.json", "map-0-level-0-0.sheet.webp"]
    assert sorted(name for name in made if "level" in name) == sorted(first[1:])
    assert sum(len(made[name]) for name in first) < 300_000


def test_other_sheets_are_as_large_as_they_may_be():
    noise = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3), np.uint8)
    one = atlas_map(0, grids=(4, 8))
    pair = [
        replace(one.levels[0], pictures=noise[: len(one.levels[0].pictures)]),
        replace(level(0, 8, filled=2), pictures=noise),
    ]
    with mock.patch("generators.drawing.atlas_levels.LARGEST_SHEET_BYTES", 25_000):
        made = files(atlas(maps=[replace(one, levels=pair)], start=0, points=(), paths=()))
    assert len(made["map-0-level-1-0.sheet.webp"]) <= 25_000 < len(made["map-0-level-0-0.sheet.webp"])


# At rest


def test_icons_at_rest_have_their_places_and_as_much_area_as_points():
    drawing = atlas(beside=True)
    made = files(drawing)
    resting = json.loads(made["atlas.json"])["maps"]
    assert len(resting) == 2 and len(json.loads(files(atlas())["atlas.json"])["maps"]) == 1
    for (_, each, part, order), shown in zip(list(parts(drawing, made))[::2], resting, strict=True):
        (sheet,) = shown["sheets"]
        image = opened(made[sheet["file"]])
        mean = each.counts.mean()
        for at, (cell, icon) in enumerate(zip(order, sheet["icons"], strict=True)):
            middle = [icon[edge] + icon["side"] / 2 for edge in ("left", "top")]
            assert middle == pytest.approx(
                [(part[axis][at] + 0.5) * 100 / each.grid for axis in ("columns", "rows")], abs=2e-3
            )
            assert (icon["side"] * each.grid / 100) ** 2 == pytest.approx(min(1, each.counts[cell] / mean), abs=1e-3)
            x, y = (round(-icon[axis] / 100 * 5) for axis in ("x", "y"))
            assert np.array_equal(image[y : y + 5, x : x + 5], each.pictures[cell])
        assert image.shape[:2] == (round(sheet["height"] / 100 * 5), round(sheet["width"] / 100 * 5))


def test_the_largest_cells_are_named_each_label_once():
    drawing = atlas(start=0)
    (shown,) = json.loads(files(drawing)["atlas.json"])["maps"]
    each = drawing.maps[0].levels[0]
    first = {label: max(each.counts[each.top[:, 0] == label]) for label in set(each.top[:, 0].tolist()) - {-1}}
    assert shown["largest"] == [[LABELS[k], f"{n}"] for k, n in sorted(first.items(), key=lambda entry: -entry[1])]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_for_cards_shows_icons_on_paper(theme):
    rows, columns, counts = np.array([0, 1]), np.array([0, 2]), np.array([30, 10])
    colours = np.array([[250, 20, 20], [20, 20, 250]], np.uint8)
    pictures = np.broadcast_to(colours[:, None, None], (2, 5, 5, 3)).copy()
    given = replace(level(0, 4), columns=columns, rows=rows, counts=counts, pictures=pictures)
    short = {
        name: getattr(given, name)[:2] for name in ("values", "top", "top_values", "about", "examples", "sureness")
    }
    one = replace(atlas_map(0), levels=[replace(given, **short)])
    image = opened(files(atlas(maps=[one], start=0, points=(), paths=()))[f"{theme}.webp"]).astype(int)
    assert image.shape == (WIDTH_PX, WIDTH_PX, 3) and shares(counts).tolist() == [1, pytest.approx(0.5**0.5)]
    paper = [int(PALETTE[theme]["paper"][at : at + 2], 16) for at in (1, 3, 5)]
    cell = WIDTH_PX // 4
    expected = {(90, 90): colours[0], (5, 5): colours[0], (cell + 90, 2 * cell + 90): colours[1]}
    expected |= {(cell + 10, 2 * cell + 90): paper, (90, cell + 90): paper, (600, 600): paper}
    for (y, x), colour in expected.items():
        assert np.abs(image[y, x] - colour).max() < 25


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> tuple[Element, str]:
    root = tmp_path_factory.mktemp("atlas")
    paths, drawing = lay(root / "site"), atlas(beside=True)
    kept = {}
    for name, data in files(drawing).items():
        kept[name] = root / name
        kept[name].write_bytes(data)
    drawn = Drawn("atlas", kind(drawing), f"An atlas: {HOSTILE[0]}.", None, kept, *size(drawing))
    exhibits = dict(catalogue(root / "store"))
    exhibits["second", "digits-net", "map"] = Made("second", "digits-net", "map", {}, (drawn,), RECORD)
    (paths.site_src / "articles/second.md").write_text(PAGE, "utf-8")
    pages.render(exhibits, paths, "http://127.0.0.1/")
    ran = built(paths, "mkdocs", paths.site, "http://127.0.0.1/")
    assert ran.returncode == 0, ran.stderr
    folder = paths.site / "articles/second"
    return read(folder / "index.html"), folder


def test_a_page_shows_the_still_and_text_stays_text(page):
    whole, folder = page
    still = whole.one("div", class_="nf-atlas-still")
    drawing = atlas()
    assert still.attributes["aria-label"] == f"An atlas: {HOSTILE[0]}."
    shown = still.all("div", class_="nf-atlas-one")
    for element, one in zip(shown, drawing.maps, strict=True):
        assert element.one("p", class_="nf-atlas-title").text == " ".join(one.title.split())
        assert element.one("p", class_="nf-atlas-said").text == " ".join(one.said.split())
        icons = element.all("img")
        assert len(icons) == len(one.levels[0].pictures)
        assert all((folder / icon.attributes["src"]).resolve().is_file() for icon in icons)
        assert {icon.attributes["loading"] for icon in icons} == {"lazy"}
    named = [each.text for element in shown for each in element.one("p", class_="nf-atlas-largest").all("span")]
    assert any(re.fullmatch(re.escape(f"{' '.join(HOSTILE[0].split())} ") + r"\d+", text) for text in named)


# What is refused


def wrong_level(**wrong) -> dict:
    one = atlas_map(0)
    return {"maps": [replace(one, levels=[replace(one.levels[0], **wrong), one.levels[1]])], "start": 0}


def wrong_map(**wrong) -> dict:
    return {"maps": [replace(atlas_map(0), **wrong)], "start": 0}


def point(**wrong) -> dict:
    return {"points": [replace(atlas().points[0], **wrong)]}


GIVEN = atlas_map(0).levels[0]
C = len(GIVEN.pictures)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"maps": ()}, "an atlas has at least one map"),
        ({"start": 2}, "an atlas starts with one of its maps"),
        ({"classes": (4, 0, 2, 6)}, "an atlas filters by classes of its 6 labels"),
        ({"classes": (4, 0, 4, 5)}, "an atlas names each class once"),
        (wrong_map(density=np.ones((6, 5), int)), r"map 0 of an atlas has a density int\[n, n\]"),
        (wrong_map(density=np.zeros((6, 6), int)), "density .* of some points"),
        (wrong_map(density=np.ones((6, 6))), "density"),
        (wrong_map(examples=np.zeros((7, 3, 3), np.uint8)), "map 0 of an atlas has examples uint8"),
        (wrong_map(example_labels=("a",)), "map 0 of an atlas has a label for each of its 7 examples"),
        (wrong_map(levels=()), "map 0 of an atlas has at least one level"),
        (wrong_map(levels=[level(0, 4), level(1, 7)]), "each at least twice as fine as the one before"),
        (wrong_map(levels=[level(0, 4), level(1, 8, px=6)]), "has icons of one size at all levels"),
        (wrong_level(pictures=GIVEN.pictures.astype(float)), "grid 4 in map 0 of an atlas has icons uint8"),
        (wrong_level(pictures=GIVEN.pictures[:, :4]), "has icons uint8"),
        (wrong_level(columns=GIVEN.columns + 1), "has cells on its grid"),
        (wrong_level(rows=GIVEN.rows - 1), "has cells on its grid"),
        (wrong_level(counts=GIVEN.counts[1:]), f"says column, row, count and more of each of its {C} cells"),
        (wrong_level(about=GIVEN.about[1:]), f"says column, row, count and more of each of its {C} cells"),
        (wrong_level(rows=GIVEN.rows[::-1], columns=GIVEN.columns[::-1]), "each cell once, in the order of rows"),
        (wrong_level(counts=GIVEN.counts * 0), "has cells that hold a point or more"),
        (wrong_level(values=GIVEN.values[:, 1:]), f"has a value for each of its {C} cells and 4 classes"),
        (wrong_level(values=GIVEN.values * np.float16(np.nan)), "has values that are numbers"),
        (wrong_level(top=np.full_like(GIVEN.top, 6)), "lists classes of labels"),
        (wrong_level(top_values=GIVEN.top_values[:, 1:]), "has a value for each class that is listed"),
        (wrong_level(top_values=GIVEN.top_values * np.inf), "lists values that are numbers"),
        (wrong_level(about=[{"spread": 1.0}] * C), "says spread, word of each cell"),
        (wrong_level(examples=np.full((C, 2), 7)), "has examples that there are"),
        (wrong_level(examples=np.zeros(C, int)), "has examples that there are"),
        (wrong_level(sureness=GIVEN.sureness + 1), "has a sureness from 0 to 1 for each cell"),
        ({"points": atlas().points * 2}, "an atlas names each point of interest once"),
        (point(name="A b"), "the point 'A b' of an atlas is named by small letters"),
        (point(map=2), "the point 'red-stitch' of an atlas lies on a map that there is"),
        (point(x=1.1), "has x and y from 0 to 1"),
        (point(scale=0.5), "has a scale of 1 or more"),
        (point(label=1), "filters by a class that has values"),
        ({"paths": [AtlasPath("p", 2, 0, (0, 1))]}, "the path 'p' of an atlas lies on a map that there is"),
        ({"paths": [AtlasPath("p", 0, 2, (0, 1))]}, "the path 'p' of an atlas lies on a level that there is"),
        ({"paths": [AtlasPath("p", 0, 0, (0, C))]}, "leads through two or more cells of its level"),
        ({"paths": [AtlasPath("p", 0, 0, (0,))]}, "leads through two or more cells of its level"),
    ],
)
def test_what_cannot_be_shown_is_refused(wrong, said):
    with pytest.raises(ValueError, match=f"{said}.*, but this one does not"):
        files(atlas(**{"points": (), "paths": ()} | wrong))


def test_all_maps_that_stand_beside_one_another_share_one_budget():
    grid = 8
    rows, columns = np.divmod(np.arange(grid**2), grid)
    noise = np.random.default_rng(0).integers(0, 256, (grid**2, 40, 40, 3), np.uint8)
    given = replace(level(0, grid, filled=1), columns=columns, rows=rows, pictures=noise)
    one = replace(atlas_map(0), levels=[given])
    made = files(atlas(maps=[one, one, one], start=0, points=(), paths=(), beside=True))
    assert sum(len(data) for name, data in made.items() if "level-0-" in name) < 190_000


def test_the_picture_for_cards_is_of_the_map_that_is_shown_first():
    second = files(atlas(maps=[atlas_map(1)], start=0, points=(), paths=()))
    for name in ("light.webp", "dark.webp"):
        assert files(atlas(start=1))[name] == second[name] != files(atlas(start=0))[name]


def test_where_no_class_is_listed_its_value_need_not_be_a_number():
    one = atlas_map(0)
    given = one.levels[0]
    nothing = replace(given, top_values=np.where(given.top < 0, np.nan, given.top_values))
    made = files(atlas(maps=[replace(one, levels=[nothing, one.levels[1]])], start=0, points=(), paths=()))
    rest = files(atlas(maps=[one], start=0, points=(), paths=()))
    assert made["map-0-level-0.part.json"] == rest["map-0-level-0.part.json"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (point(y=-0.1), "has x and y from 0 to 1"),
        (point(y=1.1), "has x and y from 0 to 1"),
        (wrong_level(sureness=GIVEN.sureness - 1), "has a sureness from 0 to 1 for each cell"),
    ],
)
def test_what_is_beyond_its_other_end_is_refused(wrong, said):
    with pytest.raises(ValueError, match=f"{said}.*, but this one does not"):
        files(atlas(**{"points": (), "paths": ()} | wrong))
