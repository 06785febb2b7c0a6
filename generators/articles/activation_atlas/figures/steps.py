"""How an atlas is made, in seven panels: a picture, ten, a thousand points, all, a grid, means, icons.

Live, ``site_src/assets/diagrams/atlas-steps.js`` leads from one to the next and says what happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generators.articles.activation_atlas.figures import embedded
from generators.articles.activation_atlas.results.steps import Steps
from generators.drawing import Diagram
from generators.drawing.svg import dots, element
from generators.drawing.weights import ACCENT, HALO, MUTED, PAPER, canvas, mosaic, words
from generators.style import QUALITATIVE

THOUSAND = 1_000
UNITS = 1_000
"""Of a map's side, in which points are written."""
GAP = 24
ABOVE, BELOW = 42, 20
PICTURE = 134
"""The longer side of the first picture."""
ROWS, BLOCK, STRIP = 3, 32, 96
"""Rows of neurons beside each of ten pictures; neurons in a row, and in all there."""
ICON_PX = 40
MEANT = 4
"""Neurons of a cell's mean that are drawn, along either side."""


@dataclass(frozen=True)
class Layout:
    """How the panels stand, and how far a reader who looks at one sees around it."""

    name: str
    columns: int
    side: float
    aspect: float | None
    """Width over height of a view of one panel; ``None`` for no more than the panel."""

    @property
    def width(self) -> float:
        return self.columns * self.side + (self.columns - 1) * GAP

    @property
    def down(self) -> float:
        return self.side + ABOVE + BELOW

    def height(self, panels: int) -> float:
        return -(-panels // self.columns) * self.down - BELOW

    def corner(self, index: int) -> tuple[float, float]:
        """Where a panel's square begins."""
        return index % self.columns * (self.side + GAP), index // self.columns * self.down + ABOVE

    def view(self, index: int) -> str:
        """The rectangle around a panel, as ``viewBox`` has it."""
        x, y = self.corner(index)
        height = self.side + ABOVE + 8
        width = self.side + 16 if self.aspect is None else height * self.aspect
        return f"{x + self.side / 2 - width / 2:.1f} {y - ABOVE:.1f} {width:.1f} {height:.1f}"


WIDE = Layout("wide", 4, 172, 1.62)
NARROW = Layout("narrow", 2, 168, None)


def steps(result: Steps) -> Diagram:
    """Draw the seven steps side by side; live, the reader goes from one to the next."""
    data = {"titles": list(titles(result)), "said": list(said(result)), "points": np.round(result.points, 3)}
    rows = [
        {"column": int(column), "row": int(row), "activations": int(count)}
        for column, row, count in zip(result.columns, result.rows, result.counts, strict=True)
    ]
    return Diagram(_drawn(result, WIDE), data, rows, "atlas-steps", _drawn(result, NARROW))


def titles(result: Steps) -> Iterator[str]:
    """Name the steps."""
    yield "One picture"
    yield f"{len(result.pictures)} pictures"
    yield f"{min(THOUSAND, len(result.points)):,}, laid out"
    yield f"All {result.n_placed:,}"
    yield f"A grid of {result.grid}"
    yield "Means of cells"
    yield "Icons"


def said(result: Steps) -> Iterator[str]:
    """Say what each step does."""
    rows, columns = result.field
    drawn = len(result.points)
    yield (
        f"A picture goes through the network. Of the {rows} × {columns} positions that layer {result.path} has, one "
        f"is chosen at random, none at an edge. There the layer is {result.n_units} activations, one for each neuron."
    )
    yield f"So does each of {len(result.pictures)} pictures: one position, one row of activations."
    yield "Rows of activations become points on a plane, those that are alike near one another. The axes mean nothing."
    yield (
        f"All {result.n_placed:,} of them{f', of which {drawn:,} are drawn' if drawn < result.n_placed else ''}. "
        "Each axis is stretched until points fill it evenly."
    )
    yield f"A grid of {result.grid} by {result.grid} cells is laid over the map."
    yield "The activations in each cell become one, their mean. Cells that hold too few stay empty."
    yield "For each mean a picture is made whose activations point the same way. This is the atlas."


def _drawn(result: Steps, layout: Layout) -> str:
    panels = (_one, _ten, _thousand, _all, _grid, _means, _icons)
    parts = [
        element(
            "g",
            _title(layout, index, title, _note(result, index)),
            element("g", draw(result, layout.side), transform="translate({:g} {:g})".format(*layout.corner(index))),
            data_step=index,
            data_view=layout.view(index),
        )
        for index, (draw, title) in enumerate(zip(panels, titles(result), strict=True))
    ]
    return canvas(
        *parts, _legend(result, layout, len(panels)), width=layout.width, height=layout.height(8), layout=layout.name
    )


def _title(layout: Layout, index: int, title: str, note: str) -> str:
    x, y = layout.corner(index)
    number = element("tspan", text=f"{index + 1}", font_weight=600, fill=ACCENT)
    return words(x, y - 26, number, element("tspan", text=title, font_weight=600, dx=7)) + words(
        x, y - 9, text=note, font_size=12, fill=MUTED
    )


def _note(result: Steps, index: int) -> str:
    rows, columns = result.field
    return (
        f"and one of {rows} × {columns} positions",
        f"{min(STRIP, result.n_units)} of {result.n_units} neurons each",
        "like near like",
        f"{len(result.points):,} of them drawn" if len(result.points) < result.n_placed else "like near like",
        "over the map",
        f"{len(result.counts)} cells",
        "one for each mean",
    )[index]


def _one(result: Steps, side: float) -> str:
    """A picture, what the chosen position sees of it, and its activations."""
    height, width = result.pictures.shape[1:3]
    wide, high = (PICTURE * length / max(height, width) for length in (width, height))
    across = BLOCK if result.n_units <= 8 * BLOCK else 2 * BLOCK
    return (
        embedded.picture(result.pictures[0], 0, 0, wide, high)
        + _seen(result, 0, 0, 0, wide, high, 2)
        + _block(result.vectors[0], _largest(result), across, PICTURE + 8, side / across)
    )


def _ten(result: Steps, side: float) -> str:
    """Pictures below one another, each with some of its activations."""
    n, (height, width) = len(result.pictures), result.pictures.shape[1:3]
    step = side / n
    high = step - 2
    wide = high * width / height
    gap = round(2 / high * height)
    strips = [
        _block(vector[:STRIP], _largest(result), BLOCK, k * step, (side - wide - 6) / BLOCK, wide + 6)
        for k, vector in enumerate(result.vectors)
    ]
    squares = [_seen(result, k, 0, k * step, wide, high, 0.7) for k in range(n)]
    tower = embedded.column(result.pictures, gap)
    return embedded.picture(tower, 0, 0, wide, high * len(tower) / height) + "".join([*squares, *strips])


def _seen(result: Steps, k: int, x: float, y: float, wide: float, high: float, stroke: float) -> str:
    left, top, right, bottom = (float(share) for share in result.squares[k])
    rows, columns = result.field
    row, column = (int(place) for place in result.places[k])
    frame = {"x": x + left * wide, "y": y + top * high, "width": (right - left) * wide, "height": (bottom - top) * high}
    middle = {"cx": x + (column + 0.5) / columns * wide, "cy": y + (row + 0.5) / rows * high, "r": 2 * stroke}
    return (
        element("rect", **frame, fill="none", stroke=PAPER, stroke_width=2 * stroke)
        + element("rect", **frame, fill="none", stroke=ACCENT, stroke_width=stroke)
        + element("circle", **middle, fill=ACCENT, stroke=PAPER, stroke_width=stroke / 2)
    )


def _largest(result: Steps) -> float:
    """The size of the strongest activation of those shown, of either sign; 1 where all are zero."""
    return float(np.abs(result.vectors).max()) or 1.0


def _block(vector: np.ndarray, largest: float, across: int, y: float, side: float, x: float = 0.0) -> str:
    """Activations as cells, row by row."""
    rows = -(-len(vector) // across)
    values = np.zeros(rows * across)
    values[: len(vector)] = vector
    return mosaic(values.reshape(rows, across), float(largest), x, y, side)


def _thousand(result: Steps, side: float) -> str:
    return _map(element("g", *_points(result, slice(0, THOUSAND)), id="steps-thousand"), side)


def _all(result: Steps, side: float) -> str:
    rest = element("g", *_points(result, slice(THOUSAND, None)))
    every = element("g", element("use", href="#steps-thousand"), rest, id="steps-all")
    return _map(every, side) + "".join(_names(result, side))


def _grid(result: Steps, side: float) -> str:
    lines = "".join(f"M{k} 0v{result.grid}M0 {k}h{result.grid}" for k in range(result.grid + 1))
    turn = f"scale({side / result.grid:.4g})"
    over = element("path", d=lines, transform=turn, stroke=MUTED, stroke_width=0.05, fill="none", opacity=0.8)
    return _map(element("use", href="#steps-all"), side) + over


def _means(result: Steps, side: float) -> str:
    """Some neurons of each cell's mean, those that differ most from cell to cell."""
    chosen = np.sort(np.argsort(-result.means.var(0), kind="stable")[: MEANT**2])
    room = MEANT + 1
    values = np.zeros((result.grid * room, result.grid * room))
    for column, row, mean in zip(result.columns, result.rows, result.means[:, chosen], strict=True):
        padded = np.pad(mean, (0, MEANT**2 - len(mean))).reshape(MEANT, MEANT)
        values[row * room : row * room + MEANT, column * room : column * room + MEANT] = padded
    largest = float(np.abs(result.means[:, chosen]).max())
    return mosaic(values, largest, 0, 0, side / len(values))


def _icons(result: Steps, side: float) -> str:
    board = embedded.board(result.icons, result.columns, result.rows, result.grid)
    return embedded.picture(embedded.reduced(board, ICON_PX * result.grid), 0, 0, side, side)


def _map(points: str, side: float) -> str:
    return element("g", points, transform=f"scale({side / UNITS:.4g})")


def _points(result: Steps, part: slice) -> Iterator[str]:
    """One path of dots for each class that is told apart, over one for all others."""
    points, classes = np.rint(result.points[part] * UNITS).astype(int), result.point_class[part]
    others = ~np.isin(classes, result.named)
    yield _dots(points[others], MUTED, 7, 0.45)
    for name, colour in zip(result.named, QUALITATIVE, strict=False):
        yield _dots(points[classes == name], colour, 11)


def _dots(points: np.ndarray, colour: str, width: float, opacity: float | None = None) -> str:
    d = dots((x, y) for x, y in points.tolist())
    how = {"stroke": colour, "stroke_width": width, "stroke_linecap": "round", "stroke_opacity": opacity}
    return element("path", d=d, fill="none", **how) if d else ""


def _names(result: Steps, side: float) -> Iterator[str]:
    """Each class told apart, written over the middle of its points."""
    for name, colour in zip(result.named, QUALITATIVE, strict=False):
        x, y = np.median(result.points[result.point_class == name], 0) * side
        room = 3.2 * len(result.labels[name])
        yield words(
            min(max(x, room), side - room), min(max(y + 3, 9), side - 2), text=result.labels[name], fill=colour,
            font_size=10, font_weight=600, text_anchor="middle", **HALO | {"stroke_width": 2.5},
        )  # fmt: skip


def _legend(result: Steps, layout: Layout, index: int) -> str:
    """Which colours are which classes, in the place that the panels leave free."""
    x, y = layout.corner(index)
    kind = "True classes" if result.knows_truth else "The network’s answers"
    parts = [
        words(x, y - 26, text=kind, font_weight=600),
        words(x, y - 9, text="of the pictures", font_size=12, fill=MUTED),
    ]
    for k, (name, colour) in enumerate(zip(result.named, QUALITATIVE, strict=False)):
        parts.append(element("circle", cx=x + 5, cy=y + 12 + 22 * k, r=4, fill=colour))
        parts.append(words(x + 18, y + 16 + 22 * k, text=result.labels[name], font_size=13))
    end = y + 12 + 22 * len(result.named)
    parts.append(element("circle", cx=x + 5, cy=end, r=4, fill=MUTED, fill_opacity=0.45))
    parts.append(words(x + 18, end + 4, text="all others", font_size=13, fill=MUTED))
    return element("g", *parts)
