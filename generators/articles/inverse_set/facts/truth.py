"""What an inverse set holds in truth, as numbers and words: of each neuron, and over all of them."""

from collections.abc import Sequence

import numpy as np

from generators.articles.inverse_set.facts.naming import plain
from generators.articles.inverse_set.results.truth import Attribute, Compared, Told, Truth
from generators.exhibit import Scalar


def truth(result: Truth) -> dict[str, Scalar]:
    """Name a neuron as the page does, ``volcano_…``, and an interval by its word, ``very_strong_…``.

    A number that is none is left out.
    """
    facts: dict[str, Scalar] = {
        "n_draws": result.n_draws,
        "n_class_draws": result.n_class_draws,
        "n_neurons": len(result.told),
        "n_refused": len(result.refused),
        "angle_class": result.angle_class,
        "angle_error_degrees": result.angle_error_degrees,
    }
    for told in result.told:
        facts |= {f"{plain(told.neuron.name)}_{key}": value for key, value in _told(result, told).items()}
    sets = [each for told in result.told for each in told.sets]
    for name in dict.fromkeys(each.name for each in sets):
        facts |= _over([each for each in sets if each.name == name], plain(name))
    facts["factors_least"] = min((len(told.shifts) for told in result.told), default=0)
    facts["factors_most"] = max((len(told.shifts) for told in result.told), default=0)
    facts["shifted_least"] = min((_shifted(told) for told in result.told), default=0)
    facts["shifted_most"] = max((_shifted(told) for told in result.told), default=0)
    return {key: value for key, value in facts.items() if isinstance(value, str) or np.isfinite(value)}


def _told(result: Truth, told: Told) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {"main_class": result.classes[told.main_class], "members": told.n}
    facts |= {"factors": len(told.shifts), "shifted": _shifted(told)}
    for each in told.sets:
        facts |= {f"{plain(each.name)}_{key}": value for key, value in _compared(result, each, told.main_class).items()}
    for k, shift in enumerate(told.shifts[:3], start=1):
        facts |= {f"factor_{k}": shift.factor, f"factor_{k}_said": shift.said, f"factor_{k}_ks": shift.ks}
    if told.shifts:
        facts["ks_chance"] = told.shifts[0].ks_chance
    for attribute in told.attributes:
        facts |= {f"{plain(attribute.name)}_{key}": value for key, value in _medians(attribute).items()}
    return facts


def _compared(result: Truth, each: Compared, main: int) -> dict[str, Scalar]:
    first = int(each.classes.argmax())
    facts: dict[str, Scalar] = {
        "low": each.low,
        "high": each.high,
        "members": each.n,
        "learned_members": each.learned_n,
        "class": result.classes[first],
        "class_share": float(each.classes[first]),
        "total_variation": each.total_variation,
        "total_variation_chance": each.total_variation_chance,
        "strange": each.strange,
        "missed": each.missed,
    }
    if len(each.learned_classes):
        facts |= {"own_share": float(each.classes[main]), "own_share_learned": float(each.learned_classes[main])}
        gap = each.learned_classes - each.classes
        for word, by in (("overstated", gap), ("understated", -gap)):
            if by.max() > 0:
                facts |= {word: result.classes[int(by.argmax())], f"{word}_by": float(by.max())}
    return facts


def _medians(attribute: Attribute) -> dict[str, Scalar]:
    columns = ("prior", "inside", "learned_prior", "learned")
    return {name: float(values[len(values) // 2]) for name in columns if len(values := getattr(attribute, name))}


def _over(sets: Sequence[Compared], name: str) -> dict[str, Scalar]:
    """The least and the most over all neurons."""
    facts: dict[str, Scalar] = {}
    for key in ("total_variation", "strange", "missed"):
        values = [value for each in sets if np.isfinite(value := getattr(each, key))]
        if values:
            facts |= {f"{name}_{key}_least": min(values), f"{name}_{key}_most": max(values)}
    return facts


def _shifted(told: Told) -> int:
    """How many factors are off by more than chance."""
    return sum(shift.ks > shift.ks_chance for shift in told.shifts)
