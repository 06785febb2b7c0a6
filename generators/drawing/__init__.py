"""What a figure function returns, and the files each drawing becomes: ``files(drawing) -> {file name: bytes}``.

A drawing is a plotly figure, a ``Diagram``, a ``Table``, ``Pictures``, a ``Mosaic``, a ``Gallery`` or an ``Atlas``.
Equal drawings give equal bytes. A new kind of drawing is one dataclass, one registration of ``kind``, ``size`` and
``files`` here, and one template in ``templates/figures/``. Plotly is not imported: whatever has ``to_plotly_json`` is
taken for a plotly figure.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from html import escape
from typing import Any, Literal

import numpy as np

from generators.drawing import plotted, written
from generators.drawing.atlas import Atlas
from generators.drawing.atlas_files import atlas_files
from generators.drawing.atlas_stills import WIDTH_PX
from generators.drawing.checks import check, suffix_ids
from generators.drawing.gallery import Gallery
from generators.drawing.gallery_files import gallery_files
from generators.drawing.mosaic import Mosaic, plate_size
from generators.drawing.mosaic_files import mosaic_files
from generators.drawing.pictured import Pictures, check_pictures, layout
from generators.drawing.sheets import sheet

Kind = Literal["plotly", "diagram", "table", "pictures", "mosaic", "gallery", "atlas"]

WIDTH, HEIGHT = 760, 440
"""Pixels of a plot that does not say."""

_PART = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True)
class Diagram:
    """An SVG that stands in the page's own HTML, and optionally a script that brings it to life.

    The SVG takes its colours from CSS variables only, so one drawing serves light, dark and print; without JavaScript
    it is the figure.
    """

    svg: str
    """A whole ``<svg viewBox=…>``; build it with ``generators.drawing.svg``, which escapes text."""
    data: Mapping[str, Any]
    """What the script reads, as JSON; also the reader's *download data*."""
    rows: Sequence[Mapping[str, Any]]
    """The same numbers as a table for people: the CSV."""
    script: str | None = None
    """``site_src/assets/diagrams/<script>.js``, a module exporting ``mount``; none for a still diagram."""
    narrow: str | None = None
    """The same SVG laid out for a phone (viewBox at most 400 wide), when the wide one would not be legible there."""
    parts: Mapping[str, Any] = field(default_factory=dict)
    """Name -> more JSON that the script fetches when it needs it, each a file NAME.part.json beside ``data``."""


@dataclass(frozen=True)
class Table:
    """Rows that a reader may sort; cells are text or numbers, never markup."""

    rows: Sequence[Mapping[str, Any]]
    """One mapping a row, the same keys in the same order in each: the headings."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Heading -> Python format for its numbers, such as ``",d"``."""


@singledispatch
def kind(drawing: object) -> Kind:
    """Name the template that places ``drawing``."""
    _plotly(drawing)
    return "plotly"


@singledispatch
def size(drawing: object) -> tuple[int, int]:
    """Give width and height in CSS pixels; a table's height, which the page decides, is 0."""
    layout = _plotly(drawing).layout
    return int(layout.width or WIDTH), int(layout.height or HEIGHT)


@singledispatch
def files(drawing: object) -> dict[str, bytes]:
    """Write everything a page or a reader downloads, but for a plot's stills: ``generators.stills``."""
    figure = _plotly(drawing)
    data = [trace.to_plotly_json() for trace in figure.data]
    layout = figure.layout.to_plotly_json()
    frames = [frame.to_plotly_json() for frame in figure.frames]
    layout.pop("template", None)
    spec = {"data": data, "layout": layout} | ({"frames": frames} if frames else {})
    return {
        "figure.json": written.json(plotted.packed(spec)),
        "data.csv": written.csv(plotted.points(data, layout, frames)),
    }


@kind.register
def _(drawing: Diagram) -> Kind:
    return "diagram"


@size.register
def _(drawing: Diagram) -> tuple[int, int]:
    box = re.search(r'\bviewBox="0 0 ([0-9.]+) ([0-9.]+)"', drawing.svg)
    if box is None:
        raise ValueError('a diagram is an <svg viewBox="0 0 WIDTH HEIGHT">, but its SVG has no such viewBox')
    return math.ceil(float(box[1])), math.ceil(float(box[2]))


@files.register
def _(drawing: Diagram) -> dict[str, bytes]:
    size(drawing)
    pictures = {"diagram.svg": drawing.svg}
    if drawing.narrow is not None:
        pictures["narrow.svg"] = suffix_ids(drawing.narrow, "-narrow")
    for name, picture in pictures.items():
        check(name, picture)
    for name in drawing.parts:
        if not _PART.fullmatch(name):
            raise ValueError(f"a part of a diagram is named by small letters, digits and dashes, but got {name!r}")
    return {name: picture.encode() for name, picture in pictures.items()} | {
        "data.json": written.json(drawing.data),
        "data.csv": written.csv(drawing.rows),
        **{f"{name}.part.json": written.json(part) for name, part in drawing.parts.items()},
    }


@kind.register
def _(drawing: Table) -> Kind:
    return "table"


@size.register
def _(drawing: Table) -> tuple[int, int]:
    return WIDTH, 0


@files.register
def _(drawing: Table) -> dict[str, bytes]:
    names = list(drawing.rows[0]) if drawing.rows else []
    for row in drawing.rows:
        if list(row) != names:
            raise ValueError(f"every row of a table has the same headings {names}, but one has {list(row)}")
    if strangers := set(drawing.formats) - set(names):
        raise ValueError(f"formats of a table name its headings {names}, but also {sorted(strangers)}")
    headings = [{"name": name, "numeric": _numeric([row[name] for row in drawing.rows])} for name in names]
    rows = [
        [{"text": _cell(row[name], drawing.formats.get(name)), "value": row[name]} for name in names]
        for row in drawing.rows
    ]
    return {"table.json": written.json({"headings": headings, "rows": rows}), "data.csv": written.csv(drawing.rows)}


@kind.register
def _(drawing: Pictures) -> Kind:
    return "pictures"


@size.register
def _(drawing: Pictures) -> tuple[int, int]:
    return WIDTH, 0


@files.register
def _(drawing: Pictures) -> dict[str, bytes]:
    pictures = check_pictures(drawing)
    made = sheet(pictures)
    data = {
        "size": pictures.shape[1:],
        "rows": [{"label": label, "pictures": n} for label, n in drawing.rows],
        "pictures": list(drawing.about),
    }
    return {
        "sheet.webp": made.webp,
        "pictures.json": written.json(layout(drawing, made)),
        "data.json": written.json(data),
        "data.csv": written.csv(drawing.about),
    }


@kind.register
def _(drawing: Mosaic) -> Kind:
    return "mosaic"


@size.register
def _(drawing: Mosaic) -> tuple[int, int]:
    return plate_size(drawing)


@files.register
def _(drawing: Mosaic) -> dict[str, bytes]:
    return mosaic_files(drawing)


@kind.register
def _(drawing: Gallery) -> Kind:
    return "gallery"


@size.register
def _(drawing: Gallery) -> tuple[int, int]:
    return WIDTH, 0


@files.register
def _(drawing: Gallery) -> dict[str, bytes]:
    return gallery_files(drawing)


@kind.register
def _(drawing: Atlas) -> Kind:
    return "atlas"


@size.register
def _(drawing: Atlas) -> tuple[int, int]:
    return WIDTH_PX, WIDTH_PX


@files.register
def _(drawing: Atlas) -> dict[str, bytes]:
    return atlas_files(drawing)


def text(label: object) -> str:
    """Prepare a label that comes from data for plotly, which reads a little HTML: it will show exactly as it is."""
    return escape(str(label), quote=False).replace("%{", "%&#123;")


def _plotly(drawing: Any) -> Any:
    if not hasattr(drawing, "to_plotly_json"):
        raise TypeError(
            "a figure function returns a plotly Figure, a Diagram, a Table, Pictures, a Mosaic, a Gallery or "
            f"an Atlas, but got {type(drawing).__name__}"
        )
    return drawing


def _numeric(values: list[Any]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(
        isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in present
    )


def _cell(value: Any, spec: str | None) -> str:
    match written.plain(value):
        case None:
            return "–"
        case bool() as answer:
            return "yes" if answer else "no"
        case int() as number:
            return format(number, spec or ",d")
        case float() as number:
            return format(number, spec or ".4g")
        case other:
            return str(other)
