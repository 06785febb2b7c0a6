"""What each cluster of a token atlas is, in rows below its map."""

import textwrap

import numpy as np

from generators.articles.activation_atlas.figures.tokens_named import WIDE, Sheet, said, shades
from generators.articles.activation_atlas.results.tokens import TokenAtlas, TokenMap
from generators.drawing.svg import Child, element
from generators.drawing.tokens import MONOSPACE, alone, cut, n_columns
from generators.drawing.weights import FAINT, MUTED, words
from generators.style import QUALITATIVE

LITTLE = 0.005
"""What is predicted with less than this probability is not listed."""


def listed(atlas: TokenAtlas, drawn: TokenMap, sheet: Sheet) -> tuple[list[Child], float]:
    """A row for each cluster, and where the last ends."""
    colours, step = shades(drawn.centres), 19.0
    sentences = textwrap.wrap(sentence(atlas, drawn), sheet.line)
    parts = [
        words(0, sheet.height + 20 + 17 * k, text=each, font_size=12, fill=MUTED) for k, each in enumerate(sentences)
    ]
    top = sheet.height + 36.0 + 17 * len(sentences)
    parts += [words(x, top, text=title, font_size=12, fill=MUTED) for title, x, _ in sheet.columns]
    if sheet is WIDE:
        parts.append(words(60, top, text="n", font_size=12, fill=MUTED, text_anchor="end"))
    for cluster, count in enumerate(drawn.counts.tolist()):
        y = top + (cluster + 1) * step
        parts.append(element("path", d=f"M0 {y - 14:g}h{sheet.width}", stroke=FAINT))
        parts.append(words(0, y, text=cluster + 1, fill=QUALITATIVE[colours[cluster]], font_weight=700, font_size=12))
        if sheet is WIDE:
            parts.append(words(60, y, text=f"{count:,}", font_size=12, fill=MUTED, text_anchor="end"))
        for (_, x, letters), told in zip(sheet.columns, _told(atlas, drawn, cluster), strict=False):
            parts.append(
                words(x, y, text=fitting(told, letters), font_family=MONOSPACE, font_size=12, style="white-space:pre")
            )
    return parts, top + len(drawn.counts) * step + 10


def sentence(atlas: TokenAtlas, drawn: TokenMap) -> str:
    """What the map is of, what it keeps, and how clusters are called."""
    what = "different tokens, as the table of tokens has them" if drawn.by_token else "positions of the text"
    n = len(np.unique(atlas.texts[drawn.kept, -1])) if drawn.by_token else len(drawn.kept)
    return (
        f"{n:,} {what}. Of the vectors nearest to a point’s {100 * drawn.quality.recall:.0f}% are nearest on the "
        f"map too, {100 * drawn.quality.recall_chance:.1f}% by chance. A cluster is called by tokens that it "
        "reads more than others → one that follows more."
    )


def _told(atlas: TokenAtlas, drawn: TokenMap, cluster: int) -> tuple[list[str], list[str], list[str]]:
    likely = zip(drawn.predicted[cluster].tolist(), drawn.chances[cluster].tolist(), strict=True)
    predicted = [f"{alone(atlas.tokens[token])} {100 * chance:.0f}%" for token, chance in likely if chance > LITTLE]
    return said(atlas, drawn.read, cluster), said(atlas, drawn.following, cluster), predicted


def fitting(told: list[str], letters: int) -> str:
    """As many as fit, at least the beginning of the first."""
    n = next((n for n in range(len(told), 1, -1) if n_columns("  ".join(told[:n])) <= letters), 1)
    return cut("  ".join(told[:n]), letters)
