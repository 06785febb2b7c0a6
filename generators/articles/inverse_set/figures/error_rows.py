"""Errors of a sample in rows, each beside what independent members of the set have."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2

from generators.articles.inverse_set.results.linear import Errors
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, MUTED, signed, words

ROWS = (
    ("feasible_share", "in the set", "Share of the sample whose activation lies from z₁ to z₂."),
    ("fill_mean", "gap, mean", "Mean distance from a member of the set to the nearest point of the sample."),
    ("fill_max", "gap, largest", "The largest such distance: the hole in the sample."),
    ("width", "width reached", "Extent of the sample over the exact extent of the set, mean over directions."),
    ("activation_ks", "law missed by", "Largest difference between the sample’s law of activations and the exact one."),
    ("vendi", "counts for", "Vendi score: how many different points the sample counts for."),
    ("spread", "objective", "The published objective, Σ|xᵢ − xⱼ|² over all pairs, divided by n²."),
    ("nearest_neighbour", "nearest other", "Mean distance from one of the sample to the nearest other; 0 for copies."),
)
"""Error, its short name, and what it is."""
MOST_RATIO = 8.0
"""How many times an independent sample's error is the end of the scale."""
ROW = 20.0


@dataclass(frozen=True)
class Columns:
    """Where the rows stand in the picture."""

    left: float
    top: float
    middle: float
    """Of the scale."""
    half: float
    """The scale's width to either side."""
    ours: float
    """Where numbers of the sample end."""
    theirs: float


def number(name: str, value: float) -> str:
    """Write an error."""
    return f"{signed(100 * value, 0)}%" if name == "feasible_share" else signed(value, 1 if name == "vendi" else 3)


def ratio(value: float, reference: float) -> float:
    """Place an error from -1 to 1: independent members are at 0, and a factor of eight is the end."""
    if value <= 0 or reference <= 0:
        return float((value > reference) - (value < reference))
    return min(max(log2(value / reference) / log2(MOST_RATIO), -1.0), 1.0)


def rows(errors: Errors, reference: Errors, at: Columns) -> str:
    """Draw every error of a sample on a scale of those of independent members, and write both."""
    written = (_row(k, errors, reference, at) for k in range(len(ROWS)))
    return element("g", *_head(at), *written, data_errors="")


def _head(at: Columns) -> Iterator[str]:
    style = {"font_size": 13, "fill": MUTED}
    bottom = at.top + 12 + ROW * len(ROWS)
    yield words(at.left, at.top, text="Errors", font_weight=600)
    yield words(at.ours, at.top, text="sample", text_anchor="end", **style)
    yield words(at.theirs, at.top, text="independent", text_anchor="end", **style)
    for text, way in (("⅛", -1), ("1", 0), ("8 ×", 1)):
        x = at.middle + way * at.half
        yield words(x, at.top, text=text, text_anchor="middle", **style)
        yield element("path", d=f"M{x:.1f} {at.top + 8:.1f}V{bottom:.1f}", stroke=FAINT if way else MUTED)


def _row(index: int, errors: Errors, reference: Errors, at: Columns) -> str:
    name, title, said = ROWS[index]
    ours, theirs, y = getattr(errors, name), getattr(reference, name), at.top + 26 + ROW * index
    x, line = at.middle + at.half * ratio(ours, theirs), y - 4.5
    return element(
        "g",
        element("title", text=said),
        words(at.left, y, text=title, font_size=13.5),
        element("path", d=f"M{at.middle:.1f} {line:g}H{x:.1f}", stroke=ACCENT, stroke_width=2.2, data_bar=""),
        element("circle", cx=round(x, 1), cy=line, r=4, fill=ACCENT, data_dot=""),
        words(at.ours, y, text=number(name, ours), text_anchor="end", font_size=13.5, data_ours=""),
        words(at.theirs, y, text=number(name, theirs), text_anchor="end", font_size=13.5, fill=MUTED, data_theirs=""),
        data_error=name,
        data_scale=f"{at.middle:g} {at.half:g} {line:g}",
    )
