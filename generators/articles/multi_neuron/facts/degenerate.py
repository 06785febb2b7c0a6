"""What the prose says of networks whose lines meet in one point."""

from generators.articles.multi_neuron.results.degenerate import Degenerate
from generators.exhibit import Scalar


def degenerate(result: Degenerate) -> dict[str, Scalar]:
    """Give the right and the careless count of every case, and how the star's crossings scatter."""
    facts: dict[str, Scalar] = {
        "lines": len(result.star),
        "crossings": len(result.crossings),
        "points": len(result.points[0]),
        "spread": result.spread,
    }
    for case in result.cases:
        facts |= {f"{case.slug}_right": case.partition.n_regions, f"{case.slug}_careless": case.careless}
    return facts
