"""One neuron at one interval as a still: all activations as a histogram, and contexts that end where it is read."""

import math
import textwrap
from dataclasses import dataclass
from itertools import islice

from generators.articles.inverse_set.results.texts import TextInverse, TextLevel, Texts
from generators.drawing.svg import Child, element
from generators.drawing.tokens import ADVANCE, MONOSPACE, alone, between, cut, n_columns, picked, visible
from generators.drawing.weights import FAINT, INK, MUTED, canvas, colour, heading, signed, words

LINE = 22.0
"""From one context to the next, in pixels."""
TALL = 64.0
"""Of the histogram."""
SHOWN = 12
"""Contexts on a still."""


@dataclass(frozen=True)
class Sheet:
    """Places and sizes, in pixels."""

    name: str
    width: float
    size: float
    """Of a letter of a context."""
    edge: float
    """Where the token begins that is read."""
    rail: tuple[float, float]
    """Where the interval begins and ends beside a context."""
    letters: int
    """In a line of a sentence."""

    @property
    def letter(self) -> float:
        return ADVANCE * self.size


WIDE = Sheet("wide", 760.0, 13.0, 400.0, (606.0, 700.0), 112)
NARROW = Sheet("narrow", 360.0, 12.0, 160.0, (268.0, 316.0), 54)


def draw(result: Texts, inverse: TextInverse, level: TextLevel, said: tuple[str, ...], sheet: Sheet) -> str:
    """Set one neuron and interval from top to bottom."""
    broken = textwrap.wrap(" ".join(said), sheet.letters)
    parts = [heading(0, 16, cut(f"{inverse.layer}:{inverse.index}", int(sheet.width / 10)), level.name)]
    parts += [_note(0, 40 + 18 * k, line, 13) for k, line in enumerate(broken)]
    y = 40.0 + 18 * len(broken)
    parts += _histogram(inverse, level, sheet, y + 6)
    y += TALL + 52
    if len(level.texts):
        parts += [
            _note(sheet.edge, y, "read here, then what follows" if sheet is WIDE else "read here"),
            _note(sheet.width, y, "activation", text_anchor="end"),
        ]
    y += 8
    texts = zip(level.texts, level.following, level.activation, strict=True)
    for text, following, activation in islice(texts, SHOWN):
        tokens = [int(token) for token in text if token >= 0]
        parts += _context(result, tokens, int(following), sheet, y)
        parts += _activation(float(activation), level, sheet, y)
        y += LINE
    return canvas(*parts, width=sheet.width, height=y + 4, layout=sheet.name)


def digits(low: float, high: float) -> int:
    """How many digits tell numbers apart that lie between these."""
    return min(6, max(2, 1 - math.floor(math.log10(high - low)))) if high > low else 2


def _histogram(inverse: TextInverse, level: TextLevel, sheet: Sheet, y: float) -> list[Child]:
    """Draw how many tokens give which activation, as square roots, and the interval over it."""
    n, tallest = len(inverse.histogram), max(1, int(inverse.histogram.max()))
    step, unit = sheet.width / n, (inverse.high - inverse.low) / n
    bars = []
    for k, count in enumerate(inverse.histogram.tolist()):
        height, centre = TALL * (count / tallest) ** 0.5, inverse.low + unit * (k + 0.5)
        if count:
            bars.append(
                element("rect", x=k * step + 0.5, y=y + TALL - height, width=max(0.5, step - 1), height=height,
                        rx=min(height, step - 1) / 2 if centre < 0 else None, fill=colour(centre), fill_opacity=0.75)
            )  # fmt: skip
    ends = [min(max((each - inverse.low) / unit * step, 0.0), sheet.width) for each in (level.low, level.high)]
    band = element("rect", x=ends[0], y=y, width=max(1.5, ends[1] - ends[0]), height=TALL, fill="var(--nf-highlight)")
    bounds = element("path", d=f"M{ends[0]:.2f} {y:g}v{TALL + 5:g}M{ends[1]:.2f} {y:g}v{TALL + 5:g}", stroke=INK)
    floor = element("path", d=f"M0 {y + TALL:g}h{sheet.width:g}", stroke=MUTED)
    below, n_digits = y + TALL + 16, digits(inverse.low, inverse.high)
    return [
        band, *bars, floor, bounds,
        _note(0, below, signed(inverse.low, n_digits)),
        _note(sheet.width / 2, below, "tokens (√) by activation", text_anchor="middle"),
        _note(sheet.width, below, signed(inverse.high, n_digits), text_anchor="end"),
    ]  # fmt: skip


def _context(result: Texts, tokens: list[int], following: int, sheet: Sheet, y: float) -> list[Child]:
    """Set one context on a line, the token at which the neuron is read where all of them begin."""
    room = int((sheet.rail[0] - sheet.edge - 14) / sheet.letter)
    read = cut(picked(result.tokens[tokens[-1]]), room - 4)
    width = n_columns(read) * sheet.letter
    parts = [
        element("rect", x=sheet.edge - 1, y=y + 1, width=width + 2, height=LINE - 5, fill="var(--nf-highlight)"),
        element("path", d=f"M{sheet.edge - 1:g} {y + LINE - 4:g}h{width + 2:g}", stroke=INK, stroke_width=1.5),
        _mono(sheet, sheet.edge, y, read, font_weight=600),
    ]
    gap = between(result.tokens)
    before = _end(
        "".join(visible(result.tokens[token]) + gap for token in tokens[:-1]), int((sheet.edge - 2) / sheet.letter)
    )
    if before.strip():
        parts.append(_mono(sheet, sheet.edge - n_columns(before) * sheet.letter - 2, y, before))
    left = room - n_columns(read) - 2
    if following >= 0 and left > 2:
        x = sheet.edge + width + 5
        parts.append(element("path", d=f"M{x:g} {y + 1:g}v{LINE - 5:g}", stroke=FAINT, stroke_width=1.5))
        parts.append(_mono(sheet, x + 7, y, cut(alone(result.tokens[following]), left), fill=MUTED))
    return parts


def _activation(activation: float, level: TextLevel, sheet: Sheet, y: float) -> list[Child]:
    """Draw where in the interval a context lies: a mark, round when negative, and the number."""
    left, right = sheet.rail
    share = (activation - level.low) / (level.high - level.low) if level.high > level.low else 0.5
    x = left + (right - left) * min(1.0, max(0.0, share))
    return [
        element("path", d=f"M{left:g} {y + 9.5:g}H{right:g}", stroke=FAINT, stroke_width=2),
        element(
            "rect", x=x - 4, y=y + 5.5, width=8, height=8, rx=4 if activation < 0 else None, fill=colour(activation)
        ),
        words(
            sheet.width, y + 14, text=signed(activation, digits(level.low, level.high)), font_size=13, text_anchor="end"
        ),
    ]


def _end(text: str, most: int) -> str:
    """The end of a text that takes at most so many columns."""
    while n_columns(text) > most:
        text = "…" + text.removeprefix("…")[1:]
    return text


def _note(x: float, y: float, text: str, size: float = 12, **attributes: object) -> Child:
    return words(x, y, text=text, font_size=size, fill=MUTED, **attributes)


def _mono(sheet: Sheet, x: float, y: float, text: str, **attributes: object) -> Child:
    """Write tokens on the line that begins at ``y``, as wide as they should be in whatever font there is."""
    return element(
        "text", text=text, x=x, y=y + 14, font_family=MONOSPACE, font_size=sheet.size, style="white-space:pre",
        textLength=n_columns(text) * sheet.letter, lengthAdjust="spacingAndGlyphs", **attributes,
    )  # fmt: skip
