"""The input axis cut where neurons switch: breakpoints, the side on which a neuron is on, and each interval's code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.articles.multi_neuron.figures.axes import Axes, input_ticks, neuron, output_ticks, positive_inputs
from generators.articles.multi_neuron.figures.signs import DASHES, colour, mark
from generators.articles.multi_neuron.results.neurons_on_a_line import Cut, NeuronsOnALine
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, HALO, INK, MUTED, PAPER, SURFACE, canvas, lines, listed, signed, words

LABEL_STEP, LABEL_APART, LABEL_ASIDE = 15.0, 13.0, 7.0
"""From a label to the one above it, the least distance of two side by side, and that of a label from its breakpoint."""
QUANTILES = 50, 99
"""Least and most that the reader may ask for, in percent."""
PICKED = 0.12
"""How strongly the interval that is picked out is tinted."""


@dataclass(frozen=True)
class Layout:
    """Where the lines, the axis and the rows of signs stand."""

    name: str
    width: float
    height: float
    axes: Axes
    rows: float
    """The middle of the first neuron's row."""
    row: float
    """From one row to the next."""
    side: float
    """Of a mark."""
    legend: tuple[str, str]
    """What an arrow says where neurons are cut at zero, and where at their quantile."""
    sentence: tuple[float, float]
    letters: int
    n_lines: int

    def middle(self, neuron: int) -> float:
        """The height of a neuron's row."""
        return self.rows + neuron * self.row


LEGEND = (
    "Breakpoint of neuron, and an arrow to the side on which it is on",
    "Breakpoint of neuron, and an arrow to the side on which it is above its quantile",
)
LITTLE_LEGEND = "Arrow: where the neuron is on", "Arrow: where it is above its quantile"
WIDE = Layout("wide", 760, 560, Axes(30, 88, 748, 282, -1, 1, -1, 2), 342, 23, 10, LEGEND, (0, 550), 108, 1)
NARROW = Layout(
    "narrow",
    360,
    592,
    Axes(26, 88, 350, 268, -1, 1, -1, 2),
    328,
    23,
    9,
    LITTLE_LEGEND,
    (0, 534),
    52,
    3,
)


def input_boundary(result: NeuronsOnALine) -> Diagram:
    """Draw all inputs cut at 0; live, the reader picks the half, the threshold and the interval."""
    data = {
        "weight": result.weight[:, 0].tolist(),
        "bias": result.bias.tolist(),
        "low": result.whole.low,
        "high": result.whole.high,
        "quantile": result.whole_quantile.quantile,
        "quantiles": QUANTILES,
        "picked": picked(result.whole),
    }
    views = (
        ("all inputs, threshold 0", result.whole),
        ("inputs from 0, threshold 0", result.positive),
        ("all inputs, threshold at the quantile", result.whole_quantile),
        ("inputs from 0, threshold at the quantile", result.positive_quantile),
    )
    rows = [row for view, cut in views for row in _rows(view, cut)]
    return Diagram(_drawn(result, WIDE), data, rows, "input-boundary", _drawn(result, NARROW))


def _rows(view: str, cut: Cut) -> Iterator[dict]:
    for k, code in enumerate(cut.codes):
        yield {"view": view, "from": float(cut.ends[k]), "to": float(cut.ends[k + 1]), "code": _digits(code)}


def picked(cut: Cut) -> int:
    """The interval that the still picks out: the one with the most neurons on."""
    return int(cut.codes.sum(1).argmax())


def sentence(cut: Cut, interval: int) -> str:
    """Say where an interval lies, its code, and which neurons are on in it, or above their quantile."""
    code = cut.codes[interval]
    found, state = [k + 1 for k, bit in enumerate(code) if bit], "on"
    if cut.quantile is not None:
        state = "above their quantile" if len(found) > 1 else "above its quantile"
    if not found:
        said = f"no neuron is {state}"
    elif len(found) == len(code):
        said = "every neuron is on" if cut.quantile is None else "every neuron is above its quantile"
    else:
        said = f"{state}: {listed(found)}"
    where = f"{signed(cut.ends[interval])} to {signed(cut.ends[interval + 1])}"
    return f"Interval {interval + 1} of {cut.n_intervals}, {where}: code {_digits(code)}, {said}."


def _digits(code: Sequence[bool]) -> str:
    return "".join(str(int(on)) for on in code)


def levels(places: Sequence[float]) -> list[int]:
    """Stack labels, from left to right: each on the lowest level on which nothing stands too near."""
    last: list[float] = []
    found = [0] * len(places)
    for k in sorted(range(len(places)), key=places.__getitem__):
        level = next((h for h, place in enumerate(last) if places[k] - place >= LABEL_APART), len(last))
        last[level : level + 1] = [places[k]]
        found[k] = level
    return found


def _drawn(result: NeuronsOnALine, layout: Layout) -> str:
    cut, axes = result.whole, layout.axes
    pairs = list(zip(result.weight[:, 0].tolist(), result.bias.tolist(), strict=True))
    guides = [neuron(axes, w, b, 1.8, data_neuron=k) for k, (w, b) in enumerate(pairs)]
    drawn = (
        *_frame(layout),
        *_bands(cut, layout, "data_band"),
        element("g", *guides, data_guides=""),
        *(_boundary(cut, pairs, k, level, layout) for k, level in enumerate(_stacked(cut, pairs, axes))),
        element("g", *input_ticks(axes, axes.bottom, (-1, -0.5, 0, 0.5, 1)), data_ticks=""),
        words(0, layout.rows - 18, text="neuron", font_size=13, fill=MUTED, **HALO),
        words(
            (axes.left + axes.right) / 2,
            layout.rows - 18,
            text="input x",
            font_size=13,
            fill=MUTED,
            text_anchor="middle",
            **HALO,
        ),
        *(part for k in range(len(pairs)) for part in _row(cut, pairs[k][0], k, layout)),
        *_bands(cut, layout, "data_interval"),
    )
    return canvas(
        element("g", *drawn, data_axes=axes.geometry, data_rows=f"{layout.rows:g} {layout.row:g}"),
        lines(
            *layout.sentence,
            sentence(cut, picked(cut)),
            layout.letters,
            layout.n_lines,
            19,
            font_size=14,
            data_sentence="",
        ),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _frame(layout: Layout) -> Iterator[str]:
    axes, muted = layout.axes, {"font_size": 13, "fill": MUTED}
    frame = {"x": axes.left, "y": axes.top, "width": axes.right - axes.left, "height": axes.bottom - axes.top}
    yield element("rect", **frame, fill=SURFACE)
    yield positive_inputs(axes, data_positive="")
    zero, quantile = layout.legend
    says = {"data_legend": "", "data_zero": zero, "data_quantile": quantile}
    yield words((axes.left + axes.right) / 2, 14, text=zero, text_anchor="middle", **muted, **says)
    yield element("g", *output_ticks(axes, (-1, 0, 1, 2)), data_guides="")
    yield words(axes.left - 8, axes.top - 14, text="y", text_anchor="end", **muted, data_guides="")
    yield element("path", d=f"M{axes.left:g} {axes.y(0):.1f}H{axes.right:g}", stroke=INK, stroke_width=1.4)


def _bands(cut: Cut, layout: Layout, role: str) -> Iterator[str]:
    """Draw a place for as many intervals as there can be, from the lines down to the last row."""
    axes, n = layout.axes, len(cut.crossings)
    tall = layout.middle(n - 1) + layout.row / 2 - axes.top
    for k in range(n + 1):
        shown = k < cut.n_intervals
        left, right = (round(axes.x(float(end)), 1) for end in (cut.ends[k : k + 2] if shown else (cut.low, cut.low)))
        tint = {"fill": ACCENT, "fill_opacity": PICKED if k == picked(cut) else 0}
        yield element(
            "rect",
            x=left,
            y=axes.top,
            width=right - left,
            height=tall,
            display=None if shown else "none",
            **{role: k},
            **(tint if role == "data_band" else {"fill": "transparent"}),
        )


def _stacked(cut: Cut, pairs: Sequence[tuple[float, float]], axes: Axes) -> list[int]:
    """The level of every neuron's label, 0 for those that have none."""
    inside = [k for k, within in enumerate(cut.inside) if within]
    places = [axes.x(float(cut.crossings[k])) + (1 if pairs[k][0] > 0 else -1) * LABEL_ASIDE for k in inside]
    found = dict(zip(inside, levels(places), strict=True))
    return [found.get(k, 0) for k in range(len(pairs))]


def _boundary(cut: Cut, pairs: Sequence[tuple[float, float]], k: int, level: int, layout: Layout) -> str:
    """Draw a breakpoint down to its neuron's row, with the neuron's number on the side where it is on."""
    axes, (weight, bias), crossing = layout.axes, pairs[k], float(cut.crossings[k])
    way, top = 1 if weight > 0 else -1, layout.axes.top - 8
    parts = (
        element("path", d=f"M0 {top:g}V{layout.middle(k):g}", stroke=INK, stroke_width=0.9, stroke_dasharray="2 3"),
        element("path", d=f"M{way * 1.5} {top - 5:g}l{way * 7} 5l{-way * 7} 5z", fill=INK),
        words(way * LABEL_ASIDE, top - 9 - level * LABEL_STEP, text=k + 1, text_anchor="middle", font_size=13,
              font_weight=600, data_label=k),
        element("circle", cy=round(axes.y(weight * crossing + bias), 1), r=3.6, fill=INK, stroke=PAPER,
                stroke_width=1.2, data_guides=""),
        element("path", d=f"M0 {layout.middle(k) - 7:g}v14", stroke=INK, stroke_width=2),
    )  # fmt: skip
    shown = bool(cut.inside[k])
    place = round(axes.x(crossing), 1) if shown else 0
    display = None if shown else "none"
    return element("g", *parts, transform=f"translate({place:g} 0)", display=display, data_boundary=k)


def _row(cut: Cut, weight: float, k: int, layout: Layout) -> Iterator[str]:
    """Draw a neuron's row: solid where it is on, dashed where it is off, and its sign in every interval."""
    axes, y = layout.axes, layout.middle(k)
    on, off = reach(cut, weight, k)
    thin = {"stroke": colour(False), "stroke_width": 1.2, "stroke_dasharray": DASHES, "data_off_row": k}
    thick = {"stroke": colour(True), "stroke_width": 4, "stroke_opacity": 0.45, "data_on_row": k}
    yield words(axes.left - 12, y + 4.5, text=k + 1, font_size=13, text_anchor="end")
    for (start, stop), style in ((off, thin), (on, thick)):
        yield element("path", d=f"M{axes.x(start):.1f} {y:g}H{axes.x(stop):.1f}", **style)
    for j in range(len(cut.crossings) + 1):
        shown = j < cut.n_intervals
        x = round(axes.x(float(cut.ends[j : j + 2].mean())), 1) if shown else axes.left
        display = None if shown else "none"
        bit = bool(shown and cut.codes[j, k])
        yield mark(bit, x, y, layout.side, stroke=PAPER, stroke_width=1.2, display=display, data_sign=f"{j} {k}")


def reach(cut: Cut, weight: float, k: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a neuron is on and where it is off, from and to; both are pieces of the interval, and one may be empty."""
    if not cut.inside[k]:
        whole, nothing = (cut.low, cut.high), (cut.low, cut.low)
        return (whole, nothing) if cut.codes[0, k] else (nothing, whole)
    at = float(cut.crossings[k])
    below, above = (cut.low, at), (at, cut.high)
    return (above, below) if weight > 0 else (below, above)
