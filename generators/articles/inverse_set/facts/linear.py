"""The linear neuron as numbers: the set, every way's errors in every dimension, and whether known faults are seen."""

import numpy as np

from generators.articles.inverse_set.results.linear import Case, Linear, Method
from generators.exhibit import Scalar

SHORT = {
    "independent members": "independent",
    "hit-and-run": "walked",
    "hit-and-run, medoids": "medoids",
    "hit-and-run, farthest": "farthest",
    "hit-and-run, log-determinant": "log_determinant",
    "projected starts": "projected",
    "projected starts, then moves": "moved",
    "published, stopped when feasible": "stopped",
    "published, to convergence": "converged",
    "K at a time": "k_at_a_time",
}
"""Way -> how its facts begin."""
ERRORS = (
    "feasible_share",
    "fill_mean",
    "fill_max",
    "width",
    "activation_ks",
    "vendi",
    "nearest_neighbour",
    "spread",
    "seconds",
    "peak_bytes",
)
AT_END = 1e-6
"""A point lies at the end of the interval when it misses it by no more than this share of it."""


def linear(result: Linear) -> dict[str, Scalar]:
    """Say ``WAY_ERROR_D``, the error of one way in D dimensions, and ``WAY_worse_D``, how many are worse than chance.

    ``WAY_ERROR_most`` is the largest over dimensions, ``WAY_worse`` the number of dimensions in which any is worse.
    """
    facts: dict[str, Scalar] = {
        "n": result.n,
        "n_dims": len(result.cases),
        "least_d": min(len(case.w) for case in result.cases),
        "most_d": max(len(case.w) for case in result.cases),
        "share": result.square.share,
        "z1": result.square.z1,
        "z2": result.square.z2,
        "corners": len(result.polygon),
        "cube_faces": len(result.faces),
        "ks_expected": result.square.ks_expected,
        "feasible_share": min(each.errors.feasible_share for case in result.cases for each in case.methods),
        "stopped_at_end": _at_end(result.square, "published, stopped when feasible"),
        "stopped_at_end_3": _at_end(result.cube, "published, stopped when feasible"),
    }
    for case in result.cases:
        facts |= _case(case)
    for name, short in SHORT.items():
        facts |= _over_dimensions(short, [each for case in result.cases for each in case.methods if each.name == name])
    return facts | _collapse(result) | _calibrations(result)


def _over_dimensions(short: str, methods: list[Method]) -> dict[str, Scalar]:
    return {
        f"{short}_worse": sum(bool(each.worse) for each in methods),
        f"{short}_fill_mean_most": max(each.errors.fill_mean for each in methods),
        f"{short}_activation_ks_most": max(each.errors.activation_ks for each in methods),
    }


def _case(case: Case) -> dict[str, Scalar]:
    d = len(case.w)
    facts: dict[str, Scalar] = {
        f"share_{d}": case.share,
        f"spread_optimum_{d}": case.spread_most,
        f"spread_of_set_{d}": case.spread_of_set,
    }
    for method in case.methods:
        name = SHORT[method.name]
        facts |= {f"{name}_{error}_{d}": getattr(method.errors, error) for error in ERRORS}
        facts[f"{name}_worse_{d}"] = len(method.worse)
    return facts


def _at_end(case: Case, name: str) -> float:
    """Share of a sample at the lower end of the interval."""
    points = next(each.points for each in case.methods if each.name == name)
    return float((points @ case.w - case.low <= AT_END * (case.high - case.low)).mean()) if len(points) else np.nan


def _collapse(result: Linear) -> dict[str, Scalar]:
    found = result.collapse
    return {
        "collapse_steps": int(found.steps[-1]),
        "collapse_distinct_first": int(found.distinct[0]),
        "collapse_distinct_last": int(found.distinct[-1]),
        "collapse_spread_first": float(found.spread[0]),
        "collapse_spread_last": float(found.spread[-1]),
        "collapse_fill_first": float(found.fill_mean[0]),
        "collapse_fill_last": float(found.fill_mean[-1]),
    }


def _calibrations(result: Linear) -> dict[str, Scalar]:
    right = [each.passes == (each.name == "independent members") for each in result.calibrations]
    return {"n_calibrations": len(right), "calibrations_right": sum(right)}
