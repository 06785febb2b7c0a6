"""Every way to sample a linear neuron's set beside independent members, and samples whose fault is known."""

from generators.articles.inverse_set.results.linear import Errors, Linear
from generators.drawing import Table

SHORT = {
    "feasible_share": "outside",
    "fill_mean": "gap",
    "fill_max": "largest gap",
    "width": "width",
    "activation_ks": "law",
    "vendi": "count",
    "nearest_neighbour": "nearest",
    "spread": "objective",
    "mmd": "mean discrepancy",
}
"""Error -> what the last column calls it."""
FORMATS = {"Gap": ".3f", "Width": ".2f", "Law missed by": ".2f", "Counts for": ".1f", "Nearest": ".3f"}


def ground_truth(result: Linear) -> Table:
    """Every way in every dimension, independent members first."""
    rows = [
        {
            "d": len(case.w),
            "Way": method.name,
            **_numbers(method.errors),
            "Seconds": method.errors.seconds,
            "Told apart by": _named(method.worse),
        }
        for case in result.cases
        for method in case.methods
    ]
    return Table(rows, FORMATS | {"Seconds": ".3f"})


def calibrations(result: Linear) -> Table:
    """Samples whose fault is known, and the errors that show it."""
    rows = [
        {
            "d": each.d,
            "Sample": each.name,
            **_numbers(each.errors),
            "Passes": each.passes,
            "Told apart by": _named(each.failed),
        }
        for each in result.calibrations
    ]
    return Table(rows, FORMATS)


def _numbers(errors: Errors) -> dict[str, float]:
    return {
        "Gap": errors.fill_mean,
        "Width": errors.width,
        "Law missed by": errors.activation_ks,
        "Counts for": errors.vendi,
        "Nearest": errors.nearest_neighbour,
    }


def _named(errors: tuple[str, ...]) -> str | None:
    return ", ".join(SHORT[each] for each in errors) or None
