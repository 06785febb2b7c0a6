"""Two neurons' inverse sets and what lies in both, interval by interval; the same counts for other pairs as a table."""

from typing import Any

import numpy as np

from generators.articles.inverse_set.figures.gallery import count, number, share
from generators.articles.inverse_set.results.intersection import Intersection, Meeting, Pair
from generators.drawing import Table
from generators.drawing.gallery import Gallery, Note, Question, Room, Shelf

IN_BOTH = 2
"""The shelf of what lies in both sets."""


def intersection(result: Intersection) -> Gallery | Table:
    """Hang the sets of the two neurons and what they share side by side: choose the interval, point at a picture.

    Where there are no pictures at all, a table has the counts.
    """
    pair = result.shown
    if not any(len(meeting.pictures) for meeting in pair.meetings):
        return pairs(result)
    rooms = [_room(result, pair, meeting) for meeting in pair.meetings]
    both = [index for index, meeting in enumerate(pair.meetings) if (meeting.shelf == IN_BOTH).any()]
    return Gallery(
        questions=(Question("Interval of either", [meeting.level for meeting in pair.meetings], slides=True),),
        rooms=rooms,
        formats=dict.fromkeys(_activations(pair), ".3g") | ({"class": ""} if result.classes else {}),
        start=both[-1] if both else 0,
    )


def pairs(result: Intersection) -> Table:
    """List for each pair of neurons and each interval what each of the two sets holds, and both."""
    rows = [_row(pair, meeting) for pair in (result.shown, *result.others) for meeting in pair.meetings]
    shares = dict.fromkeys(("In the first", "In the second", "In both", "Product"), ".2%")
    return Table(rows, shares | {"Data in both": ",d"})


def _row(pair: Pair, meeting: Meeting) -> dict[str, Any]:
    return {
        "First": pair.first.name,
        "Second": pair.second.name,
        "Interval": meeting.level,
        "In the first": meeting.first_share,
        "In the second": meeting.second_share,
        "In both": meeting.both_share,
        "Product": meeting.product,
        "Data in both": meeting.data_count,
    }


def _activations(pair: Pair) -> list[str]:
    return [f"activation of {neuron.name}" for neuron in (pair.first, pair.second)]


def _room(result: Intersection, pair: Pair, meeting: Meeting) -> Room:
    return Room(
        _said(result, pair, meeting), meeting.pictures, _about(result, pair, meeting), [_shelves(pair, meeting)]
    )


def _said(result: Intersection, pair: Pair, meeting: Meeting) -> list[str]:
    intervals = " and ".join(
        f"of {neuron.name} from {number(low)} to {number(high)}"
        for neuron, low, high in zip((pair.first, pair.second), meeting.low, meeting.high, strict=True)
    )
    both = (
        f"Activations {intervals}: {share(meeting.both_share)} of {result.n_draws:,} draws of the generator lie in "
        f"both sets; were the two independent, it would be {share(meeting.product)}. "
        f"Of the {result.n_data:,} pictures of the data {count(meeting.data_count)} lie in both."
    )
    return [both, _found(meeting)]


def _found(meeting: Meeting) -> str:
    if meeting.starts == "rejection":
        return "Enough draws lay in both to start from."
    moved = f"{meeting.reached:,} of {meeting.tried:,} starts that were moved towards both intervals arrived in both."
    return f"Empty at these bounds: {moved.replace('0 of', 'none of', 1)}" if meeting.starts == "empty" else moved


def _about(result: Intersection, pair: Pair, meeting: Meeting) -> list[dict[str, Any]]:
    first, second = _activations(pair)
    return [
        {first: one, second: other} | ({"class": result.classes[kind] if kind >= 0 else None} if result.classes else {})
        for (one, other), kind in zip(meeting.activation.tolist(), meeting.kind.tolist(), strict=True)
    ]


def _shelves(pair: Pair, meeting: Meeting) -> list[Shelf]:
    of_one = [
        Shelf(
            f"in {neuron.name}’s set",
            np.flatnonzero(meeting.shelf == index),
            (Note("interval", f"{number(low)} to {number(high)}"), Note("of the draws", share(part))),
            "No picture was found here.",
        )
        for index, (neuron, low, high, part) in enumerate(
            zip(
                (pair.first, pair.second),
                meeting.low,
                meeting.high,
                (meeting.first_share, meeting.second_share),
                strict=True,
            )
        )
    ]
    notes = (Note("of the draws", share(meeting.both_share)), Note("if independent", share(meeting.product)))
    return [*of_one, Shelf("in both", np.flatnonzero(meeting.shelf == IN_BOTH), notes, "Empty at these bounds.")]
