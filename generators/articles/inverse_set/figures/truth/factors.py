"""What a neuron wants of its main class, factor by factor: where its set lies among values the prior has evenly."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generators.articles.inverse_set.results.truth import FactorShift, Told, Truth
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, INK, MUTED, canvas, signed, words

TALL = 44.0
HIGHEST = 3.0
"""How many times the prior's share the top of a histogram is."""
LETTER = 6.7


@dataclass(frozen=True)
class Layout:
    """How many factors of a neuron are shown, and how many beside one another."""

    name: str
    shown: int
    columns: int
    column: float
    gap: float = 16.0

    @property
    def width(self) -> float:
        return self.columns * (self.column + self.gap) - self.gap

    @property
    def letters(self) -> int:
        """Of a factor's name."""
        return int(self.column / LETTER)


WIDE = Layout("wide", 5, 5, 139.2)
NARROW = Layout("narrow", 4, 2, 172.0)
ROW = TALL + 70
HEAD = 46
"""Above the first neuron."""


def factors(result: Truth) -> Diagram:
    """Draw for each neuron the most shifted factors of its main class as histograms over the prior's even line."""
    return Diagram(
        _drawn(result, WIDE),
        data={"rows": (rows := list(_rows(result)))},
        rows=rows,
        narrow=_drawn(result, NARROW),
    )


def _rows(result: Truth) -> Iterator[dict[str, Any]]:
    for told in result.told:
        for shift in told.shifts:
            yield {
                "neuron": told.neuron.name,
                "class": result.classes[told.main_class],
                "from": told.low,
                "to": told.high,
                "members": told.n,
                "factor": shift.factor,
                "unit": shift.unit,
                "lean": shift.lean,
                "KS distance": shift.ks,
                "by chance": shift.ks_chance,
                "counts": " ".join(map(str, shift.inside.tolist())),
                "edges": " ".join(f"{edge:.4g}" for edge in shift.edges),
            }


def _drawn(result: Truth, layout: Layout) -> str:
    lines = -(-layout.shown // layout.columns)
    parts = [words(0, 14, text="bars: the set; dashed: as the prior has it, evenly", font_size=13, fill=MUTED)]
    for place, told in enumerate(result.told):
        top = HEAD + place * (ROW * lines + 36)
        parts.append(element("g", *_neuron(result, told, layout), transform=f"translate(0 {top:g})"))
    height = HEAD + len(result.told) * (ROW * lines + 36) - 16
    return canvas(*parts, width=layout.width, height=height, layout=layout.name)


def _neuron(result: Truth, told: Told, layout: Layout) -> Iterator[str]:
    kind = result.classes[told.main_class]
    rest = f"{kind}, {signed(told.low)} to {signed(told.high)}, {told.n:,} pictures"
    name = element("tspan", text=told.neuron.name, font_weight=600)
    yield words(0, 0, name, element("tspan", text=rest, dx=9, font_size=13, fill=MUTED))
    for k, shift in enumerate(told.shifts[: layout.shown]):
        line, column = divmod(k, layout.columns)
        x, y = column * (layout.column + layout.gap), 24 + line * ROW
        yield element("g", *_shift(shift, told.n, layout), transform=f"translate({x:g} {y:g})")


def _shift(shift: FactorShift, n: int, layout: Layout) -> Iterator[str]:
    is_told = shift.ks > shift.ks_chance
    yield element("title", text=f"{shift.factor}, {shift.unit}: {shift.said}")
    name = shift.factor if len(shift.factor) <= layout.letters else f"{shift.factor[: layout.letters - 1]}…"
    yield words(0, 0, text=name, font_size=13)
    floor, step = TALL + 8, layout.column / len(shift.inside)
    for k, (count, prior) in enumerate(zip(shift.inside.tolist(), shift.prior.tolist(), strict=True)):
        height = TALL * min(1.0, count / (n * prior * HIGHEST))
        yield element(
            "rect", x=k * step + 0.5, y=floor - height, width=step - 1, height=height,
            fill=ACCENT if is_told else MUTED, fill_opacity=0.8 if is_told else 0.45,
        )  # fmt: skip
    yield element("path", d=f"M0 {floor:g}H{layout.column:g}", stroke=FAINT)
    even = floor - TALL / HIGHEST
    yield element("path", d=f"M0 {even:.1f}H{layout.column:g}", stroke=INK, stroke_dasharray="4 3")
    small = {"font_size": 12, "fill": MUTED}
    low, high = shift.ends
    yield words(0, floor + 15, text=low, **small)
    yield words(layout.column, floor + 15, text=high, text_anchor="end", **small)
    yield words(0, floor + 31, text=f"off by {signed(shift.ks)}, chance {signed(shift.ks_chance)}", **small)
