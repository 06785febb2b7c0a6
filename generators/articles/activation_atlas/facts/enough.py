"""What the prose says of how many pictures are enough."""

import math

from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.enough import Enough
from generators.exhibit import Scalar

CLOSE = 0.95
FEW = 1_000


def enough(result: Enough) -> dict[str, Scalar]:
    """Name a number by its layer and size, ``relu5_cosine_1000``; what there is none of is left out.

    ``few_…`` is of the last layer and the sample of about a thousand.
    """
    facts: dict[str, Scalar] = {"n": result.n, "grid": result.grid, "close": CLOSE}
    for layer in result.layers:
        name_of = plain(layer.path)
        facts[f"{name_of}_chance"] = layer.chance
        for sample in layer.samples:
            for name in ("cells", "per_cell", "cosine", "cosine_p10", "apart", "apart_p10"):
                facts[f"{name_of}_{name}_{sample.n}"] = getattr(sample, name)
        enough_at = [each.n for each in layer.samples if each.cosine >= CLOSE]
        if enough_at:
            facts[f"{name_of}_enough"] = min(enough_at)
    few = min(result.layers[-1].samples, key=lambda each: abs(each.n - FEW))
    facts |= {"few_n": few.n, "few_cosine": few.cosine, "few_cells": few.cells}
    return {name: value for name, value in facts.items() if not (isinstance(value, float) and math.isnan(value))}
