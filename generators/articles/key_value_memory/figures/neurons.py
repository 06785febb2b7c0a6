"""The network 3 -> 8 -> 2 as ten neurons: three inputs, eight keys with their gates, two outputs, and 40 synapses."""

from collections.abc import Iterator
from dataclasses import dataclass

from generators.articles.key_value_memory.figures.dials import named
from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    HALO,
    MUTED,
    PAPER,
    WITH_NUMBER,
    colour,
    gate,
    signed,
    strength,
    synapse,
    words,
)

Point = tuple[float, float]

BRIGHT = 3.0
"""The output from which on its colour is full."""
LIT, SPARE, SILENT = 0.95, 0.38, 0.12
"""How much is seen of a synapse of the chosen key, of another that fires, and of one that does not."""


@dataclass(frozen=True)
class Places:
    """Where the first and the last neuron of each kind stand."""

    inputs: tuple[Point, Point]
    keys: tuple[Point, Point]
    outputs: tuple[Point, Point]
    large: float
    """Radius of inputs and outputs."""
    small: float
    """Radius of keys."""
    upright: bool
    """Whether inputs stand above keys and keys above outputs, instead of left of them."""

    def along(self, kind: str, n: int) -> list[Point]:
        """Space n neurons evenly."""
        (x1, y1), (x2, y2) = getattr(self, kind)
        return [(x1 + (x2 - x1) * k / (n - 1), y1 + (y2 - y1) * k / (n - 1)) for k in range(n)]

    def join(self, start: Point, r_start: float, end: Point, r_end: float) -> tuple[float, float, float, float]:
        """Give the ends of a line between two circles."""
        (x1, y1), (x2, y2) = start, end
        return (x1, y1 + r_start, x2, y2 - r_end) if self.upright else (x1 + r_start, y1, x2 - r_end, y2)


def neurons(result: KeyValue, places: Places) -> Iterator[str]:
    """Draw synapses, and over them the neurons; the key that fires most is picked out."""
    yield from _synapses(result, places)
    yield from _ends(places, "x", places.along("inputs", 3), result.x.tolist(), result.most)
    yield from _ends(places, "y", places.along("outputs", 2), result.path[-1].tolist(), BRIGHT)
    for i, place in enumerate(places.along("keys", 8)):
        yield from _key(result, places, i, *place)


def _synapses(result: KeyValue, places: Places) -> Iterator[str]:
    """Draw 24 synapses into the keys and 16 out of them; a silent key carries nothing on, though it is picked out."""
    largest = float(abs(result.w_key).max()), float(abs(result.w_value).max())
    for i, key in enumerate(places.along("keys", 8)):
        resting = SPARE if i in result.active else SILENT
        into = LIT if i == result.strongest else resting
        out = into if i in result.active else resting
        for j, place in enumerate(places.along("inputs", 3)):
            line = places.join(place, places.large, key, places.small)
            yield synapse(result.w_key[i, j], largest[0], *line, widest=4, stroke_opacity=into, data_into=i)
        for j, place in enumerate(places.along("outputs", 2)):
            line = places.join(key, places.small + 9, place, places.large)
            yield synapse(result.w_value[j, i], largest[1], *line, widest=4, stroke_opacity=out, data_from=i)


def _ends(places: Places, letter: str, centres: list[Point], values: list[float], largest: float) -> Iterator[str]:
    """Draw the inputs, or the outputs, each with its number inside and its name beside."""
    r, side = places.large, -1 if letter == "x" else 1
    digits, size, anchor = (1, 12, "end") if letter == "x" else (2, 11, "start")
    for j, ((x, y), value) in enumerate(zip(centres, values, strict=True)):
        yield _disc(value, largest, x, y, r, **{f"data_{letter}_disc": j})
        yield words(x, y + 4, text=signed(value, digits), font_size=size, text_anchor="middle",
                    **{f"data_{letter}_disc_text": j})  # fmt: skip
        at = (x, y + (r + 18 if side > 0 else -r - 8)) if places.upright else (x + side * (r + 8), y + 5)
        yield words(at[0], at[1], text=named(letter, j), text_anchor="middle" if places.upright else anchor,
                    font_style="italic", font_weight=600)  # fmt: skip


def _key(result: KeyValue, places: Places, i: int, x: float, y: float) -> Iterator[str]:
    """Draw a key with its number, its gate, and how much it fires."""
    a, r, upright = float(result.activations[i]), places.small, places.upright
    ring = element("circle", cx=x, cy=y, r=r + 3, fill="none", stroke=ACCENT, stroke_width=2.5,
                   opacity=int(i == result.strongest), data_ring=i)  # fmt: skip
    name = words(x, y + 4.5, text=i + 1, font_size=13, font_weight=700, text_anchor="middle", pointer_events="none")
    yield element("g", _disc(a, result.largest_key, x, y, r, data_a_disc=i), name, ring, data_neuron=i)
    behind = (x, y + r + 6) if upright else (x + r + 6, y)
    yield gate(str(i), behind[0], behind[1], r * 0.7, a > 0, upright)
    at = (x, y + r + 24) if upright else (x + r + 13, y - 5)
    yield words(at[0], at[1], text=signed(a) if a > 0 else "", font_size=12, font_weight=600, pointer_events="none",
                text_anchor="middle" if upright else "start", data_fires=i, **HALO)  # fmt: skip


def _disc(value: float, largest: float, x: float, y: float, r: float, **attributes: object) -> str:
    plate = element("circle", cx=x, cy=y, r=r, fill=PAPER, stroke=MUTED, stroke_width=1.5)
    shade = strength(value, largest, WITH_NUMBER)
    return plate + element("circle", cx=x, cy=y, r=r - 1, fill=colour(value), fill_opacity=shade, **attributes)
