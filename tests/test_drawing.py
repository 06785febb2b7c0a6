"""What a drawing becomes: the same bytes for the same drawing, numbers for people, and nothing that runs."""

import base64
import csv
import io
import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generators import drawing
from generators.drawing import Diagram, Pictures, Table, files, kind, sheets, size, text
from generators.drawing.svg import dots, element, svg
from tests.cells import arrange, mosaic

HOSTILE = '<img src=x onerror="alert(1)">&<b onclick=alert(1)>%{x}</b>'


def diagram(*shapes: str, **more) -> Diagram:
    return Diagram(svg(*shapes, width=20, height=10), data={"a": 1}, rows=[{"a": 1}], **more)


def rows(made: dict) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made["data.csv"].decode())))


def pictures(n: int = 6, height: int = 5, width: int = 4, channels: int = 3, **more) -> Pictures:
    random = np.random.default_rng(0).integers(0, 256, (n, height, width, channels), np.uint8)
    return Pictures(random, **{"rows": [("all", n)], "about": [{"index": index} for index in range(n)], **more})


# Equal drawings give equal bytes


def figure() -> go.Figure:
    made = go.Figure(go.Scatter(x=np.arange(3), y=np.array([0.1, 0.2, 0.3], np.float32), name="one"))
    return made.update_xaxes(title="time (ms)").update_yaxes(title="10<sup>6</sup> spikes")


@pytest.mark.parametrize("make", [figure, diagram, lambda: Table([{"a": 1, "b": "x"}]), lambda: pictures(5)])
def test_equal_drawings_give_equal_bytes(make):
    assert files(make()) == files(make())


def test_a_float32_is_written_as_short_as_it_is():
    assert b"[0.1,0.2,0.3]" in files(figure())["figure.json"]


def test_what_is_not_a_number_is_null():
    spec = json.loads(files(go.Figure(go.Scatter(y=[1.0, float("nan"), float("inf")])))["figure.json"])
    assert spec["data"][0]["y"] == [1.0, None, None]


def test_large_integers_stay_exact():
    assert json.loads(files(diagram())["data.json"]) == {"a": 1}
    big = 173_946_175_488_000_001
    made = Diagram(svg(width=1, height=1), data={"n": np.int64(big)}, rows=[{"n": big}])
    assert json.loads(files(made)["data.json"])["n"] == big
    assert rows(files(made)) == [["n"], [str(big)]]


def test_a_long_array_travels_packed_and_comes_back():
    x = np.random.default_rng(0).normal(size=1000).astype(np.float32)
    packed = json.loads(files(go.Figure(go.Scatter(x=x, y=x)))["figure.json"])["data"][0]["x"]
    assert packed["dtype"] == "f4"
    assert np.array_equal(np.frombuffer(base64.b64decode(packed["bdata"]), "<f4"), x)


def test_the_template_is_left_to_the_page():
    assert "template" not in json.loads(files(go.Figure(layout_template="plotly_dark"))["figure.json"])["layout"]


# Numbers for people


def test_the_headings_of_a_plot_are_its_axes():
    assert rows(files(figure())) == [["time (ms)", "10^6 spikes"], ["0", "0.1"], ["1", "0.2"], ["2", "0.3"]]


def test_several_traces_say_which_is_which():
    made = figure().add_scatter(x=[5], y=[6], name="two <b>bold</b>")
    assert rows(files(made))[0][0] == "series"
    assert rows(files(made))[-1] == ["two bold", "5", "6"]


def test_a_heatmap_has_a_row_a_cell():
    made = go.Figure(go.Heatmap(z=[[1, 2], [3, 4]], x=["p", "q"], y=[10, 20], colorbar_title_text="gain"))
    made.update_xaxes(title="input")
    assert rows(files(made)) == [
        ["input", "y", "gain"], ["p", "10", "1"], ["q", "10", "2"], ["p", "20", "3"], ["q", "20", "4"],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd|'/c calc'!A0", "@SUM(A1)", "\tx", "\rx"])
def test_a_spreadsheet_runs_no_text(text):
    made = files(Table([{text: text, "n": -1}]))
    with_heading = list(csv.reader(io.StringIO(made["data.csv"].decode(), newline="")))
    harmless = "'" + text.replace("\r", "\n")
    assert with_heading == [[harmless, "n"], [harmless, "-1"]]


def test_a_carriage_return_starts_no_row():
    assert rows(files(Table([{"a": "x\r=1+1"}]))) == [["a"], ["x\n=1+1"]]


def test_rows_may_have_different_headings():
    made = Diagram(svg(width=1, height=1), data={}, rows=[{"a": 1}, {"b": 2}])
    assert rows(files(made)) == [["a", "b"], ["1", ""], ["", "2"]]


# Markup in names that come from data


def test_plotly_gets_no_markup_but_emphasis():
    made = go.Figure(go.Scatter(x=[1], y=[1], name=HOSTILE, text=[HOSTILE], hovertext=[HOSTILE], hovertemplate=HOSTILE))
    made.update_layout(
        title=HOSTILE,
        annotations=[{"text": HOSTILE}],
        xaxis={"title": HOSTILE, "tickvals": [1], "ticktext": [HOSTILE]},
    )
    written = files(made)["figure.json"].decode()
    assert "<img" not in written and "<b onclick" not in written
    assert written.count("&lt;img") == 8
    kept = files(go.Figure(layout_title="10<sup>6</sup><br><b>x</b> <i>y</i>"))["figure.json"]
    assert b"10<sup>6</sup><br><b>x</b> <i>y</i>" in kept


@pytest.mark.parametrize("tag", ["<a href='https://x'>", "<A HREF=x>", "<svg>", "<script>", "<b style='x'>", "<!--"])
def test_other_markup_is_text(tag):
    assert tag not in json.loads(files(go.Figure(layout_title=tag))["figure.json"])["layout"]["title"]["text"]


def test_a_label_shows_exactly_as_it_is():
    assert text("<b>%{x}</b> & co") == "&lt;b&gt;%&#123;x}&lt;/b&gt; &amp; co"
    assert text(3) == "3"


@pytest.mark.parametrize("n", [0, 1, 2, 400])
def test_dots_told_by_their_distances_stand_where_they_should(n):
    places = [(x, y) for x, y in np.random.default_rng(n).integers(-99, 100, (n, 2)).tolist()]
    numbers = re.findall(r"[Mm](-?\d+) ?(-?\d+)h0", dots(iter(places)))
    at, found = np.zeros(2, int), []
    for pair in numbers:
        at = at + [int(number) for number in pair]
        found.append(tuple(at.tolist()))
    assert sorted(found) == sorted(places)
    assert n < 3 or len(dots(places)) < 0.8 * sum(len(f"M{x} {y}h0") for x, y in places)


def test_text_of_a_diagram_is_escaped():
    made = files(diagram(element("text", text=HOSTILE, data_name=HOSTILE)))["diagram.svg"].decode()
    assert "<img" not in made and "&lt;img" in made


# What an SVG in the page may hold


@pytest.mark.parametrize(
    ("shape", "complaint"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<SCRIPT>alert(1)</SCRIPT>", "<SCRIPT>"),
        ("<foreignObject><p/></foreignObject>", "<foreignObject>"),
        ("<style>path{}</style>", "<style>"),
        ('<image href="#x"/>', "<image>"),
        ('<image href="https://example.org/a.png"/>', "<image>"),
        ('<image href="data:image/svg+xml;base64,AAAA"/>', "<image>"),
        ('<image href="data:image/png;base64,AAAA" onload="alert(1)"/>', "is a script"),
        ('<animateTransform attributeName="x"/>', "<animateTransform>"),
        ('<circle onclick="alert(1)"/>', "is a script"),
        ('<circle ONLOAD="alert(1)"/>', "is a script"),
        ('<use href="https://example.org/a.svg#b"/>', "leads out"),
        ('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)"/>', "leads out"),
        ('<path fill="url(https://example.org/#a)"/>', "fetches"),
        ('<path clip-path="URL( https://example.org/#a)"/>', "fetches"),
        ('<path style="background: url(//example.org)"/>', "fetches"),
        ('<path fill="red"/>', "colour of its own"),
        ('<path stroke="#ff0000"/>', "colour of its own"),
        ('<path style="fill: rgb(1,2,3)"/>', "colour of its own"),
        ("<!-- comment -->", "comment"),
        ("<?xml-stylesheet href='x'?>", "declaration"),
    ],
)
@pytest.mark.parametrize("where", ["svg", "narrow"])
def test_an_svg_that_acts_or_fetches_is_refused(shape, complaint, where):
    pictures = {"svg": svg(width=1, height=1)} | {where: svg(shape, width=1, height=1)}
    with pytest.raises(ValueError, match=complaint):
        files(Diagram(**pictures, data={}, rows=[]))


def test_a_picture_may_travel_in_a_diagram_s_own_text():
    made = files(diagram(element("image", href="data:image/webp;base64,UklGRg==", width=1, height=1)))
    assert b"data:image/webp;base64,UklGRg==" in made["diagram.svg"]


@pytest.mark.parametrize("colour", ["var(--nf-positive)", "none", "currentColor", "url(#shade)", "transparent"])
def test_colours_of_the_page_are_welcome(colour):
    files(diagram(element("path", fill=colour, style=f"stroke: {colour}")))


def test_the_narrow_drawing_has_ids_of_its_own():
    inner = element("path", id="a", clip_path="url(#a)") + '<use href="#a"/><use href="#ab"/><path id="ab"/>'
    made = files(diagram(inner, narrow=svg(inner, width=5, height=5)))
    assert b'id="a"' in made["diagram.svg"]
    assert made["narrow.svg"].count(b"#a-narrow") == 2 and b'href="#ab-narrow"' in made["narrow.svg"]
    assert b'id="a"' not in made["narrow.svg"]


def test_the_parts_of_a_diagram_are_files_of_their_own():
    made = files(diagram(parts={"layer-0": [np.int64(1), float("nan")], "b": {"z": 1, "a": 2}}))
    assert set(made) - set(files(diagram())) == {"layer-0.part.json", "b.part.json"}
    assert made["layer-0.part.json"] == b"[1,null]" and made["b.part.json"] == b'{"a":2,"z":1}'


@pytest.mark.parametrize("name", ["", "a.b", "../a", "A", "a b"])
def test_a_part_has_a_plain_name(name):
    with pytest.raises(ValueError, match="small letters, digits and dashes, but got"):
        files(diagram(parts={name: 1}))


# Kinds and sizes


def test_kinds():
    drawings = (figure(), diagram(), Table([]), pictures(), mosaic(arrange(1, 0).cells()))
    assert [kind(each) for each in drawings] == ["plotly", "diagram", "table", "pictures", "mosaic"]


@pytest.mark.parametrize("ask", [kind, size, files])
def test_anything_else_is_refused_with_a_sentence(ask):
    with pytest.raises(TypeError, match="a Table, Pictures, a Mosaic, a Gallery or an Atlas, but got dict"):
        ask({})


def test_sizes():
    assert size(go.Figure()) == (drawing.WIDTH, drawing.HEIGHT)
    assert size(go.Figure(layout={"width": 300, "height": 200})) == (300, 200)
    assert size(Diagram(svg(width=20.5, height=10), data={}, rows=[])) == (21, 10)
    assert size(Table([])) == size(pictures()) == (drawing.WIDTH, 0)
    with pytest.raises(ValueError, match="viewBox"):
        files(Diagram("<svg/>", data={}, rows=[]))


# Tables


def test_a_table_says_what_it_shows_and_what_it_sorts_by():
    made = Table(
        [
            {"name": "a", "n": 12345, "share": 0.51234, "known": True},
            {"name": "=b", "n": None, "share": 1, "known": False},
        ],
        {"share": ".1%"},
    )
    table = json.loads(files(made)["table.json"])
    assert table["headings"] == [
        {"name": "name", "numeric": False},
        {"name": "n", "numeric": True},
        {"name": "share", "numeric": True},
        {"name": "known", "numeric": False},
    ]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["a", "12,345", "51.2%", "yes"],
        ["=b", "–", "100.0%", "no"],
    ]
    assert [cell["value"] for cell in table["rows"][0]] == ["a", 12345, 0.51234, True]


def test_rows_of_a_table_agree_on_their_headings():
    with pytest.raises(ValueError, match=r"same headings \['a'\]"):
        files(Table([{"a": 1}, {"b": 1}]))
    with pytest.raises(ValueError, match=r"also \['b'\]"):
        files(Table([{"a": 1}], {"b": ",d"}))
    assert json.loads(files(Table([]))["table.json"]) == {"headings": [], "rows": []}


# Pictures


def cut(made: dict) -> list[np.ndarray]:
    """Cut every picture out of the sheet as a browser does: by percent of one picture's size."""
    shown = json.loads(made["pictures.json"])
    sheet = np.asarray(Image.open(io.BytesIO(made["sheet.webp"])))
    height, width = shown["height"], shown["width"]
    assert shown["sheet"]["width"] / 100 * width == pytest.approx(sheet.shape[1], abs=0.01)
    assert shown["sheet"]["height"] / 100 * height == pytest.approx(sheet.shape[0], abs=0.01)
    places = [picture for row in shown["rows"] for picture in row["pictures"]]
    corners = [(round(-each["top"] / 100 * height), round(-each["left"] / 100 * width)) for each in places]
    return [sheet[top : top + height, left : left + width] for top, left in corners]


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4]))
def test_every_picture_comes_back_from_the_sheet_exactly(n, height, width, channels):
    made = pictures(n, height, width, channels)
    whole = made.pictures.repeat(3, axis=3) if channels == 1 else made.pictures
    assert np.array_equal(np.stack(cut(files(made))), whole)


def test_no_neighbour_shows_at_the_edge_of_a_picture():
    made = sheets.sheet(np.stack([np.full((4, 4, 3), 255 * (index % 2), np.uint8) for index in range(9)]))
    sheet = np.asarray(Image.open(io.BytesIO(made.webp)))
    assert sheet.shape == (24, 24, 3) and (made.columns, made.rows) == (3, 3)
    assert (sheet[:8, :8] == 0).all() and (sheet[:8, 8:16] == 255).all()


def test_noise_that_is_too_large_to_travel_loses_what_no_eye_sees():
    random = np.random.default_rng(0).integers(0, 256, (120, 40, 40, 3), np.uint8)
    made = sheets.sheet(random)
    assert (
        not made.lossless and len(made.webp) < sheets._webp(Image.fromarray(random[0]), lossless=True).__len__() * 120
    )
    assert sheets.sheet(random[:9]).lossless


def test_more_pictures_than_a_file_can_hold_are_refused():
    with pytest.raises(ValueError, match="do not fit on one sheet"):
        sheets.sheet(np.zeros((4, 9000, 9000, 1), np.uint8))


def test_pictures_keep_their_rows_captions_and_numbers():
    made = files(
        pictures(
            4,
            rows=[(HOSTILE, 3), ("b", 1)],
            captions=["", HOSTILE, "c", "d"],
            marked=[False, True, False, False],
            about=[{"index": index, "label": "=a"} for index in range(4)],
        )
    )
    shown = json.loads(made["pictures.json"])
    assert [(row["label"], len(row["pictures"])) for row in shown["rows"]] == [(HOSTILE, 3), ("b", 1)]
    assert [picture["caption"] for picture in shown["rows"][0]["pictures"]] == ["", HOSTILE, "c"]
    assert [picture["marked"] for picture in shown["rows"][0]["pictures"]] == [False, True, False]
    assert rows(made)[1] == ["0", "'=a"]
    assert json.loads(made["data.json"])["rows"] == [{"label": HOSTILE, "pictures": 3}, {"label": "b", "pictures": 1}]


@pytest.mark.parametrize(("width", "shown"), [(8, 56), (28, 64), (64, 72), (100, 100), (224, 128)])
def test_small_pictures_are_shown_larger_and_large_ones_smaller(width, shown):
    assert json.loads(files(pictures(1, 2, width))["pictures.json"])["shown"] == shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rows": [("a", 5)]}, "there are 6 pictures, but rows speaks of 5"),
        ({"about": [{}]}, "about speaks of 1"),
        ({"captions": ["a"]}, "captions speaks of 1"),
        ({"marked": [True] * 7}, "marked speaks of 7"),
        ({"columns": ["a", "b"]}, "a picture for each of its 2 columns"),
        ({"n": 0, "rows": [], "about": []}, "at least one"),
        ({"channels": 2}, "1, 3 or 4"),
    ],
)  # fmt: skip
def test_pictures_that_do_not_fit_together_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        files(pictures(**wrong))
    with pytest.raises(ValueError, match=r"float32\[1, 2, 2\]"):
        files(Pictures(np.zeros((1, 2, 2), np.float32), [("", 1)], [{}]))
