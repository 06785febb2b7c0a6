"""A class through the layers as numbers: ``LAYER_share`` of what its richest cells hold, beside chance."""

from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.through import Through
from generators.exhibit import Scalar


def through(result: Through) -> dict[str, Scalar]:
    """Say how much of what the richest cells hold is of the class, and of what those hold that speak for it most."""
    facts: dict[str, Scalar] = {"label": result.label, "chance": result.chance, "n_cells": len(result.stages[0].share)}
    for stage in result.stages:
        name = plain(stage.path)
        facts |= {f"{name}_share": stage.share_all, f"{name}_share_spoken": stage.share_spoken}
    return facts
