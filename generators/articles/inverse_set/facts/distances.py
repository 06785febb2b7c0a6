"""Distances in pixels and in the encoder's space as numbers."""

from statistics import fmean

from generators.articles.inverse_set.results.distances import NOISE, OTHER, SAME, Distances
from generators.exhibit import Scalar

KINDS = {"same": SAME, "other": OTHER, "noise": NOISE}


def distances(result: Distances) -> dict[str, Scalar]:
    """Mean distances of each kind of pair, and how well either space tells one class from two."""
    facts: dict[str, Scalar] = {
        "auc_pixel": result.auc_pixel,
        "auc_encoder": result.auc_encoder,
        "beyond_pixel": result.beyond_pixel,
        "beyond_encoder": result.beyond_encoder,
        "n_pictures": result.n_pictures,
    }
    for name, kind in KINDS.items():
        mine = result.kind == kind
        facts |= {
            f"{name}_pixel": fmean(result.pixel[mine]),
            f"{name}_encoder": fmean(result.encoder[mine]),
            f"{name}_pairs": int(mine.sum()),
        }
    return facts
