"""A network 3 -> 8 -> 2 drawn twice over the same numbers: as keys and values in matrices, and as ten neurons."""

from collections.abc import Iterator
from dataclasses import dataclass

from generators.articles.key_value_memory.figures.dials import about, dial, named, network, outcome, rows
from generators.articles.key_value_memory.figures.neurons import BRIGHT, Places, neurons
from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    MUTED,
    SURFACE,
    WITH_NUMBER,
    canvas,
    cell,
    gate,
    grid,
    heading,
    indexed,
    lines,
    signed,
    words,
)

CENTRED = {"font_size": 12, "text_anchor": "middle", "pointer_events": "none"}
OFF = 0.25
"""How much is seen of a value whose key is silent."""


@dataclass(frozen=True)
class Layout:
    """Where the matrices and the neurons stand."""

    name: str
    width: float
    height: float
    row: float
    """Height of a row of a matrix."""
    x: tuple[float, float, float]
    """The dials: left, top and width of each."""
    key: tuple[float, float, float]
    """W_key: left, top and width of a cell."""
    z: tuple[float, float]
    """The preactivations: left and width."""
    value: tuple[float, float, float]
    """The row of keys above W_value: left, top and width of a cell."""
    y: tuple[float, float]
    """The output: left and width."""
    heading: float
    """Baseline of the second heading."""
    neurons: Places
    sentence: tuple[float, int, int]
    """Baseline, letters on a line, lines."""


WIDE = Layout(
    "wide", 760, 754, 28, (20, 111, 84), (136, 64, 44), (284, 62), (392, 128, 37), (702, 58), 340,
    Places(((66, 420), (66, 630)), ((390, 384), (390, 666)), ((696, 455), (696, 595)), 19, 15, upright=False),
    (716, 104, 2),
)  # fmt: skip
NARROW = Layout(
    "narrow", 360, 938, 25, (0, 93, 80), (102, 62, 46), (254, 60), (26, 318, 33.5), (302, 58), 472,
    Places(((70, 530), (290, 530)), ((20, 660), (340, 660)), ((115, 800), (245, 800)), 18, 14, upright=True),
    (868, 49, 4),
)  # fmt: skip


def key_value(result: KeyValue) -> Diagram:
    """Draw one key and its value picked out; live, the reader moves the input and picks another."""
    data = network(result) | {"chosen": result.strongest}
    return Diagram(_drawn(result, WIDE), data, list(rows(result)), "key-value", _drawn(result, NARROW))


def _drawn(result: KeyValue, layout: Layout) -> str:
    rest, others = (
        "a row of the first matrix is a key, a column of the second its value",
        "the same numbers: line width is |weight|, a closed gate is a bar",
    )
    if layout.name == "narrow":
        rest, others = "rows are keys, columns values", "the same numbers"
    top, letters, n_lines = layout.sentence
    said = f"{outcome(result)} {about(result, result.strongest)}"
    return canvas(
        heading(0, 16, "Weights", rest),
        *_keys(result, layout),
        *_values(result, layout),
        heading(0, layout.heading, "Neurons", others),
        *neurons(result, layout.neurons),
        lines(0, top, said, letters, n_lines, 20, data_sentence=""),
        width=layout.width,
        height=layout.height,
        layout=layout.name,
    )


def _keys(result: KeyValue, layout: Layout) -> Iterator[str]:
    """Draw the input, W_key and what it reads in the input, with the gates behind."""
    (left, top, width), (x, y, side), (z_left, z_width) = layout.x, layout.key, layout.z
    n, row = len(result.w_key), layout.row
    yield words(left + width / 2, top - 8, indexed("x"), text_anchor="middle")
    yield from (dial(result, j, left, top + j * 46, width) for j in range(3))
    yield words(x + 1.5 * side, y - 10, indexed("W", "key"), text_anchor="middle")
    yield element("rect", x=z_left, y=y, width=z_width, height=n * row, fill=SURFACE)
    yield grid(result.w_key, 1.0, x, y, side, row, WITH_NUMBER)
    for i in range(n):
        middle = y + (i + 0.5) * row + 4
        yield words(x - 7, middle, text=i + 1, font_size=12, fill=MUTED, text_anchor="end")
        for j in range(3):
            yield words(x + (j + 0.5) * side, middle, text=signed(result.w_key[i, j], 1), **CENTRED)
        yield cell(
            result.preactivations[i], result.largest_key, z_left, y + i * row, z_width, row, WITH_NUMBER, data_z=i
        )
        yield words(z_left + z_width / 2, middle, text=signed(result.preactivations[i]), data_z_text=i, **CENTRED)
        yield gate(str(i), z_left + z_width + 6, y + (i + 0.5) * row, row * 0.36, result.preactivations[i] > 0)
        yield _frame("key", i, x, y + i * row, 3 * side, row, i == result.strongest)
    yield words(z_left + z_width / 2, y - 10, indexed("z"), text_anchor="middle")


def _values(result: KeyValue, layout: Layout) -> Iterator[str]:
    """Draw the keys again as a row, so that each stands above the column of W_value that it scales."""
    (x, y, side), (y_left, y_width), row = layout.value, layout.y, layout.row
    n, top, largest = len(result.w_key), y + layout.row + 30, float(abs(result.w_value).max())
    yield words(x, y - 24, indexed("a"), element("tspan", text=" = ReLU(z): how much each key fires", fill=MUTED))
    yield words(
        x, top - 10, indexed("W", "value"), element("tspan", text="a column for each key", dx=9, dy=-4, fill=MUTED)
    )
    yield element("rect", x=x, y=y, width=n * side, height=row, fill=SURFACE)
    yield element("rect", x=x, y=top, width=n * side, height=2 * row, fill=SURFACE)
    for i in range(n):
        middle, on = x + (i + 0.5) * side, result.activations[i] > 0
        yield words(middle, y - 6, text=i + 1, **CENTRED | {"fill": MUTED})
        yield cell(result.activations[i], result.largest_key, x + i * side, y, side, row, WITH_NUMBER, data_a=i)
        number = signed(result.activations[i]) if on else "0"
        yield words(middle, y + row / 2 + 4, text=number, data_a_text=i, **CENTRED)
        column = (
            (
                cell(result.w_value[j, i], largest, x + i * side, top + j * row, side, row, WITH_NUMBER),
                words(middle, top + (j + 0.5) * row + 4, text=signed(result.w_value[j, i], 1), **CENTRED),
            )
            for j in range(2)
        )
        yield element("g", *(part for pair in column for part in pair), opacity=1 if on else OFF, data_column=i)
        yield _frame("value", i, x + i * side, top, side, 2 * row, i == result.strongest)
    yield words(y_left + y_width / 2, top - 10, indexed("y"), text_anchor="middle")
    yield element("rect", x=y_left, y=top, width=y_width, height=2 * row, fill=SURFACE)
    for j, output in enumerate(result.path[-1]):
        middle = top + (j + 0.5) * row + 4
        yield words(x - 5, middle, text=named("y", j), font_size=13, fill=MUTED, text_anchor="end")
        yield cell(output, BRIGHT, y_left, top + j * row, y_width, row, WITH_NUMBER, data_y=j)
        yield words(y_left + y_width / 2, middle, text=signed(output), data_y_text=j, **CENTRED)


def _frame(kind: str, i: int, x: float, y: float, width: float, height: float, is_chosen: bool) -> str:
    return element(
        "rect",
        x=x,
        y=y,
        width=width,
        height=height,
        fill="transparent",
        stroke=ACCENT if is_chosen else "none",
        stroke_width=2.5,
        **{f"data_{kind}": i},
    )
