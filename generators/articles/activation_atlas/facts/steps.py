"""What the prose says of how an atlas is made."""

from generators.articles.activation_atlas.results.steps import Steps
from generators.exhibit import Scalar


def steps(result: Steps) -> dict[str, Scalar]:
    """Give the counts of every step."""
    rows, columns = result.field
    return {
        "layer": result.path,
        "n_units": result.n_units,
        "n_positions": rows * columns,
        "receptive_px": result.receptive_px,
        "n_images": result.n_images,
        "n_placed": result.n_placed,
        "n_drawn": len(result.points),
        "grid": result.grid,
        "n_cells": len(result.counts),
        "fullest_cell": int(result.counts.max()),
    }
