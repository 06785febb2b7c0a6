"""What the drawings of the network 3 -> 8 -> 2 share: its inputs as dials, its names, and the sentences about it.

``site_src/assets/diagrams/dials.js`` does the same to drawings that are live.
"""

from collections.abc import Iterator, Sequence

from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, MUTED, SURFACE, WITH_NUMBER, cell, listed, signed, words


def network(result: KeyValue) -> dict:
    """Give what the scripts compute with."""
    return {
        "w_key": result.w_key.tolist(),
        "w_value": result.w_value.tolist(),
        "x": result.x.tolist(),
        "most": result.most,
        "step": result.step,
        "largest_key": result.largest_key,
    }


def dial(result: KeyValue, j: int, x: float, y: float, width: float, height: float = 40) -> str:
    """Draw one input: its number, and under it where it lies between the least and the most."""
    value, low, high = float(result.x[j]), x + 8, x + width - 8
    knob = (low + high) / 2 + (high - low) / 2 * value / result.most
    return element(
        "g",
        element("rect", x=x, y=y, width=width, height=height, fill=SURFACE),
        cell(value, result.most, x, y, width, height, WITH_NUMBER, data_x_cell=""),
        words(x + width / 2, y + 17, text=signed(value, 1), font_size=13, text_anchor="middle", data_x_text=""),
        element("path", d=f"M{low:g} {y + height - 10:g}H{high:g}", stroke=MUTED, stroke_width=1.5),
        element("circle", cx=round(knob, 1), cy=y + height - 10, r=5, fill=ACCENT, data_x_knob=f"{low:g} {high:g}"),
        data_x=j,
    )


def named(letter: str, i: int) -> str:
    """Write a letter with its index, counted from 1."""
    return letter + "₁₂₃₄₅₆₇₈"[i]


def point(values: Sequence[float], digits: int = 2) -> str:
    """Write a place in the plane."""
    return f"({', '.join(signed(value, digits) for value in values)})"


def summed(weights: Sequence[float], inputs: Sequence[float], digits: int) -> str:
    """Write products and their signs: ``0.5·0.96 − 2.0·0.80``; ``digits`` are those of the inputs."""
    terms = (f"{signed(w, 1)}·{signed(x, digits)}" for w, x in zip(weights, inputs, strict=True))
    return " + ".join(terms).replace("+ −", "− ")


def outcome(result: KeyValue) -> str:
    """Say which keys fire and what comes out."""
    names = [i + 1 for i in result.active]
    firing = (
        f"Keys {listed(names)} fire" if len(names) > 1 else f"Key {names[0]} alone fires" if names else "No key fires"
    )
    return f"{firing}, and y = {point(result.path[-1].tolist())}."


def about(result: KeyValue, i: int) -> str:
    """Say what one key reads, and what it does with its value."""
    z, value = float(result.preactivations[i]), point(result.w_value[:, i].tolist(), 1)
    reads = f"Key {i + 1} reads {summed(result.w_key[i].tolist(), result.x.tolist(), 1)} = {signed(z)}"
    if z <= 0:
        return f"{reads}. Its gate is closed: its value {value} adds nothing."
    return f"{reads}: {signed(z)} times its value {value} adds {point(result.contributions[:, i].tolist())}."


def rows(result: KeyValue) -> Iterator[dict]:
    """Give the network and what flows through it as a table, a row for each memory."""
    for i in range(len(result.w_key)):
        yield {
            "memory": i + 1,
            **{f"key {j + 1}": float(w) for j, w in enumerate(result.w_key[i])},
            **{f"value {j + 1}": float(w) for j, w in enumerate(result.w_value[:, i])},
            "preactivation": float(result.preactivations[i]),
            "activation": float(result.activations[i]),
            **{f"adds to y{j + 1}": float(w) for j, w in enumerate(result.contributions[:, i])},
        }
