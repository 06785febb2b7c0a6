"""What the prose says of how much a map owes to its setting; every share beside what chance would give."""

from collections.abc import Sequence
from statistics import fmean

from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.sensitivity import UNSTABLE, Sensitivity, Variation
from generators.exhibit import Scalar

CHANCE = "dealt"


def sensitivity(result: Sensitivity) -> dict[str, Scalar]:
    """Name a number by what was changed, ``seed_kept``: means where it was changed in several ways; shares of 1."""
    facts: dict[str, Scalar] = {
        "n": result.n,
        "seeds": len(result.of("seed")) + 1,
        "stability_mean": float(result.stability.mean()),
        "stability_chance": result.stability_chance,
        "unstable_below": UNSTABLE,
        "unstable_share": float((result.stability < UNSTABLE).mean()),
        "classes": len(result.labels),
    }
    for kind in dict.fromkeys(each.kind for each in result.variations):
        facts |= _of("chance" if kind == CHANCE else kind, result.of(kind))
    for each in (*result.of("reference"), *result.of("method")):
        facts |= _of(plain(each.method), (each,))
    for name, label in (("stablest", result.shown[0]), ("unstablest", result.shown[-1])):
        facts[name] = result.labels[label]
        facts[f"{name}_kept"] = float(result.stability[result.classes == label].mean())
    return facts


def _of(name: str, made: Sequence[Variation]) -> dict[str, Scalar]:
    """What the layouts of one kind keep, and the range where there are several."""
    values: dict[str, list[float]] = {
        "recall": [each.quality.recall for each in made],
        "trustworthiness": [each.quality.trustworthiness for each in made],
        "continuity": [each.quality.continuity for each in made],
        "cells": [each.quality.cells_used for each in made],
        "disparity": [each.agreement.disparity for each in made],
        "same_cell": [each.agreement.cells for each in made],
        "kept": [each.agreement.neighbors for each in made],
    }
    facts: dict[str, Scalar] = {f"{name}_{what}": _mean(numbers) for what, numbers in values.items()}
    if len(made) > 1:
        for what, numbers in values.items():
            facts |= {f"{name}_{what}_least": min(numbers), f"{name}_{what}_most": max(numbers)}
    return facts


def _mean(numbers: Sequence[float]) -> float:
    return numbers[0] if len(numbers) == 1 else fmean(numbers)
