"""Figures of sensitivity say the result's numbers, place every point once, and take text as text."""

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np

from generators import drawing
from generators.articles.activation_atlas.figures import sensitivity as figures
from generators.articles.activation_atlas.figures.sensitivity import NARROW, SHAPES, WIDE, Layout
from generators.articles.activation_atlas.results.fidelity import LayoutQuality
from generators.articles.activation_atlas.results.sensitivity import UNSTABLE, Agreement, Sensitivity, Variation
from generators.style import QUALITATIVE

N, LABELS = 1_200, ("<b>bold</b> & {x}", "two", "three", "four", "five", "six")
KINDS = ("reference", *("neighbors",) * 2, *("min_dist",) * 2, "metric", *("method",) * 2, "sample", "published")
KINDS += (*("seed",) * 4, "start", "shuffled", "dealt")


@cache
def result() -> Sensitivity:
    random = np.random.default_rng(0)
    made = []
    for k, kind in enumerate(KINDS):
        points = random.random((N, 2), np.float32)
        points[: 50 * (kind == "sample")] = np.nan
        quality = LayoutQuality("umap", N, 0.9, 0.8, 0.5 + k / 100, 0.01, 200 + k)
        methods = {6: "tsne", 7: "pca"}
        agreement = Agreement(0.1, 0.4, 0.3 + k / 100)
        about = (kind, methods.get(k, "umap"), 15, 0.5, "cosine", k)
        made.append(Variation(*about, points, N, quality, agreement))
    classes = random.integers(0, 6, N).astype(np.int16)
    shown = np.array([0, 3, 2, 5], np.int16)
    return Sensitivity("late", N, LABELS, classes, True, shown, tuple(made), random.random(N, np.float32), 0.01)


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def starts(svg: str) -> int:
    """How many dots, and marks."""
    return sum(
        len(re.findall(r"h0|M(?!-?\d+[ -]\d+h0)", path)) for path in re.findall(r"<g [^>]*scale[^>]*>(.*?)</g>", svg)
    )


def test_each_map_says_what_it_keeps() -> None:
    said = texts(figures.sensitivity(result()).svg)
    for each in result().variations[:-1]:
        if each.kind == "seed" and each.seed == 13:
            continue  # the fourth stands in the table only
        assert f"recall {figures._share(each.quality.recall)}" in said
        if each.kind != "reference":
            assert f"kept {figures._share(each.agreement.neighbors)}" in said
    assert "200 cells" in said and "t-SNE" in said and "PCA" in said
    assert any("By chance: kept .46, recall .66." in each for each in said)


def test_every_point_is_placed_once_on_every_map() -> None:
    drawn = figures.sensitivity(result())
    for svg, layout in ((drawn.svg, WIDE), (drawn.narrow, NARROW)):
        assert starts(svg) == 15 * layout.points - 50  # the sample lacks 50


def test_marks_and_dots_stand_where_the_points_are() -> None:
    small = Layout("wide", 1, 108, 0, 0, 4)
    points = np.array([[0, 0], [0.5, 0.25], [0.1, 0.9], [0.99, 0.99]], np.float32)
    one = replace(
        result(), classes=np.array([0, 1, 3, 1], np.int16), stability=np.array([1, 0.1, 1, UNSTABLE], np.float32)
    )
    paths = [path for path in figures._points(one, replace(one.variations[0], points=points), small) if path]
    assert 'd="M108 58h0"' in paths[0] and f'stroke-opacity="{figures.FAINTEST}"' in paths[0]
    assert 'd="M206 206h0"' in paths[1] and 'stroke-opacity="0.6"' in paths[1]
    assert SHAPES[0].format(x=8, y=8) in paths[2] and SHAPES[1].format(x=28, y=188) in paths[3]
    assert [re.findall(r'fill="(.*?)"', path)[0] for path in paths[2:]] == list(QUALITATIVE[:2])
    assert len(paths) == 4


def test_text_of_labels_is_text_and_the_files_are_allowed() -> None:
    drawn = figures.sensitivity(result())
    assert LABELS[0] in texts(drawn.svg) and LABELS[0] in texts(drawn.narrow)
    written = drawing.files(drawn)
    assert len(written["diagram.svg"]) < 300_000
    stable = figures.stability(result())
    assert drawing.text(LABELS[0]) in stable.data[0].text
    drawing.files(stable)


def test_the_table_has_every_layout_and_chance_last() -> None:
    rows = figures.table(result()).rows
    assert [row["recall"] for row in rows] == [each.quality.recall for each in result().variations]
    assert [row["neighbours kept"] for row in rows] == [each.agreement.neighbors for each in result().variations]
    assert rows[-1]["layout"].startswith("chance") and len({row["layout"] for row in rows}) >= 12
    drawing.files(figures.table(result()))


def test_the_map_of_stability_holds_the_results_numbers() -> None:
    trace = figures.stability(result()).data[0]
    np.testing.assert_array_equal(trace.marker.color, result().stability)
    np.testing.assert_array_equal(np.stack([trace.x, trace.y], 1), result().variations[0].points)
    layout = figures.stability(result()).layout
    assert (
        layout.xaxis.title.text and layout.yaxis.title.text and layout.yaxis.range[0] > 1 > 0 > layout.yaxis.range[1]
    )  # downwards, as the atlas


def test_the_table_names_every_number_as_the_result_does() -> None:
    random = np.random.default_rng(1)
    scored = tuple(
        replace(
            each,
            quality=LayoutQuality("umap", N, *random.random(4).tolist(), int(random.integers(400))),
            agreement=Agreement(*random.random(3).tolist()),
        )
        for each in result().variations
    )
    for row, each in zip(figures.table(replace(result(), variations=scored)).rows, scored, strict=True):
        quality, agreement = each.quality, each.agreement
        assert list(row.values())[1:] == [
            quality.recall, quality.trustworthiness, quality.continuity, quality.cells_used, agreement.neighbors,
            agreement.cells, agreement.disparity,
        ]  # fmt: skip
        assert list(row)[1:] == [
            "recall", "trustworthiness", "continuity", "cells used", "neighbours kept", "same cell", "disparity",
        ]  # fmt: skip


def test_a_layout_is_called_by_what_differs() -> None:
    one = replace(result().variations[0], neighbors=50, min_dist=0.05, seed=3, method="tsne")
    said = {kind: figures.said(replace(one, kind=kind)) for kind in dict.fromkeys(KINDS)}
    assert said == {
        "reference": "t-SNE, reference", "neighbors": "50 neighbours", "min_dist": "distance 0.05",
        "metric": "Euclidean", "method": "t-SNE", "sample": "80% of points", "published": "as published",
        "seed": "seed 3", "start": "begun at random", "shuffled": "shuffled",
        "dealt": "chance: the reference, dealt anew",
    }  # fmt: skip
    assert figures.said(one, long=True) == "reference: t-SNE, 50 neighbours, distance 0.05"
    assert figures.said(replace(one, kind="published"), long=True) == "as published: 50 neighbours, distance 0.05"


def test_the_key_and_the_hover_say_which_classes_these_are() -> None:
    key = texts(figures.sensitivity(result()).svg)
    assert [each for each in key if each in LABELS] == [LABELS[k] for k in result().shown]
    assert figures.stability(result()).data[0].hovertemplate.startswith("true class ")
    assert figures.stability(replace(result(), knows_truth=False)).data[0].hovertemplate.startswith("answer ")


def test_only_shuffled_points_are_of_no_class() -> None:
    for each in result().variations:
        marked = [path for path in figures._points(result(), each, WIDE) if QUALITATIVE[0] in path]
        assert bool(marked) == (each.kind != "shuffled"), each.kind
