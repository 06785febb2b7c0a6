"""What the prose says of the time that partitions take."""

from collections.abc import Iterator

from generators.articles.multi_neuron.results.cost import NETWORKS, OURS, Cost
from generators.exhibit import Scalar

NAMES = {"SplineCam": "splinecam", "edge subdivision": "edge_subdivision", "SyReNN core": "syrenn"}
"""Other tools as facts name them."""


def cost(result: Cost) -> dict[str, Scalar]:
    """Give the machine, our speed, and for every other tool its time over ours, at its largest network and at worst."""
    ours = result.of(OURS)
    facts: dict[str, Scalar] = {
        "date": result.date,
        "processor": result.processor,
        "threads": result.threads,
        "measurements": len(result.measurements),
        "differing": sum(each.missed != 0 for each in result.measurements),
        "differing_tools": " and ".join(sorted({each.tool for each in result.measurements if each.missed})),
        "most_missed": max(each.missed for each in result.measurements),
        "most_surplus": max(-each.missed for each in result.measurements),
        "fastest_millions_per_second": max(each.regions_per_second for each in ours) / 1e6,
        "most_regions": ours[-1].regions,
        "most_regions_seconds": ours[-1].seconds,
    }
    for tool in result.tools:
        facts |= dict(_of(result, tool))
    return facts


def _of(result: Cost, tool: str) -> Iterator[tuple[str, Scalar]]:
    name = NAMES.get(tool, tool)
    yield f"versions_{name}", result.versions[tool]
    for each in result.of(tool, NETWORKS):
        network = each.network.replace("×", "x").replace(", ", "_")
        if tool == OURS:
            yield f"regions_{network}", each.regions
            yield f"regions_per_second_{network}", each.regions_per_second
            yield f"millions_per_second_{network}", each.regions_per_second / 1e6
        else:
            yield f"times_{name}_{network}", each.times_ours
    if tool != OURS:
        largest = result.of(tool, NETWORKS)[-1]
        yield f"network_{name}", largest.network
        yield f"times_{name}", largest.times_ours
        least = min(result.of(tool), key=lambda each: each.times_ours)
        yield f"least_times_{name}", least.times_ours
        yield f"least_regions_{name}", least.regions
        most = max(result.of(tool), key=lambda each: each.times_ours)
        yield f"most_times_{name}", most.times_ours
        yield f"most_regions_{name}", most.regions
