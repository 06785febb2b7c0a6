"""Tables of what icons keep of cells, and layouts of neighbourhoods."""

from collections.abc import Iterator, Mapping
from typing import Any

from generators.articles.activation_atlas.results.atlas import Atlas, MappedLayer
from generators.drawing import Table

FORMATS = {
    "cosine": ".3f",
    "its 10%": ".3f",
    "own cell": ".2f",
    "within 3×3": ".2f",
    "label": ".2f",
    "members agree": ".2f",
}


def fidelity(made: Atlas) -> Table:
    """A row for each layer and grid, and below each what chance gives."""
    return Table([row for layer in (*made.layers, made.vivid) for row in _rows(layer)], FORMATS)


def _rows(layer: MappedLayer) -> Iterator[Mapping[str, Any]]:
    for level in layer.fidelity:
        common = {"layer": layer.title, "grid": f"{level.grid} × {level.grid}"}
        yield common | {
            "cells": level.n_cells,
            "cosine": level.cosine_mean,
            "its 10%": level.cosine_p10,
            "own cell": level.retrieval_exact,
            "within 3×3": level.retrieval_3x3,
            "label": _known(level.label_agreement),
            "members agree": level.spread_mean,
        }
        yield common | {
            "cells": "chance",
            "cosine": level.cosine_chance,
            "its 10%": None,
            "own cell": level.retrieval_chance,
            "within 3×3": level.retrieval_3x3_chance,
            "label": _known(level.label_chance),
            "members agree": level.spread_chance,
        }


def _known(value: float) -> float | None:
    return None if value != value else value


def layouts(made: Atlas) -> Table:
    """A row for each layer: what its layout keeps of neighbourhoods."""
    rows = [
        {
            "layer": layer.path,
            "activations": layer.n_placed,
            "trustworthiness": layer.layout.trustworthiness,
            "continuity": layer.layout.continuity,
            "recall": layer.layout.recall,
            "by chance": layer.layout.recall_chance,
            "cells of 400": layer.layout.cells_used,
        }
        for layer in made.layers
    ]
    return Table(rows, {"trustworthiness": ".3f", "continuity": ".3f", "recall": ".2f", "by chance": ".3f"})
