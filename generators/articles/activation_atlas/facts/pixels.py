"""What the prose says of semantics against pixels: how pure neighbourhoods are, space by space."""

from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.pixels import Pixels
from generators.exhibit import Scalar


def pixels(result: Pixels) -> dict[str, Scalar]:
    """Name a number by its space, ``colour_histogram_purity`` and ``colour_histogram_map_purity``; shares of 1."""
    facts: dict[str, Scalar] = {
        "n": result.n,
        "n_classes": len(result.labels),
        "neighbors": result.neighbors,
        "chance": result.chance,
        "knows_truth": result.knows_truth,
    }
    for each in result.purities:
        facts[f"{plain(each.space)}_purity"] = each.full
        facts[f"{plain(each.space)}_map_purity"] = each.on_map
        facts[f"{plain(each.space)}_dimensions"] = each.dimensions
    late = result.purities[-1]
    facts["latest"] = late.space
    facts["latest_purity"] = late.full
    facts["latest_map_purity"] = late.on_map
    return facts
