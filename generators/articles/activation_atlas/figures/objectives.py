"""Icons by several objectives: a grid of the same cells, and a table of what each objective keeps."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from generators.articles.activation_atlas.results.objectives import ByObjective, Objectives
from generators.drawing import Pictures, Table

REAL = "real patch"


def side_by_side(found: Objectives) -> Pictures:
    """Draw the last layer's cells: real patches in the first row, then icons by each objective."""
    cells = found.cells[-1]
    rows = [row for row in found.rows if row.path == cells.path]
    side = rows[0].icons.shape[1]
    pictures = [_scaled(cells.patches, side), *(row.icons for row in rows)]
    captions = [*cells.labels, *(f"{value:.2f}" for row in rows for value in row.cosine)]
    about: list[Mapping[str, Any]] = [
        {"label": label, "objective": REAL, "centred cosine": None} for label in cells.labels
    ]
    about += [each for row in rows for each in _about(row, cells.labels)]
    names = [(REAL, len(cells.labels)), *((row.objective, len(row.icons)) for row in rows)]
    return Pictures(np.concatenate(pictures), names, about, captions)


def _about(row: ByObjective, labels: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    for label, value in zip(labels, row.cosine, strict=True):
        yield {"label": label, "objective": row.objective, "centred cosine": float(value)}


def _scaled(pictures: np.ndarray, side: int) -> np.ndarray:
    """Repeat or leave out pixels until pictures are as large as icons: uint8 (n, side, side, c)."""
    index = np.arange(side) * pictures.shape[1] // side
    return pictures[:, index][:, :, index]


def fidelity_table(found: Objectives) -> Table:
    """A row for each layer and objective; chance in the last rows of a layer."""
    rows = []
    for cells in found.cells:
        own = [row for row in found.rows if row.path == cells.path]
        rows += [_row(each) for each in own]
        rows.append(_chance(own[0]))
    return Table(rows, {"cosine": ".3f", "its 10%": ".3f", "own cell": ".3f", "within 3×3": ".3f"} | PERCENTS)


PERCENTS = {"label": ".2f", "steps": ".0f"}


def _row(row: ByObjective) -> Mapping[str, Any]:
    kept = row.fidelity
    return {
        "layer": row.path,
        "objective": row.objective,
        "cosine": kept.cosine_mean,
        "its 10%": kept.cosine_p10,
        "own cell": kept.retrieval_exact,
        "within 3×3": kept.retrieval_3x3,
        "label": _known(kept.label_agreement),
        "steps": row.steps_mean,
    }


def _chance(row: ByObjective) -> Mapping[str, Any]:
    kept = row.fidelity
    return {
        "layer": row.path,
        "objective": "chance",
        "cosine": kept.cosine_chance,
        "its 10%": None,
        "own cell": kept.retrieval_chance,
        "within 3×3": kept.retrieval_3x3_chance,
        "label": _known(kept.label_chance),
        "steps": None,
    }


def _known(value: float) -> float | None:
    return None if value != value else value
