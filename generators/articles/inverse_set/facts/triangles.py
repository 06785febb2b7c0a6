"""Triangles as numbers: the bounds, and what each way of finding them took."""

from generators.articles.inverse_set.results.feasible import Triangles
from generators.exhibit import Scalar


def triangles(result: Triangles) -> dict[str, Scalar]:
    """``acceptance`` is the share of random triangles that are wanted, ``per_member`` what one costs the sampler."""
    return {
        "n": len(result.corners),
        "members": len(result.sampled),
        "area_low": result.area[0],
        "area_high": result.area[1],
        "perimeter_low": result.perimeter[0],
        "perimeter_high": result.perimeter[1],
        "tried": result.tried,
        "acceptance": len(result.rejected) / result.tried,
        "tried_per_member": result.tried / len(result.rejected),
        "evaluations": result.evaluations,
        "per_member": result.evaluations / len(result.sampled),
        "ks": result.ks,
        "ks_chance": result.ks_chance,
    }
