"""What the prose says of the regions that one layer cuts."""

import numpy as np

from generators.articles.multi_neuron.results.regions import Regions
from generators.exhibit import Scalar


def regions(result: Regions) -> dict[str, Scalar]:
    """Count regions, lines and crossings against their bounds, and give both codes; neurons count from 1."""
    neurons, _ = result.route(result.first, result.second)
    crossings, pairs = len(result.crossings), result.n_neurons * (result.n_neurons - 1) // 2
    found: dict[str, Scalar] = {
        "neurons": result.n_neurons,
        "lines": result.n_lines,
        "crossings": crossings,
        "pairs": pairs,
        "outside": pairs - crossings,
        "regions": result.n_regions,
        "bound": result.bound,
        "conceivable_codes": result.n_codes,
        "first_code": _digits(result.codes[result.first]),
        "second_code": _digits(result.codes[result.second]),
        "changes": len(neurons),
    }
    found |= {f"change_{k + 1}": int(neuron) + 1 for k, neuron in enumerate(neurons)}
    if result.seed is not None:
        found |= {"seed": result.seed, "draws": result.n_draws, "mean_crossings": result.mean_crossings}
    return found


def _digits(code: np.ndarray) -> str:
    return "".join(str(int(on)) for on in code)
