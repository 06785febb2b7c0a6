"""How a partition did where the answer is known, as numbers."""

from generators.articles.multi_neuron.results.checks import Checks
from generators.exhibit import Scalar


def checked(result: Checks) -> dict[str, Scalar]:
    """Euler's number, areas, codes."""
    return {
        "euler": result.euler,
        "area_error": result.area_error,
        "smallest_area": result.smallest_area,
        "wrong_codes": result.wrong_codes,
        "n_points": result.n_points,
        "strange_points": result.strange_points,
    }
