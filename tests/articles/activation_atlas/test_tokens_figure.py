"""The drawn token atlas holds the result's numbers, its names are legible, and a reader's hand reaches all of it."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from generators.articles.activation_atlas.facts.tokens import tokens as facts
from generators.articles.activation_atlas.figures import tokens as figures
from generators.articles.activation_atlas.figures.tokens_listed import _told, fitting
from generators.articles.activation_atlas.figures.tokens_named import NARROW, WIDE, name, placed, said, shades
from generators.articles.activation_atlas.results.fidelity import LayoutQuality
from generators.articles.activation_atlas.results.tokens import (
    CLUSTERS,
    STATE,
    TOKEN,
    Agreement,
    Excess,
    TokenAtlas,
    TokenMap,
)
from generators.drawing import Diagram, files
from generators.drawing.tokens import alone, n_columns, picked, visible
from tests.articles.key_value_memory.results import HOSTILE
from tests.diagram_page import chromium, live, served

WORDS = tuple(f" word{index}" for index in range(40))
M, C = 500, 12


def atlas(seed: int, tokens: tuple[str, ...] = WORDS, m: int = M, with_table: bool = True) -> TokenAtlas:
    """A result by lot, of clusters that lie together."""
    random = np.random.default_rng(seed)
    texts = random.integers(0, len(tokens), (m, 7)).astype(np.int32)
    texts[::9, :3] = -1
    maps = [_map(random, len(tokens), np.arange(m), texts, by_token=False)]
    if with_table:
        maps.append(_map(random, len(tokens), np.arange(m), texts, by_token=True))
    groups = [(TOKEN, ""), (CLUSTERS, "table"), (CLUSTERS, "b.0"), (CLUSTERS, "b.1"), (STATE, "")]
    agreements = tuple(_agreement(random, *each) for each in groups)
    following, predicted = random.integers(0, len(tokens), m), random.integers(0, len(tokens), (m, 3))
    return TokenAtlas(
        "net", tokens, 90, 30, 50, texts, following.astype(np.int32), predicted.astype(np.int32),
        -np.sort(-random.random((m, 3))).astype(np.float32), 9, tuple(maps), agreements,
    )  # fmt: skip


def _agreement(random: np.random.Generator, groups: str, path: str) -> Agreement:
    a, b, c, d, *chance = random.random(8).tolist()
    return Agreement(groups, path, C, a, b, c, d, (chance[0], chance[1], chance[2], chance[3]))


def _map(random: np.random.Generator, n: int, kept: np.ndarray, texts: np.ndarray, by_token: bool) -> TokenMap:
    middle, m = random.random((C, 2)), len(kept)
    cluster = np.sort(random.integers(0, C, m))
    points = np.clip(middle[cluster] + 0.06 * random.normal(size=(m, 2)), 0, 0.999)
    if by_token:
        cluster, points = texts[:, -1] % C, random.random((n, 2))[texts[:, -1]]
    nearest = np.full((C, 4), -1)
    for index in range(C):
        members = np.flatnonzero(cluster == index)[:4]
        nearest[index, : len(members)] = kept[members]
    centres = np.stack([points[cluster == index][0] for index in range(C)])
    predicted, chances = random.integers(0, n, (C, 5)), -np.sort(-random.random((C, 5)), axis=1)
    predicted[0, 3:], chances[0, 3:] = -1, 0
    return TokenMap(
        "table" if by_token else "b.1", by_token, kept.astype(np.int32), points.astype(np.float32),
        cluster.astype(np.int16), np.bincount(cluster).astype(np.int32), centres.astype(np.float32),
        _excess(random, n), _excess(random, n), predicted.astype(np.int32), chances.astype(np.float32),
        nearest.astype(np.int32), LayoutQuality("umap", m, 0.9, 0.8, 0.456, 0.0123, 200),
    )  # fmt: skip


def _excess(random: np.random.Generator, n: int) -> Excess:
    tokens = np.stack([random.permutation(n)[:5] for _ in range(C)])
    tokens[1, 2:] = -1
    numbers = [np.where(tokens < 0, 0, random.random((C, 5)) + 1).astype(np.float32) for _ in range(2)]
    return Excess(tokens.astype(np.int32), *numbers)


def texts_of(picture: str) -> str:
    return " ".join("".join(node.itertext()) for node in ElementTree.fromstring(picture).iter() if node.text)


def test_the_data_hold_the_results_numbers() -> None:
    result = atlas(0)
    data = json.loads(files(figures.tokens(result))["data.json"])
    for told, drawn in zip(data["maps"], result.maps, strict=True):
        assert told["path"] == drawn.path and len(told["clusters"]) == C
        seen = list(zip(told["x"], told["y"], (data["tokens"][k] for k in told["token"]), told["cluster"], strict=True))
        points = np.minimum((drawn.points * 1000).round(), 1000).astype(int).tolist()
        read = [result.tokens[token] for token in result.texts[:, -1]]
        expected = [(*point, word, c) for point, word, c in zip(points, read, drawn.cluster.tolist(), strict=True)]
        if drawn.by_token:
            assert dict(zip(seen, told["count"], strict=True)) == {each: expected.count(each) for each in set(expected)}
        else:
            assert seen == expected
        for index, cluster in enumerate(told["clusters"]):
            assert cluster["n"] == drawn.counts[index]
            words = [data["tokens"][k] for k, _, _ in cluster["read"]]
            assert words == [result.tokens[token] for token in drawn.read.tokens[index] if token >= 0]
            lifts = [lift for _, _, lift in cluster["following"]]
            np.testing.assert_allclose(lifts, drawn.following.lifts[index, : len(lifts)], atol=0.006)
            chances = [chance for _, chance in cluster["predicted"]]
            np.testing.assert_allclose(chances, drawn.chances[index, : len(chances)], rtol=0.006)
            for context, row in zip(cluster["contexts"], drawn.nearest[index].tolist(), strict=False):
                text = [result.tokens[token] for token in result.texts[row] if token >= 0]
                assert [data["tokens"][k] for k in context["text"]] == text
                assert data["tokens"][context["following"]] == result.tokens[result.following[row]]


def test_the_table_has_a_row_for_each_cluster() -> None:
    result = atlas(1)
    rows = list(csv.DictReader(io.StringIO(files(figures.tokens(result))["data.csv"].decode())))
    assert len(rows) == 2 * C and [int(row["positions"]) for row in rows[:C]] == result.maps[0].counts.tolist()
    context = "".join(result.tokens[token] for token in result.texts[result.maps[1].nearest[3, 0]] if token >= 0)
    assert rows[C + 3]["nearest context"] == context


@pytest.mark.parametrize("sheet", [WIDE, NARROW], ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("seed", range(5))
def test_every_point_is_drawn_and_no_name_is_over_another(sheet, seed: int) -> None:
    result = atlas(seed)
    drawing = figures.tokens(result)
    root = ElementTree.fromstring(drawing.svg if sheet is WIDE else drawing.narrow or "")
    first, second = (node for node in root.iter() if node.get("data-map"))
    assert first.get("display") is None and second.get("display") == "none"
    moves = {
        (int(node.get("data-dots") or -1), *map(float, move.removesuffix("h.01").split()))
        for node in first.iter() if node.get("data-dots") for move in (node.get("d") or "").split("M")[1:]
    }  # fmt: skip
    at = np.round(2 * placed(result.maps[0].points, sheet)).tolist()
    assert moves == {(c, *point) for c, point in zip(result.maps[0].cluster.tolist(), at, strict=True)}
    boxes = []
    for node in (node for node in first.iter() if node.get("data-cluster")):
        x, y, width = (float(node.get(key) or 0) for key in ("x", "y", "textLength"))
        assert x >= 0 and x + width <= sheet.width and sheet.size <= y <= sheet.height
        boxes.append((x, y, width))
    assert len(boxes) == C
    for (x, y, w), (a, b, v) in combinations(boxes, 2):
        assert abs(y - b) >= sheet.size or x + w <= a or a + v <= x


def test_the_still_lists_every_cluster_without_a_script() -> None:
    result = atlas(2)
    drawing = figures.tokens(result)
    for picture in (drawing.svg, drawing.narrow or ""):
        shown = texts_of(picture)
        assert "500 positions of the text." in shown and "46%" in shown
        for index in range(C):
            assert said(result, result.maps[0].read, index)[0] in shown
    assert f"{alone(result.tokens[result.maps[0].predicted[0, 0]])} " in texts_of(drawing.svg)


def test_names_and_lists_are_cut_to_their_room() -> None:
    result = atlas(3, tuple(f" a rather long token {index}" for index in range(40)))
    for index in range(C):
        assert n_columns(name(result, result.maps[0], index, 20)) <= 20
    raw = atlas(3, tuple(f"\\xe2\\x{index:02x}" for index in range(40)))  # bytes that are no character
    assert "\\xe2\\x" in name(raw, raw.maps[0], 0, 60) and "\\xe2\\x" in texts_of(figures.tokens(raw).svg)
    assert fitting(["one", "two", "three"], 9) == "one  two" and fitting(["abcdefgh"], 5) == "abcd…"


def test_clusters_of_one_colour_lie_apart() -> None:
    line = np.column_stack([np.linspace(0, 1, 12), np.zeros(12)])
    colours = shades(line)
    assert set(colours) == set(range(6)) and all(one != other for one, other in pairwise(colours))


def test_a_drawing_of_4000_points_is_small() -> None:
    made = files(figures.tokens(atlas(4, m=4000)))
    assert sum(map(len, made.values())) < 400_000


@pytest.mark.parametrize("n_states", [0, 9])
def test_the_agreement_figure_has_the_results_shares(n_states: int) -> None:
    result = replace(atlas(5), n_states=n_states)
    result = replace(result, agreements=result.agreements if n_states else result.agreements[:-1])
    figure = figures.agreement(result)
    panels = [each for each in figures.PANELS if n_states or each != "state"]
    for which, panel in enumerate(panels):
        axis = "x" if which == 0 else f"x{which + 1}"
        traces = [trace for trace in figure.data if trace.xaxis == axis]
        by_chance, measured = traces[0], {y: x for trace in traces[1:] for x, y in zip(trace.x, trace.y, strict=True)}
        assert list(by_chance.x) == [each.chance[which] for each in result.agreements]
        assert list(measured.values()) == [getattr(each, panel) for each in result.agreements]
        assert "table, no context" in measured and figure.layout[f"{axis[0]}axis{axis[1:]}"].title.text


def test_facts_leave_out_what_is_not_there() -> None:
    told = facts(atlas(6, with_table=False))
    assert told["n_clusters"] == C and told["recall"] == 0.456
    assert "grammar_following_guessed" in told and "table_following_guessed" not in told


# Live ---------------------------------------------------------------------------------------------------------------

RESULTS = {"words": atlas(7), "hostile": atlas(8, HOSTILE)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    drawings: dict[str, Diagram] = {key: figures.tokens(result) for key, result in RESULTS.items()}
    with served(drawings, tmp_path_factory.mktemp("tokens") / "site") as address, chromium() as browser:
        tab, wrong = browser.new_page(viewport={"width": 1000, "height": 1400}), list[str]()
        tab.set_default_timeout(10_000)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("dialog", lambda dialog: wrong.append(dialog.message))
        tab.goto(address)
        yield tab
        assert wrong == []


def contexts(figure) -> list[tuple[str, ...]]:
    return [
        tuple("".join(row.locator(part).all_text_contents()) for part in (".nf-before", "mark", ".nf-follows"))
        for row in figure.locator(".nf-texts > li").all()
    ]


def expected(result: TokenAtlas, drawn: TokenMap, index: int) -> list[tuple[str, ...]]:
    gap = "" if any(" " in token for token in result.tokens) else " "
    seen: list[tuple[str, ...]] = []
    for row in drawn.nearest[index]:
        if row >= 0:
            *before, read = (result.tokens[token] for token in result.texts[row] if token >= 0)
            words = "".join(visible(token) + gap for token in before)
            seen.append((words, picked(read), alone(result.tokens[result.following[row]])))
    return seen


@pytest.mark.parametrize("key", RESULTS)
def test_a_reader_sees_every_cluster_of_every_map(page, key: str) -> None:
    result, figure = RESULTS[key], live(page, key)
    assert not figure.locator(".nf-wide [data-list]").is_visible()
    for number, drawn in enumerate(result.maps):
        figure.get_by_label("Layer").select_option(str(number))
        for index in (0, 1, C - 1):
            figure.get_by_label("Cluster", exact=True).select_option(str(index))
            assert contexts(figure) == expected(result, drawn, index)
            listed = figure.locator("section").first.locator("li .nf-token").all_text_contents()
            assert listed == said(result, drawn.read, index)
    assert figure.locator("script, img, b").count() == 0


def test_pointing_shows_a_cluster_and_a_press_keeps_it(page) -> None:
    result, figure = RESULTS["words"], live(page, "words")
    figure.get_by_label("Layer").select_option("0")
    figure.get_by_label("Cluster", exact=True).select_option("2")
    figure.locator(".nf-wide").scroll_into_view_if_needed()
    box = figure.locator('.nf-wide [data-map="0"] > rect').bounding_box()
    drawn = result.maps[0]
    names = [node.bounding_box() for node in figure.locator('.nf-wide [data-map="0"] [data-cluster]').all()]
    for point, cluster in zip(drawn.points, drawn.cluster.tolist(), strict=True):
        x, y = (placed(point, WIDE) * box["width"] / WIDE.width + [box["x"], box["y"]]).tolist()
        alone_here = np.linalg.norm((drawn.points[drawn.cluster != cluster] - point), axis=1).min() > 0.05
        free = all(not (n["x"] - 9 < x < n["x"] + n["width"] + 9 and n["y"] - 9 < y < n["y"] + 25) for n in names)
        if cluster != 2 and alone_here and free:
            break
    page.mouse.move(x, y)
    page.wait_for_function(f"document.querySelector('#fig-words .nf-which strong').textContent === '{cluster + 1}'")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 60)
    page.wait_for_function("document.querySelector('#fig-words .nf-which strong').textContent === '3'")
    page.mouse.click(x, y)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 60)
    page.wait_for_function(f"location.hash.includes('cluster={cluster + 1}')")
    assert figure.locator(".nf-which strong").first.text_content() == str(cluster + 1)


def test_keys_walk_from_name_to_name(page) -> None:
    figure = live(page, "words")
    figure.get_by_label("Layer").select_option("0")
    names = figure.locator('.nf-wide [data-map="0"] [data-cluster]')
    assert names.evaluate_all("all => all.filter(each => each.tabIndex === 0).length") == 1
    names.nth(5).focus()
    reached = set()
    for _ in range(2):
        for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"):
            page.keyboard.press(key)
            reached.add(figure.locator(".nf-which strong").first.text_content())
            focused = page.evaluate("document.activeElement.dataset.cluster")
            assert figure.locator(".nf-which strong").first.text_content() == str(int(focused) + 1)
    assert len(reached) > 2


def test_a_token_is_looked_up(page) -> None:
    result, figure = RESULTS["words"], live(page, "words")
    figure.get_by_label("Layer").select_option("0")
    wanted = int(result.texts[0, -1])
    figure.get_by_label("Find a token").fill(result.tokens[wanted].strip().upper())
    n = int((result.texts[:, -1] == wanted).sum())
    clusters = len(np.unique(result.maps[0].cluster[result.texts[:, -1] == wanted]))
    shown = figure.locator(".nf-memories .nf-rest").first.text_content()
    word = "cluster" if clusters == 1 else "clusters"
    assert shown == f"{n} positions read “{alone(result.tokens[wanted])}”, in {clusters} {word}."
    d = figure.locator('.nf-wide [data-map="0"] [data-found] path').first.get_attribute("d")
    rings = sorted(tuple(map(float, move.removesuffix("h.01").split())) for move in d.split("M")[1:])
    points = sorted(map(tuple, placed(result.maps[0].points[result.texts[:, -1] == wanted], WIDE).tolist()))
    assert len(rings) == n and np.allclose(rings, points, atol=0.6)
    figure.get_by_label("Find a token").fill("nothing like it")
    assert "No position on the map reads" in figure.locator(".nf-memories .nf-rest").first.text_content()
    figure.get_by_label("Find a token").fill("")
    assert figure.locator("[data-found] path").count() == 0


def test_an_address_opens_its_view(page) -> None:
    page.evaluate("location.hash = '#fig-words?layer=table&cluster=4&token=word3'")
    page.wait_for_function("document.querySelector('#fig-words .nf-which strong')?.textContent === '4'")
    figure = page.locator("#fig-words")
    assert figure.get_by_label("Layer").input_value() == "1"
    assert figure.get_by_label("Find a token").input_value() == "word3"
    assert contexts(figure) == expected(RESULTS["words"], RESULTS["words"].maps[1], 3)


def test_facts_name_every_number_as_the_result_does() -> None:
    result = atlas(6)
    told = facts(result)
    assert (told["n_positions"], told["n_windows"], told["n_placed"]) == (M, 90, M)
    assert (told["trustworthiness"], told["continuity"], told["recall_chance"]) == (0.9, 0.8, 0.0123)
    for prefix, groups in {"": (CLUSTERS, "b.1"), "token_": (TOKEN, ""), "grammar_": (STATE, "")}.items():
        (each,) = [one for one in result.agreements if (one.groups, one.path) == groups]
        names = ("read", "following", "answer", "state")
        assert [told[f"{prefix}{name}_guessed"] for name in names] == [getattr(each, name) for name in names]
        assert tuple(told[f"{prefix}{name}_chance"] for name in names) == each.chance


def test_rows_and_lists_say_what_follows_and_what_is_predicted() -> None:
    result = atlas(1)
    rows = list(csv.DictReader(io.StringIO(files(figures.tokens(result))["data.csv"].decode())))
    drawn = result.maps[0]
    for index, row in enumerate(rows[:C]):
        assert row["tokens read"] == " ".join(said(result, drawn.read, index))
        assert row["tokens that follow"] == " ".join(said(result, drawn.following, index))
        assert row["goes on with"] == result.tokens[result.following[drawn.nearest[index, 0]]]
    shown = texts_of(figures.tokens(result).svg)
    assert "1.2% by chance" in shown
    likely = zip(drawn.predicted[0, :3].tolist(), drawn.chances[0, :3].tolist(), strict=True)  # of five, two are none
    assert _told(result, drawn, 0)[2] == [f"{alone(result.tokens[k])} {100 * chance:.0f}%" for k, chance in likely]
    data = json.loads(files(figures.tokens(result))["data.json"])["maps"][0]["clusters"]
    for cluster, shares in zip(data, drawn.read.shares, strict=True):
        np.testing.assert_allclose([share for _, share, _ in cluster["read"]], shares[shares > 0], atol=6e-5)


def test_a_cluster_near_another_has_another_colour() -> None:
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0], [0.5, 1], [0, 0.05], [1, 0.05]])
    colours = shades(corners)
    assert colours[6] != colours[0] and colours[7] != colours[1]
