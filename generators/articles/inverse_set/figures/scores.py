"""How well each selection stands for its set: means over every neuron and interval, beside members by lot."""

from statistics import fmean

from generators.articles.inverse_set.results.gallery import Gallery, Selection
from generators.drawing import Table

COLUMNS = {
    "In the set": ("feasible_share", ".0%"),
    "Hole, mean": ("fill_mean", ".3g"),
    "Largest": ("fill_max", ".3g"),
    "Nearest other": ("nearest_neighbour", ".3g"),
    "Vendi": ("vendi", ".1f"),
    "KS": ("activation_ks", ".2f"),
    "Code norm": ("code_norm", ".2f"),
    "Seconds": ("seconds", ".1f"),
}
"""Heading -> the score and how it is written."""


def scores(result: Gallery) -> Table:
    """One row a selection."""
    found: dict[str, list[Selection]] = {}
    for inverse in result.inverses:
        for level in inverse.levels:
            for selection in level.selections:
                found.setdefault(selection.name, []).append(selection)
    rows = [
        {"Selection": name}
        | {
            heading: fmean(getattr(each.scores, score) for each in selections)
            for heading, (score, _) in COLUMNS.items()
        }
        for name, selections in found.items()
    ]
    return Table(rows, {heading: spec for heading, (_, spec) in COLUMNS.items()})
