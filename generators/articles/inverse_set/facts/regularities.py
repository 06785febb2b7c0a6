"""What the members of inverse sets have in common, as numbers: of each neuron, and over all of them."""

from generators.articles.inverse_set.facts.naming import plain
from generators.articles.inverse_set.results.regularities import Regularities, Regularity, Strip
from generators.exhibit import Scalar


def regularities(result: Regularities) -> dict[str, Scalar]:
    """Name a neuron as the page does, and a direction by its word: ``volcano_direction_1_variance``."""
    facts: dict[str, Scalar] = {
        "code_size": result.code_size,
        "n_draws": result.n_draws,
        "n_neurons": len(result.found),
        "n_refused": len(result.refused),
    }
    for each in result.found:
        facts |= {f"{plain(each.neuron.name)}_{key}": value for key, value in _regularity(result, each).items()}
    for name in dict.fromkeys(strip.name for each in result.found for strip in each.strips):
        strips = [strip for each in result.found for strip in each.strips if strip.name == name]
        word = plain(name)
        facts |= {
            f"{word}_variance_least": min(strip.variance for strip in strips),
            f"{word}_variance_most": max(strip.variance for strip in strips),
            f"{word}_held": sum(strip.variance < strip.variance_chance[0] for strip in strips),
            f"{word}_away": sum(abs(strip.place) > strip.place_chance for strip in strips),
        }
    return facts


def _regularity(result: Regularities, each: Regularity) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {
        "low": each.low,
        "high": each.high,
        "members": each.n,
        "mean_length": each.mean_length,
        "mean_length_chance_low": each.mean_length_chance[0],
        "mean_length_chance_high": each.mean_length_chance[1],
        "active": each.n_active,
        "active_share": each.active_share,
    }
    if each.kind >= 0:
        facts["class"] = result.classes[each.kind]
    for strip in each.strips:
        facts |= {f"{plain(strip.name)}_{key}": value for key, value in _strip(strip).items()}
    return facts


def _strip(strip: Strip) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {
        "place": strip.place,
        "place_chance": strip.place_chance,
        "variance": strip.variance,
        "variance_chance_low": strip.variance_chance[0],
        "variance_chance_high": strip.variance_chance[1],
        "slope": strip.slope,
    }
    return facts | ({"made_of": strip.made_of} if strip.parts else {})
