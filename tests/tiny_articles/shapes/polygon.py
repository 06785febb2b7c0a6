from dataclasses import dataclass

from generators.drawing import Table


@dataclass(frozen=True)
class Polygons:
    names: tuple[str, ...]
    sides: dict[str, int]


def count_sides(most):
    names = ("triangle", "square", "pentagon")[: most - 2]
    return Polygons(names, dict(zip(names, range(3, most + 1), strict=True)))


def listed(polygons: Polygons):
    return Table([{"name": name, "sides": polygons.sides[name]} for name in polygons.names])


def facts(polygons: Polygons):
    return {"polygons": len(polygons.names)}
