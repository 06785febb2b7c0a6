"""Over all facts: how many memories it takes to change an answer, the best first or by lot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generators.articles.key_value_memory.results.recall import Recall, Scope
from generators.drawing import Diagram
from generators.drawing.svg import Child, element
from generators.drawing.weights import FAINT, INK, MUTED, canvas, heading, words
from generators.style import QUALITATIVE

COLOURS = (QUALITATIVE[0], QUALITATIVE[1], QUALITATIVE[2], INK)
TICKS = (1, 2, 4, 8, 16, 32, 64, 128)
STROKES: dict[str, dict[str, object]] = {
    "best": {"stroke_width": 2.4},
    "by lot": {"stroke_width": 1.8, "stroke_dasharray": "2 4"},
}
SHARES = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Panel:
    """A plane with the number of memories along it, logarithmic, and the share of answers up it."""

    x: float
    y: float
    width: float
    height: float

    def along(self, n: float) -> float:
        return self.x + self.width * np.log2(n) / np.log2(TICKS[-1])

    def up(self, share: float) -> float:
        return self.y + self.height * (1 - share)


@dataclass(frozen=True)
class Curve:
    """Of all answers, the share that the first n memories have changed."""

    scope: Scope
    panel: str
    order: str
    needed: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """float64[n], for 1 memory, 2 …"""
        n = np.arange(1, TICKS[-1] + 1)
        return ((self.needed >= 0) & (self.needed <= n[:, None])).mean(1)


def facts_spread(result: Recall) -> Diagram:
    """Two panels, silenced and swapped; a line for each layer and for all of them, dashed where the order is by lot."""
    curves = [curve for scope in result.scopes for curve in _curves(scope)]
    told = [{"changed": each.panel, "in": each.scope.name, "order": each.order} for each in curves]
    rows = [
        about | {"memories": n, "share of answers": share}
        for about, curve in zip(told, curves, strict=True)
        for n, share in enumerate(curve.shares, start=1)
    ]
    wide = Panel(34, 52, 262, 240), Panel(426, 52, 262, 240)
    narrow = Panel(34, 52, 254, 210), Panel(34, 376, 254, 210)
    return Diagram(
        svg=canvas(*_drawn(curves, wide), width=760, height=378, layout="wide"),
        narrow=canvas(*_drawn(curves, narrow), width=360, height=676, layout="narrow"),
        data={"curves": [about | {"shares": each.shares} for about, each in zip(told, curves, strict=True)]},
        rows=rows,
    )


def _curves(scope: Scope) -> list[Curve]:
    return [
        Curve(scope, "silenced", "best", scope.silenced.needed.ravel()),
        Curve(scope, "silenced", "by lot", scope.silenced_at_random.ravel()),
        Curve(scope, "swapped", "best", scope.swapped.needed),
        Curve(scope, "swapped", "by lot", scope.swapped_at_random),
    ]


def _drawn(curves: Sequence[Curve], panels: Sequence[Panel]) -> Iterator[Child]:
    titles = (
        ("Silenced", "answers that are not right any more"),
        ("Swapped with another’s", "answers that become the other’s"),
    )
    for panel, (title, rest), name in zip(panels, titles, ("silenced", "swapped"), strict=True):
        yield heading(panel.x - 34, panel.y - 32, title)
        yield words(panel.x - 34, panel.y - 14, element("tspan", text=rest + ", %"), font_size=13, fill=MUTED)
        yield from _axes(panel)
        here = [curve for curve in curves if curve.panel == name]
        yield from (_line(curve, panel) for curve in here)
        yield from _labels([curve for curve in here if curve.order == "best"], panel)
    yield from _key(0, panels[-1].y + panels[-1].height + 68)


def _axes(panel: Panel) -> Iterator[Child]:
    bottom, small = panel.y + panel.height, {"font_size": 12, "fill": MUTED}
    for share in SHARES:
        y = panel.up(share / 100)
        yield element("path", d=f"M{panel.x:g} {y:g}h{panel.width:g}", stroke=FAINT, stroke_width=1)
        yield words(panel.x - 8, y + 4, element("tspan", text=f"{share}"), text_anchor="end", **small)
    for n in TICKS:
        x = panel.along(n)
        yield element("path", d=f"M{x:.1f} {bottom:g}v5", stroke=MUTED, stroke_width=1)
        yield words(x, bottom + 19, element("tspan", text=f"{n}"), text_anchor="middle", **small)
    named = element("tspan", text="memories changed (logarithmic)")
    yield words(panel.x + panel.width / 2, bottom + 38, named, text_anchor="middle", font_size=13, fill=MUTED)


def _line(curve: Curve, panel: Panel) -> Child:
    """Draw steps: up where one more memory changes more answers."""
    shares = curve.shares
    path = f"M{panel.along(1):.1f} {panel.up(shares[0]):.1f}"
    for n, share in enumerate(shares[1:], start=2):
        if share != shares[n - 2]:
            path += f"H{panel.along(n):.1f}V{panel.up(share):.1f}"
    path += f"H{panel.along(TICKS[-1]):.1f}"
    return element(
        "path", element("title", text=f"{curve.scope.name}, {curve.order}"), d=path, fill="none",
        stroke=COLOURS[_rank(curve)], stroke_linejoin="round", **STROKES[curve.order],
        data_curve=f"{curve.panel} {curve.order}",
    )  # fmt: skip


def _labels(curves: Sequence[Curve], panel: Panel) -> Iterator[Child]:
    """Name the lines at their ends, from the top, one below the other."""
    lowest = -np.inf
    for curve in sorted(curves, key=lambda curve: -curve.shares[-1]):
        lowest = max(lowest + 15, panel.up(curve.shares[-1]) + 4)
        told = element("tspan", text=curve.scope.name)
        yield words(panel.x + panel.width + 6, lowest, told, font_size=13, fill=COLOURS[_rank(curve)], font_weight=600)


def _key(x: float, y: float) -> Iterator[Child]:
    for at, order, title in ((x, "best", "the best first"), (x + 150, "by lot", "in an order by lot")):
        yield element("path", d=f"M{at:g} {y - 4:g}h28", stroke=INK, **STROKES[order])
        yield words(at + 36, y, element("tspan", text=title), font_size=13)


def _rank(curve: Curve) -> int:
    """Which colour a scope has: its layer's, or the last where it is all of them."""
    return curve.scope.layers[0] % (len(COLOURS) - 1) if len(curve.scope.layers) == 1 else len(COLOURS) - 1
