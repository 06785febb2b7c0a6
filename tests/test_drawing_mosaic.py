"""Mosaics: who owns which pixel, what the files say when they are read back, what the still shows, what is refused."""

import csv
import io
import json
from collections import deque
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from generators.articles.multi_neuron.figures import mosaics
from generators.articles.multi_neuron.results.plane import PADDING, PlanePartition, SwitchLayer
from generators.drawing import files, kind, size
from generators.drawing.compact import newest, packed, steps
from generators.drawing.mosaic import Cells, CodeLayer, Mosaic, Shade
from generators.drawing.mosaic_files import GRID, LARGEST_CSV_BYTES, ticks
from generators.drawing.plates import SCALE, blended
from generators.drawing.rasters import cell_of_pixels
from generators.drawing.tiling import OUTSIDE, Tiling
from generators.style import PALETTE
from tests.cells import SHADES, SQUARE, Arrangement, _unpacked, arrange, mosaic, read

seeds = st.integers(0, 2**32 - 1)


def quick(drawing: Mosaic) -> dict[str, bytes]:
    """Write the files of a mosaic that is a tenth as large on the page."""
    with mock.patch.multiple("generators.drawing.mosaic", WIDEST=64, HIGHEST=56):
        return files(drawing)


def tiling(arrangement: Arrangement) -> Tiling:
    cells = arrangement.cells()
    return Tiling(cells.vertices, cells.corner_start, cells.corners)


def raster(given: Tiling, box: tuple, width: int, height: int) -> np.ndarray:
    edges = given.edges
    ends = given.vertices[np.stack([given.corners[edges], given.heads[edges]], 1)]
    return cell_of_pixels(ends, np.stack([given.cell[edges], given.neighbours[edges]], 1), box, width, height)


def centres(box: tuple, width: int, height: int) -> np.ndarray:
    """The middle of every pixel: float64[height, width, 2]."""
    x0, x1, y0, y1 = box
    x = x0 + (np.arange(width) + 0.5) / width * (x1 - x0)
    y = y1 - (np.arange(height) + 0.5) / height * (y1 - y0)
    return np.stack(np.meshgrid(x, y), -1)


# Pixels


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 25), seeds)
def test_a_pixel_belongs_to_the_cell_on_whose_side_of_every_line_its_centre_lies(n_lines, seed):
    arrangement = arrange(n_lines, seed)
    box, width, height = (-1.2, 0.9, -0.7, 1.1), 61, 47
    owners = raster(tiling(arrangement), box, width, height)
    places = centres(box, width, height)
    assert np.array_equal(owners >= 0, (abs(places) < 1).all(-1))
    inside = owners >= 0
    assert np.array_equal(arrangement.signs(places[inside]), arrangement.signs(arrangement.middles)[owners[inside]])


@pytest.mark.parametrize("shift", [0, 0.25, 0.5])
def test_no_pixel_is_lost_or_shared_where_edges_and_corners_lie_on_centres(shift):
    """Squares of 4 by 4 pixels, each cut by both its diagonals: for a shift of half a pixel, edges through centres."""
    n = 6
    grid = np.array([(4 * i + shift, 4 * j + shift) for j in range(n + 1) for i in range(n + 1)], float)
    middles = np.array([(4 * i + 2 + shift, 4 * j + 2 + shift) for j in range(n) for i in range(n)])
    corners = []
    for j in range(n):
        for i in range(n):
            a, m = j * (n + 1) + i, len(grid) + j * n + i
            around = [a, a + 1, a + n + 2, a + n + 1]
            corners += [[around[k], around[(k + 1) % 4], m] for k in range(4)]
    given = Tiling(np.concatenate([grid, middles]), np.arange(0, 3 * len(corners) + 1, 3), np.concatenate(corners))
    owners = raster(given, (0, 4 * n + 1, 0, 4 * n + 1), 4 * n + 1, 4 * n + 1)
    owned = np.bincount(owners[owners >= 0], minlength=given.n_cells).reshape(-1, 4)
    assert (owned.sum(1) == 16).all(), "a square of 4 by 4 pixels owns as many, however it is cut"
    assert (owned == owned[0]).all(), "and every square shares them out alike"


# Who lies beside whom


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 20), seeds)
def test_neighbours_areas_and_ways(n_lines, seed):
    arrangement = arrange(n_lines, seed)
    given = tiling(arrangement)
    assert given.area.sum() == pytest.approx(4, abs=1e-12) and (given.area > 0).all()
    signs = arrangement.signs(arrangement.middles)
    inner = given.twins != OUTSIDE
    assert (signs[given.cell[inner]] != signs[given.neighbours[inner]]).sum(1).tolist() == [1] * inner.sum()
    assert (given.twins[given.twins[inner]] == np.flatnonzero(inner)).all()
    n_cells, n_vertices = len(arrangement.polygons), len(arrangement.vertices)
    assert n_vertices - len(given.edges) + n_cells == 1
    assert way_lengths(given) == distances(given)


def way_lengths(given: Tiling) -> list[int]:
    """How many steps up the tree lead to its root, from every cell."""
    through = given.tree()
    assert (through == OUTSIDE).sum() == 1 and through[0] == OUTSIDE
    lengths = []
    for cell in range(given.n_cells):
        length = 0
        while through[cell] != OUTSIDE:
            assert given.cell[through[cell]] == cell
            cell, length = given.neighbours[through[cell]], length + 1
        lengths.append(length)
    return lengths


def distances(given: Tiling) -> list[int]:
    """How far each cell is from the first, cell by cell."""
    found, waiting = {0: 0}, deque([0])
    while waiting:
        cell = waiting.popleft()
        for other in given.neighbours[given.cell == cell]:
            if other != OUTSIDE and other not in found:
                found[other] = found[cell] + 1
                waiting.append(other)
    return [found[cell] for cell in range(given.n_cells)]


def test_thickness_is_the_side_of_a_square_and_twice_the_width_of_a_sliver():
    square, sliver = np.array([[0, 0], [3, 0], [3, 3], [0, 3]]), np.array([[0, 0], [1e6, 0], [1e6, 1], [0, 1]])
    thick = [Tiling(each * 1.0, np.array([0, 4]), np.arange(4)).thickness[0] for each in (square, sliver)]
    assert thick == pytest.approx([3, 2], rel=1e-5)


def test_an_edge_of_three_cells_is_refused():
    with pytest.raises(ValueError, match="two cells at most"):
        _ = Tiling(np.zeros((5, 2)), np.array([0, 3, 6, 9]), np.array([0, 1, 2, 1, 0, 3, 0, 1, 4])).twins


# Files


@given(st.lists(st.lists(st.integers(-(2**30), 2**30)), min_size=1))
def test_numbers_come_back(arrays):
    data = packed(*map(np.array, arrays))
    assert [each.tolist() for each in _unpacked(data, list(map(len, arrays)))] == arrays


def test_steps_and_new_names():
    assert steps(np.array([7, 4, 4])).tolist() == [7, -3, 0]
    assert newest(np.array([0, 1, 0, 2, 1, 3])).tolist() == [0, 0, 2, 0, 2, 0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 24), seeds, st.booleans())
def test_what_is_read_back_lies_where_its_code_says(n_lines, seed, in_triangle):
    """The lines themselves say, of the middle of every polygon in the file, what its code must be."""
    arrangement = arrange(n_lines, seed, SQUARE[:3] if in_triangle else SQUARE)
    cells = arrangement.cells()
    made = read(quick(mosaic(cells)))
    middles = np.array([polygon.mean(0) for polygon in made.polygons])
    clear = (abs(middles @ arrangement.lines[:, :2].T + arrangement.lines[:, 2]) > 8 / GRID).all(1)
    assert clear.sum() >= 0.9 * len(clear)
    assert np.array_equal(arrangement.signs(middles[clear]), made.bits[clear])
    assert len(np.unique(made.bits, axis=0)) == len(made.polygons) == len(arrangement.polygons)
    given_shade = dict(zip(map(bytes, arrangement.signs(arrangement.middles)), cells.shade, strict=True))
    assert [given_shade[bytes(bits)] for bits in made.bits] == made.shade.tolist()
    assert [each.tolist() for each in made.neurons] == [layer.neurons.tolist() for layer in cells.layers]


def test_vertices_are_written_to_less_than_a_thousandth_of_a_pixel():
    arrangement = arrange(15, 3)
    made = read(quick(mosaic(arrangement.cells())))
    written = np.unique(np.round(np.concatenate(made.polygons), 5), axis=0)
    given = np.unique(np.round(arrangement.vertices, 5), axis=0)
    assert len(written) == len(given)
    distance = np.linalg.norm(np.concatenate(made.polygons)[:, None] - arrangement.vertices, axis=-1).min(1)
    assert distance.max() < 2 / 640 / 1000


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_the_order_in_which_cells_are_given_makes_no_difference(seed):
    arrangement = arrange(9, seed)
    random = np.random.default_rng(seed)
    cells, vertices = random.permutation(len(arrangement.polygons)), random.permutation(len(arrangement.vertices))
    renamed = np.argsort(vertices)
    polygons = [renamed[arrangement.polygons[cell]].tolist() for cell in cells]
    other = Arrangement(arrangement.lines, arrangement.vertices[vertices], polygons)
    first = arrangement.cells()
    assert quick(mosaic(first)) == quick(mosaic(other.cells(shade=first.shade[cells])))


def test_every_state_has_files_and_heavy_lines_come_back():
    arrangement = arrange(6, 1)
    given = tiling(arrangement)
    inner = given.edges[given.twins[given.edges] != OUTSIDE][:4]
    heavy = np.stack([given.corners[inner], given.heads[inner]], 1)
    states = arrangement.cells(label="one"), arrangement.cells(label="two", heavy=heavy)
    made = quick(mosaic(*states, heavy="the answer changes", start=1))
    assert {f"{what}-{k}.bin" for what in ("cells", "codes") for k in (0, 1)} < made.keys()
    assert [state["label"] for state in json.loads(made["data.json"])["states"]] == ["one", "two"]
    assert len(read(made, 0).heavy) == 0
    there = sorted(map(tuple, np.round(arrangement.vertices[heavy], 5).reshape(-1, 4).tolist()))
    assert sorted(map(tuple, np.round(read(made, 1).heavy, 5).reshape(-1, 4).tolist())) == there
    assert json.loads(made["mosaic.json"])["heavy"] == "the answer changes"


def test_a_hundred_thousand_bits_cost_next_to_nothing():
    """Neighbours differ in one bit, and only that is written."""
    arrangement = arrange(40, 2)
    bits = np.repeat(arrangement.signs(arrangement.middles), 200, axis=1)
    layers = [CodeLayer("wide", bits.shape[1], np.arange(bits.shape[1]))]
    narrow = len(quick(mosaic(arrangement.cells()))["codes-0.bin"])
    made = quick(mosaic(arrangement.cells(codes=np.packbits(bits, axis=1, bitorder="little"), layers=layers)))
    assert bits.size > 100_000 and len(made["codes-0.bin"]) < 0.2 * bits.size / 8
    assert narrow < 3 * len(bits)


# The still and what stands around it


def test_the_still_shows_each_cell_in_its_shade_over_paper():
    arrangement = arrange(5, 8)
    cells = arrangement.cells()
    drawing = mosaic(cells)
    made = files(drawing)
    assert kind(drawing) == "mosaic" and size(drawing) == (560, 560)
    for theme in PALETTE:
        image = Image.open(io.BytesIO(made[f"{theme}.webp"])).convert("RGB")
        assert image.size == (560 * SCALE, 560 * SCALE)
        seen = 0
        for polygon, shade in zip(arrangement.polygons, cells.shade, strict=True):
            x, y = arrangement.vertices[polygon].mean(0)
            place = int((x + 1) * 560), int((1 - y) * 560)
            around = {image.getpixel((place[0] + dx, place[1] + dy)) for dx in (-3, 3) for dy in (-3, 3)}
            if len(around) == 1:
                seen += 1
                assert around == {tuple(blended((SHADES[shade].colour, SHADES[shade].opacity), theme).astype(int))}
        assert seen > 5


def test_a_plane_is_as_large_as_fits_and_keeps_its_shape():
    wide = arrange(3, 0, SQUARE * (3, 1))
    assert size(mosaic(wide.cells())) == (640, 213)
    assert size(mosaic(arrange(3, 0, SQUARE * (1, 7)).cells())) == (80, 560)
    assert Image.open(io.BytesIO(files(mosaic(wide.cells()))["light.webp"])).size == (1280, 426)


def test_a_still_of_noise_is_small_enough_to_travel():
    random = np.random.default_rng(0)
    n = 150
    grid = np.stack(np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0)), -1).reshape(-1, 2)
    a = (np.arange(n)[:, None] * (n + 1) + np.arange(n)).ravel()
    corners = np.stack([a, a + 1, a + n + 2, a + n + 1], 1)
    shade = random.integers(0, 3, n * n)
    layers = [CodeLayer("layer", 1, np.arange(1))]
    cells = Cells(
        grid, np.arange(0, corners.size + 1, 4), corners.ravel(), shade, np.zeros((n * n, 1), np.uint8), layers
    )
    made = files(mosaic(cells))
    assert max(len(made["light.webp"]), len(made["dark.webp"])) < 150_000
    assert len(made["cells-0.bin"]) < 6 * n * n


@pytest.mark.parametrize("seed", range(4))
def test_cells_too_small_for_a_pixel_are_counted(seed):
    arrangement = arrange(60, seed)
    places = centres((-1, 1, -1, 1), 56 * SCALE, 56 * SCALE).reshape(-1, 2)
    seen = np.unique(arrangement.signs(places), axis=0)
    n, lost = len(arrangement.polygons), len(arrangement.polygons) - len(seen)
    note = json.loads(quick(mosaic(arrangement.cells()))["mosaic.json"])["note"]
    assert lost > 0
    assert note.startswith(f"{n:,} regions, {lost:,} of them too small for a pixel")


def test_axes_points_and_key_stand_in_the_page():
    scale = [Shade("var(--nf-1)", k / 10) for k in range(4)]
    made = quick(
        mosaic(
            arrange(3, 0).cells(), shades=SHADES + scale, points=[(0.5, 0.0, "a"), (-0.5, 1.0, "<b>")],
            legend=[("inside", 0), ("few", 3), ("", 4), ("", 5), ("many", 6), ("outside", 2)],
        )
    )  # fmt: skip
    page = json.loads(made["mosaic.json"])
    assert page["x_ticks"] == [[0, "−1.0"], [25, "−0.5"], [50, "0.0"], [75, "0.5"], [100, "1.0"]]
    assert page["y_ticks"] == [[100, "−1.0"], [75, "−0.5"], [50, "0.0"], [25, "0.5"], [0, "1.0"]]
    assert page["points"] == [[75, 50, "a", True], [25, 0, "<b>", False]]
    assert [(each["before"], len(each["shades"]), each["after"]) for each in page["legend"]] == [
        ("", 1, "inside"),
        ("few", 4, "many"),
        ("", 1, "outside"),
    ]
    assert page["note"] == "7 regions." or page["note"].endswith("regions.")


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_round_few_and_within(low, width):
    found = list(ticks(low, low + width))
    assert 2 <= len(found) <= 11
    values = np.array([value for value, _ in found])
    assert (values >= low - width * 1e-5).all() and (values <= low + width * (1 + 1e-5)).all()
    assert np.allclose(np.diff(values), values[1] - values[0])
    assert [float(label.replace("−", "-")) for _, label in found] == pytest.approx(values.tolist(), abs=width * 1e-6)


# The CSV


def rows(made: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made["data.csv"].decode())))


def test_the_csv_lists_every_region_as_the_files_number_them():
    arrangement = arrange(8, 5)
    made = quick(mosaic(arrangement.cells()))
    there, listed = read(made), rows(made)
    assert [int(row["region"]) for row in listed] == list(range(1, len(there.polygons) + 1))
    assert sum(float(row["area"]) for row in listed) == pytest.approx(4, rel=1e-4)
    for row, polygon, bits, shade in zip(listed, there.polygons, there.bits, there.shade, strict=True):
        assert int(row["corners"]) == len(polygon)
        middle = float(row["width (m) (middle)"]), float(row["height (m) (middle)"])
        assert middle == pytest.approx(tuple(polygon.mean(0)), abs=1e-5)
        assert row["first: code"] + row["second: code"][1:] == "b" + "".join(str(int(bit)) for bit in bits)
        assert int(row["first: neurons on"]) == bits[:4].sum() + 2
        assert row["shade"] == SHADES[shade].words


def test_of_many_regions_the_csv_lists_the_largest_and_the_page_says_so():
    arrangement = arrange(90, 4)
    n_bits = 990
    bits = np.zeros((len(arrangement.polygons), n_bits), np.uint8)
    codes, layers = np.packbits(bits, axis=1), [CodeLayer("layer", n_bits, np.arange(n_bits))]
    made = quick(mosaic(arrangement.cells(codes=codes, layers=layers)))
    listed, n = rows(made), len(arrangement.polygons)
    assert len(made["data.csv"]) < LARGEST_CSV_BYTES and 1000 < len(listed) < n
    areas = sorted(tiling(arrangement).area, reverse=True)
    assert min(float(row["area"]) for row in listed) == pytest.approx(areas[len(listed) - 1], rel=1e-4)
    assert f"The CSV lists the {len(listed):,} largest." in json.loads(made["mosaic.json"])["note"]


# What cannot be drawn


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"shade": np.zeros(3, int)}, "a shade for each of its 7 cells"),
        ({"shade": np.full(7, 3)}, "uses shades that there are"),
        ({"shade": np.full(7, -1)}, "uses shades that there are"),
        ({"codes": np.zeros((7, 2), np.uint8)}, "a code of 3 bits for each cell"),
        ({"layers": []}, "at least one layer"),
        ({"corner_start": np.array([0, 2, 27])}, "three corners or more"),
        ({"heavy": np.array([[0, 1]])}, "says what its heavy lines are"),
    ],
)
def test_cells_that_do_not_fit_together_are_refused(wrong, said):
    arrangement = next(each for each in (arrange(3, seed) for seed in range(99)) if len(each.polygons) == 7)
    given = arrangement.cells()
    bits = [CodeLayer("layer", 3, np.arange(3))]
    with pytest.raises(ValueError, match=f"the state '' of a mosaic .*{said}"):
        files(mosaic(Cells(**{**vars(given), "layers": bits, **wrong})))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slider": ""}, "says what its slider changes"),
        ({"start": 2}, "starts with one of its states"),
        ({"legend": [("a", 3)]}, "a key of shades that there are"),
        ({"legend": [("", 0)]}, "a key that begins and ends with words"),
        ({"legend": [("a", 0), ("", 1)]}, "a key that begins and ends with words"),
    ],
)
def test_a_mosaic_that_says_too_little_is_refused(wrong, said):
    states = arrange(2, 0).cells(), arrange(2, 1).cells()
    with pytest.raises(ValueError, match=said):
        files(mosaic(*states, **wrong))
    with pytest.raises(ValueError, match="at least one state"):
        files(mosaic())


# A partition's regions


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 12), seeds)
def test_a_partition_becomes_cells(n_lines, seed):
    """Every third line never cuts, the last is the decision; the code's bits lie anywhere among padding."""
    random = np.random.default_rng(seed)
    arrangement = arrange(n_lines, seed)
    given, signs = tiling(arrangement), arrangement.signs(arrangement.middles)
    constant = np.sort(random.choice(n_lines + 2, 2, replace=False))
    varying = np.setdiff1d(np.arange(n_lines + 2), constant)
    places = np.sort(random.choice(8 * (n_lines // 8 + 2), n_lines, replace=False))
    code_switches = np.full(8 * (n_lines // 8 + 2), PADDING)
    code_switches[places] = varying
    codes = np.zeros((len(signs), len(code_switches)), bool)
    codes[:, places] = signs
    always = np.zeros(n_lines + 2, bool)
    always[constant[0]] = True
    cut = (n_lines + 1) // 2
    decisive = varying[-1] == n_lines + 1  # only then does the last switch, the decision, divide cells
    layers = (
        SwitchLayer("a", "relu", 0, cut, 1),
        SwitchLayer("3", "max", cut, n_lines + 1 - cut, 1),
        SwitchLayer("decision", "argmax", n_lines + 1, 1, 1),
    )
    edges = given.edges
    partition = PlanePartition(
        domain=SQUARE, vertices=given.vertices, edges=np.stack([given.corners[edges], given.heads[edges]], 1),
        edge_switch=np.zeros(len(edges), int), edge_regions=np.stack([given.cell[edges], given.neighbours[edges]], 1),
        corner_start=given.corner_start, corners=given.corners, area=given.area, layers=layers,
        codes=np.packbits(codes, axis=1, bitorder="little"), code_switches=code_switches,
        constant_code=np.packbits(always, bitorder="little"), answer=signs[:, -1].astype(int),
    )  # fmt: skip
    made = mosaics.cells(partition, np.zeros(len(signs), int), "label")
    n_bits = n_lines - decisive
    bits = np.unpackbits(made.codes, axis=1, bitorder="little")[:, :n_bits].astype(bool)
    assert np.array_equal(bits, signs[:, :n_bits])
    named = [neuron + start for layer, start in zip(made.layers, (0, cut), strict=True) for neuron in layer.neurons]
    assert named == varying[:n_bits].tolist()
    on = [sum(always[:cut]), sum(always[cut:-1])]
    assert [layer.n_always_on for layer in made.layers] == on
    assert [(layer.name, layer.n_neurons, layer.noun) for layer in made.layers] == [
        ("a", cut, "neuron"),
        ("layer 3", n_lines + 1 - cut, "comparison"),
    ]
    middles = partition.vertices[made.heavy].mean(1)
    assert abs(middles @ arrangement.lines[-1, :2] + arrangement.lines[-1, 2]).max(initial=0) < 1e-9
    assert (
        len(made.heavy)
        == (signs[given.cell[edges], -1] != signs[given.neighbours[edges], -1])[given.neighbours[edges] >= 0].sum()
    )
    assert made.label == "label" and read(quick(mosaic(made, heavy="decision"))).bits.shape == bits.shape


def test_tones_run_from_the_least_to_the_greatest():
    assert mosaics.tones(np.array([3.0, 5, 4, 3.9]), 5).tolist() == [0, 4, 2, 2]
    assert mosaics.tones(np.array([7, 7]), 4).tolist() == [0, 0]
    faint, strong = mosaics.scale("var(--nf-1)", 2, "a")
    assert faint.opacity < strong.opacity and faint.words == strong.words == "a"
