"""What the members of an inverse set have in common, as strips: one picture whose code is moved along one direction."""

from typing import Any

import numpy as np

from generators.articles.inverse_set.results.regularities import Regularities, Regularity, Strip
from generators.drawing import Pictures, Table
from generators.drawing.weights import signed


def strips(result: Regularities) -> Pictures:
    """Show for each neuron a strip for every direction, with the activation below each picture; those in the set are
    framed."""
    found = [(each, strip) for each in result.found for strip in each.strips]
    inside = [bool(each.low <= value <= each.high) for each, strip in found for value in strip.activation]
    return Pictures(
        np.concatenate([strip.pictures for _, strip in found]),
        rows=[(_label(each, strip), len(strip.at)) for each, strip in found],
        about=[about for each, strip in found for about in _about(result, each, strip)],
        captions=[
            f"{signed(value)}{' ✓' if held else ''}"
            for value, held in zip((value for _, strip in found for value in strip.activation), inside, strict=True)
        ],
        marked=inside,
    )


def _label(each: Regularity, strip: Strip) -> str:
    return f"{each.neuron.name}: {strip.name}".replace("direction ", "direction\u00a0")


def _about(result: Regularities, each: Regularity, strip: Strip) -> list[dict[str, Any]]:
    return [
        {
            "neuron": each.neuron.name,
            "class": result.classes[each.kind] if each.kind >= 0 else None,
            "direction": strip.name,
            "place": float(at),
            "activation": float(value),
            "in the set": bool(each.low <= value <= each.high),
        }
        for at, value in zip(strip.at, strip.activation, strict=True)
    ]


def directions(result: Regularities) -> Table:
    """List what is measured of each direction, beside what chance gives."""
    rows = [_row(result, each, strip) for each in result.found for strip in each.strips]
    return Table(rows, dict.fromkeys(("members' mean", "members' variance", "slope"), ".2f"))


def _row(result: Regularities, each: Regularity, strip: Strip) -> dict[str, Any]:
    low, high = strip.variance_chance
    row = {
        "neuron": each.neuron.name,
        "direction": strip.name,
        "members' mean": strip.place,
        "mean by chance": f"±\u00a0{signed(strip.place_chance)}",
        "members' variance": strip.variance,
        "variance by chance": f"{signed(low)} to {signed(high)}",
        "slope": strip.slope,
    }
    return row | ({"made of": strip.made_of or "many"} if any(s.parts for f in result.found for s in f.strips) else {})
