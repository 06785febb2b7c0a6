"""Memories as marks: an area as large as what each writes, square for the answer and round against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.articles.key_value_memory.figures.recall.told import Fact
from generators.drawing.svg import Child, element
from generators.drawing.weights import INK, colour

LARGEST, SMALLEST, ADDED = 18.0, 3.0, 7.0
"""Sides of marks; the last of those that fire for another question only."""
GAP = 2.5


@dataclass(frozen=True)
class Plate:
    """Where the marks of one layer stand."""

    x: float
    y: float
    width: float

    def flow(self, sides: Sequence[float]) -> tuple[list[tuple[float, float]], float]:
        """Set marks in lines, each as high as its largest: their centres, and where the last line ends."""
        lines: list[list[float]] = [[]]
        for each in sides:
            if lines[-1] and sum(lines[-1]) + each + GAP * len(lines[-1]) > self.width:
                lines.append([])
            lines[-1].append(each)
        y, centres = self.y, []
        for line in lines:
            x, height = self.x, max(line, default=0.0)
            for each in line:
                centres.append((x + each / 2, y + height / 2))
                x += each + GAP
            y += height + GAP
        return centres, y


def marks(fact: Fact, layer: int, plate: Plate, n: int) -> Iterator[Child]:
    """Draw what fires, what writes most for the answer first; up to ``n`` wait for other questions."""
    sides = of_layer(fact, layer)
    for k, (x, y) in enumerate(plate.flow(sides)[0]):
        s, place = sides[k], fact.places[layer][k]
        writes = fact.writes(place)
        yield element(
            "rect", x=x - s / 2, y=y - s / 2, width=s, height=s, rx=s / 2 if writes < 0 else 0.0, fill=colour(writes),
            stroke=INK if place == fact.strongest else "none", stroke_width=1.5, data_mark=f"{layer} {k}",
        )  # fmt: skip
    for k in range(len(sides), n):
        yield element("rect", display="none", stroke_width=1.5, data_mark=f"{layer} {k}")


def of_layer(fact: Fact, layer: int) -> list[float]:
    """Sides of the marks of a layer."""
    largest = float(abs(fact.result.contribution).max())
    return [side(fact.writes(place), largest) for place in fact.places[layer]]


def side(writes: float, largest: float) -> float:
    return SMALLEST + (LARGEST - SMALLEST) * (abs(writes) / largest) ** 0.5


def most_sides(facts: Sequence[Fact], layer: int) -> Iterator[list[float]]:
    """For each fact, the most marks that a layer ever shows."""
    for fact in facts:
        yield of_layer(fact, layer) + [ADDED] * _added(fact, layer)


def _added(fact: Fact, layer: int) -> int:
    """The most memories of a layer that are swapped in though they do not fire for the fact itself."""
    n, most = fact.result.activation.shape[2], 0
    for pair in fact.others():
        for scope in fact.result.scopes:
            order = {int(place) for place in scope.swapped.order[pair] if place >= 0 and place // n == layer}
            most = max(most, len(order.difference(fact.places[layer].tolist())))
    return most
