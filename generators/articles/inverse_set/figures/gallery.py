"""Inverse sets as pictures: each neuron at each interval, by each selection, and three of them side by side."""

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any

import numpy as np

from generators.articles.inverse_set.results import gallery as measured
from generators.articles.inverse_set.results.gallery import Inverse, Level, Neuron, Selection
from generators.drawing import Table
from generators.drawing import gallery as drawing

BESIDE_ONE_ANOTHER = ("representative", "diverse", "as published")
SIDE_BY_SIDE = "side by side"
SCORES = (
    ("in the set", "feasible_share", ".0%", None),
    ("hole, mean ↓", "fill_mean", ".3g", min),
    ("largest hole ↓", "fill_max", ".3g", min),
    ("nearest other ↑", "nearest_neighbour", ".3g", max),
    ("Vendi score ↑", "vendi", ".3g", max),
    ("activation KS ↓", "activation_ks", ".2f", min),
    ("code norm", "code_norm", ".1f", None),
)
"""What is said of a selection: words, field of ``Scores``, format, and which of several is best."""


def gallery(result: measured.Gallery) -> drawing.Gallery | Table:
    """Hang each neuron's inverse sets: choose neuron, interval and selection, point at a picture.

    Where no neuron has any picture, a table says why.
    """
    if not any(len(level.pictures) for inverse in result.inverses for level in inverse.levels):
        return _reasons(result)
    levels = _in_order(level.name for inverse in result.inverses for level in inverse.levels)
    selections = _in_order(
        selection.name for inverse in result.inverses for level in inverse.levels for selection in level.selections
    )
    views = [*selections, *([SIDE_BY_SIDE] if set(BESIDE_ONE_ANOTHER) <= set(selections) else [])]
    rooms = [_room(result, inverse, name, views) for inverse in result.inverses for name in levels]
    return drawing.Gallery(
        questions=(
            drawing.Question("Neuron", _names([inverse.neuron for inverse in result.inverses])),
            drawing.Question("Interval", levels, slides=True),
        ),
        rooms=rooms,
        view=drawing.Question("Selection", views),
        formats={"activation": ".3g", "code norm": ".1f"} | ({"class": ""} if result.classes else {}),
        companion="nearest in the data",
        companion_formats={"activation": ".3g"} | ({"label": ""} if result.labels else {}),
        start=_start(rooms, len(levels)),
    )


def _reasons(result: measured.Gallery) -> Table:
    unreached = [level.unreached for inverse in result.inverses for level in inverse.levels]
    return Table([{"No inverse set can be shown": sentence} for sentence in (*result.refused, *unreached)])


def _names(neurons: Sequence[Neuron]) -> list[str]:
    """Name neurons; those of one name are told apart by layer and index."""
    names = [neuron.name for neuron in neurons]
    return [
        neuron.name if names.count(neuron.name) == 1 else f"{neuron.name} ({neuron.layer}, {neuron.index})"
        for neuron in neurons
    ]


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _start(rooms: Sequence[drawing.Room], n_levels: int) -> int:
    """Choose the strongest interval of the first neuron that has any pictures: what it wants is plainest there."""
    reached = [index for index, room in enumerate(rooms) if len(room.pictures)]
    return max(index for index in reached if index // n_levels == reached[0] // n_levels) if reached else 0


def _room(result: measured.Gallery, inverse: Inverse, name: str, views: Sequence[str]) -> drawing.Room:
    level = next((level for level in inverse.levels if level.name == name), None)
    if level is None or level.unreached:
        why = level.unreached if level is not None else f"{inverse.neuron.name} has no interval of this name."
        shelves = [drawing.Shelf("", (), empty=why)]
        said = _said(result, inverse, level) if level is not None else ()
        return drawing.Room(said, np.zeros((0, 1, 1, 1), np.uint8), (), [shelves] * len(views))
    return drawing.Room(
        _said(result, inverse, level),
        level.pictures,
        _about(result, level),
        [_view(level, view) for view in views],
        _companions(result, level),
        _scale(level),
    )


def _said(result: measured.Gallery, inverse: Inverse, level: Level) -> list[str]:
    """Say in words what the interval is and how its members were found."""
    neuron, prior, data = inverse.neuron, inverse.prior, inverse.data
    read = {"mean": " (the mean over places)", "largest": " (the largest over places)"}.get(neuron.reading, "")
    interval = (
        f"Activations of {neuron.name}{read} from {number(level.low)} to {number(level.high)}: "
        f"{share(level.prior_share)} of the generator’s {result.n_draws:,} draws lie there, and "
        f"{count(level.data_count)} of the {result.n_data:,} pictures of the data. All draws reach from "
        f"{number(prior[0])} to {number(prior[-1])}, the data from {number(data[0])} to {number(data[-1])}."
    )
    found = "" if level.unreached else _found(level)
    return [interval, *([said] if (said := " ".join([found, *result.refused]).strip()) else [])]


def _found(level: Level) -> str:
    n = len(level.selections[0].members)
    chosen = (
        f"A selection shows {n} of {level.pool:,} members of the set and is scored against {level.held_out:,} others: "
        "↓ less is better, ↑ more is."
    )
    if level.starts == "projection":
        of_those = f": {share(level.projected_share)} of those outside could be moved in"
        return f"Too few draws lie there{'' if isnan(level.projected_share) else of_those}. {chosen}"
    return f"Draws that lie there were the starts. {chosen}"


def _about(result: measured.Gallery, level: Level) -> list[dict[str, Any]]:
    numbers = zip(
        level.activation.tolist(), level.code_norm.tolist(), level.kind.tolist(), level.distance.tolist(), strict=True
    )
    return [
        {"activation": activation, "code norm": norm}
        | ({"class": result.classes[kind] if kind >= 0 else None} if result.classes else {})
        | {"distance to the nearest in the data": distance}
        for activation, norm, kind, distance in numbers
    ]


def _companions(result: measured.Gallery, level: Level) -> drawing.Companions:
    about = [
        {"activation": activation} | ({"label": result.labels[label] if label >= 0 else None} if result.labels else {})
        for activation, label in zip(level.real_activation.tolist(), level.real_label.tolist(), strict=True)
    ]
    return drawing.Companions(level.real, about, level.nearest)


def _scale(level: Level) -> drawing.Scale:
    words = f"Activations: columns, {level.held_out:,} other members of the set; ticks, the pictures shown"
    return drawing.Scale(words, level.low, level.high, level.counts, level.activation, ".3g")


def _view(level: Level, view: str) -> list[drawing.Shelf]:
    names = BESIDE_ONE_ANOTHER if view == SIDE_BY_SIDE else (view,)
    by_name = {selection.name: selection for selection in level.selections}
    return [
        _shelf(name, by_name[name], level)
        if name in by_name
        else drawing.Shelf(name, (), empty=f"There is no selection {name} here.")
        for name in names
    ]


def _shelf(name: str, selection: Selection, level: Level) -> drawing.Shelf:
    notes = []
    for words, field, spec, best in SCORES:
        values = [value for each in level.selections if not isnan(value := getattr(each.scores, field))]
        mine = getattr(selection.scores, field)
        is_best = best is not None and len(set(values)) > 1 and mine == best(values)
        said = "–" if isnan(mine) else format(mine, spec)
        notes.append(drawing.Note(words, said, is_best))
    return drawing.Shelf(name, selection.members, notes, "None of its pictures came into the interval.")


def number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def share(part: float) -> str:
    """Write a share in percent."""
    return "none" if part == 0 else f"{100 * part:.0f}%" if part > 0.1 else f"{100 * part:.2g}%"


def count(n: int) -> str:
    return f"{n:,}" if n else "none"
