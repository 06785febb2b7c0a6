"""Small pictures in many states, of which a reader sees one: shelves to point at, and what is known of each picture.

A reader answers questions, such as which neuron and which interval, and the answers lead to a room: its pictures hang
there in one view or in several. What a page shows at rest is the room of the start; ``site_src/assets/gallery.js``
shows the others. ``gallery_files`` writes what both need.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Question:
    """Something that a reader chooses."""

    label: str
    options: Sequence[str]
    """All different: an address names the one that was chosen."""
    slides: bool = False
    """Whether the options have an order, so that a slider goes through them."""


@dataclass(frozen=True)
class Note:
    """A number about a shelf, in words."""

    label: str
    value: str
    is_best: bool = False
    """Whether it is the best of those that a reader may compare it with."""


@dataclass(frozen=True)
class Shelf:
    """Some of a room's pictures under one title."""

    title: str
    pictures: Sequence[int] | np.ndarray
    """Which of the room's, in the order in which they hang."""
    notes: Sequence[Note] = ()
    empty: str = ""
    """What is said where no picture hangs."""


@dataclass(frozen=True)
class Companions:
    """Pictures of which one stands beside each of the room's when it is looked at."""

    pictures: np.ndarray
    """uint8[r, height, width, channels]"""
    about: Sequence[Mapping[str, Any]]
    """One mapping each."""
    of: Sequence[int] | np.ndarray
    """For each of the room's pictures, which of these."""


@dataclass(frozen=True)
class Scale:
    """One number of each picture, over how it is spread among others that are not shown."""

    words: str
    """What bars and ticks are."""
    low: float
    high: float
    counts: np.ndarray
    """int[bins], others in each of equal parts from ``low`` to ``high``."""
    values: np.ndarray
    """float[p], of the room's pictures; one outside stands beyond the end."""
    format: str


@dataclass(frozen=True)
class Room:
    """One state: pictures that travel together, and how they hang."""

    said: Sequence[str]
    """Sentences above them."""
    pictures: np.ndarray
    """uint8[p, height, width, channels], each once, however many shelves it hangs on; p may be 0."""
    about: Sequence[Mapping[str, Any]]
    """One mapping a picture, the numbers behind it: the CSV."""
    views: Sequence[Sequence[Shelf]]
    """For each option of ``Gallery.view`` the shelves that hang side by side."""
    companions: Companions | None = None
    scale: Scale | None = None


@dataclass(frozen=True)
class Gallery:
    """Rooms behind questions; what travels with the pictures is text, never markup."""

    questions: Sequence[Question]
    rooms: Sequence[Room]
    """One for each combination of answers, those to the last question changing fastest."""
    view: Question = field(default_factory=lambda: Question("View", ("",)))
    """How the pictures of a room hang; not asked where there is one option."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """What is said of a picture that is looked at: names in ``Room.about`` -> Python formats."""
    companion: str = ""
    """What a companion is; needed where there are any."""
    companion_formats: Mapping[str, str] = field(default_factory=dict)
    """The same of a companion."""
    start: int = 0
    """The room that a page shows first."""


def check_gallery(drawing: Gallery) -> None:
    """Raise ValueError for what cannot be shown."""
    asked = [*drawing.questions, drawing.view]
    _check(all(question.options for question in asked), "has options for each of its questions")
    _check(all(len(set(q.options)) == len(q.options) for q in asked), "has questions with different options")
    n_rooms = prod(len(question.options) for question in drawing.questions)
    _check(len(drawing.rooms) == n_rooms, f"has a room for each of its {n_rooms} combinations of answers")
    _check(0 <= drawing.start < n_rooms, "starts in one of its rooms")
    _check(drawing.companion or not any(room.companions for room in drawing.rooms), "says what companions are")
    sizes = {each.shape[1:] for room in drawing.rooms for each in hung(room) if len(each)}
    _check(len(sizes) == 1, "has pictures of one size in all its rooms, at least one")
    for index, room in enumerate(drawing.rooms):
        _check_room(drawing, room, f"room {index} of a gallery")


def hung(room: Room) -> list[np.ndarray]:
    """Give its pictures and those of its companions."""
    return [room.pictures, *([room.companions.pictures] if room.companions else [])]


def _check_room(drawing: Gallery, room: Room, where: str) -> None:
    n = len(room.pictures)
    for pictures in hung(room):
        is_one = pictures.dtype == np.uint8 and pictures.ndim == 4 and pictures.shape[-1] in (1, 3, 4)
        _check(is_one, "has pictures uint8[n, height, width, 1, 3 or 4]", where)
    _check(len(room.about) == n, f"says something of each of its {n} pictures", where)
    _check(len(room.views) == len(drawing.view.options), f"has {len(drawing.view.options)} views", where)
    for shelf in (shelf for view in room.views for shelf in view):
        chosen = np.asarray(shelf.pictures, int)
        _check(((chosen >= 0) & (chosen < n)).all(), "has shelves of pictures that there are", where)
        _check(len(chosen) or shelf.empty, "says something where a shelf is empty", where)
    _check(all(room.views), "has a shelf in each view", where)
    if (beside := room.companions) is not None:
        of, r = np.asarray(beside.of, int), len(beside.pictures)
        _check(len(of) == n and ((of >= 0) & (of < r)).all(), "has a companion for each picture", where)
        _check(len(beside.about) == r, f"says something of each of its {r} companions", where)
    if (scale := room.scale) is not None:
        _check(len(scale.values) == n and scale.low < scale.high, "has a place on its scale for each picture", where)


def _check(holds: object, law: str, where: str = "a gallery") -> None:
    if not holds:
        raise ValueError(f"{where} {law}, but this one does not")
