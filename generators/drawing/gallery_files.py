"""A gallery as files: what stands in the page, and for each room a sheet of its pictures and what is said of them.

``assets/gallery/rooms.js`` fetches ``room-K.part.json`` and ``room-K.sheet.webp`` when a reader is about to enter room
K. Companions stand on the sheet after the room's own pictures. Every number is text by then, and every place a percent.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, sqrt
from typing import Any

import numpy as np

from generators.drawing import written
from generators.drawing.gallery import Gallery, Room, Scale, Shelf, check_gallery, hung
from generators.drawing.sheets import MARGIN_PX, Sheet, sheet

QUALITIES = (90, 80, 70, 60)
"""Of WebP, tried in turn until a sheet is small enough."""
LARGEST_SHEET_BYTES = 450_000
SHOWN_PX = {28: 56, 32: 64}
"""Width of a picture up to which it hangs this wide; larger ones as they are, up to ``WIDEST_PX``."""
WIDEST_PX = 64
COMPRESSED = "Pictures are shown compressed; what is said of them holds for the exact ones."
LEAST_COLUMNS, MOST_COLUMNS = 4, 8
"""Of a shelf, which between them is as square as it can be."""
BEYOND_PERCENT = 4
"""How far beyond the end of a scale a picture stands whose number lies outside."""


def gallery_files(drawing: Gallery) -> dict[str, bytes]:
    """Write everything that the page shows or a browser fetches; ValueError for what cannot be shown."""
    check_gallery(drawing)
    made: dict[str, bytes] = {}
    for index, room in enumerate(drawing.rooms):
        laid = _sheet(room)
        told = _told(drawing, room, laid)
        made[f"room-{index}.part.json"] = written.json(told)
        if laid is not None:
            made[f"room-{index}.sheet.webp"] = laid.webp
        if index == drawing.start:
            made["gallery.json"] = written.json(_page(drawing, told, laid))
    return made | {"data.json": written.json(_index(drawing)), "data.csv": written.csv(_rows(drawing))}


def _sheet(room: Room) -> Sheet | None:
    pictures = np.concatenate(hung(room))
    return sheet(pictures, QUALITIES, LARGEST_SHEET_BYTES) if len(pictures) else None


def _index(drawing: Gallery) -> dict[str, Any]:
    """What the script knows before it enters a room."""
    asked = [*drawing.questions, drawing.view]
    return _size(drawing) | {
        "questions": [{"label": q.label, "options": list(q.options), "slides": q.slides} for q in asked],
        "start": drawing.start,
        "hung": [sum(map(len, hung(room))) for room in drawing.rooms],
        "headings": list(drawing.formats),
        "companion": {"title": drawing.companion, "headings": list(drawing.companion_formats)},
    }


def _size(drawing: Gallery) -> dict[str, Any]:
    height, width = next(each.shape[1:3] for room in drawing.rooms for each in hung(room) if len(each))
    shown = next((px for most, px in SHOWN_PX.items() if width <= most), min(width, WIDEST_PX))
    return {"width": width, "height": height, "margin": MARGIN_PX, "shown": shown}


def _told(drawing: Gallery, room: Room, laid: Sheet | None) -> dict[str, Any]:
    beside = room.companions
    return {
        "said": _sentences(room.said, laid),
        "sheet": laid and {"columns": laid.columns, "rows": laid.rows},
        "values": [_values(about, drawing.formats) for about in room.about],
        "companions": beside
        and {
            "of": [int(index) for index in beside.of],
            "values": [_values(about, drawing.companion_formats) for about in beside.about],
        },
        "scale": room.scale and _scale(room.scale),
        "views": [[_shelf(shelf) for shelf in view] for view in room.views],
    }


def _sentences(said: Sequence[str], laid: Sheet | None) -> list[str]:
    if laid is None or laid.lossless:
        return list(said)
    return [*said[:-1], " ".join([*said[-1:], COMPRESSED])]


def _values(about: Mapping[str, Any], formats: Mapping[str, str]) -> list[str]:
    return [written.said(about.get(name), spec) for name, spec in formats.items()]


def _scale(scale: Scale) -> dict[str, Any]:
    most = max(1, int(np.max(scale.counts, initial=0)))
    places = (np.asarray(scale.values, float) - scale.low) / (scale.high - scale.low) * 100
    return {
        "words": scale.words,
        "low": written.said(scale.low, scale.format),
        "high": written.said(scale.high, scale.format),
        "bars": [round(100 * int(count) / most, 2) for count in scale.counts],
        "at": [round(place, 2) for place in places.clip(-BEYOND_PERCENT, 100 + BEYOND_PERCENT).tolist()],
    }


def _shelf(shelf: Shelf) -> dict[str, Any]:
    return {
        "title": shelf.title,
        "pictures": [int(index) for index in shelf.pictures],
        "columns": min(MOST_COLUMNS, max(LEAST_COLUMNS, ceil(sqrt(len(shelf.pictures))))),
        "notes": [{"label": note.label, "value": note.value, "best": note.is_best} for note in shelf.notes],
        "empty": "" if len(shelf.pictures) else shelf.empty,
    }


def _page(drawing: Gallery, told: dict[str, Any], laid: Sheet | None) -> dict[str, Any]:
    """What stands in the page itself: the room of the start in its first view, its first picture looked at."""
    size, shelves, scale = _size(drawing), told["views"][0], told["scale"]
    place = _Places(size, laid)
    return size | {
        "answers": _answers(drawing, drawing.start),
        "file": f"room-{drawing.start}.sheet.webp",
        "said": told["said"],
        "sheet": place.whole,
        "scale": scale,
        "shelves": [
            shelf | {"pictures": [place(index) | {"at": scale and scale["at"][index]} for index in shelf["pictures"]]}
            for shelf in shelves
        ],
        "looked_at": _looked_at(drawing, told, place),
    }


def _answers(drawing: Gallery, index: int) -> list[list[str]]:
    """What a reader has answered who stands in a room, in its first view."""
    chosen = np.unravel_index(index, [len(question.options) for question in drawing.questions])
    given = [[question.label, question.options[int(k)]] for question, k in zip(drawing.questions, chosen, strict=True)]
    return [*given, [drawing.view.label, drawing.view.options[0]]] if len(drawing.view.options) > 1 else given


def _looked_at(drawing: Gallery, told: dict[str, Any], place: "_Places") -> list[dict[str, Any]]:
    """The first picture that hangs, and its companion, as ``assets/gallery/seen.js`` says them."""
    shelf = next((shelf for shelf in told["views"][0] if shelf["pictures"]), None)
    if shelf is None:
        return []
    index = shelf["pictures"][0]
    title = f"{shelf['title']}, " if shelf["title"] and len(told["views"][0]) > 1 else ""
    said = _pairs(drawing.formats, told["values"][index])
    seen = [place(index) | {"title": f"{title}1 of {len(shelf['pictures'])}", "said": said}]
    if (beside := told["companions"]) is not None:
        which = beside["of"][index]
        said = _pairs(drawing.companion_formats, beside["values"][which])
        seen.append(place(len(told["values"]) + which) | {"title": drawing.companion, "said": said})
    return seen


def _pairs(formats: Mapping[str, str], values: Sequence[str]) -> list[list[str]]:
    return [[name, value] for name, value in zip(formats, values, strict=True)]


class _Places:
    """Where pictures stand on a sheet, in percent of one picture, as CSS asks."""

    def __init__(self, size: Mapping[str, int], laid: Sheet | None) -> None:
        self._width, self._height, self._laid = size["width"], size["height"], laid
        self._across, self._down = self._width + 2 * MARGIN_PX, self._height + 2 * MARGIN_PX

    @property
    def whole(self) -> dict[str, float]:
        columns, rows = (self._laid.columns, self._laid.rows) if self._laid else (1, 1)
        return {
            "width": round(100 * columns * self._across / self._width, 3),
            "height": round(100 * rows * self._down / self._height, 3),
        }

    def __call__(self, index: int) -> dict[str, Any]:
        assert self._laid is not None
        x, y = self._laid.place(index)
        left, top = (x * self._across + MARGIN_PX) / self._width, (y * self._down + MARGIN_PX) / self._height
        return {"left": round(-100 * left, 3), "top": round(-100 * top, 3)}


def _rows(drawing: Gallery) -> Iterator[dict[str, Any]]:
    """One row a picture that hangs: its room, its place on each shelf, the numbers behind it and its companion's."""
    for index, room in enumerate(drawing.rooms):
        where = dict(_answers(drawing, index)[: len(drawing.questions)])
        shelves = {shelf.title: [int(k) for k in shelf.pictures] for view in room.views for shelf in view}
        shown = sorted({k for members in shelves.values() for k in members})
        places = {title: {k: place + 1 for place, k in enumerate(members)} for title, members in shelves.items()}
        for picture in shown:
            row = where | {f"place in {title}": place.get(picture) for title, place in places.items()}
            yield row | dict(room.about[picture]) | _companion(drawing, room, picture)


def _companion(drawing: Gallery, room: Room, picture: int) -> dict[str, Any]:
    if room.companions is None:
        return {}
    about = room.companions.about[int(room.companions.of[picture])]
    return {f"{drawing.companion}: {name}": value for name, value in about.items()}
