"""Clusters of a token atlas by name: in which colours, called what, and where on a sheet their names stand."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.results.tokens import Excess, TokenAtlas, TokenMap
from generators.drawing.svg import Child, element
from generators.drawing.tokens import ADVANCE, MONOSPACE, alone, cut, n_columns
from generators.drawing.weights import HALO, words
from generators.style import QUALITATIVE

PAD = 8
"""From a map's edge to where points may lie."""
NAMED = 2
"""Tokens in a cluster's name."""


@dataclass(frozen=True)
class Sheet:
    """Places and sizes, in pixels."""

    name: str
    width: int
    height: int
    """Of the map."""
    size: float
    """Of a cluster's name."""
    letters: int
    """In a cluster's name, at most."""
    dot: float
    line: int
    """Letters in a line of a sentence."""
    columns: tuple[tuple[str, float, int], ...]
    """Of the list: heading, where it begins, letters."""


WIDE = Sheet(
    "wide",
    760,
    560,
    12,
    30,
    3.4,
    112,
    (("read more than elsewhere", 76, 32), ("what follows more than elsewhere", 320, 27), ("predicted", 540, 30)),
)
NARROW = Sheet("narrow", 360, 380, 11, 14, 2.6, 54, (("read", 28, 22), ("what follows", 204, 21)))


def placed(points: np.ndarray, sheet: Sheet) -> np.ndarray:
    """Where points in [0, 1) lie on a sheet, in pixels."""
    return np.asarray(PAD + points * [sheet.width - 2 * PAD, sheet.height - 2 * PAD])


def shades(centres: np.ndarray) -> list[int]:
    """Choose among the qualitative colours so that clusters (c, 2) of one colour lie far apart."""
    taken: list[int] = []
    for index, centre in enumerate(centres):
        far = np.linalg.norm(centres[:index] - centre, axis=1)
        near = [
            min((far[k] for k in range(index) if taken[k] == each), default=2.0) for each in range(len(QUALITATIVE))
        ]
        taken.append(int(np.argmax(near)))
    return taken


def name(atlas: TokenAtlas, drawn: TokenMap, cluster: int, letters: int) -> str:
    """Call a cluster by what is read in it and what follows: ``"of in → the"``."""
    told, follows = said(atlas, drawn.read, cluster)[:NAMED], said(atlas, drawn.following, cluster)[:1]
    whole = " ".join(told) + "".join(f" → {each}" for each in follows)
    return whole if n_columns(whole) <= letters else cut(told[0] if told else whole, letters)


def said(atlas: TokenAtlas, excess: Excess, cluster: int) -> list[str]:
    """The tokens of a cluster, each by itself."""
    return [alone(atlas.tokens[token]) for token in excess.tokens[cluster] if token >= 0]


def names(atlas: TokenAtlas, drawn: TokenMap, colours: list[int], sheet: Sheet) -> Iterator[Child]:
    """Write each cluster's number and name near its middle, over no other; only the number where there is no room."""
    taken: list[tuple[float, float, float]] = []
    for cluster, centre in enumerate(placed(drawn.centres, sheet)):
        number = str(cluster + 1)
        for called in (name(atlas, drawn, cluster, sheet.letters), ""):
            whole = f"{number} {called}".strip()
            width = n_columns(whole) * ADVANCE * sheet.size
            place = _free(centre, width, sheet, taken)
            if place:
                break
        x, y = place or (float(centre[0]), float(centre[1]))
        taken.append((x, y, width))
        parts = element("tspan", text=number, fill=QUALITATIVE[colours[cluster]], font_weight=700)
        parts += element("tspan", text=f" {called}") if called else ""
        yield words(
            x, y, parts, font_family=MONOSPACE, font_size=sheet.size, font_weight=600, style="white-space:pre",
            textLength=width, lengthAdjust="spacingAndGlyphs", data_cluster=cluster, **HALO,
        )  # fmt: skip


def _free(
    centre: np.ndarray, width: float, sheet: Sheet, taken: list[tuple[float, float, float]]
) -> tuple[float, float] | None:
    """Where a name of this width is over no other, as near to a place as can be: the left end of its line."""
    line = sheet.size + 4
    for down in (0, 1, -1, 2, -2, 3, -3):
        y = min(max(float(centre[1]) + 4 + down * line, line), sheet.height - 6)
        for aside in (0.5, 0.2, 0.8):
            x = min(max(float(centre[0]) - aside * width, 4), sheet.width - width - 4)
            if all(abs(y - b) >= line or x + width + 6 < a or x > a + w + 6 for a, b, w in taken):
                return x, y
    return None
