"""Say every mistake of a TOML file at once, each with its line, what is there and what would be right.

tomllib keeps no line numbers, so the file is searched for the line on which each table and key begins.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from generators.errors import UsageError, nearest

WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "string_too_short": "text with something in it",
    "list_type": "a list",
    "model_type": "a table in braces",
    "too_short": "a list with something in it",
    "too_long": "a shorter list",
}
"""pydantic's name of a mistake -> what was expected, in a person's words."""

Place = tuple[str, ...]
"""Where a value is: table and key names from the top, such as ``("networks", "lenet", "kind")``."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a file."""

    place: Place
    sentence: str


def line_numbers(text: str) -> dict[Place, int]:
    """Find the line on which each table and each key of a TOML text begins."""
    found: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            table = place = _names(stripped)
        else:
            key, equals, _ = stripped.partition("=")
            place = table + _names(f"{key} = 0") if equals else ()
        for depth in range(1, len(place) + 1):
            found.setdefault(place[:depth], number)
    return found


def _names(line: str) -> Place:
    """The names in ``[a."b.c"]`` or ``a.b = 0``; none where the line is something else, such as a list's middle."""
    try:
        value: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    names = []
    while isinstance(value, dict) and value:
        names.append(next(iter(value)))
        value = value[names[-1]]
    return tuple(names)


def refuse(file: Path, text: str, mistakes: Iterable[Mistake]) -> None:
    """Raise one UsageError that names every mistake; do nothing when there is none."""
    lines = line_numbers(text)

    def line(mistake: Mistake) -> int:
        places = (mistake.place[:depth] for depth in range(len(mistake.place), 0, -1))
        return next((lines[place] for place in places if place in lines), 1)

    said = [
        f"line {line(mistake)}: {'.'.join(mistake.place)}: {mistake.sentence}"
        for mistake in sorted(mistakes, key=lambda each: (line(each), each.place))
    ]
    if said:
        count = "one mistake" if len(said) == 1 else f"{len(said)} mistakes"
        raise UsageError(f"{file} has {count}:" + "".join(f"\n  {each}" for each in said))


def from_pydantic(error: ValidationError, model: type[BaseModel], at: Place) -> list[Mistake]:
    """Put pydantic's complaints about the table ``at`` into our words."""
    return [_sentence(dict(each), model, at) for each in error.errors(include_url=False)]


def _sentence(detail: Mapping[str, Any], model: type[BaseModel], at: Place) -> Mistake:
    location, got = detail["loc"], detail.get("input")
    place = at + tuple(name for name in location if isinstance(name, str))
    match detail["type"]:
        case "extra_forbidden":
            return Mistake(place, f"there is no such key: {nearest(str(location[-1]), _keys(model, location[:-1]))}")
        case "missing":
            return Mistake(place, "is missing")
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
            return Mistake(place, f"{got!r} is none of those known: {nearest(str(got), allowed)}")
        case "value_error":
            return Mistake(place, str(detail["ctx"]["error"]))
        case kind:
            wanted = WANTED.get(kind) or detail["msg"].removeprefix("Input should be ")
            item = next((f"number {name + 1} of the list " for name in location if isinstance(name, int)), "")
            return Mistake(place, f"{item}should be {wanted}, and is {got!r}")


def _keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that a model, or the model inside it at ``location``, knows."""
    for name in location:
        inner = list(_models(model.model_fields[str(name)].annotation))
        if inner:
            model = inner[0]
    return list(model.model_fields)


def _models(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)
