"""The value's side of a memory's still: its numbers, the tokens it promotes, and what is said without it."""

import numpy as np

from generators.articles.key_value_memory.figures.memory import Memory, of_value, percent
from generators.articles.key_value_memory.figures.sheet import LINE, WIDE, Part, Sheet, bar, mono, note, sentences
from generators.articles.key_value_memory.results.memories import Memories
from generators.drawing.svg import Child, element
from generators.drawing.tokens import alone, cut
from generators.drawing.weights import FAINT, INK, MUTED, PAPER, colour, heading, mosaic, signed

MOST_ROWS = 12
"""Of cells: a longer value has smaller ones."""


def draw_value(result: Memories, memory: Memory, sheet: Sheet, y: float) -> Part:
    """Draw what it writes, and list the tokens in whose directions that points and in whose it does not."""
    shown, row = memory.layer.shown, memory.row
    strip, below = _strip(shown.value[row], sheet, y + 12)
    below, said = sentences(of_value(result, memory), sheet, below + 20)
    rest = f"{len(shown.value[row])} numbers: red square +, blue round −"
    parts = [heading(0, y, "Value: what it writes", rest if sheet is WIDE else ""), strip, *said]
    half = sheet.width * 0.6
    parts += [note(0, below + 8, "promotes"), note(half, below + 8, "suppresses")]
    promoted = _promoted(result, memory, sheet, below + 14, half)
    suppressed = [
        mono(sheet, half, below + 14 + k * LINE, cut(name, int((sheet.width - half) / sheet.letter)), fill=MUTED)
        for k, name in enumerate(_named(result, shown.suppressed[row]))
    ]
    n_lines = max(len(shown.promoted[row]), len(suppressed))
    return below + 14 + LINE * n_lines, [*parts, *promoted, *suppressed]


def _strip(value: np.ndarray, sheet: Sheet, y: float) -> tuple[Child, float]:
    """Draw a direction as cells, in as many rows as keep them large enough to be seen."""
    columns = max(sheet.cells, -(-len(value) // MOST_ROWS))
    columns = min(columns, max(len(value), sheet.cells // 2))
    cells = np.append(value, np.zeros(-len(value) % columns)).reshape(-1, columns)
    side = sheet.width / max(columns, sheet.cells)
    return mosaic(cells, float(abs(value).max()) or 1.0, 0, y, side), y + side * len(cells)


def _promoted(result: Memories, memory: Memory, sheet: Sheet, y: float, end: float) -> list[Child]:
    shown, parts = memory.layer.shown, []
    scores = shown.promoted_score[memory.row]
    length = sheet.bar_end - sheet.bar
    x = end - length - (58 if sheet is WIDE else 46)
    for name, score in zip(_named(result, shown.promoted[memory.row]), scores, strict=True):
        parts.append(mono(sheet, 0, y, cut(name, int((x - 8) / sheet.letter))))
        parts.append(bar(sheet, x, y, score, float(abs(scores).max()) or 1.0))
        parts.append(note(x + length + 6, y + 14, signed(score), sheet.small, fill=INK))
        y += LINE
    return parts


def draw_without(result: Memories, memory: Memory, sheet: Sheet, y: float) -> Part:
    """Draw what the network says of the strongest texts with the memory and without it."""
    rest = "the probability of what follows, with the memory ● and without ○"
    parts = [heading(0, y, "Without it", rest if sheet is WIDE else "probability: ● with, ○ without")]
    shown, row, y = memory.layer.shown, memory.row, y + 10
    for text in range(min(shown.n_without, len(memory.texts))):
        follows, said, then = _named(
            result, [array[row, text] for array in (shown.following, shown.said, shown.said_without)]
        )
        before, after = float(shown.before[row, text]), float(shown.after[row, text])
        parts.append(mono(sheet, 0, y, cut(follows, int(88 / sheet.letter))))
        parts += _odds(sheet, y + 9, before, after)
        x, change = sheet.scale[1] + 14, f"{percent(before)} → {percent(after)}"
        parts.append(note(x, y + 14, change, sheet.small, fill=INK))
        still = f"still says “{cut(said, 20)}”"
        told = still if said == then else f"says “{cut(said, 14)}”, then “{cut(then, 14)}”"
        at = (x + 150, y + 14) if sheet is WIDE else (sheet.scale[0], y + 30)
        parts.append(note(*at, told, sheet.small))
        y += LINE if sheet is WIDE else 40
    return y, parts


def _odds(sheet: Sheet, y: float, before: float, after: float) -> list[Child]:
    """Draw two probabilities on one scale, and between them the way from one to the other."""
    left, right = sheet.scale
    a, b = (left + (right - left) * p for p in (before, after))
    way = {"stroke": colour(after - before), "stroke_width": 3, "stroke_dasharray": "3 2" if after < before else None}
    return [
        element("path", d=f"M{left:g} {y:g}H{right:g}", stroke=FAINT, stroke_width=2),
        element("path", d=f"M{a:.1f} {y:g}H{b:.1f}", **way),
        element("circle", cx=a, cy=y, r=4, fill=INK),
        element("circle", cx=b, cy=y, r=4.5, fill=PAPER, stroke=INK, stroke_width=1.5),
    ]


def _named(result: Memories, tokens: np.ndarray | list[int]) -> list[str]:
    return [alone(result.tokens[token]) for token in tokens]
