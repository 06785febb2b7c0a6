"""What the prose says of the objective's cost."""

from generators.articles.inverse_set.results.cost import CDIST, K_ROAD, ONE_BATCH, OURS, PAIRS, Cost
from generators.exhibit import Scalar

NAMES = {PAIRS: "pairs", CDIST: "cdist", ONE_BATCH: "one_batch", OURS: "linear", K_ROAD: "k_at_a_time"}
"""Roads as facts name them."""


def cost(result: Cost) -> dict[str, Scalar]:
    """Give the machine, how far the gradients differ, and each road's seconds, memory and exponent at every n."""
    facts: dict[str, Scalar] = {
        "date": result.date,
        "processor": result.processor,
        "threads": result.threads,
        "shape": result.shape,
        "k": result.k,
        "micro_batch": result.micro_batch,
        "gradient_error": result.gradient_error,
        "gradient_error_single": result.gradient_error_single,
        "fitted_from": result.fitted_from,
    }
    for road, name in NAMES.items():
        facts[f"exponent_{name}"] = result.exponents[road]
        for each in result.of(road):
            facts[f"seconds_{name}_{each.n}"] = each.seconds
            facts[f"memory_{name}_{each.n}"] = each.extra_megabytes
    linear = {each.n: each.seconds for each in result.of(OURS)}
    for road in (PAIRS, CDIST):
        for each in result.of(road):
            times = each.seconds / linear[each.n]
            facts[f"speedup_{each.n}" if road == PAIRS else f"speedup_cdist_{each.n}"] = times
    facts["n_most"] = max(linear)
    return facts
