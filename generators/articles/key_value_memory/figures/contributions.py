"""What every memory adds to the output, as a table: a row is an arrow, a column a sum over synapses."""

from collections.abc import Iterator

from generators.articles.key_value_memory.figures.dials import named, point
from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing.svg import element
from generators.drawing.weights import INK, MUTED, signed, words


def table(result: KeyValue, left: float, top: float, width: float, row: float) -> Iterator[str]:
    """Write every key, its value and their product; rows are arrows, columns are sums over synapses."""
    columns = left + width - 112, left + width - 56
    head, ends = {"font_size": 13, "fill": MUTED}, _ends(left, width)
    yield words(left, top + 14, text="key", **head)
    yield words(left + 70, top + 14, text="a", text_anchor="end", **head | {"font_style": "italic"})
    yield words(left + 75, top + 14, text="· value", **head)
    for j, x in enumerate(ends):
        yield words(x, top + 14, text=named("y", j), text_anchor="end", **head | {"font_style": "italic"})
    first = top + 22
    for i in range(8):
        yield _line(result, i, left, first + i * row, width, row)
    bottom = first + 8 * row
    yield element("path", d=f"M{left:g} {bottom + 1:g}H{left + width:g}", stroke=INK, stroke_width=1.2)
    bold = {"font_size": 14, "font_weight": 700}
    yield words(left, bottom + 20, text="sum", **bold)
    for j, x in enumerate(ends):
        yield words(x, bottom + 20, text=signed(result.path[-1, j]), text_anchor="end", data_y_text=j, **bold)
    shared = {"fill": "none", "stroke": INK, "stroke_width": 1.4, "rx": 4, "pointer_events": "none"}
    boxes = [element("rect", x=x, y=first + 1, width=55, height=9 * row + 2, **shared) for x in columns]
    yield element("g", *boxes, opacity=0, data_boxes="neuron")


def _line(result: KeyValue, i: int, left: float, y: float, width: float, row: float) -> str:
    ends = _ends(left, width)
    on, base = i in result.active, y + row / 2 + 5
    small = {"font_size": 13, "pointer_events": "none"}
    plate = element("rect", x=left, y=y, width=width, height=row, fill="transparent", stroke="none", stroke_width=2,
                    data_plate="")  # fmt: skip
    box = element("rect", x=ends[0] - 51, y=y + 2, width=111, height=row - 4, rx=4, fill="none", stroke=INK,
                  stroke_width=1.4, opacity=int(on), data_boxes="direction")  # fmt: skip
    number = signed(result.activations[i]) if on else "0"
    value = f"· {point(result.w_value[:, i].tolist(), 1)}"
    return element(
        "g",
        plate,
        box,
        words(left + 4, base, text=i + 1, **small),
        words(left + 70, base, text=number, text_anchor="end", data_a_text=i, **small),
        words(left + 75, base, text=value, **small | {"font_size": 12}),
        *(
            words(x, base, text=signed(result.contributions[j, i]) if on else "–", text_anchor="end",
                  data_adds=j, **small)
            for j, x in enumerate(ends)
        ),
        opacity=1 if on else 0.5,
        data_row=i,
    )  # fmt: skip


def _ends(left: float, width: float) -> tuple[float, float]:
    """Where the numbers of both outputs end."""
    return left + width - 61, left + width - 5
