"""Four modifiers over the preactivations of a real layer: the curve, and below it what comes through."""

from collections.abc import Iterator

from generators.articles.neuron.results.activations import Modified, Modifier
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    FAINT,
    HALO,
    INK,
    MUTED,
    PAPER,
    SURFACE,
    canvas,
    heading,
    signed,
    words,
)


def activations(result: Modified) -> Diagram:
    """Draw each modifier; live, the reader moves one preactivation along all four."""
    data = {
        "grid": result.grid.round(6).tolist(),
        "shown": _shown(result),
        "modifiers": [
            {
                "name": m.name,
                "formula": m.formula,
                "values": m.values.round(6).tolist(),
                "slopes": m.slopes.round(6).tolist(),
            }
            for m in result.modifiers
        ],
    }
    rows = [
        {"z": float(z)}
        | {f"{m.name}(z)": float(m.values[k]) for m in result.modifiers}
        | {f"slope of {m.name}": float(m.slopes[k]) for m in result.modifiers}
        for k, z in enumerate(result.grid)
    ]
    wide = canvas(
        *_panels(result, [(x, 56) for x in (0, 196, 392, 588)], 172),
        words(0, 346, *_legend(result), font_size=13, fill=MUTED),
        width=760,
        height=356,
        layout="wide",
    )
    narrow = canvas(
        *_panels(result, [(x, y) for y in (48, 366) for x in (0, 188)], 172),
        *(words(0, 650 + 18 * k, part, font_size=13, fill=MUTED) for k, part in enumerate(_legend(result))),
        width=360,
        height=696,
        layout="narrow",
    )
    return Diagram(wide, data, rows, "activations", narrow)


def _shown(result: Modified) -> int:
    """Where the still's dot stands: two thirds of the way down from 0."""
    return len(result.grid) // 3


def _legend(result: Modified) -> tuple[str, ...]:
    return (
        element("tspan", text=f"Bars: {result.n_preactivations:,} preactivations of {result.path}. "),
        element("tspan", text="Strong where a change in z comes through, "),
        element("tspan", text="faint where it is held back."),
    )


def _panels(result: Modified, corners: list[tuple[float, float]], side: float) -> Iterator[str]:
    for index, (modifier, (x, y)) in enumerate(zip(result.modifiers, corners, strict=True)):
        yield element("g", *_panel(result, modifier, x, y, side), data_panel=f"{index} {x:g} {y:g} {side:g}")


def _panel(result: Modified, modifier: Modifier, x: float, y: float, side: float) -> Iterator[str]:
    limit, tall, below = float(result.grid[-1]), 58.0, y + side + 8
    centre_x, centre_y = x + side / 2, y + side / 2

    def across(z: float) -> float:
        return x + side * (z + limit) / (2 * limit)

    def up(value: float) -> float:
        return y + side * (limit - value) / (2 * limit)

    yield heading(x, y - 30, modifier.name, modifier.formula)
    yield element("rect", x=x, y=y, width=side, height=side, fill=SURFACE)
    yield element("path", d=f"M{x:g} {centre_y:g}h{side:g}M{centre_x:g} {y:g}v{side:g}", stroke=FAINT, stroke_width=1)
    for value, tick_y in ((limit, y + 15), (-limit, y + side - 6)):
        yield words(centre_x + 5, tick_y, text=f"f(z) = {signed(value, 1)}", font_size=12, fill=MUTED)
    highest, bars = float(result.shares.max()), dict[float, str]()
    thick = side / len(result.shares)
    for k, (share, passed) in enumerate(zip(result.shares.tolist(), modifier.passed.tolist(), strict=True)):
        if share:
            tone = round(0.12 + 0.68 * min(1.0, passed), 2)
            bar = f"M{x + (k + 0.5) * thick:.4g} {below + tall:g}v-{tall * share / highest:.3g}"
            bars[tone] = bars.get(tone, "") + bar
    for tone, d in sorted(bars.items()):
        yield element("path", d=d, stroke=INK, stroke_width=thick - 0.4, stroke_opacity=tone)
    yield element("path", d=f"M{x:g} {below + tall:g}h{side:g}", stroke=MUTED, stroke_width=1)
    for z, anchor in ((-limit, "start"), (0.0, "middle"), (limit, "end")):
        tick = {"font_size": 12, "text_anchor": anchor, "fill": MUTED}
        yield words(across(z), below + tall + 15, text=f"z = {signed(z, 1)}" if z < 0 else f"{z:g}", **tick)
    points = "L".join(f"{across(z):.1f} {up(v):.1f}" for z, v in zip(result.grid, modifier.values, strict=True))
    yield element("path", d=f"M{points}", fill="none", stroke=ACCENT, stroke_width=3, stroke_linejoin="round")
    k = _shown(result)
    z, value = float(result.grid[k]), float(modifier.values[k])
    yield element(
        "path",
        d=f"M{across(z):.1f} {y:g}V{below + tall:g}",
        stroke=INK,
        stroke_width=1,
        stroke_dasharray="3 3",
        data_line="",
    )
    yield element("circle", cx=across(z), cy=up(value), r=6, fill=ACCENT, stroke=PAPER, stroke_width=2, data_dot="")
    text = f"{signed(value)}, slope {signed(float(modifier.slopes[k]))}"
    yield words(x, y - 9, text=text, font_size=13, data_says="", **HALO)
    yield element("rect", x=x, y=y, width=side, height=side + tall + 8, fill="transparent", data_plate="")
