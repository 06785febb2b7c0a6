"""What the prose says of factors: how many, what they explain, and how far apart on the map what shares one lies."""

import math

import numpy as np

from generators.articles.activation_atlas.results.factors import Factors
from generators.exhibit import Scalar


def factors(result: Factors) -> dict[str, Scalar]:
    """Give counts, explained shares (of 1) and distances (in sides of the map); what there is none of is left out."""
    chosen = result.chosen
    facts: dict[str, Scalar] = {
        "layer": result.path,
        "n_units": result.n_units,
        "grid": result.grid,
        "n_cells": len(result.columns),
        "n_factors": len(result.factors),
        "wanted": result.wanted,
        "explained": result.explained,
        "held_out_explained": chosen.explained,
        "clusters_explained": chosen.clusters,
        "needed_mean": float(result.needed.mean()),
        "needed_one_share": float((result.needed == 1).mean()),
        "strong": result.strong,
        "distance_main": result.distance_main,
        "distance_part": result.distance_part,
        "distance_chance": result.distance_chance,
        "distance_part_over_chance": result.distance_part / result.distance_chance,
        "islands_mean": float(np.mean([each.islands for each in result.factors])),
        "islands_most": max(each.islands for each in result.factors),
        "islands_chance": float(np.mean([each.islands_chance for each in result.factors])),
        "icon_share_mean": float(np.mean([each.icon_share for each in result.factors])),
    }
    return {name: value for name, value in facts.items() if not (isinstance(value, float) and math.isnan(value))}
