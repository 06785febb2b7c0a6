"""Each neuron's inverse sets by class: what the renderer has there, and what the learned generator would have shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generators.articles.inverse_set.figures.truth import marks
from generators.articles.inverse_set.results.truth import Compared, Told, Truth
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import FAINT, MUTED, canvas, signed, words

LEAST = 0.01
"""The share from which a class has a row of its own."""
ROW = 17.0
HEAD = 60.0
GAP = 34.0
"""Between neurons, downwards."""


@dataclass(frozen=True)
class Layout:
    """Where neurons stand, and what stands where in the column of each."""

    name: str
    columns: int
    column: float
    """Its width, with the gap to the next."""
    label: float
    """Where classes' names end."""
    line: tuple[float, float]
    ends: tuple[float, float]
    """Where the two shares end."""
    rows: tuple[int, int]
    """The most rows of the first and of the second interval."""

    @property
    def width(self) -> float:
        return self.columns * self.column - 20


WIDE = Layout("wide", 3, 260.0, 80.0, (90.0, 152.0), (200.0, 240.0), (9, 5))
NARROW = Layout("narrow", 1, 380.0, 92.0, (104.0, 268.0), (314.0, 356.0), (7, 4))


def classes(result: Truth) -> Diagram:
    """Draw for each neuron and interval the shares of classes in the two sets, the most frequent first."""
    return Diagram(
        _drawn(result, WIDE),
        data={"rows": (rows := list(_rows(result)))},
        rows=rows,
        narrow=_drawn(result, NARROW),
    )


def _rows(result: Truth) -> Iterator[dict[str, Any]]:
    for told in result.told:
        for each in told.sets:
            for k, name in enumerate(result.classes):
                yield {
                    "neuron": told.neuron.name,
                    "interval": each.name,
                    "from": each.low,
                    "to": each.high,
                    "class": name,
                    "share, renderer": float(each.classes[k]),
                    "share, learned": float(each.learned_classes[k]) if len(each.learned_classes) else None,
                }


def _drawn(result: Truth, layout: Layout) -> str:
    is_narrow = layout is NARROW
    parts, top = [marks.legend(result.generator, result.learned, is_narrow)], 64.0 if is_narrow else 44.0
    for begin in range(0, len(result.told), layout.columns):
        line = result.told[begin : begin + layout.columns]
        n_rows = [max((_n_rows(told, k, layout) for told in line), default=0) for k in (0, 1)]
        for place, told in enumerate(line):
            panel = element(
                "g", *_panel(result, told, n_rows, layout), transform=f"translate({place * layout.column:g} {top:g})"
            )
            parts.append(panel)
        top += 8 + sum(HEAD + ROW * n for n in n_rows) + GAP
    return canvas(*parts, width=layout.width, height=top - GAP + 8, layout=layout.name)


def _n_rows(told: Told, k: int, layout: Layout) -> int:
    return len(_shown(told.sets[k], layout.rows[k])) + 1 if k < len(told.sets) else 0


def _shown(compared: Compared, most: int) -> list[int]:
    """The classes that have a row, the most frequent in the exact set first."""
    either = compared.classes
    if len(compared.learned_classes):
        either = np.maximum(either, compared.learned_classes)
    largest = [int(k) for k in np.argsort(-either, kind="stable")[:most] if either[k] >= LEAST]
    return sorted(largest, key=lambda k: -compared.classes[k])


def _panel(result: Truth, told: Told, n_rows: Sequence[int], layout: Layout) -> Iterator[str]:
    yield words(0, 0, text=told.neuron.name, font_weight=600)
    y = 20.0
    for compared, n, most in zip(told.sets, n_rows, layout.rows, strict=False):
        yield element("g", *_interval(result, compared, most, layout), transform=f"translate(0 {y:g})")
        y += HEAD + ROW * n


def _interval(result: Truth, compared: Compared, most: int, layout: Layout) -> Iterator[str]:
    small = {"font_size": 12.5, "fill": MUTED}
    yield words(0, 0, text=f"{compared.name}: {signed(compared.low)} to {signed(compared.high)}", **small)
    if len(compared.learned_classes):
        apart, chance = (_percent(each) for each in (compared.total_variation, compared.total_variation_chance))
        strange, missed = (_percent(each) for each in (compared.strange, compared.missed))
        yield words(0, 16, text=f"classes differ by {apart}, by chance {chance}", **small)
        yield words(0, 32, text=f"{strange} strange, {missed} missed", **small)
    shown = _shown(compared, most)
    scale = float(np.concatenate([compared.classes, compared.learned_classes]).max())
    others = [k for k in range(len(result.classes)) if k not in shown]
    groups = {**{result.classes[k]: [k] for k in shown}, f"{len(others)} others": others}
    for row, (name, which) in enumerate(groups.items()):
        share, learned = compared.classes[which].sum(), _of(compared, which)
        yield _row(name, float(share), learned, None if which is others else scale, 52.0 + ROW * row, layout)


def _of(compared: Compared, which: list[int]) -> float | None:
    return float(compared.learned_classes[which].sum()) if len(compared.learned_classes) else None


def _row(name: str, share: float, learned: float | None, scale: float | None, y: float, layout: Layout) -> str:
    """Write two shares and mark them on a line from 0 to ``scale``; many classes together have no line."""
    number = {"font_size": 12, "text_anchor": "end"}
    said = f"{name}: {_percent(share)} of the renderer’s set"
    parts = [
        words(layout.label, y, text=name, font_size=12.5, text_anchor="end"),
        words(layout.ends[0], y, text=_percent(share), fill=marks.EXACT, **number),
    ]
    if learned is not None:
        said += f", {_percent(learned)} of the learned generator’s"
        parts.append(words(layout.ends[1], y, text=_percent(learned), fill=marks.LEARNED, **number))
    if scale:
        parts += _marked(share / scale, None if learned is None else learned / scale, y - 4, layout.line)
    return element("g", element("title", text=said), *parts)


def _marked(share: float, learned: float | None, y: float, line: tuple[float, float]) -> Iterator[str]:
    left, right = line
    yield element("path", d=f"M{left:g} {y:g}H{right:g}", stroke=FAINT)
    first = round(left + (right - left) * share, 1)
    if learned is None:
        yield marks.exact(first, y)
        return
    second = round(left + (right - left) * learned, 1)
    yield element("path", d=f"M{first:g} {y:g}H{second:g}", stroke=MUTED, stroke_width=2)
    yield marks.exact(first, y)
    yield marks.learned(second, y)


def _percent(share: float) -> str:
    if share != share:
        return "–"
    if 0 < share < 0.01:
        return "<1%"
    return f"{signed(100 * share, 0)}%"
