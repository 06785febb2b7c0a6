"""One layer's regions over two inputs, two of them picked, and the neurons that a straight way between them passes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from generators.articles.multi_neuron.figures.floor import Floor, Point, frame, glyph, tag
from generators.articles.multi_neuron.figures.signs import NUMBERS, mark
from generators.articles.multi_neuron.results.regions import Regions
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import ACCENT, FAINT, INK, MUTED, PAPER, SURFACE, canvas, lines, words

PICKED = ("A", "var(--nf-1)"), ("B", "var(--nf-2)")
"""The name and the colour of each region that is picked."""
SIDE, STEP = 0.0165, 0.0215
"""Of a sign in a region's code, and from one to the next, in sides of the map."""
MARK, MARK_APART = 19.0, 21.0
"""Of a neuron's mark on the way, and from one to the next."""
LEFT = 42.0
"""Where the map begins."""
INVITATION = "Point at a region to read its code."
LETTERS, LETTERS_A_CHANGE = 45, 12
"""Of the sentence at most: what frames it, and what each neuron that changes adds."""


@dataclass(frozen=True)
class Layout:
    """Where the map, both codes and the field of all codes stand."""

    name: str
    width: float
    top: float
    """Of everything."""
    side: float
    """Of the map."""
    code: Point
    """The names of the columns of both codes."""
    code_width: float
    field: Point
    """The upper left corner of all codes."""
    field_side: float
    counts: Point
    sentence: float
    """Where the words below begin."""
    letters: int


WIDE = Layout(
    name="wide",
    width=760,
    top=26,
    side=400,
    code=(474, 48),
    code_width=286,
    field=(474, 206),
    field_side=184,
    counts=(672, 224),
    sentence=494,
    letters=108,
)
NARROW = Layout(
    name="narrow",
    width=360,
    top=24,
    side=302,
    code=(4, 440),
    code_width=350,
    field=(4, 596),
    field_side=176,
    counts=(200, 612),
    sentence=806,
    letters=50,
)


def regions(result: Regions) -> Diagram:
    """Draw every region with the way from A to B; live, the reader moves both and points at any."""
    partition = result.partition
    data = {
        "weight": result.weight.tolist(),
        "bias": result.bias.tolist(),
        "codes": [_digits(code) for code in result.codes],
        "centres": result.centres.tolist(),
        "corners": [partition.polygon(region).tolist() for region in range(result.n_regions)],
        "neighbours": neighbours(result),
        "picked": [result.first, result.second],
    }
    rows = [
        {
            "region": region + 1,
            "code": _digits(code),
            "on": int(code.sum()),
            "area": float(partition.area[region]),
            "centre x": float(result.centres[region, 0]),
            "centre y": float(result.centres[region, 1]),
        }
        for region, code in enumerate(result.codes)
    ]
    return Diagram(_drawn(result, WIDE), data, rows, "regions", _drawn(result, NARROW))


def neighbours(result: Regions) -> list[list[int]]:
    """The regions across an edge, for each region."""
    sides = result.partition.edge_regions
    inner = sides[(sides >= 0).all(1)]
    found: list[set[int]] = [set() for _ in range(result.n_regions)]
    for left, right in inner.tolist():
        found[left].add(right)
        found[right].add(left)
    return [sorted(each) for each in found]


def sentence(before: Sequence[bool], route: Sequence[int]) -> str:
    """Say what changes on the way from A to B, in order."""
    n_kept = len(before) - len(route)
    if not route:
        return "A and B are the same region: no neuron changes sign."
    turns = ", then ".join(f"{k + 1}{' turns' if k == route[0] else ''} {'off' if before[k] else 'on'}" for k in route)
    kept = f"the other {counted(n_kept)} keep" if n_kept > 1 else "the other one keeps" if n_kept else "none keeps"
    return f"From A to B neuron {turns}; {kept} {'their' if n_kept > 1 else 'its'} sign."


def counted(n: int) -> str:
    return NUMBERS[n] if n < len(NUMBERS) else str(n)


def described(code: Sequence[bool]) -> str:
    """Say a region's code and which neurons are on in it."""
    found = [k + 1 for k, on in enumerate(code) if on]
    if not found:
        said = "no neuron is on"
    elif len(found) == len(code):
        said = "every neuron is on"
    else:
        said = f"on: {', '.join(map(str, found))}"
    return f"Code {_digits(code)}, {said}."


def gray(bits: Sequence[bool]) -> int:
    """The place of bits in the order in which each code differs from the last in one bit (Gray 1953)."""
    place, parity = 0, False
    for bit in bits:
        parity ^= bool(bit)
        place = 2 * place + parity
    return place


def _digits(code: Sequence[bool]) -> str:
    return "".join(str(int(on)) for on in code)


def _box(result: Regions, layout: Layout) -> Floor:
    (x0, y0), (x1, y1) = result.partition.domain.min(0).tolist(), result.partition.domain.max(0).tolist()
    return Floor(LEFT, layout.top, layout.side, (x0, y0), (x1, y1))


def _drawn(result: Regions, layout: Layout) -> str:
    box = _box(result, layout)
    route, shares = result.route(result.first, result.second)
    said = sentence(result.codes[result.first].tolist(), route.tolist())
    n_lines = -(-(LETTERS + LETTERS_A_CHANGE * result.n_neurons) // layout.letters)
    map_parts = (
        *_patterns(layout),
        element("rect", x=box.left, y=box.top, width=box.side, height=box.side, fill=PAPER),
        *_tiles(result, box),
        *_picks(result, box, layout),
        element("path", d=_zero_lines(result, box), stroke=INK, stroke_width=1.5, fill="none", pointer_events="none"),
        *frame(box, result.axes),
        element("g", *_glyphs(result, box), pointer_events="none"),
        element("g", *_tags(result, box), pointer_events="none"),
        element("g", *_way(result, box, route, shares), data_way="", pointer_events="none"),
        *(_badge(box, result, k) for k in (0, 1)),
    )
    return canvas(
        element("g", *map_parts, data_floor=box.geometry),
        *_codes(result, layout, set(route.tolist())),
        *_field(result, layout),
        lines(0, layout.sentence, said, layout.letters, n_lines, 19, font_size=14, data_sentence=""),
        words(0, layout.sentence + 19 * n_lines + 4, text=INVITATION, font_size=13, fill=MUTED, data_one=""),
        width=layout.width,
        height=layout.sentence + 19 * n_lines + 14,
        layout=layout.name,
    )


def _patterns(layout: Layout) -> Iterator[str]:
    """Hatch A one way and B the other."""
    for k, (_, colour) in enumerate(PICKED):
        line = element("path", d="M0 0V7", stroke=colour, stroke_width=2.4, stroke_opacity=0.75)
        ground = element("rect", width=7, height=7, fill=colour, fill_opacity=0.3)
        turn = f"rotate({-45 if k else 45})"
        name = f"regions-hatch-{'ab'[k]}-{layout.name}"
        yield element("pattern", ground, line, id=name, width=7, height=7, patternUnits="userSpaceOnUse",
                      patternTransform=turn)  # fmt: skip


def _tiles(result: Regions, box: Floor) -> Iterator[str]:
    """Lay every region, the darker the more neurons are on."""
    for region, code in enumerate(result.codes):
        d = box.path(result.partition.polygon(region).tolist())
        shade = round(0.18 * float(code.mean()), 3)
        yield element("path", d=d, fill=INK, fill_opacity=shade, data_region=region)


def _picks(result: Regions, box: Floor, layout: Layout) -> Iterator[str]:
    for k, region in enumerate((result.first, result.second)):
        d = box.path(result.partition.polygon(region).tolist())
        fill = f"url(#regions-hatch-{'ab'[k]}-{layout.name})"
        yield element("path", d=d, fill=PAPER, data_ground=k, pointer_events="none")
        yield element("path", d=d, fill=fill, data_pick=k, pointer_events="none")
    yield element("path", d="M0 0", fill="none", stroke=ACCENT, stroke_width=5, data_pointed="", pointer_events="none")


def _zero_lines(result: Regions, box: Floor) -> str:
    partition = result.partition
    inner = partition.edges[partition.edge_switch >= 0]
    return "".join(box.path(partition.vertices[edge].tolist(), close=False) for edge in inner)


def _tags(result: Regions, box: Floor) -> Iterator[str]:
    """Name each zero line where it has most room between the others, the codes and the names that are there."""
    partition = result.partition
    way = [np.array(box.place(result.centres[region].tolist())) for region in (result.first, result.second)]
    codes = [box.place(centre) for centre in result.centres.tolist()]
    taken = np.concatenate([codes, np.linspace(way[0], way[1], 12)])
    vertices = np.array([box.place(vertex) for vertex in partition.vertices.tolist()])
    for switch in np.unique(partition.edge_switch[partition.edge_switch >= 0]).tolist():
        ends = vertices[partition.edges[partition.edge_switch == switch]]
        shares = np.linspace(0.1, 0.9, 9)[:, None, None]
        places = ((1 - shares) * ends[:, 0] + shares * ends[:, 1]).reshape(-1, 2)
        near = [np.linalg.norm(places - each, axis=1) for each in (*vertices, *taken)]
        x, y = places[np.min(near, axis=0).argmax()]
        taken = np.concatenate([taken, [[x, y]]])
        yield tag(box, x, y, result.weight[switch].tolist(), str(switch + 1), data_tag=switch)


def _glyphs(result: Regions, box: Floor) -> Iterator[str]:
    """Write a region's code where it has room."""
    n_columns = -(-result.n_neurons // 2)
    side, step = SIDE * box.side, STEP * box.side
    half = np.array([n_columns * step / 2 + 2.5, step + 2.5])
    for region, code in enumerate(result.codes):
        corners = np.array([box.place(corner) for corner in result.partition.polygon(region).tolist()])
        x, y = box.place(result.centres[region].tolist())
        if _has_room(corners, (x, y), half):
            display = "none" if region in (result.first, result.second) else None
            yield glyph(code.tolist(), x, y, 2, side, step, data_glyph=region, display=display)


def _has_room(corners: np.ndarray, middle: Point, half: np.ndarray) -> bool:
    """Whether a box about ``middle`` lies in a convex polygon."""
    block = np.array(middle) + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    side = np.roll(corners, -1, 0) - corners
    away = block[:, None] - corners
    turned = side[:, 0] * away[..., 1] - side[:, 1] * away[..., 0]
    return bool((turned >= 0).all() or (turned <= 0).all())


def levels(places: Sequence[float]) -> list[int]:
    """Put marks beside a way where they would cover one another: on it, left of it (1) or right of it (-1)."""
    last = {0: -np.inf, 1: -np.inf, -1: -np.inf}
    found = []
    for place in places:
        level = next((side for side in last if place - last[side] >= MARK_APART), 0)
        last[level] = place
        found.append(level)
    return found


def _way(result: Regions, box: Floor, route: np.ndarray, shares: np.ndarray) -> Iterator[str]:
    """Draw the way from A to B, and each neuron where it changes."""
    (x0, y0), (x1, y1) = (box.place(result.centres[r].tolist()) for r in (result.first, result.second))
    length = hypot(x1 - x0, y1 - y0) or 1.0
    aside = MARK_APART * (y1 - y0) / length, -MARK_APART * (x1 - x0) / length
    way = f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"
    yield element("path", d=way, stroke=PAPER, stroke_width=6, stroke_opacity=0.8)
    yield element("path", d=way, stroke=INK, stroke_width=2.2)
    for neuron, share, level in zip(route.tolist(), shares.tolist(), levels((shares * length).tolist()), strict=True):
        at = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        x, y = (round(place + level * away, 1) for place, away in zip(at, aside, strict=True))
        on = not bool(result.codes[result.first, neuron])
        yield element(
            "g",
            element("path", d=f"M{at[0]:.1f} {at[1]:.1f}L{x:g} {y:g}", stroke=INK, stroke_width=1.5),
            mark(on, x, y, MARK, stroke=PAPER, stroke_width=1.5),
            words(x, y + 4.3, text=neuron + 1, font_size=12, font_weight=700, text_anchor="middle", fill=PAPER),
        )


def _badge(box: Floor, result: Regions, k: int) -> str:
    name, colour = PICKED[k]
    x, y = box.place(result.centres[(result.first, result.second)[k]].tolist())
    return element("g", *_letter(name, colour), transform=f"translate({x:.1f} {y:.1f})", data_badge=k)


def _letter(name: str, colour: str) -> Iterator[str]:
    yield element("circle", r=11, fill=colour, stroke=PAPER, stroke_width=2)
    yield element("text", text=name, y=4.8, font_size=13, font_weight=700, text_anchor="middle", fill=PAPER)


def _codes(result: Regions, layout: Layout, changing: set[int]) -> Iterator[str]:
    """Draw both codes, one sign a neuron, and frame those that differ."""
    (x, y), n = layout.code, result.n_neurons
    step = (layout.code_width - 56) / n
    first = x + 56 + step / 2
    side = min(15.0, step - 8)
    muted = {"font_size": 13, "fill": MUTED}
    yield words(x, y - 30, text="Sign codes", font_weight=600)
    yield words(x, y, text="neuron", **muted)
    for k in range(n):
        place = first + k * step
        yield words(place, y, text=k + 1, text_anchor="middle", **muted)
        yield element("rect", x=round(place - step / 2 + 1.5, 1), y=y + 11, width=round(step - 3, 1), height=66, rx=4,
                      fill="none", stroke=ACCENT, stroke_width=2, opacity=int(k in changing),
                      data_changed=k)  # fmt: skip
    for row, region in enumerate((result.first, result.second)):
        height = y + 28 + row * 32
        yield element("g", *_letter(*PICKED[row]), transform=f"translate({x + 12:g} {height:g})")
        for k, on in enumerate(result.codes[region].tolist()):
            yield mark(on, round(first + k * step, 1), height, side, data_sign=f"{row} {k}")
    legend = (True, "above 0: on", 0.0), (False, "not above 0: off", 118.0)
    for on, text, right in legend:
        yield mark(on, x + right + 7, y + 98, 11)
        yield words(x + right + 20, y + 102.5, text=text, **muted)


def _field(result: Regions, layout: Layout) -> Iterator[str]:
    """Draw all codes as a field of cells, those that a region has in ink, and count them."""
    (left, top), n = layout.field, result.n_neurons
    n_rows, n_columns = 2 ** (n // 2), 2 ** (n - n // 2)
    cell = layout.field_side / max(n_rows, n_columns)
    wide, tall = n_columns * cell, n_rows * cell
    yield words(left, top - 12, text="Codes that occur", font_weight=600)
    yield element("rect", x=left, y=top, width=wide, height=tall, fill=SURFACE, stroke=FAINT)
    grid = "".join(f"M{left + k * cell:.1f} {top:g}v{tall:g}" for k in range(1, n_columns))
    grid += "".join(f"M{left:g} {top + k * cell:.1f}h{wide:g}" for k in range(1, n_rows))
    yield element("path", d=grid, stroke=FAINT, stroke_width=0.6)
    inset = 0.08 * cell
    for region, code in enumerate(result.codes.tolist()):
        picked = [k for k, each in enumerate((result.first, result.second)) if each == region]
        row, column = gray(code[: n // 2]), gray(code[n // 2 :])
        yield element(
            "rect",
            x=round(left + column * cell + inset, 2),
            y=round(top + row * cell + inset, 2),
            width=round(cell - 2 * inset, 2),
            height=round(cell - 2 * inset, 2),
            fill=PICKED[picked[0]][1] if picked else MUTED,
            data_cell=region,
        )
    x, y = layout.counts
    counts = (
        (f"{result.n_codes:,}", "codes of", f"{n} signs"),
        (f"{result.bound:,}", "at most for", f"{n} lines"),
        (f"{result.n_regions:,}", "regions", "found here"),
    )
    for k, (number, *rest) in enumerate(counts):
        here = y + k * 62
        yield words(x, here + 4, text=number, font_size=18, font_weight=600)
        for row, text in enumerate(rest):
            yield words(x, here + 20 + 15 * row, text=text, font_size=13, fill=MUTED)
