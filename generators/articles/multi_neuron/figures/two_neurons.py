"""Two neurons on one input, as lines, and two on two inputs, as planes; the output goes up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.articles.multi_neuron.figures.axes import Axes, input_ticks, neuron, output_ticks
from generators.articles.multi_neuron.figures.painter import Plane, Point, View
from generators.articles.multi_neuron.figures.signs import HIGHLIGHT, mark
from generators.articles.multi_neuron.figures.space import space
from generators.articles.multi_neuron.results.two_neurons import TwoNeurons
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, HALO, INK, MUTED, PAPER, SURFACE, canvas, signed, words

NAMES = ("neuron 1", "neuron 2")
TURN_DEGREES = 34.0
"""How far the still's floor is turned."""


@dataclass(frozen=True)
class Layout:
    """Where both halves of the drawing stand."""

    name: str
    width: float
    height: float
    line: Axes
    view: View
    headings: tuple[Point, Point]
    readings: tuple[Point, Point]


WIDE = Layout(
    name="wide",
    width=760,
    height=416,
    line=Axes(34, 54, 324, 350, -1, 1, -1.3, 1.3),
    view=View(TURN_DEGREES, 594, 216, 114, 0.55),
    headings=((0, 16), (404, 16)),
    readings=((0, 406), (404, 406)),
)
NARROW = Layout(
    name="narrow",
    width=360,
    height=740,
    line=Axes(34, 50, 348, 300, -1, 1, -1.3, 1.3),
    view=View(TURN_DEGREES, 188, 538, 108, 0.55),
    headings=((0, 14), (0, 388)),
    readings=((0, 352), (0, 730)),
)


def two_neurons(result: TwoNeurons) -> Diagram:
    """Draw both pairs; live, the reader moves the input, changes one line and turns the planes."""
    planes = _planes(result)
    data = {
        "weight": result.line_weight[:, 0].tolist(),
        "bias": result.line_bias.tolist(),
        "planes": planes,
        "line_input": float(result.line_input[0]),
        "plane_input": result.plane_input.tolist(),
        "turn_degrees": TURN_DEGREES,
        "names": NAMES,
    }
    rows = [
        {"inputs": 1, "neuron": k + 1, "w1": float(w[0]), "w2": None, "b": float(b)}
        for k, (w, b) in enumerate(zip(result.line_weight, result.line_bias, strict=True))
    ] + [{"inputs": 2, "neuron": k + 1, "w1": w1, "w2": w2, "b": b} for k, (w1, w2, b) in enumerate(planes)]
    return Diagram(_drawn(result, WIDE), data, rows, "two-neurons", _drawn(result, NARROW))


def _planes(result: TwoNeurons) -> list[Plane]:
    weights = zip(result.plane_weight.tolist(), result.plane_bias.tolist(), strict=True)
    return [(w1, w2, b) for (w1, w2), b in weights]


def _drawn(result: TwoNeurons, layout: Layout) -> str:
    at: Point = (float(result.plane_input[0]), float(result.plane_input[1]))
    titles = (("One input", "A = w F + b"), ("Two inputs", "A = w₁ F₁ + w₂ F₂ + b"))
    return canvas(
        *(_heading(*place, *title) for place, title in zip(layout.headings, titles, strict=True)),
        element("g", *_lines(result, layout), data_lines=layout.line.geometry),
        space(_planes(result), at, NAMES, layout.view),
        _reading(layout.readings[0], (float(result.line_input[0]),), result.line_outputs.tolist(), "line"),
        _reading(layout.readings[1], at, result.plane_outputs.tolist(), "plane"),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _heading(x: float, y: float, title: str, formula: str) -> str:
    return words(x, y, element("tspan", text=title, font_weight=600), element("tspan", text=formula, dx=9, fill=MUTED))


def _reading(place: Point, inputs: Sequence[float], outputs: Sequence[float], which: str) -> str:
    names = ", ".join(signed(value) for value in inputs)
    said = ", ".join(f"{name} {'+' if a > 0 else ''}{signed(a)}" for name, a in zip(NAMES, outputs, strict=True))
    text = f"F = {names}: {said}" if len(inputs) == 1 else f"F = ({names}): {said}"
    return words(*place, text=text, font_size=13, data_says=which)


def _lines(result: TwoNeurons, layout: Layout) -> Iterator[str]:
    axes, clip = layout.line, f"two-neurons-frame-{layout.name}"
    zero, origin, now = axes.y(0), axes.x(0), float(result.line_input[0])
    frame = {"x": axes.left, "y": axes.top, "width": axes.right - axes.left, "height": axes.bottom - axes.top}
    yield element("clipPath", element("rect", **frame), id=clip)
    yield element("rect", **frame, fill=SURFACE)
    yield element("rect", **frame | {"x": origin, "width": axes.right - origin}, fill=HIGHLIGHT)
    yield from output_ticks(axes, (-1, 0, 1))
    yield from input_ticks(axes, axes.bottom, (-1, 0, 1), 0)
    yield words(axes.x(0.5), axes.bottom + 19, text="input F", font_size=13, fill=MUTED, text_anchor="middle")
    yield words(axes.left, axes.top - 9, text="output A", font_size=13, fill=MUTED)
    yield element("path", d=f"M{axes.left:g} {zero:.1f}H{axes.right:g}", stroke=INK, stroke_width=1.4)
    yield element(
        "path", d=f"M{axes.x(now):.1f} {axes.top:g}V{axes.bottom:g}", stroke=INK, stroke_dasharray="2 3", data_at=""
    )
    pairs = list(enumerate(zip(result.line_weight[:, 0].tolist(), result.line_bias.tolist(), strict=True)))
    yield element("g", *(neuron(axes, w, b, 3, data_neuron=k) for k, (w, b) in pairs), clip_path=f"url(#{clip})")
    for k, (w, b) in pairs:
        x, y = _name_place(axes, w, b)
        style = {"font_size": 13, "font_weight": 600, "text_anchor": "end"}
        yield words(x, y, text=NAMES[k], **style, **HALO | {"stroke": HIGHLIGHT}, data_name=k)
        a = w * now + b
        yield mark(a > 0, round(axes.x(now), 1), round(axes.y(a), 1), 11, stroke=PAPER, stroke_width=1.5, data_mark=k)
    yield element("rect", **frame, fill="transparent", data_plate="")
    w, b = pairs[0][1]
    for which, x in (("b", 0.0), ("w", -1.0)):
        place = {"cx": round(axes.x(x), 1), "cy": round(axes.y(w * x + b), 1), "r": 6.5}
        yield element("circle", **place, fill=PAPER, stroke=ACCENT, stroke_width=2, opacity=0, data_handle=which)


def _name_place(axes: Axes, weight: float, bias: float) -> Point:
    """Above the right end of a rising line, below that of a falling one, inside the frame."""
    y = axes.y(weight * axes.high + bias) + (-20 if weight >= 0 else 28)
    return axes.right - 6, min(max(y, axes.top + 16), axes.bottom - 8)
