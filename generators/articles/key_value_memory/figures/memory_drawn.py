"""One memory as a still: the texts that fire it, what it writes and which tokens that promotes, and what it changes."""

from generators.articles.key_value_memory.figures.memory import Memory, of_key, of_value
from generators.articles.key_value_memory.figures.memory_written import draw_value, draw_without
from generators.articles.key_value_memory.figures.sheet import LINE, WIDE, Part, Sheet, bar, mono, note, sentences
from generators.articles.key_value_memory.results.memories import Memories
from generators.drawing.svg import Child, element
from generators.drawing.tokens import alone, between, cut, n_columns, picked, visible
from generators.drawing.weights import ACCENT, FAINT, INK, MUTED, canvas, heading, signed


def draw_memory(result: Memories, memory: Memory, sheet: Sheet) -> str:
    """Set the clearest memory from top to bottom."""
    clearest = f"the clearest of {sum(len(layer.shown.index) for layer in result.layers):,}"
    rest = f"{memory.layer.path}, {clearest}" if sheet is WIDE else clearest
    y, parts = _key(result, memory, sheet, 46)
    drawn = [heading(0, 16, f"Layer {memory.layer_index + 1}, memory {memory.index + 1}", rest), *parts]
    if result.has_head:
        for part in (draw_value, draw_without):
            y, parts = part(result, memory, sheet, y + 30)
            drawn += parts
    else:
        y, parts = sentences(of_value(result, memory), sheet, y + 20)
        drawn += parts
    return canvas(*drawn, width=sheet.width, height=y + 4, layout=sheet.name)


def _key(result: Memories, memory: Memory, sheet: Sheet, y: float) -> Part:
    below, parts = sentences(of_key(memory), sheet, y + 20)
    parts = [heading(0, y, "Key: what fires it"), *parts]
    texts = memory.texts
    if texts:
        parts.append(note(sheet.edge, below + 8, "fires, then what follows" if sheet is WIDE else "fires"))
        parts.append(note(sheet.width, below + 8, "activation", text_anchor="end"))
        below += 14
    largest = max((abs(activation) for _, _, activation in texts), default=1.0) or 1.0
    for text, following, activation in texts:
        parts += _text(result, memory, sheet, below, text, following)
        parts.append(bar(sheet, sheet.bar, below, activation, largest))
        number = signed(activation, 2 if sheet is WIDE else 1)
        parts.append(note(sheet.width, below + 14, number, 13, text_anchor="end", fill=INK))
        below += LINE
    return below, parts


def _text(result: Memories, memory: Memory, sheet: Sheet, y: float, text: list[int], following: int) -> list[Child]:
    """Set one text on a line, the token that fires where all of them begin."""
    room = int((sheet.bar - sheet.edge - 14) / sheet.letter)
    fires = cut(picked(result.tokens[text[-1]]), room - 4)
    width = n_columns(fires) * sheet.letter
    x, wide = sheet.edge - 1, width + 2
    parts = [
        element("rect", x=x, y=y + 1, width=wide, height=LINE - 5, fill="var(--nf-highlight)"),
        element("path", d=f"M{x:g} {y + LINE - 4:g}h{wide:g}", stroke=INK, stroke_width=1.5),
        mono(sheet, sheet.edge, y, fires, font_weight=600),
    ]
    before = _before(result, text[:-1], int((sheet.edge - 2) / sheet.letter))
    if before.strip():
        parts.append(mono(sheet, sheet.edge - n_columns(before) * sheet.letter - 2, y, before))
    if following >= 0:
        x = sheet.edge + width + 5
        parts.append(element("path", d=f"M{x:g} {y + 1:g}v{LINE - 5:g}", stroke=FAINT, stroke_width=1.5))
        goes = cut(alone(result.tokens[following]), max(2, room - n_columns(fires) - 2))
        agrees = following in memory.layer.shown.promoted[memory.row, :1]
        parts.append(mono(sheet, x + 7, y, goes, fill=ACCENT if agrees else MUTED, font_weight=600 if agrees else None))
    return parts


def _before(result: Memories, text: list[int], most: int) -> str:
    """Write the end of what comes before the token that fires, in at most so many columns."""
    gap = between(result.tokens)
    before = "".join(visible(result.tokens[token]) + gap for token in text)
    while n_columns(before) > most:
        before = "…" + before.removeprefix("…")[1:]
    return before
